//! Shrinks pictures: each pixel is the mean of an area, of what can be seen of it.

use std::borrow::Cow;

use ::image::{DynamicImage, RgbaImage};

/// A copy of a size, averaged over areas, which neither flickers nor rings.
///
/// What is transparent has a colour too, black for the most part, that nobody sees: it doesn't count, or a sign cut out
/// of its background would get a dark edge.
pub(super) fn shrink(image: Cow<'_, DynamicImage>, width: u32, height: u32) -> DynamicImage {
    if !image.color().has_alpha() {
        return image.thumbnail_exact(width, height);
    }
    let mut pixels = image.into_owned().into_rgba8();
    each(&mut pixels, |channel, alpha| (channel * alpha + 127) / 255);
    let mut small = DynamicImage::ImageRgba8(pixels).thumbnail_exact(width, height).into_rgba8();
    each(&mut small, |channel, alpha| (channel * 255 + alpha / 2) / alpha.max(1));
    DynamicImage::ImageRgba8(small)
}

/// Changes the colours of a picture by what there is of them.
fn each(pixels: &mut RgbaImage, change: impl Fn(u32, u32) -> u32) {
    for pixel in pixels.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        if alpha < u8::MAX {
            let changed =
                [red, green, blue].map(|channel| u8::try_from(change(channel.into(), alpha.into())).unwrap_or(u8::MAX));
            pixel.0 = [changed[0], changed[1], changed[2], alpha];
        }
    }
}

#[cfg(test)]
mod tests {
    use ::image::{Rgba, RgbaImage};

    use super::*;

    #[test]
    fn what_is_transparent_has_no_part_in_the_colour() {
        let disc = RgbaImage::from_fn(101, 101, |x, y| {
            let (x, y) = (i64::from(x) - 50, i64::from(y) - 50);
            if x * x + y * y < 1600 { Rgba([255, 200, 80, 255]) } else { Rgba([0; 4]) }
        });
        let small = shrink(Cow::Owned(DynamicImage::ImageRgba8(disc)), 23, 23).into_rgba8();
        let edge: Vec<_> = small.pixels().filter(|pixel| (20..255).contains(&pixel.0[3])).collect();
        assert!(edge.len() > 20, "a disc has an edge");
        for pixel in edge {
            let [red, green, blue, _] = pixel.0;
            let differs = [(red, 255), (green, 200), (blue, 80)].map(|(is, be): (u8, u8)| is.abs_diff(be));
            assert!(differs.iter().all(|differs| *differs <= 12), "{pixel:?}");
        }
    }
}
