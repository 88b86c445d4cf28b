//! The tags of raw HTML in an issue: where links lead, where pictures are, what is commented out.
//!
//! One pass over the bytes, each looked at once: the site generators pass HTML through as it is, and so much of it
//! is unclosed that no parser would agree with another about the rest.

use std::ops::Range;

/// A tag or comment that matters here, with the bytes it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) span: Range<usize>,
    pub(super) kind: TagKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TagKind {
    /// `<a href>`.
    Anchor { href: Range<usize> },
    /// One address of a picture: of `<img>`, of a `<source>` for browsers to choose, or before a video plays.
    Picture { src: Range<usize>, alt: Option<Range<usize>> },
    /// `<!-- … -->`.
    Comment,
}

/// Finds the tags that matter in a part of a text.
pub(super) fn tags(text: &str, part: Range<usize>) -> Vec<Tag> {
    let mut tags = Vec::new();
    let bytes = &text.as_bytes()[..part.end];
    let mut at = part.start;
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        let start = at + found;
        if bytes[start..].starts_with(b"<!--") {
            let end = memchr::memmem::find(&bytes[start + 4..], b"-->").map_or(bytes.len(), |len| start + 4 + len + 3);
            tags.push(Tag { span: start..end, kind: TagKind::Comment });
            at = end;
            continue;
        }
        at = start + 1;
        let name_end = at + bytes[at..].iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(0);
        let attributes = Attributes::read(bytes, name_end);
        let span = start..attributes.end;
        match bytes[at..name_end].to_ascii_lowercase().as_slice() {
            b"a" => tags.extend(attributes.get(bytes, "href").map(|href| Tag { span, kind: TagKind::Anchor { href } })),
            b"" => continue,
            name => {
                let alt = attributes.get(bytes, "alt");
                let pictures = attributes.pictures(bytes, name).into_iter();
                tags.extend(
                    pictures.map(|src| Tag { span: span.clone(), kind: TagKind::Picture { src, alt: alt.clone() } }),
                );
            }
        }
        at = attributes.end;
    }
    tags
}

/// The text of an anchor whose tag ends here: up to `</a>`, or nothing where a paragraph or another anchor comes first.
pub(super) fn text_of_anchor(text: &str, start: usize) -> Range<usize> {
    const REACH: usize = 4000;
    let reach = &text.as_bytes()[start..text.len().min(start + REACH)];
    let begins = |at: usize, tag: &[u8]| reach.get(at..at + 3).is_some_and(|bytes| bytes.eq_ignore_ascii_case(tag));
    let stops = |at: &usize| reach[*at] == b'\n' && is_blank_line(&reach[*at + 1..]);
    let end =
        memchr::memchr2_iter(b'<', b'\n', reach).find(|at| begins(*at, b"</a") || begins(*at, b"<a ") || stops(at));
    start..end.filter(|at| begins(*at, b"</a")).map_or(start, |at| start + at)
}

/// Whether the line that begins here is blank.
fn is_blank_line(bytes: &[u8]) -> bool {
    bytes.iter().find(|byte| **byte == b'\n' || !byte.is_ascii_whitespace()) == Some(&b'\n')
}

/// The attributes of one tag: where their names and values stand.
pub(super) struct Attributes {
    pairs: Vec<(Range<usize>, Range<usize>)>,
    /// After the `>`, or where the tag breaks off.
    end: usize,
}

impl Attributes {
    /// Reads them from behind the name of the tag on.
    pub(super) fn read(bytes: &[u8], from: usize) -> Self {
        let mut pairs = Vec::new();
        let mut at = from;
        loop {
            at = skip(bytes, at, |byte| byte.is_ascii_whitespace() || byte == b'/');
            match bytes.get(at) {
                None | Some(b'<') => return Self { pairs, end: at },
                Some(b'>') => return Self { pairs, end: at + 1 },
                Some(_) => {}
            }
            let name_start = at;
            at = skip(bytes, at + 1, |byte| !byte.is_ascii_whitespace() && !b"=></".contains(&byte));
            let name = name_start..at;
            let equals = skip(bytes, at, |byte| byte.is_ascii_whitespace());
            if bytes.get(equals) == Some(&b'=') {
                let value = value(bytes, skip(bytes, equals + 1, |byte| byte.is_ascii_whitespace()));
                at = value.end + usize::from(bytes.get(value.end).is_some_and(|byte| b"\"'".contains(byte)));
                pairs.push((name, value));
            }
        }
    }

