//! A checked link as programs read it, and as every other form of the report takes it from.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde::Serialize;

use wxarchive::check::{Checked, CheckedIssue, CheckedLink, Grounds, Verdict};
use wxarchive::issue::PictureLink;
use wxarchive::model::{ArticleUrl, redact};

/// A link and its state.
#[derive(Debug, Serialize)]
pub(crate) struct CheckLine {
    /// Always `link`.
    pub(crate) event: &'static str,
    pub(crate) path: String,
    /// The name of the issue, which does not depend on where the program runs.
    pub(crate) issue: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) url: String,
    pub(crate) title: Option<String>,
    pub(crate) state: &'static str,
    /// The state of what the address names, where the state of the link is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) article_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
    /// The folder of the archived article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archived: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mismatch: Option<MismatchLine>,
    /// The address it most likely should have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mend: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) private: Vec<String>,
    /// The state at the check before, where it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) was: Option<String>,
    /// The day of `since` in China, as published pages have it.
    #[serde(skip)]
    pub(crate) day: Option<String>,
    #[serde(skip)]
    pub(crate) is_gone: bool,
    #[serde(skip)]
    pub(crate) needs_attention: bool,
}

/// Why words and address of a link do not go together.
#[derive(Debug, Serialize)]
pub(crate) struct MismatchLine {
    pub(crate) named: String,
    pub(crate) grounds: &'static str,
    pub(crate) elsewhere: Vec<String>,
}

/// The last object of a check.
#[derive(Debug, Serialize)]
pub(crate) struct CheckSummary {
    pub(crate) event: &'static str,
    pub(crate) issues: usize,
    pub(crate) links: usize,
    pub(crate) states: BTreeMap<&'static str, usize>,
    /// How many links publish private parameters.
    pub(crate) private: usize,
    /// How many links are in another state than at the check before.
    pub(crate) changed: usize,
    /// The states in the order of reports.
    #[serde(skip)]
    pub(crate) ordered: Vec<(Verdict, usize)>,
}

impl CheckSummary {
    pub(super) fn of(checked: &Checked<'_>, lines: &[CheckLine]) -> Self {
        let ordered = checked.counts();
        Self {
            event: "summary",
            issues: checked.issues.len(),
            links: lines.len(),
            states: ordered.iter().map(|(verdict, count)| (verdict.name(), *count)).collect(),
            private: lines.iter().filter(|line| !line.private.is_empty()).count(),
            changed: lines.iter().filter(|line| line.was.is_some()).count(),
            ordered,
        }
    }
}

/// The links of all issues, in their order.
pub(super) fn lines(checked: &Checked<'_>) -> Vec<CheckLine> {
    let of_issue = |issue: &CheckedIssue<'_>| {
        let pictures = issue.pictures.iter().map(|link| of_picture(issue, link));
        let mut lines: Vec<CheckLine> = issue.links.iter().map(|link| of_link(issue, link)).chain(pictures).collect();
        lines.sort_by_key(|line| (line.line, line.column));
        lines
    };
    checked.issues.iter().flat_map(of_issue).collect()
}

fn of_link(issue: &CheckedIssue<'_>, checked: &CheckedLink<'_>) -> CheckLine {
    let link = checked.link;
    CheckLine {
        event: "link",
        path: issue.file.path.display().to_string(),
        issue: issue.file.name.clone(),
        line: link.line,
        column: link.column,
        url: link.article().map_or_else(|| redact(&link.url), ArticleUrl::canonical),
        title: link.title.clone(),
        state: checked.verdict.name(),
        article_state: (checked.state != checked.verdict).then(|| checked.state.name()),
        since: checked.seen.map(|(since, _)| since.to_string()),
        seen: checked.seen.map(|(_, seen)| seen.to_string()),
        why: checked.why.clone(),
        archived: checked.entry.map(wxarchive::archive::Entry::name),
        mismatch: checked.mismatch.as_ref().map(|mismatch| MismatchLine {
            named: mismatch.named.clone(),
            grounds: match mismatch.grounds {
                Grounds::Archive => "archive",
                Grounds::Issues => "issues",
            },
            elsewhere: mismatch.elsewhere.clone(),
        }),
        mend: checked.mend.clone(),
        private: link.private.clone(),
        was: None,
        day: checked.seen.map(|(since, _)| day(since)),
        is_gone: checked.state.is_gone(),
        needs_attention: checked.verdict.needs_attention() || !link.private.is_empty(),
    }
}

fn of_picture(issue: &CheckedIssue<'_>, link: &PictureLink) -> CheckLine {
    CheckLine {
        event: "link",
        path: issue.file.path.display().to_string(),
        issue: issue.file.name.clone(),
        line: link.line,
        column: link.column,
        url: redact(&link.url),
        title: Some(link.title.clone()),
        state: Verdict::Picture.name(),
        article_state: None,
        since: None,
        seen: None,
        why: Some("the words promise an article, the address is a picture's".to_owned()),
        archived: None,
        mismatch: None,
        mend: None,
        private: Vec::new(),
        was: None,
        day: None,
        is_gone: false,
        needs_attention: true,
    }
}

/// The day of a moment in China, where the newsletter's readers are.
fn day(time: Timestamp) -> String {
    TimeZone::fixed(Offset::constant(8)).to_datetime(time).date().to_string()
}

impl CheckLine {
    /// What a person should know, in one sentence without the state itself.
    pub(super) fn explanation(&self) -> String {
        let mut parts = Vec::new();
        if let Some(mismatch) = &self.mismatch {
            parts.push(format!("the address is that of 《{}》", mismatch.named));
            if let Some(first) = mismatch.elsewhere.first() {
                parts.push(format!("other issues use {first}"));
            }
        } else if let Some(why) = &self.why {
            parts.push(why.clone());
        }
        parts.extend(self.mend.iter().map(|mend| format!("should be {mend}")));
        if self.is_gone {
            parts.extend(self.day.iter().map(|day| format!("since {day}")));
        }
        if !self.private.is_empty() {
            parts.push(format!("publishes {}", self.private.join(", ")));
        }
        parts.extend(self.was.iter().map(|was| format!("was {was}")));
        if self.is_gone {
            parts.push(if self.archived.is_some() { "archived" } else { "not archived" }.to_owned());
        }
        parts.join("; ")
    }
}
