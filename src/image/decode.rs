//! Unpacks pictures into pixels, within limits that hold whatever a header promises.

use std::io::Cursor;

use ::image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

use super::{Checked, Format, ico, jpeg, profile, webp};

/// The most pixels that are unpacked: 96 MB at three bytes each, where [`super::MAX_PIXELS`] may be kept.
const MAX_UNPACKED: u64 = 32_000_000;

/// How many bytes the decoder of lossless WebP needs for each pixel beside those of the result.
const WEBP_BESIDE: u64 = 4;

/// How much memory the pixels of one picture may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Beside a run of downloads: 72 MiB, 18 megapixels with transparency.
    Little,
    /// As the only work: 160 MiB.
    Ample,
}

impl Room {
    fn bytes(self) -> u64 {
        match self {
            Self::Little => 72 << 20,
            Self::Ample => 160 << 20,
        }
    }
}

/// Why a picture was not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// No decoder for the type.
    #[error("pictures in {} are not unpacked by this program", format.name())]
    Unsupported {
        /// The type.
        format: Format,
    },
    /// Too many pixels.
    #[error("{width} by {height} pixels take more memory than there is for one picture")]
    TooLarge {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// The decoder gave up.
    #[error("the {} can't be unpacked: {source}", format.name())]
    Damaged {
        /// The type.
        format: Format,
        /// What the decoder said.
        source: ::image::ImageError,
    },
}

/// A picture as pixels.
#[derive(Debug)]
pub(super) struct Pixels {
    /// The pixels.
    pub(super) image: DynamicImage,
    /// The colour profile they are to be seen by, if any that is of such pixels.
    pub(super) icc: Option<Vec<u8>>,
}

/// Unpacks a checked picture, of an animation the first frame, turned as its EXIF data says.
///
/// # Errors
/// When there is no decoder for the type, the picture is too large, or the bytes are damaged inside.
pub(super) fn decode(bytes: &[u8], checked: &Checked, room: Room) -> Result<Pixels, DecodeError> {
    let Checked { format, width, height, .. } = *checked;
    let by = match format {
        Format::Png => ImageFormat::Png,
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Gif => ImageFormat::Gif,
        Format::Webp => ImageFormat::WebP,
        Format::Bmp => ImageFormat::Bmp,
        Format::Ico => ImageFormat::Ico,
        Format::Avif | Format::Svg | Format::Heic | Format::Tiff => {
            return Err(DecodeError::Unsupported { format });
        }
    };
    // The decoder of icons wants pictures in PNG with transparency, which few have.
    let (bytes, by) = match ico::packed(bytes) {
        Some(png) if format == Format::Ico => (png, ImageFormat::Png),
        _ => (bytes, by),
    };
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_UNPACKED {
        return Err(DecodeError::TooLarge { width, height });
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), by);
    let mut limits = Limits::default();
    limits.max_alloc = Some(room.bytes());
    reader.limits(limits);
    let unpack = || {
        let mut decoder = reader.into_decoder()?;
        let beside = match by {
            ImageFormat::Jpeg => jpeg::coefficients(bytes),
            ImageFormat::WebP if webp::is_lossless(bytes) => pixels.saturating_mul(WEBP_BESIDE),
            _ => 0,
        };
        if decoder.total_bytes().saturating_add(beside) > room.bytes() {
            return Ok(None);
        }
        let orientation = decoder.orientation()?;
        let icc = decoder.icc_profile()?.filter(|icc| profile::is_rgb(icc));
        let mut image = DynamicImage::from_decoder(decoder)?;
        image.apply_orientation(orientation);
        Ok(Some(Pixels { image, icc }))
    };
    let pixels = unpack().map_err(|source| DecodeError::Damaged { format, source })?;
    pixels.ok_or(DecodeError::TooLarge { width, height })
}