    /// Where the addresses of pictures stand in a tag of this name, in the order of the file.
    ///
    /// Scripts that load pictures late keep the address in attributes of their own, and browsers prefer a set.
    fn pictures(&self, bytes: &[u8], name: &[u8]) -> Vec<Range<usize>> {
        let (single, sets): (&[&str], &[&str]) = match name {
            b"img" => (&["src", "data-src", "data-original"], &["srcset", "data-srcset"]),
            b"source" => (&[], &["srcset", "data-srcset"]),
            b"video" => (&["poster"], &[]),
            _ => (&[], &[]),
        };
        let mut found: Vec<Range<usize>> = single.iter().filter_map(|name| self.get(bytes, name)).collect();
        found.extend(sets.iter().filter_map(|name| self.get(bytes, name)).flat_map(|set| addresses_of_set(bytes, set)));
        found.sort_by_key(|range| range.start);
        found
    }

    /// The value of the first attribute of this name, blanks at its ends left out; `None` where it is empty.
    pub(super) fn get(&self, bytes: &[u8], name: &str) -> Option<Range<usize>> {
        let (_, value) = self.pairs.iter().find(|(at, _)| bytes[at.clone()].eq_ignore_ascii_case(name.as_bytes()))?;
        let trimmed = bytes[value.clone()].trim_ascii_start();
        let start = value.end - trimmed.len();
        let end = start + trimmed.trim_ascii_end().len();
        (start < end).then_some(start..end)
    }
}

/// The addresses of `small.png 1x, large.png 2x` (HTML §4.8.4.2.1): a comma inside an address belongs to it.
fn addresses_of_set(bytes: &[u8], set: Range<usize>) -> Vec<Range<usize>> {
    let set_bytes = &bytes[..set.end];
    let (mut found, mut at) = (Vec::new(), set.start);
    loop {
        at = skip(set_bytes, at, |byte| byte.is_ascii_whitespace() || byte == b',');
        let end = skip(set_bytes, at, |byte| !byte.is_ascii_whitespace());
        if at == end {
            return found;
        }
        let commas = set_bytes[at..end].iter().rev().take_while(|byte| **byte == b',').count();
        found.push(at..end - commas);
        at = if commas > 0 { end } else { skip(set_bytes, end, |byte| byte != b',') };
    }
}

/// A value in quotation marks without them, or up to the next blank or `>`.
fn value(bytes: &[u8], start: usize) -> Range<usize> {
    match bytes.get(start) {
        Some(quote @ (b'"' | b'\'')) => start + 1..skip(bytes, start + 1, |byte| byte != *quote),
        _ => start..skip(bytes, start, |byte| !byte.is_ascii_whitespace() && byte != b'>'),
    }
}

fn skip(bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
    let from = from.min(bytes.len());
    bytes[from..].iter().position(|byte| !wanted(*byte)).map_or(bytes.len(), |len| from + len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_however_they_are_quoted() {
        let text = "<A\n  class=x\n  HREF='u v' ><img alt=\"甲\" src = w/><!-- <a href=no> --><b><a href=q>";
        let found: Vec<_> = tags(text, 0..text.len())
            .into_iter()
            .map(|tag| match tag.kind {
                TagKind::Anchor { href } => &text[href],
                TagKind::Picture { src, .. } => &text[src],
                TagKind::Comment => "comment",
            })
            .collect();
        assert_eq!(found, ["u v", "w/", "comment", "q"]);
    }

    #[test]
    fn every_address_of_a_picture_is_found() {
        let text = "<img data-src='l.png' src=s.png srcset=\"a,b.png 1x, c.png 2x,d.png,\"><picture><source \
            srcset='e.webp'></picture><video poster=p.jpg src=v.mp4><source src=w.mp4></video>";
        let of = |tag: Tag| match tag.kind {
            TagKind::Picture { src, .. } => text[src].to_owned(),
            other => panic!("{other:?}"),
        };
        let found: Vec<String> = tags(text, 0..text.len()).into_iter().map(of).collect();
        assert_eq!(found, ["l.png", "s.png", "a,b.png", "c.png", "d.png", "e.webp", "p.jpg"]);
    }

    #[test]
    fn unclosed_tags_end_with_the_text() {
        for text in ["<a href=\"", "<a", "<", "<a href", "<img src='x", "<!--", "<a <b <c"] {
            assert!(tags(text, 0..text.len()).len() < 2, "{text}");
        }
    }
}
