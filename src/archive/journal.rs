//! The folders `journal/` and `.undo/`: what other parts of the program need to remember.
//!
//! What is in `.undo/` says how to take edits of other files back. It holds their bytes as they were, private values
//! included, and so keeps itself out of git and is read by its owner only.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::record::{self, to_bytes};
use super::write::{Disk, list};
use super::{Archive, ArchiveError, layout};

/// Tells git to leave the whole folder out, this file as well.
const IGNORE: &str = "*\n";

impl Archive {
    /// Writes a record of the journal.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn put_journal(&self, name: &str, record: &impl Serialize) -> Result<(), ArchiveError> {
        let path = layout::journal(name);
        self.disk.replace(&path, &to_bytes(record, &path)?)?;
        Ok(())
    }

    /// Reads a record of the journal; `None` where there is none of this name.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn journal<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ArchiveError> {
        record::read(self.disk.path(&layout::journal(name)))
    }

    /// Writes the undo record of a run.
    pub(crate) fn put_undo(&self, run: &str, record: &impl Serialize) -> Result<(), ArchiveError> {
        let path = layout::undo(run);
        self.disk.replace(&Path::new(layout::UNDO).join(".gitignore"), IGNORE.as_bytes())?;
        self.disk.replace_private(&path, &to_bytes(record, &path)?)?;
        Ok(())
    }

    /// Reads the undo record of a run; `None` where there is none.
    pub(crate) fn undo<T: DeserializeOwned>(&self, run: &str) -> Result<Option<T>, ArchiveError> {
        record::read(self.disk.path(&layout::undo(run)))
    }

    /// The names of all runs that have an undo record, sorted.
    pub(crate) fn undo_runs(&self) -> Result<Vec<String>, ArchiveError> {
        let files = list(&self.disk.path(Path::new(layout::UNDO)))?;
        let name = |file: &PathBuf| Some(file.file_name()?.to_str()?.strip_suffix(".json")?.to_owned());
        Ok(files.iter().filter_map(name).collect())
    }

    /// Where files are written, and where faults are planned.
    pub(crate) fn disk(&self) -> &Disk {
        &self.disk
    }
}
