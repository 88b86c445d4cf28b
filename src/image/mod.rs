//! Judges the bytes of a picture: its type, its size, and whether it is a whole picture at all.
//!
//! Checking decodes nothing. Each format's own structure is walked to its end mark, so that a picture that was cut off, a page
//! sent as `image/png`, or a header that promises gigabytes is found out before anything is stored or unpacked.

mod bmff;
mod bmp;
mod crc;
mod cursor;
mod decode;
mod exif;
mod gif;
mod ico;
mod jpeg;
pub mod placeholder;
mod png;
mod preview;
mod profile;
mod rows;
mod shrink;
mod sniff;
mod svg;
mod tiff;
mod variants;
mod webp;

pub use decode::DecodeError;
pub use preview::{Preview, preview};
pub use sniff::Format;
pub use variants::{Encoding, Reduced, Shape, Unpacked, Variant, VariantError, may_have_variants};

/// The most pixels a frame may have: what a decoder would need for more is no picture of an article.
pub const MAX_PIXELS: u64 = 100_000_000;

/// The most frames of an animation: three minutes and more.
pub const MAX_FRAMES: u32 = 5_000;

/// The most pixels of all frames together.
const MAX_PIXELS_OF_ALL: u64 = 100 * MAX_PIXELS;

/// A whole picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// The type, by the bytes.
    pub format: Format,
    /// In pixels, as it is seen: a photograph that is stored lying is turned. Of a drawing without a size of its own,
    /// what browsers take (300 by 150).
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Frames of an animation in PNG, GIF or WebP; 1 for everything else.
    pub frames: u32,
}

/// Why bytes are no picture to keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadImage {
    /// No bytes.
    #[error("the answer is empty")]
    Empty,
    /// A page.
    #[error("the answer is a page, not a picture")]
    Html,
    /// Words.
    #[error("the answer is text, not a picture")]
    Text,
    /// Nothing that is known.
    #[error("the bytes are of no known picture type")]
    Unknown,
    /// The end is missing.
    #[error("the {} breaks off: {missing} is missing", format.name())]
    Truncated {
        /// The type.
        format: Format,
        /// What should have come.
        missing: &'static str,
    },
    /// The structure makes no sense.
    #[error("the {} is damaged: {why}", format.name())]
    Damaged {
        /// The type.
        format: Format,
        /// What is wrong.
        why: &'static str,
    },
    /// No pixels.
    #[error("the {} has no pixels: {width} by {height}", format.name())]
    ZeroSize {
        /// The type.
        format: Format,
        /// The stated width.
        width: u32,
        /// The stated height.
        height: u32,
    },
    /// More pixels than anyone wants to unpack.
    #[error("the {} has {width} by {height} pixels, more than {} megapixels", format.name(), MAX_PIXELS / 1_000_000)]
    TooLarge {
        /// The type.
        format: Format,
        /// The stated width.
        width: u32,
        /// The stated height.
        height: u32,
    },
    /// More frames than anyone wants to unpack.
    #[error("the {} has {frames} frames of {width} by {height} pixels, more than an animation needs", format.name())]
    TooManyFrames {
        /// The type.
        format: Format,
        /// The frames.
        frames: u32,
        /// The width of each.
        width: u32,
        /// The height of each.
        height: u32,
    },
}

/// What a format's structure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Outline {
    width: u32,
    height: u32,
    frames: u32,
}

/// What is wrong with a format's structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Truncated(&'static str),
    Damaged(&'static str),
}

/// Judges the bytes of a picture; bytes after its end are no fault.
///
/// # Errors
/// When they are no whole picture, or one too large to unpack.
pub fn check(bytes: &[u8]) -> Result<Checked, BadImage> {
    let Some(format) = Format::sniff(bytes) else {
        return Err(sniff::instead_of_a_picture(bytes));
    };
    let outline = match format {
        Format::Png => png::outline(bytes),
        Format::Jpeg => jpeg::outline(bytes),
        Format::Gif => gif::outline(bytes),
        Format::Webp => webp::outline(bytes),
        Format::Avif | Format::Heic => bmff::outline(bytes),
        Format::Svg => svg::outline(bytes),
        Format::Bmp => bmp::outline(bytes),
        Format::Ico => ico::outline(bytes),
        Format::Tiff => tiff::outline(bytes),
    };
    let Outline { width, height, frames } = outline.map_err(|fault| match fault {
        Fault::Truncated(missing) => BadImage::Truncated { format, missing },
        Fault::Damaged(why) => BadImage::Damaged { format, why },
    })?;
    if width == 0 || height == 0 {
        return Err(BadImage::ZeroSize { format, width, height });
    }
    let pixels = u64::from(width) * u64::from(height);
    // A drawing has no pixels until someone draws it, and then nearly as many as they like.
    let most = if format == Format::Svg { MAX_PIXELS_OF_ALL } else { MAX_PIXELS };
    if pixels > most {
        return Err(BadImage::TooLarge { format, width, height });
    }
    if frames > MAX_FRAMES || pixels * u64::from(frames) > MAX_PIXELS_OF_ALL {
        return Err(BadImage::TooManyFrames { format, frames, width, height });
    }
    Ok(Checked { format, width, height, frames })
}
