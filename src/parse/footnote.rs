//! Finds reference markers in the text and the list at the end that they point to, and makes footnotes of both.
//!
//! Links to foreign sites are not allowed in articles, so authors write `text[1]` and a list of addresses
//! (anatomy §3.11). Markers and entries must match one to one, and the list must end the article: Markdown shows
//! footnotes at the end, wherever they are written. Markers in headings and tables leave everything as it is: a heading
//! is a name to link to, and few renderers read references in tables.

use std::collections::BTreeSet;

use super::marker;
use crate::model::{Block, Footnote, Inline, InlineKind, Style};

/// Makes footnotes where everything matches; where it doesn't, markers only lead to the addresses of the list.
pub(super) fn find(mut blocks: Vec<Block>) -> Vec<Block> {
    match notes(&blocks) {
        Some((start, end, notes)) => {
            blocks.splice(start..end, [Block::Footnotes(notes)]);
            blocks[..start].iter_mut().for_each(|block| block.for_each_content_mut(&mut mark_runs));
        }
        None => marker::link(&mut blocks),
    }
    blocks
}

/// The notes, and where their list stands.
fn notes(blocks: &[Block]) -> Option<(usize, usize, Vec<Footnote>)> {
    let (start, end) = list(blocks)?;
    let notes = entries(&blocks[start..end])?;
    let markers = markers(&blocks[..start]);
    let is_one_to_one = notes.iter().map(|note| &note.label).eq(&markers);
    let is_whole = is_one_to_one && is_counted(&markers) && !blocks[..start].iter().any(marks_a_name);
    is_whole.then_some((start, end, notes))
}

/// Whether the labels count from 1: readers number notes anew in the order of their first use.
fn is_counted(labels: &[String]) -> bool {
    labels.iter().zip(1_usize..).all(|(label, number)| *label == number.to_string())
}

/// Where the list stands: the last run of paragraphs that begins with an entry, with nothing to read after it.
fn list(blocks: &[Block]) -> Option<(usize, usize)> {
    let end = blocks.iter().rposition(|block| !is_silent(block))? + 1;
    let start = blocks[..end].iter().rposition(|block| !matches!(block, Block::Paragraph(_))).map_or(0, |at| at + 1);
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

/// The entries: lines that begin with `[1]`, each with the lines after it in its paragraph; `None` where a paragraph
/// belongs to none of them, as the author's name after the list.
fn entries(blocks: &[Block]) -> Option<Vec<Footnote>> {
    let mut notes: Vec<Footnote> = Vec::new();
    for block in blocks {
        let starts_note = lines(block).next().and_then(label).is_some();
        let continues = notes.last().is_some_and(|note| note.content.is_empty()) || is_address(block);
        if !starts_note && !continues {
            return None;
        }
        lines(block).for_each(|line| add_line(&mut notes, line));
    }
    Some(notes)
}

/// Adds a line: as a new entry, or to the one before it.
fn add_line(notes: &mut Vec<Footnote>, line: &[Inline]) {
    if let Some(label) = label(line) {
        notes.push(Footnote { content: without_label(line, &label), label });
    } else if let Some(note) = notes.last_mut() {
        if !note.content.is_empty() {
            note.content.push(Inline::text(" "));
        }
        note.content.extend_from_slice(line);
    }
}

/// Whether a paragraph is nothing but an address, as some editors set it below the name of the source.
pub(super) fn is_address(block: &Block) -> bool {
    let Block::Paragraph(content) = block else { return false };
    let [Inline { kind: InlineKind::Text(text), .. }] = content.as_slice() else { return false };
    text.starts_with("http") && !text.contains(char::is_whitespace)
}

/// The lines of a paragraph.
pub(super) fn lines(block: &Block) -> impl Iterator<Item = &[Inline]> {
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

/// The label of an entry: `[1]` at its start, which some editors set as code.
pub(super) fn label(content: &[Inline]) -> Option<String> {
    let (InlineKind::Text(text) | InlineKind::Code(text)) = &content.first()?.kind else { return None };
    let (label, _) = text.strip_prefix('[')?.split_once(']')?;
    is_label(label).then(|| label.to_owned())
}

fn is_label(label: &str) -> bool {
    (1..=3).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_label(content: &[Inline], label: &str) -> Vec<Inline> {
    let mut content = content.to_vec();
    cut(&mut content, label.len() + 2);
    cut(&mut content, 0);
    content
}

/// Cuts bytes and the blanks after them from the first run, and the run where nothing is left.
fn cut(content: &mut Vec<Inline>, bytes: usize) {
    let Some(Inline { kind: InlineKind::Text(text) | InlineKind::Code(text), .. }) = content.first_mut() else {
        return;
    };
    *text = text[bytes..].trim_start().to_owned();
    if text.is_empty() {
        content.remove(0);
    }
}

/// The labels of all markers, in the order of their first use.
fn markers(blocks: &[Block]) -> Vec<String> {
    let (mut labels, mut seen) = (Vec::new(), BTreeSet::new());
    let mut note = |run: &Inline| labels.extend(marked(run).into_iter().filter(|label| seen.insert(label.clone())));
    for block in blocks {
        block.for_each_inline(&mut note);
    }
    labels
}

/// The labels in a run of raised text that is nothing but `[1]`, or `[1][2]`; none in any other.
pub(super) fn marked(run: &Inline) -> Vec<String> {
    let InlineKind::Text(text) = &run.kind else { return Vec::new() };
    let Some(inside) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else { return Vec::new() };
    let labels: Vec<String> = inside.split("][").map(str::to_owned).collect();
    let is_marker = run.style.contains(Style::SUPERSCRIPT) && labels.iter().all(|label| is_label(label));
    if is_marker { labels } else { Vec::new() }
}

/// Makes references of the markers in some runs.
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
