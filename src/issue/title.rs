//! What an issue calls an article, where the link's own text doesn't say it: the words around the address.

use std::ops::Range;

use pulldown_cmark::{Event, Parser};

use super::outline::{Block, BlockKind};

/// How far from an address its title may begin, in bytes; what is longer is prose.
const REACH: usize = 600;

/// The longest words around an address that are taken for a title, in characters.
const LONGEST: usize = 120;

/// Words before an address that say only that one follows.
const LABELS: [&str; 33] = [
    "链接",
    "链接如下",
    "文章",
    "原文见",
    "原文",
    "原文链接",
    "原文地址",
    "原链接",
    "链接地址",
    "文章链接",
    "文章地址",
    "阅读链接",
    "阅读原文",
    "阅读地址",
    "地址",
    "网址",
    "传送门",
    "详情",
    "详情链接",
    "详见",
    "参见",
    "见",
    "来源",
    "出处",
    "参考",
    "参考链接",
    "公众号",
    "微信公众号",
    "link",
    "url",
    "via",
    "source",
    "from",
];

/// Where a link without words of its own stands.
pub(super) struct Surroundings<'a> {
    pub(super) text: &'a str,
    /// The link with its brackets.
    pub(super) whole: Range<usize>,
    /// Where the link before it ends.
    pub(super) after: usize,
    /// Where the next link begins.
    pub(super) before: usize,
    /// The block it stands in.
    pub(super) block: Option<&'a Block>,
    /// The block above.
    pub(super) above: Option<&'a Block>,
}

impl Surroundings<'_> {
    /// The words before the address on its line, else after it, else in the line above, else in the paragraph above.
    pub(super) fn title(&self) -> Option<String> {
        // A string of a programming language, or the value of an attribute: what stands before it is its name.
        if self.text[..self.whole.start].ends_with(['"', '\'']) {
            return None;
        }
        self.words_before().or_else(|| self.words_after()).or_else(|| self.line_above()).or_else(|| self.block_above())
    }

    fn words_before(&self) -> Option<String> {
        named(self.before_on_line()?)
    }

    /// What stands between the start of the line, or the link before, and this one; `None` if that is too far away.
    fn before_on_line(&self) -> Option<&str> {
        let floor = self.after.max(self.block.map_or(0, |block| block.range.start));
        let start = floor_char_boundary(self.text, self.whole.start.saturating_sub(REACH)).max(floor);
        let reach = self.text.get(start..self.whole.start)?;
        match reach.rfind('\n') {
            Some(at) => Some(&reach[at + 1..]),
            None if start == floor => Some(reach),
            None => None,
        }
    }

    fn words_after(&self) -> Option<String> {
        let limit = self.block.map_or(self.text.len(), |block| block.range.end).min(self.before);
        let end = floor_char_boundary(self.text, self.whole.end.saturating_add(REACH)).min(limit);
        let reach = self.text.get(self.whole.end..end)?;
        let line = match reach.find('\n') {
            Some(at) => &reach[..at],
            None if end == limit => reach,
            None => return None,
        };
        // A sentence that goes on behind the address is no title.
        let goes_on = line.starts_with(|char: char| is_closing(char) || "，,。；;、.!！?？".contains(char));
        if goes_on { None } else { named(line) }
    }

    /// The line above in the same paragraph.
    fn line_above(&self) -> Option<String> {
        let floor = self.block?.range.start.max(self.after);
        let own_line = self.whole.start - self.before_on_line()?.len();
        let above = self.text.get(floor..own_line)?.strip_suffix('\n')?;
        let start = floor_char_boundary(above, above.len().saturating_sub(REACH));
        let line = &above[above[start..].rfind('\n').map_or(start, |at| start + at + 1)..];
        if line.contains("](") { None } else { named(line) }
    }

    fn block_above(&self) -> Option<String> {
        let above = self.above.filter(|above| above.kind == BlockKind::Words && above.text.len() <= REACH)?;
        let start = self.block.map_or(self.whole.start, |block| block.range.start);
        let before = self.text.get(start..self.whole.start).filter(|before| before.len() <= REACH)?;
        // Only what begins a block is what the words above it name.
        if plain_html(before).contains(char::is_alphanumeric) { None } else { named(&above.text) }
    }
}

