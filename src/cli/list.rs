//! `wxarchive list`: the articles of the archive.

use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr;
use std::time::SystemTime;

use anyhow::anyhow;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::Serialize;

use wxarchive::archive::{Archive, Ledger, Summary};
use wxarchive::model::State;

use super::exit::{Exit, Failure};
use super::period::Period;
use super::report::Reporter;
use super::settings::Settings;

/// List the articles of the archive
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only articles of accounts whose name contains this
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Only articles in this state, as live or deleted; `gone` means all that can no longer be read
    #[arg(long, value_name = "STATE")]
    state: Option<StateFilter>,
    /// Only articles that this issue links, by its path as in its ledger, or the end of that
    #[arg(long, value_name = "PATH")]
    issue: Option<String>,
    /// Only articles published on this day or later, in China's time; a month (2018-03) or a year will do
    #[arg(long, value_name = "DATE")]
    since: Option<Period>,
    /// Only articles published on this day, in this month or in this year, or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<Period>,
}

/// Which states are wanted.
#[derive(Debug, Clone, Copy)]
enum StateFilter {
    Is(State),
    /// Every state in which an article can no longer be read.
    Gone,
}

impl FromStr for StateFilter {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "gone" => Ok(Self::Gone),
            name => name.parse().map(Self::Is).map_err(|error| format!("{error}, gone")),
        }
    }
}

impl StateFilter {
    fn has(self, state: State) -> bool {
        match self {
            Self::Is(wanted) => state == wanted,
            Self::Gone => state.is_permanent(),
        }
    }
}

/// An article as `--json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct ArticleLine {
    pub(crate) event: &'static str,
    pub(crate) article: String,
    pub(crate) title: String,
    pub(crate) account: String,
    pub(crate) published: Option<String>,
    pub(crate) version: u32,
    pub(crate) shown: u32,
    pub(crate) state: Option<&'static str>,
    pub(crate) dir: String,
    pub(crate) pictures: usize,
    pub(crate) missing_pictures: usize,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let linked = args.issue.as_ref().map(|issue| linked(&settings.archive, issue)).transpose()?;
    let is_linked = |summary: &Summary| linked.as_ref().is_none_or(|linked| linked.contains(&summary.dir));
    let mut summaries = Archive::summaries(&settings.archive, SystemTime::now())?;
    summaries.retain(|summary| is_linked(summary) && is_of_time(args, summary) && is_wanted(args, summary));
    summaries.sort_by(|one, other| one.dir.cmp(&other.dir));
    reporter.articles(summaries.into_iter().map(line));
    Ok(Exit::Done)
}

/// The folders of the articles that issues of this name link.
fn linked(root: &Path, issue: &str) -> Result<BTreeSet<String>, Failure> {
    let ledgers = Archive::ledgers_of(root, issue)?;
    if ledgers.is_empty() {
        return Err(Failure::usage(anyhow!(
            "no issue is named `{issue}`; `sync` it first, or give its path as in `issues/`"
        )));
    }
    Ok(ledgers.iter().flat_map(Ledger::every_link).filter_map(|link| link.dir.clone()).collect())
}

fn is_of_time(args: &Args, summary: &Summary) -> bool {
    if args.since.is_none() && args.until.is_none() {
        return true;
    }
    let zone = TimeZone::fixed(Offset::constant(8));
    let day = summary.published.map(|time| zone.to_datetime(time).date());
    let is_in = |day: Date| {
        args.since.is_none_or(|since| day >= since.first()) && args.until.is_none_or(|until| day <= until.last())
    };
    day.is_some_and(is_in)
}

fn is_wanted(args: &Args, summary: &Summary) -> bool {
    args.account.as_ref().is_none_or(|name| summary.account.contains(name.as_str()))
        && args.state.is_none_or(|wanted| summary.state.is_some_and(|state| wanted.has(state)))
}

fn line(summary: Summary) -> ArticleLine {
    ArticleLine {
        event: "article",
        article: summary.article.to_string(),
        title: summary.title,
        account: summary.account,
        published: summary.published.map(|time| time.to_string()),
        version: summary.version,
        shown: summary.shown,
        state: summary.state.map(State::name),
        dir: summary.dir,
        pictures: summary.pictures,
        missing_pictures: summary.missing_pictures,
    }
}
