//! Reads the few declarations of an inline `style` that mean something to a reader.
//!
//! Editors write dozens of declarations that change nothing (`font-weight: 400`, `text-decoration: none`); these count
//! as what they are: a reset of what was inherited, or nothing.

use std::borrow::Cow;

use memchr::memchr;

use crate::model::Style;

/// What an inline style says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Css<'a> {
    bold: Option<bool>,
    italic: Option<bool>,
    strike: bool,
    /// Whether line ends in the source end lines of the text.
    pub(super) keeps_lines: Option<bool>,
    /// How the element takes part in the flow of text.
    pub(super) display: Display,
    /// The picture behind the element.
    pub(super) background: Option<&'a str>,
    /// The size of letters, as written.
    font_size: Option<&'a str>,
    /// What the stated size leaves room for.
    pub(super) room: Room,
}

/// What an element's stated size leaves room for; one small side makes it small.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Room {
    /// No size is stated.
    #[default]
    Unsaid,
    /// A picture.
    Picture,
    /// No more than an ornament.
    Ornament,
}

/// The values of `display` that matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Display {
    /// Not said, or nothing that matters.
    #[default]
    Unsaid,
    /// `none`
    None,
    /// `inline`
    Inline,
    /// `block`, `flex`, `grid`, `table` and the like.
    Block,
}

/// The properties that are read.
const PROPERTIES: [&str; 16] = [
    "font",
    "white-space",
    "font-size",
    "font-weight",
    "font-style",
    "text-decoration",
    "text-decoration-line",
    "display",
    "background",
    "background-image",
    "width",
    "height",
    "min-height",
    "padding",
    "padding-top",
    "padding-bottom",
];

impl<'a> Css<'a> {
    /// Reads the value of a `style` attribute.
    pub(super) fn parse(style: &'a str) -> Self {
        let mut css = Self::default();
        for (name, value) in declarations(style) {
            css.declare(name, value);
        }
        css
    }

    fn declare(&mut self, name: &str, value: &'a str) {
        // Most declarations mean nothing here, and there are dozens for each word.
        let Some(name) = PROPERTIES.into_iter().find(|known| known.eq_ignore_ascii_case(name)) else { return };
        let value = value.trim();
        let lower = lower(value);
        let word = lower.trim_end_matches("!important").trim();
        match name {
            "font" => self.font(value, word),
            "white-space" => self.keeps_lines = keeps_lines(word).or(self.keeps_lines),
            "font-weight" => self.bold = weight(word).or(self.bold),
            "font-style" => {
                self.italic = match word {
                    "normal" | "initial" => Some(false),
                    _ if word.starts_with("italic") || word.starts_with("oblique") => Some(true),
                    _ => self.italic,
                }
            }
            "text-decoration" | "text-decoration-line" => self.strike |= word.contains("line-through"),
            "font-size" => self.font_size = Some(value),
            "display" => self.display = display(word),
            "background" | "background-image" => self.background = url(value).or(self.background),
            "height" | "min-height" => self.room = self.room.max(room(word)),
            // A width that is no ornament's says nothing of the height.
            "width" if room(word) == Room::Ornament => self.room = Room::Ornament,
            // Padding in per cent of the width is how editors keep a picture's ratio.
            "padding" | "padding-top" | "padding-bottom" => {
                let is_ratio = word.split(' ').any(|side| side.ends_with('%') && room(side) == Room::Picture);
                self.room = if is_ratio { self.room.max(Room::Picture) } else { self.room };
            }
            _ => {}
        }
    }

    /// Reads the shorthand, which resets what it doesn't name; a single word is `inherit` or a font of the system.
    fn font(&mut self, value: &'a str, word: &str) {
        if !word.contains(' ') {
            return;
        }
        let is_bold = |part: &str| matches!(part, "bold" | "bolder" | "600" | "700" | "800" | "900");
        let before_size = || word.split(' ').take_while(|part| font_size(size_of(part), 0).is_none());
        self.bold = Some(before_size().any(is_bold));
        self.italic = Some(before_size().any(|part| matches!(part, "italic" | "oblique")));
        let size = |part: &&str| font_size(&size_of(part).to_ascii_lowercase(), 0).is_some();
        self.font_size = value.split(' ').find(size).map(size_of).or(self.font_size);
    }

    /// The size of letters inside, given the size around, in tenths of a pixel.
    pub(super) fn size(self, around: u16) -> u16 {
        self.font_size.and_then(|size| font_size(&size.to_ascii_lowercase(), around)).unwrap_or(around)
    }

    /// The style of text inside, given the style around.
    pub(super) fn apply(self, around: Style) -> Style {
        let set = |style: Style, part: Style, on: Option<bool>| match on {
            Some(true) => style | part,
            Some(false) => style.without(part),
            None => style,
        };
        let style = set(around, Style::STRONG, self.bold);
        let style = set(style, Style::EMPHASIS, self.italic);
        set(style, Style::STRIKE, self.strike.then_some(true))
    }
}

/// A size of letters in tenths of a pixel.
fn font_size(word: &str, around: u16) -> Option<u16> {
    let tenths = match length(word)? {
        (number, "px") => number * 10.0,
        (number, "pt") => number * 40.0 / 3.0,
        (number, "em") => number * f32::from(around),
        (number, "%") => number * f32::from(around) / 100.0,
        (number, "rem") => number * 160.0,
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was just bounded")]
    (0.0..10_000.0).contains(&tenths).then_some(tenths.round() as u16)
}

/// The size in `14px/1.5`.
fn size_of(part: &str) -> &str {
    part.split('/').next().unwrap_or(part)
}

/// The same in lower case, as nearly all values are.
fn lower(value: &str) -> Cow<'_, str> {
    if value.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(value.to_ascii_lowercase())
    } else {
        Cow::Borrowed(value)
    }
}

