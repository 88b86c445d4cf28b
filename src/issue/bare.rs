//! Finds addresses in running text, where CommonMark sees none: glued to Chinese words, in full-width brackets,
//! without a scheme, inside code and front matter.
//!
//! The addresses of WeChat are ASCII, so an address ends at the first other character. A linkifier that follows the
//! rule of GFM misses one in twenty of them and takes a closing `）` into others.

use std::ops::Range;

use memchr::memmem;

use super::address::Address;

/// An address found in running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) span: Range<usize>,
    pub(super) address: Address,
}

const HOST: &[u8] = b"mp.weixin";

/// Every address that leads to WeChat, in order; one inside another is not told apart from it.
pub(super) fn candidates(text: &str) -> Vec<Candidate> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    // Bytes before this one belong to an address that has been dealt with.
    let mut done = 0;
    for host in memmem::find_iter(lower.as_bytes(), HOST) {
        if host < done {
            continue;
        }
        let token_start = start_of_token(text, done, host);
        let start = start_of_address(text, token_start, host);
        let end = end_of_address(text, host);
        let span = start..start + trimmed_len(&text[start..end]);
        done = end;
        if start == host && is_part_of_name(&text[token_start..start]) {
            continue;
        }
        if let Some(address) = Address::read(&text[span.clone()]).filter(|_| is_whole(&text[span.clone()])) {
            found.push(Candidate { span, address });
        }
    }
    found
}

/// Where the run of address characters around a host begins.
fn start_of_token(text: &str, done: usize, host: usize) -> usize {
    let before = &text.as_bytes()[done..host];
    before.iter().rposition(|byte| !is_address_byte(*byte) && *byte != b'\\').map_or(done, |at| done + at + 1)
}

/// Where the outermost address around a host begins.
///
/// `https://archive.is/o/x/https://mp.…` begins at the archive, `…/s/CODE1,https://mp.…` and `CODE1https://mp.…`
/// begin at their second scheme.
fn start_of_address(text: &str, token_start: usize, host: usize) -> usize {
    let scheme = start_of_scheme(text, token_start, host);
    let before = &text[token_start..scheme];
    let is_inside = before.ends_with(['/', '=', '?', '&', '#', ':', '@']) || before.ends_with("%2F");
    if !is_inside && !before.ends_with("%2f") {
        return scheme;
    }
    let outer = before.find("://").or_else(|| before.find(":\\/\\/"));
    match outer {
        Some(at) => start_of_scheme(text, token_start, token_start + at + 3),
        None if is_host_like(before) => token_start,
        None => scheme,
    }
}

/// Walks back over `https://` and its misspellings.
fn start_of_scheme(text: &str, token_start: usize, host: usize) -> usize {
    let before = &text[token_start..host];
    let glued = before.trim_end_matches([':', '/', '\\']);
    let word_start = glued.trim_end_matches(|char: char| "httpsHTTPS".contains(char)).len();
    let word = glued[word_start..].to_ascii_lowercase();
    if glued.len() == before.len() || !word.contains("tp") {
        return if before.ends_with("//") { host - 2 } else { host };
    }
    // Letters of a word may be glued to the scheme, as in `…pathhttps://`; a misspelt scheme stands alone.
    let len = match before[..word_start].chars().last() {
        Some(char) if char.is_ascii_alphanumeric() && word.ends_with("https") => 5,
        Some(char) if char.is_ascii_alphanumeric() => word.len().min(4),
        _ => word.len(),
    };
    token_start + glued.len() - len
}

/// `archive.is/o/…`: a host and a path before the scheme say that another address goes around.
fn is_host_like(before: &str) -> bool {
    let host = before.split(['/', '?']).next().unwrap_or_default();
    host.len() < before.len() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
}

fn end_of_address(text: &str, host: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = host;
    while let Some(byte) = bytes.get(at) {
        // `\&` and `\_` are escapes of Markdown, `\/` of JSON; `\"` ends a string.
        let escape = *byte == b'\\' && bytes.get(at + 1).is_some_and(|next| b"&_?=/#.-%:+".contains(next));
        let code = *byte == b'\\' && (bytes[at..].starts_with(b"\\u0026") || bytes[at..].starts_with(b"\\x26"));
        if escape || code {
            at += 2;
        } else if is_address_byte(*byte) && !begins_another(bytes, at) {
            at += 1;
        } else if bytes[at..].starts_with("×tamp=".as_bytes()) {
            // What a loose HTML decoder left of `&timestamp=`.
            at += "×".len();
        } else {
            break;
        }
    }
    at
}

