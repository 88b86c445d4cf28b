//! What readers make of a text is put together here, in the form that is compared.

use wxarchive::model::Style;

use super::normal::{Atom, Node, What, address, clear_address, collapse, settle};

/// Inline content under construction.
#[derive(Default)]
pub(super) struct Content {
    pub(super) atoms: Vec<Atom>,
    pub(super) style: Vec<Style>,
    link: Vec<String>,
    link_starts: Vec<usize>,
    code_starts: Vec<usize>,
}

impl Content {
    pub(super) fn push(&mut self, what: What) {
        let style = self.style.iter().fold(Style::PLAIN, |all, style| all | *style);
        self.atoms.push(Atom { what, style, link: self.link.last().cloned() });
    }

    pub(super) fn text(&mut self, text: &str) {
        text.chars().for_each(|char| self.push(What::Char(char)));
    }

    pub(super) fn open_link(&mut self, url: &str) {
        self.link.push(address(url));
        self.link_starts.push(self.atoms.len());
    }

    pub(super) fn close_link(&mut self) {
        self.link.pop();
        let start = self.link_starts.pop().unwrap();
        clear_address(&mut self.atoms[start..]);
    }

    pub(super) fn html(&mut self, tag: &str) {
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

    pub(super) fn finish(&mut self) -> Vec<Atom> {
        settle(&std::mem::take(&mut self.atoms))
    }
}

/// A paragraph, or the formula it consists of.
pub(super) fn paragraph(atoms: Vec<Atom>) -> Node {
    match atoms.as_slice() {
        [Atom { what: What::Display(formula), .. }] => Node::Math(collapse(formula)),
        _ => Node::Paragraph(atoms),
    }
}

pub(super) fn code(info: &str, text: &str) -> Node {
    let text = text.strip_suffix('\n').unwrap_or(text);
    if info == "math" { Node::Math(collapse(text)) } else { Node::Code(info.to_owned(), text.to_owned()) }
}

/// The content of a note, which is one paragraph.
pub(super) fn note(nodes: Vec<Node>) -> Vec<Atom> {
    match <[Node; 1]>::try_from(nodes) {
        Ok([Node::Paragraph(atoms)]) => atoms,
        Ok(other) => panic!("a note of {other:?}"),
        Err(nodes) if nodes.is_empty() => Vec::new(),
        Err(nodes) => panic!("a note of {nodes:?}"),
    }
}
