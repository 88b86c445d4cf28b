//! The structure of PNG: chunks from `IHDR` to `IEND`.

use super::cursor::{Cursor, length};
use super::{Fault, Outline};

const SIGNATURE: usize = 8;
const CHECKSUM: usize = 4;

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut cursor = Cursor::new(bytes, SIGNATURE, "the chunk `IEND`");
    let mut outline = header(&mut cursor)?;
    let mut has_pixels = false;
    loop {
        let (kind, mut data) = chunk(&mut cursor)?;
        match &kind {
            b"IDAT" => has_pixels = true,
            // The animation of APNG; a still that calls itself one has the frame it is.
            b"acTL" => outline.frames = data.u32_be()?.max(1),
            b"IEND" if has_pixels => return Ok(outline),
            b"IEND" => return Err(Fault::Damaged("it has no chunk `IDAT`")),
            _ => {}
        }
    }
}

fn header(cursor: &mut Cursor<'_>) -> Result<Outline, Fault> {
    let (kind, mut data) = chunk(cursor)?;
    if &kind != b"IHDR" {
        return Err(Fault::Damaged("it does not begin with the chunk `IHDR`"));
    }
    Ok(Outline { width: data.u32_be()?, height: data.u32_be()?, frames: 1 })
}

fn chunk<'a>(cursor: &mut Cursor<'a>) -> Result<([u8; 4], Cursor<'a>), Fault> {
    let size = length(cursor.u32_be()?);
    let kind = cursor.array()?;
    let data = cursor.take(size)?;
    cursor.take(CHECKSUM)?;
    Ok((kind, Cursor::new(data, 0, "the rest of a chunk")))
}
