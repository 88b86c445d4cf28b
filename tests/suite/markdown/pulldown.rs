//! What pulldown-cmark makes of a text.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use wxarchive::model::Style;

use super::normal::{Atom, Document, Node, What, address, collapse, is_visible, list};
use super::readers::{Content, code, note, paragraph};

/// What pulldown-cmark reads.
pub(super) fn read(markdown: &str) -> Document {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let mut reader = Pulldown { nodes: vec![Vec::new()], ..Pulldown::default() };
    Parser::new_ext(markdown, options).for_each(|event| reader.event(event));
    let mut definitions = reader.definitions;
    definitions.sort_by(|one, other| one.0.cmp(&other.0));
    Document { nodes: reader.nodes.pop().unwrap_or_default(), definitions }
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
    definitions: Vec<(String, Vec<Atom>)>,
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
            Tag::Link { dest_url, .. } => self.content.open_link(&dest_url),
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
            TagEnd::Link => self.content.close_link(),
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
                self.definitions.push((self.labels.pop().unwrap(), note(nodes)));
            }
            _ => self.end_paragraph(),
        }
    }
}
