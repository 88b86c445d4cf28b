//! Reads pictures: of elements, of backgrounds, and the site's emoji.
//!
//! A background is content where nothing else is: on an element inside a drawing (where interactive articles keep
//! their pictures), or on one that has neither words nor pictures of its own but the height of a picture. Backgrounds
//! behind words, and small ones such as the three dots over a block of code, are ornaments. In a body without any other
//! picture they stand as pictures, in one with others as cards: a reader can open them, and they don't come between.

use super::body::{Backgrounds, Walk};
use super::dom::Element;
use super::flow::{Around, Flow};
use super::style::{Css, Room};
use crate::model::{Card, CardKind, Image, ImageUrl, InlineKind, Oddity};

/// Whether an element is a picture that stands in the text.
pub(super) fn is_picture(element: Element<'_>) -> bool {
    matches!(element.name(), "img" | "image")
}

/// Reads an `img`, or an `image` of a drawing; `false` where the element is none.
pub(super) fn read(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) -> bool {
    let source = match element.name() {
        "img" => source(element),
        "image" => source(element).or_else(|| element.prefixed_attribute("href")),
        _ => return false,
    };
    let Some(source) = source else { return true };
    match ImageUrl::parse(source) {
        Some(url) => {
            let alt = alt(element, source);
            flow.line.push(InlineKind::Image(Image { url, alt, size: size(element) }), around.setting);
        }
        None => walk.oddities.add(Oddity::BadPictureAddress),
    }
    true
}

/// The address: `data-src`, since `src` holds a placeholder or a re-encoded copy, if anything (anatomy §3.3).
fn source(element: Element<'_>) -> Option<&str> {
    let lazy = element.first_attribute(&["data-src"]);
    lazy.or_else(|| element.first_attribute(&["src", "data-backsrc"]).filter(|source| !is_placeholder(source)))
}

/// Whether an address is one of the tiny pictures that keep a place until the real one is loaded.
fn is_placeholder(source: &str) -> bool {
    source.starts_with("data:") && source.len() < 600 || source.ends_with("/pic_blank.gif")
}

/// The description; what editors and the site write for want of one is none. Emoji are named, so that text stays text.
fn alt(element: Element<'_>, source: &str) -> String {
    let written = element
        .first_attribute(&["alt"])
        .filter(|alt| !matches!(*alt, "null" | "undefined" | "图片" | "image" | "Image"));
    match written {
        Some(alt) => super::meta::words(alt),
        None if source.contains("res.wx.qq.com") => emoji_name(source),
        None => String::new(),
    }
}

/// The name of an emoji, from its file where that is a name: `…/newemoji/Party.png` is `[Party]`.
fn emoji_name(source: &str) -> String {
    let file = source.split(['?', '#']).next().unwrap_or(source).rsplit('/').next().unwrap_or_default();
    let name = file.split(['.', '@']).next().unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_name { format!("[{name}]") } else { "[表情]".to_owned() }
}

/// The size of the original: its width, and the ratio of height to width.
fn size(element: Element<'_>) -> Option<(u32, u32)> {
    let number = |name| element.attribute(name).and_then(|text| text.trim().parse::<f64>().ok());
    let (width, ratio) = (number("data-w")?, number("data-ratio")?);
    let is_size = |number: f64| (1.0..100_000.0).contains(&number);
    let height = (width * ratio).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both were just bounded")]
    (is_size(width) && is_size(height)).then_some((width as u32, height as u32))
}

/// Whether the picture behind an element is content.
pub(super) fn background(element: Element<'_>, css: Css<'_>, around: Around<'_>) -> bool {
    let Some(url) = css.background else { return false };
    let is_uploaded = url.contains("mmbiz") || url.contains("qpic.cn");
    let in_drawing = around.in_drawing || element.name() == "svg";
    is_uploaded && css.room != Room::Ornament && (in_drawing || css.room == Room::Picture && is_bare(element))
}

/// Whether an element has neither words nor anything to look at of its own.
fn is_bare(element: Element<'_>) -> bool {
    let shows = |element: Element<'_>| {
        matches!(element.name(), "img" | "svg" | "image" | "iframe" | "video" | "audio" | "table" | "qqmusic")
            || element.name().starts_with("mp")
            || element.attribute("style").is_some_and(|style| style.contains("url("))
    };
    !element.has_text() && !element.descendants().any(shows)
}

/// Reads the picture behind an element.
pub(super) fn read_background(walk: &mut Walk<'_>, css: Css<'_>, around: Around<'_>, flow: &mut Flow) {
    match css.background.and_then(ImageUrl::parse) {
        Some(url) => {
            let kind = match walk.backgrounds {
                Backgrounds::Alone => InlineKind::Image(Image { url, alt: String::new(), size: None }),
                Backgrounds::Beside => InlineKind::Card(card(url)),
            };
            flow.end_line();
            flow.line.push(kind, around.setting);
            flow.end_line();
        }
        None => walk.oddities.add(Oddity::BadPictureAddress),
    }
}

/// A card that opens a picture.
fn card(url: ImageUrl) -> Card {
    let address = Some(url.as_str().to_owned()).filter(|address| address.starts_with("http"));
    Card { kind: CardKind::Picture, name: String::new(), detail: None, url: address, cover: Some(url) }
}
