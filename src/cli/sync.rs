//! `wxarchive sync PATH…`: the main job.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jiff::Timestamp;

use wxarchive::archive::{ArchiveError, Source, Writer};
use wxarchive::fetch::Fetch;
use wxarchive::sync::{Event, IssueFile, Job, Policy, Report, Run, Selection, plan, read_issues, sync};

use super::exit::{Exit, Failure};
use super::fetching::{AgainArgs, FetchArgs, Fetcher};
use super::report::Reporter;
use super::runtime::runtime;
use super::settings::Settings;

/// Archive every article and picture that the issues link, and write their ledgers
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Issues: Markdown files, or folders of them [default: `issues` of wxarchive.toml]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Archive only links under a recommended-reading heading
    #[arg(long)]
    only_section: bool,
    #[command(flatten)]
    fetch: FetchArgs,
    #[command(flatten)]
    again: AgainArgs,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let paths = settings.issues(&args.paths)?;
    let fetcher = args.fetch.fetcher(&settings.file, reporter)?;
    let (issues, unreadable) = read_issues(&paths, &settings.root, &settings.archive);
    let selection = if args.only_section { Selection::RecommendedSection } else { Selection::Everything };
    let jobs = plan(&issues, selection);
    for error in &unreadable {
        reporter.event(&Event::UnreadableIssue { why: error.to_string() });
    }
    let work = Work { issues: &issues, jobs: &jobs, policy: args.again.policy(&args.fetch) };
    let exit = archive(&work, &fetcher, &settings.archive, reporter)?;
    Ok(if exit == Exit::Done && !unreadable.is_empty() { Exit::Incomplete } else { exit })
}

/// What is archived, by which flags.
pub(crate) struct Work<'a> {
    /// The issues whose pictures and ledgers are wanted.
    pub(crate) issues: &'a [IssueFile],
    /// The articles that are wanted.
    pub(crate) jobs: &'a [Job],
    /// When to ask the site again.
    pub(crate) policy: Policy,
}

/// Archives, from the lock to the summary; `add` does the same without issues.
pub(crate) fn archive(work: &Work<'_>, fetcher: &Fetcher, root: &Path, reporter: &Reporter) -> Result<Exit, Failure> {
    Ok(report_of(work, fetcher, root, reporter)?.map_or(Exit::Incomplete, |report| exit_of(&report)))
}

/// Archives, and gives what became of each article; `None` where the run was stopped at once.
pub(crate) fn report_of(
    work: &Work<'_>,
    fetcher: &Fetcher,
    root: &Path,
    reporter: &Reporter,
) -> Result<Option<Report>, Failure> {
    let started = Instant::now();
    let mut writer = Writer::open_lazily(root, Timestamp::now())?;
    reporter.event(&Event::Plan { issues: work.issues.len(), articles: work.jobs.len() });
    let runtime = runtime()?;
    let report = runtime.block_on(async {
        match fetcher {
            Fetcher::Network(http) => drive(&**http, Source::Network, work, &mut writer, reporter).await,
            Fetcher::Folder(replay) => drive(replay, Source::Folder, work, &mut writer, reporter).await,
        }
    })?;
    let Some(report) = report else {
        reporter.note("stopped at once; what is in the archive is whole, and the same command goes on");
        return Ok(None);
    };
    reporter.event(&Event::Summary(report.summary(started.elapsed())));
    reporter.not_archived(&report, work.issues);
    Ok(Some(report))
}

/// Runs until all is done; the first Ctrl-C ends it after the article in hand, the second at once, with no report.
async fn drive<F: Fetch>(
    fetch: &F,
    source: Source,
    work: &Work<'_>,
    writer: &mut Writer,
    reporter: &Reporter,
) -> Result<Option<Report>, ArchiveError> {
    let stop = AtomicBool::new(false);
    let observer = |event: &Event| reporter.event(event);
    let run =
        Run { fetch, source, policy: work.policy.clone(), now: &Timestamp::now, observer: &observer, stop: &stop };
    let mut done = pin!(sync(writer, work.issues, work.jobs, &run));
    tokio::select! {
        report = &mut done => return report.map(Some),
        interrupted = tokio::signal::ctrl_c() => match interrupted {
            Ok(()) => {
                stop.store(true, Ordering::Relaxed);
                reporter.note("stopping after the article in hand; press Ctrl-C again to stop at once");
            }
            Err(error) => {
                reporter.warning(&format!("Ctrl-C will end the run at once: {error}"));
                return done.await.map(Some);
            }
        },
    }
    tokio::select! {
        report = &mut done => report.map(Some),
        _ = tokio::signal::ctrl_c() => Ok(None),
    }
}

fn exit_of(report: &Report) -> Exit {
    match report {
        report if report.blocked => Exit::Blocked,
        report if report.is_complete() && !report.stopped => Exit::Done,
        _ => Exit::Incomplete,
    }
}
