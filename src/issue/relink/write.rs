//! Writes an address, and the words that go with it, so that they mean what they should where they stand.

use std::fmt::Write as _;

use super::standing::Standing;
use super::{Edit, Mode, Wording};
use crate::issue::{Context, Link, Place};

/// What is written about one link.
pub(super) struct Writing<'a> {
    pub(super) text: &'a str,
    pub(super) link: &'a Link,
    /// What the address stands in.
    pub(super) standing: Standing,
    /// The new address.
    pub(super) target: &'a str,
    pub(super) wording: &'a Wording,
}

impl Writing<'_> {
    /// The edits that put the new address in place of the old one, and of the text where that shows the old one.
    pub(super) fn replace(&self) -> Vec<Edit> {
        let link = self.link;
        // A path alone is no link, and an address ends where the text around it happens to.
        if (self.is_alone() || link.context == Context::Autolink) && !self.is_absolute() {
            return vec![Edit { span: link.whole.clone(), text: self.copy_link() }];
        }
        let is_glued = self.standing == Standing::Words && self.is_glued();
        let address = if is_glued { format!("<{}>", self.destination()) } else { self.destination() };
        let shown = link.shown_url.iter().map(|span| Edit { span: span.clone(), text: self.shown() });
        shown.chain([Edit { span: link.span.clone(), text: address }]).collect()
    }

    /// What is put behind a link that stays.
    pub(super) fn appendix(&self) -> String {
        format!("{}{}{}", self.opening(), self.copy_with(&self.archived()), self.bracket(&self.wording.after))
    }

    /// What is put behind the strokes of a link that somebody struck out.
    pub(super) fn behind_strokes(&self, mode: Mode) -> String {
        if mode == Mode::Strike {
            return format!(" {}", self.copy_link());
        }
        let appendix = self.appendix();
        // Before a letter, `~~` behind a bracket closes nothing (CommonMark's rule of flanking).
        if appendix.starts_with(char::is_alphanumeric) { format!(" {appendix}") } else { appendix }
    }

    /// What stands between a link and the one that is put behind it.
    pub(super) fn opening(&self) -> String {
        // Readers of bare addresses take everything up to the next blank for a part of them.
        let gap = if self.is_alone() { " " } else { "" };
        format!("{gap}{}", self.bracket(&self.wording.before))
    }

    /// The words of a link to a copy as they are written here.
    pub(super) fn archived(&self) -> String {
        spelled(&self.wording.archived, self.link.context)
    }

    /// What stands around an appended link may be Markdown, but ends no cell of a table.
    fn bracket(&self, words: &str) -> String {
        if self.link.places.contains(Place::Table) { words.replace('|', "\\|") } else { words.to_owned() }
    }

    /// A link to the copy with the words of the old one, where they can stand twice.
    pub(super) fn copy_link(&self) -> String {
        match self.words() {
            Some(words) => self.copy_with(words),
            None => self.copy_with(&self.archived()),
        }
    }

    /// What opens and closes struck-out text here.
    pub(super) fn strokes(&self) -> (&'static str, &'static str) {
        let before = self.text[..self.link.whole.start].chars().next_back();
        // After a letter, `~~` before a bracket opens nothing (CommonMark's rule of flanking).
        let opens = before.is_none_or(|char| char.is_whitespace() || is_punctuation(char)) && before != Some('~');
        let is_word = self.link.context == Context::Bare && before != Some('~');
        match self.link.context {
            Context::Html => ("<del>", "</del>"),
            _ if opens || is_word => ("~~", "~~"),
            _ => ("<del>", "</del>"),
        }
    }

    /// The new address as the old one was written.
    pub(super) fn destination(&self) -> String {
        let written = &self.text[self.link.span.clone()];
        let ampersand = match () {
            () if written.contains("&amp;") => "&amp;",
            () if written.contains("\\&") => "\\&",
            () => "&",
        };
        escaped(self.target, self.link.context, ampersand, Some(written))
    }

    /// The new address as the text of a link; a path says nothing to readers.
    pub(super) fn shown(&self) -> String {
        if !self.is_absolute() {
            return self.archived();
        }
        let shown = escaped(self.target, self.link.context, "&", None);
        if self.link.context == Context::Html { shown } else { shown.replace('_', "\\_") }
    }

    fn copy_with(&self, words: &str) -> String {
        if self.link.context == Context::Html {
            return format!("<a href=\"{}\">{words}</a>", escaped(self.target, Context::Html, "&", None));
        }
        format!("[{words}]({})", escaped(self.target, Context::Inline, "&", None))
    }

    /// The words of the link as written; `None` where they are a picture or an address, or broken over lines.
    pub(super) fn words(&self) -> Option<&str> {
        let link = self.link;
        let words = match link.context {
            Context::Inline if link.shown_url.is_none() => {
                let label = self.text.get(link.whole.start + 1..link.span.start)?;
                &label[..label.rfind("](")?]
            }
            Context::Html if link.shown_url.is_none() => {
                let rest = self.text.get(link.span.end..link.whole.end)?;
                &rest[rest.find('>')? + 1..]
            }
            _ => return None,
        };
        let is_plain = !words.trim().is_empty() && !words.contains(['\n', '<', '~']) && !words.contains("![");
        is_plain.then_some(words)
    }

    fn is_absolute(&self) -> bool {
        self.target.starts_with("https://") || self.target.starts_with("http://")
    }

    /// Whether nothing but the address stands there, in words.
    fn is_alone(&self) -> bool {
        matches!(self.standing, Standing::Words | Standing::HtmlWords)
    }

    /// Whether something other than a blank follows the link directly.
    fn is_glued(&self) -> bool {
        self.text[self.link.whole.end..].chars().next().is_some_and(|char| !char.is_whitespace())
    }
}

