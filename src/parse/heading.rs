//! Guesses which lines are meant as headings, for those who ask for it.
//!
//! Real headings come from Markdown editors only; elsewhere authors set a short line bold or large (anatomy §3.8). No
//! rule tells these apart for certain, so by default lines stay what they are marked as. Asked to guess, a line becomes
//! a heading if it stands alone, is wholly bold or at least 2 px larger than the text of the article, has at most 40
//! characters and does not end like a sentence. The largest size of such lines is level 2, the next level 3, the rest 4;
//! below the headings that the page marks, if it marks any.

use crate::model::{Block, Heading, Inline, InlineKind, Style};

/// Which lines become headings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Headings {
    /// Those that the page marks as such.
    #[default]
    Marked,
    /// Also short lines that are wholly bold or larger than the text.
    Guessed,
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Measure {
    /// The smallest size of its letters, in tenths of a pixel.
    pub(super) size: u16,
    /// How many letters it has.
    pub(super) letters: usize,
}

/// Letters of a heading at most.
const LONGEST: usize = 40;

/// How much larger than the text a heading is, in tenths of a pixel.
const LARGER: u16 = 20;

/// Takes bold from a heading that is bold as a whole: that is what makes it one. Words of a longer one that are bold
/// alone stay so.
pub(super) fn without_bold(mut content: Vec<Inline>) -> Vec<Inline> {
    let is_word = |run: &Inline| match &run.kind {
        InlineKind::Text(text) => text.chars().any(char::is_alphanumeric),
        InlineKind::Code(_) | InlineKind::Math(_) => true,
        _ => false,
    };
    if content.iter().filter(|run| is_word(run)).all(|run| run.style.contains(Style::STRONG)) {
        for run in &mut content {
            run.style = run.style.without(Style::STRONG);
        }
    }
    content
}

/// Makes headings of the paragraphs that look like one; measures are given with the place of their paragraph.
pub(super) fn guess(mut blocks: Vec<Block>, measures: &[(usize, Measure)]) -> Vec<Block> {
    let text_size = text_size(measures);
    let is_heading = |(at, measure): &&(usize, Measure)| match blocks.get(*at) {
        Some(Block::Paragraph(content)) => is_heading(content, *measure, text_size),
        _ => false,
    };
    let found: Vec<(usize, Measure)> = measures.iter().filter(is_heading).copied().collect();
    let mut sizes: Vec<u16> = found.iter().map(|(_, measure)| measure.size).collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    sizes.dedup();
    let above = blocks.iter().filter_map(marked_level).max().unwrap_or(1);
    for (at, measure) in found {
        let rank = sizes.iter().position(|size| *size == measure.size).unwrap_or(2).min(2);
        let level = u8::try_from(rank).map_or(6, |rank| (above + 1 + rank).min(6));
        if let Some(Block::Paragraph(content)) = blocks.get_mut(at) {
            let mut content = std::mem::take(content);
            for run in &mut content {
                run.style = run.style.without(Style::STRONG);
            }
            blocks[at] = Block::Heading(Heading { level, content });
        }
    }
    blocks
}

/// The level of a heading that the page marks as such.
fn marked_level(block: &Block) -> Option<u8> {
    match block {
        Block::Heading(heading) => Some(heading.level),
        _ => None,
    }
}

/// The size that most letters have.
fn text_size(measures: &[(usize, Measure)]) -> u16 {
    let mut letters: std::collections::BTreeMap<u16, usize> = std::collections::BTreeMap::new();
    for (_, measure) in measures {
        *letters.entry(measure.size).or_default() += measure.letters;
    }
    letters.into_iter().max_by_key(|(_, letters)| *letters).map_or(0, |(size, _)| size)
}

fn is_heading(content: &[Inline], measure: Measure, text_size: u16) -> bool {
    let is_words = |run: &Inline| matches!(run.kind, InlineKind::Text(_) | InlineKind::Code(_));
    let is_bold = content.iter().all(|run| run.style.contains(Style::STRONG));
    let is_large = measure.size >= text_size + LARGER;
    let has_comma = content.iter().any(|run| matches!(&run.kind, InlineKind::Text(words) if words.contains('，')));
    let ends_like_a_sentence = match content.last().map(|run| &run.kind) {
        Some(InlineKind::Text(words)) if has_comma && words.trim_end().ends_with(['！', '？', '!', '?']) => true,
        Some(InlineKind::Text(words)) => words.trim_end().ends_with(['。', '，', '；', '：', '…', '.', ',', ';', ':']),
        _ => false,
    };
    content.iter().all(is_words)
        && content.iter().any(|run| run.link.is_none())
        && (is_bold || is_large)
        && (2..=LONGEST).contains(&measure.letters)
        && !ends_like_a_sentence
}
