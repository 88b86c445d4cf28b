//! Edits of issues: what they promise, over written cases, real files and random damage.
//!
//! The real files belong to others and are not in this repository; without them those tests say so and pass.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use crate::corpus::issues;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use wxarchive::issue::relink::{Edit, Mode, Scope, Target, Wording, apply, clean, invert, is_faithful, relink};
use wxarchive::issue::{Context, Link, scan};
use wxarchive::model::ArticleUrl;

const MODES: [Mode; 3] = [Mode::Replace, Mode::Append, Mode::Strike];

/// Addresses with everything that means something somewhere.
const TARGETS: [&str; 3] = [
    "https://news.example.org/archive/2022-05-31-怎样给望远镜调焦-3f9c21ab/",
    "/archive/a b (c)|d&copy;_e_*f*/",
    "https://web.archive.org/web/2023/https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ",
];

/// Everything that could be edited, except where the code promises not to.
fn edits_of(text: &str, mode: Mode, target: &str) -> Vec<Edit> {
    let (issue, wording) = (scan(text), Wording::default());
    let new = Target { url: target, mode, wording: &wording };
    let edits = issue.links.iter().filter_map(|link| relink(text, link, &new, Scope { also: &[] }).ok());
    edits.flatten().collect()
}

fn clean_edits_of(text: &str) -> Vec<Edit> {
    let edits = |link: &Link| clean(text, link, Scope { also: &[] }).unwrap_or_default();
    scan(text).links.iter().flat_map(edits).collect()
}

/// What a reader of Markdown makes of a text, addresses of links left out and the given words with them.
fn document(text: &str, without: &[String]) -> Vec<String> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut shapes: Vec<String> = Vec::new();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Link { title, .. }) => shapes.push(format!("link {title}")),
            Event::Text(words) => match shapes.last_mut().filter(|last| last.starts_with("text ")) {
                Some(last) => last.push_str(&words),
                None => shapes.push(format!("text {words}")),
            },
            other => shapes.push(format!("{other:?}")),
        }
    }
    for shape in &mut shapes {
        for words in without {
            *shape = shape.replace(words.as_str(), "");
        }
    }
    shapes
}

/// Holds all that is promised of the edits of one text.
pub(crate) fn hold(text: &str, edits: &[Edit], again: impl Fn(&str) -> Vec<Edit>) -> Result<(), TestCaseError> {
    let edited = apply(text, edits);
    prop_assert!(edits.is_empty() || is_faithful(&scan(text), edits, &edited), "unfaithful:\n{text}\n---\n{edited}");
    prop_assert_eq!(&apply(&edited, &invert(text, edits)), text, "not taken back");
    let second = again(&edited);
    prop_assert!(second.is_empty(), "a second run would do {second:?} in\n{edited}");
    Ok(())
}

pub(crate) fn corpus() -> Vec<(PathBuf, String)> {
    issues().unwrap_or_default()
}

#[test]
fn edits_of_the_corpus_keep_every_promise() {
    let mut count = 0;
    for (index, (path, text)) in corpus().into_iter().enumerate() {
        for (turn, mode) in MODES.into_iter().enumerate() {
            let target = TARGETS[(index + turn) % TARGETS.len()];
            let edits = edits_of(&text, mode, target);
            count += edits.len();
            let held = hold(&text, &edits, |edited| edits_of(edited, mode, target));
            assert!(held.is_ok(), "{} {mode:?} {target}: {}", path.display(), held.unwrap_err());
        }
        let held = hold(&text, &clean_edits_of(&text), clean_edits_of);
        assert!(held.is_ok(), "{} clean: {}", path.display(), held.unwrap_err());
    }
    eprintln!("{count} edits");
}

#[test]
fn replaced_addresses_of_the_corpus_leave_the_document_as_it_is() {
    for (path, text) in corpus() {
        let issue = scan(&text);
        // Shown addresses and bare ones are text; what they were and what they become is left out of both.
        let shown = issue.links.iter().filter_map(|link| link.shown_url.clone());
        let bare = issue.links.iter().filter(|link| is_text(link)).map(|link| link.span.clone());
        let old: Vec<String> = shown.chain(bare).map(|span| text[span].to_owned()).collect();
        let canonical = old.iter().filter_map(|shown| Some(ArticleUrl::parse(shown)?.canonical()));
        let without: Vec<String> =
            old.iter().cloned().chain(canonical).chain(["https://a.example/b/".to_owned()]).collect();
        for edits in [edits_of(&text, Mode::Replace, "https://a.example/b/"), clean_edits_of(&text)] {
            let edited = apply(&text, &edits);
            assert!(document(&text, &without) == document(&edited, &without), "{}", path.display());
        }
    }
}

/// Whether readers see the address itself.
fn is_text(link: &Link) -> bool {
    matches!(link.context, Context::Bare | Context::Autolink)
}

