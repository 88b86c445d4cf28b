//! Every shape in which newsletters write links, pictures and front matter: a file in, what was found beside it.
//!
//! `UPDATE=1` writes the expectations anew; a missing one fails.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use proptest::prelude::*;
use wxarchive::issue::{FrontMatter, ImageReference, Issue, Link, Place, scan};
use wxarchive::model::UrlKind;

#[test]
fn every_shape_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/issues");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let found = describe(&scan(&fs::read_to_string(&path).unwrap()));
        let expected = path.with_extension("txt");
        count += 1;
        if env::var_os("UPDATE").is_some() {
            fs::write(expected, found).unwrap();
        } else if fs::read_to_string(&expected).ok().as_deref() != Some(&found) {
            wrong.push(format!("{}\n{found}", path.display()));
        }
    }
    assert!(count > 40, "only {count} files in {}", folder.display());
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn describe(issue: &Issue) -> String {
    let mut text = String::new();
    if let Some(head) = &issue.front_matter {
        describe_front_matter(&mut text, head);
    }
    for link in &issue.links {
        describe_link(&mut text, link);
    }
    for ImageReference { line, column, url, image, alt, context, .. } in &issue.images {
        let kind = if image.is_some() { "picture" } else { "local picture" };
        writeln!(text, "{line}:{column} {kind} {context} {url} {alt:?}").unwrap();
    }
    for oddity in &issue.oddities {
        writeln!(text, "oddity: {oddity}").unwrap();
    }
    text
}

fn describe_front_matter(text: &mut String, head: &FrontMatter) {
    writeln!(text, "front matter {:?} {:?}", head.format, head.span).unwrap();
    let scalars = [
        ("title", &head.title),
        ("author", &head.author),
        ("authorlink", &head.author_link),
        ("description", &head.description),
        ("date", &head.date),
        ("cover", &head.cover),
    ];
    for (name, value) in scalars.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        writeln!(text, "  {name}: {value:?}").unwrap();
    }
    for (name, values) in [("categories", &head.categories), ("tags", &head.tags)] {
        if !values.is_empty() {
            writeln!(text, "  {name}: {values:?}").unwrap();
        }
    }
}

fn describe_link(text: &mut String, link: &Link) {
    let places: Vec<_> = link.places.iter().map(Place::name).collect();
    let key = link.key().map_or_else(|| "-".to_owned(), ToString::to_string);
    write!(text, "{}:{} {} {} {key}", link.line, link.column, link.context, link.kind.name()).unwrap();
    writeln!(text, "{}{}", if places.is_empty() { "" } else { " in " }, places.join(" ")).unwrap();
    writeln!(text, "  url: {}", link.url).unwrap();
    if let UrlKind::Malformed { why, .. } = link.kind {
        writeln!(text, "  damage: {why}").unwrap();
    }
    for (name, value) in [("title", &link.title), ("section", &link.section)] {
        if let Some(value) = value {
            writeln!(text, "  {name}: {value}").unwrap();
        }
    }
    if let Some(redirector) = link.redirector {
        writeln!(text, "  redirector: {redirector}").unwrap();
    }
    if let Some(shown) = &link.shown_url {
        writeln!(text, "  text is an address: {} bytes", shown.len()).unwrap();
    }
    if !link.private.is_empty() {
        writeln!(text, "  private: {}", link.private.join(" ")).unwrap();
    }
}

/// Pieces that mean something to one of the readers, so that random texts reach into their corners.
const PIECES: &str = "[ ] ]( ]:_ ( ) < > ![ <a_href=\" \"> </a> <img_src=' ' <!-- --> ¶ ¶¶ ␍¶ ---¶ +++¶ title:_ cover: >_ -_ 1._ \
    ```¶ ` ~~ ** | |-|¶ ##_ 推荐阅读 标题 ：（ \\ \\& &amp; ×tamp= \u{feff} \u{a0} \u{200b} _ ____ [^1] http :// \" {{< 😀 \
    data:image/png;base64, mp.weixin.qq.com https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrSt01 \
    https://mp.weixin.qq.com/s?biz=MzAwMTIzNDU2Nw==&mid=1&idx=1 \
    https://link.zhihu.com/?target=https%3A%2F%2Fmp.weixin.qq.com%2Fs%2F";

fn text_of_pieces() -> impl Strategy<Value = String> {
    let pieces: Vec<String> =
        PIECES.split(' ').map(|piece| piece.replace('_', " ").replace('¶', "\n").replace('␍', "\r")).collect();
    prop::collection::vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}

fn check_spans(text: &str) {
    let issue = scan(text);
    let links: Vec<_> = issue.links.iter().map(|link| (link.span.clone(), link.url.as_str())).collect();
    let images: Vec<_> = issue.images.iter().map(|image| (image.span.clone(), image.url.as_str())).collect();
    for spans in [links, images] {
        assert!(spans.iter().all(|(span, url)| text.get(span.clone()) == Some(*url)), "{text:?}");
        assert!(spans.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start), "{text:?}");
    }
    for link in &issue.links {
        let before = &text[..link.span.start];
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let line_start = before.rfind('\n').map_or(mark, |at| at + 1);
        assert_eq!(link.line, before.matches('\n').count() + 1);
        assert_eq!(link.column, before[line_start..].chars().count() + 1, "{text:?}");
        assert!(link.shown_url.iter().all(|shown| text.get(shown.clone()).is_some()), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_apart_and_are_the_address_as_written(text in text_of_pieces()) {
        check_spans(&text);
    }

    #[test]
    fn any_text_can_be_scanned(text in any::<String>()) {
        check_spans(&text);
    }

    #[test]
    fn no_address_of_an_article_is_lost(before in text_of_pieces(), after in text_of_pieces()) {
        // A line of its own after a blank one is a link, whatever stands around it.
        let address = "https://mp.weixin.qq.com/s/ZzZzEfGhIjKlMnOpQrSt99";
        let text = format!("{before}\n\n{address}\n\n{after}");
        let found = scan(&text).links;
        prop_assert!(found.iter().any(|link| link.url.contains(address)), "{text:?}");
    }
}

#[test]
fn any_sign_repeated_is_scanned_in_linear_time() {
    let address = "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrSt01";
    let units =
        ["[", "<", "![", "](", "> ", "- ", "`", "*", "\\&", "&amp;", "|a|b|\n|-|-|\n", "x: y\n", "[a]: b\n", "<a "];
    let addresses =
        ["mp.weixin.qq.com".to_owned(), address.to_owned(), format!("<a href={address}>"), format!("[a]({address})")];
    for unit in units.into_iter().chain(addresses.iter().map(String::as_str)) {
        for start in ["", "---\n", "<a href=\"", "https://mp.weixin.qq.com/s?"] {
            // Quadratic readers took minutes for these; the test has no clock, it ends or it doesn't.
            let text = format!("{start}{}", unit.repeat(250_000 / unit.len()));
            assert!(scan(&text).oddities.len() < 3);
        }
    }
}
