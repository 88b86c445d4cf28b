//! The runs of a paragraph in the one form that is written: equal neighbours merged, line ends and cards made words.

use std::borrow::Cow;

use super::notes::Notes;
use super::settle::{settle, trim};
use super::{math, script};
use crate::model::{Card, Image, Inline, InlineKind, Style};

/// A piece of inline content in one style, inside at most one link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run<'a> {
    pub(super) piece: Piece<'a>,
    pub(super) style: Style,
    pub(super) link: Option<Link<'a>>,
    /// What of its style is written around its link; all of it, where it has none.
    pub(super) around: Style,
}

/// A link of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link<'a> {
    pub(super) address: &'a str,
    /// Tells it from a neighbour with the same address.
    pub(super) number: usize,
}

/// What a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Words; never empty, no line breaks inside.
    Text(Cow<'a, str>),
    /// An address that stands as words and has to end before the next space; never empty.
    Address(Cow<'a, str>),
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
    let mut number = 0;
    for inline in content {
        number += usize::from(inline.parts_links());
        expand(inline, number, (breaks, notes), &mut runs);
    }
    if runs.iter().any(|run| run.style != Style::PLAIN || run.link.is_some()) {
        runs = settle(runs);
    }
    trim(tell_formulas_apart(runs))
}

/// Makes code of formulas whose second dollar would not be seen as one, before another formula.
fn tell_formulas_apart(mut runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    let is_closed = |pair: &[Run<'_>]| !matches!((&pair[0].piece, &pair[1].piece), (Piece::Math(_), Piece::Math(_)));
    let unclosed: Vec<usize> = (1..runs.len()).filter(|end| !is_closed(&runs[end - 1..=*end])).collect();
    if unclosed.is_empty() {
        return runs;
    }
    for end in unclosed {
        if let Piece::Math(formula) = &mut runs[end - 1].piece {
            runs[end - 1].piece = Piece::Code(std::mem::take(formula).into());
        }
    }
    let mut apart = Vec::with_capacity(runs.len());
    for run in runs {
        push(&mut apart, run);
    }
    apart
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

/// Whether the text has nothing but whitespace in it, or what readers take out.
fn is_blank(text: &str) -> bool {
    text.chars().all(|char| char.is_whitespace() || matches!(char, '\0' | '\u{feff}'))
}

fn expand<'a>(inline: &'a Inline, number: usize, (breaks, notes): (Breaks, &Notes<'a>), runs: &mut Vec<Run<'a>>) {
    let address = inline.link.as_deref().map(str::trim).filter(|link| !link.is_empty());
    let link = address.map(|address| Link { address, number });
    let mut add = |piece, style, link| match &piece {
        Piece::Text(text) | Piece::Code(text) if text.is_empty() => {}
        _ => push(runs, Run { piece, style, link, around: style }),
    };
    match &inline.kind {
        InlineKind::Text(text) => {
            let (text, style) = script::level(one_line(text), inline.style);
            add(Piece::Text(text), style, link);
        }
        InlineKind::Code(text) => add(Piece::Code(one_line(text)), inline.style, link),
        InlineKind::Math(text) if is_blank(text) => {}
        InlineKind::Math(text) => {
            let formula = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let formula = one_line(&formula).into_owned();
            let is_plain = math::stands_in_line(&formula);
            add(if is_plain { Piece::Math(formula) } else { Piece::Code(formula.into()) }, inline.style, link);
        }
        InlineKind::Image(image) => add(Piece::Image(image), inline.style, link),
        InlineKind::Break if breaks == Breaks::Join => add(Piece::Text(" ".into()), inline.style, link),
        InlineKind::Break => add(Piece::Break, inline.style, link),
        InlineKind::FootnoteRef(label) if notes.is_whole(label) => add(Piece::Marker(label), inline.style, None),
        InlineKind::FootnoteRef(label) => add(Piece::Text(format!("[{}]", one_line(label)).into()), inline.style, link),
        InlineKind::Card(card) => expand_card(card, number, runs),
    }
}

/// Names a card in one line: `[语音] name — detail`, `[公众号] name — 微信号 alias — detail`, linked where it opens on the web.
///
/// The cover is left out: it is no part of the text's run of pictures, and the manifest lists it.
fn expand_card<'a>(card: &'a Card, number: usize, runs: &mut Vec<Run<'a>>) {
    let address = card.url.as_deref().map(str::trim).filter(|url| !url.is_empty());
    let link = address.map(|address| Link { address, number });
    let mut words = Vec::with_capacity(3);
    words.extend(Some(card.name.trim()).filter(|name| !name.is_empty()));
    let alias = card.alias.as_deref().filter(|_| has_room_for_alias(card)).map(|alias| format!("微信号 {alias}"));
    words.extend(alias.as_deref());
    words.extend(
        card.detail.as_deref().map(str::trim).filter(|detail| !detail.is_empty() && *detail != card.name.trim()),
    );
    let label = card.kind.label();
    let text =
        |words: String, link| Run { piece: Piece::Text(words.into()), style: Style::PLAIN, link, around: Style::PLAIN };
    if words.is_empty() {
        return push(runs, text(if link.is_some() { label.to_owned() } else { format!("[{label}]") }, link));
    }
    push(runs, text(format!("[{label}] "), None));
    push(runs, text(one_line(&words.join(" — ")).into_owned(), link));
}

/// The most letters of a card that names an account by its 微信号 as well.
const ALIAS_ROOM: usize = 30;

/// Whether a card is short enough for the name an account is searched by, which the page itself does not show.
fn has_room_for_alias(card: &Card) -> bool {
    let parts = [Some(card.name.as_str()), card.alias.as_deref(), card.detail.as_deref()];
    parts.into_iter().flatten().map(|part| part.chars().count()).sum::<usize>() <= ALIAS_ROOM
}

/// Replaces line ends by blanks, and takes out what readers take out: byte order marks and NUL.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\0', '\u{feff}']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", " ").replace(['\n', '\r'], " ").replace(['\0', '\u{feff}'], ""))
}

/// A part of a text, borrowed where the whole is.
pub(super) fn cut<'a>(text: &Cow<'a, str>, range: std::ops::Range<usize>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    }
}

/// The styles that both sets have.
pub(super) fn shared(one: Style, other: Style) -> Style {
    one.without(one.without(other))
}

impl Run<'_> {
    /// Whether it shows no style of its own.
    pub(super) fn is_neutral(&self) -> bool {
        match &self.piece {
            Piece::Text(text) => is_blank(text),
            Piece::Address(_) | Piece::Code(_) => false,
            Piece::Math(_) | Piece::Image(_) | Piece::Marker(_) | Piece::Break => true,
        }
    }

    /// Whether it is no reason for a link.
    pub(super) fn is_gap(&self) -> bool {
        match &self.piece {
            Piece::Text(text) => is_blank(text),
            Piece::Break => true,
            Piece::Address(_) | Piece::Code(_) | Piece::Math(_) | Piece::Image(_) | Piece::Marker(_) => false,
        }
    }
}
