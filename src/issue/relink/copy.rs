//! Whether a link to a copy follows a link, by this program's hand or somebody else's.

use super::write::Writing;
use crate::model::{ArticleUrl, Key, UrlKind};

/// Words that say of a link that it leads to a copy.
const WORDS: [&str; 13] = [
    "存档", "归档", "备份", "快照", "镜像", "副本", "二次", "archived", "archive", "backup", "mirror", "cached", "copy",
];

/// What may stand beside these words; with anything else they are the title of an article, as `镜像加速之路`.
const BESIDE: [&str; 26] = [
    "pdf", "链接", "地址", "页面", "网页", "版本", "版", "文章", "原文", "全文", "文件", "网站", "点击", "点此",
    "查看", "阅读", "本地", "的", "link", "page", "version", "here", "wayback", "machine", "web", "org",
];

/// What people say of the old address before they link the copy.
const GONE: [&str; 7] = ["已删除", "已被删除", "已失效", "失效", "删除", "打不开", "已"];

/// Hosts that keep copies.
const HOSTS: [&str; 5] = ["web.archive.org/", "archive.is/", "archive.ph/", "archive.today/", "webcache."];

/// How far behind a link the next one may begin, and end, in bytes.
const NEAR: usize = 48;
const REACH: usize = 1200;

/// Whether the next link, directly behind and on the same line, leads to a copy.
pub(super) fn follows(text: &str, end: usize, writing: &Writing<'_>) -> bool {
    let limit = text.floor_char_boundary(end.saturating_add(REACH));
    let line = text[end..limit].lines().next().unwrap_or_default();
    let is_ours = |(label, address): (&str, &str)| {
        label == writing.archived() || address == writing.target || address == writing.destination()
    };
    if line.strip_prefix(writing.opening().as_str()).and_then(next_link).is_some_and(is_ours) {
        return true;
    }
    let Some((label, address)) = next_link(line) else { return false };
    is_ours((label, address)) || says_copy(label) || keeps_copy((label, address), writing)
}

/// Whether any link begins near the start of a line.
pub(super) fn leads_on(line: &str) -> bool {
    next_link(line).is_some()
}

/// Whether a link's text says that it leads to a copy, and nothing else.
fn says_copy(label: &str) -> bool {
    let lower = label.to_lowercase();
    let has_word = WORDS.iter().any(|word| lower.contains(word));
    let rest = HOSTS
        .iter()
        .chain(&WORDS)
        .chain(&BESIDE)
        .fold(lower, |rest, word| rest.replace(word.trim_end_matches('/'), " "));
    has_word && !rest.contains(char::is_alphabetic)
}

/// Whether an address is that of a copy, and of no other article. One that does not say of what, as
/// `https://archive.is/X`, is taken for a copy of this article only under the words of its link.
fn keeps_copy((label, address): (&str, &str), writing: &Writing<'_>) -> bool {
    let is_host = HOSTS.iter().any(|host| address.contains(host));
    let Some(at) = address.rfind("http").filter(|at| *at > 0) else {
        return is_host && writing.words().is_some_and(|words| words.trim() == label.trim());
    };
    let original = UrlKind::of(&address[at..]);
    is_host
        && match (original.article().map(ArticleUrl::key), writing.link.key()) {
            // A long address and a short one may name the same article.
            (Some(Key::Article(_)), Some(Key::Short(_))) | (Some(Key::Short(_)), Some(Key::Article(_))) => true,
            (original, own) => original == own,
        }
}

fn next_link(line: &str) -> Option<(&str, &str)> {
    markdown_link(line).or_else(|| anchor(line)).or_else(|| named_address(line))
}

/// The text and the address of a link that begins near the start of a line.
fn markdown_link(line: &str) -> Option<(&str, &str)> {
    let open = line.find('[').filter(|at| is_near(&line[..*at]))?;
    let (label, rest) = line[open + 1..].split_once("](")?;
    let end = rest.find([')', ' ']).unwrap_or(rest.len());
    Some((label, &rest[..end]))
}

fn anchor(line: &str) -> Option<(&str, &str)> {
    let open = line.find("<a ").filter(|at| is_near(&line[..*at]))?;
    let (tag, rest) = line[open..].split_once('>')?;
    let (address, _) = tag.split_once(" href=\"")?.1.split_once('"')?;
    Some((rest.split("</a").next().unwrap_or(rest), address))
}

/// An address alone with the word for a copy before it: `（备份：https://…）`.
fn named_address(line: &str) -> Option<(&str, &str)> {
    let open = line.find("http").filter(|at| is_near(&line[..*at]))?;
    let label = line[..open].trim_matches(|char: char| !char.is_alphanumeric());
    let end =
        line[open..].find(|char: char| !char.is_ascii_graphic() || char == ')').map_or(line.len(), |end| open + end);
    says_copy(label).then_some((label, &line[open..end]))
}

/// Whether nothing but brackets and stops stands between, and words that say what became of the old address.
fn is_near(between: &str) -> bool {
    if between.len() > NEAR {
        return false;
    }
    let words = GONE.iter().chain(&WORDS).chain(&BESIDE);
    let rest = words.fold(between.to_lowercase(), |rest, word| rest.replace(word, " "));
    !rest.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_with_such_a_word_in_them_are_no_copies() {
        for copy in
            ["存档", "备份链接", "二次链接", "[镜像", "Archive.is", "web.archive.org", "archived copy", "备份 2"]
        {
            assert!(says_copy(copy), "{copy}");
        }
        for title in ["镜像加速之路", "备份系统的设计", "Copy-on-write 详解", "归档日志", "调焦", "页面"]
        {
            assert!(!says_copy(title), "{title}");
        }
    }
}