/// A link in one of the forms that issues have.
fn written(url: &str, form: usize) -> String {
    match form {
        0 => format!("[调焦]({url})"),
        1 => format!("[调焦](<{url}> \"x\")"),
        2 => format!("[![图](a.png)]({url})"),
        3 => format!("<{url}>"),
        4 => format!("[{url}]({url})"),
        5 => format!("~~[调焦]({url})~~"),
        6 => format!("<a href=\"{url}\">调焦</a>"),
        7 => format!("\n[b]: {url}\n"),
        8 => format!("`{url}`"),
        9 => format!("| a | [x]({url}) |"),
        10 => format!("![调焦]({url})"),
        11 => format!("{{{{< card url=\"{url}\" >}}}}"),
        12 => format!("\n<p>见 {url}</p>\n"),
        13 => format!("\n[^b]: {url}\n"),
        14 => format!("[调焦]({url}){{:target=\"_blank\"}}"),
        15 => format!("[调焦]({url} 'it''s')"),
        _ => url.to_owned(),
    }
}

/// Pieces that issues are made of, and damage.
fn piece() -> impl Strategy<Value = String> {
    let address = prop_oneof![
        Just("https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ".to_owned()),
        Just("hhttps://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ".to_owned()),
        Just("http://mp.weixin.qq.com/s?__biz=MzA3MzYwNjQ3NA==\\&mid=1\\&idx=1&token=8#rd".to_owned()),
        Just("https://mp.weixin.qq.com/s?__biz=MzA3MzYwNjQ3NA==&amp;mid=1&amp;idx=2".to_owned()),
    ];
    let linked = (address, 0..17_usize).prop_map(|(url, form)| written(&url, form));
    let sign = proptest::sample::select(vec![
        "\n",
        "\n\n",
        "\r\n",
        "* ",
        "- ",
        "> ",
        "#",
        "|",
        "~~",
        "**",
        "_",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "`",
        "```\n",
        "字",
        "，",
        " ",
        "\u{a0}",
        "\\",
        "---\n",
        "[b]",
        "|--|--|\n",
        "（",
        "）",
        "存档",
        "\t",
        "</a>",
        "<del>",
        "a",
    ]);
    prop_oneof![linked, sign.prop_map(str::to_owned)]
}

/// Keeps the edits that the program would keep: those whose outcome reads back.
fn faithful(text: &str, edits: Vec<Edit>) -> Vec<Edit> {
    if is_faithful(&scan(text), &edits, &apply(text, &edits)) { edits } else { Vec::new() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 400 } else { 100_000 }))]

    #[test]
    fn edits_of_any_text_are_taken_back(pieces in prop::collection::vec(piece(), 0..20), mode in 0..3_usize, to in 0..3_usize) {
        let text = pieces.concat();
        let edits = faithful(&text, edits_of(&text, MODES[mode], TARGETS[to]));
        let edited = apply(&text, &edits);
        prop_assert_eq!(apply(&edited, &invert(&text, &edits)), text.clone());
        let cleaning = faithful(&text, clean_edits_of(&text));
        let cleaned = apply(&text, &cleaning);
        prop_assert_eq!(apply(&cleaned, &invert(&text, &cleaning)), text);
    }
}

#[test]
fn links_are_written_for_where_they_stand() {
    let url = "https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ";
    let new = "/a(b)/";
    for (mode, before, after) in [
        (Mode::Replace, "[调焦](U \"题\")\n", "[调焦](/a%28b%29/ \"题\")\n"),
        (Mode::Replace, "[调焦](<U>)", "[调焦](</a%28b%29/>)"),
        (Mode::Replace, "[U](U)", "[存档](/a%28b%29/)"),
        (Mode::Replace, "调焦 U\n", "调焦 [存档](/a%28b%29/)\n"),
        (Mode::Replace, "<U>", "[存档](/a%28b%29/)"),
        (Mode::Replace, "[调焦][b]\n\n[b]: U\n", "[调焦][b]\n\n[b]: /a%28b%29/\n"),
        (Mode::Replace, "<a href='U'>调焦</a>\n", "<a href='/a%28b%29/'>调焦</a>\n"),
        (Mode::Append, "见[调焦](U)。", "见[调焦](U)（[存档](/a%28b%29/)）。"),
        (Mode::Append, "调焦 U", "调焦 U （[存档](/a%28b%29/)）"),
        (Mode::Append, "<a href=\"U\">调焦</a>。", "<a href=\"U\">调焦</a>（<a href=\"/a%28b%29/\">存档</a>）。"),
        (Mode::Strike, "- [调焦](U)\r\n", "- ~~[调焦](U)~~ [调焦](/a%28b%29/)\r\n"),
        (Mode::Strike, "见[调焦](U)。", "见<del>[调焦](U)</del> [调焦](/a%28b%29/)。"),
        (Mode::Strike, "[![图](a.png)](U)", "~~[![图](a.png)](U)~~ [存档](/a%28b%29/)"),
        (Mode::Strike, "[U](U)", "~~[U](U)~~ [存档](/a%28b%29/)"),
        // Left alone: repaired by hand, no link to readers, no room.
        (
            Mode::Replace,
            "~~[调焦](U)~~ ，[二次链接](https://a.example/)",
            "~~[调焦](U)~~ ，[二次链接](https://a.example/)",
        ),
        (Mode::Strike, "[调焦](U)（[备份链接](https://a.example/)）", "[调焦](U)（[备份链接](https://a.example/)）"),
        (Mode::Replace, "```\n[调焦](U)\n```\n", "```\n[调焦](U)\n```\n"),
        (Mode::Append, "[调焦][b]\n\n[b]: U\n", "[调焦][b]\n\n[b]: U\n"),
        (Mode::Replace, "![调焦](U)", "![调焦](U)"),
    ] {
        let (before, after) = (before.replace('U', url), after.replace('U', url));
        let edits = edits_of(&before, mode, new);
        assert_eq!(apply(&before, &edits), after, "{mode:?}");
        assert!(is_faithful(&scan(&before), &edits, &after), "{mode:?} {before}");
    }
}

