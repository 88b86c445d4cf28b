//! The one door to the HTML parser: a read-only tree of elements and text.

use std::borrow::Cow;

use scraper::{ElementRef, Html, Node as Raw};

use super::limit::Dropped;
use super::tree::build;

/// A parsed piece of HTML.
pub(super) struct Dom {
    html: Html,
    /// How many elements became text because the piece nests too deep or has too many.
    pub(super) dropped: Dropped,
}

/// An element of the tree.
#[derive(Clone, Copy)]
pub(super) struct Element<'a>(ElementRef<'a>);

/// What stands inside an element.
pub(super) enum Node<'a> {
    /// An element.
    Element(Element<'a>),
    /// Text, entities resolved, blanks as written.
    Text(&'a str),
}

impl Dom {
    /// Parses the inside of a body.
    pub(super) fn parse(html: &str) -> Self {
        let (html, dropped) = build(html);
        Self { html, dropped }
    }

    /// The element around everything.
    pub(super) fn root(&self) -> Element<'_> {
        Element(self.html.root_element())
    }
}

impl<'a> Element<'a> {
    /// The name, in lower case.
    pub(super) fn name(self) -> &'a str {
        self.0.value().name()
    }

    /// The value of an attribute.
    pub(super) fn attribute(self, name: &str) -> Option<&'a str> {
        // The names of attributes are atoms, and making one to compare takes longer than comparing all.
        let attributes = &self.0.value().attrs;
        attributes.iter().find(|(found, _)| &*found.local == name && found.ns.is_empty()).map(|(_, value)| &**value)
    }

    /// The value of the first of some attributes that is there and not blank.
    pub(super) fn first_attribute(self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.attribute(name).map(str::trim).filter(|value| !value.is_empty()))
    }

    /// The value of an attribute of a drawing, which may carry a prefix, as `xlink:href`.
    pub(super) fn prefixed_attribute(self, name: &str) -> Option<&'a str> {
        self.0.value().attrs().find(|(found, _)| found.rsplit(':').next() == Some(name)).map(|(_, value)| value)
    }

    /// Whether the `class` attribute names this class.
    pub(super) fn has_class(self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|found| found == class))
    }

    /// The element around.
    pub(super) fn parent(self) -> Option<Self> {
        self.0.parent().and_then(ElementRef::wrap).map(Element)
    }

    /// Elements and text inside, in order; comments are left out.
    pub(super) fn children(self) -> impl Iterator<Item = Node<'a>> {
        self.0.children().filter_map(|child| match child.value() {
            Raw::Text(text) => Some(Node::Text(text)),
            Raw::Element(_) => ElementRef::wrap(child).map(|element| Node::Element(Element(element))),
            _ => None,
        })
    }

    /// The child elements, in order.
    pub(super) fn elements(self) -> impl Iterator<Item = Self> {
        self.0.child_elements().map(Element)
    }

    /// Every element below, in reading order.
    pub(super) fn descendants(self) -> impl Iterator<Item = Self> {
        self.0.descendent_elements().skip(1).map(Element)
    }

    /// All text below.
    pub(super) fn text(self) -> Cow<'a, str> {
        let mut pieces = self.0.text();
        let first = pieces.next().unwrap_or_default();
        pieces.fold(Cow::Borrowed(first), |text, piece| text + piece)
    }

    /// Whether any text but blanks stands below.
    pub(super) fn has_text(self) -> bool {
        self.0.text().any(|text| !text.trim().is_empty())
    }

    /// The element as HTML.
    pub(super) fn html(self) -> String {
        self.0.html()
    }
}
