//! The front matter of an issue: the fields a newsletter uses, typed, whatever shape they are written in.
//!
//! A broken block costs only the entry that is broken: the others are read one by one.

use std::ops::Range;

use super::fence::{self, Fence};
use super::position::Positions;
use super::value::{self, Broken, Entries, Node, Value};
use super::{FrontMatterFormat, IssueOddity};

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
    let (entries, broken, fence) = read_entries(text, found);
    let first_line = 1 + text[..fence.body.start].matches('\n').count();
    let mut oddities: Vec<IssueOddity> = broken
        .into_iter()
        .map(|Broken { line, why }| IssueOddity::BrokenFrontMatter { line: first_line + line - 1, why })
        .collect();
    if !fence.closed {
        oddities.push(IssueOddity::UnclosedFrontMatter { line: first_line - 1 });
    }
    let pictures = pictures(&entries, text, fence.body.start);
    let cover = text_of(&entries, &["cover"]).filter(|cover| is_picture_address(cover));
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

/// The largest block that is read, in bytes; the largest that was seen has 900.
const LARGEST: usize = 64 * 1024;

/// Reads the whole block or, where that fails, entry by entry; tells also how far the block turned out to reach.
fn read_entries(text: &str, fence: Fence) -> (Entries, Vec<Broken>, Fence) {
    let source = &text[fence.body.clone()];
    if source.len() > LARGEST {
        let why = format!("it has more than {} KiB, which no front matter has", LARGEST / 1024);
        return (Vec::new(), vec![Broken { line: 1, why }], fence);
    }
    match fence.format {
        FrontMatterFormat::Toml => {
            let (entries, broken) = value::read_toml(source);
            (entries, broken, fence)
        }
        FrontMatterFormat::Yaml => match value::read_yaml(source) {
            Ok(entries) => (entries, Vec::new(), fence),
            Err(whole) => {
                let fence = fence.without_prose(text);
                let (entries, mut broken) = read_one_by_one(&text[fence.body.clone()]);
                if broken.is_empty() && fence.closed {
                    broken.push(whole);
                }
                (entries, broken, fence)
            }
        },
    }
}

fn read_one_by_one(source: &str) -> (Entries, Vec<Broken>) {
    let (mut entries, mut broken) = (Vec::new(), Vec::new());
    let mut positions = Positions::new(source);
    for span in fence::entries(source) {
        let (line, _) = positions.of(span.start);
        let entry = &source[span.clone()];
        match value::read_yaml(entry) {
            Ok(read) => entries.extend(read.into_iter().map(|(key, node)| (key, node.moved(span.start)))),
            Err(cause) => {
                let why = format!("`{}`: {}", entry.lines().next().unwrap_or_default(), hint(entry, &cause.why));
                broken.push(Broken { line: line + cause.line - 1, why });
                entries.extend(guess(entry).map(|(key, node)| (key, node.moved(span.start))));
            }
        }
    }
    (entries, broken)
}

/// What the writer should do about an entry that is no YAML; the reader's own words where no habit explains it.
fn hint(entry: &str, cause: &str) -> String {
    let (key, value) = entry.split_once(':').unwrap_or((entry, ""));
    let bare = value.trim();
    if !value.is_empty() && !value.starts_with([' ', '\t', '\n', '\r']) {
        return format!("write a space after `{key}:`");
    }
    if entry.contains("\n\t") || value.starts_with('\t') {
        return "indent with spaces instead of tabs".to_owned();
    }
    if bare.starts_with(['"', '\'']) && !bare[1..].contains(&bare[..1]) {
        return "close the quotation mark".to_owned();
    }
    if bare.contains(": ") || bare.starts_with(['@', '`', '%', '&', '*', '!', '|', '>', '[', '{', ']', '}']) {
        return format!("put the value of `{key}` in quotation marks");
    }
    cause.to_owned()
}

/// The key and the value that a broken entry of one line most likely means.
fn guess(entry: &str) -> Option<(String, Node)> {
    let line = entry.trim_end();
    let (key, value) = line.split_once(':').filter(|_| !line.contains('\n'))?;
    let bare = value.trim();
    let start = key.len() + 1 + (value.len() - value.trim_start().len());
    let text = bare.trim_matches(['"', '\'']);
    Some((key.trim().to_owned(), Node { value: Value::Text(text.to_owned()), span: start..start + bare.len() }))
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

/// Keys under which themes keep pictures, compared without case, `_` and `-`.
const PICTURE_KEYS: [&str; 11] = [
    "cover",
    "coverimage",
    "image",
    "images",
    "img",
    "thumbnail",
    "featuredimage",
    "featureimage",
    "banner",
    "topimg",
    "ogimage",
];

/// The bytes of every picture address below a picture key, in the order of the file.
fn pictures(entries: &Entries, text: &str, base: usize) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut pending: Vec<(bool, &Node)> = entries.iter().rev().map(|(key, node)| (is_picture_key(key), node)).collect();
    while let Some((wanted, node)) = pending.pop() {
        match &node.value {
            Value::Text(address) if wanted && is_picture_address(address) => {
                spans.push(bytes_of(address, &node.span, text, base));
            }
            Value::List(items) => pending.extend(items.iter().rev().map(|item| (wanted, item))),
            Value::Map(entries) => {
                // `cover: {image: …, alt: …}`: the keys inside decide again.
                pending.extend(entries.iter().rev().map(|(key, node)| (is_picture_key(key), node)));
            }
            Value::Text(_) | Value::Null => {}
        }
    }
    spans
}

fn is_picture_key(key: &str) -> bool {
    let plain: String = key.chars().filter(|char| !matches!(char, '_' | '-')).collect();
    PICTURE_KEYS.contains(&plain.to_ascii_lowercase().as_str())
}

/// `cover: true` and `image: 3` are switches of themes.
fn is_picture_address(value: &str) -> bool {
    value.contains(['/', '.']) && !value.contains(char::is_whitespace) && !value.starts_with(|c: char| c.is_numeric())
}

/// Where an address stands inside the bytes of its value, which may have quotation marks and escapes.
fn bytes_of(address: &str, span: &Range<usize>, text: &str, base: usize) -> Range<usize> {
    let span = base + span.start..base + span.end;
    let written = text.get(span.clone()).unwrap_or_default();
    let (start, len) = written.find(address).map_or_else(
        || {
            let inner = written.trim_matches(|char: char| matches!(char, '"' | '\'') || char.is_whitespace());
            (written.find(inner).unwrap_or(0), inner.len())
        },
        |start| (start, address.len()),
    );
    span.start + start..span.start + start + len
}

impl Node {
    fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The same node with its bytes counted from further up.
    fn moved(mut self, by: usize) -> Self {
        self.span = self.span.start + by..self.span.end + by;
        self.value = match self.value {
            Value::List(items) => Value::List(items.into_iter().map(|item| item.moved(by)).collect()),
            Value::Map(entries) => Value::Map(entries.into_iter().map(|(key, node)| (key, node.moved(by))).collect()),
            plain => plain,
        };
        self
    }
}
