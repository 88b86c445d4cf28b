//! The structure of TIFF, as far as the size of its first picture.

use super::{Fault, Outline};

/// The table that names the size may stand anywhere, usually at the end.
pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    Outline::stated(bytes).ok_or(Fault::Truncated("the table of its tags"))
}
