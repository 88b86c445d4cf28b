//! Finds code that no element marks: text in a fixed-width font whose blanks and line ends count (anatomy §3.6).
//!
//! Editors that know no code, and the site that takes their elements away, leave code as sections and paragraphs with
//! a `style`. Where long lines wrap, as they do in prose, it has to look like code too: more than a line of it, and
//! little of it Chinese.

use super::code;
use super::dom::{Element, Node};
use super::style::{Css, Display};

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
pub(super) fn lines(element: Element<'_>, budget: &mut Budget) -> Option<String> {
    let wraps = match declared(element, "white-space", budget)?.to_ascii_lowercase().as_str() {
        "pre" => false,
        "pre-wrap" | "break-spaces" => true,
        _ => return None,
    };
    let is_fixed = declared(element, "font-family", budget).is_some_and(is_fixed_width);
    all_fixed(element, is_fixed, 0, budget)?;
    let lines = code::lines(element);
    (!wraps || lines.contains('\n') && !is_chinese(&lines)).then_some(lines)
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
    const PARTS: [&str; 8] =
        ["mono", "consolas", "monaco", "menlo", "courier", "inconsolata", "source code", "fira code"];
    let first = fonts.split(',').next().unwrap_or(fonts).to_ascii_lowercase();
    PARTS.iter().any(|part| first.contains(part))
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

/// Whether an element may stand in code.
fn is_text(element: Element<'_>) -> bool {
    const NAMES: [&str; 14] =
        ["p", "div", "section", "span", "br", "b", "strong", "em", "i", "font", "code", "u", "s", "del"];
    let is_hidden = || Css::parse(element.attribute("style").unwrap_or_default()).display == Display::None;
    NAMES.contains(&element.name()) && element.attribute("data-formula").is_none() || is_hidden()
}

/// Whether more than a third of the letters are Chinese.
fn is_chinese(text: &str) -> bool {
    let letters = text.chars().filter(|char| !char.is_whitespace()).count();
    text.chars().filter(|char| matches!(char, '\u{3400}'..='\u{9fff}')).count() * 3 > letters
}
