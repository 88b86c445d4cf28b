//! What is proposed for a file, as a unified diff that `git apply` and `patch -p1` take.

use similar::TextDiff;

/// The diff of one file; empty where the texts are the same.
pub(super) fn diff(name: &str, before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}
