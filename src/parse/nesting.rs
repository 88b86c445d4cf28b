//! Follows how deep elements of one name are open, past the end tags that tables keep to themselves.
//!
//! By the HTML standard an end tag inside a cell of a table closes only what was opened in that cell, and the end of the
//! cell closes all of it. Editors leave stray and missing end tags in cells, which mean nothing to what is around.

use super::markup::Tag;

/// How many elements of one name are open at a place of the text.
#[derive(Debug)]
pub(super) struct Nesting {
    /// Outside of tables.
    open: usize,
    /// In each of the tables and cells around.
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    kind: PartKind,
    open: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartKind {
    Table,
    Cell,
}

impl Nesting {
    /// Begins behind the start tag of the outermost one.
    pub(super) fn new() -> Self {
        Self { open: 1, parts: Vec::new() }
    }

    /// Whether the outermost one is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.open == 0
    }

    /// Takes up the next tag of the text.
    pub(super) fn note(&mut self, tag: &Tag<'_>, name: &str) {
        if tag.is(name) {
            let open = self.parts.last_mut().map_or(&mut self.open, |part| &mut part.open);
            *open = if tag.closes { open.saturating_sub(1) } else { *open + 1 };
        } else if tag.is("table") {
            self.note_table(tag.closes);
        } else if let Some(Part { kind, .. }) = self.parts.last() {
            self.note_row(tag, *kind);
        }
    }

    fn note_table(&mut self, closes: bool) {
        if closes {
            let table = self.parts.iter().rposition(|part| part.kind == PartKind::Table);
            self.parts.truncate(table.unwrap_or(self.parts.len()));
            return;
        }
        // A table outside of the cells of another ends it.
        self.parts.pop_if(|part| part.kind == PartKind::Table);
        self.parts.push(Part { kind: PartKind::Table, open: 0 });
    }

    /// The tags of rows and cells end the cell before, whether or not it is closed.
    fn note_row(&mut self, tag: &Tag<'_>, around: PartKind) {
        let is_cell = ["td", "th", "caption"].iter().any(|name| tag.is(name));
        if !is_cell && !["tr", "tbody", "thead", "tfoot"].iter().any(|name| tag.is(name)) {
            return;
        }
        if around == PartKind::Cell {
            self.parts.pop();
        }
        if is_cell && !tag.closes {
            self.parts.push(Part { kind: PartKind::Cell, open: 0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::markup::Tags;
    use super::*;

    /// How many bytes of a text stand inside of a `div` that is open where it begins.
    fn inside(html: &str) -> Option<usize> {
        let mut nesting = Nesting::new();
        Tags::new(html).find_map(|tag| {
            nesting.note(&tag, "div");
            nesting.is_closed().then_some(tag.range.start)
        })
    }

    #[test]
    fn end_tags_close_what_was_opened_in_their_cell() {
        for content in [
            "<div>a</div>",
            "<table><tr><td>a</div></td></tr></table>",
            "<table><tr><td><div>a</td><td>b</div></div></table>",
            "<table><tr><td>a</div><tr><th>b</div></table><div>c</div>",
            "<table><tr><td><table><tr><td>a</div></table></div></td></tr></table>",
            "<table></div><table><tr><td></div></table>",
            "</td></table>",
        ] {
            assert_eq!(inside(&format!("{content}</div>x</div>")), Some(content.len()), "{content}");
        }
    }

    #[test]
    fn a_table_left_open_closes_nothing() {
        assert_eq!(inside("<table><tr><td>a</div></div>"), None);
    }
}
