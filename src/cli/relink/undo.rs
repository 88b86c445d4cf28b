//! `relink --undo`: takes a run back and tells what could not be.

use jiff::Timestamp;

use wxarchive::archive::Writer;
use wxarchive::model::redact;
use wxarchive::repair::{Journal, undo};

use crate::cli::exit::{Exit, Failure};
use crate::cli::report::Reporter;
use crate::cli::settings::Settings;

pub(super) fn run(name: &str, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let writer = Writer::open(&settings.archive, Timestamp::now())?;
    let journal = Journal::of(&writer);
    let run = journal.run(Some(name).filter(|name| *name != "last")).map_err(Failure::usage)?;
    let name = run.run.clone();
    let (mut files, mut is_whole) = (0, true);
    for file in undo(&journal, run).map_err(Failure::incomplete)? {
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
    reporter.note(&format!("{name}: {files} issues taken back"));
    Ok(if is_whole { Exit::Done } else { Exit::Incomplete })
}
