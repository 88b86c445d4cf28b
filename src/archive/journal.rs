//! The folder `journal/`: what other parts of the program need to remember of what they did outside the archive.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::record::{self, to_bytes};
use super::write::list;
use super::{Archive, ArchiveError, layout};

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

    /// The files of the journal.
    ///
    /// # Errors
    /// When the folder can't be listed.
    pub fn journal_files(&self) -> Result<Vec<PathBuf>, ArchiveError> {
        list(&self.disk.path(Path::new(layout::JOURNAL)))
    }
}
