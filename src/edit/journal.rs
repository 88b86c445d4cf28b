//! The undo records: for each run, which bytes of which file were replaced by which others.
//!
//! `.undo/RUN.json` in the folder of the archive, which git leaves out and only its owner reads. It holds the old
//! addresses as they were written, private values included: without them a run could not be taken back byte for byte.

use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{EditError, absolute};
use crate::archive::{Archive, ArchiveError, Digest, FORMAT_NUMBER};

/// What edits files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `relink`.
    Relink,
    /// `mirror --rewrite`.
    Mirror,
}

impl Kind {
    /// What the names of its runs begin with.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Relink => "relink",
            Self::Mirror => "mirror",
        }
    }
}

/// The undo records of an archive.
#[derive(Debug)]
pub struct Journal<'a> {
    archive: &'a Archive,
}

/// What one run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// [`FORMAT_NUMBER`].
    pub format: u32,
    /// Its name: what made it, and when.
    pub run: String,
    /// The files it rewrote.
    pub files: Vec<RunFile>,
}

impl Run {
    /// Whether every file was taken back, as far as it could be.
    fn is_undone(&self) -> bool {
        self.files.iter().all(|file| file.undone)
    }
}

/// What a run did to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFile {
    /// The file. On the disk from the folder of the archive where both are in one tree, so that it can be moved.
    pub path: PathBuf,
    /// The digest of its bytes before.
    pub before: Digest,
    /// The digest after.
    pub after: Digest,
    /// The changes, in the order of the file.
    pub changes: Vec<Change>,
    /// Whether it was taken back, as far as it could be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undone: bool,
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
    /// The undo records of an archive.
    #[must_use]
    pub fn of(archive: &'a Archive) -> Self {
        Self { archive }
    }

    /// Writes the record of a run, under a name of its own.
    pub(super) fn put(&self, kind: Kind, now: Timestamp, files: Vec<RunFile>) -> Result<Run, ArchiveError> {
        let known = self.names(kind)?;
        let name = format!("{}-{}", kind.name(), now.strftime("%Y-%m-%dT%H-%M-%SZ"));
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !known.contains(name));
        let run = Run { format: FORMAT_NUMBER, run: free.unwrap_or_default(), files };
        self.store(&run)?;
        Ok(run)
    }

    /// The run of a name, or the newest that was not taken back, among those of one kind.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn run(&self, kind: Kind, name: Option<&str>) -> Result<Run, EditError> {
        let names = self.names(kind)?;
        let missing = || EditError::NoRun {
            run: name.map_or_else(|| format!("of {}", kind.name()), |name| format!("`{name}`")),
            known: if names.is_empty() {
                format!("`{}` has written nothing here yet; name another archive with `--archive`", kind.name())
            } else if name.is_none() {
                format!("all are taken back already: {}", names.join(", "))
            } else {
                format!("known are {}", names.join(", "))
            },
        };
        match name {
            Some(name) if names.iter().any(|known| known == name) => self.load(name)?.ok_or_else(missing),
            Some(_) => Err(missing()),
            None => self.newest(kind)?.ok_or_else(missing),
        }
    }

    /// The newest run of a kind that was not taken back.
    pub(super) fn newest(&self, kind: Kind) -> Result<Option<Run>, ArchiveError> {
        for name in self.names(kind)?.iter().rev() {
            if let Some(run) = self.load(name)?.filter(|run| !run.is_undone()) {
                return Ok(Some(run));
            }
        }
        Ok(None)
    }

    /// Writes the record of a run, or what of it was taken back.
    pub(super) fn store(&self, run: &Run) -> Result<(), ArchiveError> {
        let (mut stored, root) = (run.clone(), absolute(&self.archive.root()));
        for file in &mut stored.files {
            file.path = relative(&root, &file.path);
        }
        self.archive.put_undo(&run.run, &stored)
    }

    fn load(&self, name: &str) -> Result<Option<Run>, ArchiveError> {
        let root = absolute(&self.archive.root());
        let mut run: Option<Run> = self.archive.undo(name)?;
        for file in run.iter_mut().flat_map(|run| &mut run.files) {
            file.path = absolute(&root.join(&file.path));
        }
        Ok(run)
    }

    /// The names of all runs of a kind, oldest first.
    fn names(&self, kind: Kind) -> Result<Vec<String>, ArchiveError> {
        let mut names = self.archive.undo_runs()?;
        names.retain(|name| name.strip_prefix(kind.name()).is_some_and(|rest| rest.starts_with('-')));
        names.sort_by_key(|name| in_order(name));
        Ok(names)
    }
}

/// The time of a run and its number within that second: `…Z-10` comes after `…Z-9`.
fn in_order(name: &str) -> (String, u32) {
    let (time, number) = name.split_once("Z-").unwrap_or((name.trim_end_matches('Z'), "1"));
    // What is no number was not written by us and comes first.
    (time.to_owned(), number.parse().unwrap_or_default())
}

/// The way from a folder to a file; where they have nothing in common but the root, the file as it is.
fn relative(folder: &Path, file: &Path) -> PathBuf {
    let common = folder.components().zip(file.components()).take_while(|(one, other)| one == other).count();
    let is_near = file.components().take(common).any(|part| matches!(part, Component::Normal(_)));
    if !is_near {
        return file.to_owned();
    }
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    up.chain(file.components().skip(common)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_one_second_are_in_the_order_of_their_numbers() {
        let mut names =
            ["relink-2026-01-01T00-00-00Z-10", "relink-2026-01-01T00-00-00Z-9", "relink-2026-01-01T00-00-00Z"];
        names.sort_by_key(|name| in_order(name));
        assert_eq!(names.map(str::len), [27, 29, 30]);
    }

    #[test]
    fn files_of_one_tree_are_named_from_the_archive() {
        let way = |folder: &str, file: &str| relative(Path::new(folder), Path::new(file));
        assert_eq!(way("/home/a/archive", "/home/a/issues/1.md"), Path::new("../issues/1.md"));
        assert_eq!(way("/data/archive", "/home/a/1.md"), Path::new("/home/a/1.md"));
    }
}
