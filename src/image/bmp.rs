//! The structure of BMP: a header in one of two forms, and rows of pixels.

use super::cursor::{Cursor, length};
use super::{Fault, Outline};

const MISSING: &str = "the rest of the pixels";
/// Where the header of the picture begins, after that of the file.
const PICTURE: usize = 14;
/// The length of the header of OS/2.
const OLD_HEADER: u32 = 12;

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let whole = length(Cursor::new(bytes, 2, MISSING).u32_le()?);
    let pixels = length(Cursor::new(bytes, 10, MISSING).u32_le()?);
    let mut cursor = Cursor::new(bytes, PICTURE, MISSING);
    let (width, height, end) = if cursor.u32_le()? == OLD_HEADER {
        let (width, height) = (u32::from(cursor.u16_le()?), u32::from(cursor.u16_le()?));
        let _planes = cursor.u16_le()?;
        (width, height, rows(width, height, cursor.u16_le()?))
    } else {
        // A negative height means that rows run from the top.
        let (width, height) = (side(&mut cursor)?, side(&mut cursor)?);
        let _planes = cursor.u16_le()?;
        let bits = cursor.u16_le()?;
        let compression = cursor.u32_le()?;
        let size = length(cursor.u32_le()?);
        // Only in these kinds do rows have a length of their own; where none is stated, that of the file says it.
        let end = match compression {
            0 | 3 | 6 => rows(width, height, bits),
            _ if size == 0 => whole.saturating_sub(pixels),
            _ => size,
        };
        (width, height, end)
    };
    if bytes.len() < pixels.saturating_add(end) {
        return Err(Fault::Truncated(MISSING));
    }
    Ok(Outline { width, height, frames: 1 })
}

fn side(cursor: &mut Cursor<'_>) -> Result<u32, Fault> {
    cursor.array().map(|bytes| i32::from_le_bytes(bytes).unsigned_abs())
}

/// The bytes of all rows, each padded to four.
fn rows(width: u32, height: u32, bits: u16) -> usize {
    let row = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
    length(row.saturating_mul(u64::from(height)))
}
