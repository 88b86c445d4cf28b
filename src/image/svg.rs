//! Finds the root element of an SVG drawing, and its size.

use memchr::{memchr, memmem};

use super::{Fault, Outline};

/// What browsers take for a drawing that states no size (CSS 2.2 §10.3.2).
const DEFAULT: (f64, f64) = (300.0, 150.0);

/// The first element of a document.
struct Root<'a> {
    /// The name, with its prefix.
    name: &'a [u8],
    /// From behind the name to the `>`; `None` where that is missing.
    attributes: Option<&'a [u8]>,
    /// What comes after that.
    content: &'a [u8],
}

/// Whether the first element is `svg`, which an HTML page with a drawing in it does not begin with.
pub(super) fn is_svg(bytes: &[u8]) -> bool {
    root(bytes).is_some_and(|root| local_name(root.name) == b"svg")
}

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let missing = Fault::Truncated("the end of the element `svg`");
    let root = root(bytes).ok_or(missing)?;
    let attributes = root.attributes.ok_or(missing)?;
    if !attributes.ends_with(b"/") && !is_closed(root.content, root.name) {
        return Err(missing);
    }
    let (width, height) = size(attributes);
    Ok(Outline { width, height, frames: 1 })
}

/// The first colour that something in the drawing is filled with, written in hex digits as editors do.
pub(super) fn first_fill(bytes: &[u8]) -> Option<[u8; 3]> {
    memmem::find_iter(bytes, b"fill").find_map(|at| {
        let rest = bytes[at + 4..].strip_prefix(b":").or_else(|| bytes[at + 4..].strip_prefix(b"=\""));
        let rest = rest?.trim_ascii_start().strip_prefix(b"#")?;
        let digits: Vec<u8> = rest
            .iter()
            .take(7)
            .map_while(|byte| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        match digits[..] {
            [red, green, blue] => Some([red, green, blue].map(|digit| digit * 17)),
            [r, red, g, green, b, blue] => Some([r * 16 + red, g * 16 + green, b * 16 + blue]),
            _ => None,
        }
    })
}

/// Whether an element of that name ends: drawings have drawings inside, each with an end tag of its own.
fn is_closed(content: &[u8], name: &[u8]) -> bool {
    let (mut rest, mut depth) = (content, 1_usize);
    while let Some(at) = memchr(b'<', rest) {
        rest = &rest[at..];
        let skipped = if rest.starts_with(b"<!--") {
            after(rest, b"-->")
        } else if rest.starts_with(b"<![CDATA[") {
            after(rest, b"]]>")
        } else {
            tag_end(rest).map(|end| {
                let tag = &rest[1..end];
                let is_end = tag.starts_with(b"/");
                let of_name = tag.strip_prefix(b"/").unwrap_or(tag).strip_prefix(name);
                if of_name.is_some_and(|tag| tag.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'/'))
                {
                    depth = if is_end { depth - 1 } else { depth + usize::from(!tag.ends_with(b"/")) };
                }
                &rest[end + 1..]
            })
        };
        match skipped {
            Some(_) if depth == 0 => return true,
            Some(skipped) => rest = skipped,
            None => return false,
        }
    }
    false
}

/// Skips what may stand before the first element: a byte order mark, declarations, comments, a document type.
fn root(bytes: &[u8]) -> Option<Root<'_>> {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    loop {
        rest = rest.trim_ascii_start();
        rest = if rest.starts_with(b"<?") {
            after(rest, b"?>")?
        } else if rest.starts_with(b"<!--") {
            after(rest, b"-->")?
        } else if rest.starts_with(b"<!DOCTYPE") {
            let end = tag_end(rest)?;
            &rest[end + 1..]
        } else {
            return element(rest);
        };
    }
}

fn element(rest: &[u8]) -> Option<Root<'_>> {
    let rest = rest.strip_prefix(b"<")?;
    let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))?;
    let (name, rest) = rest.split_at(end);
    let end = tag_end(rest);
    let content = end.map(|end| &rest[end + 1..]).unwrap_or_default();
    Some(Root { name, attributes: end.map(|end| &rest[..end]), content })
}

fn after<'a>(rest: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    memmem::find(rest, end).map(|at| &rest[at + end.len()..])
}

/// Where the `>` is that ends a tag: not one in quotes, nor one in the brackets of a document type.
fn tag_end(rest: &[u8]) -> Option<usize> {
    let (mut quote, mut brackets) = (None, 0_usize);
    for (at, byte) in rest.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => brackets += 1,
            (None, b']') => brackets = brackets.saturating_sub(1),
            (None, b'>') if brackets == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

fn local_name(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b':').next().unwrap_or(name)
}

/// The size in pixels: stated, or from the view box, or one side from the other by the shape of the view box.
fn size(attributes: &[u8]) -> (u32, u32) {
    let side = |name: &str| attribute(attributes, name).and_then(pixels);
    let view = attribute(attributes, "viewBox").and_then(view_box);
    let (width, height) = match (side("width"), side("height"), view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((x, y))) => (width, width * y / x),
        (None, Some(height), Some((x, y))) => (height * x / y, height),
        (None, None, Some(view)) => view,
        (width, height, None) => (width.unwrap_or(DEFAULT.0), height.unwrap_or(DEFAULT.1)),
    };
    (whole(width), whole(height))
}

/// The value of an attribute, `name="value"`.
fn attribute<'a>(attributes: &'a [u8], name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        let (key, after_key) = rest.split_at(rest.iter().position(|byte| *byte == b'=')?);
        let value = after_key[1..].trim_ascii_start();
        let quote = value.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
        let length = value[1..].iter().position(|byte| byte == quote)?;
        if key.trim_ascii() == name.as_bytes() {
            return std::str::from_utf8(&value[1..=length]).ok();
        }
        rest = &value[length + 2..];
    }
}

/// A length in pixels; `None` for one that depends on where the drawing stands.
fn pixels(value: &str) -> Option<f64> {
    let value = value.trim();
    let digits =
        value.bytes().position(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-')).unwrap_or(value.len());
    let (number, unit) = value.split_at(digits);
    let factor = match unit.trim() {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * factor)
}

/// Width and height of `min-x min-y width height`, where both are more than nothing.
fn view_box(value: &str) -> Option<(f64, f64)> {
    let separators = |char: char| char == ',' || char.is_ascii_whitespace();
    let numbers: Vec<f64> =
        value.split(separators).filter(|part| !part.is_empty()).map_while(|part| part.parse().ok()).collect();
    match numbers[..] {
        [_, _, width, height] if width > 0.0 && height > 0.0 => Some((width, height)),
        _ => None,
    }
}

/// Whole pixels, at least one where there is anything; negative lengths are none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from f64 saturates")]
fn whole(side: f64) -> u32 {
    side.ceil() as u32
}
