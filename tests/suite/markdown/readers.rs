//! What two readers of Markdown make of a text, in the form that is compared.

use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options as ComrakOptions, parse_document};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use wxarchive::model::Style;

use super::normal::{Atom, Document, Node, What, address, collapse, is_visible, list, settle};

/// Inline content under construction.
#[derive(Default)]
struct Content {
    atoms: Vec<Atom>,
    style: Vec<Style>,
    link: Vec<String>,
    code_starts: Vec<usize>,
}

impl Content {
    fn push(&mut self, what: What) {
        let style = self.style.iter().fold(Style::PLAIN, |all, style| all | *style);
        self.atoms.push(Atom { what, style, link: self.link.last().cloned() });
    }

    fn text(&mut self, text: &str) {
        text.chars().for_each(|char| self.push(What::Char(char)));
    }

    fn html(&mut self, tag: &str) {
        if tag == "<!-- -->" {
            return;
        }
        let style = match tag.trim_start_matches("</").trim_start_matches('<') {
            "b>" => Style::STRONG,
            "i>" => Style::EMPHASIS,
            "del>" => Style::STRIKE,
            "sup>" => Style::SUPERSCRIPT,
            "sub>" => Style::SUBSCRIPT,
            "br>" => return self.push(What::Break),
            "code>" => return self.code(tag),
            _ => return self.text(&format!("!html {tag}")),
        };
        if tag.starts_with("</") {
            assert_eq!(self.style.pop(), Some(style), "{tag}");
        } else {
            self.style.push(style);
        }
    }

    /// Makes code of the words since the tag was opened.
    fn code(&mut self, tag: &str) {
        if tag == "<code>" {
            return self.code_starts.push(self.atoms.len());
        }
        let start = self.code_starts.pop().unwrap();
        let words = self.atoms.drain(start..).map(|atom| match atom.what {
            What::Char(char) => char.to_string(),
            other => format!("{other:?}"),
        });
        let words = words.collect();
        self.push(What::Verbatim(words));
    }

    fn finish(&mut self) -> Vec<Atom> {
        settle(std::mem::take(&mut self.atoms))
    }
}

/// A paragraph, or the formula it consists of.
fn paragraph(atoms: Vec<Atom>) -> Node {
    match atoms.as_slice() {
        [Atom { what: What::Display(formula), .. }] => Node::Math(collapse(formula)),
        _ => Node::Paragraph(atoms),
    }
}

fn code(info: &str, text: &str) -> Node {
    let text = text.strip_suffix('\n').unwrap_or(text);
    if info == "math" { Node::Math(collapse(text)) } else { Node::Code(info.to_owned(), text.to_owned()) }
}

/// What pulldown-cmark reads.
pub(super) fn pulldown(markdown: &str) -> Document {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let mut reader = Pulldown { nodes: vec![Vec::new()], ..Pulldown::default() };
    Parser::new_ext(markdown, options).for_each(|event| reader.event(event));
    let mut notes = reader.notes;
    notes.sort_by(|one, other| one.0.cmp(&other.0));
    Document { nodes: reader.nodes.pop().unwrap_or_default(), notes }
}

#[derive(Default)]
struct Pulldown {
    nodes: Vec<Vec<Node>>,
    items: Vec<Vec<Vec<Node>>>,
    starts: Vec<Option<u64>>,
    rows: Vec<Vec<Vec<Atom>>>,
    content: Content,
    code: Option<(String, String)>,
    image: Option<(String, String)>,
    labels: Vec<String>,
    notes: Vec<(String, Vec<Atom>)>,
}

impl Pulldown {
    fn push(&mut self, node: Node) {
        if is_visible(&node) {
            self.nodes.last_mut().unwrap().push(node);
        }
    }

    /// Ends the paragraph that tight items do not announce.
    fn end_paragraph(&mut self) {
        let atoms = self.content.finish();
        self.push(paragraph(atoms));
    }

