//! Writes blocks: what stands between them, and what every line of a list item or a quotation begins with.

use super::code::{longest_run, token};
use super::inline::{Body, Flow, push_inline};
use super::leaves::{is_visible, leaves};
use super::line_start::LineStart;
use super::math::{Display, display};
use super::notes::Notes;
use super::table::push_table;
use crate::model::{Block, Footnote, Inline, List, ListKind};

/// Lists and quotations nested deeper are written flat: readers differ beyond, and none is made to be read there.
const DEPTH: usize = 16;

/// Bytes that a line may begin with in a block of very many lines.
const NARROW: usize = 4;

/// Lines of code in one block that are very many; the longest programs have some thousands.
const MANY_LINES: usize = 100_000;

/// Writes blocks one after another.
pub(super) struct Writer<'a> {
    out: String,
    /// What every line begins with.
    prefix: String,
    depth: usize,
    /// Whether a list item has just begun, so that its first block stands on the line of its marker.
    line: LineStart,
    body: Body<'a>,
}

/// Whether an empty line stands between blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spacing {
    Tight,
    Loose,
}

impl<'a> Writer<'a> {
    pub(super) fn new(body: Body<'a>) -> Self {
        Self { out: String::new(), prefix: String::new(), depth: 0, line: LineStart::Paragraph, body }
    }

    /// Writes the blocks of a body.
    pub(super) fn write(mut self, blocks: &[Block]) -> String {
        self.blocks(blocks.iter(), Spacing::Loose, None);
        self.out
    }

    /// Writes blocks side by side; `marker` is that of the list whose item they are.
    fn blocks<'b>(&mut self, blocks: impl Iterator<Item = &'b Block>, spacing: Spacing, marker: Option<char>) {
        let mut last_marker = marker;
        for (index, block) in blocks.filter(|block| is_visible(block)).enumerate() {
            if index > 0 {
                self.separate(spacing);
                self.line = LineStart::Paragraph;
            }
            last_marker = self.block(block, last_marker);
        }
    }

    /// Begins a new line.
    fn next_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&self.prefix);
    }

    /// Ends a block.
    fn separate(&mut self, spacing: Spacing) {
        if spacing == Spacing::Loose {
            self.out.push('\n');
            self.out.push_str(self.prefix.trim_end());
        }
        self.next_line();
    }

    /// Writes one block. Returns the marker of a list, which a list right after it must not have.
    fn block(&mut self, block: &Block, taken: Option<char>) -> Option<char> {
        match block {
            Block::Heading(heading) => self.heading(heading.level, &heading.content),
            Block::Paragraph(content) => self.inline(content),
            Block::List(_) | Block::Quote(_) if self.is_too_deep(block) => {
                self.blocks(leaves(std::slice::from_ref(block)), Spacing::Loose, None);
            }
            Block::List(list) => return Some(self.list(list, taken)),
            Block::Quote(blocks) => self.quote(blocks),
            Block::Code { language, text } => self.code(language.as_deref().unwrap_or(""), text),
            Block::Math(formula) => self.math(formula),
            Block::Table(table) => push_table(&mut self.out, table, &self.prefix, &self.body),
            Block::Rule => self.rule(),
            Block::Footnotes(notes) => self.footnotes(notes),
        }
        None
    }

    /// Whether a list or quotation is to be written flat: each line of code in it would begin with all that is around.
    fn is_too_deep(&self, block: &Block) -> bool {
        self.depth == DEPTH || self.prefix.len() >= NARROW && has_many_lines(block)
    }

    fn inline(&mut self, content: &[Inline]) {
        push_inline(&mut self.out, content, Flow::Lines(self.line), &self.prefix, &self.body);
    }

    fn heading(&mut self, level: u8, content: &[Inline]) {
        self.out.push_str(&"######"[..usize::from(level.clamp(1, 6))]);
        self.out.push(' ');
        let start = self.out.len();
        push_inline(&mut self.out, content, Flow::Heading, "", &self.body);
        let words = self.out[start..].trim_end_matches('#');
        let closes = words.is_empty() || words.ends_with([' ', '\t']);
        if closes && start + words.len() < self.out.len() {
            self.out.insert(self.out.len() - 1, '\\');
        }
    }

    /// Writes a line across the page so that it makes neither front matter nor a heading nor a list.
    fn rule(&mut self) {
        let is_first = self.out.is_empty();
        self.out.push_str(match self.line {
            LineStart::Item => "___",
            _ if is_first => "***",
            _ => "---",
        });
    }

    fn quote(&mut self, blocks: &[Block]) {
        self.out.push_str("> ");
        self.nested("> ", |writer| {
            writer.line = LineStart::Paragraph;
            writer.blocks(blocks.iter(), Spacing::Loose, None);
        });
    }

    /// Writes something whose lines begin with more than those around it.
    fn nested(&mut self, prefix: &str, write: impl FnOnce(&mut Self)) {
        let length = self.prefix.len();
        self.prefix.push_str(prefix);
        self.depth += 1;
        write(self);
        self.depth -= 1;
        self.prefix.truncate(length);
    }

    fn list(&mut self, list: &List, taken: Option<char>) -> char {
        let markers = if list.kind == ListKind::Bullet { ['-', '*'] } else { ['.', ')'] };
        let marker = if taken == Some(markers[0]) { markers[1] } else { markers[0] };
        let spacing = if list.items.iter().all(|item| is_tight(item)) { Spacing::Tight } else { Spacing::Loose };
        let items = list.items.iter().filter(|item| list.kind != ListKind::Bullet || item.iter().any(is_visible));
        let end = list.items.len().saturating_sub(1);
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.separate(spacing);
            }
            if index < end && !item.iter().any(is_visible) {
                self.out.push_str(&label(list.kind, index, marker));
                continue;
            }
            self.item(item, &label(list.kind, index, marker), spacing);
        }
        marker
    }

    /// Writes an item. One without content counts; the last has no item after it to end it, and a comment fills it.
    fn item(&mut self, blocks: &[Block], label: &str, spacing: Spacing) {
        self.out.push_str(label);
        self.out.push(' ');
        if !blocks.iter().any(is_visible) {
            return self.out.push_str(NOTHING);
        }
        self.nested(&" ".repeat(label.len() + 1), |writer| {
            writer.line = LineStart::Item;
            writer.blocks(blocks.iter(), spacing, label.chars().next_back());
            writer.line = LineStart::Paragraph;
        });
    }

    fn code(&mut self, language: &str, text: &str) {
        let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
        self.out.push_str(&fence);
        self.out.push_str(token(language));
        let text = text.strip_suffix('\n').unwrap_or(text);
        for line in text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r')) {
            if line.is_empty() {
                self.out.push('\n');
                self.out.push_str(self.prefix.trim_end());
            } else {
                self.next_line();
                self.out.push_str(line);
            }
        }
        self.next_line();
        self.out.push_str(&fence);
    }

    fn math(&mut self, formula: &str) {
        match display(formula) {
            Display::Lines(lines) => {
                self.out.push_str("$$");
                for line in lines {
                    self.next_line();
                    self.out.push_str(line);
                }
                self.next_line();
                self.out.push_str("$$");
            }
            Display::Line(line) => {
                for part in ["$$", &line, "$$"] {
                    self.out.push_str(part);
                }
            }
            Display::Fence(formula) => self.code("math", formula.trim_matches(['\n', '\r'])),
        }
    }

    /// Writes a reference list; an entry no marker leads to is a paragraph, since readers leave such notes out.
    fn footnotes(&mut self, notes: &[Footnote]) {
        for (index, note) in notes.iter().enumerate() {
            if index > 0 {
                self.separate(Spacing::Loose);
            }
            // Notes have no notes: markers inside an entry are plain words.
            let plain = Body { pictures: self.body.pictures, notes: Notes::default() };
            if self.body.notes.is_entry(note) {
                self.out.extend(["[^", &note.label, "]: "]);
                let prefix = format!("{}    ", self.prefix);
                push_inline(&mut self.out, &note.content, Flow::Lines(LineStart::Paragraph), &prefix, &plain);
            } else {
                let mut content = vec![Inline::text(format!("[{}] ", note.label))];
                content.extend_from_slice(&note.content);
                push_inline(&mut self.out, &content, Flow::Lines(self.line), &self.prefix, &plain);
            }
        }
    }
}

