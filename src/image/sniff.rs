//! Tells a picture's type from its bytes; what hosts and addresses say about it is often wrong (anatomy §3.4).

use super::{BadImage, svg};

/// The types of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// AVIF.
    Avif,
    /// A drawing in SVG.
    Svg,
    /// A Windows bitmap.
    Bmp,
    /// A Windows icon.
    Ico,
    /// HEIF with HEVC, as phones take photographs.
    Heic,
    /// TIFF.
    Tiff,
}

impl Format {
    /// Every type.
    pub const ALL: [Self; 10] = [
        Self::Png,
        Self::Jpeg,
        Self::Gif,
        Self::Webp,
        Self::Avif,
        Self::Svg,
        Self::Bmp,
        Self::Ico,
        Self::Heic,
        Self::Tiff,
    ];

    /// Tells the type from the bytes; `None` where they begin like no known picture.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => of_brands(bytes),
            // Reserved zeros and the small number of a header's length: `BM` alone begins many texts.
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12..=124, 0, 0, 0, ..] => Some(Self::Bmp),
            [0, 0, 1, 0, 1..=255, 0, _, _, _, 0 | 255, ..] => Some(Self::Ico),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Self::Tiff),
            _ => svg::is_svg(bytes).then_some(Self::Svg),
        }
    }

    /// The usual file name extension, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Svg => "svg",
            Self::Bmp => "bmp",
            Self::Ico => "ico",
            Self::Heic => "heic",
            Self::Tiff => "tiff",
        }
    }

    /// The media type, for `Content-Type`.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Svg => "image/svg+xml",
            Self::Bmp => "image/bmp",
            Self::Ico => "image/vnd.microsoft.icon",
            Self::Heic => "image/heic",
            Self::Tiff => "image/tiff",
        }
    }

    /// The type that a media type of [`media_type`](Self::media_type) stands for.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.media_type() == media_type)
    }

    /// The name used in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::Webp => "WebP",
            Self::Avif => "AVIF",
            Self::Svg => "SVG",
            Self::Bmp => "BMP",
            Self::Ico => "ICO",
            Self::Heic => "HEIC",
            Self::Tiff => "TIFF",
        }
    }
}

/// AVIF or HEIC by the brands of the first box: the major one, a version, and the compatible ones. A video has others.
fn of_brands(bytes: &[u8]) -> Option<Format> {
    let size = bytes.first_chunk().map_or(0, |size| u32::from_be_bytes(*size));
    let end = usize::try_from(size).unwrap_or(usize::MAX).clamp(8, 256).min(bytes.len());
    let brands = bytes[8..end].chunks_exact(4).enumerate().filter(|(index, _)| *index != 1).map(|(_, brand)| brand);
    brands.into_iter().find_map(|brand| match brand {
        b"avif" | b"avis" => Some(Format::Avif),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Some(Format::Heic),
        _ => None,
    })
}

/// Says what came instead of a picture.
pub(super) fn instead_of_a_picture(bytes: &[u8]) -> BadImage {
    if bytes.is_empty() {
        return BadImage::Empty;
    }
    let start = bytes.get(..1024).unwrap_or(bytes);
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let is_html = ["<!doctype html", "<html", "<head", "<body", "<script", "<meta", "<title", "<div", "<p>", "<!--"]
        .iter()
        .any(|tag| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes())));
    let is_text = start.iter().all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace());
    match (is_html, is_text) {
        (true, _) => BadImage::Html,
        (false, true) => BadImage::Text,
        (false, false) => BadImage::Unknown,
    }
}
