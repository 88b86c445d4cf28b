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
    /// Whether links that may mean another article are edited too.
    pub doubtful: Doubtful,
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
        /// Where a link goes from now on.
        target: &'a dyn Fn(&CheckedIssue<'_>, &CheckedLink<'_>) -> Result<String, NoTarget>,
    },
    /// Addresses lose what should not be published, and misspellings are mended.
    Clean,
}

/// Why a link has nowhere to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTarget {
    /// The article is not in the archive.
    NoCopy,
    /// It is, but the site has no page of it yet.
    NoPage,
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
    /// Why.
    pub why: Reason,
}

/// Why a link that was wanted is left alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Somebody, or an earlier run, has repaired it.
    #[error("a copy is linked already")]
    Repaired,
    /// It would lead to a page that is not there.
    #[error("there is no page of it yet")]
    NoPage,
    /// Something that somebody may want to look at.
    #[error("{0}")]
    Other(String),
}

impl Reason {
    /// Whether it is told of each link; the others are only counted unless everything is wanted.
    #[must_use]
    pub fn is_told(&self) -> bool {
        matches!(self, Self::Other(_))
    }
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
fn of_link(issue: &CheckedIssue<'_>, link: &CheckedLink<'_>, plan: &Plan<'_>) -> Result<Vec<Edit>, Reason> {
    let text = issue.file.text.as_str();
    let keeps = plan.doubtful == Doubtful::Keep;
    let Task::Relink { mode, wording, states, target } = &plan.task else {
        let edits = clean(text, link.link, plan.scope).map_err(reason)?;
        // A clean address of the wrong article would look all the more right.
        return match wrong_address(link).filter(|_| keeps && !edits.is_empty()) {
            Some(why) => Err(Reason::Other(why)),
            None => Ok(edits),
        };
    };
    if link.link.article().is_none() || !states.contains(&link.state) {
        return Ok(Vec::new());
    }
    if let Some(why) = doubt(link).filter(|_| keeps) {
        return Err(Reason::Other(why));
    }
    let url = target(issue, link).map_err(|none| match none {
        NoTarget::NoCopy => Reason::Other("there is no copy of it to link".to_owned()),
        NoTarget::NoPage => Reason::NoPage,
    })?;
    relink(text, link.link, &Target { url: &url, mode: *mode, wording }, plan.scope).map_err(reason)
}

/// Why a link may mean another article than its address, or the article may be as readable as ever.
fn doubt(link: &CheckedLink<'_>) -> Option<String> {
    wrong_address(link).or_else(|| {
        is_open(link.state).then(|| {
            format!("it is {}, which says nothing of the article; pass `--force` to relink it", link.state.name())
        })
    })
}

fn wrong_address(link: &CheckedLink<'_>) -> Option<String> {
    let mismatch = link.mismatch.as_ref()?;
    Some(format!("its address is that of 《{}》; mend the address first, or pass `--force`", mismatch.named))
}

/// Whether a state says nothing of the article, which may be as readable as ever.
#[must_use]
pub fn is_open(state: Verdict) -> bool {
    matches!(state, Verdict::Blocked | Verdict::Unreachable | Verdict::Temporary)
}

fn reason(unfit: Unfit) -> Reason {
    if unfit == Unfit::Done { Reason::Repaired } else { Reason::Other(unfit.to_string()) }
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
        let why = match () {
            () if index >= MOST_TRIED => {
                "too many links in this issue to try one by one; write the others, then run this again"
            }
            () if !holds(&together) => "the edit would change how the text around it is read; change it by hand",
            () => {
                good = together;
                repairs.push((link, edits));
                continue;
            }
        };
        kept.push(Kept { link, why: Reason::Other(why.to_owned()) });
    }
}
