//! Which footnotes are whole: a marker without its entry is no footnote, nor an entry without its marker.

use std::collections::{HashMap, HashSet};

use super::leaves::{inlines, leaves};
use super::run::is_visible;
use crate::model::{Block, Footnote, InlineKind};

/// The footnotes of a body that have both a marker and an entry.
#[derive(Debug, Default)]
pub(super) struct Notes<'a> {
    /// The entry each label leads to, by its address, since labels may be repeated.
    entries: HashMap<&'a str, *const Footnote>,
}

impl<'a> Notes<'a> {
    /// Collects the footnotes of a body.
    pub(super) fn of(blocks: &'a [Block]) -> Self {
        let mut entries: HashMap<&str, *const Footnote> = HashMap::new();
        let mut markers: HashSet<&str> = HashSet::new();
        for leaf in leaves(blocks) {
            if let Block::Footnotes(notes) = leaf {
                for note in notes.iter().filter(|note| is_label(&note.label) && is_visible(&note.content)) {
                    entries.entry(&note.label).or_insert(note);
                }
                continue;
            }
            for inline in inlines(leaf) {
                if let InlineKind::FootnoteRef(label) = &inline.kind {
                    markers.insert(label);
                }
            }
        }
        entries.retain(|label, _| markers.contains(label));
        Self { entries }
    }

    /// Whether a marker with this label leads somewhere.
    pub(super) fn is_whole(&self, label: &str) -> bool {
        self.entries.contains_key(label)
    }

    /// Whether this is the entry that markers with its label lead to.
    pub(super) fn is_entry(&self, note: &Footnote) -> bool {
        self.entries.get(note.label.as_str()).is_some_and(|entry| std::ptr::eq(*entry, note))
    }
}

/// Whether every reader takes this as a label: they differ in what they do with case, blanks and brackets.
fn is_label(label: &str) -> bool {
    (1..=20).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
}
