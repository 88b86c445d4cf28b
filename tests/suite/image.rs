//! Judging the bytes of pictures: every type whole, cut off, damaged and disguised.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

mod copies;
mod samples;

use proptest::prelude::*;
use wxarchive::image::{BadImage, Checked, DecodeError, Encoding, Format, Preview, Shape, Unpacked, check, preview};

use samples::{Sample, samples};

fn named<'a>(samples: &'a [Sample], name: &str) -> &'a Sample {
    samples.iter().find(|sample| sample.name == name).expect("a sample of that name")
}

#[test]
fn whole_pictures_are_known_by_their_bytes() {
    for Sample { name, bytes, checked } in samples() {
        assert_eq!(check(&bytes), Ok(checked), "{name}");
        assert_eq!(Format::sniff(&bytes), Some(checked.format), "{name}");
    }
}

#[test]
fn a_picture_that_is_cut_off_anywhere_is_refused() {
    for Sample { name, bytes, .. } in samples() {
        for length in 0..bytes.len() {
            assert!(check(&bytes[..length]).is_err(), "{name} cut to {length} of {} bytes", bytes.len());
        }
    }
}

#[test]
fn bytes_after_the_end_are_no_fault() {
    for Sample { name, bytes, checked } in samples() {
        for junk in [&b"\n"[..], b"\0\0\0\0", b"<!-- served by a cache -->", &[0xff; 40]] {
            assert_eq!(check(&[&bytes[..], junk].concat()), Ok(checked), "{name} and {junk:?}");
        }
    }
}

#[test]
fn what_is_no_picture_is_told_apart() {
    for (bytes, expected) in [
        ("", BadImage::Empty),
        ("<!DOCTYPE html><html><body><svg width=\"1\"></svg></body></html>", BadImage::Html),
        ("\u{feff}\n <HTML lang=zh>", BadImage::Html),
        ("<!-- cached --><html>", BadImage::Html),
        ("{\"errcode\":-1}", BadImage::Text),
        ("图片不存在", BadImage::Text),
        ("BMW and other cars", BadImage::Text),
        ("\u{1}\u{2}\u{3}", BadImage::Unknown),
        ("\0\0\0\u{18}ftypisom\0\0\0\0isommp42", BadImage::Unknown),
    ] {
        assert_eq!(check(bytes.as_bytes()), Err(expected), "{bytes:?}");
    }
}

