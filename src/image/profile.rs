//! Colour profiles: which go into a copy, and how into a WebP, whose encoder takes none.

use super::Format;

/// `RIFF`, a length, `WEBP`.
const HEADER: usize = 12;
/// The chunk `VP8X`: its name, its length, flags, and each side less one.
const EXTENDED: usize = 18;
/// Flags of that chunk: it has a profile.
const HAS_PROFILE: u8 = 0x20;

/// Whether a profile is of the colours that copies have: those of CMYK and of grey are for other pixels.
pub(super) fn is_rgb(icc: &[u8]) -> bool {
    icc.get(16..20) == Some(b"RGB ")
}

/// Whether a profile is of the four inks of print.
pub(super) fn is_of_inks(icc: &[u8]) -> bool {
    icc.get(16..20) == Some(b"CMYK")
}

/// A WebP with a profile; `None` for anything else.
pub(super) fn into_webp(webp: &[u8], icc: &[u8], (width, height): (u32, u32)) -> Option<Vec<u8>> {
    if Format::sniff(webp) != Some(Format::Webp) {
        return None;
    }
    let (head, chunks) = webp.split_at_checked(HEADER)?;
    let is_extended = chunks.starts_with(b"VP8X");
    let (mut extended, frames) = if is_extended {
        let (extended, frames) = chunks.split_at_checked(EXTENDED)?;
        (extended.to_vec(), frames)
    } else {
        let side = |side: u32| side.saturating_sub(1).to_le_bytes();
        ([b"VP8X\x0a\0\0\0\0\0\0\0", &side(width)[..3], &side(height)[..3]].concat(), chunks)
    };
    *extended.get_mut(8)? |= HAS_PROFILE;
    let size = u32::try_from(icc.len()).ok()?.to_le_bytes();
    let profile = [&b"ICCP"[..], &size, icc, &[0][..icc.len() % 2]].concat();
    let size = u32::try_from(4 + extended.len() + profile.len() + frames.len()).ok()?;
    Some([&head[..4], &size.to_le_bytes(), b"WEBP", &extended, &profile, frames].concat())
}
