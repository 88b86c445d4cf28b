//! Which characters may stand on either side of `*` and `~~`: the flanking rules of CommonMark §6.2.
//!
//! Readers differ in what they count as punctuation: category P alone up to version 0.30, P and S since 0.31, each
//! with the Unicode tables of its time. Whatever they may differ in is [`Class::Unsure`] here, and is trusted neither
//! to be punctuation nor to be none; what passes then passes everywhere.

/// What a character counts as beside a delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Unicode whitespace, or the edge of a line.
    Blank,
    /// Punctuation for every reader.
    Punctuation,
    /// Punctuation for some readers, as symbols and emoji.
    Unsure,
    /// Neither blank nor punctuation for any reader.
    Letter,
}

impl Class {
    /// The class of a character.
    pub(super) fn of(char: char) -> Self {
        match char {
            _ if char.is_whitespace() => Self::Blank,
            // GitHub's reader looks through tildes at what stands behind them.
            '~' => Self::Unsure,
            _ if char.is_ascii_punctuation() || is_punctuation(char) => Self::Punctuation,
            _ if is_enclosed_letter(char) => Self::Unsure,
            _ if char.is_alphanumeric() || is_combining(char) => Self::Letter,
            _ => Self::Unsure,
        }
    }

    /// Whether a delimiter between the two opens towards, or closes after, the inner one.
    pub(super) fn holds(outside: Self, inside: Self) -> bool {
        match inside {
            Self::Blank => false,
            Self::Letter => true,
            Self::Punctuation | Self::Unsure => matches!(outside, Self::Blank | Self::Punctuation),
        }
    }
}

/// Category P beyond ASCII, in the scripts that articles use; the rest of it is unsure, which is always safe.
fn is_punctuation(char: char) -> bool {
    matches!(char,
        '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}'
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}' | '\u{2045}'..='\u{2051}' | '\u{2053}'..='\u{205e}'
        | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}'
        | '\u{3030}' | '\u{303d}' | '\u{30a0}' | '\u{30fb}'
        | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe52}' | '\u{fe54}'..='\u{fe61}'
        | '\u{fe63}' | '\u{fe68}' | '\u{fe6a}' | '\u{fe6b}'
        | '\u{ff01}'..='\u{ff03}' | '\u{ff05}'..='\u{ff0a}' | '\u{ff0c}'..='\u{ff0f}'
        | '\u{ff1a}' | '\u{ff1b}' | '\u{ff1f}' | '\u{ff20}' | '\u{ff3b}'..='\u{ff3d}' | '\u{ff3f}'
        | '\u{ff5b}' | '\u{ff5d}' | '\u{ff5f}'..='\u{ff65}')
}

/// Letters and digits in circles and squares: alphabetic, but of category S.
fn is_enclosed_letter(char: char) -> bool {
    matches!(char, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}')
}

/// Marks that belong to the letter before them and are of category M for every reader.
fn is_combining(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_the_class_every_reader_gives_them() {
        for (chars, class) in [
            (" \t\u{a0}\u{3000}\u{2003}\u{2028}", Class::Blank),
            ("。，“”（）《》！·…—$+<=>^`|", Class::Punctuation),
            ("字aé1①ⅷか\u{301}", Class::Letter),
            ("🎉★→×℃￥Ⓐ\u{fe0f}\u{200d}\u{200b}～~", Class::Unsure),
        ] {
            for char in chars.chars() {
                assert_eq!(Class::of(char), class, "{char:?}");
            }
        }
    }
}
