//! `wxarchive relink PATH…`: proposes the repair of links, writes it, and takes it back.

mod data;
mod lines;
mod pages;
mod target;

use std::path::PathBuf;

use anyhow::anyhow;
use jiff::Timestamp;

use wxarchive::archive::{Archive, Writer};
use wxarchive::check::{Checked, CheckedIssue, CheckedLink, Verdict, check};
use wxarchive::edit::{Dirty, Edited, Kind, Written, write};
use wxarchive::issue::Context;
use wxarchive::issue::relink::{Mode, Scope, Wording};
use wxarchive::relink::{Doubtful, Plan, Proposal, Reason, Task, propose};
use wxarchive::sync::read_issues;

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;
use super::{undo, unified};
use lines::{Summary, count, line};
use pages::Linked;
use target::{TargetArgs, Targets};

/// Propose new addresses for links that can no longer be read; writes only with `--write`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Issues: Markdown files, or folders of them [default: `issues` of wxarchive.toml]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    action: ActionArgs,
    /// What becomes of the old address
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    mode: ModeArg,
    /// Only take session and tracking parameters out of addresses and mend misspellings; needs no copies
    #[arg(long, conflicts_with_all = ["mode", "states", "all", "target", "pages", "data"])]
    clean: bool,
    /// With `--write`: also files with changes that git has not committed
    #[arg(long)]
    allow_dirty: bool,
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    target: TargetArgs,
    /// The words of a link to a copy [default: 存档]
    #[arg(long, value_name = "TEXT")]
    wording: Option<String>,
    /// What stands around an appended link, with `{}` in the place of the link [default: （{}）]
    #[arg(long, value_name = "TEXT")]
    brackets: Option<String>,
    /// With `--mode data`: the file that is written, YAML if it ends in .yaml
    #[arg(long, value_name = "FILE", default_value = "data/wxarchive.json")]
    data: PathBuf,
}

/// What is done with the proposal; without any of these it is printed.
#[derive(Debug, clap::Args)]
struct ActionArgs {
    /// Write the issues
    #[arg(long, group = "action")]
    write: bool,
    /// End with 1 if there is something to do
    #[arg(long, group = "action")]
    check: bool,
    /// Take a run back, the newest where none is named
    #[arg(long, group = "action", value_name = "RUN", num_args = 0..=1, default_missing_value = undo::NEWEST)]
    undo: Option<String>,
}

/// Which links are repaired.
#[derive(Debug, clap::Args)]
struct SelectionArgs {
    /// Links in these states [default: all that are gone for good]
    #[arg(long, value_name = "STATES", value_delimiter = ',', conflicts_with = "all")]
    states: Vec<Verdict>,
    /// Every link that has a copy, readable or not
    #[arg(long)]
    all: bool,
    /// Also links that may mean another article, or of which nothing is known for sure
    #[arg(long)]
    force: bool,
    /// Also addresses in code, in comments or in the front matter
    #[arg(long, value_name = "PLACES", value_delimiter = ',', value_parser = parse_place)]
    also: Vec<Context>,
}

/// What becomes of the old address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum ModeArg {
    /// The new address takes its place.
    #[default]
    Replace,
    /// It stays, and a link to the copy follows in brackets.
    Append,
    /// It stays struck out, and a link to the copy follows.
    Strike,
    /// Issues stay as they are; a data file for the site's templates is made.
    Data,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    if let Some(name) = &args.action.undo {
        return undo::take_back(Kind::Relink, name, settings, reporter);
    }
    let paths = settings.issues(&args.paths)?;
    let (issues, unreadable) = read_issues(&paths, &settings.root, &settings.archive);
    for error in &unreadable {
        reporter.warning(error);
    }
    let archive = open(args, settings)?;
    let checked = check(&issues, archive.as_ref());
    let targets = Targets::of(&args.target, settings, archive.as_ref())?;
    if args.mode == ModeArg::Data {
        return data::run(args, &checked, &targets, reporter);
    }
    let wording = wording(args, settings)?;
    let proposals = proposals(args, &checked, &targets, &wording)?;
    tell(args, &proposals, reporter);
    let links = sum_up(args, &proposals, &targets, reporter);
    let changed: Vec<&Proposal<'_>> = proposals.iter().filter(|proposal| proposal.links > 0).collect();
    let written = if args.action.write && links > 0 {
        write_all(args, settings, &changed, reporter)?
    } else {
        Written::default()
    };
    if reporter.is_json() {
        reporter.object(&Summary::of(&proposals, &written));
    }
    let has_work = args.action.check && links > 0;
    let is_done = written.refused.is_empty() && unreadable.is_empty() && !has_work;
    Ok(if is_done { Exit::Done } else { Exit::Incomplete })
}

