//! Links of a text that lead to files beside it, by the beginning of their address.

use std::ops::Range;

use super::front_matter;
use super::outline::{Outline, Target};

/// The address of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalLink {
    /// The bytes of the address in the text.
    pub span: Range<usize>,
    /// The address as written.
    pub url: String,
    /// Where its bracket opens, of a link of Markdown with words and its address in one place.
    pub bracket: Option<usize>,
}

/// Finds the links whose address begins so, in the order of the text; pictures are none.
#[must_use]
pub fn local_links(text: &str, beginning: &str) -> Vec<LocalLink> {
    if !text.contains(beginning) {
        return Vec::new();
    }
    let body = front_matter::read(text).map_or(0, |head| head.front_matter.span.end);
    let outline = Outline::read(text, body);
    let inline = outline.links.iter().filter_map(|link| match &link.target {
        Target::Inline(span) => Some((span.clone(), Some(link.range.start).filter(|_| !link.holds_picture))),
        Target::Autolink(_) | Target::Definition(_) => None,
    });
    let used = |start| outline.links.iter().any(|link| link.target == Target::Definition(start));
    let defined = outline.definitions.iter().filter(|definition| used(definition.range.start));
    let of_tags = outline.html.iter().flat_map(|tags| references(text, tags));
    let others = defined.map(|definition| definition.address.clone()).chain(of_tags).map(|span| (span, None));
    let found = inline.chain(others).filter(|(span, _)| text[span.clone()].starts_with(beginning));
    let mut found: Vec<(Range<usize>, Option<usize>)> = found.collect();
    found.sort_by_key(|(span, _)| span.start);
    found.dedup_by(|one, other| one.0 == other.0);
    let link = |(span, bracket): (Range<usize>, _)| LocalLink { url: text[span.clone()].to_owned(), span, bracket };
    found.into_iter().map(link).collect()
}

/// The addresses in `href="…"` of a piece of HTML.
fn references<'a>(text: &'a str, tags: &'a Range<usize>) -> impl Iterator<Item = Range<usize>> + 'a {
    const ATTRIBUTE: &str = "href=\"";
    text[tags.clone()].match_indices(ATTRIBUTE).map(move |(at, _)| {
        let start = tags.start + at + ATTRIBUTE.len();
        let end = text[start..tags.end].find('"').map_or(start, |length| start + length);
        start..end
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_files_are_found_in_every_form() {
        let text = "---\ncover: ../i/0.png\n---\n[图](../i/1.png) ![图](../i/2.png) [图][a] [别](https://a.example/)\n\n\
            `[图](../i/3.png)` <a href=\"../i/4.png\">图</a>\n\n[a]: ../i/5.png\n[b]: ../i/6.png\n";
        let found = local_links(text, "../i/");
        let urls: Vec<&str> = found.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(urls, ["../i/1.png", "../i/4.png", "../i/5.png"]);
        assert!(found.iter().all(|link| text[link.span.clone()] == link.url));
    }
}
