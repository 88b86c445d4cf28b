//! What runs leave to each other: those that were killed, those that write at the same time, those before.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use ::image::ImageFormat;

use super::{JPEG, PNG, image, ledger, picture, put, set_damaged, two_pictures};
use wxarchive::archive::{Digest, Writer};
use wxarchive::image::Shape;
use wxarchive::mirror::{Copied, Folder, MirrorError, Orphans, Settings, Store, Trust, mirror};

#[test]
fn two_runs_never_write_a_folder_at_the_same_time() {
    let world = two_pictures();
    let first = Folder::open(&world.target()).expect("a folder");
    let temporary = world.target().join(".wxarchive-a1B2c3");
    fs::write(&temporary, "half").expect("a file");
    assert!(matches!(Folder::open(&world.target()), Err(MirrorError::Busy { .. })));
    assert!(temporary.exists(), "what the first run is writing stays");
    drop(first);
    world.run();
    assert!(!temporary.exists());
    let served = fs::read_dir(world.target()).expect("a folder").map(|file| file.expect("a file").file_name());
    assert!(served.map(|name| name.into_string().expect("a name")).all(|name| !name.contains("lock")));
}

#[test]
fn picture_whose_address_has_another_now_is_pruned_on_request() {
    let mut world = two_pictures();
    world.run();
    let former = world.manifest().pictures[PNG].file.clone();
    let now = "2026-10-02T00:00:00Z".parse().expect("a time");
    let writer = Writer::open(&world.folder.path().join("archive"), now).expect("a writer");
    let stored = put(&writer, PNG, &picture(30, 30, ImageFormat::Png));
    writer.put_ledger(&ledger(vec![image(PNG, stored)])).expect("a ledger");
    drop(writer);
    fs::remove_file(world.folder.path().join("archive/images").join(&former)).expect("a picture");
    assert!(world.run().orphans > 0);
    assert!(world.target().join(&former).exists());
    world.settings.orphans = Orphans::Remove;
    world.run();
    assert!(!world.target().join(&former).exists());
    assert!(world.manifest().unused.is_empty());
}

#[test]
fn variants_of_a_killed_run_are_pruned_on_request() {
    let mut world = two_pictures();
    world.settings.shapes = vec![Shape::Width(5)];
    let killed = catch_unwind(AssertUnwindSafe(|| {
        let folder = Folder::open(&world.target()).expect("a folder");
        mirror(&world.archive(), &folder, &world.settings, &|done, all| assert!(done < all, "killed")).map(drop)
    }));
    assert!(killed.is_err());
    let target = world.target();
    let variants = || {
        let folders = fs::read_dir(&target).expect("a folder").map(|folder| folder.expect("a folder").path());
        let files = folders.filter(|path| path.is_dir()).flat_map(|folder| fs::read_dir(folder).expect("a folder"));
        files.filter(|file| file.as_ref().expect("a file").file_name().to_string_lossy().contains("-5.")).count()
    };
    assert!(variants() > 0);
    world.settings.shapes = Vec::new();
    world.settings.orphans = Orphans::Remove;
    world.run();
    assert_eq!(variants(), 0);
    assert!(world.manifest().pictures.contains_key(JPEG));
}

/// A folder that marks its files by their bytes, as a bucket does, and counts what is read.
struct Marking {
    folder: Folder,
    root: PathBuf,
    read: AtomicUsize,
}

impl Store for Marking {
    fn has(&self, name: &str, bytes: u64) -> bool {
        self.folder.has(name, bytes)
    }

    fn is_there(&self, name: &str) -> bool {
        self.folder.is_there(name)
    }

    fn mark(&self, name: &str) -> Option<String> {
        fs::read(self.root.join(name)).ok().map(|bytes| Digest::of(&bytes).short())
    }

    fn is_doubtful(&self, _name: &str) -> bool {
        false
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, MirrorError> {
        self.read.fetch_add(usize::from(name != "manifest.json"), Ordering::Relaxed);
        self.folder.read(name)
    }

    fn take(&self, name: &str, source: &Path, bytes: &[u8], media_type: &str) -> Result<Copied, MirrorError> {
        self.folder.take(name, source, bytes, media_type)
    }

    fn put(&self, name: &str, bytes: &[u8], media_type: &str) -> Result<(), MirrorError> {
        self.folder.put(name, bytes, media_type)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), MirrorError> {
        self.folder.replace(name, bytes)
    }

    fn remove(&self, name: &str) -> Result<(), MirrorError> {
        self.folder.remove(name)
    }

    fn describe(&self, name: &str) -> String {
        self.folder.describe(name)
    }

    fn workers(&self) -> usize {
        1
    }
}

#[test]
fn checking_reads_nothing_that_the_store_marks_as_it_was() {
    let mut world = two_pictures();
    world.settings.shapes = vec![Shape::Width(5)];
    let run = |settings: &Settings| {
        let folder = Folder::open(&world.target()).expect("a folder");
        let store = Marking { folder, root: world.target(), read: AtomicUsize::new(0) };
        let (report, manifest) = mirror(&world.archive(), &store, settings, &|_, _| {}).expect("a report");
        (report, manifest, store.read.into_inner())
    };
    let (_, manifest, _) = run(&world.settings);
    assert_eq!(manifest.marks.len(), 4, "two pictures and their copies");
    let check = Settings { trust: Trust::Nothing, ..world.settings.clone() };
    let (report, _, read) = run(&check);
    assert_eq!((report.mended, read), (0, 0));
    let file = &manifest.pictures[PNG].file;
    set_damaged(&world.target().join(file), &vec![7; usize::try_from(manifest.pictures[PNG].bytes).expect("few")]);
    let (report, _, read) = run(&check);
    assert_eq!(report.mended, 1);
    assert!(read > 0);
    assert_eq!(run(&check).2, 0);
}

#[test]
fn picture_shown_from_an_earlier_place_of_the_mirror_is_known() {
    let mut world = two_pictures();
    world.settings.base_url = Some("https://cdn.example.org/p".to_owned());
    world.run();
    let manifest = world.manifest();
    let file = &manifest.pictures[PNG].file;
    let addresses = manifest.addresses();
    for base in ["/pictures/", "https://old.example.org/", ""] {
        assert_eq!(
            addresses.of_mirrored(&format!("{base}{file}")),
            Some(manifest.pictures[PNG].url.as_str()),
            "{base}"
        );
    }
    assert_eq!(addresses.of_mirrored("/pictures/ab/other.png"), None);
    assert_eq!(addresses.of_mirrored("no-folder.png"), None);
}
