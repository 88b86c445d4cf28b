//! Writes the inline content of one paragraph, heading or cell.

use std::ops::Range;

use super::Pictures;
use super::address::part_addresses;
use super::code::push_code;
use super::edges::loosen;
use super::emphasis::{Emphasis, Item, References};
use super::escape::{Around, Partners, Setting, push_text};
use super::flanking::Class;
use super::line_start::{LineStart, block_start};
use super::link::{is_plain, push_destination};
use super::notes::Notes;
use super::run::{Breaks, Piece, Run, one_line, runs};
use crate::model::{Image, ImageUrl, Inline, Style};

/// Where inline content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// On lines of its own.
    Lines(LineStart),
    /// In a heading, which is one line.
    Heading,
    /// In a cell of a table, which is one line where breaks are tags.
    Cell,
}

/// What a body has in common for all its paragraphs.
pub(super) struct Body<'a> {
    pub(super) pictures: &'a Pictures,
    pub(super) notes: Notes<'a>,
}

/// Appends inline content; `prefix` begins every line after the first.
pub(super) fn push_inline(out: &mut String, content: &[Inline], flow: Flow, prefix: &str, body: &Body<'_>) {
    let breaks = if flow == Flow::Heading { Breaks::Join } else { Breaks::Keep };
    let runs = loosen(part_addresses(runs(content, breaks, &body.notes)));
    let partners = Partners::of(&runs);
    let line = match flow {
        // A definition reads its label past any code and emphasis.
        Flow::Lines(_) if begins_with_bracket(&runs) && runs.iter().any(|run| run.source().contains("]:")) => {
            Some(LineStart::Definition)
        }
        Flow::Lines(start) => Some(start),
        Flow::Heading | Flow::Cell => None,
    };
    let around = Around::Open;
    let mut pen = Pen {
        out,
        prefix,
        flow,
        line,
        after: After::Anything,
        pictures: body.pictures,
        setting: Setting { partners, around },
    };
    pen.sequence(&runs, &parts(&runs), Class::Blank);
}

fn begins_with_bracket(runs: &[Run<'_>]) -> bool {
    matches!(runs, [Run { piece: Piece::Text(text), link: None, .. }, ..] if text.starts_with('['))
}

/// One run, or all runs of one link, and the style that is written around it.
struct Part {
    runs: Range<usize>,
    style: Style,
}

struct Pen<'a> {
    out: &'a mut String,
    prefix: &'a str,
    flow: Flow,
    /// Where the line stands that begins here; `None` in the middle of one.
    line: Option<LineStart>,
    /// What was written last, where that changes what the next words mean.
    after: After,
    pictures: &'a Pictures,
    setting: Setting,
}

/// What stands before words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum After {
    #[default]
    Anything,
    /// The marker of a footnote.
    Marker,
    /// A formula between dollars.
    Formula,
}

/// Groups runs by their links.
fn parts(runs: &[Run<'_>]) -> Vec<Part> {
    let mut parts = Vec::with_capacity(runs.len());
    let mut start = 0;
    while start < runs.len() {
        let link = runs[start].link;
        let same = runs[start..].iter().take_while(|run| link.is_some() && run.link == link).count();
        let end = start + same.max(1);
        parts.push(Part { runs: start..end, style: runs[start].around });
        start = end;
    }
    parts
}

impl Run<'_> {
    /// The words, code or formula, or the description of a picture.
    fn source(&self) -> &str {
        match &self.piece {
            Piece::Text(text) | Piece::Address(text) | Piece::Code(text) => text,
            Piece::Math(formula) => formula,
            Piece::Image(image) => &image.alt,
            Piece::Marker(_) | Piece::Break => "",
        }
    }

    /// The class of the first character that is written for it.
    pub(super) fn first_class(&self) -> Class {
        match &self.piece {
            Piece::Text(text) => text.chars().next().map_or(Class::Blank, Class::of),
            _ => Class::Punctuation,
        }
    }

    /// The class of the last character that is written for it.
    pub(super) fn last_class(&self) -> Class {
        match &self.piece {
            Piece::Text(text) => text.chars().next_back().map_or(Class::Blank, Class::of),
            _ => Class::Punctuation,
        }
    }
}

