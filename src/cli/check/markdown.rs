//! The report as a comment for a pull request.

use super::{CheckLine, CheckSummary, table};

/// The most characters of the rows; forges refuse comments of more than 65,536.
const MOST: usize = 60_000;

/// What tells a workflow its own comment from others.
const MARK: &str = "<!-- wxarchive -->\n";

/// What should be looked at, as one table of Markdown.
pub(super) fn of(lines: &[CheckLine], summary: &CheckSummary) -> String {
    let wanted: Vec<&CheckLine> = lines.iter().filter(|line| line.needs_attention).collect();
    let mut comment = format!("{MARK}### WeChat links\n\n{}\n", table::counts(summary));
    if wanted.is_empty() {
        return comment + "\nNothing to look at.\n";
    }
    comment.push_str("\n| where | link | state | |\n|---|---|---|---|\n");
    let (mut length, mut told) = (0, 0);
    for row in wanted.iter().map(|line| row(line)) {
        length += row.chars().count();
        if length > MOST {
            break;
        }
        comment.push_str(&row);
        told += 1;
    }
    if wanted.len() > told {
        comment.extend(["\n… and ", &(wanted.len() - told).to_string(), " more.\n"]);
    }
    comment
}

fn row(line: &CheckLine) -> String {
    let place = escaped(&format!("{}:{}", line.issue, line.line));
    let title = cell(line.title.as_deref().unwrap_or(&line.url));
    format!("| {place} | {title} | {} | {} |\n", line.state, cell(&line.explanation()))
}

/// Words as they are, and addresses as links.
fn cell(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.strip_suffix(';') {
        // A forge would take the sign into the link.
        Some(url) if is_url(url) => plain(url) + " ;",
        _ if is_url(word) => plain(word),
        _ => escaped(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a word is an address of the site, as this program writes it.
fn is_url(word: &str) -> bool {
    word.starts_with("https://mp.weixin.qq.com/") && word.bytes().all(|byte| byte.is_ascii_graphic())
}

/// An address, which is a link in itself and which escapes would break, with nothing that ends its cell or begins a tag.
fn plain(url: &str) -> String {
    url.replace('|', "%7C").replace('<', "%3C").replace('`', "%60").replace(['\n', '\r'], " ")
}

/// Words that mean nothing but themselves in a cell.
fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for char in words.chars() {
        match char {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            // No name after it is called by a comment of ours.
            '@' => escaped.push_str("@\u{200b}"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' => escaped.extend(['\\', char]),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_in_their_cell_whatever_they_begin_with() {
        assert_eq!(escaped("http 标题 | @github <b> [x]"), "http 标题 \\| @\u{200b}github &lt;b> \\[x\\]");
        assert_eq!(plain("https://mp.weixin.qq.com/s?__biz=a==|<b>"), "https://mp.weixin.qq.com/s?__biz=a==%7C%3Cb>");
        assert_eq!(
            cell("should be https://mp.weixin.qq.com/s?__biz=a== a_b"),
            "should be https://mp.weixin.qq.com/s?__biz=a== a\\_b"
        );
        assert!(
            is_url("https://mp.weixin.qq.com/s?__biz=a==&mid=1")
                && !is_url("https://mp.weixin.qq.com/s；见")
                && !is_url("http")
        );
    }
}
