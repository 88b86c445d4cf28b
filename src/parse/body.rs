//! Walks the elements of a body and makes blocks of them.
//!
//! Editors nest a dozen sections and spans around a word, blocks inside of inline elements too. So there is one walk:
//! text and inline things gather in a line, and whatever stands as a block of its own ends the line before and after
//! itself. Depth is bounded by what [`super::dom::Dom`] lets through.

use std::slice;

use super::dom::{Dom, Element, Node};
use super::flatten::{flatten, is_plain};
use super::flow::{Around, Flow, Links};
use super::heading::Headings;
use super::style::{Css, Display};
use super::{card, code, drawing, footnote, heading, link, list, picture, set_as_code, table};
use crate::model::{Block, Heading, Inline, InlineKind, Oddities, Oddity};

/// Reads the inside of a body.
pub(super) fn read(html: &str, headings: Headings) -> (Vec<Block>, Oddities) {
    let (mut flow, oddities) = read_flow(html, &[]);
    flow.end_line();
    let measures = std::mem::take(&mut flow.measures);
    let blocks = match headings {
        Headings::Marked => flow.into_blocks(),
        Headings::Guessed => heading::guess(flow.into_blocks(), &measures),
    };
    (footnote::find(blocks), oddities)
}

/// Reads a caption whose links may lead to the pictures above it.
pub(super) fn read_caption(html: &str, pictures: &[String]) -> (Vec<Block>, Oddities) {
    let (flow, oddities) = read_flow(html, pictures);
    (flow.into_blocks(), oddities)
}

fn read_flow(html: &str, pictures: &[String]) -> (Flow, Oddities) {
    let dom = Dom::parse(html);
    let backgrounds =
        if dom.root().descendants().any(picture::is_picture) { Backgrounds::Beside } else { Backgrounds::Alone };
    let mut walk = Walk::new(pictures, backgrounds);
    walk.oddities.add_many(Oddity::DeepNesting, dom.dropped.deep);
    walk.oddities.add_many(Oddity::TooManyElements, dom.dropped.surplus);
    let mut flow = Flow::default();
    walk.children(dom.root(), Around { links: link::affordable(dom.root()), ..Around::default() }, &mut flow);
    (flow, walk.oddities)
}

/// Reads what stands inside an element that was parsed already.
pub(super) fn read_tree(root: Element<'_>) -> Vec<Block> {
    Walk::new(&[], Backgrounds::Beside).blocks(root, Around { links: link::affordable(root), ..Around::default() })
}

/// What a walk knows, and counts on its way.
#[derive(Debug)]
pub(super) struct Walk<'p> {
    pub(super) oddities: Oddities,
    /// The addresses of the pictures that links such as 图1 lead to.
    pub(super) pictures: &'p [String],
    pub(super) backgrounds: Backgrounds,
    /// Line ends of the source that ended lines of the text.
    kept_lines: usize,
    code_budget: set_as_code::Budget,
}

/// What the pictures behind elements are to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backgrounds {
    /// The only pictures there are: a poster.
    Alone,
    /// Pictures beside those that stand in the text.
    Beside,
}

/// The tree is deeper than what the limits let through only where the parser opened elements of its own.
const DEEPEST: usize = 300;

/// Line ends that are kept at most, as many as elements.
const MOST_LINES: usize = 100_000;

impl<'p> Walk<'p> {
    fn new(pictures: &'p [String], backgrounds: Backgrounds) -> Self {
        let (oddities, code_budget) = (Oddities::default(), set_as_code::Budget::default());
        Self { oddities, pictures, backgrounds, kept_lines: 0, code_budget }
    }

    /// Reads what stands inside an element.
    pub(super) fn children(&mut self, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
        let around = Around { depth: around.depth + 1, ..around };
        for node in element.children() {
            match node {
                Node::Text(text) => flow.text(text, self.with_lines(text, around.setting)),
                Node::Element(element) if around.depth > DEEPEST => flow.line.text(&element.text(), around.setting),
                Node::Element(element) => self.element(element, around, flow),
            }
        }
    }

