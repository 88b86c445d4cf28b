//! Mirroring pictures into a folder: what is in it, what a second run and a killed one do to it.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

#[cfg(feature = "cloud")]
mod bucket;
mod leftovers;
#[cfg(feature = "cloud")]
mod refusing;
mod retained;

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ::image::codecs::gif::GifEncoder;
use ::image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, RgbaImage};
use tempfile::TempDir;

use crate::files::tree_of;
use wxarchive::archive::{Archive, Digest, FORMAT_NUMBER, Ledger, LedgerImage, NewPicture, StoredPicture, Writer};
use wxarchive::image::{Encoding, Shape, check, preview};
use wxarchive::mirror::{Animations, Folder, Manifest, MirrorError, Only, Report, Settings, mirror};

/// An archive whose only issue shows some pictures.
struct World {
    folder: TempDir,
    settings: Settings,
}

impl World {
    fn with(pictures: &[(&str, Vec<u8>)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let now = "2026-10-01T00:00:00Z".parse().expect("a time");
        let writer = Writer::open(&folder.path().join("archive"), now).expect("a writer");
        let images = pictures.iter().map(|(url, bytes)| image(url, put(&writer, url, bytes))).collect();
        writer.put_ledger(&ledger(images)).expect("a ledger");
        Self { folder, settings: Settings::default() }
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("cdn")
    }

    fn archive(&self) -> Archive {
        Archive::open(&self.folder.path().join("archive")).expect("an archive")
    }

    fn try_run(&self) -> Result<Report, MirrorError> {
        mirror(&self.archive(), &Folder::open(&self.target())?, &self.settings, &|_, _| {}).map(|(report, _)| report)
    }

    fn run(&self) -> Report {
        self.try_run().expect("a report")
    }

    fn manifest(&self) -> Manifest {
        let bytes = fs::read(self.target().join("manifest.json")).expect("a manifest");
        serde_json::from_slice(&bytes).expect("a manifest")
    }

    /// The names and times of all files of the mirror.
    fn files(&self) -> BTreeMap<PathBuf, SystemTime> {
        tree_of(&self.target(), |path| fs::metadata(path).and_then(|found| found.modified()).expect("a time"))
    }
}

fn ledger(images: Vec<LedgerImage>) -> Ledger {
    Ledger {
        former_links: Vec::new(),
        former_images: Vec::new(),
        format: FORMAT_NUMBER,
        issue: "weekly/1.md".to_owned(),
        sha256: Digest::of(b""),
        title: None,
        date: None,
        links: Vec::new(),
        images,
        oddities: Vec::new(),
    }
}

fn put(writer: &Writer, url: &str, bytes: &[u8]) -> StoredPicture {
    let checked = check(bytes).expect("a picture");
    let picture = NewPicture {
        url,
        key: url,
        bytes,
        media_type: checked.format.media_type(),
        extension: checked.format.extension(),
        size: (checked.width, checked.height),
        colour: None,
        blur: None,
    };
    writer.picture_store().put(picture).expect("stored").0
}

fn image(url: &str, stored: StoredPicture) -> LedgerImage {
    LedgerImage { line: 1, span: [0, 0], url: url.to_owned(), cover: true, stored: Some(stored), missing: None }
}

/// A picture with something to see in it.
fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        let wave = (f64::from(x) / 9.0).sin() * (f64::from(y) / 7.0).cos();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 200")]
        let light = ((wave + 1.0) * 100.0) as u8;
        Rgb([light, light / 2, 255 - light])
    });
    DynamicImage::ImageRgb8(pixels).write_to(&mut Cursor::new(&mut bytes), format).expect("a picture");
    bytes
}

fn animation() -> Vec<u8> {
    let mut bytes = Vec::new();
    let frame = |light| Frame::new(RgbaImage::from_pixel(80, 60, ::image::Rgba([light, 0, 0, 255])));
    GifEncoder::new(&mut bytes).encode_frames([frame(0), frame(200)]).expect("an animation");
    bytes
}

fn set_damaged(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).expect("a file");
    fs::write(path, bytes).expect("a file");
}

const PNG: &str = "https://example.org/a.png";
const JPEG: &str = "https://mmbiz.qpic.cn/mmbiz_jpg/Abc/640";

