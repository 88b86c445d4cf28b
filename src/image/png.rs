//! The structure of PNG: chunks from `IHDR` to `IEND`.

use super::cursor::{Cursor, length};
use super::{Fault, MAX_PIXELS, Outline, crc, exif};

const SIGNATURE: usize = 8;

/// How many times shorter than its pixels the compressed data may be (deflate: 1032), and what it takes at least.
const MOST_COMPRESSED: u64 = 1040;

/// A picture as its header states it.
#[derive(Debug, Clone, Copy)]
struct Header {
    outline: Outline,
    /// How many bytes the pixels have at least, unpacked.
    size: u64,
}

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut cursor = Cursor::new(bytes, SIGNATURE, "the chunk `IEND`");
    let Header { mut outline, size } = header(&mut cursor)?;
    let (mut packed, mut notes): (u64, &[u8]) = (0, &[]);
    loop {
        let (kind, mut data) = chunk(&mut cursor)?;
        match &kind {
            b"IDAT" if packed == 0 && !is_zlib(data.rest()) => {
                return Err(Fault::Damaged("its data is not compressed"));
            }
            b"IDAT" => packed = packed.saturating_add(u64::try_from(data.rest().len()).unwrap_or(u64::MAX)),
            // The animation of APNG; a still that calls itself one has the frame it is.
            b"acTL" => outline.frames = data.u32_be()?.max(1),
            b"IEND" if packed == 0 => return Err(Fault::Damaged("it has no chunk `IDAT`")),
            b"IEND" if packed.saturating_add(1).saturating_mul(MOST_COMPRESSED) < size => {
                return Err(Fault::Damaged("its data is too short for its pixels"));
            }
            b"IEND" => return Ok(exif::turned(outline, notes)),
            b"eXIf" => notes = data.rest(),
            _ => {}
        }
    }
}

/// Whether data begins like deflate in zlib's wrapping (RFC 1950 §2.2); one byte or none says nothing yet.
fn is_zlib(data: &[u8]) -> bool {
    match data {
        [method, flags, ..] => method & 15 == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31),
        _ => true,
    }
}

fn header(cursor: &mut Cursor<'_>) -> Result<Header, Fault> {
    let (kind, mut data) = chunk(cursor)?;
    if &kind != b"IHDR" {
        return Err(Fault::Damaged("it does not begin with the chunk `IHDR`"));
    }
    let (width, height) = (data.u32_be()?, data.u32_be()?);
    let bits = u64::from(data.byte()?) * channels(data.byte()?);
    let pixels = u64::from(width) * u64::from(height);
    // What is too large is refused for that.
    let size = if pixels > MAX_PIXELS { 0 } else { u64::from(height) * (u64::from(width) * bits / 8) };
    Ok(Header { outline: Outline { width, height, frames: 1 }, size })
}

/// How many numbers a pixel has, by the colour type.
fn channels(kind: u8) -> u64 {
    match kind {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    }
}

fn chunk<'a>(cursor: &mut Cursor<'a>) -> Result<([u8; 4], Cursor<'a>), Fault> {
    let size = length(cursor.u32_be()?);
    let kind: [u8; 4] = cursor.array()?;
    let data = cursor.take(size)?;
    let sum = cursor.u32_be()?;
    // Decoders pass over a chunk with a wrong sum where it is no part of the picture, and give up at one of its data.
    let is_sound = || sum == crc::sum(&[&kind, data]);
    let data = match &kind {
        b"IDAT" if !is_sound() => return Err(Fault::Damaged("the check sum of its data is wrong")),
        b"eXIf" if !is_sound() => &[],
        _ => data,
    };
    Ok((kind, Cursor::new(data, 0, "the rest of a chunk")))
}
