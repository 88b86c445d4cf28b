//! Makes links of addresses that stand in the text with other words right after them.
//!
//! Links to foreign sites are not allowed in articles, so authors write addresses as words, and Chinese sets no blank
//! after them. Readers of GFM link such an address by themselves, and take what follows up to the next blank for a part
//! of it: words, marks of emphasis, even a picture. One before a blank or at the end of a line stays as it is.

use crate::model::{Inline, InlineKind};

/// Parts such addresses from the runs they stand in.
pub(super) fn link(runs: &mut Vec<Inline>) {
    let is_found = |run: &Inline| matches!(&run.kind, InlineKind::Text(text) if text.contains("://"));
    if !runs.iter().any(is_found) {
        return;
    }
    let given = std::mem::take(runs);
    for (at, run) in given.iter().enumerate() {
        match &run.kind {
            InlineKind::Text(text) if run.link.is_none() => split(run, text, given.get(at + 1), runs),
            _ => runs.push(run.clone()),
        }
    }
}

/// The first address of a text.
pub(super) fn first(text: &str) -> Option<&str> {
    address(text, 0).map(|(start, end)| &text[start..end])
}

/// Adds a run as the words between its addresses, and these.
fn split(run: &Inline, text: &str, next: Option<&Inline>, runs: &mut Vec<Inline>) {
    let piece = |words: &str, link: Option<&str>| Inline {
        kind: InlineKind::Text(words.to_owned()),
        style: run.style,
        link: link.map(str::to_owned),
    };
    let (mut done, mut from) = (0, 0);
    while let Some((start, end)) = address(text, from) {
        from = end;
        if is_glued(&text[end..], next) {
            runs.extend((start > done).then(|| piece(&text[done..start], None)));
            runs.push(piece(&text[start..end], Some(&text[start..end])));
            done = end;
        }
    }
    runs.extend((done < text.len()).then(|| piece(&text[done..], None)));
}

/// Bytes of an address at most.
const LONGEST: usize = 2000;

/// Where the next address stands, without the punctuation that ends a sentence.
fn address(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut from = from;
    loop {
        let colon = from + text[from..].find("://")?;
        from = colon + 3;
        let scheme = ["https", "http"].into_iter().find(|scheme| text[..colon].ends_with(scheme));
        let Some(scheme) = scheme.filter(|_| begins_with_host(&text[from..])) else { continue };
        let length = text[from..].bytes().take(LONGEST).take_while(|byte| is_of_address(*byte)).count();
        let address =
            text[from..from + length].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', '(', ']', '[']);
        return Some((colon - scheme.len(), from + address.len()));
    }
}

/// Whether a text begins with the name of a host, a dot inside.
fn begins_with_host(text: &str) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-.".contains(byte);
    let length = text.bytes().take(255).take_while(is_of_name).count();
    text[..length].trim_matches('.').contains('.')
}

/// Characters of an address that mean nothing in Markdown between angle brackets.
fn is_of_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!&'()+,;=%".contains(&byte)
}

/// Whether something stands right after an address that is no part of it, in its run or as the next one.
fn is_glued(rest: &str, next: Option<&Inline>) -> bool {
    let goes_on = |text: &str| text.starts_with(|char: char| char.is_ascii() && !char.is_ascii_whitespace());
    match (rest.chars().next(), next.map(|next| &next.kind)) {
        // Angle brackets don't hold what else may be part of an address; other signs end it like a sentence.
        (Some(char), _) if char.is_ascii() => {
            let after = rest.trim_start_matches(|char: char| char.is_ascii_punctuation());
            let ends = after.is_empty() || after.starts_with(char::is_whitespace);
            !ends && !char.is_ascii_whitespace() && !"*`$\\|^{}".contains(char)
        }
        (Some(char), _) => !char.is_whitespace(),
        (None, None | Some(InlineKind::Break)) => false,
        (None, Some(InlineKind::Text(text))) => {
            !text.is_empty() && !text.starts_with(char::is_whitespace) && !goes_on(text)
        }
        (None, Some(_)) => true,
    }
}