fn two_pictures() -> World {
    World::with(&[(PNG, picture(60, 40, ImageFormat::Png)), (JPEG, picture(900, 600, ImageFormat::Jpeg))])
}

#[test]
fn every_file_is_named_by_its_bytes_and_the_manifest_says_which_address_it_is() {
    let mut world = two_pictures();
    world.settings.base_url = Some("https://cdn.example.org/pictures".to_owned());
    let report = world.run();
    assert_eq!((report.pictures, report.added), (2, 2));
    let manifest = world.manifest();
    assert_eq!(manifest.pictures.keys().collect::<Vec<_>>(), [PNG, JPEG]);
    for mirrored in manifest.pictures.values() {
        let bytes = fs::read(world.target().join(&mirrored.file)).expect("a mirrored file");
        assert_eq!(Digest::of(&bytes), mirrored.sha256);
        assert_eq!(bytes.len() as u64, mirrored.bytes);
        assert_eq!(mirrored.url, format!("https://cdn.example.org/pictures/{}", mirrored.file));
        assert!(mirrored.file.contains(&mirrored.sha256.to_string()));
        assert_eq!(mirrored.used_by.iter().collect::<Vec<_>>(), ["weekly/1.md"]);
        assert!(mirrored.colour.is_some() && mirrored.blur.is_some(), "known even of pictures stored without");
    }
}

#[test]
fn second_run_touches_no_file() {
    let mut world = two_pictures();
    world.settings.shapes = vec![Shape::Width(320), Shape::Wide];
    world.run();
    let before = world.files();
    let report = world.run();
    assert_eq!((report.pictures, report.added, report.added_variants), (2, 0, 0));
    assert_eq!(world.files(), before);
}

#[test]
fn one_picture_under_two_addresses_is_one_file() {
    let bytes = picture(60, 40, ImageFormat::Png);
    let world = World::with(&[(PNG, bytes.clone()), (JPEG, bytes)]);
    assert_eq!(world.run().pictures, 1);
    assert_eq!(world.manifest().pictures.len(), 2);
    assert_eq!(world.files().len(), 2, "the picture and the manifest");
}

#[test]
fn what_a_killed_run_left_is_taken_over_or_swept() {
    let world = two_pictures();
    world.run();
    let whole = world.files();
    fs::remove_file(world.target().join("manifest.json")).expect("a manifest");
    let file = world.target().join(world.files().into_keys().next().expect("a picture"));
    set_damaged(&file, b"half");
    fs::write(file.with_file_name(".wxarchive-aB3xYz"), b"half").expect("a file");
    let report = world.run();
    assert_eq!((report.pictures, report.added), (2, 1));
    assert_eq!(world.files().into_keys().collect::<Vec<_>>(), whole.into_keys().collect::<Vec<_>>());
    for mirrored in world.manifest().pictures.values() {
        assert_eq!(Digest::of(&fs::read(world.target().join(&mirrored.file)).expect("a file")), mirrored.sha256);
    }
}

#[test]
fn damaged_picture_is_told_and_the_others_are_mirrored() {
    let world = two_pictures();
    let archive = world.archive();
    let ledger = archive.ledger("weekly/1.md").expect("a ledger").expect("a ledger");
    let stored = ledger.images[0].stored.clone().expect("a picture");
    set_damaged(&archive.root().join(&stored.file), b"something else");
    let report = world.run();
    assert_eq!(report.pictures, 1);
    assert_eq!(report.damaged[0].file, stored.file);
    assert_eq!(world.manifest().pictures.keys().collect::<Vec<_>>(), [JPEG]);
}

#[test]
fn variants_are_smaller_whole_pictures_of_the_asked_type() {
    for (encoding, extension) in [(Encoding::Keep, "jpg"), (Encoding::Webp, "webp"), (Encoding::Jpeg, "jpg")] {
        let mut world = two_pictures();
        world.settings.shapes = vec![Shape::Width(320), Shape::Width(1280)];
        world.settings.encoding = encoding;
        assert_eq!(world.run().variants, 1, "the other picture, and the other width, are not larger than that");
        let manifest = world.manifest();
        let [variant] = manifest.pictures[JPEG].variants.as_slice() else { panic!("one variant") };
        assert!(variant.file.ends_with(&format!("-320.{extension}")), "{}", variant.file);
        let bytes = fs::read(world.target().join(&variant.file)).expect("a variant");
        let checked = check(&bytes).expect("a whole picture");
        assert_eq!((checked.width, checked.height), (320, 213));
        let original = fs::read(world.target().join(&manifest.pictures[JPEG].file)).expect("a picture");
        let [small, large] = [&bytes, &original].map(|bytes| preview(bytes, &check(bytes).expect("a picture")));
        assert!(small.expect("a preview").resembles(&large.expect("a preview")));
    }
}

