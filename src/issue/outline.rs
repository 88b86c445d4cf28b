//! One walk over the Markdown of an issue: links, pictures, blocks of words, sections and what each byte is inside of.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::destination;
use super::section::{self, Standing};
use super::{Place, Places};

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
    places: Vec<(usize, Places)>,
    /// Where sections begin, and where (with `None`) the part of an issue begins that is in none.
    sections: Vec<(usize, Option<String>)>,
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
            let range = range.start + from..range.end + from;
            let definition = match &event {
                Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) if !id.is_empty() => {
                    events.reference_definitions().get(id).map(|definition| definition.span.start + from)
                }
                _ => None,
            };
            walk.step(event, range, definition);
        }
        walk.close_block();
        let mut outline = walk.outline;
        outline.links.sort_by_key(|link| link.range.start);
        outline.pictures.sort_by_key(|picture| picture.range.start);
        outline.definitions = definitions;
        outline
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

/// The state of the walk.
struct Walk<'a> {
    text: &'a str,
    outline: Outline,
    /// Links and pictures that are open, the innermost last.
    open: Vec<Open>,
    /// How many of each place are open, in the order of [`Place::ALL`].
    depth: [usize; Place::ALL.len()],
    block: Option<OpenBlock>,
    /// The level of the heading that opened the section; 7 where it was only a line.
    section: Option<u8>,
}

struct Open {
    element: Element,
    kind: Kind,
}