/// The title that a piece of Markdown beside an address says; `None` where it says only that an address follows.
fn named(piece: &str) -> Option<String> {
    let open = piece.trim_end().trim_end_matches(['(', '（', ':', '<', ' ']);
    if let Some((_, inner)) = open.strip_suffix(']').and_then(|inner| inner.rsplit_once('[')) {
        // `[title](address)` where it is no link: in code, with full-width brackets, with a blank between.
        let title = plain(inner.trim_end_matches('\\'));
        return (title.contains(char::is_alphabetic) && title.len() > 1).then_some(title);
    }
    let plain = plain(without_marker(piece));
    let title = without_marker(&plain).trim_end_matches(|char| is_separator(char) || is_opening(char));
    let title = without_lone_bracket(title.trim_start_matches(|char| is_separator(char) || is_closing(char)));
    let says_something = title.chars().filter(|char| char.is_alphabetic()).count() > 1;
    let is_label = LABELS.contains(&title.to_lowercase().as_str());
    (says_something && !is_label && !title.contains("://") && title.chars().count() <= LONGEST)
        .then(|| title.to_owned())
}

/// Takes off a bracket that opens and is not closed: the address stood in it.
fn without_lone_bracket(title: &str) -> &str {
    let closing = |open| OPENING.chars().zip(CLOSING.chars()).find(|(char, _)| *char == open).map(|(_, close)| close);
    match title.chars().next().and_then(|first| Some((first, closing(first)?))) {
        Some((first, close)) if !title.contains(close) => title[first.len_utf8()..].trim_start(),
        _ => title,
    }
}

/// Takes off what numbers or marks a line as one of several: `1.` `2、` `（3）` `[4]` `-` `•` `>`.
fn without_marker(line: &str) -> &str {
    let line = line.trim_start_matches(|char: char| char.is_whitespace() || ">-+·•".contains(char));
    let inner = line.trim_start_matches(['(', '（', '[', '\\']);
    let rest = inner.trim_start_matches(|char: char| char.is_ascii_digit());
    let digits = inner.len() - rest.len();
    let after = rest.trim_start_matches(['.', '、', ')', '）', '．', ':', '：', ']', '\\']);
    let is_number = after.starts_with(|char: char| char.is_ascii_digit());
    let is_marker = (1..=3).contains(&digits) && after.len() < rest.len() && !is_number;
    if is_marker { after.trim_start() } else { line }
}

/// Signs between a title and its address.
fn is_separator(char: char) -> bool {
    char.is_whitespace() || "：:—–-－|｜,，、;；。>→=\"'`*_~·•\\".contains(char)
}

/// Brackets and quotation marks an address may stand in, and what closes each.
const OPENING: &str = "(（《「【[〈<“";
const CLOSING: &str = ")）》」】]〉>”";

fn is_opening(char: char) -> bool {
    OPENING.contains(char)
}

fn is_closing(char: char) -> bool {
    CLOSING.contains(char)
}

/// The words of a piece of Markdown, on one line.
pub(super) fn plain(markdown: &str) -> String {
    let mut words = String::new();
    for event in Parser::new_ext(markdown.trim(), super::outline::dialect()) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::InlineHtml(_) => words.push(' '),
            _ => {}
        }
    }
    one_line(&words)
}

/// The words of a piece of HTML, on one line.
pub(super) fn plain_html(html: &str) -> String {
    let mut words = String::new();
    for (index, piece) in html.split('<').enumerate() {
        let (tag, text) = if index == 0 { ("", piece) } else { piece.split_once('>').unwrap_or((piece, "")) };
        // Other tags may stand inside a word.
        if ["br", "p", "/p", "div", "/div", "li"].iter().any(|name| tag.eq_ignore_ascii_case(name)) {
            words.push(' ');
        }
        words.push_str(text);
    }
    let entities = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    one_line(&entities.iter().fold(words, |words, (entity, char)| words.replace(entity, char)))
}

/// The words with every run of blanks made one space and what has no width left out.
pub(super) fn one_line(words: &str) -> String {
    let visible: String = words.chars().filter(|char| !matches!(char, '\u{200b}' | '\u{2060}' | '\u{feff}')).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
