//! Tags of HTML found by scanning bytes, without building a tree.
//!
//! A page is megabytes of script around a small body: this scan finds where things stand, and only what is needed is
//! parsed as HTML. It follows the tokenizer of the HTML standard in what ends a tag, a comment and a script.

use std::ops::Range;

use memchr::{memchr, memmem};

/// One tag, by its place in the text.
#[derive(Debug, Clone)]
pub(super) struct Tag<'a> {
    /// The name as written.
    pub(super) name: &'a str,
    /// Whether it is an end tag.
    pub(super) closes: bool,
    /// Where it stands, from `<` to past `>`.
    pub(super) range: Range<usize>,
    /// What a raw text element (script, style, …) holds, up to its end tag.
    pub(super) raw: Option<Range<usize>>,
    attributes: &'a str,
}

/// Goes through the tags of a text; comments are skipped, raw text elements come as one tag with their content.
#[derive(Debug, Clone)]
pub(super) struct Tags<'a> {
    html: &'a str,
    at: usize,
    /// How many drawings are open.
    drawings: usize,
    /// Whether the text ends inside a tag, a comment or a script.
    pub(super) cut: bool,
}

/// Elements whose content is text up to their own end tag.
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes"];

impl<'a> Tags<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Self { html, at: 0, drawings: 0, cut: false }
    }

    fn bytes(&self) -> &'a [u8] {
        self.html.as_bytes()
    }

    /// Past the end of what starts here and ends with the needle; the end of the text if it never comes.
    fn past(&mut self, from: usize, needle: &str) -> usize {
        match self.bytes().get(from..).and_then(|rest| memmem::find(rest, needle.as_bytes())) {
            Some(found) => from + found + needle.len(),
            None => self.end(),
        }
    }

    fn end(&mut self) -> usize {
        self.cut = true;
        self.html.len()
    }

    /// The content of a raw text element that begins here.
    fn raw_content(&mut self, from: usize, name: &str) -> Range<usize> {
        self.at = raw_end(self.html, from, name);
        self.cut |= self.at == self.html.len();
        from..self.at
    }

    fn tag(&mut self, start: usize, closes: bool) -> Option<Tag<'a>> {
        let mut tag = tag(self.html, start, closes)?;
        self.at = tag.range.end;
        let ends_itself = tag.ends_itself();
        if tag.is("svg") && !ends_itself {
            self.drawings = if closes { self.drawings.saturating_sub(1) } else { self.drawings + 1 };
        }
        // In a drawing `<title/>` is an element without content.
        let is_empty = ends_itself && self.drawings > 0;
        let is_raw = !closes && !is_empty && RAW.iter().any(|raw| tag.is(raw));
        tag.raw = is_raw.then(|| self.raw_content(tag.range.end, tag.name));
        Some(tag)
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let start = self.at + memchr(b'<', &self.bytes()[self.at..])?;
            let rest = &self.bytes()[start + 1..];
            match rest {
                [b'!', b'-', b'-', ..] => {
                    self.at = match comment_end(&self.html[start..]) {
                        Some(length) => start + length,
                        None => self.end(),
                    }
                }
                [b'/', byte, ..] if byte.is_ascii_alphabetic() => return self.tag_or_end(start, true),
                [b'!' | b'?' | b'/', ..] => self.at = self.past(start, ">"),
                [byte, ..] if byte.is_ascii_alphabetic() => return self.tag_or_end(start, false),
                _ => self.at = start + 1,
            }
        }
    }
}

impl<'a> Tags<'a> {
    fn tag_or_end(&mut self, start: usize, closes: bool) -> Option<Tag<'a>> {
        let tag = self.tag(start, closes);
        if tag.is_none() {
            self.at = self.end();
        }
        tag
    }
}

impl<'a> Tag<'a> {
    /// Whether the tag has this name, in any case.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute as written, entities and all.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether it says that it has no content: `<path/>`.
    pub(super) fn ends_itself(&self) -> bool {
        // The slash may be the end of a value without quotes.
        self.attributes.ends_with('/') && !self.ends_with_value()
    }

