//! The structure of AVIF and HEIC: boxes one after the other (ISO/IEC 14496-12 §4.2).

use memchr::memmem;

use super::cursor::{Cursor, length};
use super::{Fault, Outline};

const MISSING: &str = "the rest of a box";

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    walk(bytes)?;
    Outline::stated(bytes).ok_or(Fault::Damaged("it names no size"))
}

/// Goes over the outermost boxes; what comes after the data and is no box does not belong to the picture.
fn walk(bytes: &[u8]) -> Result<(), Fault> {
    let mut cursor = Cursor::new(bytes, 0, MISSING);
    let mut has_data = false;
    while !cursor.rest().is_empty() {
        match next(&mut cursor) {
            Ok(kind) => has_data |= &kind == b"mdat",
            Err(_) if has_data => return Ok(()),
            Err(fault) => return Err(fault),
        }
    }
    // A small picture may have its data inside the box that describes it.
    let has_data = has_data || memmem::find(bytes, b"idat").is_some();
    has_data.then_some(()).ok_or(Fault::Truncated("the box `mdat`"))
}

/// Takes one box and gives its kind. Its size counts the header; 1 means that a longer number follows, 0 "to the end".
fn next(cursor: &mut Cursor<'_>) -> Result<[u8; 4], Fault> {
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
    cursor.take(rest)?;
    Ok(kind)
}
