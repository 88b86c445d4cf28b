//! Backslashes before characters that would mean something, and only there; `<` becomes an entity.
//!
//! Delimiters need a partner: one `*`, `_`, `~`, `` ` `` or `$` alone in a paragraph means nothing and stays as it is.

use super::address::{ends_at_space, scheme};
use super::flanking::Class;
use super::run::{Piece, Run};
use crate::model::Style;

/// Which delimiters have a partner somewhere in the paragraph.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Partners {
    counts: [usize; DELIMITERS.len()],
}

/// The characters that mean something in pairs.
const DELIMITERS: [u8; 5] = [b'*', b'_', b'~', b'`', b'$'];

/// Where words stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// Which delimiters need a backslash.
    pub(super) partners: Partners,
    /// What is around them.
    pub(super) around: Around,
}

/// What is around words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// A paragraph or heading.
    Open,
    /// Link text or the description of a picture, where brackets count.
    Brackets,
    /// Link text or the description of a picture whose brackets are all paired.
    PairedBrackets,
}

impl Around {
    /// Whether brackets in words that stand in brackets need backslashes.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut depth = 0_usize;
        for text in texts {
            if text.contains("](") || text.contains("[^") {
                return Self::Brackets;
            }
            for byte in text.bytes() {
                match byte {
                    b'[' => depth += 1,
                    b']' if depth == 0 => return Self::Brackets,
                    b']' => depth -= 1,
                    _ => {}
                }
            }
        }
        if depth == 0 { Self::PairedBrackets } else { Self::Brackets }
    }
}

impl Partners {
    /// Counts the delimiters of a paragraph: in its words, its addresses and its code, and those still to be written.
    pub(super) fn of(runs: &[Run<'_>]) -> Self {
        let mut partners = Self::default();
        let mut link = None;
        for run in runs {
            match &run.piece {
                Piece::Text(text) | Piece::Address(text) => partners.count(text),
                Piece::Code(code) => {
                    partners.count(code);
                    partners.count("``");
                }
                Piece::Math(formula) => {
                    partners.count(formula);
                    partners.count("$$``");
                }
                Piece::Image(image) => {
                    partners.count(&image.alt);
                    partners.count(image.url.as_str());
                }
                Piece::Marker(_) | Piece::Break => {}
            }
            if run.link != link {
                partners.count(run.link.map_or("", |link| link.address));
                link = run.link;
            }
            if run.style.contains(Style::STRONG) || run.style.contains(Style::EMPHASIS) {
                partners.count("**");
            }
            if run.style.contains(Style::STRIKE) {
                partners.count("~~");
            }
        }
        partners
    }

    fn count(&mut self, text: &str) {
        for byte in text.bytes() {
            if let Some(at) = DELIMITERS.iter().position(|delimiter| *delimiter == byte) {
                self.counts[at] += 1;
            }
        }
    }

    /// Whether there are two or more of a delimiter.
    fn has(&self, byte: u8) -> bool {
        DELIMITERS.iter().zip(self.counts).any(|(delimiter, count)| *delimiter == byte && count > 1)
    }
}

/// Appends words with backslashes where they are needed.
///
/// `next` is the character written after them, if it is known; `forced` is a place that needs a backslash anyway.
pub(super) fn push_text(out: &mut String, text: &str, setting: Setting, next: Option<char>, forced: Option<usize>) {
    let (mut written, mut is_escaped) = (0, false);
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_punctuation()) {
        // The characters of one run share its fate, and are not looked at one by one: a run may be a page long.
        let continues = at > 0 && matches!(byte, b'*' | b'_') && text.as_bytes()[at - 1] == byte;
        is_escaped = if continues { is_escaped } else { needs_backslash(text, at, setting, next) };
        if is_escaped || forced == Some(at) {
            out.push_str(&text[written..at]);
            written = at;
            if byte == b'<' {
                // An entity, since some sites look for tags before they look for backslashes.
                out.push_str("&lt;");
                written += 1;
            } else {
                out.push('\\');
            }
        }
    }
    out.push_str(&text[written..]);
}

