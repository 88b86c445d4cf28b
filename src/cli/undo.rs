//! Takes a run that edited files back, and tells what could not be.

use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::{Archive, Writer};
use wxarchive::edit::{Journal, Kind, undo};
use wxarchive::model::redact;

use super::exit::{Exit, Failure};
use super::report::{Reporter, count};
use super::settings::Settings;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    event: &'static str,
    run: &'a str,
    /// How many files were taken back.
    files: usize,
    /// Whether everything was.
    whole: bool,
}

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
        let path = file.path.display();
        if !file.path.exists() {
            reporter
                .warning(&format!("`{path}` is not there any more, removed or renamed; nothing of it is taken back"));
        }
        for change in file.lost.iter().filter(|_| file.path.exists()) {
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
    if reporter.is_json() {
        reporter.object(&Summary { event: "summary", run: &name, files, whole: is_whole });
    }
    reporter.note(&format!("{name}: {} taken back", count(files, "file")));
    Ok(if is_whole { Exit::Done } else { Exit::Incomplete })
}