/// Says how many links are repaired and how many are not, and tells the first number.
fn sum_up(args: &Args, proposals: &[Proposal<'_>], targets: &Targets, reporter: &Reporter) -> usize {
    let links = proposals.iter().map(|proposal| proposal.links).sum();
    if !args.clean {
        let without_page = count(proposals, &Reason::NoPage);
        targets.tell(&Linked { links, without_page, publish_flags: &args.selection.publish_flags() }, reporter);
    }
    let issues = proposals.iter().filter(|proposal| proposal.links > 0).count();
    let repaired = match count(proposals, &Reason::Repaired) {
        0 => String::new(),
        count => format!("; beside {count} more there is a copy already"),
    };
    let unwritten = if args.action.write { "" } else { "; nothing is written without `--write`" };
    reporter.note(&format!("{} in {}{repaired}{unwritten}", counted(links, "link"), counted(issues, "issue")));
    links
}

/// A number with its noun.
fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The archive; cleaning needs none.
fn open(args: &Args, settings: &Settings) -> Result<Option<Archive>, Failure> {
    if args.clean && !settings.archive.exists() {
        return Ok(None);
    }
    Ok(Some(Archive::open(&settings.archive)?))
}

fn proposals<'a>(
    args: &Args,
    checked: &'a Checked<'a>,
    targets: &Targets,
    wording: &Wording,
) -> Result<Vec<Proposal<'a>>, Failure> {
    let scope = Scope { also: &args.selection.also };
    let doubtful = if args.selection.force { Doubtful::Force } else { Doubtful::Keep };
    if args.clean {
        return Ok(propose(checked, &Plan { task: Task::Clean, scope, doubtful }));
    }
    let mode = match args.mode {
        ModeArg::Replace => Mode::Replace,
        ModeArg::Append => Mode::Append,
        ModeArg::Strike => Mode::Strike,
        // Issues stay as they are.
        ModeArg::Data => return Ok(Vec::new()),
    };
    targets.require()?;
    let states = args.selection.states();
    let target = |issue: &CheckedIssue<'_>, link: &CheckedLink<'_>| targets.target(issue, link);
    let task = Task::Relink { mode, wording, states: &states, target: &target };
    Ok(propose(checked, &Plan { task, scope, doubtful }))
}

impl SelectionArgs {
    /// The states whose links are repaired.
    fn states(&self) -> Vec<Verdict> {
        match (self.all, self.states.as_slice()) {
            (true, _) => Verdict::ALL.to_vec(),
            (false, []) => Verdict::ALL.into_iter().filter(|verdict| verdict.is_gone()).collect(),
            (false, states) => states.to_vec(),
        }
    }

    /// The flags that make `publish` write a page for each of these links.
    fn publish_flags(&self) -> String {
        let states: Vec<&str> = self.states.iter().map(|state| state.name()).collect();
        match (self.all, states.as_slice()) {
            (true, _) => "--all ".to_owned(),
            (false, []) => String::new(),
            (false, states) => format!("--states {} ", states.join(",")),
        }
    }
}

/// The flags over the configuration file over the defaults.
fn wording(args: &Args, settings: &Settings) -> Result<Wording, Failure> {
    let mut wording = Wording::default();
    if let Some(archived) = args.wording.as_ref().or(settings.file.wording.archived.as_ref()) {
        wording.archived.clone_from(archived);
    }
    if let Some(brackets) = &args.brackets {
        let (before, after) = brackets.split_once("{}").ok_or_else(|| {
            Failure::usage(anyhow!("`--brackets {brackets}` has no `{{}}` for the link, as in （{{}}）"))
        })?;
        (wording.before, wording.after) = (before.to_owned(), after.to_owned());
    }
    let is_plain =
        [&wording.archived, &wording.before, &wording.after].iter().all(|words| !words.contains(['\n', '[', ']', '<']));
    if is_plain && !wording.archived.trim().is_empty() {
        return Ok(wording);
    }
    Err(Failure::usage(anyhow!("the words of a link are one line, not empty, without brackets of Markdown or HTML")))
}

/// Prints the diffs, or the objects, and what is left alone. What is written needs no printing: git shows it.
fn tell(args: &Args, proposals: &[Proposal<'_>], reporter: &Reporter) {
    let shows_diff = reporter.shows_diff(args.action.write);
    for proposal in proposals {
        if reporter.is_json() && (proposal.links > 0 || !proposal.kept.is_empty()) {
            reporter.object(&line(proposal));
        } else if proposal.links > 0 && shows_diff {
            reporter.document(&unified::diff(&proposal.file.name, &proposal.file.text, &proposal.edited));
        }
        for kept in proposal.kept.iter().filter(|_| !reporter.is_json()) {
            if kept.why.is_told() || reporter.is_verbose() {
                let title = kept.link.title.as_deref().unwrap_or("a link");
                reporter.note(&format!("{}:{}: {title}: {}", proposal.file.path.display(), kept.link.line, kept.why));
            }
        }
    }
}

/// Writes the issues under the lock of the archive, which keeps the way back.
fn write_all(
    args: &Args,
    settings: &Settings,
    changed: &[&Proposal<'_>],
    reporter: &Reporter,
) -> Result<Written, Failure> {
    let now = Timestamp::now();
    let mut writer = Writer::open(&settings.archive, now)?;
    let dirty = if args.allow_dirty { Dirty::Allow } else { Dirty::Refuse };
    let edited: Vec<Edited<'_>> = changed.iter().map(|proposal| proposal.edited()).collect();
    let written = write(&mut writer, (Kind::Relink, now), &edited, dirty).map_err(Failure::incomplete)?;
    for error in &written.refused {
        reporter.warning(error);
    }
    if let Some(run) = &written.run {
        let files = written.files.len();
        let files = counted(files, "issue");
        reporter.note(&format!("{files} written; `wxarchive relink --undo {run}` takes that back"));
        let private =
            changed.iter().flat_map(|proposal| &proposal.file.issue.links).any(|link| !link.private.is_empty());
        if private && args.mode != ModeArg::Append {
            reporter.note(&format!(
                "`{}` keeps the old addresses with their private values, out of git and for you alone, so that the run can be taken back; delete it when you are content",
                settings.archive.join(".undo").display()
            ));
        }
    }
    Ok(written)
}

fn parse_place(name: &str) -> Result<Context, String> {
    let places = [Context::Code, Context::Comment, Context::FrontMatter];
    let place = places.into_iter().find(|place| place.name() == name);
    place.ok_or_else(|| format!("`{name}` is none of code, comment, front-matter"))
}
