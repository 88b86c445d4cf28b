//! The walk over the events of the Markdown parser that fills an [`Outline`].

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::outline::{Block, BlockKind, Element, Outline, Target};
use super::section::{self, Standing};
use super::{Place, Places, destination};

/// The state of the walk.
pub(super) struct Walk<'a> {
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
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            outline: Outline::default(),
            open: Vec::new(),
            depth: Default::default(),
            block: None,
            section: None,
        }
    }

    /// Takes the next event, with its range in the text and the start of the definition a link refers to.
    pub(super) fn step(&mut self, event: Event<'_>, range: Range<usize>, definition: Option<usize>) {
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

    /// The outline, all but its definitions.
    pub(super) fn finish(mut self) -> Outline {
        self.close_block();
        // A picture inside the text of another closes first.
        self.outline.pictures.sort_by_key(|picture| picture.range.start);
        self.outline
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
        // The whole table: a cell too many is dropped by the parser, not by the reader of the file.
        TagEnd::Table => Place::Table,
        TagEnd::Strikethrough => Place::Struck,
        TagEnd::FootnoteDefinition => Place::Footnote,
        _ => return None,
    })
}