/// Whether the character at a place would mean something.
fn needs_backslash(text: &str, at: usize, setting: Setting, next: Option<char>) -> bool {
    let byte = text.as_bytes()[at];
    let has_partner = setting.partners.has(byte);
    let rest = &text[at + 1..];
    let following = rest.chars().next().or(next);
    match byte {
        b'*' => has_partner && !stands_alone(text, at, next),
        b'_' => has_partner && !stands_alone(text, at, next) && !is_inside_word(text, at),
        b'~' => has_partner || setting.partners.has(b'*') && hides_blank(text, at),
        b'`' => has_partner,
        b'$' => has_partner || rest.starts_with('$') || text[..at].ends_with('$'),
        b'\\' => following.is_none_or(|char| char.is_ascii_punctuation() || char == '\n'),
        b'<' if rest.is_empty() && next == Some('<') => true,
        b'<' => rest.starts_with(|char: char| char.is_ascii_alphabetic() || "/!?".contains(char)) || starts_mail(rest),
        b'&' => starts_entity(rest),
        b'[' if rest.starts_with('^') => true,
        b'[' => setting.around == Around::Brackets,
        b']' => setting.around == Around::Brackets || following == Some('('),
        b'^' if at == 0 && setting.around != Around::Open => true,
        b'!' => rest.is_empty() && next == Some('['),
        b'^' => following == Some('['),
        b'.' | b':' if setting.around == Around::Open => starts_address(text, at, next),
        _ => false,
    }
}

/// How far an address without a scheme is followed to see where it ends: a page may be nothing but beginnings of them.
const WWW_REACH: usize = 128;

/// Whether a point or a colon would make a link of words up to the next space, with all that is glued to them.
///
/// After a scheme, only what can't stand in `<…>` is left here: see `address`.
fn starts_address(text: &str, at: usize, next: Option<char>) -> bool {
    let (before, rest) = (&text[..at], &text[at + 1..]);
    let ends_block = matches!(next, None | Some(' ' | '\t'));
    if text.as_bytes()[at] == b':' {
        let Some(host) = rest.strip_prefix("//").filter(|_| scheme(before).is_some()) else { return false };
        let has_host = host.chars().next().or(next).is_some_and(|char| !char.is_ascii_whitespace());
        return has_host && !ends_at_space(host, usize::MAX, ends_block);
    }
    let is_www = before.len() >= 3 && before.as_bytes()[before.len() - 3..].eq_ignore_ascii_case(b"www");
    let is_word = || before.len() > 3 && before.as_bytes()[before.len() - 4].is_ascii_alphanumeric();
    is_www && !is_word() && !ends_at_space(rest, WWW_REACH, ends_block)
}

/// Whether a delimiter has blanks on both sides, so that it neither opens nor closes.
fn stands_alone(text: &str, at: usize, next: Option<char>) -> bool {
    let byte = char::from(text.as_bytes()[at]);
    let before = text[..at].trim_end_matches(byte).chars().next_back();
    let after = text[at..].trim_start_matches(byte).chars().next().or(next);
    let is_blank = |char: Option<char>| char.is_some_and(|char| Class::of(char) == Class::Blank);
    is_blank(before) && is_blank(after)
}

/// Whether a tilde at an edge has a blank behind it, which GitHub's reader sees from the `**` on its other side.
fn hides_blank(text: &str, at: usize) -> bool {
    let is_blank = |char: Option<char>| char.is_none_or(|char| Class::of(char) == Class::Blank);
    let (before, after) = (&text[..at], &text[at + 1..]);
    before.is_empty() && is_blank(after.chars().next()) || after.is_empty() && is_blank(before.chars().next_back())
}

/// Whether a run of underscores has letters on both sides, so that it neither opens nor closes.
fn is_inside_word(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches('_').chars().next_back();
    let after = text[at..].trim_start_matches('_').chars().next();
    let is_letter = |char: Option<char>| char.is_some_and(|char| Class::of(char) == Class::Letter);
    is_letter(before) && is_letter(after)
}

/// Whether `<` and this may be a mail address in angle brackets.
fn starts_mail(rest: &str) -> bool {
    let name = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(byte));
    let name = name.count();
    name > 0 && rest[name..].starts_with('@')
}

/// Whether `&` and this make an entity, known or not: `copy;`, `#38;`, `#x26;`.
pub(super) fn starts_entity(rest: &str) -> bool {
    let Some(end) = rest.bytes().take(40).position(|byte| byte == b';') else { return false };
    let name = &rest[..end];
    match name.strip_prefix('#') {
        Some(number) => {
            let digits = number.trim_start_matches(['x', 'X']);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        None => !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
    }
}
