//! The runs of a paragraph in the one form that is written: equal neighbours merged, blanks out of emphasis and links.
//!
//! What shows no style of its own (blanks, breaks, pictures, formulas, markers) takes the style its two neighbours
//! share, so that a bold sentence stays one run around them and never begins or ends with them.

use std::borrow::Cow;

use super::notes::Notes;
use super::script;
use crate::model::{Card, Image, Inline, InlineKind, Style};

/// A piece of inline content in one style, inside at most one link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run<'a> {
    pub(super) piece: Piece<'a>,
    pub(super) style: Style,
    pub(super) link: Option<&'a str>,
}

/// What a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Words; never empty, no line breaks inside.
    Text(Cow<'a, str>),
    /// Code; never empty, no line breaks inside.
    Code(Cow<'a, str>),
    /// A formula; never empty, no line breaks inside.
    Math(String),
    /// A picture.
    Image(&'a Image),
    /// A marker of a footnote that is defined.
    Marker(&'a str),
    /// A line break.
    Break,
}

/// What becomes of line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaks {
    /// They stay.
    Keep,
    /// They become blanks, as in headings.
    Join,
}

/// Whether anything of this would be seen.
pub(super) fn is_visible(content: &[Inline]) -> bool {
    content.iter().any(|inline| match &inline.kind {
        InlineKind::Text(text) | InlineKind::Math(text) => !is_blank(text),
        InlineKind::Code(text) => !text.is_empty(),
        InlineKind::Image(_) | InlineKind::FootnoteRef(_) | InlineKind::Card(_) => true,
        InlineKind::Break => false,
    })
}

/// Brings inline content into the form that is written.
pub(super) fn runs<'a>(content: &'a [Inline], breaks: Breaks, notes: &Notes<'a>) -> Vec<Run<'a>> {
    let mut runs = Vec::with_capacity(content.len());
    for inline in content {
        expand(inline, breaks, notes, &mut runs);
    }
    if runs.iter().any(|run| run.style != Style::PLAIN || run.link.is_some()) {
        runs = settle(split_blanks(runs));
    }
    trim(runs)
}

/// Appends a run, or its words to the run before where nothing but the words differs.
pub(super) fn push<'a>(runs: &mut Vec<Run<'a>>, run: Run<'a>) {
    if let Some(last) = runs.last_mut()
        && last.style == run.style
        && last.link == run.link
    {
        match (&mut last.piece, &run.piece) {
            (Piece::Text(text), Piece::Text(more)) | (Piece::Code(text), Piece::Code(more)) => {
                return text.to_mut().push_str(more);
            }
            _ => {}
        }
    }
    runs.push(run);
}

/// Whether the text has nothing but whitespace in it.
fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

fn expand<'a>(inline: &'a Inline, breaks: Breaks, notes: &Notes<'a>, runs: &mut Vec<Run<'a>>) {
    let link = inline.link.as_deref().map(str::trim).filter(|link| !link.is_empty());
    let mut add = |piece, style, link| push(runs, Run { piece, style, link });
    match &inline.kind {
        InlineKind::Text(text) if text.is_empty() => {}
        InlineKind::Text(text) => {
            let (text, style) = script::level(one_line(text), inline.style);
            add(Piece::Text(text), style, link);
        }
        InlineKind::Code(text) if text.is_empty() => {}
        InlineKind::Code(text) => add(Piece::Code(one_line(text)), inline.style, link),
        InlineKind::Math(text) if is_blank(text) => {}
        InlineKind::Math(text) => {
            let formula = text.split_whitespace().collect::<Vec<_>>().join(" ");
            add(Piece::Math(one_line(&formula).into_owned()), inline.style, link);
        }
        InlineKind::Image(image) => add(Piece::Image(image), inline.style, link),
        InlineKind::Break if breaks == Breaks::Join => add(Piece::Text(" ".into()), inline.style, link),
        InlineKind::Break => add(Piece::Break, inline.style, link),
        InlineKind::FootnoteRef(label) if notes.is_whole(label) => add(Piece::Marker(label), inline.style, None),
        InlineKind::FootnoteRef(label) => add(Piece::Text(format!("[{}]", one_line(label)).into()), inline.style, link),
        InlineKind::Card(card) => expand_card(card, runs),
    }
}

