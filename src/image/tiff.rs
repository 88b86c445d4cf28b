//! The structure of TIFF: a table of tags anywhere in the file, and strips or tiles of pixels that it names.

use super::cursor::length;
use super::exif::Tags;
use super::{Fault, Outline};

/// Where strips and tiles begin, and how long they are.
const PLACES: [(u16, u16); 2] = [(273, 279), (324, 325)];

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;

/// The table that names the size may stand anywhere, usually at the end.
pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let tags = Tags::new(bytes).ok_or(Fault::Truncated("the header"))?;
    let table = tags.first()?;
    let numbers = |number| table.iter().find(|tag| tag.number == number).map(|tag| tags.numbers(*tag)).transpose();
    for (starts, lengths) in PLACES {
        let (Some(starts), Some(lengths)) = (numbers(starts)?, numbers(lengths)?) else { continue };
        let is_missing = |(start, size): (&u32, &u32)| bytes.len() < length(*start).saturating_add(length(*size));
        if starts.iter().zip(&lengths).any(is_missing) {
            return Err(Fault::Truncated("the rest of the pixels"));
        }
    }
    if bytes.len() < tags.end()? {
        return Err(Fault::Truncated("the rest of its tags"));
    }
    let side = |number| Ok(numbers(number)?.and_then(|numbers| numbers.first().copied()));
    match (side(WIDTH)?, side(HEIGHT)?) {
        (Some(width), Some(height)) => Ok(Outline { width, height, frames: 1 }),
        _ => Err(Fault::Damaged("it names no size")),
    }
}
