//! What edits of real issues promise whatever stands around a link: shortcodes, other links, words of one's own.
//!
//! The real files belong to others and are not in this repository; without them these tests say so and pass.

use pulldown_cmark::{Event, Options, Parser, Tag};

use wxarchive::issue::relink::{Edit, Mode, Scope, Target, Wording, apply, is_faithful, relink};
use wxarchive::issue::{Context, Link, scan};

use crate::relink::{corpus, hold};

fn edits_of(text: &str, mode: Mode, wording: &Wording) -> Vec<Edit> {
    let new = Target { url: "/wechat/2022-05-31-3f9c21ab/", mode, wording };
    let issue = scan(text);
    let edits = issue.links.iter().filter_map(|link| relink(text, link, &new, Scope { also: &[] }).ok());
    edits.flatten().collect()
}

/// Links of Markdown that stand in nobody else's link.
fn inline(text: &str) -> Vec<Link> {
    let links = scan(text).links;
    links
        .into_iter()
        .filter(|link| link.context == Context::Inline && text[link.whole.clone()].starts_with('['))
        .collect()
}

/// The text with something else in the place of each of these links.
fn with(text: &str, links: &[Link], written: impl Fn(&Link) -> String) -> String {
    let edits: Vec<Edit> = links.iter().map(|link| Edit { span: link.whole.clone(), text: written(link) }).collect();
    apply(text, &edits)
}

/// How many blocks and cells of each kind a reader of Markdown sees.
fn blocks(text: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let tags = Parser::new_ext(text, options).filter_map(|event| match event {
        Event::Start(Tag::Link { .. } | Tag::Strikethrough | Tag::Emphasis | Tag::Strong) => None,
        Event::Start(tag) => Some(format!("{tag:?}")),
        _ => None,
    });
    tags.collect()
}

#[test]
fn shortcodes_of_the_corpus_get_addresses_and_nothing_else() {
    for (path, text) in corpus() {
        let links = inline(&text);
        let short = with(&text, &links, |link| format!("{{{{< card url=\"{}\" >}}}}", link.url));
        let wording = Wording::default();
        for (mode, expected) in
            [(Mode::Replace, "/wechat/2022-05-31-3f9c21ab/"), (Mode::Append, ""), (Mode::Strike, "")]
        {
            let edits = edits_of(&short, mode, &wording);
            let of_values = edits.iter().filter(|edit| short[..edit.span.start].ends_with("card url=\""));
            let edited = of_values.map(|edit| edit.text.as_str()).collect::<Vec<_>>();
            let count = if expected.is_empty() { 0 } else { links.len() };
            assert_eq!(edited, vec![expected; count], "{} {mode:?}", path.display());
            assert!(
                edits.is_empty() || is_faithful(&scan(&short), &edits, &apply(&short, &edits)),
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn a_title_beside_a_link_of_the_corpus_is_no_copy_of_it() {
    let wording = Wording::default();
    for (path, text) in corpus() {
        let links = inline(&text);
        let beside =
            with(&text, &links, |link| format!("{}、[镜像加速之路](https://e.org/a)", &text[link.whole.clone()]));
        let (alone, together) = (edits_of(&text, Mode::Replace, &wording), edits_of(&beside, Mode::Replace, &wording));
        assert_eq!(alone.len(), together.len(), "{}", path.display());
    }
}

#[test]
fn words_of_ones_own_keep_the_blocks_of_the_corpus() {
    let wording =
        Wording { archived: "*a*|`b_".to_owned(), before: "（另见 | ".to_owned(), after: " |）".to_owned() };
    for (index, (path, text)) in corpus().into_iter().enumerate() {
        let links = inline(&text);
        // Every link also in a table and with attributes of kramdown.
        let text = with(&text, &links, |link| format!("{}{{:target=\"_blank\"}}", &text[link.whole.clone()]));
        let rows = links.iter().map(|link| format!("| [甲]({}) | 乙 |\n", link.url));
        let text = format!("{text}\n\n| a | b |\n|--|--|\n{}", rows.collect::<String>());
        let mode = [Mode::Replace, Mode::Append, Mode::Strike][index % 3];
        let edits = edits_of(&text, mode, &wording);
        let edited = apply(&text, &edits);
        let held = hold(&text, &edits, |edited| edits_of(edited, mode, &wording));
        assert!(held.is_ok(), "{} {mode:?}: {}", path.display(), held.unwrap_err());
        assert!(blocks(&text) == blocks(&edited), "{} {mode:?}", path.display());
    }
}