impl Pen<'_> {
    /// Writes parts with the marks of their emphasis between them; `edge` is what stands on both sides.
    fn sequence(&mut self, runs: &[Run<'_>], parts: &[Part], edge: Class) {
        let mut items: Vec<Item> = parts.iter().map(|part| item(runs, part)).collect();
        let emphasis = Emphasis::of(&mut items, edge, edge);
        let mut marks = emphasis.marks.iter().peekable();
        for gap in 0..=parts.len() {
            while let Some(mark) = marks.next_if(|mark| mark.gap == gap) {
                self.out.push_str(emphasis.written(mark));
                self.line = None;
                self.after = After::Anything;
            }
            let (Some(part), Some(item)) = (parts.get(gap), items.get(gap)) else { break };
            let mark_after = marks.peek().filter(|mark| mark.gap == gap + 1);
            let next = match mark_after {
                Some(mark) => emphasis.written(mark).chars().next(),
                None => parts.get(gap + 1).and_then(|next| first_char(runs, next)),
            };
            self.part(runs, part, next, item.references);
        }
    }

    fn part(&mut self, runs: &[Run<'_>], part: &Part, next: Option<char>, references: References) {
        let runs = &runs[part.runs.clone()];
        match runs {
            [Run { link: None, piece: Piece::Text(text), .. }] if references != References::default() => {
                self.text_with_references(text, references, next);
            }
            [Run { link: None, piece, .. }] => self.piece(piece, next),
            [Run { link: Some(link), .. }, ..] => self.link(runs, link.address, part.style),
            _ => {}
        }
    }

    fn link(&mut self, runs: &[Run<'_>], address: &str, outer: Style) {
        let address = mirrored(self.pictures, address);
        self.line = None;
        if std::mem::take(&mut self.after) == After::Marker {
            // A bracket right after a marker takes it for the words of a link.
            self.out.push_str("<!-- -->");
        }
        if let [Run { piece: Piece::Text(text), style, .. }] = runs
            && *style == outer
            && text == address
            && is_plain(address)
        {
            self.out.push('<');
            self.out.push_str(address);
            return self.out.push('>');
        }
        let setting = self.setting;
        let texts = runs.iter().map(|run| if let Piece::Text(text) = &run.piece { text.as_ref() } else { "" });
        self.setting.around = Around::of(texts);
        let parts: Vec<Part> = (0..runs.len())
            .map(|index| Part { runs: index..index + 1, style: runs[index].style.without(outer) })
            .collect();
        let plain: Vec<Run<'_>> = runs.iter().map(|run| Run { link: None, ..run.clone() }).collect();
        self.out.push('[');
        self.sequence(&plain, &parts, Class::Punctuation);
        self.setting = setting;
        self.out.push_str("](");
        push_destination(self.out, address);
        self.out.push(')');
    }

    fn piece(&mut self, piece: &Piece<'_>, next: Option<char>) {
        let line = self.line.take();
        let after = std::mem::take(&mut self.after);
        match piece {
            Piece::Text(text) => self.text(text, line, after, next),
            Piece::Address(address) => self.out.extend(["<", address, ">"]),
            Piece::Code(text) if self.flow == Flow::Cell && text.contains("\\|") => self.tagged_code(text),
            Piece::Math(text) if self.flow == Flow::Cell && text.contains("\\|") => self.tagged_code(text),
            Piece::Code(code) => push_code(self.out, code),
            Piece::Math(formula) => {
                self.out.extend(["$", formula, "$"]);
                self.after = After::Formula;
            }
            Piece::Image(image) => self.image(image),
            Piece::Marker(label) => {
                self.out.push_str("[^");
                self.out.push_str(label);
                self.out.push(']');
                self.line = line.map(|_| LineStart::AfterMarker);
                self.after = After::Marker;
            }
            Piece::Break if self.flow == Flow::Cell => self.out.push_str("<br>"),
            Piece::Break => {
                // Some readers take a backslash after another for a part of the words.
                self.out.push_str(if self.out.ends_with('\\') { "  \n" } else { "\\\n" });
                self.out.push_str(self.prefix);
                self.line = Some(LineStart::Later);
            }
        }
    }

    /// Writes words whose first or last character has to be a reference; a mark stands on that side of them.
    fn text_with_references(&mut self, text: &str, references: References, next: Option<char>) {
        let (line, after) = (self.line.take(), std::mem::take(&mut self.after));
        let mut chars = text.chars();
        if let Some(first) = chars.next().filter(|_| references.first) {
            push_reference(self.out, first);
        } else {
            chars = text.chars();
        }
        let last = if references.last { chars.next_back() } else { None };
        self.text(chars.as_str(), line, after, last.map_or(next, |_| Some('&')));
        if let Some(last) = last {
            push_reference(self.out, last);
        }
    }

    fn text(&mut self, text: &str, line: Option<LineStart>, after: After, next: Option<char>) {
        let is_whole = matches!(next, None | Some('\n'));
        let next = if next == Some('\n') { Some('\\') } else { next };
        let mut forced = line.and_then(|line| block_start(text, line, is_whole));
        let mut text = text;
        if after == After::Formula && text.starts_with(|char: char| char.is_ascii_digit()) {
            // A dollar before a digit is money.
            push_reference(self.out, char::from(text.as_bytes()[0]));
            text = &text[1..];
        }
        if after == After::Marker {
            // `[^1](` and `[^1][` would be links, the second even with a backslash.
            forced = forced.or(text.starts_with('(').then_some(0));
            if let Some(rest) = text.strip_prefix('[') {
                self.out.push_str("&#91;");
                text = rest;
            }
        }
        push_text(self.out, text, self.setting, next, forced);
    }

    /// Writes code that backticks can't hold in a cell, where `\|` is a pipe even in code.
    fn tagged_code(&mut self, code: &str) {
        self.out.push_str("<code>");
        push_text(self.out, code, self.setting, None, None);
        self.out.push_str("</code>");
    }

    fn image(&mut self, image: &Image) {
        let mirrored = self.pictures.get(&image.url.key());
        self.out.push_str("![");
        let alt = one_line(&image.alt).split_whitespace().collect::<Vec<_>>().join(" ");
        let setting = Setting { around: Around::of(std::iter::once(alt.as_str())), ..self.setting };
        push_text(self.out, &alt, setting, Some(']'), None);
        self.out.push_str("](");
        push_destination(self.out, mirrored.map_or(image.url.as_str(), String::as_str));
        self.out.push(')');
    }
}

/// The address of the mirrored picture, where a link leads to one.
fn mirrored<'a>(pictures: &'a Pictures, address: &'a str) -> &'a str {
    if pictures.is_empty() {
        return address;
    }
    let picture = ImageUrl::parse(address).and_then(|url| pictures.get(&url.key()));
    picture.map_or(address, String::as_str)
}

/// Appends a character by its number, as every reader of HTML and CommonMark knows it.
fn push_reference(out: &mut String, char: char) {
    out.extend(["&#", &u32::from(char).to_string(), ";"]);
}

fn item(runs: &[Run<'_>], part: &Part) -> Item {
    let (first, last, is_single) = match &runs[part.runs.clone()] {
        [run] if run.link.is_none() => (run.first_class(), run.last_class(), run.source().chars().nth(1).is_none()),
        _ => (Class::Punctuation, Class::Punctuation, false),
    };
    Item { style: part.style, first, last, is_single, references: References::default() }
}

/// The first character that is written for a part; a line end for a break, which ends the line.
fn first_char(runs: &[Run<'_>], part: &Part) -> Option<char> {
    let run = &runs[part.runs.start];
    if run.link.is_some() {
        return Some('[');
    }
    match &run.piece {
        Piece::Text(text) => text.chars().next(),
        Piece::Address(_) => Some('<'),
        Piece::Code(_) => Some('`'),
        Piece::Math(_) => Some('$'),
        Piece::Image(_) => Some('!'),
        Piece::Marker(_) => Some('['),
        Piece::Break => Some('\n'),
    }
}
