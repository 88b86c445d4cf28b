//! Reading pages: fixtures of every page kind, notice and construct, and what holds for any bytes.

use proptest::prelude::*;
use wxarchive::model::{Inline, Page, State};
use wxarchive::parse::{Headings, Parsed, Unreadable, fragment, parse, parse_with};

use crate::{golden, tree};

fn page(bytes: &[u8]) -> Page {
    Page {
        asked: "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv".to_owned(),
        url: "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv".to_owned(),
        status: 200,
        content_type: None,
        bytes: bytes.to_vec(),
    }
}

#[test]
fn every_page_kind_is_read() {
    golden::check("articles/pages", |bytes| tree::parsed(&parse(&page(bytes))));
}

#[test]
fn short_bold_or_large_lines_are_headings_for_those_who_ask() {
    golden::check("articles/guessed-headings", |bytes| {
        match (parse(&page(bytes)), parse_with(&page(bytes), Headings::Guessed)) {
            (Parsed::Article(marked), Parsed::Article(guessed)) => {
                assert!(!tree::blocks(&marked.body).contains("h2"));
                tree::blocks(&guessed.body)
            }
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn every_notice_is_told_apart() {
    golden::check("articles/notices", |bytes| tree::parsed(&parse(&page(bytes))));
}

#[test]
fn every_construct_of_a_body_is_read() {
    golden::check("articles/bodies", |bytes| {
        let (blocks, oddities) = fragment(std::str::from_utf8(bytes).unwrap());
        tree::fragment(&blocks, &oddities)
    });
}

/// The sentences of anatomy §4, in the place where the site puts them.
#[test]
fn every_sentence_of_a_notice_has_its_state() {
    for (sentence, state) in [
        ("此内容被投诉且经审核涉嫌侵权，无法查看。", State::Infringement),
        ("此内容被多人投诉，相关的内容无法进行查看。", State::Complaints),
        ("此内容发送失败无法查看", State::SendFailed),
        ("此内容因涉嫌违反相关法律法规和政策发送失败，发送失败无法查看", State::SendFailed),
        ("投诉类型 冒名侵权", State::Impersonation),
        ("此文章经核实为不实信息", State::Rumour),
        ("此帐号已被屏蔽, 内容无法查看", State::AccountBlocked),
        ("此账号已被屏蔽, 内容无法查看", State::AccountBlocked),
        ("此帐号已自主注销，内容无法查看", State::AccountCancelled),
        ("此帐号被投诉且经审核涉嫌侵权。此帐号已注销，内容无法查看。", State::AccountCancelled),
        ("原帐号迁移时未将文章素材同步至新帐号，该链接已不可访问", State::NotMigrated),
        ("此帐号处于帐号迁移流程中", State::Migrating),
        ("此帐号已申请公众号帐号迁移流程，被冻结", State::Migrating),
        ("该公众号已迁移", State::Migrated),
        ("链接已过期", State::Expired),
        ("参数错误", State::BadParameters),
        ("系统出错", State::SystemError),
        ("由用户投诉并经平台审核，violating relevant laws", State::Violation),
    ] {
        let html = format!(
            "<html><body><div class=\"weui-msg\"><h2 class=\"weui-msg__title\">{sentence}</h2></div></body></html>"
        );
        match parse(&page(html.as_bytes())) {
            Parsed::Gone(notice) => assert_eq!(notice.state, state, "{sentence}"),
            other => panic!("{sentence}: {other:?}"),
        }
    }
}

#[test]
fn the_captcha_address_is_a_block_whatever_the_page_says() {
    let mut page = page(include_bytes!("../fixtures/articles/pages/article-2026.html"));
    page.url = "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x&target_url=y".to_owned();
    assert!(matches!(parse(&page), Parsed::Blocked(_)));
}

#[test]
fn a_preview_of_a_draft_is_no_article() {
    let mut page = page(include_bytes!("../fixtures/articles/pages/article-2026.html"));
    page.url = "https://mp.weixin.qq.com/s?__biz=MTIzNDU2&mid=1&idx=1&tempkey=x".to_owned();
    assert!(matches!(parse(&page), Parsed::Gone(notice) if notice.state == State::Unpublished));
}

#[test]
fn the_time_of_an_edit_is_read_from_scripts_of_either_kind() {
    let html = String::from_utf8(include_bytes!("../fixtures/articles/pages/article-2026.html").to_vec());
    let html = html.expect("UTF-8");
    let modified = |html: &str| match parse(&page(html.as_bytes())) {
        Parsed::Article(article) => article.modified.map(jiff::Timestamp::as_second),
        other => panic!("{other:?}"),
    };
    assert_eq!(modified(&html), Some(1_767_350_000));
    let without = html.replace("modify_time: '1767350000' * 1,", "");
    assert_eq!(modified(&without), None);
    let variable = |value: &str| {
        without.replacen("<body", &format!("<script>var modify_time = \"{value}\" * 1;</script><body"), 1)
    };
    assert_eq!(modified(&variable("1790000000")), Some(1_790_000_000));
    assert_eq!(modified(&variable("")), None);
}

#[test]
fn an_oversized_page_is_refused_with_its_size() {
    let bytes = vec![b' '; (16 << 20) + 1];
    assert_eq!(parse(&page(&bytes)), Parsed::Unknown(Unreadable::TooLarge(bytes.len())));
}

#[test]
fn a_page_in_another_encoding_is_no_text() {
    let gbk = b"<html><body><div id=\"js_article\"><div id=\"js_content\">\xce\xc4\xd5\xc2".repeat(20);
    assert_eq!(parse(&page(&gbk)), Parsed::Unknown(Unreadable::NotText));
}

/// Every prefix of a page is the whole page less its last blank, or no article.
#[test]
fn a_truncated_page_is_never_another_article() {
    for path in golden::files(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/articles/pages")) {
        let bytes = std::fs::read(&path).unwrap();
        let whole = parse(&page(&bytes));
        for end in (0..bytes.len()).step_by(37).chain(bytes.len() - 12..bytes.len()) {
            match parse(&page(&bytes[..end])) {
                Parsed::Article(article) => {
                    assert_eq!(Parsed::Article(article), whole, "{} cut at {end}", path.display());
                }
                Parsed::Gone(notice) => panic!("{} cut at {end}: {notice:?}", path.display()),
                _ => {}
            }
        }
    }
}

/// Pages as deep, as wide or as broken as can be; the time is bounded by the limits, not by a clock here.
#[test]
fn hostile_bodies_are_read_to_the_end() {
    let deep = |tag: &str, times: usize| {
        format!("{}深处{}", format!("<{tag}>").repeat(times), format!("</{tag}>").repeat(times))
    };
    let unclosed = "<b x=1><i><font color=red><a href=https://a.b/>文".repeat(20_000);
    let attributes = format!("<p {}>字</p>", "a=1 b=2 ".repeat(100_000));
    for html in [
        deep("div", 100_000),
        deep("ul><li", 50_000),
        deep("blockquote", 100_000),
        deep("table><tr><td", 30_000),
        deep("svg><foreignObject", 30_000),
        deep("font", 100_000),
        deep("pre><code", 10_000),
        unclosed,
        attributes,
        "<p>字".repeat(300_000),
        "<table><tr><td colspan=99999 rowspan=99999>字".repeat(2_000),
        "字<br>".repeat(300_000),
        "<sup>[1]</sup>".repeat(50_000),
        format!("<a href=\"https://a.example/?&{}\">字</a>", "amp;".repeat(300_000)),
        format!("<p style=\"{}\">字</p>", "a:(;".repeat(300_000)),
        "http://http://".repeat(100_000),
        format!("<p style=\"white-space: pre-wrap\">{}</p>", "字\n".repeat(300_000)),
        deep("p style=\"white-space: pre; font-family: monospace\"><b style=\"color: red\"", 10_000),
        format!("{}{}字", "<svg>".repeat(250), "<g></g>".repeat(50_000)),
    ] {
        let (blocks, _) = fragment(&html);
        assert!(!blocks.is_empty(), "{}", &html[..60]);
    }
}

/// A link is a copy of its address at each of its runs.
#[test]
fn addresses_are_copied_only_so_often() {
    let address = format!("https://a.example/?{}", "x".repeat(4000));
    let copied = |html: &str| {
        let mut bytes = 0;
        let (blocks, _) = fragment(html);
        let add = &mut |run: &Inline| bytes += run.link.as_ref().map_or(0, String::len);
        for block in &blocks {
            block.for_each_inline(add);
        }
        bytes
    };
    assert_eq!(copied(&format!("<p><a href=\"{address}\">字</a></p>")), address.len());
    for content in ["<b>x</b>y".repeat(20_000), "<p>x</p>".repeat(20_000)] {
        assert_eq!(copied(&format!("<a href=\"{address}\">{content}</a>")), 0);
    }
    let lines = format!("<p style=\"white-space:pre-wrap\"><a href=\"{address}\">{}</a></p>", "x\n".repeat(50_000));
    assert_eq!(copied(&lines), 0);
}

#[test]
fn hostile_scripts_are_read_to_the_end() {
    let around = |script: &str| {
        format!(
            "<html><div id=\"js_article\"><div id=\"js_content\"><p>文</p></div></div><script>{script}</script></html>"
        )
    };
    for script in [
        "window.cgiDataNew = ".to_owned() + &"{a:[".repeat(100_000),
        "window.cgiDataNew = {title: ".to_owned() + &"(".repeat(100_000),
        "var ct = [".repeat(100_000),
        "var ct = '".repeat(100_000),
        "var ct = -".to_owned() + &"-".repeat(100_000),
        "var ct = ".to_owned() + &"a ? ".repeat(100_000),
        "window.cgiDataNew = { title: 5, nick_name: ['x'], mid: {}, ori_create_time: 'x', item_show_type: [] };"
            .to_owned(),
        "window.cgiDataNew = { title: JsDecode('\\".to_owned(),
    ] {
        assert!(!matches!(parse(&page(around(&script).as_bytes())), Parsed::Blocked(_)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        drop(parse(&page(&bytes)));
    }

    #[test]
    fn any_markup_gives_an_answer(html in markup()) {
        drop(fragment(&html));
        let html = format!("<div id=js_article><div id=js_content>{html}</div></div><script>{html}</script></html>");
        drop(parse(&page(html.as_bytes())));
    }

    #[test]
    fn a_mutated_page_gives_an_answer(
        at in 0_usize..6000, cut in 0_usize..200, insert in markup(), which in 0_usize..20
    ) {
        let files = golden::files(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/articles/pages"));
        let mut bytes = std::fs::read(&files[which % files.len()]).unwrap();
        let at = at.min(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, insert.into_bytes());
        drop(parse(&page(&bytes)));
    }
}

/// Pieces of markup and script that matter to the reader, one a line or blank apart.
const PIECES: &str = include_str!("../fixtures/articles/pieces.txt");

/// Markup made of these pieces in any order, with blanks and entities between them.
fn markup() -> impl Strategy<Value = String> {
    let pieces = PIECES.lines().chain([" ", "\n", "\u{3000}", "\u{a0}"]).collect::<Vec<_>>();
    prop::collection::vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}
