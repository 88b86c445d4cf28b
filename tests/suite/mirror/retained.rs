//! What stands in a mirror from before: kept, mended, asked for again with the same settings, and removed on request.

use std::fs;
use std::time::{Duration, SystemTime};

use ::image::ImageFormat;

use super::{JPEG, PNG, World, ledger, picture, set_damaged, two_pictures};
use wxarchive::archive::{Archive, Digest, Writer};
use wxarchive::image::{Encoding, Shape, check};
use wxarchive::mirror::{Folder, Only, Orphans, Trust, propose};

impl World {
    fn writer(&self) -> Writer {
        let now = "2026-10-02T00:00:00Z".parse().expect("a time");
        Writer::open(&self.folder.path().join("archive"), now).expect("a writer")
    }

    /// The issue shows only one of its pictures from now on, and the archive has no more.
    fn forget_all_but(&self, url: &str) {
        let writer = self.writer();
        let shown = writer.ledger("weekly/1.md").expect("a ledger").expect("a ledger").images;
        let (kept, gone): (Vec<_>, Vec<_>) = shown.into_iter().partition(|image| image.url == url);
        writer.put_ledger(&ledger(kept)).expect("a ledger");
        for stored in gone.into_iter().filter_map(|image| image.stored) {
            fs::remove_file(writer.root().join(stored.file)).expect("a picture");
        }
    }

    /// Another byte in the middle of a file of the same length.
    fn damage(&self, file: &str, written: SystemTime) {
        let path = self.target().join(file);
        let mut bytes = fs::read(&path).expect("a file");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        set_damaged(&path, &bytes);
        fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(written)).expect("a time");
    }

    fn assert_whole(&self) {
        for picture in self.manifest().pictures.values() {
            let digest = |file: &str| Digest::of(&fs::read(self.target().join(file)).expect("a file"));
            assert_eq!(digest(&picture.file), picture.sha256);
            for variant in &picture.variants {
                assert_eq!(Some(digest(&variant.file)), variant.sha256);
            }
        }
    }
}

fn later() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(10_000_000_000)
}

#[test]
fn run_with_only_some_pictures_keeps_the_others_named() {
    let mut world = two_pictures();
    world.run();
    let before = world.manifest();
    world.settings.only = Only::Articles;
    let report = world.run();
    assert_eq!((report.pictures, report.orphans), (0, 0));
    assert_eq!(world.manifest(), before);
}

#[test]
fn two_archives_share_a_folder() {
    let world = two_pictures();
    let other = World::with(&[("https://example.org/other.png", picture(50, 50, ImageFormat::Png))]);
    world.run();
    let folder = Folder::open(&world.target()).expect("a folder");
    let run = |archive: &Archive| wxarchive::mirror::mirror(archive, &folder, &world.settings, &|_, _| {});
    run(&other.archive()).expect("a report");
    let both = world.files();
    assert_eq!(world.manifest().pictures.len(), 3);
    run(&world.archive()).expect("a report");
    assert_eq!(world.files(), both, "and no run undoes the other's");
}

#[test]
fn another_base_address_is_that_of_every_picture() {
    let mut world = two_pictures();
    world.run();
    world.forget_all_but(PNG);
    world.settings.base_url = Some("/pictures".to_owned());
    world.run();
    assert!(world.manifest().pictures.values().all(|picture| picture.url == format!("/pictures/{}", picture.file)));
}

#[test]
fn forgotten_picture_stays_until_it_is_pruned() {
    let mut world = two_pictures();
    world.settings.shapes = vec![Shape::Width(320)];
    world.run();
    let foreign = ["index.html", "ab/logo.png"].map(|name| world.target().join(name));
    for path in &foreign {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, b"theirs").expect("a file");
    }
    world.forget_all_but(PNG);
    let report = world.run();
    assert_eq!((report.pictures, report.orphans, report.removed), (1, 2, 0));
    assert!(world.manifest().pictures.contains_key(JPEG), "it is served still");
    world.settings.orphans = Orphans::Remove;
    let report = world.run();
    assert_eq!((report.orphans, report.removed), (0, 2));
    assert_eq!(world.manifest().pictures.keys().collect::<Vec<_>>(), [PNG]);
    assert_eq!(world.files().len(), 2 + foreign.len(), "a picture, the manifest, and what others put there");
    assert!(foreign.iter().all(|path| path.is_file()));
}

#[test]
fn picture_that_the_archive_has_lost_is_not_pruned() {
    let mut world = two_pictures();
    world.run();
    let stored = world.archive().ledger("weekly/1.md").expect("a ledger").expect("a ledger").images[0].stored.clone();
    fs::remove_file(world.archive().root().join(stored.expect("a picture").file)).expect("a picture");
    world.settings.orphans = Orphans::Remove;
    assert_eq!(world.run().removed, 0);
    assert_eq!(world.files().len(), 3);
}

