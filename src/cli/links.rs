//! `wxarchive links PATH…`: what the scanner finds, without a network.

use std::path::PathBuf;

use serde::Serialize;

use wxarchive::issue::{Link, Place};
use wxarchive::model::{ArticleUrl, UrlKind};
use wxarchive::sync::{IssueFile, read_issues};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;

/// List every WeChat link of the issues; asks no network
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Issues: Markdown files, or folders of them [default: `issues` of wxarchive.toml]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}

/// A link as `--json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct LinkLine<'a> {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) span: [usize; 2],
    pub(crate) url: &'a str,
    pub(crate) kind: &'static str,
    pub(crate) article: Option<String>,
    pub(crate) mend: Option<String>,
    pub(crate) title: Option<&'a str>,
    pub(crate) section: Option<&'a str>,
    pub(crate) context: &'static str,
    pub(crate) places: Vec<&'static str>,
    pub(crate) redirector: Option<&'static str>,
    pub(crate) private: &'a [String],
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let paths = settings.issues(&args.paths)?;
    let (issues, unreadable) = read_issues(&paths, &settings.root, &settings.archive);
    for file in &issues {
        for link in &file.issue.links {
            reporter.link(&line(file, link));
        }
        for oddity in &file.issue.oddities {
            reporter.warning(&format!("{}: {oddity}", file.path.display()));
        }
    }
    for error in &unreadable {
        reporter.warning(error);
    }
    Ok(if unreadable.is_empty() { Exit::Done } else { Exit::Incomplete })
}

fn line<'a>(file: &'a IssueFile, link: &'a Link) -> LinkLine<'a> {
    let mend = match &link.kind {
        UrlKind::Malformed { mend, .. } => mend.as_ref().map(ArticleUrl::canonical),
        _ => None,
    };
    LinkLine {
        path: file.path.display().to_string(),
        line: link.line,
        column: link.column,
        span: [link.span.start, link.span.end],
        url: &link.url,
        kind: link.kind.name(),
        article: link.key().map(ToString::to_string),
        mend,
        title: link.title.as_deref(),
        section: link.section.as_deref(),
        context: link.context.name(),
        places: link.places.iter().map(Place::name).collect(),
        redirector: link.redirector,
        private: &link.private,
    }
}
