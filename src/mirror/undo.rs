//! Writes files with new addresses of pictures, and keeps what takes that back.
//!
//! A record is named by the digest of the text that was written, so a file finds its own record by what it says, wherever
//! it has moved; a file that was edited since has none and is left alone.

use std::fs;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::folder::{Folder, replace_text};
use super::{MirrorError, Store as _};
use crate::archive::{Archive, Digest};

/// The folder of records, in that of the archive.
const JOURNAL: &str = "journal/pictures";

/// A file to be written, and what it was.
#[derive(Debug, Clone, Copy)]
pub struct Rewriting<'a> {
    /// The file.
    pub path: &'a Path,
    /// What it says.
    pub before: &'a str,
    /// What it is to say.
    pub after: &'a str,
    /// The bytes of `before` that differ, each with the length of what takes its place.
    pub changes: &'a [(Range<usize>, usize)],
}

/// What takes a rewriting back.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    format: u32,
    file: String,
    before: Digest,
    after: Digest,
    edits: Vec<Edit>,
}

/// Bytes of the new text, and what stood there.
#[derive(Debug, Serialize, Deserialize)]
struct Edit {
    start: usize,
    end: usize,
    old: String,
}

impl Rewriting<'_> {
    /// Writes the file, after its record; the archive must be locked by the caller.
    ///
    /// # Errors
    /// When the record or the file can't be written, or the file says something else by now.
    pub fn write(&self, archive: &Archive) -> Result<(), MirrorError> {
        let present = fs::read(self.path).map_err(MirrorError::io("read", self.path))?;
        if present != self.before.as_bytes() {
            return Err(MirrorError::Changed { path: self.path.to_owned() });
        }
        let record = self.record();
        let journal = Folder::open(&archive.root().join(JOURNAL))?;
        let mut bytes = serde_json::to_vec_pretty(&record).map_err(|error| MirrorError::Record {
            path: journal.path(&name(&record.after)),
            why: error.to_string(),
        })?;
        bytes.push(b'\n');
        journal.replace(&name(&record.after), &bytes)?;
        replace_text(self.path, self.after)
    }

    fn record(&self) -> Record {
        let (mut grown, mut shrunk) = (0, 0);
        let edits = self.changes.iter().map(|(span, length)| {
            let start = span.start + grown - shrunk;
            (grown, shrunk) = (grown + length, shrunk + span.len());
            Edit { start, end: start + length, old: self.before.get(span.clone()).unwrap_or_default().to_owned() }
        });
        Record {
            format: 1,
            edits: edits.collect(),
            file: self.path.to_string_lossy().into_owned(),
            before: Digest::of(self.before.as_bytes()),
            after: Digest::of(self.after.as_bytes()),
        }
    }

    /// Gives a file back what a rewriting took; `false` where it is not as a rewriting left it.
    ///
    /// # Errors
    /// When the record is damaged, or a file can't be read or written.
    pub fn undo(archive: &Archive, path: &Path) -> Result<bool, MirrorError> {
        let journal = Folder::open(&archive.root().join(JOURNAL))?;
        let present = fs::read_to_string(path).map_err(MirrorError::io("read", path))?;
        let digest = Digest::of(present.as_bytes());
        let Some(bytes) = journal.read(&name(&digest))? else { return Ok(false) };
        let damaged = |why: String| MirrorError::Record { path: journal.path(&name(&digest)), why };
        let record: Record = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        let mut text = present;
        for edit in record.edits.iter().rev() {
            if text.get(edit.start..edit.end).is_none() {
                return Err(damaged("an edit is outside of the text".to_owned()));
            }
            text.replace_range(edit.start..edit.end, &edit.old);
        }
        if Digest::of(text.as_bytes()) != record.before {
            return Err(damaged("it does not give back what was there".to_owned()));
        }
        replace_text(path, &text).map(|()| true)
    }
}

fn name(after: &Digest) -> String {
    format!("{after}.json")
}
