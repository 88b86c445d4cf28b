//! `wxarchive repair`: mends what `verify` finds.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::verify::{Finding, Severity};
use wxarchive::archive::{Archive, ArchiveError, Faults, Lost, Maintenance, Source, Untaken, Writer};
use wxarchive::fetch::Fetch;
use wxarchive::sync::{Event, ImageCounts, Policy, Recovered, Run, ask_again, derive, recover};

use super::exit::{Exit, Failure};
use super::fetching::{FetchArgs, Fetcher};
use super::report::Reporter;
use super::runtime::runtime;
use super::settings::Settings;

/// Mend what verify finds, from a copy, from what the archive has, or by asking the site
///
/// A file is replaced only by bytes whose hash is right, or by what is derived from such bytes. What can't be mended
/// is listed, and nothing of it is removed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Another copy of the archive, from which whole files are taken
    #[arg(long, value_name = "DIR")]
    copy: Option<PathBuf>,
    /// Then ask the site, or the folder of `--from`, for pictures, texts and pages that are lost still, and again for
    /// pictures that could not be had
    #[arg(long)]
    fetch: bool,
    #[command(flatten)]
    network: FetchArgs,
}

/// What became of a lost file that was asked for, as `--json` prints it.
#[derive(Debug, Serialize)]
struct AskedEvent<'a> {
    event: &'static str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

/// A file that was taken from the copy, as `--json` prints it.
#[derive(Debug, Serialize)]
struct TakenEvent<'a> {
    event: &'static str,
    file: &'a str,
}

/// A file that could not be written, as `--json` prints it.
#[derive(Debug, Serialize)]
struct FailedEvent {
    event: &'static str,
    why: String,
}

/// A finding that is mended or left, as `--json` prints it.
#[derive(Debug, Serialize)]
struct FindingEvent<'a> {
    event: &'static str,
    #[serde(flatten)]
    finding: &'a Finding,
    severity: Severity,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let maintenance = Maintenance::open(&settings.archive, Timestamp::now(), Faults::default())?;
    let mut repaired = maintenance.repair(args.copy.as_deref(), &derive)?;
    let lost = if args.fetch { maintenance.lost()? } else { Lost::default() };
    if lost != Lost::default() {
        ask(args, &lost, (&maintenance, settings), reporter)?;
        let before = repaired.left;
        let again = maintenance.repair(None, &derive)?;
        repaired.left = again.left;
        repaired.failed.extend(again.failed);
        repaired.mended.extend(before.into_iter().filter(|finding| !repaired.left.contains(finding)));
    }
    for file in &repaired.taken {
        reporter.item(&TakenEvent { event: "taken", file }, &format!("  taken  {file}"));
    }
    for Untaken { file, why } in &repaired.untaken {
        let event = AskedEvent { event: "untaken", file, why: Some(why) };
        reporter.item(&event, &format!("untaken  {file}: {why}"));
    }
    tell("mended", &repaired.mended, reporter);
    for Finding { path: file, .. } in &repaired.lost {
        let why = "it is made anew of what else the archive has; what only it said is lost";
        reporter.item(&AskedEvent { event: "lost", file, why: Some(why) }, &format!("   lost  {file}: {why}"));
    }
    tell("left", &repaired.left, reporter);
    for error in &repaired.failed {
        reporter.item(&FailedEvent { event: "failed", why: error.to_string() }, &format!(" failed  {error}"));
    }
    let worst = repaired.left.iter().map(|finding| finding.code.severity()).max();
    // Frees the lock for the writer.
    drop(maintenance);
    match worst {
        _ if !args.fetch => {}
        // What can't be read may be what a picture belongs to.
        Some(Severity::Error) => reporter.note("missing pictures are not asked for again while errors are left"),
        _ => ask_for_missing(args, settings, reporter)?,
    }
    // What can't be read is among what is left.
    match Archive::open(&settings.archive).and_then(|archive| never_had(&archive)).unwrap_or_default() {
        0 => {}
        count => reporter.note(&format!(
            "{count} of the archive's pictures could not be had when they were asked for; `wxarchive sync` or `repair --fetch` asks again"
        )),
    }
    Ok(match worst {
        _ if !repaired.failed.is_empty() => Exit::Archive,
        Some(Severity::Error) => Exit::Archive,
        Some(Severity::Warning) => Exit::Incomplete,
        _ if !repaired.lost.is_empty() => Exit::Incomplete,
        Some(Severity::Note) | None => Exit::Done,
    })
}

