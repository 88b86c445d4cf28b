//! The structure of ICO: a table of pictures and where they are.

use super::cursor::{Cursor, length};
use super::{Fault, Outline};

const MISSING: &str = "the rest of a picture";

/// A picture of the table.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    width: u32,
    height: u32,
    bytes: &'a [u8],
}

/// The size is that of the largest picture.
pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let largest = largest(bytes)?;
    let (width, height) = largest.map_or((0, 0), |entry| (entry.width, entry.height));
    Ok(Outline { width, height, frames: 1 })
}

/// The largest picture, where it is a PNG.
pub(super) fn packed(bytes: &[u8]) -> Option<&[u8]> {
    // A damaged table has none.
    largest(bytes).ok().flatten().map(|entry| entry.bytes).filter(|bytes| bytes.starts_with(b"\x89PNG"))
}

fn largest(bytes: &[u8]) -> Result<Option<Entry<'_>>, Fault> {
    let mut cursor = Cursor::new(bytes, 4, MISSING);
    let mut largest: Option<Entry<'_>> = None;
    for _ in 0..cursor.u16_le()? {
        let (width, height) = (side(&mut cursor)?, side(&mut cursor)?);
        let _colors_planes_depth = cursor.take(6)?;
        let (size, offset) = (length(cursor.u32_le()?), length(cursor.u32_le()?));
        let end = offset.saturating_add(size);
        let entry = Entry { width, height, bytes: bytes.get(offset..end).ok_or(Fault::Truncated(MISSING))? };
        if largest.is_none_or(|known| width * height > known.width * known.height) {
            largest = Some(entry);
        }
    }
    Ok(largest)
}

/// A side in one byte, where 0 means 256.
fn side(cursor: &mut Cursor<'_>) -> Result<u32, Fault> {
    cursor.byte().map(|side| if side == 0 { 256 } else { side.into() })
}
