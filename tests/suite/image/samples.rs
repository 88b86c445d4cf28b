//! One small picture of each kind, written by an encoder where there is one and by hand elsewhere.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, RgbImage, RgbaImage};
use wxarchive::image::{Checked, Format};

/// A picture and what it is.
pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
    pub(super) checked: Checked,
}

pub(super) fn samples() -> Vec<Sample> {
    let sample = |name, bytes, format, (width, height), frames| {
        let checked = Checked { format, width, height, frames };
        Sample { name, bytes, checked }
    };
    let png = encoded(ImageFormat::Png);
    vec![
        sample("apng", with_frames(&png), Format::Png, (7, 5), 3),
        sample("png", png, Format::Png, (7, 5), 1),
        sample("jpeg", encoded(ImageFormat::Jpeg), Format::Jpeg, (7, 5), 1),
        sample("jpeg of noise", noise(), Format::Jpeg, (24, 24), 1),
        sample("jpeg with a thumbnail", with_thumbnail(&encoded(ImageFormat::Jpeg)), Format::Jpeg, (7, 5), 1),
        sample("gif", gif(1), Format::Gif, (7, 5), 1),
        sample("gif animation", gif(3), Format::Gif, (7, 5), 3),
        sample("webp lossless", encoded(ImageFormat::WebP), Format::Webp, (7, 5), 1),
        sample("webp lossy", riff(&[(b"VP8 ", &LOSSY)]), Format::Webp, (7, 5), 1),
        sample(
            "webp animation",
            riff(&[(b"VP8X", &CANVAS), (b"ANMF", &[0; 17]), (b"ANMF", &[0; 16])]),
            Format::Webp,
            (9, 6),
            2,
        ),
        sample("avif", heif(*b"avif"), Format::Avif, (9, 6), 1),
        sample("heic", heif(*b"heic"), Format::Heic, (9, 6), 1),
        sample("svg", b"<svg width=\"7\" height=\"5\"><path d=\"\"/></svg>".to_vec(), Format::Svg, (7, 5), 1),
        sample("avif whose data has no length", endless(*b"avif"), Format::Avif, (6, 9), 1),
        sample("heic with its data first", data_first(*b"heic"), Format::Heic, (9, 6), 1),
        sample("svg in svg", SVGS.to_vec(), Format::Svg, (7, 5), 1),
        sample("bmp", bmp(-5), Format::Bmp, (7, 5), 1),
        sample("bmp packed", packed_bmp(), Format::Bmp, (7, 5), 1),
        sample("ico", ico(), Format::Ico, (256, 256), 1),
        sample("tiff", tiff(), Format::Tiff, (7, 5), 1),
        sample("tiff with values behind its table", tiff_of_a_library(), Format::Tiff, (7, 5), 1),
    ]
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(7, 5).write_to(&mut bytes, format).expect("an encoder");
    bytes.into_inner()
}

/// A JPEG whose data has the byte of a marker in it, followed by the 0 that says otherwise.
fn noise() -> Vec<u8> {
    let next = |state: u32| state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    let states = std::iter::successors(Some(1), |state| Some(next(*state)));
    let pixels = states.take(24 * 24 * 3).map(|state| state.to_be_bytes()[0]).collect();
    let noise = RgbImage::from_raw(24, 24, pixels).expect("as many bytes as pixels need");
    let mut bytes = Cursor::new(Vec::new());
    noise.write_to(&mut bytes, ImageFormat::Jpeg).expect("an encoder");
    let bytes = bytes.into_inner();
    assert!(bytes.windows(2).any(|pair| pair == [0xff, 0]));
    bytes
}

fn gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let frame = Frame::new(RgbaImage::new(7, 5));
    GifEncoder::new(&mut bytes).encode_frames(vec![frame; frames]).expect("an encoder");
    bytes
}

/// A PNG with the chunk that makes an animation of it, behind the header of 33 bytes.
fn with_frames(png: &[u8]) -> Vec<u8> {
    [&png[..33], b"\0\0\0\x08acTL\0\0\0\x03\0\0\0\0", b"\0\0\0\0", &png[33..]].concat()
}

/// A JPEG that has another in its first segment, as cameras write them.
fn with_thumbnail(jpeg: &[u8]) -> Vec<u8> {
    let size = u16::try_from(jpeg.len() + 2).expect("a small picture").to_be_bytes();
    [b"\xff\xd8\xff\xe1", &size[..], jpeg, b"\xff\xff", &jpeg[2..]].concat()
}

/// A key frame's header: tag, start code, width, height.
const LOSSY: [u8; 11] = [0x10, 0, 0, 0x9d, 1, 0x2a, 7, 0, 5, 0, 0];

/// Flags, and each side less one.
const CANVAS: [u8; 10] = [2, 0, 0, 0, 8, 0, 0, 5, 0, 0];

fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let chunk = |(kind, data): &(&[u8; 4], &[u8])| {
        let padding = &[0][..data.len() % 2];
        [&kind[..], &size_le(data.len()), data, padding].concat()
    };
    let body: Vec<u8> = chunks.iter().flat_map(chunk).collect();
    [b"RIFF", &size_le(body.len() + 4)[..], b"WEBP", &body].concat()
}

