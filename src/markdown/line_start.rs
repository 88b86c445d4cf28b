//! Lines that would begin a block of another kind: a list item, a heading, a rule, a fence, a definition.

/// Where in its block a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineStart {
    /// It is the first of a paragraph.
    Paragraph,
    /// It is the first of a list item.
    Item,
    /// It is the first of a paragraph that may be the definition of a link: `[words]: address`.
    Definition,
    /// It follows another line of the paragraph.
    Later,
    /// Only the marker of a footnote stands before it on the line.
    AfterMarker,
}

/// The place of the character that would make a block of a line, if one does.
///
/// `words` are the first words of the line; `is_whole` says whether nothing follows them on it.
pub(super) fn block_start(words: &str, start: LineStart, is_whole: bool) -> Option<usize> {
    let bytes = words.as_bytes();
    let ends_marker = |at: usize| match bytes.get(at) {
        None => is_whole,
        Some(byte) => matches!(byte, b' ' | b'\t'),
    };
    let is_start = match *bytes.first()? {
        b':' if start == LineStart::AfterMarker => true,
        _ if start == LineStart::AfterMarker => false,
        b'#' => {
            let level = words.bytes().take_while(|byte| *byte == b'#').count();
            level <= 6 && ends_marker(level)
        }
        b'>' => true,
        b'-' | b'+' | b'*' if ends_marker(1) => true,
        b'-' | b'*' | b'_' if is_whole && is_rule(words) => true,
        b'`' | b'~' => words.starts_with("```") || words.starts_with("~~~"),
        b'=' | b'-' | b'|' | b':' => start == LineStart::Later && is_whole && is_underline(words),
        b'[' if start == LineStart::Definition => true,
        b'[' => start == LineStart::Item && is_task(words),
        b'0'..=b'9' => return number_marker(words, start, is_whole),
        _ => false,
    };
    is_start.then_some(0)
}

/// Whether a line is a thematic break: three or more of one character.
fn is_rule(line: &str) -> bool {
    let first = line.as_bytes()[0];
    line.bytes().filter(|byte| *byte == first).count() >= 3
        && line.bytes().all(|byte| byte == first || byte == b' ' || byte == b'\t')
}

/// Whether a line would make a heading or a table head of the line before.
fn is_underline(line: &str) -> bool {
    line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| matches!(byte, b'-' | b'|' | b':' | b' ' | b'\t'))
}

/// Whether a list item would begin with a box to tick.
fn is_task(words: &str) -> bool {
    matches!(words.as_bytes(), [_, b' ' | b'x' | b'X', b']', ..])
}

/// The place of the point in `1. `; after another line only a list from 1 can begin.
fn number_marker(words: &str, start: LineStart, is_whole: bool) -> Option<usize> {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let is_marker = digits <= 9
        && matches!(words.as_bytes().get(digits), Some(b'.' | b')'))
        && match words.as_bytes().get(digits + 1) {
            None => is_whole,
            Some(byte) => matches!(byte, b' ' | b'\t'),
        };
    let interrupts = start != LineStart::Later || words[..digits].parse() == Ok(1_u32);
    (is_marker && interrupts).then_some(digits)
}