    fn ends_with_value(&self) -> bool {
        let text = self.attributes.as_bytes();
        let attributes = std::iter::successors(attribute(text, 0), |(_, _, past)| attribute(text, *past));
        attributes.last().is_some_and(|(_, value, past)| value.is_some() && past == text.len())
    }

    /// Whether there are more attributes than a number.
    pub(super) fn has_more_attributes_than(&self, most: usize) -> bool {
        // Each takes a blank and a letter.
        self.attributes.len() > 2 * most && self.attributes().nth(most).is_some()
    }

    /// The attributes as written.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let text = self.attributes;
        let mut at = 0;
        std::iter::from_fn(move || {
            let (name, value, end) = attribute(text.as_bytes(), at)?;
            at = end;
            Some((&text[name], value.map_or("", |value| &text[value])))
        })
    }
}

/// The tag that begins at a `<`, whatever its content is; `None` where the text ends inside.
pub(super) fn tag(html: &str, start: usize, closes: bool) -> Option<Tag<'_>> {
    let bytes = html.as_bytes();
    let name_start = start + 1 + usize::from(closes);
    let name_end = name_start + bytes[name_start..].iter().position(|byte| is_blank(*byte) || *byte == b'>')?;
    let end = end_of_attributes(bytes, name_end)?;
    let (name, attributes) = (&html[name_start..name_end], &html[name_end..end - 1]);
    Some(Tag { name, closes, range: start..end, raw: None, attributes })
}

/// Where a raw text element ends whose content begins here; the end of the text where its end tag is missing.
pub(super) fn raw_end(html: &str, from: usize, name: &str) -> usize {
    let bytes = html.as_bytes();
    let mut at = from;
    while let Some(found) = memmem::find(&bytes[at..], b"</") {
        at += found + 2;
        let tail = bytes.get(at..at + name.len());
        let named = tail.is_some_and(|tail| tail.eq_ignore_ascii_case(name.as_bytes()));
        if named && bytes.get(at + name.len()).is_none_or(|next| is_blank(*next) || *next == b'>') {
            return at - 2;
        }
    }
    bytes.len()
}

/// Past the end of the comment that a text begins with, as the standard has it: `-->`, `--!>`, also `<!-->`.
pub(super) fn comment_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // The shortest close with the dashes that open them.
    let mut at = "<!".len();
    loop {
        at += memmem::find(&bytes[at..], b"--")?;
        match &bytes[at + 2..] {
            [b'>', ..] => return Some(at + 3),
            [b'!', b'>', ..] if at >= "<!--".len() => return Some(at + 4),
            _ => at += 1,
        }
    }
}

/// The place past the `>` that ends the tag whose attributes begin here; `None` where the text ends first.
fn end_of_attributes(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| !is_blank(*byte))?;
        if bytes[at] == b'>' {
            return Some(at + 1);
        }
        at = attribute(bytes, at)?.2;
    }
}

type Attribute = (Range<usize>, Option<Range<usize>>, usize);

/// The attribute that begins at or after a place: name, value, and the place past it.
fn attribute(bytes: &[u8], from: usize) -> Option<Attribute> {
    let skip = |from: usize, blank: fn(u8) -> bool| {
        let rest = bytes.get(from..)?;
        rest.iter().position(|byte| !blank(*byte)).map(|found| from + found)
    };
    let start = skip(from, is_blank).filter(|start| bytes[*start] != b'>')?;
    // A name may begin with `=`, as the standard has it.
    let name_end = skip(start + 1, |byte| !is_blank(byte) && byte != b'>' && byte != b'=').unwrap_or(bytes.len());
    let Some(equals) = skip(name_end, |byte| is_blank(byte) && byte != b'/').filter(|at| bytes[*at] == b'=') else {
        return Some((start..name_end, None, name_end));
    };
    let value = skip(equals + 1, |byte| is_blank(byte) && byte != b'/').unwrap_or(bytes.len());
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(value) {
        let end = value + 1 + memchr(*quote, &bytes[value + 1..])?;
        Some((start..name_end, Some(value + 1..end), end + 1))
    } else {
        let is_value = |byte: u8| byte != b'>' && (byte == b'/' || !is_blank(byte));
        let end = skip(value, is_value).unwrap_or(bytes.len());
        Some((start..name_end, Some(value..end), end))
    }
}

