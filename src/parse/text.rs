//! Makes text of the bytes of a page, or says why they are none.
//!
//! The site sends UTF-8 only, but pages that people saved may have been written in another encoding, or damaged.

use std::borrow::Cow;

use memchr::memmem;

use super::Unreadable;

/// Broken characters beyond which bytes are no text, if they are a tenth of all that isn't ASCII.
const MOST_BROKEN: u32 = 20;

/// Bytes at the beginning that say which encoding the rest has.
const HEAD: usize = 4096;

/// A page as text.
pub(super) struct Text<'a> {
    pub(super) html: Cow<'a, str>,
    /// How many characters could not be read, and are replaced.
    pub(super) broken: u32,
}

impl<'a> Text<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        if is_utf16(bytes) {
            return Err(Unreadable::Encoding("UTF-16"));
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        // The check of the whole is many times faster than the search for what is broken. Pages that say to be in
        // another encoding and aren't were converted by whoever saved them.
        if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
            return Ok(Self { html: Cow::Borrowed(text), broken: 0 });
        }
        if let Some(encoding) = stated_encoding(bytes) {
            return Err(Unreadable::Encoding(encoding));
        }
        let html = String::from_utf8_lossy(bytes);
        let count = |is: fn(char) -> bool| u32::try_from(html.chars().filter(|char| is(*char)).count());
        let broken = count(|char| char == char::REPLACEMENT_CHARACTER).unwrap_or(u32::MAX);
        let foreign = count(|char| !char.is_ascii()).unwrap_or(u32::MAX);
        if broken > MOST_BROKEN && broken > foreign / 10 {
            return Err(Unreadable::NotText);
        }
        Ok(Self { html, broken })
    }
}

/// Whether bytes are UTF-16: by their mark, or by every other byte of the first tags being zero.
fn is_utf16(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(64)];
    let zeros = memchr::memchr_iter(0, start).count();
    start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") || start.len() >= 8 && zeros * 3 > start.len()
}

/// The Chinese encoding that a page says to be in.
fn stated_encoding(bytes: &[u8]) -> Option<&'static str> {
    let head = bytes[..bytes.len().min(HEAD)].to_ascii_lowercase();
    let at = memmem::find(&head, b"charset=")? + b"charset=".len();
    let name = head[at..].trim_ascii_start();
    let name = name.strip_prefix(b"\"").or_else(|| name.strip_prefix(b"'")).unwrap_or(name);
    let known: [(&[u8], &str); 4] = [(b"gb18030", "GB18030"), (b"gbk", "GBK"), (b"gb2312", "GBK"), (b"big5", "Big5")];
    known.iter().find(|(written, _)| name.starts_with(written)).map(|(_, encoding)| *encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(bytes: &[u8]) -> Option<Unreadable> {
        Text::of(bytes).err()
    }

    #[test]
    fn broken_characters_are_counted_from_the_first() {
        let text = Text::of(b"<p>a\xc4b\xff</p>").ok();
        assert_eq!(text.map(|text| text.broken), Some(2));
        assert_eq!(Text::of("<p>\u{fffd}</p>".as_bytes()).ok().map(|text| text.broken), Some(0));
    }

    #[test]
    fn a_page_in_a_chinese_encoding_is_refused_by_its_name() {
        assert_eq!(encoding(b"<meta charset=gbk><p>\xd6\xd0</p>"), Some(Unreadable::Encoding("GBK")));
        assert_eq!(encoding(b"<meta content='text/html; charset=GB2312'>\xd6\xd0"), Some(Unreadable::Encoding("GBK")));
        assert_eq!(encoding("<meta charset=gbk><p>中</p>".as_bytes()), None);
    }

    #[test]
    fn utf_16_is_refused_with_and_without_its_mark() {
        let wide: Vec<u8> = "<p>text</p>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(encoding(&wide), Some(Unreadable::Encoding("UTF-16")));
        assert_eq!(encoding(&[b"\xff\xfe".as_slice(), &wide].concat()), Some(Unreadable::Encoding("UTF-16")));
    }
}
