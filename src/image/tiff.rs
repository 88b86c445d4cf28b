//! The structure of TIFF: a table of tags anywhere in the file, and strips or tiles of pixels that it names.

use super::cursor::length;
use super::exif::Tags;
use super::{Fault, Outline};

/// Where strips and tiles begin, and how long they are.
const PLACES: [(u16, u16); 2] = [(273, 279), (324, 325)];

/// The table that names the size may stand anywhere, usually at the end.
pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    if let Some(tags) = Tags::new(bytes) {
        let table = tags.first()?;
        let numbers = |number| table.iter().find(|tag| tag.number == number).map(|tag| tags.numbers(*tag)).transpose();
        for (starts, lengths) in PLACES {
            let (Some(starts), Some(lengths)) = (numbers(starts)?, numbers(lengths)?) else { continue };
            let is_missing = |(start, size): (&u32, &u32)| bytes.len() < length(*start).saturating_add(length(*size));
            if starts.iter().zip(&lengths).any(is_missing) {
                return Err(Fault::Truncated("the rest of the pixels"));
            }
        }
    }
    Outline::stated(bytes).ok_or(Fault::Truncated("the table of its tags"))
}
