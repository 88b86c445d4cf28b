//! Makes one line of blocks, where a heading, a table cell or a link can hold no more.

use crate::model::{Block, Inline, InlineKind};

/// Lines of code that stay apart at most; more are one line, with blanks between them.
const MOST_LINES: usize = 10_000;

/// The blocks as one run of inline content, with breaks between their lines; no word is lost.
pub(super) fn flatten(blocks: &[Block]) -> Vec<Inline> {
    let mut content: Vec<Inline> = Vec::new();
    for line in blocks.iter().flat_map(lines).filter(|line| !line.is_empty()) {
        if !content.is_empty() {
            content.push(Inline::plain(InlineKind::Break));
        }
        content.extend(line);
    }
    content
}

/// Whether the blocks can be made one line without taking code or a table apart.
pub(super) fn is_plain(blocks: &[Block]) -> bool {
    blocks.iter().all(|block| match block {
        Block::Paragraph(_) | Block::Heading(_) | Block::Math(_) | Block::Rule => true,
        Block::Quote(blocks) => is_plain(blocks),
        Block::List(list) => list.items.iter().all(|item| is_plain(item)),
        Block::Code { .. } | Block::Table(_) | Block::Footnotes(_) => false,
    })
}

/// The lines of a block: code line by line, tables cell by cell.
fn lines(block: &Block) -> Vec<Vec<Inline>> {
    match block {
        Block::Paragraph(content) => vec![content.clone()],
        Block::Heading(heading) => vec![heading.content.clone()],
        Block::Quote(blocks) => blocks.iter().flat_map(lines).collect(),
        Block::List(list) => list.items.iter().flatten().flat_map(lines).collect(),
        Block::Math(formula) => vec![vec![Inline::plain(InlineKind::Math(formula.clone()))]],
        Block::Code { text, .. } if text.lines().nth(MOST_LINES).is_some() => {
            vec![vec![Inline::plain(InlineKind::Code(text.replace('\n', " ")))]]
        }
        Block::Code { text, .. } => {
            let code = |line: &str| vec![Inline::plain(InlineKind::Code(line.to_owned()))];
            text.lines().filter(|line| !line.trim().is_empty()).map(code).collect()
        }
        Block::Table(table) => table.header.iter().chain(&table.rows).flatten().cloned().collect(),
        Block::Footnotes(notes) => notes.iter().map(|note| note.content.clone()).collect(),
        Block::Rule => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn very_many_lines_of_code_are_one() {
        let code = |lines| flatten(&[Block::Code { language: None, text: "a\n".repeat(lines) }]).len();
        assert_eq!((code(3), code(MOST_LINES + 1)), (5, 1));
    }
}