/// What is not to be seen.
const NOTHING: &str = "<!-- -->";

/// The largest number a list may have in CommonMark.
const MAX_NUMBER: u32 = 999_999_999;

/// What an item of a list begins with: `-`, `3.`
fn label(kind: ListKind, index: usize, marker: char) -> String {
    match kind {
        ListKind::Bullet => marker.to_string(),
        ListKind::Ordered { start } => {
            let index = u32::try_from(index).unwrap_or(MAX_NUMBER);
            format!("{}{marker}", start.saturating_add(index).min(MAX_NUMBER))
        }
    }
}

fn has_many_lines(block: &Block) -> bool {
    let mut lines = 0;
    block.for_each_text(&mut |text: &str| lines += text.bytes().filter(|byte| *byte == b'\n').count());
    lines > MANY_LINES
}

/// Whether an item needs no empty lines: one block, or a paragraph and a list that may follow it directly.
fn is_tight(item: &[Block]) -> bool {
    let mut blocks = item.iter().filter(|block| is_visible(block));
    match (blocks.next(), blocks.next(), blocks.next()) {
        (None | Some(Block::Footnotes(_)), ..) => item.is_empty(),
        (Some(_), None, _) => true,
        (Some(Block::Paragraph(_)), Some(Block::List(list)), None) => {
            let may_follow = matches!(list.kind, ListKind::Bullet | ListKind::Ordered { start: 1 });
            may_follow && list.items.first().is_some_and(|item| item.iter().any(is_visible))
        }
        _ => false,
    }
}
