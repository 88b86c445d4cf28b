//! The archive as an OCFL storage root and back: the same files, whatever happened between, and nothing that lies.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

mod damage;
mod faults;
mod validators;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use wxarchive::archive::verify::{Scope, verify};
use wxarchive::archive::{Archive, ArchiveError, Exported, Faults, Imported, Writer, export_ocfl, import_ocfl};
use wxarchive::sync::Policy;

use crate::sample::{Site, archive, folder, is_of_git, sync_with, time, tree, url_of};
use crate::steps::{Dice, World};

/// The files of a folder, without the lock and the index of that copy.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = tree(root);
    files.retain(|path, _| ![".lock", ".index.sqlite"].iter().any(|name| path == Path::new(name)));
    files
}

fn export(root: &Path, to: &Path) -> Result<Exported, ArchiveError> {
    export_ocfl(root, to, time("2026-10-20T00:00:00Z"), Faults::default())
}

fn import(from: &Path, root: &Path) -> Result<Imported, ArchiveError> {
    import_ocfl(from, root, time("2026-10-21T00:00:00Z"), Faults::default())
}

/// Every object's inventory, by its path.
fn inventories(store: &Path) -> BTreeMap<PathBuf, serde_json::Value> {
    let objects = files(store).into_keys().filter(|path| path.ends_with("0=ocfl_object_1.1"));
    let read = |path: PathBuf| {
        let path = path.with_file_name("inventory.json");
        let bytes = fs::read(store.join(&path)).expect("an inventory");
        (path, serde_json::from_slice(&bytes).expect("JSON"))
    };
    objects.map(read).collect()
}

/// Edits an article on the site and asks again.
fn edit(root: &Path, title: &str, (from, to): (&str, &str), day: &str) {
    let mut site = Site::default();
    let url = url_of(root, title);
    let text = String::from_utf8(site.body(&url)).expect("utf-8").replace(from, to);
    site.changes.insert(url, text.into_bytes());
    let policy = Policy { refresh: Some(jiff::SignedDuration::ZERO), ..Policy::default() };
    let mut writer = Writer::open(root, time(day)).expect("a writer");
    sync_with(&mut writer, &site, time(day), &policy).expect("a report");
}

#[test]
fn import_of_an_export_is_the_same_archive() {
    let (root, other) = (archive(), folder());
    let exported = export(root.path(), &other.path().join("store")).expect("an export");
    let imported = import(&other.path().join("store"), &other.path().join("archive")).expect("an import");
    assert!(files(&other.path().join("archive")) == files(root.path()));
    assert_eq!((imported.files, imported.bytes), (exported.files, exported.bytes));
    assert_eq!(exported.files, files(root.path()).keys().filter(|path| !is_of_git(path)).count());
    assert_eq!(verify(&other.path().join("archive"), &Scope::default()).expect("an audit").findings, []);
    Writer::open(&other.path().join("archive"), time("2026-10-22T00:00:00Z")).expect("an archive to go on with");
    let mut names = tree(other.path()).into_keys().map(|path| path.iter().next().expect("a name").to_owned());
    assert!(names.all(|name| name == "archive" || name == "store"), "nothing is left beside them");
}

#[test]
fn files_nobody_knows_and_strange_names_come_back() {
    let (root, other) = (archive(), folder());
    let long = "长".repeat(83);
    for name in ["notes, with: a | pipe.txt", "a\nb.txt", "folder/如何 🔭.md", "back\\slash", "%2e%2e", &long] {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, "mine").expect("a file");
    }
    fs::write(root.path().join("empty"), "").expect("a file");
    export(root.path(), &other.path().join("store")).expect("an export");
    import(&other.path().join("store"), &other.path().join("archive")).expect("an import");
    assert!(files(&other.path().join("archive")) == files(root.path()));
}