#[test]
fn a_picture_without_pixels_is_refused() {
    let samples = samples();
    for (name, range) in [("png", 16..20), ("gif", 6..8), ("bmp", 22..26)] {
        let mut sample = named(&samples, name).bytes.clone();
        sample[range].fill(0);
        // A GIF takes the size of its first frame, as browsers do.
        match check(&sample) {
            Err(BadImage::ZeroSize { .. }) => assert_ne!(name, "gif"),
            Ok(checked) => assert_eq!((name, checked.width, checked.height), ("gif", 7, 5)),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(matches!(check(b"<svg width=\"0\" height=\"10\"/>"), Err(BadImage::ZeroSize { .. })));
}

#[test]
fn a_header_that_promises_too_many_pixels_is_refused() {
    let samples = samples();
    let png = |width: u32, height: u32| {
        let mut bytes = named(&samples, "png").bytes.clone();
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        check(&bytes)
    };
    assert!(!matches!(png(10_000, 10_000), Err(BadImage::TooLarge { .. })));
    let refused = BadImage::TooLarge { format: Format::Png, width: 60_000, height: 60_000 };
    assert_eq!(refused.to_string(), "the PNG has 60000 by 60000 pixels, more than 100 megapixels");
    assert_eq!(png(60_000, 60_000), Err(refused));
    assert!(matches!(png(u32::MAX, u32::MAX), Err(BadImage::TooLarge { .. })));
    let drawing = check(b"<svg width=\"4294967295\" height=\"5\"/>");
    assert!(matches!(drawing, Err(BadImage::TooLarge { format: Format::Svg, .. })), "{drawing:?}");
}

#[test]
fn an_animation_of_too_many_frames_is_refused() {
    let samples = samples();
    let gif = &named(&samples, "gif animation").bytes;
    // The trailer comes once, and a frame of no colour table and no data as often as one likes.
    let frame = b"\x2c\0\0\0\0\x07\0\x05\0\0\x02\0";
    let with = |frames| [&gif[..gif.len() - 1], &frame.repeat(frames), b";"].concat();
    assert_eq!(check(&with(4_997)).map(|checked| checked.frames), Ok(5_000));
    assert!(matches!(check(&with(4_998)), Err(BadImage::TooManyFrames { frames: 5_001, .. })));
    let mut apng = named(&samples, "apng").bytes.clone();
    apng[41..45].copy_from_slice(&u32::MAX.to_be_bytes());
    assert!(matches!(check(&apng), Err(BadImage::TooManyFrames { .. })));
}

#[test]
fn a_gif_frame_that_is_larger_than_the_screen_counts() {
    let samples = samples();
    let mut gif = named(&samples, "gif").bytes.clone();
    gif[6..10].copy_from_slice(&[1, 0, 1, 0]);
    assert_eq!(check(&gif).map(|checked| (checked.width, checked.height)), Ok((7, 5)));
    let frame = b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\0;";
    let bomb = [&gif[..gif.len() - 1], frame].concat();
    assert!(matches!(check(&bomb), Err(BadImage::TooLarge { width: 65535, .. })));
}

#[test]
fn png_data_that_cannot_be_its_pixels_is_refused() {
    let samples = samples();
    let png = &named(&samples, "png").bytes;
    let data = png.windows(4).position(|kind| kind == b"IDAT").expect("data");
    let mut flipped = png.clone();
    flipped[data + 6] ^= 1;
    assert!(check(&flipped).expect_err("damaged").to_string().contains("check sum"));
    let mut large = png.clone();
    large[16..20].copy_from_slice(&9000_u32.to_be_bytes());
    large[20..24].copy_from_slice(&9000_u32.to_be_bytes());
    assert!(check(&large).expect_err("damaged").to_string().contains("too short"));
}

#[test]
fn a_jpeg_without_a_scan_is_refused() {
    let samples = samples();
    let jpeg = &named(&samples, "jpeg").bytes;
    let scan = jpeg.windows(2).position(|marker| marker == [0xff, 0xda]).expect("a scan");
    let headers = [&jpeg[..scan], &[0xff, 0xd9]].concat();
    assert!(check(&headers).expect_err("damaged").to_string().contains("no scan"));
}

#[test]
fn a_photograph_that_was_taken_upright_has_the_size_that_is_seen() {
    let samples = samples();
    let jpeg = &named(&samples, "jpeg").bytes;
    for (orientation, size) in [(1, (7, 5)), (3, (7, 5)), (6, (5, 7)), (8, (5, 7)), (9, (7, 5))] {
        let tags =
            [b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], b"\0\0\0\0\0\0"].concat();
        let size_of = u8::try_from(tags.len() + 8).expect("few tags");
        let photograph = [b"\xff\xd8\xff\xe1\0", &[size_of][..], b"Exif\0\0", &tags, &jpeg[2..]].concat();
        let checked = check(&photograph).expect("a picture");
        assert_eq!((checked.width, checked.height), size, "{orientation}");
    }
}

/// A tag of EXIF that says how a photograph was held.
fn held(orientation: u8) -> Vec<u8> {
    [b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], b"\0\0\0\0\0\0"].concat()
}

/// A chunk of PNG without its length.
fn summed(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let chunk = [kind, data].concat();
    let bit = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    let sum = !chunk.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| bit(sum)));
    [chunk, sum.to_be_bytes().to_vec()].concat()
}

