//! The structure of JPEG: segments and scans from SOI to EOI.

use memchr::memchr;

use super::cursor::{Cursor, length};
use super::{Fault, Outline, exif, profile};

const START: usize = 2;

/// What a frame header says.
#[derive(Debug, Clone, Copy)]
struct Frame {
    outline: Outline,
    /// How many blocks of 8 by 8 it has, those of all its colours.
    blocks: u64,
    /// How many bytes these take at least.
    least: usize,
}

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut cursor = Cursor::new(bytes, START, "the end mark EOI");
    let (mut frame, mut notes, mut scan) = (None, None, None);
    loop {
        match marker(&mut cursor)? {
            // EOI
            0xd9 => {
                let Frame { outline, least, .. } = frame.ok_or(Fault::Damaged("it has no frame header"))?;
                let scan: usize = scan.ok_or(Fault::Damaged("it has no scan"))?;
                if scan.saturating_sub(cursor.rest().len()) < least {
                    return Err(Fault::Damaged("its data is too short for its pixels"));
                }
                return Ok(exif::turned(outline, notes.unwrap_or_default()));
            }
            // Restarts and TEM stand alone; 0 is a data byte 0xff. None of them has a length.
            0xd0..=0xd7 | 0x00 | 0x01 => {}
            // SOF in all its kinds, without DHT, JPG and DAC.
            kind @ (0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) => {
                let read = Frame::read(&mut segment(&mut cursor)?, kind)?;
                frame = frame.or(Some(read));
            }
            // SOS
            0xda => {
                segment(&mut cursor)?;
                scan = scan.or(Some(cursor.rest().len()));
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

/// How much memory a decoder needs beside that of the pixels: a progressive one keeps all coefficients, two bytes each.
pub(super) fn coefficients(bytes: &[u8]) -> u64 {
    let mut cursor = Cursor::new(bytes, START, "the scan SOS");
    let size = loop {
        break match marker(&mut cursor) {
            Ok(0xc2) => {
                segment(&mut cursor).and_then(|mut data| Frame::read(&mut data, 0xc2)).map(|frame| frame.blocks)
            }
            Ok(0xd0..=0xd7 | 0x00 | 0x01) => continue,
            Ok(0xd9 | 0xda) => return 0,
            Ok(_) => match segment(&mut cursor) {
                Ok(_) => continue,
                Err(fault) => Err(fault),
            },
            Err(fault) => Err(fault),
        };
    };
    // A damaged one needs nothing.
    size.map_or(0, |blocks| blocks.saturating_mul(64 * 2))
}

/// Whether its colours are inks, and a profile says which: without it they are others.
pub(super) fn has_profile_of_inks(bytes: &[u8]) -> bool {
    let mut cursor = Cursor::new(bytes, START, "the scan SOS");
    loop {
        match marker(&mut cursor) {
            Ok(0xd0..=0xd7 | 0x00 | 0x01) => {}
            // APP2; the first part of a profile has its header, behind its own number and how many there are.
            Ok(0xe2) => match segment(&mut cursor).map(|data| data.rest().strip_prefix(b"ICC_PROFILE\0\x01")) {
                Ok(Some(part)) => return part.get(1..).is_some_and(profile::is_of_inks),
                Ok(None) => {}
                Err(_) => return false,
            },
            Ok(kind) if !matches!(kind, 0xd9 | 0xda) && segment(&mut cursor).is_ok() => {}
            _ => return false,
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

impl Frame {
    fn read(data: &mut Cursor<'_>, kind: u8) -> Result<Self, Fault> {
        let _bits = data.byte()?;
        let (height, width) = (u32::from(data.u16_be()?), u32::from(data.u16_be()?));
        let _components = data.byte()?;
        let factors: Vec<(u32, u32)> = data
            .rest()
            .as_chunks::<3>()
            .0
            .iter()
            .map(|[_, factors, _]| (u32::from(factors >> 4), u32::from(factors & 15)))
            .collect();
        let most = |side: fn(&(u32, u32)) -> u32| factors.iter().map(side).max().unwrap_or(1).max(1);
        let (across, down) = (most(|factor| factor.0), most(|factor| factor.1));
        let blocks = |side: u32, factor: u32, most: u32| u64::from((side * factor).div_ceil(most * 8));
        let all: u64 = factors.iter().map(|(x, y)| blocks(width, *x, across) * blocks(height, *y, down)).sum();
        // Only with these codes does every block take a bit.
        let is_huffman = matches!(kind, 0xc0..=0xc2);
        let outline = Outline { width, height, frames: 1 };
        Ok(Self { outline, blocks: all, least: if is_huffman { length(all / 8) } else { 0 } })
    }
}
