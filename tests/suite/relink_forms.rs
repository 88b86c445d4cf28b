//! Edits of links in every form that issues have: what is written, and what is left alone.
//!
//! `U` stands for an address of `WeChat`.

use wxarchive::issue::relink::{Edit, Mode, Scope, Target, Wording, apply, is_faithful, relink};
use wxarchive::issue::scan;

const URL: &str = "https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ";
const MODES: [Mode; 3] = [Mode::Replace, Mode::Append, Mode::Strike];

/// Edits a text that has `U` for an address, with words of one's own.
fn relinked(text: &str, mode: Mode, target: &str, wording: &Wording) -> String {
    let text = text.replace('U', URL);
    let new = Target { url: target, mode, wording };
    let issue = scan(&text);
    let edits = issue.links.iter().filter_map(|link| relink(&text, link, &new, Scope { also: &[] }).ok());
    let edits: Vec<Edit> = edits.flatten().collect();
    let edited = apply(&text, &edits);
    assert!(is_faithful(&issue, &edits, &edited), "{text}\n{edited}");
    edited.replace(URL, "U")
}

#[test]
fn a_value_gets_an_address_and_nothing_else() {
    let wording = Wording::default();
    for text in [
        "{{< card url=\"U\" title=\"x\" >}}\n",
        "{{% card U %}}\n",
        "{% card U %}\n",
        "<div data-url='U'></div>\n",
        "<Card :to=\"'U'\" />\n",
    ] {
        assert_eq!(relinked(text, Mode::Replace, "/w/a/", &wording), text.replace('U', "/w/a/"));
        assert_eq!(relinked(text, Mode::Append, "/w/a/", &wording), text);
        assert_eq!(relinked(text, Mode::Strike, "/w/a/", &wording), text);
    }
    // An address with `=` makes this no tag to readers of Markdown.
    let long = "<a href=https://mp.weixin.qq.com/s?__biz=MzA3MzYwNjQ3NA==&mid=1&idx=1>无引号</a>\n";
    assert_eq!(relinked(long, Mode::Replace, "/w/a/", &wording), "<a href=/w/a/>无引号</a>\n");
    assert_eq!(relinked(long, Mode::Append, "/w/a/", &wording), long);
}

#[test]
fn an_address_alone_becomes_a_link_wherever_readers_see_it() {
    for (mode, before, after) in [
        (Mode::Replace, "<p>见 U</p>\n", "<p>见 <a href=\"/w/a/\">存档</a></p>\n"),
        (
            Mode::Replace,
            "<table><tr>\n<td>U</td>\n</tr></table>\n",
            "<table><tr>\n<td><a href=\"/w/a/\">存档</a></td>\n</tr></table>\n",
        ),
        (Mode::Append, "<p>见 U</p>\n", "<p>见 U （<a href=\"/w/a/\">存档</a>）</p>\n"),
        (Mode::Strike, "<p>见 U</p>\n", "<p>见 <del>U</del> <a href=\"/w/a/\">存档</a></p>\n"),
        (Mode::Replace, "字[^1]\n\n[^1]: U\n", "字[^1]\n\n[^1]: [存档](/w/a/)\n"),
        (Mode::Replace, "> [^甲]: U\n", "> [^甲]: [存档](/w/a/)\n"),
        (Mode::Append, "[^1]: U\n", "[^1]: U （[存档](/w/a/)）\n"),
        (Mode::Replace, "[b]: /x\n[b]: U\n", "[b]: /x\n[b]: /w/a/\n"),
    ] {
        assert_eq!(relinked(before, mode, "/w/a/", &Wording::default()), after, "{mode:?}");
    }
}

#[test]
fn a_link_that_is_none_is_left_alone() {
    for text in ["[原文](U 'it''s')\n", "[原文](U(U)\n", "\\U\n", "见 [原文](\nU x)\n"] {
        for mode in MODES {
            assert_eq!(relinked(text, mode, "/w/a/", &Wording::default()), text);
        }
    }
    let other = "ftp://mp.weixin.qq.com/s/EEotTykcrXhcM2hJT01SoQ";
    assert_eq!(relinked(other, Mode::Replace, "/w/a/", &Wording::default()), other);
}

#[test]
fn the_next_link_is_a_copy_only_if_it_says_so() {
    let wording = Wording::default();
    for beside in [
        "、[镜像加速之路](https://e.org/a)",
        " [备份系统的设计](https://e.org/b)",
        " | [Copy-on-write 详解](https://e.org/c)",
        " 备份系统：https://e.org/d",
        "，已删除的 [乙](https://e.org/e)",
        " [下一篇](https://web.archive.org/web/2020/https://mp.weixin.qq.com/s/aaaaaaaaaaaaaaaaaaaaaa)",
    ] {
        let text = format!("- [甲](U){beside}\n");
        assert_eq!(relinked(&text, Mode::Replace, "/w/a/", &wording), text.replace('U', "/w/a/"));
    }
    for beside in [
        "（[备份链接](https://e.org/a)）",
        " [archive.is](https://archive.is/abcde)",
        "，[Archived Copy](https://e.org/c)",
        " [甲](https://web.archive.org/web/2020/U)",
        " [下一篇](/w/a/)",
        "（已删除，[备份](https://e.org/x)）",
        "（原文已失效，[存档](https://e.org/x)）",
        "，[PDF 备份](/a.pdf)",
        " <a class=\"x\" href=\"https://e.org/x\">备份</a>",
        " （备份：https://archive.is/abc）",
    ] {
        let text = format!("- [甲](U){beside}\n");
        assert_eq!(relinked(&text, Mode::Replace, "/w/a/", &wording), text);
    }
}

