//! Gathers runs of text into lines: merges equal neighbours and settles the blanks between them.
//!
//! The rule for blanks, as a reader sees them in a browser, with the habits of the site's editors in mind:
//! - blanks of HTML (space, tab, line ends) and the no-break and typographic spaces that editors put in their place
//!   (U+00A0, U+2002 to U+200A, U+202F, U+205F) are one ordinary space between words, however many they are, and
//!   nothing at the ends of a block and beside a line break;
//! - the full-width space U+3000 stays between words, and goes at the ends of a line, where it indents;
//! - invisible characters (U+200B, U+200C, U+2060, U+FEFF, U+00AD, control characters) go; U+200D stays where it joins
//!   two signs of an emoji;
//! - a space between two styles or links belongs to neither.

use super::heading::Measure;
use crate::model::{Inline, InlineKind, Style};

/// What is true of all runs in one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    /// The style.
    pub(super) style: Style,
    /// The target of the link around.
    pub(super) link: Option<&'a str>,
    /// Whether text is code.
    pub(super) code: bool,
    /// The size of letters, in tenths of a pixel.
    pub(super) size: u16,
    /// Whether line ends in the source end lines of the text.
    pub(super) keeps_lines: bool,
}

impl Default for Setting<'_> {
    /// The site sets articles in 17 px.
    fn default() -> Self {
        Self { style: Style::PLAIN, link: None, code: false, size: 170, keeps_lines: false }
    }
}

/// A line of runs that is being gathered.
#[derive(Debug, Default)]
pub(super) struct Line {
    runs: Vec<Inline>,
    /// A space was seen since the last run.
    space: bool,
    /// The element ended that holds the last run, which is code.
    code_ended: bool,
    measure: Measure,
}

impl Line {
    /// Whether the last thing gathered is a line break.
    pub(super) fn ends_in_break(&self) -> bool {
        self.runs.last().is_some_and(|run| run.kind == InlineKind::Break)
    }

    /// Adds text with blanks as written.
    pub(super) fn text(&mut self, text: &str, setting: Setting<'_>) {
        let mut word = String::new();
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            if is_blank(char) {
                self.word(&mut word, setting);
                self.space = true;
            } else if is_shown(char, before, chars.peek().copied()) {
                word.push(char);
            }
            before = Some(char);
        }
        self.word(&mut word, setting);
    }

    /// Adds a word with the space before it, if there is to be one.
    fn word(&mut self, word: &mut String, setting: Setting<'_>) {
        let starts_line = self.runs.is_empty() || self.ends_in_break();
        if starts_line {
            *word = word.trim_start_matches('\u{3000}').to_owned();
        }
        if word.is_empty() {
            return;
        }
        if self.space && !starts_line {
            self.gap(setting);
        }
        self.space = false;
        let is_set_apart =
            setting.code || setting.style != setting.style.without(Style::SUPERSCRIPT | Style::SUBSCRIPT);
        self.measure.add(word.chars().count(), Some(setting.size).filter(|_| !is_set_apart));
        self.append(word, setting);
        word.clear();
    }

    /// Puts the space in what both its neighbours have in common.
    fn gap(&mut self, next: Setting<'_>) {
        let Some(last) = self.runs.last() else { return };
        let same_link = last.link.as_deref() == next.link;
        let last_is_code = matches!(last.kind, InlineKind::Code(_));
        let shared =
            |part: Style| if last.style.contains(part) && next.style.contains(part) { part } else { Style::PLAIN };
        let style = [Style::STRONG, Style::EMPHASIS, Style::STRIKE, Style::SUPERSCRIPT, Style::SUBSCRIPT]
            .into_iter()
            .fold(Style::PLAIN, |style, part| style | shared(part));
        let link = next.link.filter(|_| same_link);
        let code = next.code && last_is_code && !self.code_ended && style == last.style && same_link;
        self.append(" ", Setting { style, link, code, ..next });
    }

    /// Notes the end of an element of code: a space after it is no part of the code, nor joins it with the next.
    pub(super) fn end_code(&mut self) {
        self.code_ended = true;
    }

    /// Adds words, to the last run where that is set alike.
    fn append(&mut self, words: &str, setting: Setting<'_>) {
        self.code_ended = false;
        if let Some(last) =
            self.runs.last_mut().filter(|last| last.style == setting.style && last.link.as_deref() == setting.link)
        {
            match (&mut last.kind, setting.code) {
                (InlineKind::Text(text), false) | (InlineKind::Code(text), true) => return text.push_str(words),
                _ => {}
            }
        }
        let kind = if setting.code { InlineKind::Code(words.to_owned()) } else { InlineKind::Text(words.to_owned()) };
        self.runs.push(Inline { kind, style: setting.style, link: setting.link.map(str::to_owned) });
    }

    /// Adds something that isn't text.
    pub(super) fn push(&mut self, kind: InlineKind, setting: Setting<'_>) {
        if self.space && !self.runs.is_empty() && !self.ends_in_break() {
            self.gap(setting);
        }
        self.space = false;
        // A picture or a card is neither bold nor raised.
        let is_words = matches!(kind, InlineKind::Math(_) | InlineKind::FootnoteRef(_));
        let style = if is_words { setting.style } else { Style::PLAIN };
        self.runs.push(Inline { kind, style, link: setting.link.map(str::to_owned) });
    }

    /// Adds a line break; none at the start.
    pub(super) fn line_break(&mut self) {
        self.space = false;
        self.trim_end();
        if !self.runs.is_empty() {
            self.runs.push(Inline::plain(InlineKind::Break));
        }
    }

    /// How the line is set that was gathered so far.
    pub(super) fn measure(&self) -> Measure {
        self.measure
    }

    /// Gives out what was gathered, and begins again.
    pub(super) fn take(&mut self) -> Vec<Inline> {
        self.space = false;
        self.measure = Measure::default();
        while self.ends_in_break() {
            self.runs.pop();
        }
        self.trim_end();
        let mut runs = std::mem::take(&mut self.runs);
        link_breaks(&mut runs);
        runs
    }

    /// Takes full-width spaces from the end of the line.
    fn trim_end(&mut self) {
        while let Some(Inline { kind: InlineKind::Text(text), .. }) = self.runs.last_mut() {
            text.truncate(text.trim_end_matches(['\u{3000}', ' ']).len());
            if !text.is_empty() {
                return;
            }
            self.runs.pop();
        }
    }
}

