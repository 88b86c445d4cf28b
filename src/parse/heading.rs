//! Guesses which lines are meant as headings, for those who ask for it.
//!
//! Real headings come from Markdown editors only; elsewhere authors set a short line bold or large (anatomy §3.8). No
//! rule tells these apart for certain, so by default lines stay what they are marked as. Asked to guess, a line becomes
//! a heading if it stands alone, is wholly bold or at least 2 px larger than the text of the article, has at most 40
//! characters and does not end like a sentence. The largest size of such lines is level 2, the next level 3, the rest 4;
//! but below a marked heading, every guessed one is at least one level deeper than that.

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
    /// The size of most of its letters, in tenths of a pixel; code, raised and lowered letters don't count.
    pub(super) size: u16,
    /// How many letters it has.
    pub(super) letters: usize,
    /// How far the letters of that size are ahead of the others.
    lead: usize,
}

impl Measure {
    /// Adds so many letters of a size, by the majority vote of Boyer and Moore; `None` where the size says nothing.
    pub(super) fn add(&mut self, letters: usize, size: Option<u16>) {
        self.letters += letters;
        match size {
            Some(size) if self.size == size => self.lead += letters,
            Some(size) if letters > self.lead => (self.size, self.lead) = (size, letters - self.lead),
            Some(_) => self.lead -= letters,
            None => {}
        }
    }
}

/// Letters of a heading at most.
const LONGEST: usize = 40;

/// How much larger than the text a heading is, in tenths of a pixel.
const LARGER: u16 = 20;

/// Takes the bold from a heading that is bold from end to end, where it means nothing; a bold part stays bold.
pub(super) fn drop_bold(content: &mut [Inline]) {
    let is_bold = |run: &Inline| match &run.kind {
        InlineKind::Text(words) => words.trim().is_empty() || run.style.contains(Style::STRONG),
        _ => true,
    };
    if content.iter().all(is_bold) {
        for run in content {
            run.style = run.style.without(Style::STRONG);
        }
    }
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
    let marked: Vec<(usize, u8)> = blocks.iter().enumerate().filter_map(marked_level).collect();
    for (at, measure) in found {
        let rank = sizes.iter().position(|size| *size == measure.size).unwrap_or(2).min(2);
        let above = marked[..marked.partition_point(|(marked, _)| *marked < at)].last();
        let level = above.map_or(1, |(_, level)| level + 1).max([2, 3, 4][rank]).min(6);
        if let Some(Block::Paragraph(content)) = blocks.get_mut(at) {
            let mut content = std::mem::take(content);
            drop_bold(&mut content);
            blocks[at] = Block::Heading(Heading { level, content });
        }
    }
    blocks
}

/// The level of a heading that the page marks as such, with its place.
fn marked_level((at, block): (usize, &Block)) -> Option<(usize, u8)> {
    match block {
        Block::Heading(heading) => Some((at, heading.level)),
        _ => None,
    }
}

/// The size that most letters have.
fn text_size(measures: &[(usize, Measure)]) -> u16 {
    let mut letters: std::collections::BTreeMap<u16, usize> = std::collections::BTreeMap::new();
    for (_, measure) in measures.iter().filter(|(_, measure)| measure.size > 0) {
        *letters.entry(measure.size).or_default() += measure.letters;
    }
    letters.into_iter().max_by_key(|(_, letters)| *letters).map_or(0, |(size, _)| size)
}

fn is_heading(content: &[Inline], measure: Measure, text_size: u16) -> bool {
    let is_words = |run: &Inline| matches!(run.kind, InlineKind::Text(_) | InlineKind::Code(_));
    let is_bold = content.iter().all(|run| run.style.contains(Style::STRONG));
    let is_large = measure.size >= text_size + LARGER;
    content.iter().all(is_words)
        && content.iter().any(|run| run.link.is_none())
        && (is_bold || is_large)
        && (2..=LONGEST).contains(&measure.letters)
        && !is_sentence(content)
}

/// Whether a line ends like a sentence; a question or a call is one where it has a comma, and else may be a heading.
fn is_sentence(content: &[Inline]) -> bool {
    let Some(Inline { kind: InlineKind::Text(last), .. }) = content.last() else { return false };
    let last = last.trim_end().trim_end_matches(['”', '’', '」', '』', '）', '"', ')']);
    let has_comma = || {
        let words = content.iter().filter_map(|run| match &run.kind {
            InlineKind::Text(words) => Some(words.as_str()),
            _ => None,
        });
        words.flat_map(str::chars).any(|char| "，；。,;".contains(char))
    };
    last.ends_with(['。', '，', '；', '：', '…', '.', ',', ';', ':'])
        || last.ends_with(['！', '？', '!', '?', '～', '~']) && has_comma()
}