/// An address with everything percent-encoded that would mean something where it stands.
///
/// Signs that readers of `old`, the address that stood there, took as they are, they will take so again.
pub(super) fn escaped(address: &str, context: Context, ampersand: &str, old: Option<&str>) -> String {
    let mut escaped = String::with_capacity(address.len());
    for (at, char) in address.char_indices() {
        match char {
            '&' if context == Context::Html => escaped.push_str("&amp;"),
            '&' if ampersand == "&" && begins_entity(&address[at..]) && is_markdown(context) => escaped.push_str("\\&"),
            '&' if is_markdown(context) => escaped.push_str(ampersand),
            '&' => escaped.push('&'),
            '_' | '~'
                if context == Context::Bare
                    && !(old.is_some_and(|old| old.contains(char)) || is_within_word(address, at)) =>
            {
                encode(char, &mut escaped);
            }
            char if must_be_encoded(char, context) => encode(char, &mut escaped),
            char => escaped.push(char),
        }
    }
    escaped
}

/// Plain words, with every sign escaped that would mean something.
fn spelled(words: &str, context: Context) -> String {
    let mut spelled = String::with_capacity(words.len());
    for char in words.chars() {
        match char {
            '\\' | '*' | '_' | '`' | '~' | '|' | '&' | '<' | '>' | '"' if context == Context::Html => {
                // Writing to a string never fails.
                write!(spelled, "&#{};", u32::from(char)).unwrap_or_default();
            }
            '\\' | '*' | '_' | '`' | '~' | '|' | '&' => spelled.extend(['\\', char]),
            char => spelled.push(char),
        }
    }
    spelled
}

/// Whether backslashes and entities mean something in an address there.
fn is_markdown(context: Context) -> bool {
    matches!(context, Context::Inline | Context::Image | Context::Reference)
}

/// Whether an ampersand begins what a reader of Markdown takes for one character, as `&copy;`.
fn begins_entity(rest: &str) -> bool {
    let name = rest[1..].bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'#');
    name.is_some_and(|len| len > 0 && rest.as_bytes().get(1 + len) == Some(&b';'))
}

fn must_be_encoded(char: char, context: Context) -> bool {
    let is_sign = "()<>[]{}|*`\"'^\\".contains(char);
    let has_letters = matches!(context, Context::Inline | Context::Image | Context::Reference | Context::Html);
    let is_foreign = !(char.is_ascii() || has_letters && char.is_alphanumeric());
    is_sign || is_foreign || char.is_whitespace() || char.is_control()
}

/// Whether letters or digits stand on both sides of an underscore: such a one opens and closes no emphasis.
fn is_within_word(address: &str, at: usize) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = address.as_bytes();
    bytes[at] == b'_'
        && is_letter(at.checked_sub(1).and_then(|before| bytes.get(before)))
        && is_letter(bytes.get(at + 1))
}

fn encode(char: char, out: &mut String) {
    for byte in char.encode_utf8(&mut [0; 4]).bytes() {
        // Writing to a string never fails.
        write!(out, "%{byte:02X}").unwrap_or_default();
    }
}

/// Signs that both ASCII and Chinese text put before a link.
fn is_punctuation(char: char) -> bool {
    char.is_ascii_punctuation() || "，。：；！？、（）《》「」『』【】“”‘’…—·〈〉".contains(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_escaped_for_where_they_stand() {
        let address = "/a b/(x)|甲_&copy;&n=1~";
        for (context, expected) in [
            (Context::Inline, "/a%20b/%28x%29%7C甲_\\&copy;&n=1~"),
            (Context::Html, "/a%20b/%28x%29%7C甲_&amp;copy;&amp;n=1~"),
            (Context::Bare, "/a%20b/%28x%29%7C%E7%94%B2%5F&copy;&n=1%7E"),
            (Context::Code, "/a%20b/%28x%29%7C%E7%94%B2_&copy;&n=1~"),
        ] {
            assert_eq!(escaped(address, context, "&", None), expected, "{context}");
        }
        assert_eq!(escaped("/?a&b", Context::Inline, "\\&", None), "/?a\\&b");
        assert_eq!(escaped("/a_b/_c~", Context::Bare, "&", None), "/a_b/%5Fc%7E");
        assert_eq!(escaped("/a_b/_c~", Context::Bare, "&", Some("/_")), "/a_b/_c%7E");
    }
}
