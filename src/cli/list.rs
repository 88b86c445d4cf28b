//! `wxarchive list`: the articles of the archive.

use std::collections::BTreeSet;

use anyhow::anyhow;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::Serialize;

use wxarchive::archive::{Archive, Entry, Ledger};
use wxarchive::model::State;

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;

/// List the articles of the archive
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only articles of accounts whose name contains this
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Only articles in this state, as live or deleted
    #[arg(long, value_name = "STATE")]
    state: Option<State>,
    /// Only articles that this issue links, by its path as in its ledger, or the end of that
    #[arg(long, value_name = "PATH")]
    issue: Option<String>,
    /// Only articles published on this day or later, in China's time
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Only articles published on this day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
}

/// An article as `--json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct ArticleLine {
    pub(crate) article: String,
    pub(crate) title: String,
    pub(crate) account: String,
    pub(crate) published: Option<String>,
    pub(crate) version: u32,
    pub(crate) state: Option<&'static str>,
    pub(crate) dir: String,
    pub(crate) pictures: usize,
    pub(crate) missing_pictures: usize,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let archive = Archive::open(&settings.archive)?;
    let linked = args.issue.as_ref().map(|issue| linked(&archive, issue)).transpose()?;
    let is_linked = |entry: &&Entry| linked.as_ref().is_none_or(|linked| linked.contains(&entry.name()));
    let wanted = archive.entries().filter(is_linked).filter(|entry| is_of_time(args, entry));
    let mut lines: Vec<ArticleLine> = wanted.map(line).filter(|line| is_wanted(args, line)).collect();
    lines.sort_by(|one, other| one.dir.cmp(&other.dir));
    for line in &lines {
        reporter.article(line);
    }
    Ok(Exit::Done)
}

/// The folders of the articles that issues of this name link.
fn linked(archive: &Archive, issue: &str) -> Result<BTreeSet<String>, Failure> {
    let is_named = |ledger: &Ledger| ledger.issue == issue || ledger.issue.ends_with(&format!("/{issue}"));
    let ledgers: Vec<Ledger> = archive.ledgers()?.into_iter().filter(is_named).collect();
    if ledgers.is_empty() {
        return Err(Failure::usage(anyhow!(
            "no issue is named `{issue}`; `sync` it first, or give its path as in `issues/`"
        )));
    }
    Ok(ledgers.iter().flat_map(Ledger::every_link).filter_map(|link| link.dir.clone()).collect())
}

fn is_of_time(args: &Args, entry: &Entry) -> bool {
    if args.since.is_none() && args.until.is_none() {
        return true;
    }
    let zone = TimeZone::fixed(Offset::constant(8));
    let day = entry.manifest.meta.published.map(|time| zone.to_datetime(time).date());
    let is_in = |day: Date| args.since.is_none_or(|since| day >= since) && args.until.is_none_or(|until| day <= until);
    day.is_some_and(is_in)
}

fn is_wanted(args: &Args, line: &ArticleLine) -> bool {
    args.account.as_ref().is_none_or(|name| line.account.contains(name.as_str()))
        && args.state.is_none_or(|state| line.state == Some(state.name()))
}

fn line(entry: &Entry) -> ArticleLine {
    let manifest = &entry.manifest;
    ArticleLine {
        article: manifest.article.to_string(),
        title: manifest.meta.title.clone(),
        account: manifest.meta.account.name.clone(),
        published: manifest.meta.published.map(|time| time.to_string()),
        version: manifest.version,
        state: entry.state.current().map(|dated| dated.state.name()),
        dir: entry.name(),
        pictures: manifest.pictures.len() + entry.state.late_pictures.len(),
        missing_pictures: manifest.missing.len().saturating_sub(entry.state.late_pictures.len()),
    }
}
