//! `wxarchive export`: the archive in forms that other programs check.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::export_bag;

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;

/// Copy the archive into a form that other programs check
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// An empty or new folder for a bag as RFC 8493 has it, with the SHA-256 of every file
    #[arg(long, value_name = "DIR", required = true)]
    bagit: PathBuf,
}

/// The only event.
#[derive(Debug, Serialize)]
struct SummaryEvent {
    event: &'static str,
    files: usize,
    bytes: u64,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let bag = export_bag(&settings.archive, &args.bagit, Timestamp::now())?;
    let summary = SummaryEvent { event: "summary", files: bag.files, bytes: bag.bytes };
    reporter.item(&summary, &format!("{} files, {} bytes in `{}`", bag.files, bag.bytes, args.bagit.display()));
    Ok(Exit::Done)
}