fn keeps_lines(word: &str) -> Option<bool> {
    match word {
        "pre" | "pre-wrap" | "pre-line" | "break-spaces" => Some(true),
        "normal" | "nowrap" | "initial" => Some(false),
        _ => None,
    }
}

fn weight(word: &str) -> Option<bool> {
    match word {
        "bold" | "bolder" => Some(true),
        "normal" | "lighter" | "initial" => Some(false),
        _ => {
            let end = word.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(word.len());
            word[..end].parse::<u32>().ok().map(|weight| weight >= 600)
        }
    }
}

fn display(word: &str) -> Display {
    match word {
        "none" => Display::None,
        "inline" => Display::Inline,
        "block" | "flex" | "grid" | "table" | "list-item" | "flow-root" | "table-row" | "-webkit-box" => Display::Block,
        _ => Display::Unsaid,
    }
}

/// What a length leaves room for. Nothing at all is no size: such elements hold what overflows them.
fn room(word: &str) -> Room {
    let (small, tall) = match length(word) {
        Some((number, "px")) if number > 0.0 => (number < 60.0, number >= 100.0),
        Some((number, "em" | "rem")) if number > 0.0 => (number < 4.0, number >= 6.0),
        Some((number, "vw" | "vh" | "%")) => (false, number >= 20.0),
        _ => (false, false),
    };
    match (small, tall) {
        (true, _) => Room::Ornament,
        (false, true) => Room::Picture,
        (false, false) => Room::Unsaid,
    }
}

/// A number and its unit.
fn length(word: &str) -> Option<(f32, &str)> {
    let end = word.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'.').unwrap_or(word.len());
    word[..end].parse().ok().map(|number| (number, word[end..].trim()))
}

/// The address in `url(…)`, without its quotes.
fn url(value: &str) -> Option<&str> {
    let start = value.find("url(")? + 4;
    let inside = value[start..].trim_start();
    let address = match inside.chars().next()? {
        quote @ ('"' | '\'') => inside[1..].split(quote).next()?,
        _ => inside.split(')').next()?,
    };
    Some(address.trim()).filter(|address| !address.is_empty())
}

/// The declarations, split at semicolons that stand in no quotes and no brackets.
fn declarations(style: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = style;
    let mut semicolons = Semicolons::Outside;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let end = semicolons.next(rest.as_bytes());
            let declaration = &rest[..end];
            rest = rest.get(end + 1..).unwrap_or_default();
            if let Some((name, value)) = declaration.split_once(':') {
                return Some((name.trim_ascii(), value));
            }
        }
        None
    })
}

/// Which semicolons end a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Semicolons {
    /// Those outside of quotes and brackets.
    Outside,
    /// All, after a quote or bracket that never closes: it must not swallow the rest, nor be looked for again.
    All,
}

impl Semicolons {
    /// Where the declaration ends that the style begins with.
    fn next(&mut self, style: &[u8]) -> usize {
        if *self == Self::Outside {
            match outside(style) {
                Some(end) => return end,
                None => *self = Self::All,
            }
        }
        style.iter().position(|byte| *byte == b';').unwrap_or(style.len())
    }
}

/// The first semicolon outside of quotes and brackets, or the end; `None` where one of these never closes.
fn outside(style: &[u8]) -> Option<usize> {
    let (mut at, mut open) = (0, 0_usize);
    let is_mark = |byte: &u8| matches!(byte, b'"' | b'\'' | b'(' | b')' | b';');
    while let Some(found) = style[at..].iter().position(is_mark) {
        at += found + 1;
        match style[at - 1] {
            b'(' => open += 1,
            b')' => open = open.saturating_sub(1),
            b';' if open == 0 => return Some(at - 1),
            b';' => {}
            quote => at += memchr(quote, &style[at..])? + 1,
        }
    }
    (open == 0).then_some(style.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resets_take_bold_away_and_empty_declarations_change_nothing() {
        for (style, around, expected) in [
            ("font-weight: bold", Style::PLAIN, Style::STRONG),
            ("font-weight:600 !important", Style::PLAIN, Style::STRONG),
            ("font-weight: 400", Style::STRONG, Style::PLAIN),
            ("font-weight: inherit", Style::STRONG, Style::STRONG),
            ("text-decoration: none; color: red", Style::STRIKE, Style::STRIKE),
            ("text-decoration-line: line-through", Style::PLAIN, Style::STRIKE),
            ("font: bold 15px/1.5 sans-serif", Style::PLAIN, Style::STRONG),
            ("font: 15px sans-serif", Style::STRONG, Style::PLAIN),
            ("font: inherit", Style::STRONG, Style::STRONG),
            ("FONT-STYLE: Italic", Style::PLAIN, Style::EMPHASIS),
        ] {
            assert_eq!(Css::parse(style).apply(around), expected, "{style}");
        }
    }

    #[test]
    fn quotes_and_brackets_hide_semicolons() {
        let css = Css::parse("background-image: url(\"https://a/b;c?x=1\"); font-family: 'a;b'; display: none");
        assert_eq!(css.background, Some("https://a/b;c?x=1"));
        assert_eq!(css.display, Display::None);
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_rest() {
        assert_eq!(Css::parse("font-family: 'a; font-weight: bold").apply(Style::PLAIN), Style::STRONG);
        assert_eq!(Css::parse("a:(;b:(;font-weight: bold").apply(Style::PLAIN), Style::STRONG);
    }
}
