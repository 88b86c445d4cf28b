//! Compares two versions of an article: metadata, pictures, and the text by sentences and words.
//!
//! Chinese text has long paragraphs and no spaces, so lines say too little and single characters too much: sentences
//! are compared first, and only those that changed word by word.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use similar::{ChangeTag, DiffOp, TextDiff};

use crate::archive::{Manifest, Meta};

/// What is different between two versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Fields of the metadata.
    pub metadata: Vec<ChangedField>,
    /// Pictures of the newer version alone, by file.
    pub added_pictures: Vec<String>,
    /// Pictures of the older version alone, by file.
    pub removed_pictures: Vec<String>,
    /// Changed sentences, each as pieces that were taken out, put in, or stayed.
    pub text: Vec<Vec<Piece>>,
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedField {
    /// Its name in the manifest.
    pub field: String,
    /// Its JSON before; null where it was not there.
    pub before: serde_json::Value,
    /// Its JSON after.
    pub after: serde_json::Value,
}

/// A piece of a changed sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What became of it.
    pub change: Change,
    /// Its text.
    pub text: String,
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is in both versions.
    Same,
    /// It is in the older version alone.
    Removed,
    /// It is in the newer version alone.
    Added,
}

/// How long the search for the shortest difference may take; then a longer one has to do.
const PATIENCE: Duration = Duration::from_secs(2);

impl Difference {
    /// Whether the versions say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares two versions, each by its manifest and its Markdown.
#[must_use]
pub fn diff(before: (&Manifest, &str), after: (&Manifest, &str)) -> Difference {
    let files = |manifest: &Manifest| -> BTreeSet<String> {
        manifest.pictures.iter().map(|picture| picture.file.clone()).collect()
    };
    let (old, new) = (files(before.0), files(after.0));
    Difference {
        metadata: changed_fields(&before.0.meta, &after.0.meta),
        added_pictures: new.difference(&old).cloned().collect(),
        removed_pictures: old.difference(&new).cloned().collect(),
        text: changed_sentences(body(before.1), body(after.1)),
    }
}

fn changed_fields(before: &Meta, after: &Meta) -> Vec<ChangedField> {
    // Both are structs of plain values, which always have a JSON form.
    let object = |meta: &Meta| match serde_json::to_value(meta) {
        Ok(serde_json::Value::Object(object)) => object,
        Ok(_) | Err(_) => serde_json::Map::new(),
    };
    let (before, after) = (object(before), object(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value = |object: &serde_json::Map<_, _>, name: &str| object.get(name).cloned().unwrap_or_default();
    let fields = names.into_iter().map(|name| ChangedField {
        field: name.clone(),
        before: value(&before, name),
        after: value(&after, name),
    });
    fields.filter(|field| field.before != field.after).collect()
}

/// The text after the front matter, whose fields are compared from the manifests.
fn body(markdown: &str) -> &str {
    let after = markdown.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    after.map_or(markdown, |(_, body)| body)
}

fn changed_sentences(before: &str, after: &str) -> Vec<Vec<Piece>> {
    let (old, new) = (sentences(before), sentences(after));
    let difference = TextDiff::configure().timeout(PATIENCE).diff_slices(&old, &new);
    let changed = difference.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let pieces = changed.map(|op| words(&old[op.old_range()].concat(), &new[op.new_range()].concat()));
    pieces.filter(|pieces| !pieces.is_empty()).collect()
}

/// Sentences with the mark that ends them; a line ends one as well.
fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(['。', '！', '？', '；', '!', '?', '\n']).collect()
}

/// The words of a changed sentence, neighbours that share their fate put together.
fn words(before: &str, after: &str) -> Vec<Piece> {
    let difference = TextDiff::configure().timeout(PATIENCE).diff_unicode_words(before, after);
    let mut pieces: Vec<Piece> = Vec::new();
    for word in difference.iter_all_changes() {
        let change = match word.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Delete => Change::Removed,
            ChangeTag::Insert => Change::Added,
        };
        match pieces.last_mut() {
            Some(last) if last.change == change => last.text.push_str(word.value()),
            _ => pieces.push(Piece { change, text: word.value().to_owned() }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> Vec<String> {
        let show = |piece: &Piece| match piece.change {
            Change::Same => piece.text.clone(),
            Change::Removed => format!("[-{}-]", piece.text),
            Change::Added => format!("{{+{}+}}", piece.text),
        };
        changed_sentences(before, after).iter().map(|pieces| pieces.iter().map(show).collect()).collect()
    }

    #[test]
    fn only_the_changed_words_of_the_changed_sentence_are_told() {
        let before = "今天看星。昨天下雨。明天再说。";
        assert_eq!(shown(before, "今天看星。昨天下雪。明天再说。"), ["昨天下[-雨-]{+雪+}。"]);
        assert_eq!(shown(before, before), [""; 0]);
        assert_eq!(shown("甲。\n", "甲。\n乙。\n"), ["{+乙。\n+}"]);
    }

    #[test]
    fn pieces_give_both_texts_back() {
        let (before, after) = ("一二三四，five six。七八！", "一三四，five seven。八七！九");
        for (left_out, text) in [(Change::Added, before), (Change::Removed, after)] {
            let pieces = words(before, after);
            let kept = pieces.iter().filter(|piece| piece.change != left_out).map(|piece| piece.text.as_str());
            assert_eq!(kept.collect::<String>(), text);
        }
    }
}
