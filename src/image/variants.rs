//! Makes smaller copies of pictures: of given widths, and cut to the shapes of covers.

use std::borrow::Cow;
use std::io::Cursor;

use ::image::codecs::png::PngEncoder;
use ::image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageError, RgbImage, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

use super::decode::{Pixels, Room, decode};
use super::preview::{Preview, preview_of};
use super::shrink::shrink;
use super::{Checked, DecodeError, Format, jpeg, profile};

/// The quality of JPEG and lossy WebP, of 100.
const QUALITY: u8 = 80;

/// What a variant shows of its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// All of it, so many pixels across.
    Width(u32),
    /// The middle of it in the shape of a WeChat cover, 2.35 to 1.
    Wide,
    /// The middle of it as a square.
    Square,
}

/// How a variant is encoded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// As its picture is; a GIF becomes a PNG.
    #[default]
    Keep,
    /// WebP.
    Webp,
    /// JPEG, transparent parts over white.
    Jpeg,
}

/// A smaller copy of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What they are.
    pub format: Format,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Why there is no variant.
#[derive(Debug, thiserror::Error)]
pub enum VariantError {
    /// The picture can't be unpacked.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A copy would have other colours.
    #[error("its inks (CMYK) have the colours of a profile that this program does not apply")]
    Inks,
    /// The copy can't be written.
    #[error("could not encode a {}: {why}", format.name())]
    Encode {
        /// The type.
        format: Format,
        /// What the encoder said.
        why: String,
    },
}

/// A smaller copy that is not encoded yet.
#[derive(Debug)]
pub struct Reduced {
    image: DynamicImage,
    icc: Option<Vec<u8>>,
    original: Format,
    /// How long it may be.
    limit: usize,
}

/// A picture, unpacked once for all its variants.
#[derive(Debug)]
pub struct Unpacked {
    pixels: Pixels,
    format: Format,
    bytes: usize,
}

impl Encoding {
    /// The type of a variant of a picture.
    #[must_use]
    pub fn of(self, original: Format) -> Format {
        match (self, original) {
            (Self::Webp, _) | (Self::Keep, Format::Webp) => Format::Webp,
            (Self::Jpeg, _) | (Self::Keep, Format::Jpeg) => Format::Jpeg,
            (Self::Keep, _) => Format::Png,
        }
    }
}

impl Unpacked {
    /// Unpacks a checked picture; of an animation the first frame.
    ///
    /// # Errors
    /// When there is no decoder for the type, the picture is too large, or the bytes are damaged inside.
    pub fn new(bytes: &[u8], checked: &Checked) -> Result<Self, DecodeError> {
        Ok(Self { pixels: decode(bytes, checked, Room::Ample)?, format: checked.format, bytes: bytes.len() })
    }

    /// Looks at it from afar.
    #[must_use]
    pub fn preview(&self) -> Preview {
        preview_of(&self.pixels.image)
    }

    /// Makes a variant; `None` where it would be no smaller than the picture, in pixels or, uncut, in bytes.
    ///
    /// # Errors
    /// When the encoder refuses.
    pub fn variant(&self, shape: Shape, encoding: Encoding) -> Result<Option<Variant>, VariantError> {
        self.reduced(shape).map_or(Ok(None), |reduced| reduced.encode(encoding))
    }

    /// Makes the pixels of a variant, so that those of the picture need not be kept while it is encoded; `None` where it
    /// would be no smaller.
    #[must_use]
    pub fn reduced(&self, shape: Shape) -> Option<Reduced> {
        let image = &self.pixels.image;
        let (smaller, limit) = match shape {
            Shape::Width(width) if width == 0 || width >= image.width() => return None,
            Shape::Width(width) => (shrink(image, width, height_for(image, width)), self.bytes),
            Shape::Wide => (crop(image, (235, 100)), usize::MAX),
            Shape::Square => (crop(image, (1, 1)), usize::MAX),
        };
        Some(Reduced { image: smaller, icc: self.pixels.icc.clone(), original: self.format, limit })
    }
}

impl Reduced {
    /// Makes the variant; `None` where it would be no smaller than the picture, uncut, in bytes.
    ///
    /// # Errors
    /// When the encoder refuses.
    pub fn encode(self, encoding: Encoding) -> Result<Option<Variant>, VariantError> {
        let format = encoding.of(self.original);
        let bytes = encode(&self.image, format, self.icc.as_deref())?;
        let (width, height) = (self.image.width(), self.image.height());
        Ok((bytes.len() < self.limit).then_some(Variant { bytes, format, width, height }))
    }
}

/// Refuses a picture whose copies would be unlike it, whatever is unpacked.
///
/// # Errors
/// When its colours can be told only by a profile that is not applied here.
pub fn may_have_variants(bytes: &[u8], checked: &Checked) -> Result<(), VariantError> {
    let is_of_inks = checked.format == Format::Jpeg && jpeg::has_profile_of_inks(bytes);
    if is_of_inks { Err(VariantError::Inks) } else { Ok(()) }
}

