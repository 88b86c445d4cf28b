//! Bounds a piece of HTML before it is parsed, so that no page can exhaust time, memory or the stack.
//!
//! html5ever takes time quadratic in depth and in the attributes of one tag, and reopens formatting elements that were
//! left open in every following block. Pieces within the limits pass untouched; of others the tags beyond the limits
//! are left out and the text stays.

use super::markup::Tag;

/// Open elements at most; real pages nest up to about 60.
pub(super) const DEEPEST: usize = 256;
/// Elements at most; real bodies have up to about 10,000.
const MOST_TAGS: usize = 100_000;
/// Attributes of one tag at most.
const MOST_ATTRIBUTES: usize = 200;
/// Formatting elements left open at most.
const MOST_LEFT_OPEN: usize = 8;

/// How many elements became text, for each limit they were beyond.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Dropped {
    /// Too deep, or too many attributes or formatting elements around.
    pub(super) deep: u32,
    /// After as many as are read.
    pub(super) surplus: u32,
}

/// Says of one tag after another whether it is within the limits.
#[derive(Default)]
pub(super) struct Limiter<'a> {
    /// The open elements, and whether the tag of each was kept.
    open: Vec<(&'a str, bool)>,
    /// Elements that are open beyond the deepest; their names no longer matter.
    beyond: usize,
    tags: usize,
    comments: usize,
    left_open: usize,
    pub(super) count: Dropped,
}

impl<'a> Limiter<'a> {
    /// Whether a tag is kept; drawings and formulas have elements without content of their own.
    pub(super) fn keeps(&mut self, tag: &Tag<'a>, is_foreign: impl Fn() -> bool) -> bool {
        if tag.closes { self.close(tag) } else { self.open(tag, is_empty(tag, is_foreign)) }
    }

    /// Whether a comment is kept; surplus ones are nothing to a reader.
    pub(super) fn keeps_comment(&mut self) -> bool {
        self.comments += 1;
        self.comments <= MOST_TAGS
    }

    fn open(&mut self, tag: &Tag<'a>, is_empty: bool) -> bool {
        if self.open.last().is_some_and(|(open, _)| tag.is(open) && ends_itself(open)) {
            self.open.pop();
        }
        self.tags += 1;
        let within = self.tags <= MOST_TAGS
            && self.open.len() < DEEPEST
            && (self.left_open <= MOST_LEFT_OPEN || !is_formatting(tag.name))
            && !tag.has_more_attributes_than(MOST_ATTRIBUTES);
        if !within {
            let count = if self.tags > MOST_TAGS { &mut self.count.surplus } else { &mut self.count.deep };
            *count = count.saturating_add(1);
        }
        if !is_empty {
            if self.open.len() < DEEPEST { self.open.push((tag.name, within)) } else { self.beyond += 1 }
        }
        within
    }

    /// Closes the nearest open element of the name; an end tag whose start tag was left out goes with it.
    fn close(&mut self, tag: &Tag<'_>) -> bool {
        if self.beyond > 0 {
            self.beyond -= 1;
            return false;
        }
        let Some(at) = self.open.iter().rposition(|(name, _)| tag.is(name)) else {
            // `</p>` and `</br>` make an element where none is open.
            self.tags += 1;
            return self.tags <= MOST_TAGS;
        };
        self.left_open += self.open[at + 1..].iter().filter(|(name, kept)| *kept && is_formatting(name)).count();
        let kept = self.open[at].1;
        self.open.truncate(at);
        kept
    }
}

/// Elements that end where the next of their kind begins.
fn ends_itself(name: &str) -> bool {
    const ENDING: [&str; 7] = ["p", "li", "td", "th", "tr", "dt", "dd"];
    ENDING.iter().any(|ending| name.eq_ignore_ascii_case(ending))
}

/// Whether nothing stands inside the element of a tag.
fn is_empty(tag: &Tag<'_>, is_foreign: impl Fn() -> bool) -> bool {
    // Most elements are neither void nor end themselves, and need not be asked for where they stand.
    match (is_void(tag.name), tag.ends_itself()) {
        (true, true) => true,
        (true, false) => !is_foreign(),
        (false, true) => is_foreign(),
        (false, false) => false,
    }
}

/// Elements without content.
fn is_void(name: &str) -> bool {
    const VOID: [&str; 14] =
        ["br", "img", "hr", "input", "meta", "link", "embed", "source", "wbr", "col", "area", "base", "param", "track"];
    VOID.iter().any(|void| name.eq_ignore_ascii_case(void))
}

/// Elements that the HTML standard reopens in the next block when they were left open.
fn is_formatting(name: &str) -> bool {
    const FORMATTING: [&str; 14] =
        ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
    FORMATTING.iter().any(|formatting| name.eq_ignore_ascii_case(formatting))
}
