//! The structure of ICO: a table of pictures and where they are.

use super::cursor::{Cursor, length};
use super::{Fault, Outline};

const MISSING: &str = "the rest of a picture";

/// The size is that of the largest picture.
pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut cursor = Cursor::new(bytes, 4, MISSING);
    let mut outline = Outline { width: 0, height: 0, frames: 1 };
    for _ in 0..cursor.u16_le()? {
        let (width, height) = (side(&mut cursor)?, side(&mut cursor)?);
        let _colors_planes_depth = cursor.take(6)?;
        let (size, offset) = (length(cursor.u32_le()?), length(cursor.u32_le()?));
        if bytes.len() < offset.saturating_add(size) {
            return Err(Fault::Truncated(MISSING));
        }
        if width * height > outline.width * outline.height {
            outline = Outline { width, height, frames: 1 };
        }
    }
    Ok(outline)
}

/// A side in one byte, where 0 means 256.
fn side(cursor: &mut Cursor<'_>) -> Result<u32, Fault> {
    cursor.byte().map(|side| if side == 0 { 256 } else { side.into() })
}
