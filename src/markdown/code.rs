//! Code between backticks, and what a fence says of it.

/// Appends code between backticks, one more than any run of them inside.
pub(super) fn push_code(out: &mut String, code: &str) {
    let longest = longest_run(code, '`');
    let fence = "`".repeat(longest + 1);
    let is_all_blank = code.bytes().all(|byte| byte == b' ');
    let is_padded = code.starts_with('`') || code.ends_with('`') || code.starts_with(' ') && code.ends_with(' ');
    let pad = if is_padded && !is_all_blank { " " } else { "" };
    for part in [&fence, pad, code, pad, &fence] {
        out.push_str(part);
    }
}

/// The length of the longest run of a character.
pub(super) fn longest_run(text: &str, char: char) -> usize {
    text.split(|other| other != char).map(str::len).max().unwrap_or(0)
}

/// The first word of a language, if all of it may stand behind a fence.
pub(super) fn token(language: &str) -> &str {
    let word = language.split_whitespace().next().unwrap_or("");
    let is_clean = word.chars().all(|char| char.is_alphanumeric() || "+#-._".contains(char));
    if is_clean { word } else { "" }
}
