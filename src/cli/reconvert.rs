//! `wxarchive reconvert [ID]`: stored pages, read again.

use std::io::ErrorKind;

use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::{ArchiveError, Writer};
use wxarchive::sync::{Reconverted, reconvert};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;
use super::show;

/// Read stored pages again with this program; asks no network
///
/// An article gets a new version only where its Markdown comes out otherwise.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder's name or a unique beginning of it, `biz/mid/idx`, a short code or an address
    #[arg(value_name = "ID", required_unless_present = "all")]
    id: Option<String>,
    /// Every article of the archive
    #[arg(long, conflicts_with = "id")]
    all: bool,
}

/// What became of an article, as `--json` prints it.
#[derive(Debug, Serialize)]
struct ReconvertedEvent<'a> {
    event: &'static str,
    article: String,
    dir: &'a str,
    outcome: &'static str,
    version: Option<u32>,
    why: Option<&'a str>,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let now = Timestamp::now();
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let mut writer = Writer::open(&settings.archive, now)?;
    let entries = match &args.id {
        Some(id) => vec![show::find(&writer, id)?.clone()],
        None => writer.entries().cloned().collect(),
    };
    let mut exit = Exit::Done;
    for entry in entries {
        let (article, dir) = (entry.manifest.article.to_string(), entry.name());
        let event = |outcome, version, why| {
            let event = "reconverted";
            ReconvertedEvent { event, article, dir: &dir, outcome, version, why }
        };
        let outcome = match reconvert(&mut writer, &entry.manifest.article, now) {
            // What is wrong with one article is no reason to leave out the others.
            Err(error) if is_of_one_article(&error) => Reconverted::Unreadable(error.to_string()),
            outcome => outcome?,
        };
        match outcome {
            Reconverted::Same => reporter.item(&event("same", None, None), &format!("     same  {dir}")),
            Reconverted::Version(version) => {
                reporter.item(&event("new", Some(version), None), &format!("version {version}  {dir}"));
            }
            Reconverted::Unreadable(why) => {
                exit = Exit::Incomplete;
                reporter.item(&event("failed", None, Some(&why)), &format!("   failed  {dir}: {why}"));
            }
        }
    }
    Ok(exit)
}

/// Whether something of the article is damaged or missing; a full disk is everybody's.
fn is_of_one_article(error: &ArchiveError) -> bool {
    match error {
        ArchiveError::Damaged { .. } | ArchiveError::Lost { .. } => true,
        ArchiveError::Io { source, .. } => source.kind() == ErrorKind::NotFound,
        _ => false,
    }
}