/// Drawings in a drawing, and an end tag that is none.
const SVGS: &[u8] =
    b"<svg width=\"7\" height=\"5\"><svg/><svg x='>'></svg ><svgx/><!-- </svg> --><![CDATA[</svg>]]><g/></svg>";

/// The boxes that say "9 by 6", and some data.
fn heif(brand: [u8; 4]) -> Vec<u8> {
    [kind(brand), meta(&[]), boxed(b"mdat", &[1, 2, 3])].concat()
}

/// The same with the data before the box that describes it.
fn data_first(brand: [u8; 4]) -> Vec<u8> {
    [kind(brand), boxed(b"mdat", &[1, 2, 3]), meta(&[])].concat()
}

/// The same with data that runs to the end of the file, where only the table of places knows the end; and turned.
fn endless(brand: [u8; 4]) -> Vec<u8> {
    let turn = boxed(b"irot", &[3]);
    let start = kind(brand).len() + meta(&turn).len() + 8;
    let data = [&[0, 0, 0, 0], &b"mdat"[..], &[9; 40]].concat();
    let place = [&size_be(start)[..], &size_be(40)].concat();
    let table = [&[0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1][..], &place].concat();
    let whole = meta(&turn);
    let at = whole.windows(4).position(|bytes| bytes == b"iloc").expect("a table") + 4;
    [kind(brand), whole[..at].to_vec(), table.clone(), whole[at + table.len()..].to_vec(), data].concat()
}

fn boxed(kind: &[u8], data: &[u8]) -> Vec<u8> {
    [&size_be(data.len() + 8)[..], kind, data].concat()
}

fn kind(brand: [u8; 4]) -> Vec<u8> {
    boxed(b"ftyp", &[b"mif1", &[0; 4], &brand[..]].concat())
}

/// What describes a picture: an empty table of places, its size, and more properties.
fn meta(properties: &[u8]) -> Vec<u8> {
    let size = boxed(b"ispe", &[0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 6]);
    let properties = boxed(b"iprp", &boxed(b"ipco", &[&size, properties].concat()));
    boxed(b"meta", &[&[0; 4], &boxed(b"iloc", &[0; 22])[..], &properties].concat())
}

/// Runs of one colour, whose length only the header of the file states.
fn packed_bmp() -> Vec<u8> {
    let runs = [7, 0, 0, 0].repeat(5);
    let header =
        [&size_le(40)[..], &7_u32.to_le_bytes(), &5_i32.to_le_bytes(), &[1, 0, 8, 0, 1, 0, 0, 0], &[0; 20]].concat();
    [b"BM", &size_le(54 + runs.len())[..], &[0; 4], &size_le(54), &header, &runs].concat()
}

/// Rows of 7 pixels in 24 bits, padded to 24 bytes; a negative height means that they run from the top.
fn bmp(height: i32) -> Vec<u8> {
    let pixels = vec![0; 24 * 5];
    let header = [&size_le(40)[..], &7_u32.to_le_bytes(), &height.to_le_bytes(), &[1, 0, 24, 0], &[0; 24]].concat();
    [b"BM", &size_le(54 + pixels.len())[..], &[0; 4], &size_le(54), &header, &pixels].concat()
}

/// A picture of 16 by 16 and one of 256 by 256, which is written as 0.
fn ico() -> Vec<u8> {
    let entry = |side: u8, offset| [&[side, side, 0, 0, 1, 0, 32, 0], &size_le(4)[..], &size_le(offset)].concat();
    [&[0, 0, 1, 0, 2, 0][..], &entry(16, 38), &entry(0, 42), &[1; 8]].concat()
}

/// A table of two tags, behind the pixels.
fn tiff() -> Vec<u8> {
    let tag =
        |tag: u16, value: u16| [&tag.to_le_bytes()[..], &[3, 0, 1, 0, 0, 0], &value.to_le_bytes(), &[0; 2]].concat();
    [b"II\x2a\0", &size_le(12)[..], &[9; 4], &[2, 0], &tag(0x100, 7), &tag(0x101, 5), &[0; 4]].concat()
}

/// Pixels, their table, and behind it how many bits each colour has.
fn tiff_of_a_library() -> Vec<u8> {
    let tag = |number: u16, count: u8, value: u8| {
        [&number.to_le_bytes()[..], &[3, 0, count, 0, 0, 0], &[value, 0, 0, 0]].concat()
    };
    let tags = [tag(0x100, 1, 7), tag(0x101, 1, 5), tag(0x102, 3, 78), tag(0x111, 1, 8), tag(0x117, 1, 4)].concat();
    [b"II\x2a\0", &size_le(12)[..], &[9; 4], &[5, 0], &tags, &[0; 4], &[8, 0, 8, 0, 8, 0]].concat()
}

fn size_le(size: usize) -> [u8; 4] {
    u32::try_from(size).expect("a small picture").to_le_bytes()
}

fn size_be(size: usize) -> [u8; 4] {
    u32::try_from(size).expect("a small picture").to_be_bytes()
}
