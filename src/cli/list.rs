//! `wxarchive list`: the articles of the archive.

use serde::Serialize;

use wxarchive::archive::{Archive, Entry};
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
    let mut lines: Vec<ArticleLine> = archive.entries().map(line).filter(|line| is_wanted(args, line)).collect();
    lines.sort_by(|one, other| one.dir.cmp(&other.dir));
    for line in &lines {
        reporter.article(line);
    }
    Ok(Exit::Done)
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
