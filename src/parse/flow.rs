//! What is gathered on the way through a body, and what is true at each place of it.

use super::dom::Element;
use super::heading::Measure;
use super::inline::{Line, Setting};
use super::style::Css;
use crate::model::{Block, List, ListKind, Style};

/// What is true of everything inside an element.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around<'a> {
    pub(super) setting: Setting<'a>,
    /// Inside an SVG drawing.
    pub(super) in_drawing: bool,
    /// How deep it is.
    pub(super) depth: usize,
    pub(super) links: Links,
}

/// Which links of a body are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Links {
    #[default]
    All,
    /// Those of short addresses, where all together would fill the memory.
    Short,
}

impl<'a> Around<'a> {
    /// What is true inside an element.
    pub(super) fn within(self, element: Element<'_>, css: Css<'_>) -> Self {
        let tag = match element.name() {
            "b" | "strong" => Style::STRONG,
            "em" | "i" => Style::EMPHASIS,
            "s" | "strike" | "del" => Style::STRIKE,
            "sup" => Style::SUPERSCRIPT,
            "sub" => Style::SUBSCRIPT,
            _ => Style::PLAIN,
        };
        let style = css.apply(self.setting.style | tag);
        Self {
            setting: Setting {
                style,
                size: css.size(self.setting.size),
                keeps_lines: css.keeps_lines.unwrap_or(self.setting.keeps_lines),
                ..self.setting
            },
            ..self
        }
    }

    /// The same, with text being code.
    pub(super) fn as_code(self) -> Self {
        Self { setting: Setting { code: true, ..self.setting }, ..self }
    }

    /// The same, inside a drawing.
    pub(super) fn in_drawing(self) -> Self {
        Self { in_drawing: true, ..self }
    }

    /// The same, leading to a target.
    pub(super) fn linked<'b>(self, target: Option<&'b str>) -> Around<'b>
    where
        'a: 'b,
    {
        Around { setting: Setting { link: target.or(self.setting.link), ..self.setting }, ..self }
    }
}

/// Blocks that are being gathered, and the line that will be the next paragraph.
#[derive(Debug, Default)]
pub(super) struct Flow {
    blocks: Vec<Block>,
    pub(super) line: Line,
    /// How many blocks there were when the last one became a list of stray items.
    stray_list: usize,
    /// The code that further lines belong to, where the last block is such.
    open_code: OpenCode,
    /// How each paragraph is set, with its place.
    pub(super) measures: Vec<(usize, Measure)>,
}

/// A block of code that each line is an element of its own of.
#[derive(Debug, Default)]
struct OpenCode {
    /// How many blocks there were when it became the last one; no block is code at 0.
    blocks: usize,
    /// Empty lines that stand after it.
    empty_lines: usize,
}

impl Flow {
    /// Ends the paragraph, if there is one.
    pub(super) fn end_line(&mut self) {
        let measure = self.line.measure();
        let content = self.line.take();
        if !content.is_empty() {
            self.measures.push((self.blocks.len(), measure));
            self.blocks.push(Block::Paragraph(content));
        }
    }

    /// Adds a block.
    pub(super) fn push(&mut self, block: Block) {
        self.end_line();
        self.blocks.push(block);
    }

    /// Adds blocks.
    pub(super) fn extend(&mut self, blocks: Vec<Block>) {
        self.end_line();
        self.blocks.extend(blocks);
    }

    /// Adds a list: to the one before it, if it goes on from there; editors put blank paragraphs between items.
    pub(super) fn push_list(&mut self, list: List) {
        self.end_line();
        match self.blocks.last_mut() {
            Some(Block::List(before)) if counts_on(before, &list) => before.items.extend(list.items),
            _ => self.blocks.push(Block::List(list)),
        }
    }

    /// The last item of the list right before.
    pub(super) fn last_item(&mut self) -> Option<&mut Vec<Block>> {
        self.end_line();
        match self.blocks.last_mut() {
            Some(Block::List(List { items, .. })) => items.last_mut(),
            _ => None,
        }
    }

    /// Adds an item that stands in no list: to the one before it, or as the first of a bullet list.
    pub(super) fn push_stray_item(&mut self, item: Vec<Block>) {
        self.end_line();
        let follows = self.stray_list == self.blocks.len();
        match self.blocks.last_mut() {
            Some(Block::List(list)) if follows => list.items.push(item),
            _ => {
                self.blocks.push(Block::List(List { kind: ListKind::Bullet, items: vec![item] }));
                self.stray_list = self.blocks.len();
            }
        }
    }

    /// Adds lines that are set as code: a single one to those before it, others as a block.
    pub(super) fn push_code_lines(&mut self, lines: &str) {
        self.end_line();
        let is_single = !lines.contains('\n');
        let is_open = is_single && self.open_code.blocks == self.blocks.len();
        match self.blocks.last_mut().filter(|_| is_open) {
            Some(Block::Code { .. }) if lines.is_empty() => self.open_code.empty_lines += 1,
            Some(Block::Code { text, .. }) => {
                (0..=self.open_code.empty_lines).for_each(|_| text.push('\n'));
                text.push_str(lines);
                self.open_code.empty_lines = 0;
            }
            _ if lines.is_empty() => {}
            _ => {
                self.blocks.push(Block::Code { language: None, text: lines.to_owned() });
                self.open_code = OpenCode { blocks: if is_single { self.blocks.len() } else { 0 }, empty_lines: 0 };
            }
        }
    }

    /// Adds text; its line ends break lines where the page keeps them.
    pub(super) fn text(&mut self, text: &str, setting: Setting<'_>) {
        if !setting.keeps_lines {
            return self.line.text(text, setting);
        }
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.line_break();
            }
            self.line.text(line, setting);
        }
    }

    /// A line break; the second in a row ends the paragraph, as a blank line does.
    pub(super) fn line_break(&mut self) {
        if self.line.ends_in_break() { self.end_line() } else { self.line.line_break() }
    }

    pub(super) fn into_blocks(mut self) -> Vec<Block> {
        self.end_line();
        self.blocks
    }
}

/// Whether a list goes on where another ends: bullets after bullets, since editors make a list of each item or set blank
/// lines between lists, and a reader sees one; numbers only from the next one on, for those that begin at 1 are another.
fn counts_on(before: &List, list: &List) -> bool {
    match (before.kind, list.kind) {
        (ListKind::Ordered { start: first }, ListKind::Ordered { start: next }) => {
            next > 1 && u32::try_from(before.items.len()).is_ok_and(|count| first.checked_add(count) == Some(next))
        }
        (ListKind::Bullet, ListKind::Bullet) => true,
        _ => false,
    }
}