/// Makes breaks inside a link part of it, so that the link stays one.
fn link_breaks(runs: &mut [Inline]) {
    for at in 1..runs.len().saturating_sub(1) {
        if runs[at].kind == InlineKind::Break && runs[at - 1].link == runs[at + 1].link {
            let link = runs[at - 1].link.clone();
            runs[at].link = link;
        }
    }
}

/// Whether a character only separates words.
fn is_blank(char: char) -> bool {
    matches!(
        char,
        ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' | '\u{85}' | '\u{a0}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}'
    )
}

/// Whether a character, between its neighbours, is there for a reader.
fn is_shown(char: char, before: Option<char>, after: Option<char>) -> bool {
    match char {
        '\u{200b}' | '\u{200c}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => false,
        '\u{200d}' => before.is_some_and(is_sign) && after.is_some_and(is_sign),
        char => !char.is_control(),
    }
}

/// Whether a character may be part of a joined emoji.
fn is_sign(char: char) -> bool {
    matches!(char, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Setting<'static> =
        Setting { style: Style::PLAIN, link: None, code: false, size: 170, keeps_lines: false };
    const BOLD: Setting<'static> =
        Setting { style: Style::STRONG, link: None, code: false, size: 170, keeps_lines: false };

    fn shown(text: &str) -> String {
        let mut line = Line::default();
        line.text(text, PLAIN);
        line.take()
            .into_iter()
            .map(|run| if let InlineKind::Text(text) = run.kind { text } else { String::new() })
            .collect()
    }

    #[test]
    fn blanks_follow_the_rule() {
        for (text, expected) in [
            (" a \n\t b ", "a b"),
            ("a\u{a0}\u{a0}b\u{a0}", "a b"),
            ("\u{3000}\u{3000}中\u{3000}文\u{3000}", "中\u{3000}文"),
            ("a\u{200b}b\u{feff}", "ab"),
            ("👨\u{200d}👩 a\u{200d}b", "👨\u{200d}👩 ab"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn equal_neighbours_merge_and_spaces_belong_to_no_style() {
        let mut line = Line::default();
        line.text("a", PLAIN);
        line.text("b ", PLAIN);
        line.text(" c ", BOLD);
        line.text("d", BOLD);
        let runs = line.take();
        let kinds: Vec<_> = runs.iter().map(|run| (&run.kind, run.style)).collect();
        let text = |text: &str| InlineKind::Text(text.to_owned());
        assert_eq!(kinds, [(&text("ab "), Style::PLAIN), (&text("c d"), Style::STRONG)]);
    }

    #[test]
    fn breaks_at_the_ends_go() {
        let mut line = Line::default();
        line.line_break();
        line.text("a", PLAIN);
        line.line_break();
        line.text(" ", PLAIN);
        assert_eq!(line.take(), [Inline::text("a")]);
    }
}
