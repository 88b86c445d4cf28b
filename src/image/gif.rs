//! The structure of GIF: blocks to the trailer.

use super::cursor::{Cursor, length};
use super::{Fault, MAX_PIXELS, Outline};

const SIGNATURE: usize = 6;

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut cursor = Cursor::new(bytes, SIGNATURE, "the trailer");
    let mut outline = Outline { width: cursor.u16_le()?.into(), height: cursor.u16_le()?.into(), frames: 0 };
    let [flags, _background, _aspect] = cursor.array()?;
    color_table(&mut cursor, flags)?;
    loop {
        match cursor.byte()? {
            0x2c => frame(&mut cursor, &mut outline)?,
            0x21 => {
                let _label = cursor.byte()?;
                data(&mut cursor)?;
            }
            0x3b if outline.frames > 0 => return Ok(outline),
            0x3b => return Err(Fault::Damaged("it has no frame")),
            // Some writers leave a second end mark after a block.
            0x00 => {}
            _ => return Err(Fault::Damaged("it has a block of no known kind")),
        }
    }
}

/// One frame. Where the screen is smaller than it, or has no size, browsers take room for the whole frame.
fn frame(cursor: &mut Cursor<'_>, outline: &mut Outline) -> Result<(), Fault> {
    let [left, top, width, height] = [cursor.u16_le()?, cursor.u16_le()?, cursor.u16_le()?, cursor.u16_le()?];
    let is_first = outline.frames == 0;
    let (right, bottom) = (u32::from(left) + u32::from(width), u32::from(top) + u32::from(height));
    if is_first || u64::from(right) * u64::from(bottom) > MAX_PIXELS {
        (outline.width, outline.height) = (outline.width.max(right), outline.height.max(bottom));
    }
    outline.frames = outline.frames.saturating_add(1);
    let flags = cursor.byte()?;
    color_table(cursor, flags)?;
    let _code_size = cursor.byte()?;
    data(cursor)
}

fn color_table(cursor: &mut Cursor<'_>, flags: u8) -> Result<(), Fault> {
    if flags & 0x80 != 0 {
        cursor.take(3 << ((flags & 7) + 1))?;
    }
    Ok(())
}

/// Skips blocks, each with its length before it, to the empty one.
fn data(cursor: &mut Cursor<'_>) -> Result<(), Fault> {
    loop {
        match cursor.byte()? {
            0 => return Ok(()),
            size => cursor.take(length(size))?,
        };
    }
}