    /// The setting of a text, whose line ends become blanks beyond those that are kept.
    fn with_lines<'a>(&mut self, text: &str, setting: super::inline::Setting<'a>) -> super::inline::Setting<'a> {
        if !setting.keeps_lines {
            return setting;
        }
        let lines = text.bytes().filter(|byte| *byte == b'\n').count();
        let keeps_lines = self.kept_lines + lines <= MOST_LINES;
        if keeps_lines {
            self.kept_lines += lines;
        } else {
            self.oddities.add(Oddity::TooManyElements);
        }
        super::inline::Setting { keeps_lines, ..setting }
    }

    /// Reads what stands inside an element as blocks of its own.
    pub(super) fn blocks(&mut self, element: Element<'_>, around: Around<'_>) -> Vec<Block> {
        let mut flow = Flow::default();
        self.children(element, around, &mut flow);
        flow.into_blocks()
    }

    /// Reads what stands inside an element whose own style counts.
    pub(super) fn styled(&mut self, element: Element<'_>, around: Around<'_>) -> Vec<Block> {
        let css = Css::parse(element.attribute("style").unwrap_or_default());
        self.blocks(element, around.within(element, css))
    }

    /// Reads an element.
    pub(super) fn element(&mut self, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
        let css = picture::style(element);
        if css.display == Display::None || is_dropped(element) || self.special(element, around, flow) {
            return;
        }
        let around = around.within(element, css);
        picture::read_behind(self, element, css, around, flow);
        match element.name() {
            "br" => flow.line_break(),
            "hr" => flow.push(Block::Rule),
            "a" if around.links == Links::Short && link::is_long(element) => {
                self.oddities.add(Oddity::TooManyElements);
                self.children(element, around, flow);
            }
            "a" => link::read(self, element, around, flow),
            "pre" => code::read_block(self, element, around, flow),
            "code" | "kbd" | "samp" | "tt" => code::read_inline(self, element, around, flow),
            "ul" | "ol" | "menu" | "dir" => list::read(self, element, around, flow),
            "li" => list::read_stray_item(self, element, around, flow),
            "blockquote" => self.quote(element, around, flow),
            "table" => table::read(self, element, around, flow),
            "svg" => drawing::read(self, element, around, flow),
            name => match heading_level(name) {
                Some(level) => self.heading(element, level, around, flow),
                None => self.through(element, css, around, flow),
            },
        }
    }

    /// Reads formulas, pictures and cards, which are told by more than their name.
    fn special(&mut self, element: Element<'_>, around: Around<'_>, flow: &mut Flow) -> bool {
        if let Some(formula) = element.attribute("data-formula").map(str::trim).filter(|formula| !formula.is_empty()) {
            read_formula(element, formula, around, flow);
            return true;
        }
        if let Some(formula) = annotation(element) {
            read_formula(element, formula, around, flow);
            return true;
        }
        picture::read(self, element, around, flow) || card::read(self, element, around, flow)
    }

    /// Reads an element that means nothing but, perhaps, a block.
    fn through(&mut self, element: Element<'_>, css: Css<'_>, around: Around<'_>, flow: &mut Flow) {
        let name = element.name();
        if name.starts_with("mp") && name.contains('-') {
            self.oddities.add(Oddity::UnknownElement);
        }
        let is_block = if is_block(name) { css.display != Display::Inline } else { css.display == Display::Block };
        if is_block {
            flow.end_line();
        }
        if is_block && around.setting.keeps_lines && self.pictures.is_empty() {
            let lines = set_as_code::lines(element, around.setting, &mut self.code_budget);
            if let Some(lines) = lines {
                return flow.push_code_lines(&lines);
            }
        }
        self.children(element, around, flow);
        if is_block {
            flow.end_line();
        }
    }

    fn heading(&mut self, element: Element<'_>, level: u8, around: Around<'_>, flow: &mut Flow) {
        let blocks = self.blocks(element, around);
        let is_text = |inline: &Inline| !matches!(inline.kind, InlineKind::Image(_) | InlineKind::Break);
        // Code or a table among the words can't be part of a heading: the words before and after can.
        for part in blocks.chunk_by(|one, next| is_plain(slice::from_ref(one)) == is_plain(slice::from_ref(next))) {
            let mut content = if is_plain(part) { flatten(part) } else { Vec::new() };
            if content.iter().any(is_text) {
                heading::drop_bold(&mut content);
                flow.push(Block::Heading(Heading { level, content }));
            } else {
                flow.extend(part.to_vec());
            }
        }
    }

    /// Reads a quotation; the site's own quote cards name their source in attributes (anatomy §3.9).
    fn quote(&mut self, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
        let mut blocks = self.blocks(element, around);
        if blocks.is_empty() {
            return;
        }
        blocks.extend(link::source_of_quote(element).map(Block::Paragraph));
        flow.push(Block::Quote(blocks));
    }
}

/// The LaTeX that `KaTeX` and other writers of `MathML` leave inside a formula, which holds it two times over.
fn annotation(element: Element<'_>) -> Option<&str> {
    let is_formula = element.name() == "math" || element.has_class("katex") || element.has_class("katex-display");
    let is_latex = |found: &Element<'_>| {
        found.name() == "annotation" && found.attribute("encoding").is_some_and(|encoding| encoding.contains("tex"))
    };
    let annotation = is_formula.then(|| element.descendants().find(is_latex)).flatten()?;
    let text = annotation.children().find_map(|node| match node {
        Node::Text(text) => Some(text.trim()),
        Node::Element(_) => None,
    });
    text.filter(|text| !text.is_empty())
}

/// Reads a formula that editors keep as LaTeX beside its picture (anatomy §3.7).
fn read_formula(element: Element<'_>, formula: &str, around: Around<'_>, flow: &mut Flow) {
    let is_block = match element.attribute("data-formula-type") {
        Some(kind) => kind.contains("block"),
        None => {
            is_block(element.name())
                || element.has_class("katex-display")
                || element.attribute("display") == Some("block")
        }
    };
    if is_block {
        flow.push(Block::Math(formula.to_owned()));
    } else {
        flow.line.push(InlineKind::Math(formula.to_owned()), around.setting);
    }
}

fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

/// Elements that hold nothing for a reader.
fn is_dropped(element: Element<'_>) -> bool {
    matches!(
        element.name(),
        "script"
            | "style"
            | "noscript"
            | "template"
            | "head"
            | "title"
            | "meta"
            | "link"
            | "mp-style-type"
            | "mp-caret"
            // The words of a drawn formula for readers who can't see it.
            | "mjx-assistive-mml"
    ) || element.has_class("code-snippet__line-index")
}

/// Elements that stand on lines of their own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "foreignobject"
            | "foreignObject"
            | "form"
            | "header"
            | "hgroup"
            | "legend"
            | "main"
            | "nav"
            | "p"
            | "section"
            | "summary"
            | "tbody"
            | "td"
            | "text"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
    )
}
