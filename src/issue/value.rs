//! Front matter as a tree that keeps every scalar as it is written, with the bytes it stands in.
//!
//! A typed reader would make `false` of the title `no` and a number of `012`. YAML goes through serde-saphyr, TOML
//! through toml; nothing else names them.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use toml::de::{DeTable, DeValue};

/// A value and the bytes of the source it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Text(String),
    List(Vec<Node>),
    Map(Entries),
}

/// The entries of a map, in the order of the source.
pub(super) type Entries = Vec<(String, Node)>;

/// Where and why a source cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// From 1.
    pub(super) line: usize,
    pub(super) why: String,
}

/// Reads a YAML map; an empty source is an empty one.
pub(super) fn read_yaml(source: &str) -> Result<Entries, Broken> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        strict_booleans: true,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        with_snippet: false,
        budget: serde_saphyr::budget! { max_depth: 32 },
    };
    let root: Spanned<Yaml> = serde_saphyr::from_str_with_options(source, options).map_err(|error| Broken {
        line: error.location().map_or(1, |location| usize::try_from(location.line()).unwrap_or(1).max(1)),
        why: without_place(&error.without_snippet().to_string()),
    })?;
    match from_yaml(root, source).value {
        Value::Map(entries) => Ok(entries),
        Value::Null => Ok(Vec::new()),
        Value::Text(_) | Value::List(_) => Err(Broken { line: 1, why: "expected lines of `key: value`".to_owned() }),
    }
}

/// Reads a JSON object, which is YAML but for the tabs between its parts.
pub(super) fn read_json(source: &str) -> Result<Entries, Broken> {
    read_yaml(&source.replace('\t', " "))
}

/// Takes ` at line 3, column 5` off a message: it counts from the start of the block, not of the file.
fn without_place(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(what, _)| what).to_owned()
}

/// Reads TOML; what is broken is left out and told.
pub(super) fn read_toml(source: &str) -> (Entries, Vec<Broken>) {
    let (table, errors) = DeTable::parse_recoverable(source);
    let broken = errors.iter().map(|error| Broken {
        line: 1 + error.span().map_or(0, |span| source[..span.start.min(source.len())].matches('\n').count()),
        why: error.message().to_owned(),
    });
    (entries_of_toml(table.get_ref(), source), broken.collect())
}

impl Node {
    /// The text of a scalar, unless it is blank.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The same node with its bytes counted from further up.
    pub(super) fn moved(mut self, by: usize) -> Self {
        self.span = self.span.start + by..self.span.end + by;
        self.value = match self.value {
            Value::List(items) => Value::List(items.into_iter().map(|item| item.moved(by)).collect()),
            Value::Map(entries) => Value::Map(entries.into_iter().map(|(key, node)| (key, node.moved(by))).collect()),
            plain => plain,
        };
        self
    }
}

/// What serde-saphyr sees before it is joined with the source: numbers and booleans have lost their spelling.
enum Yaml {
    Null,
    Plain,
    Text(String),
    List(Vec<Spanned<Yaml>>),
    Map(Vec<(String, Spanned<Yaml>)>),
}

fn from_yaml(spanned: Spanned<Yaml>, source: &str) -> Node {
    let location = spanned.defined.span();
    let offset = |bytes: Option<u64>| bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
    let start = offset(location.byte_offset()).min(source.len());
    let span = start..(start + offset(location.byte_len())).min(source.len());
    let value = match spanned.value {
        Yaml::Null => Value::Null,
        Yaml::Plain => Value::Text(source.get(span.clone()).unwrap_or_default().trim().to_owned()),
        Yaml::Text(text) => Value::Text(text),
        Yaml::List(items) => Value::List(items.into_iter().map(|item| from_yaml(item, source)).collect()),
        Yaml::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, item)| (key, from_yaml(item, source))).collect())
        }
    };
    Node { value, span }
}

fn entries_of_toml(table: &DeTable<'_>, source: &str) -> Entries {
    let mut entries: Entries = table
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), from_toml(value.get_ref(), value.span(), source)))
        .collect();
    entries.sort_by_key(|(_, node)| node.span.start);
    entries
}

fn from_toml(value: &DeValue<'_>, span: Range<usize>, source: &str) -> Node {
    let value = match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Array(items) => {
            Value::List(items.iter().map(|item| from_toml(item.get_ref(), item.span(), source)).collect())
        }
        DeValue::Table(table) => Value::Map(entries_of_toml(table, source)),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            Value::Text(source.get(span.clone()).unwrap_or_default().trim().to_owned())
        }
    };
    Node { value, span }
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(YamlVisitor)
    }
}

struct YamlVisitor;

impl<'de> Visitor<'de> for YamlVisitor {
    type Value = Yaml;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("front matter")
    }

    fn visit_unit<E: Error>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Yaml, E> {
        Ok(Yaml::Plain)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Yaml, E> {
        Ok(Yaml::Plain)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Yaml, E> {
        Ok(Yaml::Plain)
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Yaml, E> {
        Ok(Yaml::Plain)
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Yaml, E> {
        Ok(Yaml::Plain)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Yaml, E> {
        Ok(Yaml::Plain)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Yaml, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Yaml::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Yaml, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Yaml::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(entries: &'a Entries, key: &str) -> &'a str {
        match entries.iter().find(|(name, _)| name == key).map(|(_, node)| &node.value) {
            Some(Value::Text(text)) => text,
            other => panic!("`{key}` is {other:?}"),
        }
    }

    #[test]
    fn scalars_keep_their_spelling() {
        let source = "a: no\nb: 012\nc: 2022-06-02T15:00:00+08:00 # why\nd: 1.10\ne: true\nf: .inf\ng: 0x1F\n";
        let entries = read_yaml(source).unwrap();
        let spelled: Vec<_> = "abcdefg".chars().map(|key| text(&entries, &key.to_string())).collect();
        assert_eq!(spelled, ["no", "012", "2022-06-02T15:00:00+08:00", "1.10", "true", ".inf", "0x1F"]);
        let (entries, broken) = read_toml("a = 1979-05-27T07:32:00Z\nb = 0x1F\n[c]\nd = 'x'\n");
        assert_eq!((text(&entries, "a"), text(&entries, "b"), broken), ("1979-05-27T07:32:00Z", "0x1F", Vec::new()));
    }

    #[test]
    fn spans_are_the_bytes_of_the_value() {
        let source = "标题: \"第一行\n\"\ncover: 'https://a.b/c'\nn: {x: [甲, 乙]}\n";
        let entries = read_yaml(source).unwrap();
        let slices: Vec<_> = entries.iter().map(|(_, node)| &source[node.span.clone()]).collect();
        assert_eq!(slices[..2], ["\"第一行\n\"", "'https://a.b/c'"]);
        let Value::Map(inner) = &entries[2].1.value else { panic!("a map") };
        let Value::List(items) = &inner[0].1.value else { panic!("a list") };
        assert_eq!(&source[items[1].span.clone()], "乙");
    }

    #[test]
    fn broken_toml_keeps_the_rest() {
        let (entries, broken) = read_toml("a = 'x'\nb = \nc = 'y'\n");
        assert_eq!((text(&entries, "a"), text(&entries, "c")), ("x", "y"));
        assert_eq!(broken[0].line, 2);
    }
}
