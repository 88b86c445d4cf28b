//! Gathers the references to pictures from front matter, Markdown and HTML, each once.

use std::ops::Range;

use crate::model::ImageUrl;

use super::address::Address;
use super::html::{self, Tag, TagKind};
use super::outline::{Outline, Target};
use super::position::Positions;
use super::{Context, ImageReference, title};

/// Finds every picture; what leads to WeChat is a link that was written as a picture by mistake.
pub(super) fn find(text: &str, covers: &[Range<usize>], outline: &Outline, tags: &[Tag]) -> Vec<ImageReference> {
    let mut found: Vec<(Range<usize>, Context, String)> =
        covers.iter().map(|span| (span.clone(), Context::FrontMatter, String::new())).collect();
    for picture in &outline.pictures {
        let alt = title::one_line(&picture.words);
        match &picture.target {
            Target::Inline(span) | Target::Autolink(span) => found.push((span.clone(), Context::Inline, alt)),
            Target::Definition(start) => {
                found.extend(outline.definition(*start).map(|span| (span.clone(), Context::Reference, alt)));
            }
        }
    }
    for link in outline.links.iter().filter(|link| link.holds_picture) {
        // A small picture that leads to the large one.
        let (span, context) = match &link.target {
            Target::Inline(span) => (Some(span), Context::Image),
            Target::Definition(start) => (outline.definition(*start), Context::Reference),
            Target::Autolink(_) => (None, Context::Autolink),
        };
        if let Some(span) = span.filter(|span| is_picture_file(&text[(*span).clone()])) {
            found.push((span.clone(), context, title::one_line(&link.words)));
        }
    }
    for pair in tags.windows(2) {
        if let [Tag { kind: TagKind::Anchor { href }, span }, Tag { kind: TagKind::Picture { .. }, span: picture }] =
            pair
            && is_picture_file(&text[href.clone()])
            && html::text_of_anchor(text, span.end).contains(&picture.start)
        {
            found.push((href.clone(), Context::Html, String::new()));
        }
    }
    for tag in tags {
        if let TagKind::Picture { src, alt } = &tag.kind {
            let alt = alt.as_ref().map(|alt| title::one_line(&text[alt.clone()])).unwrap_or_default();
            found.push((src.clone(), Context::Html, alt));
        }
    }
    for (span, ..) in &mut found {
        span.end = span.start + without_title(&text[span.clone()]).len();
    }
    found.retain(|(span, ..)| !span.is_empty() && Address::read(&text[span.clone()]).is_none());
    found.sort_by_key(|(span, ..)| span.start);
    found.dedup_by(|later, earlier| later.0.start < earlier.0.end);
    let mut positions = Positions::new(text);
    let finished = found.into_iter().map(|(span, context, alt)| {
        let (line, column) = positions.of(span.start);
        let url = text[span.clone()].to_owned();
        ImageReference { span, line, column, image: ImageUrl::parse(&url), url, alt, context }
    });
    finished.collect()
}

/// Whether an address ends like a file of a picture, and is not the page that shows one.
fn is_picture_file(address: &str) -> bool {
    const ENDINGS: [&str; 7] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"];
    let path = address.split(['?', '#']).next().unwrap_or(address).to_ascii_lowercase();
    let shows_one = ["/blob/", "/file:", "/wiki/"].iter().any(|part| path.contains(part));
    !shows_one && ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// The address without the title that is glued to it by a blank which Markdown takes for a letter.
fn without_title(address: &str) -> &str {
    let titles = ["\u{a0}\"", "\u{a0}'", "\u{3000}\""];
    let end = titles.iter().filter_map(|title| address.find(title)).min();
    end.map_or(address, |end| address[..end].trim_end_matches('\u{a0}'))
}
