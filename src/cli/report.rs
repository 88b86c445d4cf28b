//! The only place that prints: JSON Lines for programs, plain lines for logs, bars and colour for a terminal.

mod lines;
mod output;

use std::fmt::Display;
use std::time::Duration;

use console::style;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use wxarchive::mirror::Report as MirrorReport;
use wxarchive::model::Oddities;
use wxarchive::sync::{Event, IssueFile, Report};

use super::exit::{Exit, Failure};
use super::links::LinkLine;
use super::list::ArticleLine;
use super::{Global, When};
pub(crate) use lines::count;
use output::Output;

/// Prints what happens in the form that was asked for.
pub(crate) struct Reporter {
    form: Form,
    detail: Detail,
    output: Output,
    bar: ProgressBar,
}

/// A report as the last line of JSON.
#[derive(serde::Serialize)]
struct Named<'a, T> {
    event: &'static str,
    #[serde(flatten)]
    report: &'a T,
}

/// The form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One JSON object per line.
    Json,
    /// Lines of text.
    Text,
    /// Nothing but what is being waited for, on standard error.
    Progress,
}

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// What went wrong.
    Quiet,
    /// What happened to articles.
    Normal,
    /// Issues and pictures as well.
    Verbose,
}

impl Reporter {
    /// Reads the global options, and whether there is a terminal.
    pub(super) fn new(global: &Global) -> Self {
        match global.color {
            When::Always => set_colors(true),
            When::Never => set_colors(false),
            When::Auto => {}
        }
        let form = if global.json { Form::Json } else { Form::Text };
        let detail = match (global.quiet, global.verbose) {
            (0, 0) => Detail::Normal,
            (0, _) => Detail::Verbose,
            _ => Detail::Quiet,
        };
        let shows_bar = form == Form::Text && detail > Detail::Quiet && global.color != When::Never;
        let bar = if shows_bar && console::user_attended_stderr() { progress_bar() } else { ProgressBar::hidden() };
        Self { form, detail, output: Output::default(), bar }
    }

    /// Tells of a run that is a part of another command only that it goes on, and what it waited for in vain.
    pub(crate) fn progress_only(&self) -> Self {
        Self { form: Form::Progress, detail: self.detail, output: Output::default(), bar: self.bar.clone() }
    }

    /// Whether programs read what is printed.
    pub(crate) fn is_json(&self) -> bool {
        self.form == Form::Json
    }

    /// Whether the diff of a file is printed. Of one that was written git shows it.
    pub(crate) fn shows_diff(&self, written: bool) -> bool {
        !written || self.is_verbose()
    }

    /// Whether everything is wanted.
    pub(crate) fn is_verbose(&self) -> bool {
        self.detail == Detail::Verbose
    }

    /// Prints an object for programs.
    pub(crate) fn object(&self, object: &impl serde::Serialize) {
        self.output.json(object);
    }

    /// Tells an event of a run.
    pub(crate) fn event(&self, event: &Event) {
        self.advance(event);
        if self.form == Form::Json {
            self.output.json(event);
            return;
        }
        if self.form == Form::Progress {
            if let Event::Article(article) = event
                && let Some(why) = lines::unanswered(article)
            {
                self.note(&why);
            }
            return;
        }
        let (least, line) = lines::of_event(event);
        if self.detail >= least {
            self.bar.suspend(|| self.output.line(&line));
        }
    }

    /// Lists every link that is not in the archive, with its place; the events have told programs already.
    pub(crate) fn not_archived(&self, report: &Report, issues: &[IssueFile]) {
        if self.form == Form::Text {
            for line in lines::not_archived(report, issues) {
                self.output.line(&line);
            }
        }
    }

    /// Prints a link of an issue.
    pub(crate) fn link(&self, link: &LinkLine<'_>) {
        match self.form {
            Form::Json => self.output.json(link),
            Form::Text | Form::Progress => self.output.line(&lines::of_link(link)),
        }
    }

    /// Prints an article of the archive.
    pub(crate) fn articles(&self, articles: impl Iterator<Item = ArticleLine>) {
        match self.form {
            Form::Json => articles.for_each(|article| self.output.json(&article)),
            Form::Text | Form::Progress => self.output.lines(articles.map(|article| lines::of_article(&article))),
        }
    }

