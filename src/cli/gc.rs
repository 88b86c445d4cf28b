//! `wxarchive gc`: removes what nothing refers to.

use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::{Faults, Kept, Maintenance, Removed};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;

/// Remove what nothing in the archive refers to
///
/// Pictures and pages that no version, state or ledger names, and what writers that were killed left behind.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// A file that was removed, as `--json` prints it.
#[derive(Debug, Serialize)]
struct RemovedEvent<'a> {
    event: &'static str,
    path: &'a str,
}

/// The last event.
#[derive(Debug, Serialize)]
struct SummaryEvent {
    event: &'static str,
    files: usize,
    bytes: u64,
    /// How many files stay although nothing refers to them.
    kept: usize,
}

pub(crate) fn run(_args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let maintenance = Maintenance::open(&settings.archive, Timestamp::now(), Faults::default())?;
    let removed = maintenance.gc()?;
    tell(&removed, reporter);
    Ok(if removed.kept.is_some() { Exit::Incomplete } else { Exit::Done })
}

/// Tells what was removed; `forget` does the same.
pub(super) fn tell(removed: &Removed, reporter: &Reporter) {
    for path in &removed.files {
        reporter.item(&RemovedEvent { event: "removed", path }, &format!("  removed  {path}"));
    }
    let (files, bytes) = (removed.files.len(), removed.bytes);
    if let Some(Kept { files, lost }) = &removed.kept {
        reporter.note(&format!(
            "{files} files that nothing refers to stay: what is lost may have referred to them (finding {} at `{}`); \
             `wxarchive verify` says what brings it back",
            lost.code.number(),
            lost.path
        ));
    }
    let kept = removed.kept.as_ref().map_or(0, |kept| kept.files);
    let summary = SummaryEvent { event: "summary", files, bytes, kept };
    reporter.item(&summary, &format!("{files} files removed ({bytes} bytes)"));
}
