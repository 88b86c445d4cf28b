//! `wxarchive export`: the archive in forms that other programs check.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::{Faults, export_bag, export_ocfl};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;

/// Copy the archive into a form that other programs check
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Args {
    /// An empty or new folder for a bag as RFC 8493 has it, with the SHA-256 of every file
    #[arg(long, value_name = "DIR")]
    bagit: Option<PathBuf>,
    /// A folder for an OCFL 1.1 storage root: an empty or new one, or that of an earlier export, which gets new versions
    /// of what changed since
    #[arg(long, value_name = "DIR")]
    ocfl: Option<PathBuf>,
}

/// The only event.
#[derive(Debug, Serialize)]
struct SummaryEvent {
    event: &'static str,
    files: usize,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    versions: Option<usize>,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    if let Some(bag) = &args.bagit {
        to_bag(bag, settings, reporter)?;
    }
    if let Some(store) = &args.ocfl {
        to_ocfl(store, settings, reporter)?;
    }
    Ok(Exit::Done)
}

fn to_bag(to: &Path, settings: &Settings, reporter: &Reporter) -> Result<(), Failure> {
    let bag = export_bag(&settings.archive, to, Timestamp::now(), Faults::default())?;
    let summary = SummaryEvent { event: "summary", files: bag.files, bytes: bag.bytes, objects: None, versions: None };
    reporter.item(&summary, &format!("{} files, {} bytes in `{}`", bag.files, bag.bytes, to.display()));
    Ok(())
}

fn to_ocfl(to: &Path, settings: &Settings, reporter: &Reporter) -> Result<(), Failure> {
    let now = Timestamp::now();
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let done = export_ocfl(&settings.archive, to, now, Faults::default())?;
    let summary = SummaryEvent {
        event: "summary",
        files: done.files,
        bytes: done.bytes,
        objects: Some(done.objects),
        versions: Some(done.versions),
    };
    let counts = format!("{} files, {} bytes in {} objects", done.files, done.bytes, done.objects);
    reporter.item(&summary, &format!("{counts} of `{}`, {} new versions", to.display(), done.versions));
    Ok(())
}
