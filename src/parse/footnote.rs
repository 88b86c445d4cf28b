//! Finds reference markers in the text and the list at the end that they point to, and makes footnotes of both.
//!
//! Links to foreign sites are not allowed in articles, so authors write `text[1]` and a list of addresses
//! (anatomy §3.11). Markers and entries must match one to one, and the list must end the article: Markdown shows
//! footnotes at the end, wherever they are written. Markers in headings and tables leave everything as it is: a heading
//! is a name to link to, and few renderers read references in tables.

use std::collections::BTreeSet;

use crate::model::{Block, Footnote, Inline, InlineKind, Style};

/// Makes footnotes where everything matches; gives the blocks back unchanged where it doesn't.
pub(super) fn find(mut blocks: Vec<Block>) -> Vec<Block> {
    let Some((start, end)) = list(&blocks) else { return blocks };
    let notes = entries(&blocks[start..end]);
    let labels: BTreeSet<&str> = notes.iter().map(|note| note.label.as_str()).collect();
    let markers = markers(&blocks[..start]);
    let is_one_to_one = labels.len() == notes.len() && markers.iter().map(String::as_str).eq(labels.iter().copied());
    if !is_one_to_one || blocks[..start].iter().any(marks_a_name) {
        return blocks;
    }
    blocks.splice(start..end, [Block::Footnotes(notes)]);
    blocks[..start].iter_mut().for_each(mark);
    blocks
}

/// Where the list stands: the last run of paragraphs that begins with an entry, with nothing to read after it.
fn list(blocks: &[Block]) -> Option<(usize, usize)> {
    let end = blocks.iter().rposition(|block| !is_silent(block))? + 1;
    let start = blocks[..end].iter().rposition(|block| !matches!(block, Block::Paragraph(_)))?.checked_add(1)?;
    let first = blocks[start..end].iter().position(|block| lines(block).next().and_then(label).is_some())?;
    Some((start + first, end))
}

/// Whether a block has nothing to read, as pictures and rules.
fn is_silent(block: &Block) -> bool {
    match block {
        Block::Rule => true,
        Block::Paragraph(content) => {
            content.iter().all(|run| matches!(run.kind, InlineKind::Image(_) | InlineKind::Card(_) | InlineKind::Break))
        }
        _ => false,
    }
}

/// The entries: a line that begins with `[1]` and those after it up to the next.
fn entries(blocks: &[Block]) -> Vec<Footnote> {
    let mut notes: Vec<Footnote> = Vec::new();
    for content in blocks.iter().flat_map(lines) {
        if let Some(label) = label(content) {
            notes.push(Footnote { content: without_label(content, &label), label });
        } else {
            let Some(note) = notes.last_mut() else { continue };
            if !note.content.is_empty() {
                note.content.push(Inline::text(" "));
            }
            note.content.extend_from_slice(content);
        }
    }
    notes
}

/// The lines of a paragraph.
fn lines(block: &Block) -> impl Iterator<Item = &[Inline]> {
    let content: &[Inline] = if let Block::Paragraph(content) = block { content } else { &[] };
    content.split(|run| run.kind == InlineKind::Break).filter(|line| !line.is_empty())
}

/// Whether a heading or table holds a marker.
fn marks_a_name(block: &Block) -> bool {
    match block {
        Block::Heading(_) | Block::Table(_) => !markers(std::slice::from_ref(block)).is_empty(),
        Block::Quote(blocks) => blocks.iter().any(marks_a_name),
        Block::List(list) => list.items.iter().flatten().any(marks_a_name),
        Block::Paragraph(_) | Block::Code { .. } | Block::Math(_) | Block::Rule | Block::Footnotes(_) => false,
    }
}

/// The label of an entry: `[1]` at its start.
fn label(content: &[Inline]) -> Option<String> {
    let InlineKind::Text(text) = &content.first()?.kind else { return None };
    let (label, _) = text.strip_prefix('[')?.split_once(']')?;
    is_label(label).then(|| label.to_owned())
}

fn is_label(label: &str) -> bool {
    (1..=3).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_label(content: &[Inline], label: &str) -> Vec<Inline> {
    let mut content = content.to_vec();
    if let Some(Inline { kind: InlineKind::Text(text), .. }) = content.first_mut() {
        *text = text[label.len() + 2..].trim_start().to_owned();
        if text.is_empty() {
            content.remove(0);
        }
    }
    content
}

/// The labels of all markers.
fn markers(blocks: &[Block]) -> BTreeSet<String> {
    let mut labels = BTreeSet::new();
    for block in blocks {
        block.for_each_inline(&mut |run| labels.extend(marked(run)));
    }
    labels
}

/// The labels in a run of raised text that is nothing but `[1]`, or `[1][2]`; none in any other.
fn marked(run: &Inline) -> Vec<String> {
    let InlineKind::Text(text) = &run.kind else { return Vec::new() };
    let Some(inside) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else { return Vec::new() };
    let labels: Vec<String> = inside.split("][").map(str::to_owned).collect();
    let is_marker = run.style.contains(Style::SUPERSCRIPT) && labels.iter().all(|label| is_label(label));
    if is_marker { labels } else { Vec::new() }
}

/// Makes references of the markers in a block.
fn mark(block: &mut Block) {
    match block {
        Block::Paragraph(content) => mark_runs(content),
        Block::Heading(heading) => mark_runs(&mut heading.content),
        Block::Quote(blocks) => blocks.iter_mut().for_each(mark),
        Block::List(list) => list.items.iter_mut().flatten().for_each(mark),
        Block::Table(table) => {
            table.header.iter_mut().chain(&mut table.rows).flatten().for_each(mark_runs);
        }
        Block::Code { .. } | Block::Math(_) | Block::Rule | Block::Footnotes(_) => {}
    }
}

fn mark_runs(content: &mut Vec<Inline>) {
    let mark = |run: Inline| {
        let labels = marked(&run);
        if labels.is_empty() {
            return vec![run];
        }
        labels.into_iter().map(|label| Inline::plain(InlineKind::FootnoteRef(label))).collect()
    };
    *content = std::mem::take(content).into_iter().flat_map(mark).collect();
}