#[test]
fn a_turned_picture_has_the_size_of_its_copies() {
    let wide = halves(80, 60, ::image::ImageFormat::Png);
    let notes = held(6);
    let size = |length: usize| u32::try_from(length).expect("a small picture");
    let exif = [&size(notes.len()).to_be_bytes()[..], &summed(b"eXIf", &notes)].concat();
    let png = [&wide[..33], &exif, &wide[33..]].concat();
    let still = halves(80, 60, ::image::ImageFormat::WebP);
    let canvas = b"VP8X\x0a\0\0\0\x08\0\0\0\x4f\0\0\x3b\0\0";
    let body = [b"WEBP", &canvas[..], &still[12..], b"EXIF", &size(notes.len()).to_le_bytes(), &notes].concat();
    let webp = [b"RIFF", &size(body.len()).to_le_bytes()[..], &body].concat();
    for bytes in [png, webp] {
        let checked = check(&bytes).expect("a picture");
        assert_eq!((checked.width, checked.height), (60, 80), "{:?}", checked.format);
        let unpacked = Unpacked::new(&bytes, &checked).expect("unpacked");
        let square = unpacked.variant(Shape::Wide, Encoding::Jpeg).expect("encoded").expect("a copy");
        assert_eq!((square.width, square.height), (60, 25), "{:?}", checked.format);
    }
}

#[test]
fn data_that_cannot_be_the_pixels_it_is_said_to_be_is_refused() {
    let samples = samples();
    let mut jpeg = named(&samples, "jpeg").bytes.clone();
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).expect("a frame header");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x23, 0x28, 0x23, 0x28]);
    assert!(check(&jpeg).expect_err("9000 by 9000").to_string().contains("too short"));
    let mut png = named(&samples, "png").bytes.clone();
    let data = png.windows(4).position(|kind| kind == b"IDAT").expect("data");
    png.splice(data..png.len() - 12, summed(b"IDAT", &vec![b'x'; png.len() - 12 - data - 8]));
    assert!(check(&png).expect_err("no zlib").to_string().contains("not compressed"));
}

#[test]
fn a_tiff_whose_pixels_are_missing_is_refused() {
    let tag = |number: u16, value: u32| [&number.to_le_bytes()[..], &[4, 0, 1, 0, 0, 0], &value.to_le_bytes()].concat();
    let head = [b"II\x2a\0\x08\0\0\0\x04\0", &tag(256, 7)[..], &tag(257, 5), &tag(273, 62), &tag(279, 35)].concat();
    let whole = [&head[..], &[0; 4], &[7; 35]].concat();
    assert_eq!(check(&whole).map(|checked| (checked.width, checked.height)), Ok((7, 5)));
    for missing in 1..35 {
        assert!(matches!(check(&whole[..whole.len() - missing]), Err(BadImage::Truncated { .. })), "{missing}");
    }
}