#[test]
fn covers_are_cut_to_their_shapes_from_the_middle() {
    let mut world = two_pictures();
    world.settings.shapes = vec![Shape::Wide, Shape::Square];
    world.run();
    let sizes = |url: &str| {
        let variants = world.manifest().pictures[url].variants.clone();
        variants.into_iter().map(|variant| (variant.name, variant.width, variant.height)).collect::<Vec<_>>()
    };
    assert_eq!(sizes(JPEG), [("wide".to_owned(), 900, 382), ("square".to_owned(), 600, 600)]);
    assert_eq!(sizes(PNG), [("wide".to_owned(), 60, 25), ("square".to_owned(), 40, 40)]);
}

#[test]
fn animation_has_variants_only_on_request() {
    let mut world = World::with(&[("https://example.org/a.gif", animation())]);
    world.settings.shapes = vec![Shape::Square];
    world.run();
    let mirrored = world.manifest().pictures["https://example.org/a.gif"].clone();
    assert_eq!((mirrored.variants.len(), mirrored.without_variants.as_deref()), (0, Some("an animation")));
    world.settings.animations = Animations::FirstFrame;
    world.run();
    let mirrored = world.manifest().pictures["https://example.org/a.gif"].clone();
    assert_eq!(mirrored.variants[0].media_type, "image/png");
}

#[test]
fn picture_that_cannot_be_unpacked_is_mirrored_without_variants() {
    let drawing = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"200\"/>".to_vec();
    let mut world = World::with(&[("https://example.org/a.svg", drawing.clone())]);
    world.settings.shapes = vec![Shape::Width(100)];
    world.run();
    let mirrored = world.manifest().pictures["https://example.org/a.svg"].clone();
    assert!(mirrored.without_variants.expect("a reason").contains("SVG"));
    assert_eq!(fs::read(world.target().join(mirrored.file)).expect("a drawing"), drawing);
}

#[test]
fn picture_of_inks_with_a_profile_has_no_variants() {
    let inks = |profile: Option<&[u8]>| {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
        if let Some(profile) = profile {
            encoder.add_icc_profile(profile).expect("a profile");
        }
        encoder.encode(&[40; 4 * 64 * 64], 64, 64, jpeg_encoder::ColorType::Cmyk).expect("a picture");
        bytes
    };
    let profile = [&[0; 16][..], b"CMYK", &[7; 111]].concat();
    for (bytes, variants, reason) in [(inks(None), 1, None), (inks(Some(&profile)), 0, Some("profile"))] {
        let mut world = World::with(&[(JPEG, bytes)]);
        world.settings.shapes = vec![Shape::Square];
        world.run();
        let mirrored = &world.manifest().pictures[JPEG];
        let told = mirrored.without_variants.as_deref();
        assert_eq!((mirrored.variants.len(), told.is_some()), (variants, reason.is_some()), "{told:?}");
        assert!(told.unwrap_or_default().contains(reason.unwrap_or_default()), "{told:?}");
    }
}

#[test]
fn only_articles_leaves_the_pictures_of_issues_out() {
    let mut world = two_pictures();
    world.settings.only = Only::Articles;
    assert_eq!(world.run().pictures, 0);
    world.settings.only = Only::Issues;
    assert_eq!(world.run().pictures, 2);
}

#[test]
fn folder_with_a_foreign_manifest_is_refused_untouched() {
    let world = two_pictures();
    fs::create_dir_all(world.target()).expect("a folder");
    fs::write(world.target().join("manifest.json"), "{\"name\": \"an app\"}").expect("a file");
    let before = world.files();
    assert!(matches!(world.try_run(), Err(MirrorError::Manifest { .. })));
    assert_eq!(world.files(), before);
}
