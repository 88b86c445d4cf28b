//! Finds the nesting of flat runs again, and writes each run with `**`, `*` or `~~` where every reader sees it.
//!
//! Where a delimiter would not open or close (CommonMark §6.2) for the letter outside of it, that letter is written as a
//! character reference: `**C++**&#26159;` is bold for every reader, since the reference begins with punctuation. Where
//! two runs cross each other, the run is written with tags: `<b>`, `<i>`, `<del>`. References come first, because many
//! sites leave tags out, Hugo unless told otherwise; tags are the short ones, and as true: pages say how words look.

use std::ops::Range;

use super::flanking::Class;
use crate::model::Style;

/// Something between two marks: its style and the classes of its first and last character.
pub(super) struct Item {
    pub(super) style: Style,
    pub(super) first: Class,
    pub(super) last: Class,
    /// Whether its first character is its last as well.
    pub(super) is_single: bool,
    /// Which of its characters are written as references.
    pub(super) references: References,
}

/// Which characters of an item are written as references; a single one is its first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct References {
    pub(super) first: bool,
    pub(super) last: bool,
}

impl Item {
    fn refer_to_first(&mut self) {
        self.references.first = true;
        self.first = Class::Punctuation;
        self.last = if self.is_single { Class::Punctuation } else { self.last };
    }

    fn refer_to_last(&mut self) {
        if self.is_single {
            return self.refer_to_first();
        }
        self.references.last = true;
        self.last = Class::Punctuation;
    }
}

/// The beginning or the end of a run of one style, before the item with the index `gap`.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) gap: usize,
    span: usize,
    edge: Edge,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Open,
    Close,
}

/// A run of one style, from its opening to its closing mark.
struct Span {
    style: Style,
    form: Form,
    /// The items it should have in it; fewer, where it is cut.
    items: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Delimiters,
    Tags,
}

/// The marks of a sequence of items, in the order they are written.
pub(super) struct Emphasis {
    pub(super) marks: Vec<Mark>,
    spans: Vec<Span>,
}

/// The styles, those that need tags last.
const STYLES: [Style; 5] = [Style::STRONG, Style::EMPHASIS, Style::STRIKE, Style::SUPERSCRIPT, Style::SUBSCRIPT];

/// Each failing mark makes its neighbours' lot another one; after so many rounds, all is left to tags.
const ROUNDS: usize = 4;

impl Emphasis {
    /// Finds the marks for items that stand between characters of the given classes.
    ///
    /// Items are told which of their characters have to be references.
    pub(super) fn of(items: &mut [Item], before: Class, after: Class) -> Self {
        let mut emphasis = Self { marks: Vec::new(), spans: Vec::new() };
        if items.iter().any(|item| item.style != Style::PLAIN) {
            emphasis.nest(items);
            emphasis.choose_forms(items, before, after);
        }
        emphasis
    }

    /// Lays the spans, the longer one outside. A span that another one cuts in two is written with tags.
    fn nest(&mut self, items: &[Item]) {
        let lengths = lengths(items);
        let mut open: Vec<usize> = Vec::new();
        for gap in 0..=items.len() {
            let wanted = items.get(gap).map_or(Style::PLAIN, |item| item.style);
            let kept = open.iter().take_while(|span| wanted.contains(self.spans[**span].style)).count();
            let mut cut = Style::PLAIN;
            for span in open.drain(kept..).rev() {
                self.marks.push(Mark { gap, span, edge: Edge::Close });
                if wanted.contains(self.spans[span].style) {
                    self.spans[span].form = Form::Tags;
                    cut |= self.spans[span].style;
                }
            }
            let is_open = |style: Style| open.iter().any(|span| self.spans[*span].style == style);
            let length = |at: usize| lengths.get(gap).map_or(0, |lengths| lengths[at]);
            let mut opening: Vec<usize> =
                (0..STYLES.len()).filter(|at| wanted.contains(STYLES[*at]) && !is_open(STYLES[*at])).collect();
            opening.sort_by_key(|at| std::cmp::Reverse(length(*at)));
            for at in opening {
                let span = Span { style: STYLES[at], form: Form::Delimiters, items: gap..gap + length(at) };
                let form =
                    if cut.contains(span.style) || self.needs_tags(&span, &open) { Form::Tags } else { span.form };
                open.push(self.spans.len());
                self.marks.push(Mark { gap, span: self.spans.len(), edge: Edge::Open });
                self.spans.push(Span { form, ..span });
            }
        }
    }

    /// Whether a span has no delimiter, or one that would be taken for that of a span around it.
    ///
    /// Between letters a `*` may open as well as close. By CommonMark's rule of three it closes no `**`, and a `**` no
    /// `*`, unless that stood in a longer run: `***one*two**` and `*one***two*three**` read otherwise. So one inside
    /// the other is right where the outer one opens by itself, and where both begin and end together.
    fn needs_tags(&self, span: &Span, open: &[usize]) -> bool {
        if span.style == Style::STRIKE {
            return false;
        }
        let Some(outer) = open.iter().find(|outer| is_starred(self.spans[**outer].style)) else {
            return !is_starred(span.style);
        };
        let items = &self.spans[*outer].items;
        let opens_alone = || {
            let gap = items.start;
            let beside = self.marks.iter().filter(|mark| mark.gap == gap && is_starred(self.spans[mark.span].style));
            gap != span.items.start && beside.count() == 1
        };
        !is_starred(span.style) || span.items != *items && !opens_alone()
    }

