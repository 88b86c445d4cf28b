//! Raised and lowered characters: `x²` and `H₂O` where Unicode has them, so that no HTML is needed.

use std::borrow::Cow;

use crate::model::Style;

/// Writes raised or lowered words with Unicode's own characters, and takes the style away, where all of them exist.
///
/// A reference marker `[1]` is left plain: its brackets say already what it is. Blanks show no level either.
pub(super) fn level(text: Cow<'_, str>, style: Style) -> (Cow<'_, str>, Style) {
    let plain = style.without(Style::SUPERSCRIPT | Style::SUBSCRIPT);
    if plain == style {
        return (text, style);
    }
    let is_raised = style.contains(Style::SUPERSCRIPT);
    if is_marker(text.trim()) || text.trim().is_empty() {
        return (text, plain);
    }
    let written: Option<String> = text.chars().map(if is_raised { raised } else { lowered }).collect();
    match written {
        Some(written) => (Cow::Owned(written), plain),
        None => (text, plain | if is_raised { Style::SUPERSCRIPT } else { Style::SUBSCRIPT }),
    }
}

/// Whether this is a reference marker, or several: `[1]`, `[2][3]`, `[4-6]`.
fn is_marker(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']') && text.contains(|char: char| char.is_ascii_digit())
}

fn raised(char: char) -> Option<char> {
    Some(match char {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32(u32::from(char) - u32::from('4') + u32::from('⁴'))?,
        '+' => '⁺',
        '-' | '−' => '⁻',
        '=' => '⁼',
        '(' => '⁽',
        ')' => '⁾',
        'n' => 'ⁿ',
        'i' => 'ⁱ',
        _ => return None,
    })
}

fn lowered(char: char) -> Option<char> {
    Some(match char {
        '0'..='9' => char::from_u32(u32::from(char) - u32::from('0') + u32::from('₀'))?,
        '+' => '₊',
        '-' | '−' => '₋',
        '=' => '₌',
        '(' => '₍',
        ')' => '₎',
        'i' => 'ᵢ',
        'n' => 'ₙ',
        _ => return None,
    })
}
