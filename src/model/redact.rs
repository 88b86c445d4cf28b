//! Takes the values of private parameters out of an address that is to be written somewhere.

use super::private_parameters;

/// The address with the values of its private parameters gone and everything else as it was.
#[must_use]
pub fn redact(written: &str) -> String {
    let private = private_parameters(written);
    if private.is_empty() {
        return written.to_owned();
    }
    let mut redacted = String::with_capacity(written.len());
    for part in written.split_inclusive(['?', '&', '#', ';']) {
        let (pair, separator) = split_separator(part);
        match pair.split_once('=') {
            Some((name, _)) if private.contains(&name.to_ascii_lowercase()) => {
                redacted.push_str(name);
                redacted.push('=');
                // The backslash of `\&` belongs to the separator.
                redacted.push_str(if pair.ends_with('\\') { "\\" } else { "" });
            }
            _ => redacted.push_str(pair),
        }
        redacted.push_str(separator);
    }
    redacted
}

fn split_separator(part: &str) -> (&str, &str) {
    let at = part.len() - usize::from(part.ends_with(['?', '&', '#', ';']));
    part.split_at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_private_parameters_go_and_all_else_stays() {
        for (written, expected) in [
            ("https://a/s?x=1&token=519723937&lang=zh#rd", "https://a/s?x=1&token=&lang=zh#rd"),
            (r"https://a/s?x=1\&key=abc\&uin=9", r"https://a/s?x=1\&key=\&uin="),
            ("https://a/s?x=1&amp;pass_ticket=ab%2F&amp;y=2", "https://a/s?x=1&amp;pass_ticket=&amp;y=2"),
            ("https://a/s?monkey=1", "https://a/s?monkey=1"),
        ] {
            assert_eq!(redact(written), expected);
        }
    }
}
