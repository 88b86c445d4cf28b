//! What stands for a picture while it loads: its colours, four across and three down.

use std::fmt::Write as _;

use ::image::{DynamicImage, RgbaImage};

use super::decode::{Room, decode};
use super::shrink::shrink;
use super::{Checked, DecodeError, Format, rows, svg};

/// How many colours are across.
const ACROSS: u32 = 4;
/// How many colours are down.
const DOWN: u32 = 3;

const PARTS: usize = (ACROSS * DOWN) as usize;

/// How much a channel of two readings of one picture may differ, which its re-encodings do.
const TOLERANCE: u8 = 24;

/// How light every part of a pale picture is.
const PALE: u8 = 176;
/// How far apart the channels of a part without colour are, after re-encoding.
const COLOURLESS: u8 = 12;

/// A picture seen from afar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Red, green and blue of each part, row by row; transparent parts over white.
    parts: Vec<[u8; 3]>,
}

/// Looks at a picture from afar; of a drawing, which nobody draws here, the first colour stands for all.
///
/// # Errors
/// When it can't be unpacked; it is no worse a picture for that.
pub fn preview(bytes: &[u8], checked: &Checked) -> Result<Preview, DecodeError> {
    if checked.format == Format::Svg {
        let fill = svg::first_fill(bytes).ok_or(DecodeError::Unsupported { format: checked.format })?;
        return Ok(Preview { parts: vec![fill; PARTS] });
    }
    match decode(bytes, checked, Room::Little) {
        Ok(pixels) => Ok(preview_of(&pixels.image)),
        Err(error @ DecodeError::TooLarge { .. }) if checked.format == Format::Png => {
            let size = (checked.width, checked.height);
            rows::shrink(bytes, size, (ACROSS, DOWN)).map(|small| Preview::over_white(&small)).ok_or(error)
        }
        Err(error) => Err(error),
    }
}

/// Looks at pixels from afar.
pub(super) fn preview_of(image: &DynamicImage) -> Preview {
    Preview::over_white(&shrink(image, ACROSS, DOWN).to_rgba8())
}

impl Preview {
    fn over_white(small: &RgbaImage) -> Self {
        let over_white = |[red, green, blue, alpha]: [u8; 4]| {
            [red, green, blue].map(|channel| {
                let (channel, alpha) = (u32::from(channel), u32::from(alpha));
                u8::try_from((channel * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
            })
        };
        Self { parts: small.pixels().map(|pixel| over_white(pixel.0)).collect() }
    }

    /// Reads what [`Preview::blur`] writes; `None` where it is nothing of the kind.
    #[must_use]
    pub fn from_blur(blur: &str) -> Option<Self> {
        let digits = blur.as_bytes().chunks_exact(2).map(|pair| str::from_utf8(pair).ok());
        let channels: Option<Vec<u8>> = digits.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
        let parts: Vec<[u8; 3]> = channels?.as_chunks().0.to_vec();
        (blur.len() == parts.len() * 6 && !parts.is_empty()).then_some(Self { parts })
    }

    /// Whether it is nearly white or light grey all over, without colours: words on a plain ground, from afar.
    #[must_use]
    pub fn is_pale(&self) -> bool {
        self.parts.iter().all(|part| {
            let (darkest, lightest) = part.iter().fold((u8::MAX, 0), |(low, high), c| (low.min(*c), high.max(*c)));
            darkest >= PALE && lightest - darkest <= COLOURLESS
        })
    }

    /// The colour of the whole, as `#1f2e3d`.
    #[must_use]
    pub fn colour(&self) -> String {
        let count = u32::try_from(self.parts.len()).unwrap_or(u32::MAX).max(1);
        let mean = |channel: usize| self.parts.iter().map(|part| u32::from(part[channel])).sum::<u32>() / count;
        format!("#{:02x}{:02x}{:02x}", mean(0), mean(1), mean(2))
    }

    /// The colours of the parts, row by row, six hex digits each.
    #[must_use]
    pub fn blur(&self) -> String {
        self.parts.iter().flatten().fold(String::new(), |mut hex, channel| {
            // Writing to a string can't fail.
            write!(hex, "{channel:02x}").unwrap_or_default();
            hex
        })
    }

    /// Whether both can be of the same picture.
    #[must_use]
    pub fn resembles(&self, other: &Self) -> bool {
        let pairs = self.parts.iter().flatten().zip(other.parts.iter().flatten());
        self.parts.len() == other.parts.len() && pairs.into_iter().all(|(one, two)| one.abs_diff(*two) <= TOLERANCE)
    }
}
