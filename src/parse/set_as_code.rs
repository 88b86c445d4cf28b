//! Finds code that no element marks: text in a fixed-width font whose blanks and line ends count (anatomy §3.6).
//!
//! Editors that know no code, and the site that takes their elements away, leave code as sections and paragraphs with
//! a `style`. Letters and poems are set alike, so it has to look like code too, the more so where long lines wrap, and
//! whatever a block of code would lose keeps it text: bold words, links, the item or the cell around.

use super::code;
use super::dom::{Element, Node};
use super::inline::Setting;
use super::style::{Css, Display};
use crate::model::Style;

/// What may still be spent on looking, in elements and sixteenths of their bytes: elements nest, and each is looked at.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(2_000_000)
    }
}

impl Budget {
    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.0 = self.0.checked_sub(1 + bytes / 16)?;
        Some(())
    }
}

/// The lines of an element that is set as code; `None` for any other.
pub(super) fn lines(element: Element<'_>, setting: Setting<'_>, budget: &mut Budget) -> Option<String> {
    if setting.style != Style::PLAIN || setting.link.is_some() {
        return None;
    }
    // Most text is set so nowhere around, and its own style does not change that.
    if !setting.keeps_lines && !element.attribute("style").is_some_and(|style| style.contains("white-space")) {
        return None;
    }
    let wraps = match declared(element, "white-space", budget)?.to_ascii_lowercase().as_str() {
        "pre" => false,
        "pre-wrap" | "break-spaces" => true,
        _ => return None,
    };
    let is_fixed = declared(element, "font-family", budget).is_some_and(is_fixed_width);
    all_fixed(element, is_fixed, 0, budget)?;
    stands_free(element, budget)?;
    let lines = code::lines(element);
    let is_code = if wraps { wraps_as_code(&lines) } else { !is_chinese(&lines) || is_chinese_code(&lines) };
    is_code.then_some(lines)
}

/// Makes sure that no item or cell is around: a block of code would take its place.
fn stands_free(element: Element<'_>, budget: &mut Budget) -> Option<()> {
    for around in std::iter::successors(element.parent(), |element| element.parent()) {
        budget.spend(0)?;
        if matches!(around.name(), "li" | "td" | "th") {
            return None;
        }
    }
    Some(())
}

/// What an element's own style, or else the nearest around it, says of an inherited property.
fn declared<'a>(element: Element<'a>, property: &str, budget: &mut Budget) -> Option<&'a str> {
    for element in std::iter::successors(Some(element), |element| element.parent()) {
        budget.spend(element.attribute("style").map_or(0, str::len))?;
        if let Some(value) = own(element, property) {
            return Some(value);
        }
    }
    None
}

fn own<'a>(element: Element<'a>, property: &str) -> Option<&'a str> {
    let mut declarations = element.attribute("style")?.split(';').filter_map(|part| part.split_once(':'));
    let (_, value) = declarations.rfind(|(name, _)| name.trim().eq_ignore_ascii_case(property))?;
    Some(value.trim().trim_end_matches("!important").trim_end())
}

/// Whether the first font of a list is one of fixed width.
fn is_fixed_width(fonts: &str) -> bool {
    const PARTS: [&str; 7] = ["consolas", "monaco", "menlo", "courier", "inconsolata", "source code", "fira code"];
    let first = fonts.split(',').next().unwrap_or(fonts).to_ascii_lowercase();
    // Monotype is a maker of fonts, most of them of any width.
    let is_mono = |word: &str| word == "monospace" || word.ends_with("mono");
    PARTS.iter().any(|part| first.contains(part)) || first.split(|char: char| !char.is_alphanumeric()).any(is_mono)
}

/// Makes sure that all words below are in a fixed-width font, and nothing but words is there.
fn all_fixed(element: Element<'_>, is_fixed: bool, depth: usize, budget: &mut Budget) -> Option<()> {
    for node in element.children() {
        match node {
            Node::Text(text) if is_fixed || text.trim().is_empty() => budget.spend(text.len())?,
            Node::Element(child) if depth < 200 && is_text(child) => {
                budget.spend(child.attribute("style").map_or(0, str::len))?;
                let of_tag = is_fixed || child.name() == "code";
                let is_fixed = own(child, "font-family").map_or(of_tag, is_fixed_width);
                all_fixed(child, is_fixed, depth + 1, budget)?;
            }
            _ => return None,
        }
    }
    Some(())
}

/// Whether an element may stand in code, where nothing is bold, slanted or struck.
fn is_text(element: Element<'_>) -> bool {
    const NAMES: [&str; 7] = ["p", "div", "section", "span", "br", "font", "code"];
    let css = Css::parse(element.attribute("style").unwrap_or_default());
    let is_plain = || css.apply(Style::PLAIN) == Style::PLAIN && element.attribute("data-formula").is_none();
    css.display == Display::None || NAMES.contains(&element.name()) && is_plain()
}

/// Whether lines that wrap are code: several, few of them Chinese, and one as no sentence begins or ends.
fn wraps_as_code(text: &str) -> bool {
    let ends_as_code = |line: &str| line.ends_with([';', '{', '}', '(', ')', '\\', '>']);
    text.contains('\n') && !is_chinese(text) && text.lines().any(|line| is_indented(line) || ends_as_code(line))
}

/// Whether text in Chinese is code after all, most of it comments.
fn is_chinese_code(text: &str) -> bool {
    let is_comment = |line: &str| ["//", "/*", "# ", "-- "].iter().any(|sign| line.trim_start().starts_with(sign));
    text.lines().any(is_comment) || text.contains('\n') && text.lines().any(is_indented)
}

fn is_indented(line: &str) -> bool {
    line.starts_with("  ") || line.starts_with('\t')
}

/// Whether more than a third of the letters are Chinese.
fn is_chinese(text: &str) -> bool {
    let letters = text.chars().filter(|char| !char.is_whitespace()).count();
    text.chars().filter(|char| matches!(char, '\u{3400}'..='\u{9fff}')).count() * 3 > letters
}
