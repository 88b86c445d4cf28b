//! Takes a run that edited files back, and tells what could not be.

use jiff::Timestamp;

use wxarchive::archive::{Archive, Writer};
use wxarchive::edit::{Journal, Kind, undo};
use wxarchive::model::redact;

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;

/// What `--undo` means without a run.
pub(super) const NEWEST: &str = "last";

/// Takes a run back; [`NEWEST`] is the newest one that was not.
pub(super) fn take_back(kind: Kind, name: &str, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    // A folder that is no archive is told, not made one.
    Archive::open(&settings.archive)?;
    let mut writer = Writer::open(&settings.archive, Timestamp::now())?;
    let run = Journal::of(&writer).run(kind, Some(name).filter(|name| *name != NEWEST)).map_err(Failure::usage)?;
    let name = run.run.clone();
    let (mut files, mut is_whole) = (0, true);
    for file in undo(&mut writer, run).map_err(Failure::incomplete)? {
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
    reporter.note(&format!("{name}: {files} files taken back"));
    Ok(if is_whole { Exit::Done } else { Exit::Incomplete })
}
