//! The tags of TIFF, in which cameras note how a photograph was held (Exif 2.3 §4.6).

use super::cursor::{Cursor, length};
use super::{Fault, Outline};

const MISSING: &str = "the rest of its tags";
/// The most tags of a table that are read; real ones have dozens.
const MOST_TAGS: u16 = 1000;

/// Bytes in the form of TIFF, in either order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tags<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

/// One tag: its number, the kind of its values, how many, and where they are or what they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    pub(super) number: u16,
    kind: u16,
    count: usize,
    /// Where the four bytes stand that hold the values or the place of them.
    at: usize,
}

impl<'a> Tags<'a> {
    /// Reads the byte order; `None` where this is no TIFF of 32 bits.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        match bytes {
            [b'I', b'I', 42, 0, ..] => Some(Self { bytes, is_little: true }),
            [b'M', b'M', 0, 42, ..] => Some(Self { bytes, is_little: false }),
            _ => None,
        }
    }

    /// The tags of the first picture.
    pub(super) fn first(&self) -> Result<Vec<Tag>, Fault> {
        let table = length(self.u32(4)?);
        (0..self.u16(table)?.min(MOST_TAGS))
            .map(|index| {
                let at = table.saturating_add(2 + 12 * usize::from(index));
                let [number, kind] = [self.u16(at)?, self.u16(at.saturating_add(2))?];
                // The last four bytes are its value or the place of it.
                self.u32(at.saturating_add(8))?;
                let count = length(self.u32(at.saturating_add(4))?);
                Ok(Tag { number, kind, count, at: at.saturating_add(8) })
            })
            .collect()
    }

    /// Where all ends that belongs to the first table, or the next table begins, if that is farther on.
    pub(super) fn end(&self) -> Result<usize, Fault> {
        let table = length(self.u32(4)?);
        let behind = table.saturating_add(2 + 12 * usize::from(self.u16(table)?));
        // There is always such a place; 0 says that there is no other table.
        let next = length(self.u32(behind)?);
        let values = self.first()?.into_iter().map(|tag| self.end_of(tag)).collect::<Result<Vec<usize>, Fault>>()?;
        Ok(values.into_iter().fold(behind.saturating_add(4).max(next), usize::max))
    }

    /// Where the values of a tag end that stand outside its table; 0 for those in it and for unknown kinds.
    fn end_of(&self, tag: Tag) -> Result<usize, Fault> {
        let size = match tag.kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 0,
        };
        let all = tag.count.saturating_mul(size);
        if all <= 4 { Ok(0) } else { Ok(length(self.u32(tag.at)?).saturating_add(all)) }
    }

    /// The numbers of a tag; one of another kind has none.
    pub(super) fn numbers(&self, tag: Tag) -> Result<Vec<u32>, Fault> {
        let size = match tag.kind {
            3 => 2,
            4 => 4,
            _ => return Ok(Vec::new()),
        };
        let is_inside = tag.count.saturating_mul(size) <= 4;
        let start = if is_inside { tag.at } else { length(self.u32(tag.at)?) };
        let end = start.saturating_add(tag.count.saturating_mul(size));
        if self.bytes.len() < end {
            return Err(Fault::Truncated(MISSING));
        }
        let one = |at| if size == 2 { self.u16(at).map(u32::from) } else { self.u32(at) };
        (start..end).step_by(size).map(one).collect()
    }

    fn u16(&self, at: usize) -> Result<u16, Fault> {
        let mut cursor = Cursor::new(self.bytes, at, MISSING);
        if self.is_little { cursor.u16_le() } else { cursor.u16_be() }
    }

    fn u32(&self, at: usize) -> Result<u32, Fault> {
        let mut cursor = Cursor::new(self.bytes, at, MISSING);
        if self.is_little { cursor.u32_le() } else { cursor.u32_be() }
    }
}

/// The size as it is seen: photographs that were taken upright are stored lying.
pub(super) fn turned(outline: Outline, exif: &[u8]) -> Outline {
    const ORIENTATION: u16 = 0x0112;
    let tags = Tags::new(exif);
    let orientation = tags.and_then(|tags| {
        // Damaged notes turn nothing.
        let tag = tags.first().ok()?.into_iter().find(|tag| tag.number == ORIENTATION)?;
        tags.numbers(tag).ok()?.first().copied()
    });
    match orientation {
        Some(5..=8) => Outline { width: outline.height, height: outline.width, ..outline },
        _ => outline,
    }
}
