//! The pictures that front matter names: the cover, under whatever key a theme keeps it.

use std::ops::Range;

use super::value::{Entries, Node, Value};

/// The bytes of every picture address below a picture key, in the order of the file.
pub(super) fn pictures(entries: &Entries, text: &str, base: usize) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut pending: Vec<(bool, &Node)> = entries.iter().rev().map(|(key, node)| (is_picture_key(key), node)).collect();
    while let Some((wanted, node)) = pending.pop() {
        match &node.value {
            Value::Text(address) if wanted && is_address(address) => {
                spans.push(bytes_of(address, &node.span, text, base));
            }
            Value::List(items) => pending.extend(items.iter().rev().map(|item| (wanted, item))),
            Value::Map(entries) => {
                // `cover: {image: …, alt: …}`, `image: {path: …, alt: …}`: the keys inside decide again.
                let is_wanted = |key: &str| is_picture_key(key) || wanted && PLACE_KEYS.contains(&plain(key).as_str());
                pending.extend(entries.iter().rev().map(|(key, node)| (is_wanted(key), node)));
            }
            Value::Text(_) | Value::Null => {}
        }
    }
    spans
}

/// `cover: true` and `image: 3` are switches of themes.
pub(super) fn is_address(value: &str) -> bool {
    value.contains(['/', '.']) && !value.contains(char::is_whitespace) && !value.starts_with(|c: char| c.is_numeric())
}

/// Keys under which themes keep pictures, compared without case, `_` and `-`.
const PICTURE_KEYS: [&str; 33] = [
    "cover",
    "coverimage",
    "coverimg",
    "image",
    "images",
    "img",
    "thumbnail",
    "thumb",
    "featuredimage",
    "featureimage",
    "banner",
    "topimg",
    "ogimage",
    // Hexo.
    "indeximg",
    "bannerimg",
    "photos",
    "headerimg",
    "headerimage",
    // Jekyll: `header: {teaser: …, overlay_image: …}`.
    "teaser",
    "overlayimage",
    "heroimage",
    "hero",
    "background",
    "backgroundimage",
    "poster",
    "featuredimagepreview",
    "thumbnailimage",
    "headimg",
    "headimage",
    "topimage",
    "socialimage",
    "picture",
    "pic",
];

/// Keys below such a key that say where the picture is.
const PLACE_KEYS: [&str; 5] = ["src", "url", "path", "file", "href"];

fn is_picture_key(key: &str) -> bool {
    PICTURE_KEYS.contains(&plain(key).as_str())
}

fn plain(key: &str) -> String {
    key.chars().filter(|char| !matches!(char, '_' | '-')).collect::<String>().to_ascii_lowercase()
}

/// Where an address stands inside the bytes of its value, which may have quotation marks and escapes.
fn bytes_of(address: &str, span: &Range<usize>, text: &str, base: usize) -> Range<usize> {
    let span = base + span.start..base + span.end;
    let written = text.get(span.clone()).unwrap_or_default();
    let (start, len) = written.find(address).map_or_else(
        || {
            let inner = written.trim_matches(|char: char| matches!(char, '"' | '\'') || char.is_whitespace());
            (written.find(inner).unwrap_or(0), inner.len())
        },
        |start| (start, address.len()),
    );
    span.start + start..span.start + start + len
}
