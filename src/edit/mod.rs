//! Edits files of other people: only the bytes that are meant, with a way back.
//!
//! What is to be done to a file was made from a text that was read before; it is done only where the file still holds
//! that text and git has nothing uncommitted of it. The undo record of a run is on the disk before its first file is
//! touched, and each file is replaced whole: a run that is killed can be taken back, or run again.

mod git;
mod heads;
mod journal;
mod undo;

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::archive::write::{Disk, Revised};
use crate::archive::{Archive, ArchiveError, Digest, Writer};
use crate::issue::relink::{Edit, invert};

pub use git::{GitError, uncommitted};
pub use heads::article_of_head;
pub use journal::{Change, Journal, Kind, Run, RunFile};
pub use undo::{Undone, undo};

/// Why a file was not edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The system refused.
    #[error("could not {doing} `{path}`: {source}")]
    Io {
        /// The operation, as `read`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody wrote the file in the meantime.
    #[error("`{path}` has changed since it was read; run the command again, the file is as it was")]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Git has changes of the file that are not committed.
    #[error("`{path}` has changes that are not committed; commit them first, or pass `--allow-dirty`")]
    Uncommitted {
        /// The file.
        path: PathBuf,
    },
    /// Git can't be asked.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The undo record or the file can't be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// There is no such run.
    #[error("there is no run {run} to take back; {known}")]
    NoRun {
        /// What was asked for, in words.
        run: String,
        /// The runs there are, in words.
        known: String,
    },
}

/// A file as it was read, and what it is to become.
#[derive(Debug, Clone, Copy)]
pub struct Edited<'a> {
    /// The file.
    pub path: &'a Path,
    /// The digest of the bytes that were read.
    pub sha256: Digest,
    /// What they say.
    pub before: &'a str,
    /// What changes.
    pub edits: &'a [Edit],
    /// What the file is to say.
    pub after: &'a str,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Written {
    /// The name of the run, for `--undo`.
    pub run: Option<String>,
    /// The files that were edited.
    pub files: Vec<PathBuf>,
    /// Why others were not.
    pub refused: Vec<EditError>,
}

/// Whether files with uncommitted changes are edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dirty {
    /// They are refused.
    Refuse,
    /// They are edited like any other.
    Allow,
}

/// Edits files: what can't be edited safely is refused, the rest is noted in an undo record and done.
///
/// Git is not asked for the archive's own files, its heads; what they say afterwards is noted.
///
/// # Errors
/// When the record can't be written or git can't be asked; no file is touched then.
pub fn write(
    writer: &mut Writer,
    (kind, now): (Kind, Timestamp),
    files: &[Edited<'_>],
    dirty: Dirty,
) -> Result<Written, EditError> {
    let (mut written, mut accepted) = (Written::default(), Vec::new());
    let uncommitted = if dirty == Dirty::Refuse { uncommitted(&outside(writer, files))? } else { Vec::new() };
    for file in files {
        match check(file, &uncommitted) {
            Ok(()) => accepted.push(file),
            Err(error) => written.refused.push(error),
        }
    }
    // The run before may have been killed between a head and the note of what it says.
    if let Some(before) = Journal::of(writer).newest(kind)? {
        heads::note(writer, &before)?;
    }
    if accepted.is_empty() {
        return Ok(written);
    }
    sweep(writer.disk(), accepted.iter().map(|file| file.path))?;
    let run = Journal::of(writer).put(kind, now, accepted.iter().map(|file| run_file(file)).collect())?;
    for file in accepted {
        match replace(writer.disk(), file.path, file.sha256, file.after) {
            Ok(()) => written.files.push(file.path.to_owned()),
            Err(error) => written.refused.push(error),
        }
    }
    heads::note(writer, &run)?;
    written.run = Some(run.run);
    Ok(written)
}

/// Puts bytes into a file that may be new; the folders above it are made.
///
/// # Errors
/// When the system refuses.
pub fn put_file(path: &Path, bytes: &[u8]) -> Result<(), EditError> {
    Disk::default().replace(path, bytes)?;
    Ok(())
}

/// The files that are none of the archive's own.
fn outside<'a>(archive: &Archive, files: &[Edited<'a>]) -> Vec<&'a Path> {
    let root = absolute(&archive.root());
    files.iter().map(|file| file.path).filter(|path| !absolute(path).starts_with(&root)).collect()
}

/// Whether a file may be edited.
fn check(file: &Edited<'_>, uncommitted: &[PathBuf]) -> Result<(), EditError> {
    let path = || file.path.to_owned();
    if Digest::of(&read(file.path)?) != file.sha256 {
        return Err(EditError::Changed { path: path() });
    }
    if uncommitted.iter().any(|path| path == file.path) {
        return Err(EditError::Uncommitted { path: path() });
    }
    Ok(())
}

/// Removes what a run that was killed left beside files.
fn sweep<'a>(disk: &Disk, files: impl Iterator<Item = &'a Path>) -> Result<(), EditError> {
    let folders = files.filter_map(|file| Some(absolute(file).parent()?.to_owned()));
    let mut folders: Vec<PathBuf> = folders.filter(|folder| folder.is_dir()).collect();
    folders.sort();
    folders.dedup();
    for folder in folders {
        disk.sweep_folder(&folder)?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, EditError> {
    std::fs::read(path).map_err(|source| EditError::Io { doing: "read", path: path.to_owned(), source })
}

fn replace(disk: &Disk, path: &Path, expected: Digest, text: &str) -> Result<(), EditError> {
    match disk.revise(&absolute(path), expected, text.as_bytes())? {
        Revised::Written => Ok(()),
        Revised::Changed => Err(EditError::Changed { path: path.to_owned() }),
    }
}

/// A path that means the same from any folder, and over any link; one that can't be found stays as it is.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    // What can't be found is told when it is read.
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// How many characters before and after a change are kept.
const AROUND: usize = 12;

fn around(text: &str, span: &Range<usize>) -> [String; 2] {
    let before = text[..span.start].char_indices().rev().take(AROUND).last().map_or(span.start, |(at, _)| at);
    let after = text[span.end..].chars().take(AROUND).collect();
    [text[before..span.start].to_owned(), after]
}

/// What the undo record keeps of a file.
fn run_file(file: &Edited<'_>) -> RunFile {
    let mut ordered: Vec<&Edit> = file.edits.iter().collect();
    ordered.sort_by_key(|edit| edit.span.start);
    let changes = ordered.iter().zip(invert(file.before, file.edits)).map(|(edit, back)| Change {
        at: back.span.start,
        around: around(file.after, &back.span),
        old: back.text,
        new: edit.text.clone(),
    });
    RunFile {
        path: absolute(file.path),
        before: file.sha256,
        after: Digest::of(file.after.as_bytes()),
        changes: changes.collect(),
        undone: false,
    }
}
