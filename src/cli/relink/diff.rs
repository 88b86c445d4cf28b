//! A proposal as a unified diff that `git apply` and `patch -p1` take.

use similar::TextDiff;

use wxarchive::repair::Proposal;

/// The diff of one issue.
pub(super) fn of(proposal: &Proposal<'_>) -> String {
    let name = &proposal.file.name;
    TextDiff::from_lines(proposal.file.text.as_str(), proposal.edited.as_str())
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}