/// Whether a byte separates attributes.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/')
}

/// How many bytes of a piece of HTML a reader would see: text without tags, scripts and blanks.
pub(super) fn visible_length(html: &str) -> usize {
    let count = |text: &str| text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
    texts(html).map(count).sum()
}

/// What a reader would see of one piece of HTML in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// The same words.
    Same,
    /// The first of its words, and not all.
    Beginning,
    /// Other words, or none.
    Other,
}

/// Compares what readers would see of two pieces of HTML, blanks aside.
pub(super) fn likeness(html: &str, whole: &str) -> Likeness {
    let visible = |html| texts(html).flat_map(str::bytes).filter(|byte| !byte.is_ascii_whitespace());
    let mut whole = visible(whole);
    let mut seen = false;
    let is_same = visible(html).inspect(|_| seen = true).all(|byte| whole.next() == Some(byte));
    match (is_same, whole.next()) {
        (true, None) => Likeness::Same,
        (true, Some(_)) if seen => Likeness::Beginning,
        _ => Likeness::Other,
    }
}

/// The text between the tags of a piece of HTML, without scripts.
fn texts(html: &str) -> impl Iterator<Item = &str> {
    let mut tags = Tags::new(html);
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let at = next?;
        let tag = tags.next();
        let end = tag.as_ref().map_or(html.len(), |tag| tag.range.start);
        next = tag.map(|tag| tag.raw.map_or(tag.range.end, |raw| raw.end));
        Some(html.get(at..end).unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(html: &str) -> Vec<String> {
        Tags::new(html).map(|tag| format!("{}{}", if tag.closes { "/" } else { "" }, tag.name)).collect()
    }

    #[test]
    fn scripts_comments_and_quoted_brackets_hide_tags() {
        let html = r#"<!-- <b> --><p title="a>b" data-x='<i>'><script>"<u>"</script x>1 < 2</p>"#;
        assert_eq!(names(html), ["p", "script", "/script", "/p"]);
    }

    #[test]
    fn elements_of_drawings_may_end_themselves() {
        assert_eq!(
            names("<svg><title/><style /></svg><p><title/><p>"),
            ["svg", "title", "style", "/svg", "p", "title"]
        );
    }

    #[test]
    fn attributes_are_read_in_every_form() {
        let html = r#"<img data-src = "a&amp;b" src=c/d alt='' crossorigin/>"#;
        let tag = Tags::new(html).next().unwrap();
        let found: Vec<_> = tag.attributes().collect();
        assert_eq!(found, [("data-src", "a&amp;b"), ("src", "c/d"), ("alt", ""), ("crossorigin", "")]);
    }

    #[test]
    fn text_that_ends_inside_a_tag_is_cut() {
        for html in ["<p title=\"", "<!-- x", "<script>var a", "<p"] {
            let mut tags = Tags::new(html);
            tags.by_ref().for_each(drop);
            assert!(tags.cut, "{html}");
        }
    }

    #[test]
    fn visible_length_leaves_out_tags_and_scripts() {
        assert_eq!(visible_length("<p>a b<script>c</script> d</p>"), 3);
    }

    #[test]
    fn a_beginning_is_one_whatever_the_tags() {
        let whole = "<p>a b</p><p>c</p>";
        for (html, expected) in [("<b>a</b> b", true), ("<p>a b</p> <p>c", false), ("b", false), ("<br>", false)] {
            assert_eq!(likeness(html, whole) == Likeness::Beginning, expected, "{html}");
        }
    }
}
