//! The front matter of an issue: the fields a newsletter uses, typed, whatever shape they are written in.

use std::ops::Range;

use super::value::{Broken, Entries, Node, Value};
use super::{IssueOddity, cover, entries, fence};

/// What the front matter says. Scalars are kept as they are written: a date stays text, `no` stays `no`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrontMatter {
    /// The language it is written in.
    pub format: FrontMatterFormat,
    /// The bytes of the block, fences included.
    pub span: Range<usize>,
    /// The title.
    pub title: Option<String>,
    /// The author; several are joined by commas.
    pub author: Option<String>,
    /// The author's address.
    pub author_link: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The categories, a single one written as a string included.
    pub categories: Vec<String>,
    /// The tags, a single one written as a string included.
    pub tags: Vec<String>,
    /// The date.
    pub date: Option<String>,
    /// The address of the cover.
    pub cover: Option<String>,
}

/// The language front matter is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrontMatterFormat {
    /// Between lines of `---`, or before one.
    Yaml,
    /// Between lines of `+++`.
    Toml,
    /// Between braces.
    Json,
}

/// The front matter with what else an issue takes from it.
pub(super) struct Reading {
    pub(super) front_matter: FrontMatter,
    /// Where the addresses of pictures stand, the cover included.
    pub(super) pictures: Vec<Range<usize>>,
    pub(super) oddities: Vec<IssueOddity>,
}

/// Reads the front matter of a file; `None` where it has none.
pub(super) fn read(text: &str) -> Option<Reading> {
    let found = fence::find(text)?;
    let (entries, broken, fence) = entries::read(text, found);
    let first_line = 1 + text[..fence.body.start].matches('\n').count();
    let mut oddities: Vec<IssueOddity> = broken
        .into_iter()
        .map(|Broken { line, why }| IssueOddity::BrokenFrontMatter { line: first_line + line - 1, why })
        .collect();
    if !fence.closed {
        oddities.push(IssueOddity::UnclosedFrontMatter { line: first_line - 1 });
    }
    let pictures = cover::pictures(&entries, text, fence.body.start);
    let cover = text_of(&entries, &["cover"]).filter(|cover| cover::is_address(cover));
    let front_matter = FrontMatter {
        format: fence.format,
        span: fence.span,
        title: text_of(&entries, &["title"]),
        author: text_of(&entries, &["author", "authors"]),
        author_link: text_of(&entries, &["authorlink", "authorLink", "author_link"]),
        description: text_of(&entries, &["description"]),
        categories: list_of(&entries, &["categories", "category"]),
        tags: list_of(&entries, &["tags", "tag"]),
        date: text_of(&entries, &["date"]),
        cover: cover.or_else(|| pictures.first().map(|span| text[span.clone()].to_owned())),
    };
    Some(Reading { front_matter, pictures, oddities })
}

/// The first of the keys that has a value, as text; the items of a list are joined.
fn text_of(entries: &Entries, keys: &[&str]) -> Option<String> {
    Some(list_of(entries, keys).join(", ")).filter(|text| !text.is_empty())
}

fn list_of(entries: &Entries, keys: &[&str]) -> Vec<String> {
    // Of two entries with one key the later counts, as in most readers of YAML.
    let nodes = keys.iter().filter_map(|key| entries.iter().rev().find(|(name, _)| name == key));
    let lists = nodes.map(|(_, node)| match &node.value {
        Value::List(items) => items.iter().filter_map(Node::text).map(str::to_owned).collect(),
        _ => node.text().map(str::to_owned).into_iter().collect::<Vec<_>>(),
    });
    lists.into_iter().find(|list| !list.is_empty()).unwrap_or_default()
}
