//! Raised and lowered characters: `x²` and `H₂O` where Unicode has them, so that no HTML is needed.

use std::borrow::Cow;

use crate::model::Style;

/// Writes raised or lowered words with Unicode's own characters, and takes the style away, where all of them exist.
///
/// A reference marker `[1]` is left plain: its brackets say already what it is. Blanks show no level either, nor do
/// signs that are raised by themselves or mark a note wherever they stand. Letters are written so only in short indices: words of them can't be read.
pub(super) fn level(text: Cow<'_, str>, style: Style) -> (Cow<'_, str>, Style) {
    let plain = style.without(Style::SUPERSCRIPT | Style::SUBSCRIPT);
    if plain == style {
        return (text, style);
    }
    let is_raised = style.contains(Style::SUPERSCRIPT);
    let needs_none = |text: &str| text.is_empty() || is_marker(text) || is_raised && text.chars().all(is_raised_sign);
    if needs_none(text.trim()) {
        return (text, plain);
    }
    match written(&text, if is_raised { RAISED } else { LOWERED }) {
        Some(written) => (Cow::Owned(written), plain),
        None => (text, plain | if is_raised { Style::SUPERSCRIPT } else { Style::SUBSCRIPT }),
    }
}

/// Whether this is a reference marker, or several: `[1]`, `[2][3]`, `[4-6]`.
fn is_marker(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']') && text.contains(|char: char| char.is_ascii_digit())
}

/// Whether fonts raise a sign without being asked to, or readers know it for the mark of a note: `①`, `†`.
fn is_raised_sign(char: char) -> bool {
    matches!(char, '®' | '™' | '℠' | '°' | '′' | '″' | '*' | '†' | '‡' | '①'..='⑳')
}

/// Letters that are written with Unicode's own at most.
const MOST_LETTERS: usize = 3;

/// Characters with those that stand for them on another level.
type Level = (&'static str, &'static str);

/// No hyphen among them: search and comparison take `⁻` for the minus sign, so that only that one is written so.
const RAISED: Level = (
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
);

const LOWERED: Level = ("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ");

/// The text on another level, where it can be written there.
fn written(text: &str, (plain, shifted): Level) -> Option<String> {
    if text.chars().filter(|char| char.is_alphabetic()).count() > MOST_LETTERS {
        return None;
    }
    let shift = |char| shifted.chars().nth(plain.chars().position(|known| known == char)?);
    text.chars().map(shift).collect()
}