#[test]
fn words_are_escaped_for_where_they_stand() {
    let wording = Wording { archived: "*a*|`b_".to_owned(), before: "（见 | ".to_owned(), after: " |）".to_owned() };
    let written = "\\*a\\*\\|\\`b\\_";
    for (mode, before, after) in [
        (Mode::Replace, "见 U", format!("见 [{written}](/w/a/)")),
        (Mode::Append, "[t](U)", format!("[t](U)（见 | [{written}](/w/a/) |）")),
        (
            Mode::Append,
            "| a | b |\n|--|--|\n| [t](U) | c |\n",
            format!("| a | b |\n|--|--|\n| [t](U)（见 \\| [{written}](/w/a/) \\|） | c |\n"),
        ),
        (
            Mode::Append,
            "<a href=\"U\">t</a>",
            "<a href=\"U\">t</a>（见 | <a href=\"/w/a/\">&#42;a&#42;&#124;&#96;b&#95;</a> |）".to_owned(),
        ),
    ] {
        let once = relinked(before, mode, "/w/a/", &wording);
        assert_eq!(once, after);
        assert_eq!(relinked(&once, mode, "/w/a/", &wording), after, "a second run");
    }
}

#[test]
fn attributes_stay_with_their_link() {
    let wording = Wording::default();
    for attributes in ["{:target=\"_blank\"}", "{: .x}", "{.x}", "{#x}", "{target=_blank}"] {
        let text = format!("见 [t](U){attributes}。");
        let once = relinked(&text, Mode::Append, "/w/a/", &wording);
        assert_eq!(once, format!("见 [t](U){attributes}（[存档](/w/a/)）。"));
        assert_eq!(relinked(&once, Mode::Append, "/w/a/", &wording), once);
        let struck = relinked(&text, Mode::Strike, "/w/a/", &wording);
        assert_eq!(struck, format!("见 ~~[t](U){attributes}~~ [t](/w/a/)。"));
    }
    for no_attributes in ["{{< x >}}", "{% x %}", "{ a", "{x}"] {
        let once = relinked(&format!("[t](U){no_attributes}"), Mode::Append, "/w/a/", &wording);
        assert_eq!(once, format!("[t](U)（[存档](/w/a/)）{no_attributes}"));
    }
}

#[test]
fn a_copy_that_does_not_say_of_what_needs_the_words_of_the_link() {
    let wording = Wording::default();
    for (beside, is_copy) in [
        (" [乙](https://archive.is/abcde)", false),
        (" [甲](https://archive.is/abcde)", true),
        ("（[快照](https://archive.ph/abcde)）", true),
        (" [乙](https://archive.is/o/abcde/U)", true),
    ] {
        let text = format!("- [甲](U){beside}\n");
        let expected = if is_copy { text.clone() } else { text.replace('U', "/w/a/") };
        assert_eq!(relinked(&text, Mode::Replace, "/w/a/", &wording), expected);
    }
}

#[test]
fn a_link_that_was_only_struck_out_gets_its_copy_behind_the_strokes() {
    let wording = Wording::default();
    let words = Wording { before: "见".to_owned(), after: String::new(), ..Wording::default() };
    for (mode, wording, before, after) in [
        (Mode::Append, &wording, "甲：~~[文](U)~~。\n", "甲：~~[文](U)~~（[存档](/w/a/)）。\n"),
        (Mode::Append, &words, "- ~~[文](U)~~\n", "- ~~[文](U)~~ 见[存档](/w/a/)\n"),
        (Mode::Strike, &wording, "- ~~[文](U)~~\n", "- ~~[文](U)~~ [文](/w/a/)\n"),
        (Mode::Strike, &wording, "<del>[文](U)</del>\n", "<del>[文](U)</del> [文](/w/a/)\n"),
        (Mode::Append, &wording, "- ~~U~~\n", "- ~~U~~ （[存档](/w/a/)）\n"),
        // Replaced, nobody could read why it is struck out.
        (Mode::Replace, &wording, "- ~~[文](U)~~\n", "- ~~[文](U)~~\n"),
        (Mode::Append, &wording, "- ~~见 [文](U) 一文~~\n", "- ~~见 [文](U) 一文~~\n"),
        (Mode::Append, &wording, "- ~~[文](U)~~，[重发](https://e.org/)\n", "- ~~[文](U)~~，[重发](https://e.org/)\n"),
    ] {
        let once = relinked(before, mode, "/w/a/", wording);
        assert_eq!(once, after, "{mode:?}");
        assert_eq!(relinked(&once, mode, "/w/a/", wording), after, "a second run");
    }
}