#[test]
fn versions_of_an_article_are_versions_of_its_object() {
    let (root, store) = (archive(), folder());
    export(root.path(), store.path()).expect("an export");
    let objects = inventories(store.path());
    let edited: Vec<_> = objects.values().filter(|inventory| inventory["head"] == "v2").collect();
    let [edited] = edited[..] else { panic!("one article has two versions: {}", edited.len()) };
    let archive = Archive::open(root.path()).expect("an archive");
    let entry = archive.entries().find(|entry| entry.manifest.version == 2).expect("two versions");
    assert_eq!(edited["id"], format!("urn:wxarchive:article:{}", entry.manifest.article));
    let first = archive.manifest(entry, 1).expect("readable").expect("a manifest");
    assert_eq!(edited["versions"]["v1"]["created"], first.fetched.at.to_string());
    assert_eq!(edited["versions"]["v1"]["message"], "version 1 of the article: new");
    assert_eq!(edited["versions"]["v2"]["message"], "version 2 of the article: edited");
    let state = |version: &str| edited["versions"][version]["state"].to_string();
    assert!(state("v1").contains("versions/1.md") && !state("v1").contains("versions/2.md"));
    assert!(state("v2").contains("versions/1.md") && state("v2").contains("index.md"));
    assert!(!store.path().join("v2/content").exists());
}

#[test]
fn every_file_of_the_archive_is_stored_once() {
    let (root, store) = (archive(), folder());
    export(root.path(), store.path()).expect("an export");
    let stored = |path: &PathBuf| path.iter().any(|part| part == "content");
    let content = files(store.path()).into_keys().filter(stored).count();
    // Bytes that several paths of an object have are stored once; the snapshot is one file more.
    assert!(content <= files(root.path()).len() + 1, "{content}");
    let pictures = files(store.path()).into_iter().filter(|(path, _)| path.to_string_lossy().contains("/images/"));
    let pictures: Vec<Vec<u8>> = pictures.map(|(_, bytes)| bytes).collect();
    let distinct: BTreeSet<&Vec<u8>> = pictures.iter().collect();
    assert_eq!(pictures.len(), distinct.len());
}

#[test]
fn export_of_an_unchanged_archive_changes_nothing() {
    let (root, store) = (archive(), folder());
    let first = export(root.path(), store.path()).expect("an export");
    let before = tree(store.path());
    let second = export_ocfl(root.path(), store.path(), time("2027-01-01T00:00:00Z"), Faults::default());
    let second = second.expect("an export");
    assert!(tree(store.path()) == before);
    assert_eq!(second, Exported { versions: 0, ..first });
}

#[test]
fn later_export_adds_versions_and_touches_no_earlier_file() {
    let (root, store, other) = (archive(), folder(), folder());
    export(root.path(), store.path()).expect("an export");
    let before = files(store.path());
    edit(root.path(), "调焦", ("观测室", "瞭望室"), "2026-10-12T00:00:00Z");
    edit(root.path(), "调焦", ("观测室", "地下室"), "2026-10-13T00:00:00Z");
    let exported = export(root.path(), store.path()).expect("an export");
    assert!(exported.versions > 0);
    let after = files(store.path());
    let is_head = |path: &Path| {
        let parts = path.iter().count();
        parts == 5 && path.to_string_lossy().contains("inventory.json")
    };
    for (path, bytes) in before.iter().filter(|(path, _)| !is_head(path)) {
        assert!(after.get(path) == Some(bytes), "{}", path.display());
    }
    assert!(!store.path().join(".wxarchive-staging").exists(), "a storage root has no empty folders");
    let edited = inventories(store.path()).into_values().find(|inventory| inventory["head"] == "v4");
    let edited = edited.expect("two versions came at once");
    assert_eq!(edited["versions"]["v3"]["message"], "version 3 of the article: edited");
    assert!(edited["versions"]["v3"]["state"].to_string().contains("versions/3.md"));
    assert!(!edited["versions"]["v3"]["state"].to_string().contains("versions/4.md"));
    import(store.path(), &other.path().join("archive")).expect("an import");
    assert!(files(&other.path().join("archive")) == files(root.path()));
}

#[test]
fn export_that_would_keep_what_was_forgotten_is_refused_and_nothing_is_changed() {
    let (root, store) = (archive(), folder());
    export(root.path(), store.path()).expect("an export");
    let before = files(store.path());
    let now = time("2026-10-12T00:00:00Z");
    let mut writer = Writer::open(root.path(), now).expect("a writer");
    let key = writer.entries().next().expect("an article").manifest.article.clone();
    writer.forget(&key, "asked", now).expect("forgotten");
    drop(writer);
    let error = export(root.path(), store.path()).expect_err("refused");
    assert!(matches!(error, ArchiveError::Outlived { .. }), "{error}");
    assert!(files(store.path()) == before);
    let fresh = folder();
    export(root.path(), fresh.path()).expect("a new folder is fine");
}