    fn event(&mut self, event: Event<'_>) {
        if let (Some((_, alt)), Event::Text(text) | Event::Code(text)) = (&mut self.image, &event) {
            return alt.push_str(text);
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.content.text(&text),
            },
            Event::Code(text) | Event::InlineMath(text) => self.content.push(What::Verbatim(text.to_string())),
            Event::DisplayMath(text) => self.content.push(What::Display(text.to_string())),
            Event::InlineHtml(tag) => self.content.html(&tag),
            Event::Html(html) if html.trim_end() == "<!-- -->" => {}
            Event::Html(html) => self.content.text(&format!("!html block {html}")),
            Event::FootnoteReference(label) => self.content.push(What::Marker(label.to_string())),
            Event::SoftBreak => self.content.text("!soft"),
            Event::HardBreak => self.content.push(What::Break),
            Event::Rule => {
                self.end_paragraph();
                self.push(Node::Rule);
            }
            Event::TaskListMarker(_) => self.content.text("!task"),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis => self.content.style.push(Style::EMPHASIS),
            Tag::Strong => self.content.style.push(Style::STRONG),
            Tag::Strikethrough => self.content.style.push(Style::STRIKE),
            Tag::Link { dest_url, .. } => self.content.link.push(address(&dest_url)),
            Tag::Image { dest_url, .. } => self.image = Some((address(&dest_url), String::new())),
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            Tag::TableCell => {}
            block => {
                self.end_paragraph();
                match block {
                    Tag::CodeBlock(CodeBlockKind::Fenced(info)) => self.code = Some((info.to_string(), String::new())),
                    Tag::CodeBlock(CodeBlockKind::Indented) => self.code = Some(("!indented".into(), String::new())),
                    Tag::List(start) => {
                        self.starts.push(start);
                        self.items.push(Vec::new());
                    }
                    Tag::FootnoteDefinition(label) => {
                        self.labels.push(label.to_string());
                        self.nodes.push(Vec::new());
                    }
                    Tag::Item | Tag::BlockQuote(_) => self.nodes.push(Vec::new()),
                    _ => {}
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => drop(self.content.style.pop()),
            TagEnd::Link => drop(self.content.link.pop()),
            TagEnd::Image => {
                let (url, alt) = self.image.take().unwrap();
                self.content.push(What::Image(url, collapse(&alt)));
            }
            TagEnd::TableCell => {
                let cell = self.content.finish();
                self.rows.last_mut().unwrap().push(cell);
            }
            TagEnd::TableHead | TagEnd::TableRow => {}
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.rows);
                self.push(Node::Table(rows));
            }
            TagEnd::Heading(level) => {
                let atoms = self.content.finish();
                self.push(Node::Heading(level as u8, atoms));
            }
            TagEnd::CodeBlock => {
                let (info, text) = self.code.take().unwrap();
                self.push(code(&info, &text));
            }
            TagEnd::Item => {
                self.end_paragraph();
                let item = self.nodes.pop().unwrap();
                self.items.last_mut().unwrap().push(item);
            }
            TagEnd::List(_) => {
                let list = list(self.starts.pop().unwrap(), self.items.pop().unwrap());
                self.push(list);
            }
            TagEnd::BlockQuote(_) => {
                self.end_paragraph();
                let quote = Node::Quote(self.nodes.pop().unwrap());
                self.push(quote);
            }
            TagEnd::FootnoteDefinition => {
                self.end_paragraph();
                let nodes = self.nodes.pop().unwrap();
                self.notes.push((self.labels.pop().unwrap(), note(nodes)));
            }
            _ => self.end_paragraph(),
        }
    }
}

/// The content of a note, which is one paragraph.
fn note(nodes: Vec<Node>) -> Vec<Atom> {
    match <[Node; 1]>::try_from(nodes) {
        Ok([Node::Paragraph(atoms)]) => atoms,
        Ok(other) => panic!("a note of {other:?}"),
        Err(nodes) if nodes.is_empty() => Vec::new(),
        Err(nodes) => panic!("a note of {nodes:?}"),
    }
}

/// What comrak reads.
pub(super) fn comrak(markdown: &str) -> Document {
    let mut options = ComrakOptions::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.footnotes = true;
    options.extension.tasklist = true;
    options.extension.math_dollars = true;
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options);
    let mut notes = Vec::new();
    let nodes = comrak_nodes(root, &mut notes);
    notes.sort_by(|one: &(String, _), other| one.0.cmp(&other.0));
    Document { nodes, notes }
}

