//! Smaller copies of pictures: what they keep of what they are made of.

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageEncoder as _, ImageReader, Rgba, RgbaImage};
use wxarchive::image::{Encoding, Shape, Unpacked, check};

/// A picture of many colours, with a colour profile for pixels of a kind.
fn profiled(profile: Vec<u8>, has_alpha: bool) -> Vec<u8> {
    let low = |number: u32| number.to_le_bytes()[0];
    let noise =
        RgbaImage::from_fn(99, 61, |x, y| Rgba([low(x), low(x * y), low(y), if has_alpha { low(x * 2) } else { 255 }]));
    let picture = DynamicImage::ImageRgba8(noise);
    let picture = if has_alpha { picture } else { picture.to_rgb8().into() };
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(profile).expect("a profile");
    picture.write_with_encoder(encoder).expect("a picture");
    bytes
}

#[test]
fn copy_has_the_colour_profile_of_its_picture_if_that_is_one_of_its_pixels() {
    let profile = |space: &[u8]| [&[0; 16][..], space, &[7; 111]].concat();
    let (webp, jpeg, keep) = (Encoding::Webp, Encoding::Jpeg, Encoding::Keep);
    for (has_alpha, encoding) in [(false, webp), (true, webp), (false, jpeg), (true, keep)] {
        for space in [b"RGB ", b"GRAY", b"CMYK"] {
            let bytes = profiled(profile(space), has_alpha);
            let unpacked = Unpacked::new(&bytes, &check(&bytes).expect("a picture")).expect("unpacked");
            let copy = unpacked.variant(Shape::Square, encoding).expect("encoded").expect("a copy");
            let checked = check(&copy.bytes).expect("a whole copy");
            assert_eq!((checked.width, checked.height), (61, 61));
            let reader = ImageReader::new(Cursor::new(&copy.bytes)).with_guessed_format().expect("a type");
            let icc = reader.into_decoder().expect("a decoder").icc_profile().expect("readable");
            assert_eq!(icc, (space == b"RGB ").then(|| profile(space)), "{encoding:?} {has_alpha}");
            image::load_from_memory(&copy.bytes).expect("it is shown");
        }
    }
}
