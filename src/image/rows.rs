//! Looks at a PNG row by row: long ones, as screenshots of whole pages, are too large to be unpacked beside downloads.

use std::io::Cursor;

use ::image::RgbaImage;
use png::{Decoder, Transformations};

use super::shrink::{Sum, add, mean, part};

/// The means of its parts; `None` where it is interlaced, damaged, or not of the size that is expected.
pub(super) fn shrink(bytes: &[u8], expected: (u32, u32), (across, down): (u32, u32)) -> Option<RgbaImage> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::normalize_to_color8());
    // What can't be read has no colours; nobody asks why.
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = reader.info().size();
    if reader.info().interlaced || (width, height) != expected {
        return None;
    }
    let channels = reader.output_color_type().0.samples();
    let columns: Vec<_> = (0..across).map(|x| part(x, across, width)).collect();
    let mut small = RgbaImage::new(across, down);
    for y in 0..down {
        let mut sums: Vec<Sum> = vec![[0; 5]; columns.len()];
        for _ in part(y, down, height) {
            let row = reader.next_row().ok()??;
            for (sum, columns) in sums.iter_mut().zip(&columns) {
                let pixels = row.data().chunks_exact(channels).skip(columns.start).take(columns.len());
                pixels.for_each(|pixel| add(sum, colour(pixel)));
            }
        }
        for (x, sum) in (0..across).zip(sums) {
            small.get_pixel_mut(x, y).0 = mean(sum);
        }
    }
    Some(small)
}

/// Red, green, blue and how much there is of them.
fn colour(pixel: &[u8]) -> [u8; 4] {
    match *pixel {
        [light] => [light, light, light, 255],
        [light, alpha] => [light, light, light, alpha],
        [red, green, blue] => [red, green, blue, 255],
        [red, green, blue, alpha, ..] => [red, green, blue, alpha],
        [] => [0; 4],
    }
}
