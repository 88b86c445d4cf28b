//! Resolves the escapes that strings in the site's scripts carry: JavaScript's, the site's own, and entities.

/// Resolves the escapes of a JavaScript string: `\n`, `\xNN`, `\uNNNN` with surrogate pairs, `\u{…}`, `\'`.
pub(super) fn unescape(literal: &str) -> String {
    if !literal.contains('\\') {
        return literal.to_owned();
    }
    let mut text = String::with_capacity(literal.len());
    let mut rest = literal;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (char, length) = escaped(rest);
        if let Some(char) = char {
            text.push(char);
        }
        rest = &rest[length..];
    }
    text.push_str(rest);
    text
}

/// The character that an escape means, and how many bytes it takes after the backslash.
fn escaped(rest: &str) -> (Option<char>, usize) {
    let Some(first) = rest.chars().next() else { return (None, 0) };
    match first {
        'n' => (Some('\n'), 1),
        'r' => (Some('\r'), 1),
        't' => (Some('\t'), 1),
        // Control characters are nothing to a reader; a backslash before the end of the line joins the lines.
        'b' | 'f' | 'v' | '0' | '\n' => (None, 1),
        'x' => hex(rest, 1, 2).and_then(char::from_u32).map_or((Some('x'), 1), |char| (Some(char), 3)),
        'u' if rest.starts_with("u{") => match rest.find('}').filter(|end| *end < 10) {
            Some(end) => (hex(rest, 2, end - 2).and_then(char::from_u32), end + 1),
            None => (Some('u'), 1),
        },
        'u' => unicode(rest),
        other => (Some(other), other.len_utf8()),
    }
}

/// `uNNNN`, or two of them that make a surrogate pair.
fn unicode(rest: &str) -> (Option<char>, usize) {
    let Some(unit) = hex(rest, 1, 4) else { return (Some('u'), 1) };
    if let Some(char) = char::from_u32(unit) {
        return (Some(char), 5);
    }
    let low = rest.get(5..7).filter(|next| *next == "\\u").and_then(|_| hex(rest, 7, 4));
    match low.filter(|low| (0xd800..0xdc00).contains(&unit) && (0xdc00..0xe000).contains(low)) {
        Some(low) => (char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)), 11),
        None => (Some(char::REPLACEMENT_CHARACTER), 5),
    }
}

fn hex(text: &str, from: usize, length: usize) -> Option<u32> {
    let digits = text.as_bytes().get(from..from + length).filter(|digits| !digits.is_empty())?;
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

/// Resolves what double escaping left, in the order of the site's own `JsDecode` (anatomy §2.2).
pub(super) fn js_decode(text: &str) -> String {
    const STEPS: [(&str, &str); 8] = [
        ("\\x5c", "\\"),
        ("\\x0d", "\r"),
        ("\\x22", "\""),
        ("\\x26", "&"),
        ("\\x27", "'"),
        ("\\x3c", "<"),
        ("\\x3e", ">"),
        ("\\x0a", "\n"),
    ];
    if !text.contains("\\x") {
        return text.to_owned();
    }
    STEPS.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Resolves the entities that the site itself resolves in titles and digests, and numeric ones; each once.
pub(super) fn html_decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let (char, length) = entity(rest).unwrap_or(('&', 1));
        decoded.push(char);
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    decoded
}

fn entity(rest: &str) -> Option<(char, usize)> {
    const NAMES: [(&str, char); 10] = [
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("gt", '>'),
        ("lt", '<'),
        ("yen", '¥'),
        ("amp", '&'),
        ("middot", '·'),
        ("mdash", '—'),
        ("hellip", '…'),
    ];
    let end = rest.bytes().take(12).position(|byte| byte == b';')?;
    let name = rest.get(1..end)?;
    let char = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => number.parse().ok(),
        }
        .and_then(char::from_u32),
        None => NAMES.iter().find(|(known, _)| *known == name).map(|(_, char)| *char),
    };
    char.map(|char| (char, end + 1))
}

/// Resolves everything that a value may carry that was escaped for a script and again for HTML, as og tags do.
pub(super) fn decode_meta(content: &str) -> String {
    let text = html_decode(content);
    if text.contains('\\') { html_decode(&unescape(&text)) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_escapes_stay_readable() {
        for (literal, expected) in [
            (r"\xzz", "xzz"),
            (r"\u12", "u12"),
            (r"\ud83d", "\u{fffd}"),
            ("a\\", "a"),
            (r"\u{1f600}", "😀"),
            (r"\中", "中"),
        ] {
            assert_eq!(unescape(literal), expected, "{literal}");
        }
    }

    #[test]
    fn entities_are_resolved_once() {
        assert_eq!(html_decode("a&amp;lt;b&#39;&#x4e2d;&unknown;&"), "a&lt;b'中&unknown;&");
    }

    #[test]
    fn a_meta_tag_loses_both_escapings() {
        assert_eq!(decode_meta(r"a\x0ab\x26lt;"), "a\nb<");
    }
}
