//! Decides for each link whether it gets another address, and makes the new text of its issue.

use crate::check::{Checked, CheckedIssue, CheckedLink, Verdict};
use crate::edit::Edited;
use crate::issue::Link;
use crate::issue::relink::{Edit, Mode, Scope, Target, Unfit, Wording, apply, clean, is_faithful, relink};
use crate::sync::IssueFile;

/// What is to be done to the links.
pub struct Plan<'a> {
    /// The kind of repair.
    pub task: Task<'a>,
    /// Where links are edited at all.
    pub scope: Scope<'a>,
}

/// A kind of repair.
pub enum Task<'a> {
    /// Links get the address of a copy.
    Relink {
        /// What becomes of the old address.
        mode: Mode,
        /// The words around it.
        wording: &'a Wording,
        /// Which links; those of these states.
        states: &'a [Verdict],
        /// Whether links that may mean another article are relinked too.
        doubtful: Doubtful,
        /// Where a link goes from now on; `None` where there is no copy.
        target: &'a dyn Fn(&CheckedIssue<'_>, &CheckedLink<'_>) -> Option<String>,
    },
    /// Addresses lose what should not be published, and misspellings are mended.
    Clean,
}

/// What is done with links that may mean another article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubtful {
    /// They are left alone.
    Keep,
    /// They are treated like any other.
    Force,
}

/// The repair of one issue.
#[derive(Debug)]
pub struct Proposal<'a> {
    /// The issue.
    pub file: &'a IssueFile,
    /// What changes.
    pub edits: Vec<Edit>,
    /// The text after.
    pub edited: String,
    /// How many links are repaired.
    pub links: usize,
    /// Links that were wanted but are left alone.
    pub kept: Vec<Kept<'a>>,
}

impl Proposal<'_> {
    /// The file and what it is to become.
    #[must_use]
    pub fn edited(&self) -> Edited<'_> {
        Edited {
            path: &self.file.path,
            sha256: self.file.sha256,
            before: &self.file.text,
            edits: &self.edits,
            after: &self.edited,
        }
    }
}

/// A link that is left alone.
#[derive(Debug)]
pub struct Kept<'a> {
    /// The link.
    pub link: &'a Link,
    /// Why; `None` where it was repaired before.
    pub why: Option<String>,
}

/// The most links of one issue that are tried one by one, where all together do not read back.
const MOST_TRIED: usize = 64;

/// Makes a proposal for every issue, also for those where nothing changes.
#[must_use]
pub fn propose<'a>(checked: &'a Checked<'a>, plan: &Plan<'_>) -> Vec<Proposal<'a>> {
    checked.issues.iter().map(|issue| of_issue(issue, plan)).collect()
}

fn of_issue<'a>(issue: &'a CheckedIssue<'a>, plan: &Plan<'_>) -> Proposal<'a> {
    let file = issue.file;
    let (mut repairs, mut kept) = (Vec::new(), Vec::new());
    for link in &issue.links {
        match of_link(issue, link, plan) {
            Ok(edits) if edits.is_empty() => {}
            Ok(edits) => repairs.push((link.link, edits)),
            Err(why) => kept.push(Kept { link: link.link, why }),
        }
    }
    keep_faithful(file, &mut repairs, &mut kept);
    let edits: Vec<Edit> = repairs.iter().flat_map(|(_, edits)| edits.clone()).collect();
    let edited = if edits.is_empty() { file.text.clone() } else { apply(&file.text, &edits) };
    Proposal { file, edits, edited, links: repairs.len(), kept }
}

/// The edits of one link; an error says why a link that was wanted is left alone.
fn of_link(issue: &CheckedIssue<'_>, link: &CheckedLink<'_>, plan: &Plan<'_>) -> Result<Vec<Edit>, Option<String>> {
    let text = issue.file.text.as_str();
    let Task::Relink { mode, wording, states, doubtful, target } = &plan.task else {
        return clean(text, link.link, plan.scope).map_err(reason);
    };
    if link.link.article().is_none() || !states.contains(&link.state) {
        return Ok(Vec::new());
    }
    if *doubtful == Doubtful::Keep
        && let Some(why) = doubt(link)
    {
        return Err(Some(why));
    }
    let Some(url) = target(issue, link) else { return Err(Some("there is no copy of it to link".to_owned())) };
    relink(text, link.link, &Target { url: &url, mode: *mode, wording }, plan.scope).map_err(reason)
}

/// Why a link may mean another article than its address, or the article may be as readable as ever.
fn doubt(link: &CheckedLink<'_>) -> Option<String> {
    if let Some(mismatch) = &link.mismatch {
        return Some(format!(
            "its address is that of 《{}》; mend the address first, or pass `--force`",
            mismatch.named
        ));
    }
    let is_open = matches!(link.state, Verdict::Blocked | Verdict::Unreachable | Verdict::Temporary);
    is_open
        .then(|| format!("it is {}, which says nothing of the article; pass `--force` to relink it", link.state.name()))
}

fn reason(unfit: Unfit) -> Option<String> {
    (unfit != Unfit::Done).then(|| unfit.to_string())
}

/// Leaves out the repairs that would change more than the link.
fn keep_faithful<'a>(file: &IssueFile, repairs: &mut Vec<(&'a Link, Vec<Edit>)>, kept: &mut Vec<Kept<'a>>) {
    let holds = |edits: &[Edit]| is_faithful(&file.issue, edits, &apply(&file.text, edits));
    let all: Vec<Edit> = repairs.iter().flat_map(|(_, edits)| edits.clone()).collect();
    if all.is_empty() || holds(&all) {
        return;
    }
    let mut good: Vec<Edit> = Vec::new();
    for (index, (link, edits)) in std::mem::take(repairs).into_iter().enumerate() {
        let together = [good.as_slice(), edits.as_slice()].concat();
        if index < MOST_TRIED && holds(&together) {
            good = together;
            repairs.push((link, edits));
        } else {
            let why = "the edit would change how the text around it is read; change it by hand".to_owned();
            kept.push(Kept { link, why: Some(why) });
        }
    }
}