struct OpenBlock {
    range: Range<usize>,
    text: String,
    /// How much text stood before the first link or picture.
    words_before_link: Option<usize>,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            outline: Outline::default(),
            open: Vec::new(),
            depth: Default::default(),
            block: None,
            section: None,
        }
    }

    fn step(&mut self, event: Event<'_>, range: Range<usize>, definition: Option<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range, definition),
            Event::End(tag) => self.end(tag, range),
            Event::Text(words) => self.words(&words, &range),
            Event::Code(words) => {
                self.words(&words, &range);
                self.outline.code.push(range);
            }
            Event::SoftBreak | Event::HardBreak => self.words("\n", &range),
            Event::InlineHtml(tag) => {
                self.words(if tag.starts_with("<br") { "\n" } else { "" }, &range);
                self.outline.html.push(range);
            }
            Event::Rule => {
                self.close_block();
                self.barrier(range);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>, definition: Option<usize>) {
        if let Some(place) = place_of(tag.to_end()) {
            self.depth[place as usize] += 1;
            self.mark_places(range.start);
        }
        match tag {
            Tag::Link { link_type, .. } => self.open(*link_type, range, definition, Kind::Link),
            Tag::Image { link_type, .. } => self.open(*link_type, range, definition, Kind::Picture),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {}
            _ => self.close_block(),
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        if let Some(place) = place_of(tag) {
            self.depth[place as usize] -= 1;
            self.mark_places(range.end);
        }
        self.reach(range.end);
        match tag {
            TagEnd::Link | TagEnd::Image => self.close(range),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {}
            TagEnd::Heading(level) => self.close_heading(level, range.start),
            TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                self.block = None;
                self.barrier(range.clone());
                let list = if tag == TagEnd::CodeBlock { &mut self.outline.code } else { &mut self.outline.html };
                list.push(range);
            }
            _ => self.close_block(),
        }
    }

    fn open(&mut self, link_type: LinkType, range: Range<usize>, definition: Option<usize>, kind: Kind) {
        self.words("", &range);
        if let Some(block) = &mut self.block {
            block.words_before_link.get_or_insert(block.text.len());
        }
        let text_start = range.start + if kind == Kind::Link { 1 } else { 2 };
        let target = match (link_type, definition) {
            (LinkType::Autolink | LinkType::Email, _) => Target::Autolink(text_start..range.end.saturating_sub(1)),
            (_, Some(definition)) => Target::Definition(definition),
            // Found when the end of the text is known.
            _ => Target::Inline(0..0),
        };
        let inner = range.start..text_start;
        let element = Element { range, inner, target, words: String::new(), holds_picture: false };
        self.open.push(Open { element, kind });
    }

    fn close(&mut self, range: Range<usize>) {
        let Some(Open { mut element, kind }) = self.open.pop() else { return };
        if let Target::Inline(address) = &mut element.target {
            let Some(found) = destination::inline(self.text, &element.range, element.inner.end) else { return };
            *address = found;
        }
        self.reach(range.end);
        if let Some(outer) = self.open.last_mut() {
            outer.element.holds_picture |= kind == Kind::Picture;
        }
        match kind {
            Kind::Link => self.outline.links.push(element),
            Kind::Picture => self.outline.pictures.push(element),
        }
    }

    /// Notes that the text of the innermost open link or picture reaches at least this far.
    fn reach(&mut self, end: usize) {
        if let Some(open) = self.open.last_mut()
            && end < open.element.range.end
        {
            open.element.inner.end = open.element.inner.end.max(end);
        }
    }

    fn words(&mut self, words: &str, range: &Range<usize>) {
        let block = self.block.get_or_insert_with(|| OpenBlock {
            range: range.clone(),
            text: String::new(),
            words_before_link: None,
        });
        block.range.end = block.range.end.max(range.end);
        match self.open.last_mut() {
            Some(open) if open.kind == Kind::Picture => open.element.words.push_str(words),
            Some(open) => {
                open.element.words.push_str(words);
                block.text.push_str(words);
            }
            None => block.text.push_str(words),
        }
        self.reach(range.end);
    }

    fn close_heading(&mut self, level: HeadingLevel, start: usize) {
        let level = level as u8;
        if self.section.is_some_and(|open| level <= open) {
            self.section = None;
            self.outline.sections.push((start, None));
        }
        let text = self.block.take().map(|block| block.text).unwrap_or_default();
        if section::is_recommended(&text, Standing::Heading) {
            self.section = Some(level);
            self.outline.sections.push((start, Some(section::name(&text))));
        }
        self.barrier(start..start);
    }

    /// Ends the block of words; one that stands as the heading of a section opens it.
    fn close_block(&mut self) {
        let Some(OpenBlock { range, text, words_before_link }) = self.block.take() else { return };
        let first_line = text.split('\n').next().unwrap_or_default();
        let is_linked = words_before_link.is_some_and(|len| len <= first_line.len());
        let opens = !is_linked && section::is_recommended(first_line, Standing::Line);
        if opens {
            self.section.get_or_insert(LEVEL_OF_LINES);
            self.outline.sections.push((range.start, Some(section::name(first_line))));
        }
        let is_plain = words_before_link.is_none() && !opens;
        self.outline.blocks.push(Block {
            range,
            kind: if is_plain { BlockKind::Words } else { BlockKind::Other },
            text,
        });
    }

    /// A block that is no words, so that nothing takes the words above it for its own.
    fn barrier(&mut self, range: Range<usize>) {
        self.outline.blocks.push(Block { range, kind: BlockKind::Other, text: String::new() });
    }

    fn mark_places(&mut self, offset: usize) {
        let mut places = Places::default();
        for place in Place::ALL.into_iter().filter(|place| self.depth[*place as usize] > 0) {
            places.insert(place);
        }
        let offset = self.outline.places.last().map_or(offset, |(last, _)| offset.max(*last));
        self.outline.places.push((offset, places));
    }
}

/// Below every heading of Markdown: the next one of any level ends such a section.
const LEVEL_OF_LINES: u8 = 7;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Link,
    Picture,
}

fn place_of(tag: TagEnd) -> Option<Place> {
    Some(match tag {
        TagEnd::Heading(_) => Place::Heading,
        TagEnd::Item => Place::List,
        TagEnd::BlockQuote(_) => Place::Quote,
        TagEnd::TableCell => Place::Table,
        TagEnd::Strikethrough => Place::Struck,
        TagEnd::FootnoteDefinition => Place::Footnote,
        _ => return None,
    })
}
