//! Recognises the picture that WeChat's CDN sends instead of the one asked for: 此图片来自微信公众平台 未经允许不可引用.
//!
//! It comes with status 200 and is a whole picture, so only its looks betray it (anatomy §3.4).

use sha2::{Digest, Sha256};

use super::Checked;

/// How large the substitute is at most, on either side; 140 by 140 has been reported.
const LARGEST: u32 = 400;

/// How far its shape must be from the stated one: stated sizes are rounded.
const TOLERANCE: f64 = 0.05;

/// SHA-256 of substitutes that were seen, in hex: for pictures whose size the page does not state.
const SEEN: &[&str] = &[];

/// Whether a picture from WeChat's CDN is likely its substitute.
///
/// `expected` is the size that the page states for the original (`data-w`, `data-ratio`). A small picture that has
/// another shape, or less than half of that width, is not the one that was asked for. Only for that CDN: elsewhere a
/// page may well state a size that its picture never had.
#[must_use]
pub fn is_likely(picture: &Checked, expected: Option<(u32, u32)>, bytes: &[u8]) -> bool {
    let is_small = picture.width <= LARGEST && picture.height <= LARGEST;
    is_small && (expected.is_some_and(|expected| disagrees(picture, expected)) || is_among(bytes, SEEN))
}

fn disagrees(picture: &Checked, (width, height): (u32, u32)) -> bool {
    if width == 0 || height == 0 {
        return false;
    }
    // How much wider one is than the other at the same height; at least a pixel of rounding is allowed on each side.
    let shape = |width: f64, height: f64| width / height;
    let [width, height, own_width, own_height] = [width, height, picture.width, picture.height].map(f64::from);
    let widest = shape(own_width + 1.0, (own_height - 1.0).max(0.5)) * (1.0 + TOLERANCE);
    let narrowest = shape((own_width - 1.0).max(0.5), own_height + 1.0) * (1.0 - TOLERANCE);
    let stated = shape(width, height);
    stated > widest || stated < narrowest || own_width * 2.0 < width
}

fn is_among(bytes: &[u8], digests: &[&str]) -> bool {
    let own = Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    digests.contains(&own.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Format;

    fn picture(width: u32, height: u32) -> Checked {
        Checked { format: Format::Png, width, height, frames: 1 }
    }

    #[test]
    fn a_small_picture_of_another_shape_is_suspect() {
        assert!(is_likely(&picture(140, 140), Some((1080, 720)), b""));
        assert!(is_likely(&picture(300, 200), Some((640, 480)), b""));
    }

    #[test]
    fn a_small_picture_much_narrower_than_stated_is_suspect() {
        assert!(is_likely(&picture(300, 200), Some((1080, 720)), b""));
    }

    #[test]
    fn the_picture_that_was_stated_is_not_suspect() {
        for (own, stated) in [
            ((300, 200), (300, 200)),
            ((640, 427), (1080, 720)),
            ((300, 200), (600, 400)),
            ((140, 140), (140, 140)),
            ((20, 20), (20, 20)),
            // A line of one pixel, stated by a rounded ratio.
            ((300, 1), (300, 2)),
            ((1, 1), (1, 1)),
        ] {
            assert!(!is_likely(&picture(own.0, own.1), Some(stated), b""), "{own:?} for {stated:?}");
        }
    }

    #[test]
    fn a_large_picture_or_one_without_a_stated_size_is_not_suspect() {
        assert!(!is_likely(&picture(1080, 720), Some((100, 900)), b""));
        assert!(!is_likely(&picture(140, 140), None, b""));
        assert!(!is_likely(&picture(140, 140), Some((0, 0)), b""));
    }

    #[test]
    fn bytes_that_were_seen_are_known() {
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(is_among(b"abc", &[digest]) && !is_among(b"abd", &[digest]) && !is_among(b"abc", &[]));
    }
}