    /// Shows how many of how many pictures are done.
    pub(crate) fn progress(&self, done: usize, all: usize) {
        self.bar.set_prefix("pictures");
        self.bar.set_length(all as u64);
        self.bar.set_position(done as u64);
    }

    /// Prints a change of a file: for people as a diff.
    pub(crate) fn change(&self, line: &impl serde::Serialize, diff: &str) {
        match self.form {
            Form::Json => self.output.json(line),
            Form::Text | Form::Progress => self.bar.suspend(|| self.output.bytes(diff.as_bytes())),
        }
    }

    /// Prints what a mirror has now.
    pub(crate) fn mirrored(&self, report: &MirrorReport) {
        self.bar.finish_and_clear();
        if self.form == Form::Json {
            self.output.json(&Named { event: "summary", report });
            return;
        }
        for damaged in &report.damaged {
            self.warning(&format!("`{}` is not mirrored: {}", damaged.file, damaged.why));
        }
        if self.detail > Detail::Quiet {
            self.output.line(&lines::of_mirror(report));
        }
    }

    /// Prints one of the things a command lists: as JSON, or as its line of text.
    pub(crate) fn item(&self, item: &impl Serialize, line: &str) {
        match self.form {
            Form::Json => self.output.json(item),
            Form::Text | Form::Progress => self.output.line(line),
        }
    }

    /// Prints what a command was asked for, as it is.
    pub(crate) fn document(&self, text: &str) {
        self.output.bytes(text.as_bytes());
    }

    /// Prints something for people only.
    pub(crate) fn text(&self, text: &str) {
        if self.form == Form::Text && self.detail > Detail::Quiet {
            self.output.bytes(text.as_bytes());
        }
    }

    /// Prints bytes as they are.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        self.output.bytes(bytes);
    }

    /// Says on standard error what a conversion could not keep.
    pub(crate) fn oddities(&self, oddities: &Oddities) {
        for (oddity, count) in oddities.iter() {
            self.note(&oddity.describe(count));
        }
    }

    /// Says something in passing, on standard error.
    pub(crate) fn note(&self, text: &str) {
        if self.detail > Detail::Quiet {
            self.bar.suspend(|| output::error_line(&format!("{} {text}", style("note:").cyan().for_stderr())));
        }
    }

    /// Says what went wrong without ending the work, on standard error.
    pub(crate) fn warning(&self, error: &dyn Display) {
        self.bar.suspend(|| output::error_line(&format!("{} {error}", style("warning:").yellow().for_stderr())));
    }

    /// Says why the command ends, to people on standard error and to programs as an event as well.
    pub(crate) fn failure(&self, failure: &Failure) -> Exit {
        self.bar.finish_and_clear();
        let message = lines::of_error(&failure.error);
        if self.form == Form::Json {
            let code = failure.exit as u8;
            self.output.json(&serde_json::json!({ "event": "error", "message": message, "exit": code }));
        }
        output::error_line(&format!("{} {message}", style("error:").red().for_stderr()));
        failure.exit
    }

    /// Whether something that was to be printed could not be.
    pub(crate) fn has_failed(&self) -> bool {
        self.output.has_failed()
    }

    fn advance(&self, event: &Event) {
        match event {
            Event::Plan { articles, .. } => self.bar.set_length(*articles as u64),
            Event::Article(article) => {
                self.bar.inc(1);
                self.bar.set_message(lines::clean(article.title.as_deref().unwrap_or_default()));
            }
            Event::Summary(_) => self.bar.finish_and_clear(),
            _ => {}
        }
    }
}

/// Tells what is wrong with the arguments; help and version are no mistakes.
pub(super) fn usage(error: &clap::Error) -> Exit {
    if let Err(broken) = error.print() {
        output::error_line(&format!("could not print: {broken}"));
    }
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

fn set_colors(enabled: bool) {
    console::set_colors_enabled(enabled);
    console::set_colors_enabled_stderr(enabled);
}

fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {prefix}, {eta} left  {wide_msg}") {
        bar.set_style(style);
    }
    bar.set_prefix("articles");
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