#[test]
fn bitmaps_icons_and_drawings_have_a_preview() {
    let samples = samples();
    let bmp = named(&samples, "bmp");
    assert_eq!(preview(&bmp.bytes, &bmp.checked).map(|seen| seen.colour()).ok().as_deref(), Some("#000000"));
    let icon = ::image::RgbaImage::from_pixel(16, 16, ::image::Rgba([200, 10, 30, 255]));
    let mut bytes = Vec::new();
    icon.write_to(&mut std::io::Cursor::new(&mut bytes), ::image::ImageFormat::Ico).expect("an icon");
    assert_eq!(seen(&bytes).colour(), "#c80a1e");
    let mut png = Vec::new();
    let opaque = ::image::RgbImage::from_pixel(16, 16, ::image::Rgb([200, 10, 30]));
    opaque.write_to(&mut std::io::Cursor::new(&mut png), ::image::ImageFormat::Png).expect("a picture");
    let size = u32::try_from(png.len()).expect("a small picture").to_le_bytes();
    let icon = [b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x18\0", &size[..], &[22, 0, 0, 0], &png].concat();
    assert_eq!(seen(&icon).colour(), "#c80a1e", "of a PNG without transparency");
    for drawing in
        ["<svg><path fill=\"none\"/><path fill=\"#c80a1e\"/></svg>", "<svg><g style=\"fill: #c80a1e\"/></svg>"]
    {
        assert_eq!(seen(drawing.as_bytes()).colour(), "#c80a1e");
    }
    assert_eq!(seen(b"<svg><path fill=\"#0f8\"/></svg>").blur(), "00ff88".repeat(12));
}

#[test]
fn drawings_have_the_size_that_browsers_give_them() {
    for (attributes, expected) in [
        ("width=\"40\" height=\"20\"", (40, 20)),
        ("width='1in' height='10mm'", (96, 38)),
        ("xmlns=\"x\" viewBox=\"0 0 24 12\"", (24, 12)),
        ("viewBox=\"0,0,24,12\" width=\"48px\"", (48, 24)),
        ("viewBox=\"0 0 24 12\" height=\"0.4em\" width=\"100%\"", (24, 12)),
        ("viewBox=\"0 0 0 0\"", (300, 150)),
        ("data-width=\"9\" stroke-width = \"3\"", (300, 150)),
        ("width=\"12.3\" height=\"4.5\" title=\"a > b\"", (13, 5)),
        ("width=\"1e99\" height=\"NaN\"", (300, 150)),
        ("width=\"99999999999\" height=\"1\"", (u32::MAX, 1)),
        ("width=", (300, 150)),
    ] {
        for drawing in [format!("<svg {attributes}></svg>"), format!("<svg {attributes}/>")] {
            let checked = check(drawing.as_bytes()).expect(&drawing);
            assert_eq!((checked.width, checked.height), expected, "{drawing}");
        }
    }
}

#[test]
fn a_drawing_is_known_behind_all_that_may_come_first() {
    for before in [
        "\u{feff}",
        "\n\t ",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<!-- made by > hand --><!-- twice -->",
        "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">",
        "<?xml version=\"1.0\"?><!DOCTYPE svg [ <!ENTITY ns \"http://x>]\"> ]>",
    ] {
        for root in ["svg", "s:svg"] {
            let drawing = format!("{before}<{root} width=\"4\" height=\"2\"><g/></{root} >");
            assert_eq!(check(drawing.as_bytes()).map(|checked| checked.width), Ok(4), "{drawing}");
        }
    }
    assert_eq!(Format::sniff(b"<svgx></svgx>"), None);
}

#[test]
fn the_two_high_bits_of_a_lossy_webp_side_are_no_pixels() {
    let samples = samples();
    let mut bytes = named(&samples, "webp lossy").bytes.clone();
    bytes[27] |= 0x40;
    assert_eq!(check(&bytes), Ok(named(&samples, "webp lossy").checked));
}

/// A picture whose left half is of one colour and whose right half of another.
fn halves(width: u32, height: u32, format: ::image::ImageFormat) -> Vec<u8> {
    let picture = ::image::RgbImage::from_fn(width, height, |x, _| {
        ::image::Rgb(if x < width / 2 { [250, 10, 20] } else { [10, 20, 250] })
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), format).expect("a picture");
    bytes
}

fn seen(bytes: &[u8]) -> Preview {
    preview(bytes, &check(bytes).expect("a picture")).expect("a preview")
}

#[test]
fn a_preview_has_the_colours_of_the_parts() {
    let preview = seen(&halves(80, 60, ::image::ImageFormat::Png));
    assert_eq!(preview.blur(), "fa0a14fa0a140a14fa0a14fa".repeat(3));
    assert_eq!(preview.colour(), "#820f87");
}

#[test]
fn a_picture_resembles_itself_in_another_size_and_encoding_and_no_other() {
    let original = seen(&halves(80, 60, ::image::ImageFormat::Png));
    assert!(original.resembles(&seen(&halves(40, 30, ::image::ImageFormat::Jpeg))));
    let grey = ::image::RgbImage::from_pixel(80, 60, ::image::Rgb([240, 240, 240]));
    let mut bytes = Vec::new();
    grey.write_to(&mut std::io::Cursor::new(&mut bytes), ::image::ImageFormat::Png).expect("a picture");
    assert!(!original.resembles(&seen(&bytes)));
}

#[test]
fn what_cannot_be_unpacked_has_no_preview_and_says_why() {
    let samples = samples();
    let avif = named(&samples, "avif");
    let why = preview(&avif.bytes, &avif.checked).expect_err("no decoder");
    assert_eq!(why.to_string(), "pictures in AVIF are not unpacked by this program");
    let huge = Checked { format: Format::Png, width: 9000, height: 9000, frames: 1 };
    assert!(matches!(preview(b"", &huge), Err(DecodeError::TooLarge { .. })));
}

#[test]
fn png_that_would_take_too_much_memory_is_looked_at_row_by_row() {
    let colour = |x: u32| if x < 1050 { [250, 10, 20, 255] } else { [10, 20, 250, 255] };
    let pixels = ::image::RgbaImage::from_fn(4200, 4100, |x, _| ::image::Rgba(colour(x)));
    let mut bytes = Vec::new();
    pixels.write_with_encoder(::image::codecs::png::PngEncoder::new(&mut bytes)).expect("a picture");
    assert_eq!(seen(&bytes).blur(), "fa0a140a14fa0a14fa0a14fa".repeat(3));
    let jpeg = Checked { format: Format::Jpeg, width: 9000, height: 9000, frames: 1 };
    assert!(matches!(preview(b"", &jpeg), Err(DecodeError::TooLarge { .. })));
}

#[test]
fn what_a_progressive_jpeg_needs_beside_its_pixels_counts() {
    let samples = samples();
    let mut jpeg = named(&samples, "jpeg").bytes.clone();
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).expect("a frame header");
    // 4000 by 3000: 36 MB of pixels, 72 MB of coefficients.
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x0b, 0xb8, 0x0f, 0xa0]);
    let checked = Checked { format: Format::Jpeg, width: 4000, height: 3000, frames: 1 };
    assert!(!matches!(preview(&jpeg, &checked), Err(DecodeError::TooLarge { .. })));
    jpeg[frame + 1] = 0xc2;
    assert!(matches!(preview(&jpeg, &checked), Err(DecodeError::TooLarge { .. })));
}

