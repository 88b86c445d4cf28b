//! Tells what an address stands in that neither Markdown nor HTML takes for a link: words, a value, or a broken link.

use crate::issue::{Context, Link};

/// What surrounds an address, as far as it says what may be written there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The address belongs to a link, or stands where readers see none.
    Link,
    /// The address alone stands in the words of a Markdown text.
    Words,
    /// The address alone stands between the tags of raw HTML.
    HtmlWords,
    /// It is the value of an attribute or an argument of a shortcode: an address and nothing else.
    Value,
    /// It stands in what was meant to be a link and is none.
    Broken,
}

/// How far around an address the signs are looked for that open and close what it stands in, in bytes.
const REACH: usize = 2000;

/// Elements whose text is no text for readers.
const RAW_ELEMENTS: [(&str, &str); 4] =
    [("<script", "</script"), ("<style", "</style"), ("<textarea", "</textarea"), ("<title", "</title")];

impl Standing {
    pub(super) fn of(text: &str, link: &Link) -> Self {
        let is_alone = link.whole == link.span && matches!(link.context, Context::Bare | Context::Html);
        if !is_alone {
            return Self::Link;
        }
        let start = text.floor_char_boundary(link.span.start.saturating_sub(REACH));
        let end = text.floor_char_boundary(link.span.end.saturating_add(REACH));
        let (before, after) = (&text[start..link.span.start], &text[link.span.end..end]);
        let is_html = link.context == Context::Html;
        match () {
            () if is_template(before, after) || is_assigned(before) => Self::Value,
            // Some site generators read the Markdown inside HTML as well.
            () if is_html && (is_in_tag(before) || is_raw(before) || is_in_destination(before)) => Self::Value,
            () if is_html => Self::HtmlWords,
            () if is_in_destination(before) || is_cut(before, &link.url) => Self::Broken,
            () => Self::Words,
        }
    }
}

/// Whether it stands inside `{{ … }}` or `{% … %}`.
fn is_template(before: &str, after: &str) -> bool {
    [("{{", "}}"), ("{%", "%}")].iter().any(|(open, close)| {
        let closes = |close_at: usize| after.find(open).is_none_or(|open_at| close_at < open_at);
        before.rfind(open) > before.rfind(close) && after.find(close).is_some_and(closes)
    })
}

/// Whether a name and `=` stand before it, or a name, `=` or `:`, and a quotation mark: `url="…`, `"url": "…`, `={"…`.
fn is_assigned(before: &str) -> bool {
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '"' | '\'');
    let is_named = |name: &str| name.trim_end_matches([' ', '\t']).ends_with(is_name);
    match before.strip_suffix(['"', '\'']).map(|quoted| quoted.trim_end_matches([' ', '\t', '\\'])) {
        Some(quoted) => quoted.strip_suffix(['=', ':']).is_some_and(is_named) || quoted.ends_with("={"),
        None => before.strip_suffix('=').is_some_and(is_named),
    }
}

/// Whether a tag was opened and not closed.
fn is_in_tag(before: &str) -> bool {
    let Some(open) = before.rfind('<') else { return false };
    let begins_tag = before[open + 1..].starts_with(|char: char| char.is_ascii_alphabetic() || "/!?".contains(char));
    begins_tag && !before[open..].contains('>')
}

fn is_raw(before: &str) -> bool {
    let lower = before.to_ascii_lowercase();
    RAW_ELEMENTS.iter().any(|(open, close)| lower.rfind(open) > lower.rfind(close))
}

/// Whether `](` stands before it, with nothing between that would end a destination.
fn is_in_destination(before: &str) -> bool {
    let Some(open) = before.rfind("](") else { return false };
    let between = before[open + 2..].trim_start();
    !between.contains(|char: char| char == ')' || char.is_whitespace())
}

/// Whether the address is the end of another one, as of `ftp://…`, or is escaped.
fn is_cut(before: &str, url: &str) -> bool {
    let has_scheme = url.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")) || url.starts_with("hh");
    let is_end = before.ends_with(|char: char| char.is_ascii_alphanumeric());
    let is_path = url.starts_with("//") && before.ends_with(':');
    before.ends_with('\\') || !has_scheme && (is_end || is_path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::scan;

    #[test]
    fn what_an_address_stands_in_is_told_by_what_is_around_it() {
        let url = "https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ";
        for (text, expected) in [
            ("见 U 。", Standing::Words),
            ("原文:U", Standing::Words),
            ("==U==", Standing::Words),
            ("链接: \"U\"", Standing::Words),
            ("{{ a }} U {{ b }}", Standing::Words),
            ("{{ a U", Standing::Words),
            ("[^1]: U\n", Standing::Words),
            ("[t](U)", Standing::Link),
            ("[b]: U\n", Standing::Link),
            ("`U`", Standing::Link),
            ("{{< card url=\"U\" >}}", Standing::Value),
            ("{{< card U >}}", Standing::Value),
            ("{% card U %}", Standing::Value),
            ("<a href= \"U\"x\">", Standing::Value),
            ("url=U", Standing::Value),
            ("见 { \"url\": \"U\" }", Standing::Value),
            ("<div data-url='U'>\n", Standing::Value),
            ("<div>\n<script>\nopen(U)\n</script>\n", Standing::Value),
            ("<div>\n[t](U \"x\")\n</div>\n", Standing::Value),
            ("<p>见 U</p>\n", Standing::HtmlWords),
            ("<p>a < b U</p>\n", Standing::HtmlWords),
            ("[t](U 'it''s')", Standing::Broken),
            ("[t](\nU x)", Standing::Broken),
            ("\\U", Standing::Broken),
        ] {
            let text = text.replace('U', url);
            let issue = scan(&text);
            assert_eq!(issue.links.len(), 1, "{text}");
            assert_eq!(Standing::of(&text, &issue.links[0]), expected, "{text}");
        }
        let text = url.replace("https", "ftp");
        assert_eq!(Standing::of(&text, &scan(&text).links[0]), Standing::Broken);
    }
}
