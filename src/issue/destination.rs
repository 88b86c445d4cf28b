//! Where in `[text](address "title")` and `[label]: address` the bytes of the address are.
//!
//! The Markdown parser knows only the span of the whole; an edit must not touch a byte besides the address.

use std::ops::Range;

/// The address of an inline link or picture, given the whole and where its text ends.
pub(super) fn inline(text: &str, whole: &Range<usize>, text_end: usize) -> Option<Range<usize>> {
    let tail = text.get(text_end..whole.end)?;
    let opening = text_end + tail.find("](")? + 2;
    Some(after(text, opening, whole.end.checked_sub(1)?))
}

/// The address of a definition, given the whole.
pub(super) fn of_definition(text: &str, whole: &Range<usize>) -> Option<Range<usize>> {
    let colon = whole.start + text.get(whole.clone())?.find("]:")? + 2;
    Some(after(text, colon, whole.end))
}

/// The address that begins at or after a place and ends before a limit.
fn after(text: &str, from: usize, limit: usize) -> Range<usize> {
    let bytes = &text.as_bytes()[..limit.max(from)];
    let start = skip_blanks(bytes, from);
    if bytes.get(start) == Some(&b'<') {
        return start + 1..end_of_pointed(bytes, start + 1);
    }
    start..end_of_plain(bytes, start)
}

/// Blanks, at most one line break, and the `>` of a quotation that goes on in the next line.
fn skip_blanks(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    let mut in_new_line = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\n' => in_new_line = true,
            b'>' if in_new_line => {}
            blank if blank.is_ascii_whitespace() => {}
            _ => break,
        }
        at += 1;
    }
    at
}

fn end_of_pointed(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && bytes[at] != b'>' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// Up to the first blank or the bracket that closes the link; a backslash takes a following sign's meaning away.
fn end_of_plain(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            b'(' => depth += 1,
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            blank if blank.is_ascii_whitespace() => break,
            _ => {}
        }
        at += 1;
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_cut_out_of_every_form() {
        for (whole, address) in [
            ("[t](u)", "u"),
            ("[t]( <u v> \"x\")", "u v"),
            ("[t](u(v)w 'x')", "u(v)w"),
            ("[t](u\\)v)", "u\\)v"),
            ("[t](\nu)", "u"),
            ("[t](\n> u)", "u"),
            ("[t]()", ""),
        ] {
            let span = inline(whole, &(0..whole.len()), 2).unwrap();
            assert_eq!(&whole[span], address, "{whole}");
        }
        assert_eq!(&"[a]:\n  <u> 't'"[of_definition("[a]:\n  <u> 't'", &(0..14)).unwrap()], "u");
    }
}
