//! What comrak, which reads as GitHub does, makes of a text.

use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};
use wxarchive::model::Style;

use super::normal::{Atom, Document, Node, What, address, collapse, is_visible, list};
use super::readers::{Content, code, note, paragraph};

/// What comrak reads.
pub(super) fn read(markdown: &str) -> Document {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.footnotes = true;
    options.extension.tasklist = true;
    options.extension.math_dollars = true;
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options);
    let mut definitions = Vec::new();
    let nodes = read_nodes(root, &mut definitions);
    definitions.sort_by(|one: &(String, _), other| one.0.cmp(&other.0));
    Document { nodes, definitions }
}

fn read_nodes<'a>(parent: &'a AstNode<'a>, definitions: &mut Vec<(String, Vec<Atom>)>) -> Vec<Node> {
    let mut nodes = Vec::new();
    for child in parent.children() {
        let value = child.data.borrow().value.clone();
        nodes.push(match value {
            NodeValue::Paragraph => paragraph(read_content(child)),
            NodeValue::Heading(heading) => Node::Heading(heading.level, read_content(child)),
            NodeValue::BlockQuote => Node::Quote(read_nodes(child, definitions)),
            NodeValue::ThematicBreak => Node::Rule,
            NodeValue::CodeBlock(block) => code(if block.fenced { &block.info } else { "!indented" }, &block.literal),
            NodeValue::List(shape) => {
                let start = (shape.list_type == ListType::Ordered).then_some(shape.start as u64);
                list(start, child.children().map(|item| read_item(item, definitions)).collect())
            }
            NodeValue::Table(_) => Node::Table(
                child.children().map(|row| row.children().map(|cell| read_content(cell)).collect()).collect(),
            ),
            NodeValue::FootnoteDefinition(definition) => {
                let nodes = read_nodes(child, definitions);
                definitions.push((definition.name, note(nodes)));
                continue;
            }
            NodeValue::HtmlBlock(html) if html.literal.trim_end() == "<!-- -->" => continue,
            other => panic!("comrak reads {other:?}"),
        });
    }
    nodes.retain(is_visible);
    nodes
}

fn read_item<'a>(item: &'a AstNode<'a>, definitions: &mut Vec<(String, Vec<Atom>)>) -> Vec<Node> {
    let is_task = matches!(item.data.borrow().value, NodeValue::TaskItem(_));
    if is_task { vec![Node::Code("!task".into(), "!task".into())] } else { read_nodes(item, definitions) }
}

fn read_content<'a>(parent: &'a AstNode<'a>) -> Vec<Atom> {
    let mut content = Content::default();
    read_inline(parent, &mut content);
    content.finish()
}

fn read_inline<'a>(parent: &'a AstNode<'a>, content: &mut Content) {
    for child in parent.children() {
        let value = child.data.borrow().value.clone();
        let style = match value {
            NodeValue::Emph => Style::EMPHASIS,
            NodeValue::Strong => Style::STRONG,
            NodeValue::Strikethrough => Style::STRIKE,
            NodeValue::Link(link) => {
                content.open_link(&link.url);
                read_inline(child, content);
                content.close_link();
                continue;
            }
            NodeValue::Image(image) => {
                content.push(What::Image(address(&image.url), read_alt(child)));
                continue;
            }
            leaf => {
                read_leaf(leaf, content);
                continue;
            }
        };
        content.style.push(style);
        read_inline(child, content);
        content.style.pop();
    }
}

fn read_leaf(leaf: NodeValue, content: &mut Content) {
    match leaf {
        NodeValue::Text(text) => content.text(&text),
        NodeValue::Code(code) => content.push(What::Verbatim(code.literal)),
        NodeValue::Math(math) if math.display_math => content.push(What::Display(math.literal)),
        NodeValue::Math(math) => content.push(What::Verbatim(math.literal)),
        NodeValue::LineBreak => content.push(What::Break),
        NodeValue::SoftBreak => content.text("!soft"),
        NodeValue::HtmlInline(tag) => content.html(&tag),
        NodeValue::FootnoteReference(reference) => content.push(What::Marker(reference.name)),
        other => panic!("comrak reads {other:?}"),
    }
}

/// The description of a picture, without styles.
fn read_alt<'a>(image: &'a AstNode<'a>) -> String {
    let mut alt = Content::default();
    read_inline(image, &mut alt);
    let words = alt.atoms.iter().map(|atom| match &atom.what {
        What::Char(char) => char.to_string(),
        other => format!("{other:?}"),
    });
    collapse(&words.collect::<String>())
}