#[test]
fn cleaning_keeps_the_article_and_drops_the_rest() {
    for (before, after) in [
        (
            "[a](http://mp.weixin.qq.com/s?__biz=MzA3MzYwNjQ3NA==\\&mid=1\\&idx=1\\&sn=0123456789abcdef0123456789abcdef\\&chksm=x&token=8#rd)",
            "[a](https://mp.weixin.qq.com/s?__biz=MzA3MzYwNjQ3NA==&mid=1&idx=1&sn=0123456789abcdef0123456789abcdef)",
        ),
        (
            "[a](hhttps://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ)",
            "[a](https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ)",
        ),
        (
            "<a href=\"http://mp.weixin.qq.com/s?__biz=MzA3MzYwNjQ3NA==&mid=1&idx=1\">a</a>",
            "<a href=\"https://mp.weixin.qq.com/s?__biz=MzA3MzYwNjQ3NA==&amp;mid=1&amp;idx=1\">a</a>",
        ),
        (
            "[a](https://mp.weixin.qq.com/mp/appmsgalbum?album_id=3&token=8&x=1)",
            "[a](https://mp.weixin.qq.com/mp/appmsgalbum?album_id=3&token=&x=1)",
        ),
        (
            "见 http://mp.weixin.qq.com/s/_o_ivg-ecHFvdvTcCkHJdA?scene=25 。",
            "见 https://mp.weixin.qq.com/s/_o_ivg-ecHFvdvTcCkHJdA 。",
        ),
        (
            "见 http://mp.weixin.qq.com/s?__biz=MzA3MzYwNjQ3NA==&mid=1&idx=1 。",
            "见 https://mp.weixin.qq.com/s?__biz=MzA3MzYwNjQ3NA==&mid=1&idx=1 。",
        ),
        (
            "[a](https://mp.weixin.qq.com/mp/appmsgalbum?album_id=3)",
            "[a](https://mp.weixin.qq.com/mp/appmsgalbum?album_id=3)",
        ),
    ] {
        assert_eq!(apply(before, &clean_edits_of(before)), after);
    }
}

/// Numbers that look random and are the same in every run (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }

    fn boundary(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        text.floor_char_boundary(at)
    }

    /// Takes something out, doubles something, or puts a sign in.
    fn damage(&mut self, text: &mut String) {
        const SIGNS: [&str; 14] = ["[", "]", "(", ")", "~~", "<", ">", "`", "\n", "\r\n", "|", "\\", "*", "```\n"];
        let at = self.boundary(text);
        let end = text.floor_char_boundary((at + self.below(40)).min(text.len())).max(at);
        match self.below(3) {
            0 => text.replace_range(at..end, ""),
            1 => {
                let piece = text[at..end].to_owned();
                text.insert_str(at, &piece);
            }
            _ => text.insert_str(at, SIGNS[self.below(SIGNS.len())]),
        }
    }
}

#[test]
fn damaged_issues_of_the_corpus_are_taken_back() {
    let count = std::env::var("WXARCHIVE_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(100);
    let files: Vec<String> = corpus().into_iter().map(|(_, text)| text).filter(|text| text.len() < 30_000).collect();
    let (mut dice, mut edited_files, mut refused) = (Dice(0x9e37_79b9_7f4a_7c15), 0, 0);
    for _ in 0..if files.is_empty() { 0 } else { count } {
        let mut text = files[dice.below(files.len())].clone();
        (0..=dice.below(8)).for_each(|_| dice.damage(&mut text));
        let (mode, target) = (MODES[dice.below(3)], TARGETS[dice.below(3)]);
        let wanted = if dice.below(4) == 0 { clean_edits_of(&text) } else { edits_of(&text, mode, target) };
        refused += usize::from(!wanted.is_empty());
        let edits = faithful(&text, wanted);
        edited_files += usize::from(!edits.is_empty());
        assert_eq!(apply(&apply(&text, &edits), &invert(&text, &edits)), text);
    }
    eprintln!("{count} damaged issues, {edited_files} edited, {} refused", refused - edited_files);
}
