//! Takes a run that edited files back, and tells what could not be.

use wxarchive::archive::Archive;
use wxarchive::edit::{Journal, Kind, Run, undo};
use wxarchive::model::redact;

use super::exit::{Exit, Failure};
use super::report::Reporter;

/// What `--undo` means without a run.
pub(super) const NEWEST: &str = "last";

/// Takes a run back; [`NEWEST`] is the newest one that was not.
pub(super) fn take_back(
    archive: &Archive,
    kind: Kind,
    name: &str,
    reporter: &Reporter,
) -> Result<(Run, Exit), Failure> {
    let journal = Journal::of(archive);
    let run = journal.run(kind, Some(name).filter(|name| *name != NEWEST)).map_err(Failure::usage)?;
    let (mut files, mut is_whole) = (0, true);
    for file in undo(&journal, run.clone()).map_err(Failure::incomplete)? {
        files += usize::from(file.taken_back > 0);
        for change in &file.lost {
            let path = file.path.display();
            reporter.warning(&format!(
                "{path}: `{}` is not there any more; the old text was `{}`",
                redact(&change.new),
                redact(&change.old)
            ));
        }
        if let Some(error) = &file.error {
            reporter.warning(error);
        }
        is_whole &= file.lost.is_empty() && file.error.is_none();
    }
    reporter.note(&format!("{}: {files} files taken back", run.run));
    Ok((run, if is_whole { Exit::Done } else { Exit::Incomplete }))
}
