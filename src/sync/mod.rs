//! The main job: issues in, archived articles, pictures and ledgers out.
//!
//! The order of the steps: read the issues, plan which articles to ask for, archive them one after the other while
//! the issues' own pictures are had, then write each issue's ledger. One bad link never stops the run; only the
//! archive itself can.

mod again;
mod answer;
mod article;
mod cover;
mod diff;
mod files;
mod former;
mod hosts;
mod ledger;
mod pictures;
mod plan;
mod reconvert;
mod recover;
mod refresh;
mod render;
mod replay;
mod report;
mod spare;
mod substitute;
mod version;

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::archive::{ArchiveError, Source, Writer};
use crate::fetch::Fetch;

use article::Articles;
use pictures::Pictures;

pub use again::ask_again;
pub use diff::{Change, ChangedField, Difference, Piece, diff};
pub use files::{IssueFile, ReadError, read_issues};
pub use plan::{Job, Selection, plan, plan_urls};
pub use reconvert::{Reconverted, derive, reconvert};
pub use recover::{Recovered, recover};
pub use render::{Placed, render};
pub use replay::saved_pages;
pub use report::{ArticleEvent, Event, ImageCounts, IssueEvent, Outcome, Report, Seconds, Summary};

/// What a run may do, and what it is told about the world.
pub struct Run<'a, F> {
    /// Where pages and pictures come from.
    pub fetch: &'a F,
    /// What that source is, for the manifests.
    pub source: Source,
    /// When to ask again for what is known.
    pub policy: Policy,
    /// The clock.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// Is told of every event as it happens.
    pub observer: &'a (dyn Fn(&Event) + Sync),
    /// Set from outside to end the run after the article in hand.
    pub stop: &'a AtomicBool,
}

/// When to ask the site.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Ask again for articles last seen longer ago than this; `None` for never.
    pub refresh: Option<SignedDuration>,
    /// What to do about articles known to be gone.
    pub gone: Gone,
    /// At most so many article pages.
    pub max: Option<usize>,
    /// Ask for no more where so many articles one after the other got no answer at all; `None` for going on.
    pub patience: Option<usize>,
}

/// What is said of articles that are not asked for any more, since nobody answered those before them.
pub const SILENCE: &str = "nobody answered for the articles before it, so it was not asked for";

/// What to do about articles known to be gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Gone {
    /// Believe it.
    #[default]
    Trust,
    /// Ask again.
    Retry,
}

/// Archives what the jobs name and the issues show, and writes the issues' ledgers.
///
/// # Errors
/// When the archive can't be read or written; everything else is in the report.
pub async fn sync<F: Fetch>(
    writer: &mut Writer,
    issues: &[IssueFile],
    jobs: &[Job],
    run: &Run<'_, F>,
) -> Result<Report, ArchiveError> {
    reach(writer, issues, jobs)?;
    let issue_names: Vec<&str> = issues.iter().map(|issue| issue.name.as_str()).collect();
    let pictures = Pictures::new(run, writer, &issue_names)?;
    let (articles, shown) = tokio::join!(
        Articles::new(writer, &pictures, run).archive_all(jobs),
        pictures.get_shown(issues.iter().flat_map(|issue| &issue.issue.images))
    );
    let mut report = articles?;
    shown?;
    pictures.finish(writer)?;
    writer.put_aliases()?;
    for issue in issues {
        let ledger = ledger::of_issue(issue, writer, &report, &pictures)?;
        report.count_links(&ledger);
        match writer.put_ledger(&ledger) {
            Ok(changed) => (run.observer)(&Event::issue(&ledger, changed)),
            // One awkward path must not cost the ledgers of the others.
            Err(error) if error.is_about_the_name() => report.failed_ledger(&error, run.observer),
            Err(error) => return Err(error),
        }
    }
    report.images = pictures.counts();
    report.requests = run.fetch.requests();
    report.stopped = run.stop.load(Ordering::Relaxed);
    Ok(report)
}

/// Has the archive read what it knows of everything that is linked.
fn reach(writer: &mut Writer, issues: &[IssueFile], jobs: &[Job]) -> Result<(), ArchiveError> {
    let linked = issues.iter().flat_map(|issue| &issue.issue.links).filter_map(|link| link.article());
    linked.chain(jobs.iter().map(|job| &job.url)).try_for_each(|url| writer.reach(url.key()))
}
