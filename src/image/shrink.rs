//! Shrinks pictures: each pixel is the mean of an area, of what can be seen of it.

use std::borrow::Cow;
use std::ops::Range;

use ::image::{DynamicImage, RgbaImage};

/// A copy of a size, averaged over areas, which neither flickers nor rings.
///
/// What is transparent has a colour too, black for the most part, that nobody sees: it doesn't count, or a sign cut out
/// of its background would get a dark edge.
pub(super) fn shrink(image: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    if !image.color().has_alpha() {
        return image.thumbnail_exact(width, height);
    }
    let pixels = image.as_rgba8().map_or_else(|| Cow::Owned(image.to_rgba8()), Cow::Borrowed);
    DynamicImage::ImageRgba8(weighted(&pixels, width, height))
}

/// The sum of an area: red, green and blue by what there is of them, that itself, and how many pixels.
pub(super) type Sum = [u64; 5];

/// Averages areas, row by row, each pixel weighing as much as it covers.
fn weighted(pixels: &RgbaImage, width: u32, height: u32) -> RgbaImage {
    let columns: Vec<Range<usize>> = (0..width).map(|x| part(x, width, pixels.width())).collect();
    let across = pixels.width().try_into().unwrap_or(usize::MAX).max(1);
    let rows: Vec<&[[u8; 4]]> = pixels.as_chunks::<4>().0.chunks_exact(across).collect();
    let mut small = RgbaImage::new(width, height);
    for y in 0..height {
        let mut sums: Vec<Sum> = vec![[0; 5]; columns.len()];
        for row in &rows[part(y, height, pixels.height())] {
            for (sum, columns) in sums.iter_mut().zip(&columns) {
                row[columns.clone()].iter().for_each(|pixel| add(sum, *pixel));
            }
        }
        for (x, sum) in (0..width).zip(sums) {
            small.get_pixel_mut(x, y).0 = mean(sum);
        }
    }
    small
}

/// The pixels of one of so many parts of a side; at least one.
pub(super) fn part(index: u32, parts: u32, side: u32) -> Range<usize> {
    let edge = |index: u32| u64::from(index) * u64::from(side) / u64::from(parts.max(1));
    let [start, end, side] =
        [edge(index), edge(index + 1), side.into()].map(|edge| usize::try_from(edge).unwrap_or(usize::MAX));
    start..end.max(start + 1).min(side)
}

pub(super) fn add(sum: &mut Sum, [red, green, blue, alpha]: [u8; 4]) {
    let alpha = u64::from(alpha);
    for (sum, channel) in sum.iter_mut().zip([red, green, blue]) {
        *sum += u64::from(channel) * alpha;
    }
    sum[3] += alpha;
    sum[4] += 1;
}

pub(super) fn mean([red, green, blue, alpha, count]: Sum) -> [u8; 4] {
    let rounded = |sum: u64, weight: u64| u8::try_from((sum + weight / 2) / weight.max(1)).unwrap_or(u8::MAX);
    [rounded(red, alpha), rounded(green, alpha), rounded(blue, alpha), rounded(alpha, count)]
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
        let small = shrink(&DynamicImage::ImageRgba8(disc), 23, 23).into_rgba8();
        let edge: Vec<_> = small.pixels().filter(|pixel| (20..255).contains(&pixel.0[3])).collect();
        assert!(edge.len() > 20, "a disc has an edge");
        for pixel in edge {
            let [red, green, blue, _] = pixel.0;
            let differs = [(red, 255), (green, 200), (blue, 80)].map(|(is, be): (u8, u8)| is.abs_diff(be));
            assert!(differs.iter().all(|differs| *differs <= 12), "{pixel:?}");
        }
    }
}
