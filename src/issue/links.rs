//! Gathers the links to WeChat from Markdown, HTML and running text, each once, and completes them.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::private_parameters;

use super::address::Address;
use super::bare::{self, Candidate};
use super::html::{self, Tag, TagKind};
use super::outline::{Definition, Element, Outline, Target};
use super::position::Positions;
use super::title::{self, Surroundings};
use super::{Context, Link};

/// A link before the words around it are looked at.
struct Found {
    /// With its brackets, or the whole tag.
    whole: Range<usize>,
    span: Range<usize>,
    context: Context,
    address: Address,
    words: Words,
    /// Where its text stands, which for a reference is where it is used.
    seen_at: usize,
    shown_url: Option<Range<usize>>,
}

/// What is known of a link's title.
enum Words {
    /// The link says it itself.
    Own(String),
    /// The words around it may say it.
    Around,
    /// Nothing does.
    Unknown,
}

/// `CommonMark` allows 999 characters; a footnote's label is never that long.
const LONGEST_LABEL: usize = 1000;

/// Finds every link to WeChat; one inside another is not told apart from it.
pub(super) fn find(text: &str, body: usize, outline: &Outline, tags: &[Tag]) -> Vec<Link> {
    let mut found = Vec::new();
    let mut claimed = Vec::new();
    of_markdown(text, outline, &mut found, &mut claimed);
    of_html(text, tags, &mut found, &mut claimed);
    found.extend(of_text(text, body, outline, tags, claimed));
    found.sort_by_key(|link| link.span.start);
    found.dedup_by(|later, earlier| later.span.start < earlier.span.end);
    finish(text, outline, found)
}

/// Links, references and mistaken pictures of Markdown. All bytes of any link are claimed, whatever it leads to.
fn of_markdown(text: &str, outline: &Outline, found: &mut Vec<Found>, claimed: &mut Vec<Range<usize>>) {
    let mut uses: HashMap<usize, &Element> = HashMap::new();
    for element in outline.links.iter().chain(&outline.pictures) {
        claimed.push(element.range.clone());
        let (span, context) = match &element.target {
            Target::Inline(span) if element.holds_picture => (span, Context::Image),
            Target::Inline(span) => (span, Context::Inline),
            Target::Autolink(span) => (span, Context::Autolink),
            Target::Definition(definition) => {
                uses.entry(*definition).or_insert(element);
                continue;
            }
        };
        if let Some(address) = Address::read(&text[span.clone()]) {
            let (words, shown_url) = own_words(text, element);
            found.push(Found {
                whole: element.range.clone(),
                span: span.clone(),
                context,
                address,
                words,
                seen_at: element.range.start,
                shown_url: shown_url.filter(|shown| shown.end <= span.start),
            });
        }
    }
    for definition in &outline.definitions {
        claimed.push(definition.range.clone());
        found.extend(of_definition(text, definition, uses.get(&definition.range.start).copied()));
    }
}

fn of_definition(text: &str, definition: &Definition, used: Option<&Element>) -> Option<Found> {
    let address = Address::read(&text[definition.address.clone()])?;
    let own = used.map(|element| own_words(text, element));
    let words = match own {
        Some((Words::Own(words), _)) if words.chars().any(char::is_alphabetic) => Words::Own(words),
        _ => {
            let named = definition.title.as_ref().or(Some(&definition.label));
            named
                .filter(|name| name.chars().any(char::is_alphabetic))
                .map_or(Words::Unknown, |name| Words::Own(title::plain(name)))
        }
    };
    Some(Found {
        whole: definition.range.clone(),
        span: definition.address.clone(),
        context: Context::Reference,
        address,
        words,
        seen_at: used.map_or(definition.range.start, |element| element.range.start),
        shown_url: None,
    })
}

/// The words of a link's text, and where they stand if they are an address themselves.
fn own_words(text: &str, element: &Element) -> (Words, Option<Range<usize>>) {
    let words = title::one_line(&element.words);
    if is_address(&words) {
        let inner = element.inner.start + 1..element.inner.end;
        let is_pointed = matches!(element.target, Target::Autolink(_));
        return (Words::Around, (!is_pointed).then(|| bytes_of(&words, text, inner)));
    }
    (if words.is_empty() { Words::Around } else { Words::Own(words) }, None)
}

/// Where the words of a link's text are; all of the text where they are written in another way, as with escapes.
fn bytes_of(words: &str, text: &str, inner: Range<usize>) -> Range<usize> {
    match text.get(inner.clone()).and_then(|written| written.find(words)) {
        Some(at) => inner.start + at..inner.start + at + words.len(),
        None => inner,
    }
}

