//! The Markdown of an issue in flat lists: links, pictures, blocks of words, sections and what each byte is inside of.

use std::ops::Range;

use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag};

use super::walk::Walk;
use super::{Places, destination};

/// The extensions that newsletters count on.
pub(super) fn dialect() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES
}

/// What the Markdown of an issue holds, every list in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Links to anywhere.
    pub(super) links: Vec<Element>,
    pub(super) pictures: Vec<Element>,
    pub(super) definitions: Vec<Definition>,
    pub(super) blocks: Vec<Block>,
    /// Code blocks and code spans.
    pub(super) code: Vec<Range<usize>>,
    /// HTML blocks and inline tags.
    pub(super) html: Vec<Range<usize>>,
    pub(super) places: Vec<(usize, Places)>,
    /// Where sections begin, and where (with `None`) the part of an issue begins that is in none.
    pub(super) sections: Vec<(usize, Option<String>)>,
}

/// A link or a picture.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) range: Range<usize>,
    /// From the opening bracket to the end of its text.
    pub(super) inner: Range<usize>,
    pub(super) target: Target,
    /// The words of its text; for a picture the description.
    pub(super) words: String,
    pub(super) holds_picture: bool,
}

/// Where the address of a link or picture is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Inline(Range<usize>),
    Autolink(Range<usize>),
    /// In the definition that begins at this byte.
    Definition(usize),
}

/// `[label]: address "title"`.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) range: Range<usize>,
    pub(super) address: Range<usize>,
    pub(super) label: String,
    pub(super) title: Option<String>,
}

/// A paragraph, a heading, a cell, the words of a list item.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) range: Range<usize>,
    pub(super) kind: BlockKind,
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// Words without a link or a picture.
    Words,
    /// Anything else.
    Other,
}

impl Outline {
    /// Reads the text from a byte on; all ranges count from the start of the text.
    pub(super) fn read(text: &str, from: usize) -> Self {
        let mut walk = Walk::new(text);
        let mut events = Parser::new_ext(&text[from..], dialect()).into_offset_iter();
        let definitions = definitions(&events, text, from);
        while let Some((event, range)) = events.next() {
            let definition = match &event {
                Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) if !id.is_empty() => {
                    events.reference_definitions().get(id).map(|definition| definition.span.start + from)
                }
                _ => None,
            };
            walk.step(event, range.start + from..range.end + from, definition);
        }
        Self { definitions, ..walk.finish() }
    }

    /// The address of the definition that begins at a byte.
    pub(super) fn definition(&self, start: usize) -> Option<&Range<usize>> {
        let index = self.definitions.binary_search_by_key(&start, |definition| definition.range.start).ok()?;
        Some(&self.definitions[index].address)
    }

    /// What a byte is inside of.
    pub(super) fn places(&self, offset: usize) -> Places {
        let after = self.places.partition_point(|(start, _)| *start <= offset);
        after.checked_sub(1).map_or(Places::default(), |index| self.places[index].1)
    }

    /// The recommended section a byte stands in.
    pub(super) fn section(&self, offset: usize) -> Option<&str> {
        let after = self.sections.partition_point(|(start, _)| *start <= offset);
        self.sections[after.checked_sub(1)?].1.as_deref()
    }

    /// The block a byte stands in, and the one above.
    pub(super) fn block(&self, offset: usize) -> (Option<&Block>, Option<&Block>) {
        let after = self.blocks.partition_point(|block| block.range.start <= offset);
        let Some(last) = after.checked_sub(1) else { return (None, None) };
        let inside = self.blocks[last].range.contains(&offset);
        let above = if inside { last.checked_sub(1) } else { Some(last) };
        (inside.then(|| &self.blocks[last]), above.map(|index| &self.blocks[index]))
    }
}

fn definitions(events: &OffsetIter<'_>, text: &str, from: usize) -> Vec<Definition> {
    let all = events.reference_definitions().iter().filter_map(|(label, definition)| {
        let range = definition.span.start + from..definition.span.end + from;
        let address = destination::of_definition(text, &range)?;
        let title = definition.title.as_ref().map(ToString::to_string);
        Some(Definition { range, address, label: label.to_owned(), title })
    });
    let mut definitions: Vec<Definition> = all.collect();
    definitions.sort_by_key(|definition| definition.range.start);
    definitions
}
