//! The entries of a block of front matter; a broken one costs only itself, the others are read one by one.

use super::fence::{self, Fence};
use super::front_matter::FrontMatterFormat;
use super::position::Positions;
use super::value::{self, Broken, Entries, Node, Value};

/// The largest block that is read, in bytes; the largest that was seen has 900.
const LARGEST: usize = 64 * 1024;

/// Reads the whole block or, where that fails, entry by entry; tells also how far the block turned out to reach.
pub(super) fn read(text: &str, fence: Fence) -> (Entries, Vec<Broken>, Fence) {
    let fence = if fence.body.len() > LARGEST { fence.without_prose(text) } else { fence };
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
        FrontMatterFormat::Json => match value::read_json(source) {
            Ok(entries) => (entries, Vec::new(), fence),
            Err(broken) => (Vec::new(), vec![broken], fence),
        },
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
