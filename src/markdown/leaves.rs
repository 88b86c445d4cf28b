//! Walks over a tree of blocks without a call stack, since pages nest deeper than one.

use crate::model::{Block, Inline};

/// The blocks that hold no other blocks, in reading order.
pub(super) fn leaves(blocks: &[Block]) -> impl Iterator<Item = &Block> {
    let mut pending: Vec<&Block> = blocks.iter().rev().collect();
    std::iter::from_fn(move || {
        loop {
            match pending.pop()? {
                Block::Quote(blocks) => pending.extend(blocks.iter().rev()),
                Block::List(list) => pending.extend(list.items.iter().rev().flat_map(|item| item.iter().rev())),
                leaf => return Some(leaf),
            }
        }
    })
}

/// The inline content of a block that holds no other blocks; that of footnotes is left out.
pub(super) fn inlines(leaf: &Block) -> impl Iterator<Item = &Inline> {
    let (content, table) = match leaf {
        Block::Heading(heading) => (heading.content.as_slice(), None),
        Block::Paragraph(content) => (content.as_slice(), None),
        Block::Table(table) => (&[][..], Some(table)),
        _ => (&[][..], None),
    };
    let rows = table.into_iter().flat_map(|table| table.header.iter().chain(&table.rows));
    content.iter().chain(rows.flatten().flatten())
}

/// Whether anything of this would be seen.
pub(super) fn is_visible(block: &Block) -> bool {
    leaves(std::slice::from_ref(block)).any(|leaf| match leaf {
        Block::Heading(heading) => super::run::is_visible(&heading.content),
        Block::Paragraph(content) => super::run::is_visible(content),
        Block::Code { text, .. } | Block::Math(text) => !text.trim().is_empty(),
        Block::Table(table) => table.header.iter().chain(&table.rows).any(|row| !row.is_empty()),
        Block::Footnotes(notes) => !notes.is_empty(),
        Block::Rule => true,
        Block::List(_) | Block::Quote(_) => false,
    })
}
