//! Recognises the picture that WeChat's CDN sends instead of the one asked for: 此图片来自微信公众平台 未经允许不可引用.
//!
//! It comes with status 200 and is a whole picture, so only its looks betray it (anatomy §3.4).

/// How large the substitute is at most, on either side; 140 by 140 has been reported.
const LARGEST: u32 = 400;

/// The size in which it is reported for the most part: hardly any picture is uploaded in it.
const USUAL: (u32, u32) = (300, 200);

/// Another size in which it has been reported, which is that of many avatars and codes, too.
const OTHER: (u32, u32) = (140, 140);

/// What either side must have for its words to be read.
const SMALLEST: u32 = 100;

/// How far its shape must be from the stated one: stated sizes are rounded.
const TOLERANCE: f64 = 0.05;

/// Whether a picture is small enough to be the substitute.
#[must_use]
pub fn is_small((width, height): (u32, u32)) -> bool {
    width <= LARGEST && height <= LARGEST
}

/// Whether a picture has the size that the substitute has for the most part.
#[must_use]
pub fn has_usual_size(size: (u32, u32)) -> bool {
    size == USUAL
}

/// Whether a picture has a size in which the substitute has been reported.
#[must_use]
pub fn has_reported_size(size: (u32, u32)) -> bool {
    [USUAL, OTHER].contains(&size)
}

/// Whether a picture has room for the words of the substitute, and no room for more: no divider, no photograph.
#[must_use]
pub fn has_likely_size((width, height): (u32, u32)) -> bool {
    is_small((width, height)) && width >= SMALLEST && height >= SMALLEST
}

/// Whether a picture is not the one that a page states the size of (`data-w`, `data-ratio`), so that it may be the
/// substitute: small, and of another shape or less than half as wide.
///
/// A doubt, not a proof: pages state wrong sizes too.
#[must_use]
pub fn is_unlike(picture: (u32, u32), stated: (u32, u32)) -> bool {
    let [own_width, width] = [picture.0, stated.0].map(f64::from);
    stated.0 > 0 && stated.1 > 0 && is_small(picture) && (own_width * 2.0 < width || !has_shape(picture, stated))
}

/// Whether a picture has the shape of another or of a stated size; at least a pixel of rounding is allowed on each side.
#[must_use]
pub fn has_shape((own_width, own_height): (u32, u32), (width, height): (u32, u32)) -> bool {
    // How much wider one is than the other at the same height.
    let shape = |width: f64, height: f64| width / height;
    let [width, height, own_width, own_height] = [width, height, own_width, own_height].map(f64::from);
    let widest = shape(own_width + 1.0, (own_height - 1.0).max(0.5)) * (1.0 + TOLERANCE);
    let narrowest = shape((own_width - 1.0).max(0.5), own_height + 1.0) * (1.0 - TOLERANCE);
    (narrowest..=widest).contains(&shape(width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_picture_of_another_shape_or_much_narrower_is_unlike() {
        for (own, stated) in [((140, 140), (1080, 720)), ((300, 200), (640, 480)), ((300, 200), (1080, 720))] {
            assert!(is_unlike(own, stated), "{own:?} for {stated:?}");
        }
    }

    #[test]
    fn the_picture_that_was_stated_is_not_unlike() {
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
            assert!(!is_unlike(own, stated), "{own:?} for {stated:?}");
        }
    }

    #[test]
    fn a_large_picture_or_one_without_a_stated_size_is_not_unlike() {
        assert!(!is_unlike((1080, 720), (100, 900)));
        assert!(!is_unlike((140, 140), (0, 0)));
    }
}
