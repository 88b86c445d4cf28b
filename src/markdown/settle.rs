//! Takes blanks out of emphasis and links, and decides which emphasis stands around a link and which in it.
//!
//! What shows no style of its own (blanks, breaks, pictures, formulas, markers) takes the style its two neighbours
//! share, so that a bold sentence stays one run around them and never begins or ends with them.

use std::ops::Range;

use super::run::{Piece, Run, cut, push, shared};
use crate::model::Style;

/// A run without link, or all runs of one link.
struct Unit {
    runs: Range<usize>,
    /// The style around it; `None` where it shows none of its own.
    style: Option<Style>,
    is_link: bool,
}

/// Settles what has no style or link of its own by what stands around it.
pub(super) fn settle(runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    let mut runs = split_blanks(runs);
    settle_links(&mut runs);
    let mut units = units(&runs);
    settle_units(&mut units);
    for unit in &units {
        let around = unit.style.unwrap_or(Style::PLAIN);
        let inner = &mut runs[unit.runs.clone()];
        if unit.is_link {
            for run in inner.iter_mut() {
                run.around = around;
            }
            settle_inside(inner, around);
        } else {
            inner[0].style = if inner[0].is_neutral() { around } else { inner[0].style };
            inner[0].around = inner[0].style;
        }
    }
    let mut settled = Vec::with_capacity(runs.len());
    for run in runs {
        push(&mut settled, run);
    }
    settled
}

/// Parts the blanks at the edges of styled or linked words from them.
fn split_blanks(runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    let mut split = Vec::with_capacity(runs.len() + 4);
    for run in runs {
        match &run.piece {
            Piece::Text(text) if run.style != Style::PLAIN || run.link.is_some() => {
                let body = text.trim();
                let start = if body.is_empty() { text.len() } else { text.len() - text.trim_start().len() };
                let end = start + body.len();
                let parts = [0..start, start..end, end..text.len()].into_iter().filter(|range| !range.is_empty());
                for range in parts {
                    let part = cut(text, range);
                    split.push(Run { piece: Piece::Text(part), ..run });
                }
            }
            _ => split.push(run),
        }
    }
    split
}

/// Takes the link from blanks and breaks that do not stand between two parts of it.
fn settle_links(runs: &mut [Run<'_>]) {
    let mut next = None;
    for run in runs.iter_mut().rev() {
        if run.is_gap() {
            run.link = run.link.filter(|own| next == Some(*own));
        }
        next = run.link;
    }
    let mut last = None;
    for run in runs {
        if run.is_gap() {
            run.link = run.link.filter(|own| last == Some(*own));
        }
        last = run.link;
    }
}

fn units(runs: &[Run<'_>]) -> Vec<Unit> {
    let mut units = Vec::with_capacity(runs.len());
    let mut start = 0;
    while start < runs.len() {
        let link = runs[start].link;
        let same = runs[start..].iter().take_while(|run| link.is_some() && run.link == link).count();
        let end = start + same.max(1);
        let styles = runs[start..end].iter().filter(|run| !run.is_neutral()).map(|run| run.style);
        units.push(Unit { runs: start..end, style: styles.reduce(shared), is_link: link.is_some() });
        start = end;
    }
    units
}

/// A link takes around it what both its neighbours have as well; what has no style takes what they share.
fn settle_units(units: &mut [Unit]) {
    for wants_link in [true, false] {
        let mut next = Style::PLAIN;
        let mut after = vec![Style::PLAIN; units.len()];
        for (unit, after) in units.iter().zip(&mut after).rev() {
            *after = next;
            next = unit.style.unwrap_or(next);
        }
        let mut last = Style::PLAIN;
        for (unit, next) in units.iter_mut().zip(after) {
            match unit.style {
                Some(style) if wants_link && unit.is_link => unit.style = Some(shared(style, shared(last, next))),
                None if !wants_link => {
                    unit.style = Some(shared(last, next));
                    continue;
                }
                None => continue,
                Some(_) => {}
            }
            last = unit.style.unwrap_or(last);
        }
    }
}

/// Gives what shows no style of its own inside a link what its neighbours there share.
fn settle_inside(runs: &mut [Run<'_>], around: Style) {
    let mut next = around;
    let mut after = vec![around; runs.len()];
    for (run, after) in runs.iter().zip(&mut after).rev() {
        *after = next;
        next = if run.is_neutral() { next } else { run.style };
    }
    let mut last = around;
    for (run, next) in runs.iter_mut().zip(after) {
        if run.is_neutral() {
            run.style = around | shared(last, next);
        } else {
            last = run.style;
        }
    }
}

/// Takes away breaks at the edges, and spaces and tabs at the edges of lines, which no reader keeps.
pub(super) fn trim(runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    let mut lines: Vec<Run<'_>> = Vec::with_capacity(runs.len());
    for mut run in runs {
        let starts_line = lines.last().is_none_or(|last| last.piece == Piece::Break);
        match &mut run.piece {
            Piece::Break => {
                trim_end(&mut lines);
                if lines.is_empty() {
                    continue;
                }
            }
            Piece::Text(text) if starts_line => {
                let start = text.len() - text.trim_start_matches([' ', '\t']).len();
                if start == text.len() {
                    continue;
                }
                *text = cut(text, start..text.len());
            }
            _ => {}
        }
        push(&mut lines, run);
    }
    trim_end(&mut lines);
    while lines.last().is_some_and(|last| last.piece == Piece::Break) {
        lines.pop();
        trim_end(&mut lines);
    }
    lines
}

/// Takes away spaces and tabs from the end of the last line.
fn trim_end(runs: &mut Vec<Run<'_>>) {
    while let Some(Run { piece: Piece::Text(text), .. }) = runs.last_mut() {
        let end = text.trim_end_matches([' ', '\t']).len();
        if end > 0 {
            *text = cut(text, 0..end);
            return;
        }
        runs.pop();
    }
}
