//! Takes a run back: byte for byte where the file is as the run left it, else what still matches.

use std::path::PathBuf;

use super::journal::{Change, Journal, Run, RunFile};
use super::{EditError, heads, read, replace, sweep};
use crate::archive::write::Disk;
use crate::archive::{Digest, Writer};
use crate::issue::relink::{Edit, apply};

/// What became of one file.
#[derive(Debug)]
pub struct Undone {
    /// The file.
    pub path: PathBuf,
    /// How many changes were taken back.
    pub taken_back: usize,
    /// The changes that are not there any more as the run made them.
    pub lost: Vec<Change>,
    /// Why the file could not be read or written.
    pub error: Option<EditError>,
}

/// How far from where it is expected a change is looked for, in bytes.
const REACH: usize = 1 << 16;

/// Takes a run back, as far as its files allow.
///
/// # Errors
/// When the archive can't be written; what became of each file is told, not an error.
pub fn undo(writer: &mut Writer, mut run: Run) -> Result<Vec<Undone>, EditError> {
    sweep(writer.disk(), run.files.iter().map(|file| file.path.as_path()))?;
    let mut undone = Vec::new();
    // What was taken back before may stand there again because somebody wants it to.
    for file in run.files.iter_mut().filter(|file| !file.undone) {
        let outcome = undo_file(writer.disk(), file);
        file.undone = outcome.error.is_none();
        undone.push(outcome);
    }
    heads::note(writer, &run)?;
    Journal::of(writer).store(&run)?;
    Ok(undone)
}

fn undo_file(disk: &Disk, known: &RunFile) -> Undone {
    let mut undone = Undone { path: known.path.clone(), taken_back: 0, lost: Vec::new(), error: None };
    let text = match text(known) {
        Ok(Some(text)) => text,
        Ok(None) => return Undone { lost: known.changes.clone(), ..undone },
        Err(error) => return Undone { error: Some(error), ..undone },
    };
    let found = Digest::of(text.as_bytes());
    if found == known.before {
        return undone;
    }
    let is_untouched = found == known.after;
    let mut edits: Vec<Edit> = Vec::new();
    // Behind the change before, and as far from its old place as that was.
    let (mut from, mut before) = (0, (0, 0));
    for change in &known.changes {
        let expected = (change.at + before.1).saturating_sub(before.0);
        let at = if is_untouched { Some(change.at) } else { find(&text, change, from, expected) };
        match at {
            Some(at) => {
                from = at + change.new.len();
                before = (change.at, at);
                edits.push(Edit { span: at..from, text: change.old.clone() });
            }
            None => undone.lost.push(change.clone()),
        }
    }
    if !edits.is_empty() {
        let restored = apply(&text, &edits);
        match replace(disk, &known.path, found, &restored) {
            Ok(()) => undone.taken_back = edits.len(),
            Err(error) => undone.error = Some(error),
        }
    }
    undone
}

/// What a file says; `None` where it is gone or is no text any more, and so has nothing of the run.
fn text(known: &RunFile) -> Result<Option<String>, EditError> {
    match read(&known.path) {
        Ok(bytes) => Ok(String::from_utf8(bytes).ok()),
        Err(EditError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where a change stands in a file that was edited since: the same bytes with the same words before and after them,
/// or at least before or after, nearest to where they are expected.
fn find(text: &str, change: &Change, from: usize, expected: usize) -> Option<usize> {
    let start = text.floor_char_boundary(expected.saturating_sub(REACH)).max(from);
    let end = text.floor_char_boundary(expected.saturating_add(REACH));
    let places = text.get(start..end)?.match_indices(&change.new).map(|(at, _)| start + at);
    let [before, after] = &change.around;
    let known = |at: usize| {
        let has_before = text[..at].ends_with(before.as_str());
        let has_after = text[at + change.new.len()..].starts_with(after.as_str());
        usize::from(has_before) + usize::from(has_after)
    };
    let rated = places.map(|at| (known(at), at)).filter(|(known, _)| *known > 0);
    rated.min_by_key(|(known, at)| (2 - known, at.abs_diff(expected))).map(|(_, at)| at)
}