/// The height of a copy of a width.
fn height_for(image: &DynamicImage, width: u32) -> u32 {
    let height = u64::from(image.height()) * u64::from(width) / u64::from(image.width().max(1));
    u32::try_from(height).unwrap_or(u32::MAX).max(1)
}

/// The largest part of a shape around the middle.
fn crop(image: &DynamicImage, (across, down): (u64, u64)) -> DynamicImage {
    let [width, height] = [image.width(), image.height()].map(u64::from);
    let is_wider = width * down > height * across;
    let (cut_width, cut_height) =
        if is_wider { (height * across / down, height) } else { (width, width * down / across) };
    let [x, y] = [(width - cut_width) / 2, (height - cut_height) / 2];
    let [x, y, cut_width, cut_height] =
        [x, y, cut_width.max(1), cut_height.max(1)].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    image.crop_imm(x, y, cut_width, cut_height)
}

fn encode(image: &DynamicImage, format: Format, icc: Option<&[u8]>) -> Result<Vec<u8>, VariantError> {
    let mut bytes = Vec::new();
    let encoded = match format {
        Format::Jpeg => return jpeg(image, icc),
        Format::Webp => return webp(image, icc),
        _ => {
            let encoder = PngEncoder::new(Cursor::new(&mut bytes));
            if image.color().has_alpha() {
                let pixels = rgba(image);
                write(encoder, &pixels, pixels.dimensions(), (ExtendedColorType::Rgba8, icc))
            } else {
                let pixels = rgb(image);
                write(encoder, &pixels, pixels.dimensions(), (ExtendedColorType::Rgb8, icc))
            }
        }
    };
    encoded.map(|()| bytes).map_err(|error| VariantError::Encode { format, why: error.to_string() })
}

/// Colours at half the resolution, which nobody sees, take half the bytes.
fn jpeg(image: &DynamicImage, icc: Option<&[u8]>) -> Result<Vec<u8>, VariantError> {
    let refused = |error: EncodingError| VariantError::Encode { format: Format::Jpeg, why: error.to_string() };
    let pixels = image.as_rgb8().map_or_else(|| Cow::Owned(over_white(image).to_rgb8()), Cow::Borrowed);
    let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    if let Some(icc) = icc {
        encoder.add_icc_profile(icc).map_err(refused)?;
    }
    encoder.encode(&pixels, side(pixels.width()), side(pixels.height()), ColorType::Rgb).map_err(refused)?;
    Ok(bytes)
}

fn write(
    mut encoder: impl ImageEncoder,
    pixels: &[u8],
    (width, height): (u32, u32),
    (colour, icc): (ExtendedColorType, Option<&[u8]>),
) -> Result<(), ImageError> {
    // An encoder that can't hold a colour profile still writes a fine picture.
    if let Some(icc) = icc {
        encoder.set_icc_profile(icc.to_vec()).unwrap_or_default();
    }
    encoder.write_image(pixels, width, height, colour)
}

fn webp(image: &DynamicImage, icc: Option<&[u8]>) -> Result<Vec<u8>, VariantError> {
    let refused = |why: String| VariantError::Encode { format: Format::Webp, why };
    let encode = |encoder: ::webp::Encoder<'_>| encoder.encode_simple(false, f32::from(QUALITY));
    let encoded = if image.color().has_alpha() {
        let pixels = rgba(image);
        encode(::webp::Encoder::from_rgba(&pixels, image.width(), image.height()))
    } else {
        let pixels = rgb(image);
        encode(::webp::Encoder::from_rgb(&pixels, image.width(), image.height()))
    };
    let encoded = encoded.map_err(|error| refused(format!("{error:?}")))?;
    let size = (image.width(), image.height());
    Ok(icc.and_then(|icc| profile::into_webp(&encoded, icc, size)).unwrap_or_else(|| encoded.to_vec()))
}

/// The pixels with transparency; copied only where they are kept otherwise.
fn rgba(image: &DynamicImage) -> Cow<'_, RgbaImage> {
    image.as_rgba8().map_or_else(|| Cow::Owned(image.to_rgba8()), Cow::Borrowed)
}

/// The pixels without transparency; copied only where they are kept otherwise.
fn rgb(image: &DynamicImage) -> Cow<'_, RgbImage> {
    image.as_rgb8().map_or_else(|| Cow::Owned(image.to_rgb8()), Cow::Borrowed)
}

fn over_white(image: &DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return image.clone();
    }
    let mut white = RgbaImage::from_pixel(image.width(), image.height(), Rgba([255; 4]));
    ::image::imageops::overlay(&mut white, &image.to_rgba8(), 0, 0);
    DynamicImage::ImageRgba8(white)
}
