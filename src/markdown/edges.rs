//! Punctuation at the edge of a bold or slanted run, where CommonMark would not see the run's end.
//!
//! `**重点：**然后` is no bold text: a delimiter between punctuation and a letter points the other way. So sentence
//! punctuation and symbols at such an edge are taken out of the run (`**重点**：然后`), quotes and brackets around the
//! whole run both at once (`“**页面**”是`). What belongs to the words stays in: `C++`, `50%`, `人工智能（AI）`. The run
//! is then written with tags.

use std::ops::Range;

use super::flanking::Class;
use super::run::{Piece, Run, cut, push};
use super::settle::settle;
use crate::model::Style;

/// How many different characters are taken out of one edge before the run is left to be written with tags.
const REACH: usize = 8;

/// Takes edge punctuation out of the bold and the slanted runs that could not end with it.
pub(super) fn loosen(mut runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    for style in [Style::STRONG, Style::EMPHASIS] {
        let cuts = cuts(&runs, style);
        if !cuts.is_empty() {
            // A blank may be the edge of the run now.
            runs = settle(apply(runs, &cuts, style));
        }
    }
    runs
}

/// What is taken out of one run: so many bytes at its start and at its end.
struct Cut {
    index: usize,
    start: usize,
    end: usize,
}

/// Finds what has to be taken out of the runs of a style.
fn cuts(runs: &[Run<'_>], style: Style) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mut index = 0;
    while index < runs.len() {
        let end = index + runs[index..].iter().take_while(|run| run.style.contains(style)).count();
        if end > index {
            cuts.extend(cuts_of_span(runs, index..end));
        }
        index = end.max(index + 1);
    }
    cuts
}

/// Finds what has to be taken out of one span of runs; nothing, where that would not help or is not wanted.
fn cuts_of_span(runs: &[Run<'_>], span: Range<usize>) -> Vec<Cut> {
    let (first, last) = (span.start, span.end - 1);
    let before = outside(runs, first.checked_sub(1), first, Side::Last);
    let after = outside(runs, Some(span.end).filter(|next| *next < runs.len()), last, Side::First);
    let text = |index: usize| match &runs[index].piece {
        Piece::Text(text) => text.as_ref(),
        _ => "",
    };
    if first == last {
        return match trim(text(first), before, after) {
            Some(Range { start, end }) if start > 0 || end < text(first).len() => {
                vec![Cut { index: first, start, end: text(first).len() - end }]
            }
            _ => Vec::new(),
        };
    }
    let (Some(head), Some(tail)) = (trim(text(first), before, Class::Blank), trim(text(last), Class::Blank, after))
    else {
        return Vec::new();
    };
    let cuts = [
        Cut { index: first, start: head.start, end: 0 },
        Cut { index: last, start: 0, end: text(last).len() - tail.end },
    ];
    cuts.into_iter().filter(|cut| cut.start > 0 || cut.end > 0).collect()
}

#[derive(Clone, Copy)]
enum Side {
    First,
    Last,
}

/// The class of what stands beside a span; the edge of a link is a bracket.
fn outside(runs: &[Run<'_>], neighbour: Option<usize>, edge: usize, side: Side) -> Class {
    let Some(neighbour) = neighbour.map(|index| &runs[index]) else { return Class::Blank };
    if neighbour.link != runs[edge].link {
        return Class::Punctuation;
    }
    match side {
        Side::First => neighbour.first_class(),
        Side::Last => neighbour.last_class(),
    }
}

/// The part of the text that can stay; `None` where tags have to do it.
fn trim(text: &str, mut before: Class, mut after: Class) -> Option<Range<usize>> {
    let (mut start, mut end) = (0, text.len());
    for _ in 0..2 * REACH {
        let inner = &text[start..end];
        let (Some(first), Some(last)) = (inner.chars().next(), inner.chars().next_back()) else { break };
        let (opens, closes) = (Class::holds(before, Class::of(first)), Class::holds(after, Class::of(last)));
        if opens && closes {
            return Some(start..end);
        }
        let edge = if opens { last } else { first };
        match way_out(inner, edge, opens) {
            WayOut::Both => {
                (start, end) = (start + first.len_utf8(), end - last.len_utf8());
                (before, after) = (Class::of(first), Class::of(last));
            }
            WayOut::One if opens => (end, after) = (start + inner.trim_end_matches(edge).len(), Class::of(edge)),
            WayOut::One => (start, before) = (end - inner.trim_start_matches(edge).len(), Class::of(edge)),
            WayOut::None => return None,
        }
    }
    (start >= end).then_some(start..end)
}

enum WayOut {
    /// The character, and its like beside it: `……` stays whole.
    One,
    /// The pair of brackets or quotes around the whole.
    Both,
    /// It belongs to the words.
    None,
}

/// Whether a character at an edge may leave, and with what.
fn way_out(inner: &str, edge: char, at_end: bool) -> WayOut {
    if belongs_to_words(edge, at_end) {
        return WayOut::None;
    }
    let Some((open, close)) = PAIRS.into_iter().find(|(open, close)| *open == edge || *close == edge) else {
        return WayOut::One;
    };
    let middle = inner.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    if middle.is_some_and(|middle| is_balanced(middle, open, close)) {
        return WayOut::Both;
    }
    let has_partner = if open == close {
        inner.matches(open).nth(1).is_some()
    } else {
        inner.contains(if edge == close { open } else { close })
    };
    if has_partner { WayOut::None } else { WayOut::One }
}

/// Brackets and quotes that come in pairs.
const PAIRS: [(char, char); 16] = [
    ('“', '”'),
    ('‘', '’'),
    ('（', '）'),
    ('《', '》'),
    ('〈', '〉'),
    ('【', '】'),
    ('「', '」'),
    ('『', '』'),
    ('〔', '〕'),
    ('〖', '〗'),
    ('［', '］'),
    ('｛', '｝'),
    ('(', ')'),
    ('[', ']'),
    ('"', '"'),
    ('\'', '\''),
];

/// Whether every bracket inside has its partner inside; of quotes that look alike there may be none.
fn is_balanced(middle: &str, open: char, close: char) -> bool {
    if open == close {
        return !middle.contains(open);
    }
    let mut depth = 0_usize;
    for char in middle.chars() {
        if char == open {
            depth += 1;
        } else if char == close {
            let Some(less) = depth.checked_sub(1) else { return false };
            depth = less;
        }
    }
    depth == 0
}

/// Whether a character is part of a word rather than of the sentence: `C++`, `.NET`, `50%`, `100℃`, `@Override`.
fn belongs_to_words(char: char, at_end: bool) -> bool {
    match char {
        ',' | ';' | ':' | '?' | '!' | '"' | '\'' | '(' | ')' | '[' | ']' => false,
        '.' | '~' => !at_end,
        _ if WORD_SIGNS.contains(char) => true,
        _ => char.is_ascii_punctuation() || Class::of(char) == Class::Letter,
    }
}

/// Signs beyond ASCII that belong to the number or the word beside them.
const WORD_SIGNS: &str = "℃℉°‰％′″＋－＝×÷±￥¥€£＄＃＠＆／＼＿＊";

/// Takes the cuts out of their runs.
fn apply<'a>(runs: Vec<Run<'a>>, cuts: &[Cut], style: Style) -> Vec<Run<'a>> {
    let mut cuts = cuts.iter().peekable();
    let mut loosened = Vec::with_capacity(runs.len() + cuts.len());
    for (index, run) in runs.into_iter().enumerate() {
        let Some(taken) = cuts.next_if(|cut| cut.index == index) else {
            push(&mut loosened, run);
            continue;
        };
        let Piece::Text(text) = &run.piece else {
            push(&mut loosened, run);
            continue;
        };
        let inner = taken.start..text.len() - taken.end;
        let parts = [(0..inner.start, false), (inner.clone(), true), (inner.end..text.len(), false)];
        for (range, is_inner) in parts.into_iter().filter(|(range, _)| !range.is_empty()) {
            let lost = if is_inner { Style::PLAIN } else { style };
            let piece = Piece::Text(cut(text, range));
            let (style, around) = (run.style.without(lost), run.around.without(lost));
            push(&mut loosened, Run { piece, style, around, link: run.link });
        }
    }
    loosened
}
