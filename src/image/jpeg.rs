//! The structure of JPEG: segments and scans from SOI to EOI.

use memchr::memchr;

use super::cursor::{Cursor, length};
use super::{Fault, Outline, exif};

const START: usize = 2;

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut cursor = Cursor::new(bytes, START, "the end mark EOI");
    let (mut outline, mut notes, mut has_scan) = (None, None, false);
    loop {
        match marker(&mut cursor)? {
            // EOI
            0xd9 => {
                let outline = outline.ok_or(Fault::Damaged("it has no frame header"))?;
                let notes: &[u8] = notes.unwrap_or_default();
                return if has_scan { Ok(exif::turned(outline, notes)) } else { Err(Fault::Damaged("it has no scan")) };
            }
            // Restarts and TEM stand alone; 0 is a data byte 0xff. None of them has a length.
            0xd0..=0xd7 | 0x00 | 0x01 => {}
            // SOF in all its kinds, without DHT, JPG and DAC.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let frame = frame(&mut segment(&mut cursor)?)?;
                outline = outline.or(Some(frame));
            }
            // SOS
            0xda => {
                segment(&mut cursor)?;
                has_scan = true;
            }
            // APP1
            0xe1 => {
                let data = segment(&mut cursor)?.rest();
                notes = notes.or(data.strip_prefix(b"Exif\0\0"));
            }
            _ => {
                segment(&mut cursor)?;
            }
        }
    }
}

/// Goes to the next marker: past a scan's data, fill bytes, and stray bytes between segments as libjpeg does.
fn marker(cursor: &mut Cursor<'_>) -> Result<u8, Fault> {
    let skipped = memchr(0xff, cursor.rest()).unwrap_or(cursor.rest().len());
    cursor.take(skipped)?;
    loop {
        match cursor.byte()? {
            0xff => {}
            marker => return Ok(marker),
        }
    }
}

fn segment<'a>(cursor: &mut Cursor<'a>) -> Result<Cursor<'a>, Fault> {
    let size = length(cursor.u16_be()?);
    let data = cursor.take(size.checked_sub(2).ok_or(Fault::Damaged("a segment has no length"))?)?;
    Ok(Cursor::new(data, 0, "the rest of a segment"))
}

fn frame(data: &mut Cursor<'_>) -> Result<Outline, Fault> {
    data.byte()?;
    let height = data.u16_be()?.into();
    Ok(Outline { width: data.u16_be()?.into(), height, frames: 1 })
}
