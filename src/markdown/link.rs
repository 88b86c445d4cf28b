//! Addresses as Markdown takes them.

use super::escape::starts_entity;

/// Appends an address as the destination of a link or a picture.
///
/// Blanks and angle brackets become percent escapes, as in any URL; backslashes keep parentheses and delimiters from meaning something.
pub(super) fn push_destination(out: &mut String, address: &str) {
    let is_balanced = has_balanced_parentheses(address);
    for (at, char) in address.char_indices() {
        match char {
            '\t' | '\n' | '\r' => {}
            ' ' => out.push_str("%20"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            // Some readers resolve entities before they look for backslashes.
            '&' if starts_entity(&address[at + 1..]) => out.push_str("&amp;"),
            '\0'..='\x1f' | '\x7f' => {
                let byte = u32::from(char);
                out.push('%');
                out.extend(char::from_digit(byte >> 4, 16));
                out.extend(char::from_digit(byte & 15, 16));
            }
            _ if needs_backslash(&address[at..], char, is_balanced) => {
                out.push('\\');
                out.push(char);
            }
            _ => out.push(char),
        }
    }
}

fn needs_backslash(rest: &str, char: char, is_balanced: bool) -> bool {
    match char {
        '(' | ')' => !is_balanced,
        '\\' => rest[1..].chars().next().is_none_or(|next| next.is_ascii_punctuation()),
        '`' | '$' => true,
        _ => false,
    }
}

/// Whether every parenthesis has its partner, no more than a few deep: readers stop counting at 32.
fn has_balanced_parentheses(address: &str) -> bool {
    let mut depth = 0_u32;
    for byte in address.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return false,
            b')' => depth -= 1,
            _ => {}
        }
        if depth > 5 {
            return false;
        }
    }
    depth == 0
}

/// Whether a link can be written as `<https://…>`: its words are its address, and nothing in it means anything.
pub(super) fn is_plain(address: &str) -> bool {
    let has_scheme = address.starts_with("https://") || address.starts_with("http://");
    has_scheme && address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!&'()+,;=%".contains(&byte))
}
