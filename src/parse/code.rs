//! Reads code in the markup of every editor (anatomy §3.6).

use super::body::Walk;
use super::dom::{Element, Node};
use super::flow::{Around, Flow};
use super::link;
use super::style::{Css, Display};
use crate::model::{Block, Oddity};

/// Reads preformatted text as a block of code, and the pictures in it after it.
pub(super) fn read_block(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
    let text = lines(element);
    if !text.is_empty() {
        flow.push(Block::Code { language: language(element), text });
    }
    let links = element.descendants().filter(|found| found.name() == "a" && leads_elsewhere(*found)).count();
    walk.oddities.add_many(Oddity::LinkInCode, u32::try_from(links).unwrap_or(u32::MAX));
    for picture in element.descendants().filter(|found| found.name() == "img") {
        walk.element(picture, around, flow);
    }
}

/// Whether a link has a target that its words don't tell.
fn leads_elsewhere(anchor: Element<'_>) -> bool {
    let href = anchor.attribute("href").unwrap_or_default();
    link::target(href).is_some_and(|target| !matches!(anchor.text().trim(), words if words == href || words == target))
}

/// Reads code in a line; a `code` of several lines that stands outside of `pre` is a block.
pub(super) fn read_inline(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
    let has_lines = element.descendants().any(|found| found.name() == "br" || found.name() == "code");
    let has_media = element.descendants().any(|found| matches!(found.name(), "img" | "svg" | "iframe"));
    let css = Css::parse(element.attribute("style").unwrap_or_default());
    // In a sentence or a link it stays where it is, its lines apart.
    let in_line = css.display != Display::Block && (around.setting.link.is_some() || !flow.line.is_empty());
    // An element left open goes around all that follows.
    let holds_article = element.descendants().any(is_of_article);
    if !in_line
        && !holds_article
        && (has_lines || css.display == Display::Block && element.text().contains('\n'))
        && !has_media
    {
        return read_block(walk, element, around, flow);
    }
    walk.children(element, around.as_code(), flow);
    if !around.setting.code {
        flow.line.end_code();
    }
}

/// Whether an element is one that an article has, and no code.
fn is_of_article(element: Element<'_>) -> bool {
    matches!(
        element.name(),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" | "blockquote" | "pre" | "a"
    )
}

/// The lines of preformatted text.
///
/// The site's own editor writes one `code` a line, others end lines with `<br>` or line feeds, and indent with
/// no-break spaces.
pub(super) fn lines(element: Element<'_>) -> String {
    let mut lines = Lines { text: String::new(), one_code_a_line: false };
    lines.one_code_a_line = element.elements().filter(|child| child.name() == "code").count() > 1;
    lines.gather(element, 0);
    let text = lines.text.replace('\u{a0}', " ").replace(['\u{200b}', '\u{feff}', '\r'], "");
    // Line numbers that a style sheet counts leak into pages that tools saved as text.
    let is_number = |line: &&str| matches!(*line, "counter(line" | "ounter(line");
    let mut kept = String::with_capacity(text.len());
    let mut line_ends = 0;
    for line in text.split('\n').map(str::trim_end).filter(|line| !is_number(line)) {
        if !line.is_empty() {
            (0..line_ends).for_each(|_| kept.push('\n'));
            kept.push_str(line);
            line_ends = 0;
        }
        line_ends += usize::from(!kept.is_empty());
    }
    kept
}

struct Lines {
    text: String,
    one_code_a_line: bool,
}

impl Lines {
    fn gather(&mut self, element: Element<'_>, depth: usize) {
        for node in element.children() {
            match node {
                Node::Text(text) => self.text.push_str(text),
                Node::Element(child) if depth > 200 => self.text.push_str(&child.text()),
                Node::Element(child) => self.element(child, depth + 1),
            }
        }
    }

    fn element(&mut self, element: Element<'_>, depth: usize) {
        let name = element.name();
        if name == "br" {
            return self.text.push('\n');
        }
        let css = Css::parse(element.attribute("style").unwrap_or_default());
        let is_dropped = matches!(name, "script" | "style") || element.has_class("code-snippet__line-index");
        if is_dropped || css.display == Display::None {
            return;
        }
        let is_line = name == "code" && self.one_code_a_line;
        let stands_alone = is_line || matches!(name, "p" | "div" | "section" | "li" | "tr");
        if stands_alone && !self.text.is_empty() {
            self.end_line();
        }
        if name == "td" && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        // An empty line is a `code` with a `<br>`; one with nothing has no height.
        self.gather(element, depth);
        if stands_alone {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

/// The language, as the page names it in `data-lang` or in a class.
fn language(element: Element<'_>) -> Option<String> {
    let inner = element.elements().find(|child| child.name() == "code");
    let candidates = [Some(element), inner];
    let of_data = |element: &&Element<'_>| {
        let named = element.first_attribute(&["data-lang", "data-language"]);
        // Word writes the language of the text, as `EN-US`, where editors write that of the code.
        named.or_else(|| element.first_attribute(&["lang"]).filter(|lang| !is_locale(lang))).map(str::to_owned)
    };
    let of_class = |element: &&Element<'_>| language_of_class(element.attribute("class")?).map(str::to_owned);
    let found = || candidates.iter().flatten();
    found().find_map(|element| of_data(&element)).or_else(|| found().find_map(|element| of_class(&element)))
}

/// Whether a `lang` names a language that people speak.
fn is_locale(lang: &str) -> bool {
    let (language, region) = lang.split_once('-').unwrap_or((lang, ""));
    matches!(language.to_ascii_lowercase().as_str(), "zh" | "en" | "ja" | "ko")
        || (language.len() == 2 && region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// The language in `language-x` or `lang-x`, in `brush:x`, or in the class beside `hljs`.
fn language_of_class(class: &str) -> Option<&str> {
    let mut words = class.split([' ', '\t', '\n', ';']).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        let prefixed = ["language-", "lang-", "brush:"].iter().find_map(|prefix| word.strip_prefix(prefix));
        match prefixed {
            Some("") if word == "brush:" => return words.next(),
            Some("") | None => {}
            Some(language) => return Some(language),
        }
    }
    highlighted(class)
}

/// The class beside `hljs`, where there is one and no more.
fn highlighted(class: &str) -> Option<&str> {
    let words: Vec<&str> = class.split_ascii_whitespace().collect();
    let (["hljs", language] | [language, "hljs"]) = words.as_slice() else { return None };
    language.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+#".contains(&byte)).then_some(*language)
}
