//! Whether a link to a copy follows a link, by this program's hand or somebody else's.

use super::write::Writing;

/// Words that say of a link that it leads to a copy.
const WORDS: [&str; 12] =
    ["存档", "归档", "备份", "快照", "镜像", "副本", "二次", "archive", "backup", "mirror", "cached", "copy"];

/// Hosts that keep copies.
const HOSTS: [&str; 5] = ["web.archive.org/", "archive.is/", "archive.ph/", "archive.today/", "webcache."];

/// How far behind a link the next one may begin, and end, in bytes.
const NEAR: usize = 24;
const REACH: usize = 1200;

/// Whether the next link, directly behind and on the same line, leads to a copy.
pub(super) fn follows(text: &str, end: usize, writing: &Writing<'_>) -> bool {
    let limit = text.floor_char_boundary(end.saturating_add(REACH));
    let line = text[end..limit].lines().next().unwrap_or_default();
    let Some((label, address)) = markdown_link(line).or_else(|| anchor(line)) else { return false };
    let lower = label.to_lowercase();
    let is_ours = label == writing.wording.archived || address == writing.target || address == writing.destination();
    is_ours || WORDS.iter().any(|word| lower.contains(word)) || HOSTS.iter().any(|host| address.contains(host))
}

/// The text and the address of a link that begins near the start of a line.
fn markdown_link(line: &str) -> Option<(&str, &str)> {
    let open = line.find('[').filter(|at| is_near(&line[..*at]))?;
    let (label, rest) = line[open + 1..].split_once("](")?;
    let end = rest.find([')', ' ']).unwrap_or(rest.len());
    Some((label, &rest[..end]))
}

fn anchor(line: &str) -> Option<(&str, &str)> {
    let open = line.find("<a href=\"").filter(|at| is_near(&line[..*at]))?;
    let (address, rest) = line[open + 9..].split_once("\">")?;
    Some((rest.split("</a").next().unwrap_or(rest), address))
}

/// Whether nothing but brackets and stops stands between.
fn is_near(between: &str) -> bool {
    between.len() <= NEAR && !between.contains(|char: char| char.is_alphanumeric())
}
