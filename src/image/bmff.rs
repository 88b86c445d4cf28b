//! The structure of AVIF and HEIC: boxes in boxes (ISO/IEC 14496-12 §4.2), a table of where the data is (§8.11.3).

use super::cursor::{Cursor, length};
use super::{Fault, Outline};

const MISSING: &str = "the rest of a box";

/// What the box `meta` says of the picture.
#[derive(Debug, Default)]
struct Described {
    /// The largest size: that of the whole, where it is put together from tiles.
    size: Option<(u32, u32)>,
    is_turned: bool,
    /// The end of the data in the file, as far as it is in the file and not in the box itself.
    end: usize,
    has_data: bool,
}

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let (mut described, mut has_data) = (None, false);
    let mut cursor = Cursor::new(bytes, 0, MISSING);
    while !cursor.rest().is_empty() {
        match (next(&mut cursor), &described) {
            (Ok((kind, data)), _) => match &kind {
                b"meta" => described = Some(describe(data)?),
                b"mdat" => has_data = true,
                _ => {}
            },
            // What comes after all that is needed, and is no box, does not belong to the picture.
            (Err(_), Some(described)) if has_data || described.has_data => break,
            (Err(fault), _) => return Err(fault),
        }
    }
    let described = described.ok_or(Fault::Truncated("the box `meta`"))?;
    if !has_data && !described.has_data {
        return Err(Fault::Truncated("the box `mdat`"));
    }
    if bytes.len() < described.end {
        return Err(Fault::Truncated("the rest of its data"));
    }
    let (width, height) = described.size.ok_or(Fault::Damaged("it names no size"))?;
    let (width, height) = if described.is_turned { (height, width) } else { (width, height) };
    Ok(Outline { width, height, frames: 1 })
}

/// Takes one box: its kind and its data. Its size counts the header; 1 means that a longer number follows, 0 "to the end".
fn next<'a>(cursor: &mut Cursor<'a>) -> Result<([u8; 4], &'a [u8]), Fault> {
    let size = cursor.u32_be()?;
    let kind: [u8; 4] = cursor.array()?;
    if !kind.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        return Err(Fault::Damaged("a box has no name"));
    }
    let rest = match size {
        0 => cursor.rest().len(),
        1 => length(u64::from_be_bytes(cursor.array()?)).saturating_sub(16),
        2..=7 => return Err(Fault::Damaged("a box has no length")),
        size => length(size) - 8,
    };
    Ok((kind, cursor.take(rest)?))
}

/// Reads the boxes inside `meta`, behind its version and flags.
fn describe(meta: &[u8]) -> Result<Described, Fault> {
    let mut described = Described::default();
    each(meta.get(4..).unwrap_or_default(), |kind, data| {
        match kind {
            b"idat" => described.has_data = true,
            b"iloc" => described.end = end_of_data(data)?,
            b"iprp" => {
                each(data, |kind, data| if kind == b"ipco" { properties(data, &mut described) } else { Ok(()) })?;
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(described)
}

fn properties(data: &[u8], described: &mut Described) -> Result<(), Fault> {
    each(data, |kind, data| {
        let mut data = Cursor::new(data, 0, MISSING);
        match kind {
            b"ispe" => {
                let _version = data.u32_be()?;
                let size = (data.u32_be()?, data.u32_be()?);
                let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
                described.size = Some(described.size.filter(|known| area(*known) >= area(size)).unwrap_or(size));
            }
            // Quarters of a turn.
            b"irot" => described.is_turned = data.byte()? % 2 == 1,
            _ => {}
        }
        Ok(())
    })
}

fn each<'a>(data: &'a [u8], mut visit: impl FnMut(&[u8; 4], &'a [u8]) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut cursor = Cursor::new(data, 0, MISSING);
    while !cursor.rest().is_empty() {
        let (kind, data) = next(&mut cursor)?;
        visit(&kind, data)?;
    }
    Ok(())
}

/// Where in the file the last of the data that `iloc` names ends.
fn end_of_data(table: &[u8]) -> Result<usize, Fault> {
    let mut cursor = Cursor::new(table, 0, MISSING);
    let [version, _, _, _] = cursor.array()?;
    let [sizes, more] = cursor.array()?;
    let [offset_size, length_size, base_size] = [sizes >> 4, sizes & 15, more >> 4].map(usize::from);
    let index_size = if version == 0 { 0 } else { usize::from(more & 15) };
    let of_version =
        |cursor: &mut Cursor<'_>| if version < 2 { cursor.u16_be().map(u32::from) } else { cursor.u32_be() };
    let mut end = 0;
    for _ in 0..of_version(&mut cursor)? {
        of_version(&mut cursor)?;
        // 0 is the file; other ways lead into `idat` or to other items.
        let way = if version == 0 { 0 } else { cursor.u16_be()? % 16 };
        let is_in_file = way == 0;
        let is_in_this_file = cursor.u16_be()? == 0;
        let base = number(&mut cursor, base_size)?;
        let count = cursor.u16_be()?;
        // Without numbers there is nothing to take, however many there are said to be.
        let count = if index_size + offset_size + length_size == 0 { 0 } else { count };
        for _ in 0..count {
            number(&mut cursor, index_size)?;
            let start = base.saturating_add(number(&mut cursor, offset_size)?);
            let stop = start.saturating_add(number(&mut cursor, length_size)?);
            end = if is_in_file && is_in_this_file { end.max(length(stop)) } else { end };
        }
    }
    Ok(end)
}

/// A number of so many bytes, the highest first.
fn number(cursor: &mut Cursor<'_>, size: usize) -> Result<u64, Fault> {
    cursor.take(size).map(|bytes| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
