//! Reads pictures: of elements, of backgrounds, and the site's emoji.
//!
//! A background is content where nothing else is: on an element inside a drawing (where interactive articles keep
//! their pictures), or on one that has neither words nor pictures of its own but the height of a picture. Backgrounds
//! behind words, and small ones such as the three dots over a block of code, are ornaments. In a body without any other
//! picture they stand as pictures, in one with others as cards: a reader can open them, and they don't come between.

use super::body::{Backgrounds, Walk};
use super::dom::Element;
use super::flow::{Around, Flow};
use super::style::{Css, Display, Room};
use crate::model::{Card, CardKind, Image, ImageUrl, InlineKind, Oddity};

/// Whether an element is a picture that stands in the text.
pub(super) fn is_picture(element: Element<'_>) -> bool {
    matches!(element.name(), "img" | "image")
}

/// Reads an `img`, an `image` of a drawing or an embedded drawing; `false` where the element is none.
pub(super) fn read(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) -> bool {
    let source = match element.name() {
        "img" => source(element),
        "image" => source(element).or_else(|| element.prefixed_attribute("href")),
        // The formula editor embeds its drawings; some lost the LaTeX beside them.
        "embed" => match source(element).filter(|source| is_uploaded(source)) {
            Some(source) => Some(source),
            None => return false,
        },
        _ => return false,
    };
    let Some(source) = source else {
        walk.oddities.add_many(Oddity::BadPictureAddress, u32::from(lacks_address(element)));
        return true;
    };
    match ImageUrl::parse(source) {
        Some(url) => {
            let alt = alt(element, source);
            let image = InlineKind::Image(Image { url, alt, size: size(element) });
            let css = Css::parse(element.attribute("style").unwrap_or_default());
            // In a link it stays beside the words that it belongs to.
            let stands_alone = css.display == Display::Block && around.setting.link.is_none();
            if stands_alone {
                flow.end_line();
            }
            flow.line.push(image, around.setting);
            if stands_alone {
                flow.end_line();
            }
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

/// Whether the editor wrote of what size a picture is, but nothing of where it is.
fn lacks_address(element: Element<'_>) -> bool {
    element.attribute("data-ratio").is_some() && element.first_attribute(&["src"]).is_none()
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

/// The attribute that holds the picture behind an element until it is loaded.
const LAZY: &str = "data-lazy-bgimg";

/// What the picture behind an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Background {
    /// A picture to look at.
    Content,
    /// Nothing, or what a reader doesn't miss.
    Ornament,
    /// Perhaps a picture to look at, but nothing says that it is more than an ornament.
    LeftOut,
}

/// The style of an element, with the picture behind it, wherever that is named.
pub(super) fn style(element: Element<'_>) -> Css<'_> {
    let mut css = Css::parse(element.attribute("style").unwrap_or_default());
    css.background = element.first_attribute(&[LAZY]).or(css.background);
    css
}

/// Reads the picture behind an element.
pub(super) fn read_behind(
    walk: &mut Walk<'_>,
    element: Element<'_>,
    css: Css<'_>,
    around: Around<'_>,
    flow: &mut Flow,
) {
    match background(element, css, around) {
        Background::Content => read_background(walk, css, around, flow),
        Background::Ornament => {}
        Background::LeftOut => walk.oddities.add(Oddity::BackgroundLeftOut),
    }
}

fn background(element: Element<'_>, css: Css<'_>, around: Around<'_>) -> Background {
    let Some(url) = css.background else { return Background::Ornament };
    let in_drawing = around.in_drawing || element.name() == "svg";
    if !is_uploaded(url) || css.room == Room::Ornament {
        return Background::Ornament;
    }
    if in_drawing || is_bare(element) && room(element, css) == Room::Picture {
        Background::Content
    } else if element.has_text() {
        Background::Ornament
    } else {
        Background::LeftOut
    }
}

/// Whether an address is that of a picture that an author uploaded, and none of the site's own.
fn is_uploaded(url: &str) -> bool {
    url.contains("mmbiz") || url.contains("qpic.cn")
}

/// Whether an element has neither words nor anything to look at of its own. An empty drawing only keeps room.
fn is_bare(element: Element<'_>) -> bool {
    let shows = |element: Element<'_>| {
        matches!(element.name(), "img" | "image" | "iframe" | "video" | "audio" | "table" | "qqmusic" | "embed")
            || matches!(element.name(), "path" | "polygon" | "circle" | "ellipse" | "use")
            || element.name().starts_with("mp")
            || element.attribute("style").is_some_and(|style| style.contains("url("))
            || element.attribute(LAZY).is_some()
    };
    !element.has_text() && !element.descendants().any(shows)
}

/// What an element leaves room for: by its own size, or by what only keeps room inside of it.
fn room(element: Element<'_>, css: Css<'_>) -> Room {
    let of_child = |child: Element<'_>| match Css::parse(child.attribute("style").unwrap_or_default()).room {
        Room::Unsaid => room_of_drawing(child),
        room => room,
    };
    match css.room {
        Room::Unsaid if element.descendants().map(of_child).any(|room| room == Room::Picture) => Room::Picture,
        room => room,
    }
}

/// What an empty drawing keeps room for: as wide as the page, unless it says otherwise, and in the ratio of its view.
pub(super) fn room_of_drawing(element: Element<'_>) -> Room {
    let view = element.attribute("viewBox").unwrap_or_default();
    let mut sides = view.split([' ', ',']).filter(|side| !side.is_empty()).skip(2).map(str::parse::<f32>);
    let (Some(Ok(width)), Some(Ok(height))) = (sides.next(), sides.next()) else { return Room::Unsaid };
    let is_small = ["width", "height"].iter().any(|side| {
        let size = element.attribute(side).map(|size| size.trim().trim_end_matches("px").parse::<f32>());
        size.is_some_and(|size| size.is_ok_and(|size| size < 60.0))
    });
    match (is_small, width > 0.0 && height / width >= 0.2) {
        (true, _) => Room::Ornament,
        (false, true) => Room::Picture,
        (false, false) => Room::Unsaid,
    }
}

fn read_background(walk: &mut Walk<'_>, css: Css<'_>, around: Around<'_>, flow: &mut Flow) {
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
    Card {
        kind: CardKind::Picture,
        name: String::new(),
        detail: None,
        url: address,
        id: None,
        alias: None,
        cover: Some(url),
    }
}