#[test]
fn variants_of_other_settings_are_removed_on_request_only() {
    let mut world = two_pictures();
    world.settings.shapes = vec![Shape::Width(320)];
    world.run();
    let file = world.manifest().pictures[JPEG].variants[0].file.clone();
    world.settings.shapes = vec![Shape::Width(400)];
    assert_eq!(world.run().orphans, 1);
    assert_eq!(world.manifest().unused.into_iter().collect::<Vec<_>>(), [file.as_str()]);
    assert!(world.target().join(&file).is_file());
    world.settings.orphans = Orphans::Remove;
    assert_eq!(world.run().removed, 1);
    assert!(!world.target().join(&file).exists() && world.manifest().unused.is_empty());
}

#[test]
fn file_that_was_written_since_is_mended() {
    let mut world = two_pictures();
    world.settings.shapes = vec![Shape::Width(320)];
    world.run();
    let files: Vec<String> = {
        let picture = &world.manifest().pictures[JPEG];
        vec![picture.file.clone(), picture.variants[0].file.clone()]
    };
    for file in &files {
        world.damage(file, later());
    }
    let report = world.run();
    assert_eq!((report.added, report.mended, report.damaged.len()), (0, 1, 0));
    world.assert_whole();
}

#[test]
fn check_finds_what_the_time_of_a_file_hides() {
    let mut world = two_pictures();
    world.run();
    world.damage(&world.manifest().pictures[JPEG].file, SystemTime::UNIX_EPOCH);
    assert_eq!(world.run().mended, 0, "nothing speaks against it");
    world.settings.trust = Trust::Nothing;
    assert_eq!(world.run().mended, 1);
    world.assert_whole();
}

#[test]
fn settings_are_remembered_in_the_manifest() {
    let mut world = two_pictures();
    world.settings.shapes = vec![Shape::Width(320), Shape::Wide];
    world.settings.encoding = Encoding::Webp;
    world.settings.base_url = Some("/pictures/".to_owned());
    world.run();
    assert_eq!(world.manifest().settings(), world.settings);
}

#[test]
fn proposed_addresses_are_those_of_the_mirror_and_nothing_is_written() {
    let mut world = two_pictures();
    world.settings.base_url = Some("/pictures".to_owned());
    let urls = |manifest: wxarchive::mirror::Manifest| -> Vec<String> {
        manifest.pictures.into_values().map(|picture| picture.url).collect()
    };
    let proposed = propose(&world.archive(), &Folder::look(&world.target()), &world.settings).expect("a manifest");
    assert!(!world.target().exists());
    world.run();
    assert_eq!(urls(proposed), urls(world.manifest()));
}

#[test]
fn only_covers_are_cut() {
    let mut world = two_pictures();
    let writer = world.writer();
    let mut images = writer.ledger("weekly/1.md").expect("a ledger").expect("a ledger").images;
    images[1].cover = false;
    writer.put_ledger(&ledger(images)).expect("a ledger");
    world.settings.shapes = vec![Shape::Width(320), Shape::Wide, Shape::Square];
    world.run();
    let names = |url: &str| {
        let variants = world.manifest().pictures[url].variants.clone();
        variants.into_iter().map(|variant| variant.name).collect::<Vec<_>>()
    };
    assert_eq!(names(PNG), ["wide", "square"]);
    assert_eq!(names(JPEG), ["320"]);
}

#[test]
fn files_of_others_are_no_leftovers() {
    let world = two_pictures();
    world.run();
    let theirs = world.target().join(".wxarchive-notes.txt");
    fs::write(&theirs, b"theirs").expect("a file");
    world.run();
    assert!(theirs.is_file());
}

#[test]
fn small_copy_of_a_sign_has_the_colour_of_the_sign_at_its_edge() {
    let sign = ::image::RgbaImage::from_fn(400, 400, |x, y| {
        let (x, y) = (i64::from(x) - 200, i64::from(y) - 200);
        if x * x + y * y < 25_000 { ::image::Rgba([255; 4]) } else { ::image::Rgba([0; 4]) }
    });
    let mut bytes = Vec::new();
    sign.write_to(&mut std::io::Cursor::new(&mut bytes), ImageFormat::Png).expect("a picture");
    let mut world = World::with(&[(PNG, bytes)]);
    world.settings.shapes = vec![Shape::Width(90)];
    world.run();
    let small = fs::read(world.target().join(&world.manifest().pictures[PNG].variants[0].file)).expect("a variant");
    assert!(check(&small).is_ok());
    let small = ::image::load_from_memory(&small).expect("a picture").into_rgba8();
    let edge: Vec<_> = small.pixels().filter(|pixel| (20..250).contains(&pixel.0[3])).collect();
    assert!(!edge.is_empty() && edge.iter().all(|pixel| pixel.0[..3].iter().all(|channel| *channel > 240)));
}
