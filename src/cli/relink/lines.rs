//! What `relink --json` prints: an object for each issue, and the summary.

use serde::Serialize;

use wxarchive::edit::Written;
use wxarchive::relink::{Proposal, Reason};

/// An issue's repair as `--json` prints it.
#[derive(Debug, Serialize)]
pub(super) struct ProposalLine<'a> {
    event: &'static str,
    path: String,
    links: usize,
    edits: Vec<EditLine<'a>>,
    kept: Vec<KeptLine<'a>>,
}

/// The last object of `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    event: &'static str,
    issues: usize,
    /// How many issues have links that are repaired.
    changed: usize,
    /// How many links are repaired.
    links: usize,
    /// How many have a copy beside them already.
    repaired: usize,
    /// How many are left alone since there is no page of their article.
    without_page: usize,
    /// How many are left alone for other reasons, each told with its issue.
    kept: usize,
    /// How many issues were written.
    written: usize,
    /// How many were not, as the warnings say.
    refused: usize,
    /// The name of the run, for `--undo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
}

impl Summary {
    /// Counts what came of a run.
    pub(super) fn of(proposals: &[Proposal<'_>], written: &Written) -> Self {
        let (repaired, without_page) = (count(proposals, &Reason::Repaired), count(proposals, &Reason::NoPage));
        let kept: usize = proposals.iter().map(|proposal| proposal.kept.len()).sum();
        Self {
            event: "summary",
            issues: proposals.len(),
            changed: proposals.iter().filter(|proposal| proposal.links > 0).count(),
            links: proposals.iter().map(|proposal| proposal.links).sum(),
            repaired,
            without_page,
            kept: kept - repaired - without_page,
            written: written.files.len(),
            refused: written.refused.len(),
            run: written.run.clone(),
        }
    }
}

#[derive(Debug, Serialize)]
struct EditLine<'a> {
    span: [usize; 2],
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct KeptLine<'a> {
    line: usize,
    title: Option<&'a str>,
    why: String,
}

/// How many links are left alone for this reason.
pub(super) fn count(proposals: &[Proposal<'_>], reason: &Reason) -> usize {
    proposals.iter().flat_map(|proposal| &proposal.kept).filter(|kept| kept.why == *reason).count()
}

/// The object of an issue.
pub(super) fn line<'a>(proposal: &'a Proposal<'a>) -> ProposalLine<'a> {
    let edits = proposal.edits.iter().map(|edit| EditLine { span: [edit.span.start, edit.span.end], text: &edit.text });
    let kept = proposal.kept.iter().filter_map(|kept| {
        let title = kept.link.title.as_deref();
        (kept.why != Reason::Repaired).then(|| KeptLine { line: kept.link.line, title, why: kept.why.to_string() })
    });
    ProposalLine {
        event: "proposal",
        path: proposal.file.path.display().to_string(),
        links: proposal.links,
        edits: edits.collect(),
        kept: kept.collect(),
    }
}
