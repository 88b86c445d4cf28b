//! Links that somebody struck out by hand: whether something to read instead follows, and where it can be put.

use super::copy;
use super::write::Writing;
use crate::issue::{Link, Place};

/// What opens struck-out text in HTML, and what closes it.
const OPENING: [&str; 3] = ["<del>", "<s>", "<strike>"];
const CLOSING: [&str; 4] = ["~~", "</del>", "</s>", "</strike>"];

/// How far behind a link its strokes may end, in bytes.
const REACH: usize = 1200;

/// What is known of a struck-out link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Struck {
    /// A link follows the strokes.
    Repaired,
    /// Nothing follows; the strokes end here.
    Until(usize),
    /// Other words are struck out with it, or nobody sees where that ends.
    WithWords,
}

impl Struck {
    /// What there is to say of a link that ends here; `None` where it is not struck out.
    pub(super) fn of(writing: &Writing<'_>, end: usize) -> Option<Self> {
        let (text, link) = (writing.text, writing.link);
        if !is_struck(text, link) {
            return None;
        }
        let limit = text.floor_char_boundary(end.saturating_add(REACH));
        let rest_of_line = text[end..limit].lines().next().unwrap_or_default();
        let closing = CLOSING.iter().filter_map(|sign| Some((rest_of_line.find(sign)?, sign.len())));
        let Some((at, len)) = closing.min() else { return Some(Self::WithWords) };
        let close = end + at + len;
        let rest = &rest_of_line[at + len..];
        let blanks = rest.len() - rest.trim_start().len();
        let is_repaired =
            copy::leads_on(rest) || copy::follows(text, close, writing) || copy::follows(text, close + blanks, writing);
        Some(if is_repaired {
            Self::Repaired
        } else if rest_of_line[..at].contains(char::is_alphanumeric) {
            Self::WithWords
        } else {
            Self::Until(close)
        })
    }
}

/// Whether the link is struck out, in Markdown or in HTML.
fn is_struck(text: &str, link: &Link) -> bool {
    let before = &text[..link.whole.start];
    link.places.contains(Place::Struck) || OPENING.iter().any(|tag| before.ends_with(tag))
}
