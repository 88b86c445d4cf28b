//! `check --live`: asks the site, and says what it would not answer.

use std::collections::HashMap;

use wxarchive::check::Verdict;
use wxarchive::model::Key;
use wxarchive::sync::{ArticleEvent, Gone, IssueFile, Job, Outcome, Policy, Report, plan_urls};

use super::Args;
use crate::cli::exit::{Exit, Failure};
use crate::cli::report::{Reporter, count};
use crate::cli::settings::Settings;
use crate::cli::sync::{Work, report_of};

/// After so many articles without any answer there is no network, or the site is down.
const PATIENCE: usize = 3;

/// How asking the site ended.
#[derive(Debug)]
pub(super) struct Asked {
    /// What it means for the check.
    pub(super) exit: Exit,
    /// The articles that nothing was learned of, each with what it is instead and why.
    pub(super) unanswered: HashMap<Key, (Verdict, String)>,
}

impl Default for Asked {
    fn default() -> Self {
        Self { exit: Exit::Done, unanswered: HashMap::new() }
    }
}

/// Asks the site as `sync --refresh --retry-gone` does; what it says is in the archive then.
pub(super) fn ask<'a>(
    args: &Args,
    settings: &Settings,
    issues: impl Iterator<Item = &'a IssueFile>,
    reporter: &Reporter,
) -> Result<Asked, Failure> {
    let links = issues.flat_map(|issue| &issue.issue.links);
    let jobs = plan_urls(links.filter_map(|link| link.article().cloned()));
    let fetcher = args.fetch.fetcher(&settings.file, reporter)?;
    let policy =
        Policy { refresh: Some(args.max_age), gone: Gone::Retry, max: args.fetch.max, patience: Some(PATIENCE) };
    reporter.note(&format!(
        "asking the site about those of {} that were last seen longer ago than `--max-age`, one page after the other",
        count(jobs.len(), "article")
    ));
    let work = Work { issues: &[], jobs: &jobs, policy };
    let Some(report) = report_of(&work, &fetcher, &settings.archive, &reporter.progress_only())? else {
        reporter.warning(&"stopped before the site was asked about every article");
        return Ok(Asked { exit: Exit::Incomplete, ..Asked::default() });
    };
    let unanswered = jobs.iter().filter_map(|job| Some((job.url.key().clone(), unanswered(job, &report)?))).collect();
    let asked = Asked { exit: exit(&report), unanswered };
    tell(&asked, &jobs, &report, reporter);
    Ok(asked)
}

/// What an article is to be called that nothing was learned of.
fn unanswered(job: &Job, report: &Report) -> Option<(Verdict, String)> {
    let event = report.article(job.url.key()).filter(|event| is_unanswered(event))?;
    let had_a_moment = event.state.is_some_and(|state| Verdict::of(state) == Verdict::Blocked);
    let verdict =
        if event.outcome == Outcome::Blocked || had_a_moment { Verdict::Blocked } else { Verdict::Unreachable };
    Some((verdict, event.why.clone().unwrap_or_else(|| "it could not be had".to_owned())))
}

fn is_unanswered(event: &ArticleEvent) -> bool {
    matches!(event.outcome, Outcome::Failed | Outcome::Blocked)
}

fn exit(report: &Report) -> Exit {
    if report.blocked {
        Exit::Blocked
    } else if report.stopped || report.articles.iter().any(is_unanswered) {
        Exit::Incomplete
    } else {
        Exit::Done
    }
}

/// Says once what the states in the report can't say by themselves.
fn tell(asked: &Asked, jobs: &[Job], report: &Report, reporter: &Reporter) {
    let first = report.articles.iter().find(|event| is_unanswered(event));
    if let Some(why) = first.map(|event| event.why.as_deref().unwrap_or("it could not be had")) {
        let (count, all) = (asked.unanswered.len(), jobs.len());
        reporter.warning(&format!("of {count} of {all} articles nothing could be learned; the first: {why}"));
    }
    if report.blocked {
        reporter.warning(&"the site would not go on; what it was not asked about is as the archive knows it");
    } else if report.stopped {
        reporter.warning(&"stopped before the site was asked about every article");
    }
}
