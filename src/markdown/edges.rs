//! Punctuation at the edge of a bold or slanted run, where CommonMark would not see the run's end.
//!
//! `**重点：**然后` is no bold text: a delimiter between punctuation and a letter points the other way. So sentence
//! punctuation and symbols at such an edge are taken out of the run (`**重点**：然后`). What belongs to the words stays
//! in: `C++`, `50%`, and quotes and brackets with their partner, as in `人工智能（AI）`. The letter outside is then
//! written as a reference (see `emphasis`).

use std::ops::Range;

use super::flanking::Class;
use super::run::{Piece, Run, cut, push};
use super::settle::settle;
use crate::model::Style;

/// How many different characters are taken out of one edge at most.
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

/// Finds what has to be taken out of one span of runs.
fn cuts_of_span(runs: &[Run<'_>], span: Range<usize>) -> Vec<Cut> {
    let (first, last) = (span.start, span.end - 1);
    let before = outside(runs, first.checked_sub(1), first, Side::Last);
    let after = outside(runs, Some(span.end).filter(|next| *next < runs.len()), last, Side::First);
    let text = |index: usize| match &runs[index].piece {
        Piece::Text(text) => text.as_ref(),
        _ => "",
    };
    let start = leaving_start(text(first), before);
    let end = leaving_end(&text(last)[if first == last { start } else { 0 }..], after);
    let cuts = if first == last {
        vec![Cut { index: first, start, end }]
    } else {
        vec![Cut { index: first, start, end: 0 }, Cut { index: last, start: 0, end }]
    };
    cuts.into_iter().filter(|cut| cut.start > 0 || cut.end > 0).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
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

/// How many bytes leave the run at its start.
fn leaving_start(text: &str, mut before: Class) -> usize {
    let mut inner = text;
    for _ in 0..REACH {
        let Some(first) = inner.chars().next() else { break };
        if Class::holds(before, Class::of(first)) || stays(inner, first, Side::First) {
            break;
        }
        (inner, before) = (inner.trim_start_matches(first), Class::of(first));
    }
    text.len() - inner.len()
}

/// How many bytes leave the run at its end.
fn leaving_end(text: &str, mut after: Class) -> usize {
    let mut inner = text;
    for _ in 0..REACH {
        let Some(last) = inner.chars().next_back() else { break };
        if Class::holds(after, Class::of(last)) || stays(inner, last, Side::Last) {
            break;
        }
        (inner, after) = (inner.trim_end_matches(last), Class::of(last));
    }
    text.len() - inner.len()
}

/// Whether a character at an edge belongs to the words inside: as part of one, or as a bracket with its partner.
fn stays(inner: &str, edge: char, side: Side) -> bool {
    if belongs_to_words(edge, side) {
        return true;
    }
    let Some((open, close)) = PAIRS.into_iter().find(|(open, close)| *open == edge || *close == edge) else {
        return false;
    };
    if open == close {
        return inner.matches(open).nth(1).is_some();
    }
    inner.contains(if edge == close { open } else { close })
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

/// Whether a character is part of a word rather than of the sentence: `C++`, `.NET`, `50%`, `100℃`, `@Override`.
fn belongs_to_words(char: char, side: Side) -> bool {
    match char {
        ',' | ';' | ':' | '?' | '!' | '"' | '\'' | '(' | ')' | '[' | ']' => false,
        '.' | '~' => side == Side::First,
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
