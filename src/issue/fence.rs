//! Where front matter begins and ends: `---` for YAML, `+++` for TOML, braces for JSON, or an end alone as Hexo lets it,
//! in the shapes found in real repositories.

use std::ops::Range;

use super::front_matter::FrontMatterFormat;

/// A block of front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fence {
    pub(super) format: FrontMatterFormat,
    /// The block with its fences.
    pub(super) span: Range<usize>,
    /// What stands between the fences.
    pub(super) body: Range<usize>,
    /// Whether the closing fence is there.
    pub(super) closed: bool,
}

/// Finds the block at the start of a file, after a byte order mark and blank lines (which Hugo accepts).
///
/// A rule across the page is no front matter: an entry must follow, comments aside, or the same fence at once.
pub(super) fn find(text: &str) -> Option<Fence> {
    let unmarked = text.trim_start_matches('\u{feff}');
    let start = text.len() - unmarked.trim_start().len();
    let opening = text[start..].split_inclusive('\n').next()?;
    let (fence, format) = match opening.trim_end() {
        "---" => ("---", FrontMatterFormat::Yaml),
        "+++" => ("+++", FrontMatterFormat::Toml),
        line if line.starts_with('{') => return json(text, start),
        _ => return unopened(text, start),
    };
    let body_start = start + opening.len();
    let mut lines = text[body_start..].lines().filter(|line| !line.trim().is_empty()).peekable();
    let is_empty = lines.peek().is_some_and(|line| line.trim_end() == fence);
    let first = lines.map(|line| Line::of(line, format)).find(|line| *line != Line::Comment);
    if !is_empty && first != Some(Line::Entry) {
        return None;
    }
    let mut at = body_start;
    for line in text[body_start..].split_inclusive('\n') {
        let ends = line.trim_end() == fence || (format == FrontMatterFormat::Yaml && line.trim_end() == "...");
        if ends {
            return Some(Fence { format, span: start..at + line.len(), body: body_start..at, closed: true });
        }
        at += line.len();
    }
    Some(Fence { format, span: start..at, body: body_start..at, closed: false }.without_prose(text))
}

/// A JSON object before everything else, as Hugo reads it.
fn json(text: &str, start: usize) -> Option<Fence> {
    let inner = text[start..].strip_prefix('{')?.trim_start();
    // `{{< shortcode >}}` and `{% tag %}` begin texts too.
    if !inner.starts_with(['"', '}']) {
        return None;
    }
    let end = start + end_of_object(&text.as_bytes()[start..])?;
    let is_alone = text[end..].lines().next().is_none_or(|rest| rest.trim().is_empty());
    is_alone.then_some(Fence { format: FrontMatterFormat::Json, span: start..end, body: start..end, closed: true })
}

/// The length of the object that the bytes begin with.
fn end_of_object(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// Entries that begin without a fence and end with one, as Hexo reads them; one of them is the title.
///
/// A line of text over a `---` is a heading, so every line must be front matter, and more than one an entry.
fn unopened(text: &str, start: usize) -> Option<Fence> {
    let format = FrontMatterFormat::Yaml;
    let (mut at, mut entries, mut has_title) = (start, 0, false);
    for line in text[start..].split_inclusive('\n') {
        let bare = line.trim_end();
        if bare == "---" {
            let span = start..at + line.len();
            return (entries > 1 && has_title).then_some(Fence { format, span, body: start..at, closed: true });
        }
        match Line::of(line, format) {
            Line::Entry => entries += 1,
            Line::Continuation if entries > 0 => {}
            Line::Continuation | Line::Comment | Line::Blank | Line::Prose => return None,
        }
        has_title |= bare.starts_with("title:");
        at += line.len();
    }
    None
}

impl Fence {
    /// Ends the block where prose begins: at the first line after a blank one that cannot be front matter.
    ///
    /// Where the closing fence was forgotten, the next `---` is a rule somewhere down the page, or nothing.
    pub(super) fn without_prose(self, text: &str) -> Self {
        let (mut at, mut end) = (self.body.start, self.body.start);
        let mut after_blank = false;
        for line in text[self.body.clone()].split_inclusive('\n') {
            let kind = Line::of(line, self.format);
            let begins_prose = kind == Line::Prose && (after_blank || !self.closed);
            if begins_prose {
                return Self { span: self.span.start..end, body: self.body.start..end, closed: false, ..self };
            }
            at += line.len();
            after_blank = kind == Line::Blank;
            // What looks like a comment may be the heading of the prose that follows.
            if matches!(kind, Line::Entry | Line::Continuation) {
                end = at;
            }
        }
        self
    }
}

/// The spans of the top-level entries of YAML: each begins with a key in the first column.
pub(super) fn entries(source: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let end = at + line.len();
        match (Line::of(line, FrontMatterFormat::Yaml), spans.last_mut()) {
            (Line::Entry, _) | (_, None) => spans.push(at..end),
            (_, Some(last)) => last.end = end,
        }
        at = end;
    }
    spans.retain(|span| !source[span.clone()].trim().is_empty());
    spans
}

/// What a line may be, judged by its first column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Blank,
    Comment,
    Entry,
    /// An indented line, a list item, a closing bracket or quotation mark.
    Continuation,
    Prose,
}

impl Line {
    fn of(line: &str, format: FrontMatterFormat) -> Self {
        let bare = line.trim();
        match bare.chars().next() {
            None => Self::Blank,
            Some('#') => Self::Comment,
            Some('"' | '\'' | ']' | '}') if bare.len() < 3 => Self::Continuation,
            Some(_) if line.starts_with([' ', '\t']) || bare == "-" || bare.starts_with("- ") => Self::Continuation,
            Some('[') if format == FrontMatterFormat::Toml && bare.ends_with(']') => Self::Entry,
            Some(_) if is_entry(bare, format) => Self::Entry,
            Some(_) => Self::Prose,
        }
    }
}

/// `key: value`, also without the space where the value is quoted; an address is no entry.
fn is_entry(line: &str, format: FrontMatterFormat) -> bool {
    let sign = if format == FrontMatterFormat::Toml { '=' } else { ':' };
    let Some((key, value)) = line.split_once(sign) else { return false };
    let key = key.trim().trim_matches(['"', '\'']);
    let is_key = !key.is_empty() && key.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.'));
    let is_value = value.is_empty() || value.starts_with([' ', '\t', '"', '\'', '[', '{']);
    is_key && (is_value || format == FrontMatterFormat::Toml)
}