#[test]
fn what_a_lossless_webp_needs_beside_its_pixels_counts() {
    let samples = samples();
    let mut webp = named(&samples, "webp lossless").bytes.clone();
    for (width, height, fits_beside, fits_alone) in
        [(3000, 3000, true, true), (4000, 3200, false, true), (5200, 5000, false, false)]
    {
        let flags = u32::from(webp[24] & 0xf0) << 24;
        let header = (width - 1_u32) | (height - 1_u32) << 14 | flags;
        webp[21..25].copy_from_slice(&header.to_le_bytes());
        let checked = Checked { format: Format::Webp, width, height, frames: 1 };
        let is_too_large = |error: Option<DecodeError>| matches!(error, Some(DecodeError::TooLarge { .. }));
        assert_eq!(is_too_large(preview(&webp, &checked).err()), !fits_beside, "{width}");
        assert_eq!(is_too_large(Unpacked::new(&webp, &checked).err()), !fits_alone, "{width}");
    }
}

#[test]
fn extensions_and_media_types_follow_the_bytes() {
    let names: Vec<_> = samples()
        .iter()
        .map(|Sample { checked: Checked { format, .. }, .. }| (format.extension(), format.media_type()))
        .collect();
    for name in [("png", "image/png"), ("jpg", "image/jpeg"), ("svg", "image/svg+xml"), ("heic", "image/heic")] {
        assert!(names.contains(&name), "{name:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes).ok();
    }

    #[test]
    fn any_damage_gets_an_answer(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
                                 new in prop::collection::vec(any::<u8>(), 1..9)) {
        let samples = samples();
        let mut bytes = which.get(&samples).bytes.clone();
        let start = at.index(bytes.len());
        let end = (start + new.len()).min(bytes.len());
        bytes.splice(start..end, new);
        if let Ok(checked) = check(&bytes) {
            preview(&bytes, &checked).ok();
        }
    }

    #[test]
    fn any_text_in_angle_brackets_gets_an_answer(text in "<(svg|!DOCTYPE|\\?xml|!--)?[ a-z=\"'<>/0-9.\\[\\]-]{0,60}") {
        check(text.as_bytes()).ok();
    }
}
