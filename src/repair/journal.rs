//! The journal: for each run, which bytes of which file were replaced by which others.
//!
//! `journal/RUN.json` in the folder of the archive. It holds the old addresses as they were written, private values
//! included: without them a run could not be taken back byte for byte.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::RepairError;
use crate::archive::{Archive, ArchiveError, Digest, FORMAT_NUMBER};

/// The journal of an archive.
#[derive(Debug)]
pub struct Journal<'a> {
    archive: &'a Archive,
}

/// What one run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// [`FORMAT_NUMBER`].
    pub format: u32,
    /// Its name: the time it began.
    pub run: String,
    /// The files it rewrote.
    pub files: Vec<RunFile>,
    /// Whether it was taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undone: bool,
}

/// What a run did to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFile {
    /// The file.
    pub path: PathBuf,
    /// The digest of its bytes before.
    pub before: Digest,
    /// The digest after.
    pub after: Digest,
    /// The changes, in the order of the file.
    pub changes: Vec<Change>,
}

/// Bytes that were replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where the new bytes begin in the file as the run left it.
    pub at: usize,
    /// What stood there before.
    pub old: String,
    /// What stands there now.
    pub new: String,
    /// What stands before and after it, by which it is found again in a file that was edited since.
    pub around: [String; 2],
}

impl<'a> Journal<'a> {
    /// The journal of an archive.
    #[must_use]
    pub fn of(archive: &'a Archive) -> Self {
        Self { archive }
    }

    /// Writes a run under a name, or the next free one like it, and tells which.
    pub(super) fn put(&self, name: &str, files: Vec<RunFile>) -> Result<String, ArchiveError> {
        let known = self.names()?;
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !known.contains(name));
        let run = Run { format: FORMAT_NUMBER, run: free.unwrap_or_default(), files, undone: false };
        self.archive.put_journal(&run.run, &run)?;
        Ok(run.run)
    }

    /// Notes that a run was taken back.
    pub(super) fn settle(&self, run: Run) -> Result<(), ArchiveError> {
        let run = Run { undone: true, ..run };
        self.archive.put_journal(&run.run, &run)
    }

    /// The run of a name, or the newest that was not taken back.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn run(&self, name: Option<&str>) -> Result<Run, RepairError> {
        let names = self.names()?;
        let missing = || RepairError::NoRun {
            run: name.unwrap_or("to take back").to_owned(),
            known: if names.is_empty() { "none".to_owned() } else { names.join(", ") },
        };
        match name {
            Some(name) if names.iter().any(|known| known == name) => self.archive.journal(name)?.ok_or_else(missing),
            Some(_) => Err(missing()),
            None => {
                for name in names.iter().rev() {
                    if let Some(run) = self.archive.journal::<Run>(name)?.filter(|run| !run.undone) {
                        return Ok(run);
                    }
                }
                Err(missing())
            }
        }
    }

    /// The names of all runs, oldest first.
    fn names(&self) -> Result<Vec<String>, ArchiveError> {
        let files = self.archive.journal_files()?;
        let name = |file: &PathBuf| Some(Path::new(file.file_name()?).file_stem()?.to_str()?.to_owned());
        let is_run = |name: &String| name.starts_with("relink-");
        let mut names: Vec<String> = files.iter().filter_map(name).filter(is_run).collect();
        names.sort();
        Ok(names)
    }
}
