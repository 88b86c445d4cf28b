//! The parameters that belong to a reader's session: named in reports, never stored, requested or printed.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;

use super::unescape;

/// The names of the parameters that belong to a reader's session (anatomy §1.2, §2.9); all that begin with `sharer_`
/// belong to them too.
pub const PRIVATE_PARAMETERS: [&str; 18] = [
    "key",
    "uin",
    "pass_ticket",
    "exportkey",
    "appmsg_token",
    "wxtoken",
    "token",
    "session_us",
    "sessionid",
    "poc_token",
    "openid",
    "open_id",
    "user_uin",
    "enterid",
    "tempkey",
    "data_ticket",
    "slave_sid",
    "wap_sid2",
];

/// The names of the private parameters that have a value in an address as written, in order, each once.
///
/// Those of an address inside it count as well, as in the target of a redirector.
#[must_use]
pub fn private_parameters(written: &str) -> Vec<String> {
    let text = unescape(written);
    let valued = parameters(&text).filter(|parameter| !parameter.value.is_empty());
    let mut seen = BTreeSet::new();
    valued.map(|parameter| parameter.name).filter(|name| seen.insert(name.clone())).collect()
}

/// The address as written without the values of its private parameters; every other byte is kept.
#[must_use]
pub fn redact(written: &str) -> String {
    let mut kept = String::with_capacity(written.len());
    let mut end = 0;
    for Parameter { value, start, .. } in parameters(written) {
        kept.push_str(&written[end..start]);
        end = start + value.len();
    }
    kept.push_str(&written[end..]);
    kept
}

struct Parameter<'a> {
    name: String,
    value: &'a str,
    start: usize,
}

/// What separates parameters, plainly or as scripts write it.
const SEPARATORS: [&str; 6] = ["?", "&", "#", ";", "\\x26", "\\u0026"];

/// The same in an address inside another, encoded once or twice.
const INNER_SEPARATORS: [&str; 8] = ["%26", "%3f", "%3F", "%23", "%2526", "%253f", "%253F", "%2523"];

/// What stands between a name and its value.
const EQUALS: [&str; 5] = ["=", "%3d", "%3D", "%253d", "%253D"];

/// The private parameters of a text, in order.
fn parameters(text: &str) -> impl Iterator<Item = Parameter<'_>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        while start < text.len() {
            let rest = &text[start..];
            let (len, separator) = next_separator(rest, true);
            let Some((name, from, value)) = parameter(rest, len) else {
                start += len + separator;
                continue;
            };
            let parameter = Parameter { name, value, start: start + from };
            start += (from + value.len()).max(1);
            return Some(parameter);
        }
        None
    })
}

/// Reads a private parameter at the start of a text whose next separator of any kind is so far away.
fn parameter(text: &str, len: usize) -> Option<(String, usize, &str)> {
    let piece = &text[..len];
    let (at, equals) = EQUALS.iter().filter_map(|sign| Some((piece.find(sign)?, sign.len()))).min()?;
    let name = percent_decode_str(&piece[..at]).decode_utf8_lossy().replace('\\', "").to_ascii_lowercase();
    if !is_private(&name) {
        return None;
    }
    let from = at + equals;
    // A plain value may hold encoded separators; they are a part of it.
    let end = if equals == 1 { from + next_separator(&text[from..], false).0 } else { len };
    Some((name, from, text[from..end].trim_end_matches('\\')))
}

/// How far the next separator is, and how long.
fn next_separator(text: &str, also_inner: bool) -> (usize, usize) {
    let inner = if also_inner { &INNER_SEPARATORS[..] } else { &[] };
    for (at, _) in text.match_indices(['?', '&', '#', ';', '%', '\\']) {
        if let Some(separator) = SEPARATORS.iter().chain(inner).find(|separator| text[at..].starts_with(**separator)) {
            return (at, separator.len());
        }
    }
    (text.len(), 0)
}

fn is_private(name: &str) -> bool {
    PRIVATE_PARAMETERS.contains(&name) || name.starts_with("sharer_")
}