/// Anchors of HTML. As in Markdown, whatever stands in the text of a link belongs to it.
fn of_html(text: &str, tags: &[Tag], found: &mut Vec<Found>, claimed: &mut Vec<Range<usize>>) {
    for tag in tags {
        let TagKind::Anchor { href } = &tag.kind else { continue };
        let inner = html::text_of_anchor(text, tag.span.end);
        claimed.push(tag.span.start..inner.end);
        let Some(address) = Address::read(&text[href.clone()]) else { continue };
        let words = title::plain_html(&text[inner.clone()]);
        let shown_url = is_address(&words).then(|| bytes_of(&words, text, inner.clone()));
        found.push(Found {
            whole: tag.span.start..inner.end,
            span: href.clone(),
            context: Context::Html,
            address,
            words: if words.is_empty() || shown_url.is_some() { Words::Around } else { Words::Own(words) },
            seen_at: tag.span.start,
            shown_url,
        });
    }
}

/// Whether words are an address and nothing else.
fn is_address(words: &str) -> bool {
    let begins = words.starts_with("http") && words.contains("://") || words.starts_with("mp.weixin.qq.com/");
    begins && !words.contains(' ')
}

/// Addresses in running text, in code, in comments and in the front matter.
fn of_text(text: &str, body: usize, outline: &Outline, tags: &[Tag], claimed: Vec<Range<usize>>) -> Vec<Found> {
    let claimed = joined(claimed);
    let comments: Vec<_> = tags.iter().filter(|tag| tag.kind == TagKind::Comment).map(|tag| tag.span.clone()).collect();
    let context_of = |span: &Range<usize>| match span.start {
        at if at < body => Context::FrontMatter,
        at if holds(&comments, at) => Context::Comment,
        at if holds(&outline.code, at) => Context::Code,
        at if holds(&outline.html, at) => Context::Html,
        at if is_after_label(text, at) => Context::Reference,
        _ => Context::Bare,
    };
    let found = bare::candidates(text).into_iter().filter(|candidate| !holds(&claimed, candidate.span.start));
    found
        .map(|Candidate { span, address }| {
            let context = context_of(&span);
            let words = if context == Context::FrontMatter { Words::Unknown } else { Words::Around };
            Found { whole: span.clone(), seen_at: span.start, span, context, address, words, shown_url: None }
        })
        .collect()
}

/// The ranges in order, with those that overlap made one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|later, earlier| {
        let overlaps = later.start < earlier.end;
        if overlaps {
            earlier.end = earlier.end.max(later.end);
        }
        overlaps
    });
    ranges
}

/// Whether one of the ranges, which are in order and apart, holds the byte.
fn holds(ranges: &[Range<usize>], at: usize) -> bool {
    let after = ranges.partition_point(|range| range.start <= at);
    ranges[..after].last().is_some_and(|range| range.contains(&at))
}

/// `[label]: ` before an address: a definition that lost against an earlier one of the same label.
///
/// What stands behind `[^label]: ` is the text of a footnote.
fn is_after_label(text: &str, at: usize) -> bool {
    let before = &text[text.floor_char_boundary(at.saturating_sub(LONGEST_LABEL))..at];
    let label = before.strip_suffix("]: ").or_else(|| before.strip_suffix("]: <"));
    label.is_some_and(|label| label.rsplit('[').next().is_none_or(|name| !name.starts_with('^')))
}

fn finish(text: &str, outline: &Outline, found: Vec<Found>) -> Vec<Link> {
    let ends: Vec<usize> = std::iter::once(0).chain(found.iter().map(|link| link.whole.end)).collect();
    let starts: Vec<usize> =
        found.iter().skip(1).map(|link| link.whole.start).chain(std::iter::once(text.len())).collect();
    let mut positions = Positions::new(text);
    let finished = found.into_iter().enumerate().map(|(index, link)| {
        let (block, above) = outline.block(link.whole.start);
        let around = Surroundings {
            text,
            whole: link.whole.clone(),
            after: ends[index].min(link.whole.start),
            before: starts[index].max(link.whole.end),
            block,
            above,
        };
        let title = match link.words {
            Words::Own(words) => Some(words),
            Words::Around => around.title(),
            Words::Unknown => None,
        };
        let (line, column) = positions.of(link.span.start);
        let url = text[link.span.clone()].to_owned();
        Link {
            line,
            column,
            private: private_parameters(&url),
            url,
            span: link.span,
            whole: link.whole,
            kind: link.address.kind,
            redirector: link.address.redirector,
            title,
            section: outline.section(link.seen_at).map(str::to_owned),
            context: link.context,
            places: outline.places(link.seen_at),
            shown_url: link.shown_url,
        }
    });
    finished.collect()
}