/// Whether an address of its own begins here, after a comma or glued to the one before.
fn begins_another(bytes: &[u8], at: usize) -> bool {
    let is_scheme = bytes[at..].starts_with(b"http://") || bytes[at..].starts_with(b"https://");
    is_scheme && at > 0 && (is_word_byte(bytes[at - 1]) || b",;!".contains(&bytes[at - 1]))
}

/// Without the punctuation of the sentence around it, and the entity that GFM also takes off the end.
fn trimmed_len(address: &str) -> usize {
    let mut bare = without_stops(address);
    // A run of emphasis that ends behind a stop: `_见 https://…!_`.
    let inner = bare.trim_end_matches('_');
    if inner.len() < bare.len() && without_stops(inner).len() < inner.len() {
        bare = without_stops(inner);
    }
    if bare.len() < address.len() && address[bare.len()..].starts_with(';') {
        let entity = bare.rfind('&').filter(|at| !bare[*at..].contains('='));
        bare = entity.map_or(bare, |at| &bare[..at]);
    }
    // `_…_` around a short address: a code never has more than 22 characters.
    if let Some((_, code)) = bare.rsplit_once("/s/")
        && code.len() > 22
        && code.bytes().all(is_word_byte_or_dash)
    {
        bare = bare.trim_end_matches('_');
    }
    bare.len()
}

fn without_stops(address: &str) -> &str {
    address.trim_end_matches([',', '.', ';', ':', '!', '?', '\\'])
}

/// A host alone is a name, not an address, unless a scheme stands before it.
fn is_whole(address: &str) -> bool {
    has_scheme(address) || address.contains('/') && !address.ends_with("qq.com/")
}

fn has_scheme(address: &str) -> bool {
    address.contains("//") || address.contains("\\/")
}

/// Whether a host without a scheme is the end of a longer host, or of a mail address.
fn is_part_of_name(before: &str) -> bool {
    before.ends_with(|char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_' | '@'))
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_word_byte_or_dash(byte: u8) -> bool {
    is_word_byte(byte) || byte == b'-'
}

/// The signs that occur in addresses of WeChat; brackets, quotation marks, `*`, `~` and `|` never do.
fn is_address_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._:/?#@!$&+,;=%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ";

    fn found(text: &str) -> Vec<&str> {
        candidates(text).into_iter().map(|candidate| &text[candidate.span]).collect()
    }

    #[test]
    fn an_address_ends_where_its_characters_end() {
        let whole = format!("https://{CODE}");
        for (before, after) in [
            ("方案设计", "，见"),
            ("（", "）"),
            ("**", "**"),
            ("~~", "~~，"),
            ("_", "_"),
            ("_", "!_"),
            ("见 ", "!_"),
            ("see ", ". And"),
            ("\"", "\","),
            ("(", ")"),
            ("", "&nbsp;"),
            ("Go语言", "\\"),
            ("path", "|"),
        ] {
            let text = format!("{before}{whole}{after}");
            assert_eq!(found(&text), [whole.as_str()], "{text}");
        }
    }

    #[test]
    fn schemes_may_be_missing_or_misspelt() {
        for written in [CODE.to_owned(), format!("//{CODE}"), format!("hhttps://{CODE}"), format!("HTTP://{CODE}")] {
            assert_eq!(found(&format!("见 {written} 。")), [written.as_str()]);
        }
        assert!(found("the host mp.weixin.qq.com and xmp.weixin.qq.com/s/a, me@mp.weixin.qq.com/s/a").is_empty());
    }

    #[test]
    fn the_outermost_address_wins() {
        let album = format!("https://mp.weixin.qq.com/mp/appmsgalbum?scenenote=https://{CODE}");
        assert_eq!(found(&album), [album.as_str()]);
        for copy in [
            format!("https://archive.is/o/Salxo/https://{CODE}"),
            format!("archive.is/o/Salxo/https://{CODE}"),
            format!("https://example.org/?u=https%3A%2F%2F{CODE}"),
        ] {
            assert!(found(&copy).is_empty(), "{copy}");
        }
        let two = format!("https://{CODE},https://{CODE}https://{CODE}");
        assert_eq!(found(&two), [format!("https://{CODE}").as_str(); 3]);
    }

    #[test]
    fn escapes_belong_to_the_address() {
        for written in [
            "https://mp.weixin.qq.com/s?\\_\\_biz=MzA3MzYwNjQ3NA==\\&mid=1\\&idx=1",
            "https:\\/\\/mp.weixin.qq.com\\/s\\/EEUtTykcrXhcM2hJT01SoQ",
            "http://mp.weixin.qq.com/s?src=11×tamp=1686787686&ver=4&signature=a",
        ] {
            assert_eq!(found(&format!("\"{written}\"")), [written]);
        }
    }
}
