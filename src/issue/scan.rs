//! Puts together what the readers of front matter, Markdown, HTML and running text find in an issue.

use super::html::{self, Tag};
use super::outline::Outline;
use super::{Issue, front_matter, images, links, shortcode};

/// Finds every link to WeChat and every picture of an issue, and reads its front matter.
#[must_use]
pub fn scan(text: &str) -> Issue {
    let head = front_matter::read(text);
    let body = head.as_ref().map_or(0, |head| head.front_matter.span.end);
    let outline = Outline::read(text, body);
    let mut tags: Vec<Tag> = outline.html.iter().flat_map(|part| html::tags(text, part.clone())).collect();
    let links = links::find(text, body, &outline, &tags);
    tags.extend(shortcode::pictures(text, body, &outline.code));
    let covers = head.as_ref().map_or(&[][..], |head| &head.pictures);
    let images = images::find(text, covers, &outline, &tags);
    let (front_matter, oddities) = head.map_or((None, Vec::new()), |head| (Some(head.front_matter), head.oddities));
    Issue { front_matter, links, images, oddities }
}
