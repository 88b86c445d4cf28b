//! The structure of WebP: chunks inside one RIFF container.

use super::cursor::{Cursor, length};
use super::{Fault, Outline, exif};

/// `RIFF`, a length, `WEBP`.
const HEADER: usize = 12;
/// What stands before the chunks of a frame of an animation.
const FRAME: usize = 16;
const MISSING: &str = "the rest of the container";

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut cursor = Cursor::new(container(bytes)?, 0, MISSING);
    let (mut canvas, mut still, mut frames) = (None, None, 0_u32);
    let mut notes: &[u8] = &[];
    while !cursor.rest().is_empty() {
        let kind: [u8; 4] = cursor.array()?;
        let size = length(cursor.u32_le()?);
        let mut data = Cursor::new(cursor.take(size)?, 0, MISSING);
        match &kind {
            b"VP8X" => canvas = Some(extended(&mut data)?),
            b"VP8 " => still = still.or(Some(lossy(&mut data)?)),
            b"VP8L" => still = still.or(Some(lossless(&mut data)?)),
            b"ANMF" => frames = frames.saturating_add(1),
            b"EXIF" => notes = data.rest(),
            _ => {}
        }
        // Chunks are padded to even lengths; the last one often is not.
        cursor.take((size % 2).min(cursor.rest().len()))?;
    }
    if still.is_none() && frames == 0 {
        return Err(Fault::Damaged("it has no frame"));
    }
    let (width, height) = canvas.or(still).ok_or(Fault::Damaged("it has no size"))?;
    Ok(exif::turned(Outline { width, height, frames: frames.max(1) }, notes))
}

/// The chunks, by the length that stands before them.
fn container(bytes: &[u8]) -> Result<&[u8], Fault> {
    let size = length(Cursor::new(bytes, 4, MISSING).u32_le()?);
    let size = size.checked_sub(4).ok_or(Fault::Damaged("it has no length"))?;
    Cursor::new(bytes, HEADER, MISSING).take(size)
}

/// Whether the picture, or the first frame of an animation, is without loss.
pub(super) fn is_lossless(bytes: &[u8]) -> bool {
    let Some(chunks) = bytes.get(HEADER..) else { return false };
    let mut cursor = Cursor::new(chunks, 0, MISSING);
    loop {
        let (Ok(kind), Ok(size)) = (cursor.array::<4>(), cursor.u32_le()) else { return false };
        let Ok(data) = cursor.take(length(size)) else { return false };
        match &kind {
            b"VP8L" => return true,
            b"VP8 " => return false,
            b"ANMF" => return data.get(FRAME..).is_some_and(|chunks| chunks.starts_with(b"VP8L")),
            _ => {}
        }
        cursor.take(length(size % 2).min(cursor.rest().len())).unwrap_or_default();
    }
}

fn extended(data: &mut Cursor<'_>) -> Result<(u32, u32), Fault> {
    data.take(4)?;
    let mut side = || data.array().map(|[low, mid, high]: [u8; 3]| u32::from_le_bytes([low, mid, high, 0]) + 1);
    Ok((side()?, side()?))
}

/// A key frame of VP8 (RFC 6386 §9.1); the two highest bits of a side ask for scaling.
fn lossy(data: &mut Cursor<'_>) -> Result<(u32, u32), Fault> {
    data.take(3)?;
    if data.array()? != [0x9d, 0x01, 0x2a] {
        return Err(Fault::Damaged("its frame is no key frame"));
    }
    let mut side = || data.u16_le().map(|side| u32::from(side & 0x3fff));
    Ok((side()?, side()?))
}

fn lossless(data: &mut Cursor<'_>) -> Result<(u32, u32), Fault> {
    if data.byte()? != 0x2f {
        return Err(Fault::Damaged("its frame has no signature"));
    }
    let bits = data.u32_le()?;
    Ok(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}
