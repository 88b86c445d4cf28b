//! No word of a body is lost, doubled or moved, however its elements are nested.

use proptest::prelude::*;
use wxarchive::model::{Block, Inline, InlineKind};
use wxarchive::parse::fragment;

/// A tree of elements over words.
#[derive(Debug, Clone)]
enum Markup {
    Word,
    Element(&'static str, Vec<Markup>),
    List(&'static str, Vec<Markup>),
    Table(Vec<Vec<Markup>>),
}

fn markup() -> impl Strategy<Value = Markup> {
    Just(Markup::Word).prop_recursive(6, 60, 5, |inner| {
        let names = vec![
            "p",
            "section",
            "span",
            "strong",
            "em style=\"font-weight:bold\"",
            "a href=\"https://a.b/\"",
            "blockquote",
            "h2",
            "code",
            "pre",
            "div",
            "figure",
            "li",
            "sup",
            "span style=\"display:block\"",
            "font",
            "center",
            "svg",
        ];
        prop_oneof![
            6 => (prop::sample::select(names), prop::collection::vec(inner.clone(), 0..5))
                .prop_map(|(name, children)| Markup::Element(name, children)),
            1 => (prop::sample::select(vec!["ul", "ol start=3"]), prop::collection::vec(inner.clone(), 1..4))
                .prop_map(|(name, items)| Markup::List(name, items)),
            1 => prop::collection::vec(prop::collection::vec(inner, 1..3), 1..3).prop_map(Markup::Table),
        ]
    })
}

/// Writes the tree as HTML; the words are numbered, so that they never repeat.
fn write(markup: &Markup, words: &mut Vec<String>) -> String {
    match markup {
        Markup::Word => {
            words.push(format!("词{}。", words.len()));
            words.last().cloned().unwrap_or_default()
        }
        Markup::Element(tag, children) => element(tag, children.iter().map(|child| write(child, words)).collect()),
        Markup::List(tag, items) => element(tag, items.iter().map(|item| element("li", write(item, words))).collect()),
        Markup::Table(rows) => {
            let mut row = |cells: &Vec<Markup>| cells.iter().map(|cell| element("td", write(cell, words))).collect();
            element("table", rows.iter().map(|cells| element("tr", row(cells))).collect())
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "reads better at the callers, which have just collected it")]
fn element(tag: &str, inside: String) -> String {
    format!("<{tag}>{inside}</{}>", tag.split(' ').next().unwrap_or(tag))
}

/// The words of blocks, in order.
fn text(blocks: &[Block]) -> String {
    blocks.iter().map(block_text).collect()
}

fn block_text(block: &Block) -> String {
    match block {
        Block::Code { text, .. } => text.clone(),
        Block::Heading(heading) => line(&heading.content),
        Block::Paragraph(content) => line(content),
        Block::Quote(blocks) => text(blocks),
        Block::List(list) => list.items.iter().map(|item| text(item)).collect(),
        Block::Table(table) => table.header.iter().chain(&table.rows).flatten().map(|cell| line(cell)).collect(),
        Block::Footnotes(notes) => notes.iter().map(|note| line(&note.content)).collect(),
        Block::Math(_) | Block::Rule => String::new(),
    }
}

fn line(content: &[Inline]) -> String {
    let words = content.iter().map(|run| match &run.kind {
        // The address below code that it would link is no word of the body.
        InlineKind::Text(words) if run.link.as_ref() == Some(words) => "",
        InlineKind::Text(words) | InlineKind::Code(words) => words.as_str(),
        _ => "",
    });
    words.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_is_kept_once_and_in_order(trees in prop::collection::vec(markup(), 1..6)) {
        let mut words = Vec::new();
        let html: String = trees.iter().map(|tree| write(tree, &mut words)).collect();
        let (blocks, _) = fragment(&html);
        let kept: String = text(&blocks).split_whitespace().collect();
        prop_assert_eq!(kept, words.concat(), "{}", html);
    }
}
