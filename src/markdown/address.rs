//! Addresses that stand as words, which readers of GFM make links of.
//!
//! Such a link (GFM §6.9) runs to the next space, tab or `<`, over `**`, pictures, code and backslashes alike. So an
//! address that ends before is written as `<https://…>`, which ends where it says, or without a link as `https\://…`. One that ends with the block, or at
//! a space, stays as it is. In the words of a link there are no such links, and nothing needs to be done.

use std::borrow::Cow;
use std::ops::Range;

use super::escape::starts_entity;
use super::run::{Piece, Run, cut};
use crate::model::Style;

/// What such an address begins with.
const SCHEMES: [&str; 3] = ["https", "http", "ftp"];

/// Makes pieces of their own of the addresses that have to end before the next space.
pub(super) fn part_addresses(runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    let may_hold = |run: &Run<'_>| matches!(&run.piece, Piece::Text(text) if text.contains("://"));
    if !runs.iter().any(may_hold) {
        return runs;
    }
    let end = runs.len() - 1;
    let mut parted = Vec::with_capacity(runs.len() + 4);
    for (index, run) in runs.into_iter().enumerate() {
        match &run.piece {
            Piece::Text(_) if run.link.is_none() => {
                push_parts(&mut parted, &run, index == end && run.style == Style::PLAIN);
            }
            _ => parted.push(run),
        }
    }
    parted
}

/// Appends the addresses of a text, and the words between them.
fn push_parts<'a>(parted: &mut Vec<Run<'a>>, run: &Run<'a>, ends_block: bool) {
    let Piece::Text(text) = &run.piece else { return };
    let mut written = 0;
    let mut push = |range: Range<usize>, piece: fn(Cow<'a, str>) -> Piece<'a>| {
        if !range.is_empty() {
            parted.push(Run { piece: piece(cut(text, range)), ..*run });
        }
    };
    while let Some(address) = next_address(text, written, ends_block) {
        push(written..address.start, Piece::Text);
        written = address.end;
        push(address, Piece::Address);
    }
    push(written..text.len(), Piece::Text);
}

/// The next address from a place on that can't stay as it is.
fn next_address(text: &str, from: usize, ends_block: bool) -> Option<Range<usize>> {
    let mut at = from;
    while let Some(found) = text[at..].find("://") {
        let host = at + found + "://".len();
        if let Some(start) = scheme(&text[from..at + found]).map(|start| from + start)
            && text[host..].starts_with(|char: char| char.is_ascii_alphanumeric())
        {
            let end = host + length(&text[host..]);
            if reads_as_written(&text[start..end]) && !ends_at_space(&text[host..], usize::MAX, ends_block) {
                return Some(start..end);
            }
            at = end;
        } else {
            at = host;
        }
    }
    None
}

/// Whether every reader shows an address in `<…>` with the very letters it is written with; some decode `%E4` and
/// `xn--`, or take schemes in capitals and `ftp` for HTML. One that isn't loses its link to a backslash: `https\://…`.
fn reads_as_written(address: &str) -> bool {
    (address.starts_with("https://") || address.starts_with("http://"))
        && !address.contains(['%', '&'])
        && !address.contains("xn--")
}

/// Where the scheme begins with which a text ends.
pub(super) fn scheme(text: &str) -> Option<usize> {
    SCHEMES.iter().find_map(|scheme| {
        let start = text.len().checked_sub(scheme.len())?;
        text.as_bytes()[start..].eq_ignore_ascii_case(scheme.as_bytes()).then_some(start)
    })
}

/// How long an address is: up to what can't be in one, less the punctuation of the sentence around it.
fn length(text: &str) -> usize {
    let is_end = |at: usize, byte: u8| !may_be_in_address(byte) || byte == b'&' && starts_entity(&text[at + 1..]);
    let end = text.bytes().enumerate().find(|(at, byte)| is_end(*at, *byte)).map_or(text.len(), |(at, _)| at);
    let address = &text.as_bytes()[..end];
    let mut surplus = text[..end].matches(')').count().saturating_sub(text[..end].matches('(').count());
    let mut length = end;
    while let Some(last) = address[..length].last() {
        match last {
            b')' if surplus > 0 => surplus -= 1,
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'_' | b'~' => {}
            _ => break,
        }
        length -= 1;
    }
    length
}

/// Whether a character may stand in an address (RFC 3986), brackets left out.
fn may_be_in_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&byte)
}

/// Whether the rest of an address ends at a space, or with the block, and has nothing in it that needs a backslash.
///
/// So many bytes are looked at; one that goes on does not end.
pub(super) fn ends_at_space(text: &str, reach: usize, ends_block: bool) -> bool {
    let bytes = text.as_bytes();
    let is_letter = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let is_plain = |at: usize| match bytes[at] {
        b'_' => is_letter(at.checked_sub(1)) && is_letter(Some(at + 1)),
        b'&' => !starts_entity(&text[at + 1..]),
        b':' => !text[at..].starts_with("://"),
        byte => may_be_in_address(byte) && !matches!(byte, b'*' | b'~' | b'$'),
    };
    let reach = bytes.len().min(reach);
    let end = (0..reach).find(|at| !is_plain(*at)).unwrap_or(reach);
    match bytes.get(end) {
        None => ends_block,
        Some(byte) => matches!(byte, b' ' | b'\t'),
    }
}
