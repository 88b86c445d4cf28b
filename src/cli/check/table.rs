//! The report for people: by issue, what should be looked at, and the counts.

use std::fmt::Write as _;

use super::{CheckLine, CheckSummary};
use crate::cli::report::count;

/// The table; every link of every issue, or only what should be looked at.
pub(super) fn of(lines: &[CheckLine], summary: &CheckSummary, is_verbose: bool) -> String {
    let mut table = String::new();
    let mut path = "";
    let wanted = lines.iter().filter(|line| is_verbose || line.was.is_some() || line.needs_attention);
    for line in wanted {
        if line.path != path {
            path = &line.path;
            put(&mut table, path);
        }
        let title = line.title.as_deref().unwrap_or(&line.url);
        let why = line.explanation();
        let why = if why.is_empty() { why } else { format!(": {why}") };
        put(&mut table, &format!("  {:>5}:{:<4} {:<14} {title}{why}", line.line, line.column, line.state));
    }
    put(&mut table, &counts(summary));
    table
}

/// One line of numbers.
pub(super) fn counts(summary: &CheckSummary) -> String {
    let states = summary.ordered.iter().map(|(verdict, count)| format!("{count} {}", verdict.name()));
    let mut parts: Vec<String> = states.collect();
    if summary.private > 0 {
        parts.push(format!("{} with private parameters", summary.private));
    }
    if summary.changed > 0 {
        parts.push(format!("{} changed since the check before", summary.changed));
    }
    let whole = format!("{} in {}", count(summary.links, "link"), count(summary.issues, "issue"));
    if parts.is_empty() { whole } else { format!("{whole}: {}", parts.join(", ")) }
}

fn put(table: &mut String, line: &str) {
    // Writing to a string never fails.
    writeln!(table, "{line}").unwrap_or_default();
}