/// How many pictures of articles and issues are missing because no host sent them: nothing that could be mended here.
fn never_had(archive: &Archive) -> Result<usize, ArchiveError> {
    let mut missing: BTreeSet<String> = BTreeSet::new();
    for entry in archive.entries() {
        let late = &entry.state.late_pictures;
        let is_late = |url: &str| late.iter().any(|picture| picture.url == url);
        let urls = entry.manifest.missing.iter().map(|picture| &picture.url);
        missing.extend(urls.filter(|url| !is_late(url)).cloned());
    }
    for ledger in archive.ledgers()? {
        let on_the_web = ledger.images.into_iter().filter(|image| image.url.contains("//"));
        missing.extend(on_the_web.filter(|image| image.missing.is_some()).map(|image| image.url));
    }
    Ok(missing.len())
}

/// Asks again for pictures that could not be had when they were asked for first.
fn ask_for_missing(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<(), Failure> {
    let mut writer = Writer::open(&settings.archive, Timestamp::now())?;
    if never_had(&writer)? == 0 {
        return Ok(());
    }
    let counts = runtime()?.block_on(async {
        match args.network.fetcher(&settings.file, reporter)? {
            Fetcher::Network(http) => again(&*http, Source::Network, &mut writer, reporter).await,
            Fetcher::Folder(replay) => again(&replay, Source::Folder, &mut writer, reporter).await,
        }
    })?;
    reporter.note(&format!("{} pictures came that could not be had before", counts.new + counts.reused));
    Ok(())
}

async fn again<F: Fetch>(
    fetch: &F,
    source: Source,
    writer: &mut Writer,
    reporter: &Reporter,
) -> Result<ImageCounts, Failure> {
    let (stop, policy) = (AtomicBool::new(false), Policy::default());
    let observer = |event: &Event| reporter.event(event);
    let run = Run { fetch, source, policy, now: &Timestamp::now, observer: &observer, stop: &stop };
    Ok(ask_again(writer, &run).await?)
}

/// Asks for what is lost, and tells what came of it.
fn ask(
    args: &Args,
    lost: &Lost,
    (maintenance, settings): (&Maintenance, &Settings),
    reporter: &Reporter,
) -> Result<(), Failure> {
    let fetcher = args.network.fetcher(&settings.file, reporter)?;
    let max = args.network.max;
    let runtime = runtime()?;
    let told = runtime.block_on(async {
        match &fetcher {
            Fetcher::Network(http) => recover(maintenance, lost, &**http, max).await,
            Fetcher::Folder(replay) => recover(maintenance, lost, replay, max).await,
        }
    })?;
    for Recovered { file, why } in &told {
        let (event, detail) = match why {
            None => ("fetched", String::new()),
            Some(why) => ("lost", format!(": {why}")),
        };
        reporter.item(&AskedEvent { event, file, why: why.as_deref() }, &format!("{event:>7}  {file}{detail}"));
    }
    Ok(())
}

fn tell(event: &'static str, findings: &[Finding], reporter: &Reporter) {
    for finding in findings {
        let Finding { code, path, detail } = finding;
        let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        let line = format!("{event:>7}  {} {}  {path}{detail}", code.number(), code.name());
        reporter.item(&FindingEvent { event, finding, severity: code.severity() }, &line);
    }
}
