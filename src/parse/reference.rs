//! Resolves character references by the rules of the HTML standard: `&amp;`, `&#20013;`, `&copy` without its end.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// Where a reference stands; in attributes, names without `;` mean less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Text,
    Attribute,
}

/// The references that nearly all are.
const FREQUENT: [(&str, char); 5] = [("nbsp;", '\u{a0}'), ("quot;", '"'), ("amp;", '&'), ("lt;", '<'), ("gt;", '>')];

/// The same text with its references resolved; borrowed where it has none.
pub(super) fn resolved(text: &str, place: Place) -> Cow<'_, str> {
    let mut rest = text;
    let mut resolved = String::new();
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        if resolved.is_empty() {
            resolved.reserve(text.len());
        }
        resolved.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let length = push(&mut resolved, rest, place);
        rest = &rest[length..];
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

/// Appends what a reference means, given what stands after its `&`; gives how many bytes of that it takes.
fn push(resolved: &mut String, rest: &str, place: Place) -> usize {
    for (name, char) in FREQUENT {
        if rest.starts_with(name) {
            resolved.push(char);
            return name.len();
        }
    }
    let found = if rest.starts_with('#') { number(rest) } else { named(rest, place) };
    let (chars, length) = found.unwrap_or((['&', '\0'], 0));
    resolved.extend(chars.into_iter().filter(|char| *char != '\0'));
    length
}

/// One or two characters, the second being NUL where there is only one, and the bytes of their reference.
type Meaning = ([char; 2], usize);

fn number(rest: &str) -> Option<Meaning> {
    let (base, start) = if rest.starts_with("#x") || rest.starts_with("#X") { (16, 2) } else { (10, 1) };
    let digits = rest.bytes().skip(start).map_while(|byte| char::from(byte).to_digit(base));
    let (number, count) = digits.fold((0_u32, 0_usize), |(number, count), digit| {
        (number.saturating_mul(base).saturating_add(digit), count + 1)
    });
    let end = start + count;
    let length = end + usize::from(rest.as_bytes().get(end) == Some(&b';'));
    (count > 0).then_some(([numbered(number), '\0'], length))
}

/// The character of a number; the standard reads some as Windows-1252.
fn numbered(number: u32) -> char {
    let windows = number.checked_sub(0x80).and_then(|at| C1_REPLACEMENTS.get(usize::try_from(at).ok()?).copied());
    let char = windows.flatten().or_else(|| char::from_u32(number).filter(|char| *char != '\0'));
    char.unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The longest name that is one.
fn named(rest: &str, place: Place) -> Option<Meaning> {
    let mut found = None;
    for (at, byte) in rest.bytes().enumerate() {
        if !byte.is_ascii_alphanumeric() && byte != b';' {
            break;
        }
        // The table knows the beginnings of names as well, as meaning nothing.
        let Some((first, second)) = NAMED_ENTITIES.get(&rest[..=at]) else { break };
        if let Some(first) = char::from_u32(*first).filter(|char| *char != '\0') {
            found = Some(([first, char::from_u32(*second).unwrap_or('\0')], at + 1));
        }
    }
    found.filter(|(_, length)| {
        let next = rest.as_bytes().get(*length);
        let goes_on = next.is_some_and(|next| *next == b'=' || next.is_ascii_alphanumeric());
        place == Place::Text || rest[..*length].ends_with(';') || !goes_on
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_browsers_do() {
        for (text, expected) in [
            ("a&amp;lt;b&nbsp;c", "a&lt;b\u{a0}c"),
            ("&#20013;&#x4e2d;&#X4E2D &#128;&#0;&#xd800;&#99999999999;", "中中中 €\u{fffd}\u{fffd}\u{fffd}"),
            ("&notit; &notin; &copy2 &NotEqualTilde;", "¬it; ∉ ©2 ≂\u{338}"),
            ("& && &# &#x; &; &unknown; &", "& && &# &#x; &; &unknown; &"),
        ] {
            assert_eq!(resolved(text, Place::Text), expected, "{text}");
        }
    }

    #[test]
    fn an_address_keeps_parameters_that_look_like_names() {
        assert_eq!(resolved("?a=1&copy=2&lt3&amp;b&reg", Place::Attribute), "?a=1&copy=2&lt3&b®");
    }
}