#[test]
fn only_a_sound_archive_is_exported_and_only_into_a_folder_of_ours() {
    let (root, other) = (archive(), folder());
    let store = other.path().join("store");
    let refused = |root: &Path, to: &Path| export(root, to).expect_err("refused");
    assert!(matches!(refused(root.path(), &root.path().join("export")), ArchiveError::Inside { .. }));
    fs::create_dir(&store).expect("a folder");
    fs::write(store.join("thesis.doc"), "years of work").expect("a file");
    assert!(matches!(refused(root.path(), &store), ArchiveError::NotEmpty { .. }));
    fs::write(store.join("wxarchive.txt"), "wxarchive ocfl 2\n").expect("a file");
    assert!(matches!(refused(root.path(), &store), ArchiveError::NotAnExport { .. }));
    assert_eq!(files(&store).len(), 2);
    let fresh = other.path().join("fresh");
    assert!(matches!(refused(other.path(), &fresh), ArchiveError::Missing { .. }));
    let picture = files(root.path()).into_keys().find(|path| path.starts_with("images")).expect("a picture");
    fs::write(root.path().join(&picture), "rotten").expect("a file");
    let error = refused(root.path(), &fresh).to_string();
    assert!(error.contains(&*picture.to_string_lossy()), "{error}");
    assert!(!fresh.exists());
}

#[test]
fn only_a_complete_export_of_ours_is_imported_and_only_into_an_empty_folder() {
    let (root, other) = (archive(), folder());
    let (store, target) = (other.path().join("store"), other.path().join("archive"));
    export(root.path(), &store).expect("an export");
    let refused = |from: &Path, to: &Path| import(from, to).expect_err("refused");
    assert!(matches!(refused(&store, root.path()), ArchiveError::NotEmpty { .. }));
    assert!(matches!(refused(&other.path().join("nothing"), &target), ArchiveError::NotAnExport { .. }));
    fs::rename(store.join("wxarchive.txt"), store.join("other.txt")).expect("renamed");
    let error = refused(&store, &target).to_string();
    assert!(error.contains("not one that `wxarchive export` wrote"), "{error}");
    fs::rename(store.join("other.txt"), store.join("wxarchive.txt")).expect("renamed");
    fs::remove_file(store.join("0=ocfl_1.1")).expect("removed");
    let error = refused(&store, &target).to_string();
    assert!(error.contains("cut short"), "{error}");
    assert!(!target.exists());
    export(root.path(), &store).expect("an export");
    fs::create_dir(&target).expect("a folder");
    import(&store, &target).expect("an empty folder is as good as none");
}

/// `WXARCHIVE_EXPORT_STEPS=2000 cargo test --test suite ocfl::` takes more steps than the default.
#[test]
fn random_archives_come_back_after_every_export() {
    let steps = std::env::var("WXARCHIVE_EXPORT_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(120_u64);
    let (mut world, mut dice, mut store) = (World::new(), Dice(20_261_124), folder());
    let (mut exports, mut restarts) = (0, 0);
    for number in 0..steps {
        world.step(&mut dice);
        if dice.roll(3) > 0 {
            continue;
        }
        exports += 1;
        match export(world.root(), store.path()) {
            Ok(_) => {}
            // Nothing was ever synced.
            Err(ArchiveError::Missing { .. }) => continue,
            Err(ArchiveError::Outlived { .. }) => {
                assert!(world.has_forgotten(), "step {number}");
                restarts += 1;
                store = folder();
                export(world.root(), store.path()).expect("an export");
            }
            Err(error) => panic!("step {number}: {error}"),
        }
        let back = folder();
        import(store.path(), &back.path().join("archive")).expect("an import");
        assert!(files(&back.path().join("archive")) == files(world.root()), "step {number}");
        if world.is_over() {
            (world, store) = (World::new(), folder());
        }
    }
    println!("{exports} exports came back, {restarts} began anew after something was forgotten");
    assert!(exports > 10 || steps < 120);
}
