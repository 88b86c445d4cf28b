//! A unified diff of two texts with as many lines, of which some differ.

use std::fmt::Write as _;
use std::ops::Range;

/// How many equal lines are shown around those that differ.
const AROUND: usize = 3;

/// The diff of a file, in the form that `git apply` takes; empty where the texts are the same.
pub(super) fn unified(name: &str, before: &str, after: &str) -> String {
    let [before, after] = [before, after].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let mut diff = String::new();
    for hunk in hunks(&before, &after) {
        let header = format!("--- a/{name}\n+++ b/{name}\n");
        if diff.is_empty() {
            diff.push_str(&header);
        }
        let (from, lines) = (hunk.start + 1, hunk.len());
        // Writing to a string can't fail.
        writeln!(diff, "@@ -{from},{lines} +{from},{lines} @@").unwrap_or_default();
        let mut at = hunk.start;
        while at < hunk.end {
            let differs = |line: usize| before[line] != after[line];
            let run = (at..hunk.end).take_while(|line| differs(*line) == differs(at)).count();
            let signs = if differs(at) { vec![('-', &before), ('+', &after)] } else { vec![(' ', &before)] };
            for (sign, text) in signs {
                text[at..at + run].iter().for_each(|line| push(&mut diff, sign, line));
            }
            at += run;
        }
    }
    diff
}

/// The lines that differ with those around them; neighbours are one hunk.
fn hunks(before: &[&str], after: &[&str]) -> Vec<Range<usize>> {
    let lines = before.len().min(after.len());
    let mut hunks: Vec<Range<usize>> = Vec::new();
    for line in (0..lines).filter(|line| before[*line] != after[*line]) {
        let (start, end) = (line.saturating_sub(AROUND), (line + AROUND + 1).min(lines));
        match hunks.last_mut() {
            Some(hunk) if hunk.end >= start => hunk.end = end,
            _ => hunks.push(start..end),
        }
    }
    hunks
}

fn push(diff: &mut String, sign: char, line: &str) {
    diff.push(sign);
    diff.push_str(line);
    if !line.ends_with('\n') {
        diff.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_show_three_lines_around_what_differs() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
        let after = before.replace("2\n3\n", "2\nx\n").replace("12\n", "y\n");
        let diff = unified("a.md", before, &after);
        let expected = "--- a/a.md\n+++ b/a.md\n@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+x\n 4\n 5\n 6\n@@ -9,4 +9,4 @@\n 9\n 10\n 11\n-12\n+y\n";
        assert_eq!(diff, expected);
        assert_eq!(unified("a.md", before, before), "");
        assert!(
            unified("a.md", "a", "b").ends_with("-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n")
        );
    }
}
