//! `wxarchive import`: an archive from the form that `export` gave it.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::{Faults, import_ocfl};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;

/// Make an archive of an export of one, the very same files
///
/// The archive is made in the folder that `--archive` names, which has to be empty or new. A damaged export is refused,
/// and then nothing is written.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The OCFL storage root that `export --ocfl` wrote
    #[arg(long, value_name = "DIR", required = true)]
    ocfl: PathBuf,
}

/// The only event.
#[derive(Debug, Serialize)]
struct SummaryEvent {
    event: &'static str,
    files: usize,
    bytes: u64,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let done = import_ocfl(&args.ocfl, &settings.archive, Timestamp::now(), Faults::default())?;
    let summary = SummaryEvent { event: "summary", files: done.files, bytes: done.bytes };
    let line = format!("{} files, {} bytes in `{}`", done.files, done.bytes, settings.archive.display());
    reporter.item(&summary, &line);
    Ok(Exit::Done)
}
