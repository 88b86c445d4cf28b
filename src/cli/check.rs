//! `wxarchive check PATH…`: the state of every link, as a table, JSON Lines, Markdown or SARIF.

mod history;
mod line;
mod live;
mod markdown;
mod only;
mod sarif;
mod table;

use std::path::PathBuf;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use wxarchive::archive::Archive;
use wxarchive::check::{Checked, Verdict, check};
use wxarchive::sync::read_issues;

use super::exit::{Exit, Failure};
use super::fetching::{FetchArgs, parse_age};
use super::report::Reporter;
use super::settings::Settings;
use live::Asked;
use only::Only;

pub(crate) use line::{CheckLine, CheckSummary};

/// Tell the state of every link of the issues; changes no issue
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Issues: Markdown files, or folders of them [default: `issues` of wxarchive.toml]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Report only on these files or folders; all issues are read, since they tell which address a title has
    #[arg(long, value_name = "FILE", num_args = 1..)]
    only: Vec<PathBuf>,
    /// Ask the site about articles last seen longer ago than `--max-age`, and note in the archive what it says
    #[arg(long)]
    live: bool,
    /// With `--live`: how old an answer may be, as 30d or 12h
    #[arg(long, value_name = "AGE", default_value = "7d", value_parser = parse_age, requires = "live")]
    max_age: SignedDuration,
    /// End with 1 if a link is in one of these states; `gone` means all that are no longer readable, `private` links
    /// that publish session parameters
    #[arg(long, value_name = "STATES", value_delimiter = ',')]
    fail_on: Vec<Condition>,
    /// The form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    format: Format,
    #[command(flatten)]
    fetch: FetchArgs,
}

/// The forms of the report; `--json` is one more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// What should be looked at, by issue; with `-v` every link.
    #[default]
    Table,
    /// A comment for a pull request.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// What makes a check fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// A link in this state.
    Is(Verdict),
    /// A link to an article that is no longer readable.
    Gone,
    /// A link that publishes private parameters.
    Private,
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "gone" => Ok(Self::Gone),
            "private" => Ok(Self::Private),
            name => name.parse().map(Self::Is).map_err(|error| format!("{error}, gone, private")),
        }
    }
}

impl Condition {
    fn is_met(self, line: &CheckLine) -> bool {
        match self {
            Self::Is(verdict) => line.state == verdict.name(),
            Self::Gone => line.is_gone,
            Self::Private => !line.private.is_empty(),
        }
    }
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let paths = settings.issues(&args.paths)?;
    let (issues, unreadable) = read_issues(&paths, &settings.root, &settings.archive);
    for error in &unreadable {
        reporter.warning(error);
    }
    let only = Only::of(&args.only, &issues, reporter)?;
    let wanted = issues.iter().filter(|issue| only.has(&issue.path));
    let asked = if args.live { live::ask(args, settings, wanted, reporter)? } else { Asked::default() };
    let archive = open(settings, reporter)?;
    let mut checked = check(&issues, archive.as_ref());
    checked.issues.retain(|issue| only.has(&issue.file.path));
    checked.take_over(&asked.unanswered);
    let mut lines = line::lines(&checked);
    if let Some(archive) = &archive
        && let Err(error) = history::compare(archive, &mut lines, Timestamp::now())
    {
        // An archive that somebody else writes, or that may only be read, can be checked all the same.
        reporter.warning(&format!("the next check can't tell what changed since this one: {error}"));
    }
    print(args, &checked, &lines, reporter);
    let is_met = lines.iter().any(|line| args.fail_on.iter().any(|condition| condition.is_met(line)));
    let is_unread = unreadable.iter().any(|error| only.has(error.path()));
    Ok(match asked.exit {
        Exit::Done if is_met || is_unread => Exit::Incomplete,
        exit => exit,
    })
}

/// The archive; without one only the issues speak.
fn open(settings: &Settings, reporter: &Reporter) -> Result<Option<Archive>, Failure> {
    if !settings.archive.exists() {
        let folder = settings.archive.display();
        reporter.note(&format!("there is no archive in `{folder}`: only what the issues themselves show is told"));
        return Ok(None);
    }
    Ok(Some(Archive::open(&settings.archive)?))
}

fn print(args: &Args, checked: &Checked<'_>, lines: &[CheckLine], reporter: &Reporter) {
    let summary = CheckSummary::of(checked, lines);
    match args.format {
        _ if reporter.is_json() => {
            for line in lines {
                reporter.object(line);
            }
            reporter.object(&summary);
        }
        Format::Table => reporter.document(&table::of(lines, &summary, reporter.is_verbose())),
        Format::Markdown => reporter.document(&markdown::of(lines, &summary)),
        Format::Sarif => reporter.document(&sarif::of(lines)),
    }
}