/// Names a card in one line: `[语音] name — detail`, linked where it opens on the web.
///
/// The cover is left out: it is no part of the text's run of pictures, and the manifest lists it.
fn expand_card<'a>(card: &'a Card, runs: &mut Vec<Run<'a>>) {
    let link = card.url.as_deref().map(str::trim).filter(|url| !url.is_empty());
    let mut words = Vec::with_capacity(2);
    words.extend(Some(card.name.trim()).filter(|name| !name.is_empty()));
    words.extend(
        card.detail.as_deref().map(str::trim).filter(|detail| !detail.is_empty() && *detail != card.name.trim()),
    );
    let label = card.kind.label();
    let text = |words: String, link| Run { piece: Piece::Text(words.into()), style: Style::PLAIN, link };
    if words.is_empty() {
        return push(runs, text(if link.is_some() { label.to_owned() } else { format!("[{label}]") }, link));
    }
    push(runs, text(format!("[{label}] "), None));
    push(runs, text(one_line(&words.join(" — ")).into_owned(), link));
}

/// Replaces line ends by blanks, and NUL, which no reader keeps, by the replacement character.
fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\0']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", " ").replace(['\n', '\r'], " ");
    Cow::Owned(text.replace('\0', "\u{fffd}"))
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
                    split.push(Run { piece: Piece::Text(part), style: run.style, link: run.link });
                }
            }
            _ => split.push(run),
        }
    }
    split
}

/// A part of a text, borrowed where the whole is.
pub(super) fn cut<'a>(text: &Cow<'a, str>, range: std::ops::Range<usize>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    }
}

impl Run<'_> {
    /// Whether it shows no style of its own.
    fn is_neutral(&self) -> bool {
        match &self.piece {
            Piece::Text(text) => is_blank(text),
            Piece::Code(_) => false,
            Piece::Math(_) | Piece::Image(_) | Piece::Marker(_) | Piece::Break => true,
        }
    }

    /// Whether it is no reason for a link.
    fn is_gap(&self) -> bool {
        match &self.piece {
            Piece::Text(text) => is_blank(text),
            Piece::Break => true,
            Piece::Code(_) | Piece::Math(_) | Piece::Image(_) | Piece::Marker(_) => false,
        }
    }
}

/// Gives neutral runs the style that both neighbours have, and gaps their link if both neighbours have it.
fn settle(mut runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    let mut next_style = Style::PLAIN;
    let mut next_link = None;
    let mut after = Vec::with_capacity(runs.len());
    for run in runs.iter().rev() {
        after.push((next_style, next_link));
        next_style = if run.is_neutral() { next_style } else { run.style };
        next_link = if run.is_gap() { next_link } else { run.link };
    }
    let (mut style, mut link) = (Style::PLAIN, None);
    let mut settled = Vec::with_capacity(runs.len());
    for (mut run, (next_style, next_link)) in runs.drain(..).zip(after.into_iter().rev()) {
        if run.is_gap() {
            run.link = run.link.filter(|own| link == Some(*own) && next_link == Some(*own));
        } else {
            link = run.link;
        }
        if run.is_neutral() {
            run.style = shared(shared(style, next_style), run.style | Style::STRONG | Style::EMPHASIS);
        } else {
            style = run.style;
        }
        push(&mut settled, run);
    }
    settled
}

/// The styles that both sets have.
pub(super) fn shared(one: Style, other: Style) -> Style {
    one.without(one.without(other))
}

/// Takes away breaks at the edges, and spaces and tabs at the edges of lines, which no reader keeps.
fn trim(runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
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
