//! Pictures in Hugo's shortcodes, `{{< figure src="…" >}}`: Hugo's own, and those that themes add.

use std::ops::Range;

use memchr::memmem;

use super::html::{Attributes, Tag, TagKind};

/// Shortcodes that show the picture of their `src`.
const NAMES: [&str; 6] = ["figure", "image", "img", "picture", "photo", "lightbox"];

/// Finds them from a byte on, but for those in code.
pub(super) fn pictures(text: &str, from: usize, code: &[Range<usize>]) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = from;
    while let Some(start) = memmem::find(&text.as_bytes()[at..], b"{{").map(|start| at + start) {
        at = start + 2;
        let Some(sign @ (b'<' | b'%')) = text.as_bytes().get(at).copied() else { continue };
        let rest = &text.as_bytes()[at..];
        // One that is not closed before the next begins is none.
        let rest = memmem::find(rest, b"{{").map_or(rest, |next| &rest[..next]);
        let Some(length) = memmem::find(rest, &[sign_end(sign), b'}', b'}']) else { continue };
        let inside = &text.as_bytes()[..at + length];
        let is_in_code = code.iter().any(|code| code.contains(&start));
        if !is_in_code {
            found.extend(picture(inside, start..at + length + 3, at + 1));
        }
        at += length;
    }
    found
}

/// The picture of one, whose bytes end before its end mark; `None` where it shows something else.
fn picture(bytes: &[u8], span: Range<usize>, from: usize) -> Option<Tag> {
    let name_start = from + bytes[from..].iter().position(|byte| !byte.is_ascii_whitespace())?;
    let name_end = name_start + bytes[name_start..].iter().position(u8::is_ascii_whitespace)?;
    let name = str::from_utf8(&bytes[name_start..name_end]).ok()?;
    if !NAMES.contains(&name) {
        return None;
    }
    let attributes = Attributes::read(bytes, name_end);
    let src = attributes.get(bytes, "src")?;
    let alt = ["alt", "caption", "title"].iter().find_map(|name| attributes.get(bytes, name));
    Some(Tag { span, kind: TagKind::Picture { src, alt } })
}

fn sign_end(sign: u8) -> u8 {
    if sign == b'<' { b'>' } else { b'%' }
}
