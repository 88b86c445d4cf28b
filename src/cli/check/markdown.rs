//! The report as a comment for a pull request.

use super::{CheckLine, CheckSummary, table};

/// The most rows of a comment; forges refuse comments of more than 65,536 characters.
const MOST_ROWS: usize = 200;

/// What should be looked at, as one table of Markdown.
pub(super) fn of(lines: &[CheckLine], summary: &CheckSummary) -> String {
    let wanted: Vec<&CheckLine> = lines.iter().filter(|line| line.needs_attention).collect();
    let mut comment = format!("### WeChat links\n\n{}\n", table::counts(summary));
    if wanted.is_empty() {
        return comment + "\nNothing to look at.\n";
    }
    comment.push_str("\n| where | link | state | |\n|---|---|---|---|\n");
    for line in wanted.iter().take(MOST_ROWS) {
        let title = line.title.as_deref().unwrap_or(&line.url);
        let place = format!("{}:{}", line.issue, line.line);
        let cells = [place, title.to_owned(), line.state.to_owned(), line.explanation()];
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        comment.extend(["| ", &cells.join(" | "), " |\n"]);
    }
    if wanted.len() > MOST_ROWS {
        comment.extend(["\n… and ", &(wanted.len() - MOST_ROWS).to_string(), " more.\n"]);
    }
    comment
}

/// Words that mean nothing but themselves in a cell.
fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for char in words.chars() {
        match char {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '@' if !words.starts_with("http") => {
                escaped.push('\\');
                escaped.push(char);
            }
            char => escaped.push(char),
        }
    }
    // An address is a link in itself; escapes would break it.
    escaped.replace("\\_\\_biz", "__biz")
}