fn comrak_nodes<'a>(parent: &'a AstNode<'a>, notes: &mut Vec<(String, Vec<Atom>)>) -> Vec<Node> {
    let mut nodes = Vec::new();
    for child in parent.children() {
        let value = child.data.borrow().value.clone();
        nodes.push(match value {
            NodeValue::Paragraph => paragraph(comrak_content(child)),
            NodeValue::Heading(heading) => Node::Heading(heading.level, comrak_content(child)),
            NodeValue::BlockQuote => Node::Quote(comrak_nodes(child, notes)),
            NodeValue::ThematicBreak => Node::Rule,
            NodeValue::CodeBlock(block) => code(if block.fenced { &block.info } else { "!indented" }, &block.literal),
            NodeValue::List(shape) => {
                let start = (shape.list_type == ListType::Ordered).then_some(shape.start as u64);
                list(start, child.children().map(|item| comrak_item(item, notes)).collect())
            }
            NodeValue::Table(_) => Node::Table(
                child.children().map(|row| row.children().map(|cell| comrak_content(cell)).collect()).collect(),
            ),
            NodeValue::FootnoteDefinition(definition) => {
                let nodes = comrak_nodes(child, notes);
                notes.push((definition.name, note(nodes)));
                continue;
            }
            NodeValue::HtmlBlock(html) if html.literal.trim_end() == "<!-- -->" => continue,
            other => panic!("comrak reads {other:?}"),
        });
    }
    nodes.retain(is_visible);
    nodes
}

fn comrak_item<'a>(item: &'a AstNode<'a>, notes: &mut Vec<(String, Vec<Atom>)>) -> Vec<Node> {
    let is_task = matches!(item.data.borrow().value, NodeValue::TaskItem(_));
    if is_task { vec![Node::Code("!task".into(), "!task".into())] } else { comrak_nodes(item, notes) }
}

fn comrak_content<'a>(parent: &'a AstNode<'a>) -> Vec<Atom> {
    let mut content = Content::default();
    comrak_inline(parent, &mut content);
    content.finish()
}

fn comrak_inline<'a>(parent: &'a AstNode<'a>, content: &mut Content) {
    for child in parent.children() {
        let value = child.data.borrow().value.clone();
        let style = match value {
            NodeValue::Text(text) => {
                content.text(&text);
                continue;
            }
            NodeValue::Code(code) => {
                content.push(What::Verbatim(code.literal));
                continue;
            }
            NodeValue::Math(math) if math.display_math => {
                content.push(What::Display(math.literal));
                continue;
            }
            NodeValue::Math(math) => {
                content.push(What::Verbatim(math.literal));
                continue;
            }
            NodeValue::LineBreak => {
                content.push(What::Break);
                continue;
            }
            NodeValue::SoftBreak => {
                content.text("!soft");
                continue;
            }
            NodeValue::HtmlInline(tag) => {
                content.html(&tag);
                continue;
            }
            NodeValue::FootnoteReference(reference) => {
                content.push(What::Marker(reference.name));
                continue;
            }
            NodeValue::Link(link) => {
                content.link.push(address(&link.url));
                comrak_inline(child, content);
                content.link.pop();
                continue;
            }
            NodeValue::Image(image) => {
                let mut alt = Content::default();
                comrak_inline(child, &mut alt);
                let words = alt.atoms.iter().map(|atom| match &atom.what {
                    What::Char(char) => char.to_string(),
                    other => format!("{other:?}"),
                });
                content.push(What::Image(address(&image.url), collapse(&words.collect::<String>())));
                continue;
            }
            NodeValue::Emph => Style::EMPHASIS,
            NodeValue::Strong => Style::STRONG,
            NodeValue::Strikethrough => Style::STRIKE,
            other => panic!("comrak reads {other:?}"),
        };
        content.style.push(style);
        comrak_inline(child, content);
        content.style.pop();
    }
}
