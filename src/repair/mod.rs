//! Carries repairs of issues out: which links get which target, the journal of what was done, and the way back.
//!
//! A proposal is made from the text that was scanned; it is written only where the file still holds that text and git
//! has nothing uncommitted of it. The journal entry of a run is on the disk before the first issue is touched.

mod file;
mod git;
mod journal;
mod propose;
mod undo;

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::archive::{Archive, ArchiveError, Digest};
use crate::issue::relink::{Edit, invert};

pub use file::put_file;
pub use git::{GitError, uncommitted};
pub use journal::{Change, Journal, Run, RunFile};
pub use propose::{Doubtful, Kept, Plan, Proposal, Task, propose};
pub use undo::{Undone, undo};

/// Why an issue was not rewritten.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// The system refused.
    #[error("could not {doing} `{path}`: {source}")]
    Io {
        /// The operation, as `replace`.
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
    /// The journal can't be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// There is no such run.
    #[error("the journal has no run `{run}`; it has {known}")]
    NoRun {
        /// What was asked for.
        run: String,
        /// The runs there are.
        known: String,
    },
}

/// What writing a number of proposals came to.
#[derive(Debug, Default)]
pub struct Written {
    /// The name of the run, for `--undo`.
    pub run: Option<String>,
    /// The issues that were rewritten.
    pub files: Vec<PathBuf>,
    /// Why others were not.
    pub refused: Vec<RepairError>,
}

/// Whether files with uncommitted changes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dirty {
    /// They are refused.
    Refuse,
    /// They are written like any other.
    Allow,
}

/// Writes the proposals: what can't be written safely is refused, the rest is noted in the journal and done.
///
/// # Errors
/// When the journal can't be written or git can't be asked; no issue is touched then.
pub fn write(archive: &Archive, run: &str, proposals: &[Proposal<'_>], dirty: Dirty) -> Result<Written, RepairError> {
    let (mut written, mut accepted) = (Written::default(), Vec::new());
    let paths: Vec<&Path> = proposals.iter().map(|proposal| proposal.file.path.as_path()).collect();
    let uncommitted = if dirty == Dirty::Refuse { uncommitted(&paths)? } else { Vec::new() };
    for proposal in proposals {
        let path = &proposal.file.path;
        match file::read(path) {
            Err(error) => written.refused.push(error),
            Ok(bytes) if Digest::of(&bytes) != proposal.file.sha256 => {
                written.refused.push(RepairError::Changed { path: path.clone() });
            }
            Ok(_) if uncommitted.contains(path) => {
                written.refused.push(RepairError::Uncommitted { path: path.clone() });
            }
            Ok(_) => accepted.push(proposal),
        }
    }
    if accepted.is_empty() {
        return Ok(written);
    }
    let files = accepted.iter().map(|proposal| run_file(proposal)).collect();
    written.run = Some(Journal::of(archive).put(run, files)?);
    for proposal in accepted {
        match file::replace(&proposal.file.path, proposal.file.sha256, proposal.edited.as_bytes()) {
            Ok(()) => written.files.push(proposal.file.path.clone()),
            Err(error) => written.refused.push(error),
        }
    }
    Ok(written)
}

/// How many characters before and after a change are kept.
const AROUND: usize = 12;

fn around(text: &str, span: &Range<usize>) -> [String; 2] {
    let before = text[..span.start].char_indices().rev().take(AROUND).last().map_or(span.start, |(at, _)| at);
    let after = text[span.end..].chars().take(AROUND).collect();
    [text[before..span.start].to_owned(), after]
}

/// What the journal keeps of a proposal.
fn run_file(proposal: &Proposal<'_>) -> RunFile {
    let text = &proposal.file.text;
    let mut ordered: Vec<&Edit> = proposal.edits.iter().collect();
    ordered.sort_by_key(|edit| edit.span.start);
    let changes = ordered.iter().zip(invert(text, &proposal.edits)).map(|(edit, back)| Change {
        at: back.span.start,
        around: around(&proposal.edited, &back.span),
        old: back.text,
        new: edit.text.clone(),
    });
    RunFile {
        path: file::absolute(&proposal.file.path),
        before: proposal.file.sha256,
        after: Digest::of(proposal.edited.as_bytes()),
        changes: changes.collect(),
    }
}