    /// Writes letters as references, and turns spans to tags, until every delimiter opens or closes as it should.
    fn choose_forms(&mut self, items: &mut [Item], before: Class, after: Class) {
        for _ in 0..ROUNDS {
            let failing = self.failing(items, before, after);
            if failing.is_empty() {
                return;
            }
            for at in failing {
                let Mark { gap, span, edge } = self.marks[at];
                match edge {
                    _ if !self.may_refer(at, items) => self.spans[span].form = Form::Tags,
                    Edge::Open => items[gap - 1].refer_to_last(),
                    Edge::Close => items[gap].refer_to_first(),
                }
            }
        }
        self.spans.iter_mut().for_each(|span| span.form = Form::Tags);
    }

    /// The delimiters that readers would not take as such.
    fn failing(&self, items: &[Item], before: Class, after: Class) -> Vec<usize> {
        let mut failing = Vec::new();
        for (at, mark) in self.marks.iter().enumerate() {
            let Some(byte) = self.delimiter(mark) else { continue };
            let (earlier, later) = (self.marks[..at].iter().rev(), self.marks[at + 1..].iter());
            let item_before = mark.gap.checked_sub(1).and_then(|item| items.get(item));
            let left = self.beside(earlier, mark.gap, byte).unwrap_or(item_before.map_or(before, |item| item.last));
            let item_after = items.get(mark.gap);
            let right = self.beside(later, mark.gap, byte).unwrap_or(item_after.map_or(after, |item| item.first));
            let holds = match mark.edge {
                Edge::Open => Class::holds(left, right),
                Edge::Close => Class::holds(right, left),
            };
            if !holds {
                failing.push(at);
            }
        }
        failing
    }

    /// Whether a reference can help a mark: it stands alone, between words inside and a letter outside.
    fn may_refer(&self, at: usize, items: &[Item]) -> bool {
        let mark = &self.marks[at];
        let is_beside = |other: Option<&Mark>| other.is_some_and(|other| other.gap == mark.gap);
        let is_alone = !is_beside(at.checked_sub(1).map(|at| &self.marks[at])) && !is_beside(self.marks.get(at + 1));
        let Some([before, after]) = mark.gap.checked_sub(1).and_then(|item| items.get(item..item + 2)) else {
            return false;
        };
        let inside = if mark.edge == Edge::Open { after.first } else { before.last };
        is_alone && inside != Class::Blank
    }

    /// The class of the next mark in the same gap that does not melt into one run of delimiters with this one.
    ///
    /// GitHub's reader looks through tildes at what stands behind them.
    fn beside<'m>(&self, marks: impl Iterator<Item = &'m Mark>, gap: usize, byte: u8) -> Option<Class> {
        let mut marks = marks.take_while(|mark| mark.gap == gap);
        let mark = marks.find(|mark| self.delimiter(mark) != Some(byte))?;
        Some(if self.delimiter(mark) == Some(b'~') { Class::Unsure } else { Class::Punctuation })
    }

    /// The character of which a mark is made; `None` for a tag.
    fn delimiter(&self, mark: &Mark) -> Option<u8> {
        let span = &self.spans[mark.span];
        match span.form {
            Form::Delimiters if span.style == Style::STRIKE => Some(b'~'),
            Form::Delimiters => Some(b'*'),
            Form::Tags => None,
        }
    }

    /// A mark as it is written.
    pub(super) fn written(&self, mark: &Mark) -> &'static str {
        let span = &self.spans[mark.span];
        let at = STYLES.iter().position(|style| *style == span.style).unwrap_or(0);
        let (delimiter, open, close) = WRITTEN[at];
        match (span.form, mark.edge) {
            (Form::Delimiters, _) => delimiter,
            (Form::Tags, Edge::Open) => open,
            (Form::Tags, Edge::Close) => close,
        }
    }
}

/// The delimiter and the tags of each of [`STYLES`].
const WRITTEN: [(&str, &str, &str); 5] = [
    ("**", "<b>", "</b>"),
    ("*", "<i>", "</i>"),
    ("~~", "<del>", "</del>"),
    ("", "<sup>", "</sup>"),
    ("", "<sub>", "</sub>"),
];

/// Whether the delimiters of a style are stars.
fn is_starred(style: Style) -> bool {
    style == Style::STRONG || style == Style::EMPHASIS
}

/// For each item, how many items from it on have each of [`STYLES`].
fn lengths(items: &[Item]) -> Vec<[usize; STYLES.len()]> {
    let mut lengths = vec![[0; STYLES.len()]; items.len()];
    let mut next = [0; STYLES.len()];
    for (item, length) in items.iter().zip(&mut lengths).rev() {
        for (at, style) in STYLES.into_iter().enumerate() {
            next[at] = if item.style.contains(style) { next[at] + 1 } else { 0 };
        }
        *length = next;
    }
    lengths
}
