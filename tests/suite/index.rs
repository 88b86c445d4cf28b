//! The index: with it, without it, with one that is outdated, foreign or damaged, an archive says the same.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use wxarchive::archive::verify::{Scope, verify};
use wxarchive::archive::{Archive, Lookup, Summary, Writer};
use wxarchive::sync::Policy;

use crate::sample::{Site, archive, copy_tree, folder, rewrite, sync_with, time, tree};

/// A time at which everything that a test did is settled.
fn later() -> SystemTime {
    SystemTime::now() + Duration::from_mins(1)
}

fn index(root: &Path) -> PathBuf {
    root.join(".index.sqlite")
}

/// What the records themselves say.
fn truth(root: &Path) -> Vec<Summary> {
    let archive = Archive::open(root).expect("an archive");
    let mut summaries: Vec<Summary> = archive.entries().map(Summary::of).collect();
    summaries.sort_by(|one, other| one.dir.cmp(&other.dir));
    summaries
}

fn told(root: &Path) -> Vec<Summary> {
    Archive::summaries(root, later()).expect("summaries")
}

/// An archive and its index.
fn indexed() -> TempDir {
    let root = archive();
    told(root.path());
    assert!(index(root.path()).is_file());
    root
}

fn state(root: &Path) -> PathBuf {
    let paths = tree(root).into_keys().find(|path| path.ends_with("state.json"));
    root.join(paths.expect("states"))
}

#[test]
fn index_is_made_used_and_made_again_when_deleted() {
    let root = indexed();
    assert_eq!(told(root.path()), truth(root.path()));
    let bytes = fs::read(index(root.path())).expect("an index");
    assert_eq!(told(root.path()), truth(root.path()));
    assert!(fs::read(index(root.path())).expect("an index") == bytes, "what holds is not written again");
    fs::remove_file(index(root.path())).expect("removed");
    assert_eq!(told(root.path()), truth(root.path()));
    assert!(index(root.path()).is_file());
}

#[test]
fn what_changed_just_now_is_read_and_not_indexed() {
    let root = archive();
    let now = SystemTime::now();
    assert_eq!(Archive::summaries(root.path(), now).expect("summaries"), truth(root.path()));
    let before = fs::read(index(root.path())).expect("an index");
    told(root.path());
    assert!(fs::read(index(root.path())).expect("an index") != before);
}

#[test]
fn damage_is_told_with_an_index_as_without() {
    let root = indexed();
    let manifest = tree(root.path()).into_keys().find(|path| path.ends_with("versions/1.json")).expect("a manifest");
    let path = root.path().join(manifest);
    let spare = path.with_extension("spare");
    fs::rename(&path, &spare).expect("renamed");
    fs::create_dir(&path).expect("a folder");
    assert!(Archive::summaries(root.path(), later()).is_err(), "as without an index");
}

#[test]
fn changes_by_hand_are_noticed() {
    let changes: [fn(&Path); 5] = [
        |root| rewrite(&state(root), |state| state["states"][0]["state"] = "violation".into()),
        |root| fs::remove_file(state(root)).expect("removed"),
        |root| fs::remove_dir_all(state(root).parent().expect("a folder")).expect("removed"),
        |root| {
            let dir = state(root).parent().expect("a folder").to_owned();
            let name = dir.file_name().expect("a name").to_string_lossy().into_owned();
            fs::rename(&dir, dir.with_file_name(format!("moved-{name}"))).expect("renamed");
        },
        |root| {
            // A file of the same length, put back with the old time of its last edit.
            let path = state(root);
            let times = fs::metadata(&path).expect("a file").modified().expect("a time");
            rewrite(&path, |state| state["states"][0]["since"] = "2020-10-01T00:00:00Z".into());
            let bytes = fs::read(&path).expect("a file");
            fs::write(path.with_extension("new"), bytes).expect("a file");
            fs::rename(path.with_extension("new"), &path).expect("renamed");
            fs::File::open(&path).expect("a file").set_modified(times).expect("a time set");
        },
    ];
    for change in changes {
        let root = indexed();
        change(root.path());
        assert_eq!(told(root.path()), truth(root.path()));
        assert_eq!(told(root.path()), truth(root.path()), "and again, from the index");
    }
}

#[test]
fn index_of_another_time_or_archive_is_no_lie() {
    let root = indexed();
    let old = fs::read(index(root.path())).expect("an index");
    let mut writer = Writer::open(root.path(), time("2026-11-01T00:00:00Z")).expect("a writer");
    let key = writer.entries().next().expect("an article").manifest.article.clone();
    writer.forget(&key, "asked", time("2026-11-01T00:00:00Z")).expect("forgotten");
    drop(writer);
    fs::write(index(root.path()), &old).expect("an old index");
    assert_eq!(told(root.path()), truth(root.path()));
    let copy = folder();
    copy_tree(root.path(), copy.path());
    rewrite(&state(copy.path()), |state| state["states"][0]["state"] = "violation".into());
    assert_eq!(told(copy.path()), truth(copy.path()), "the copy has an index of its own files from now on");
}

#[test]
fn whatever_lies_in_its_place_stops_nothing() {
    type Put = fn(&Path);
    let places: [Put; 7] = [
        |path| fs::write(path, b"").expect("a file"),
        |path| fs::write(path, b"no database at all, whatever its name says").expect("a file"),
        |path| fs::write(path, [b"SQLite format 3\0".as_slice(), &[0xa5; 9000]].concat()).expect("a file"),
        |path| fs::create_dir(path).expect("a folder"),
        |path| fs::write(path.with_extension("sqlite-wal"), [0x5a; 5000]).expect("a file"),
        |path| fs::write(path.with_extension("sqlite-shm"), vec![0x5a; 40_000]).expect("a file"),
        #[cfg(unix)]
        |path| std::os::unix::fs::symlink("/etc/hostname", path).expect("a link"),
        #[cfg(not(unix))]
        |_| {},
    ];
    for put in places {
        let root = archive();
        put(&index(root.path()));
        let expected = truth(root.path());
        assert_eq!(told(root.path()), expected);
        assert_eq!(told(root.path()), expected);
        assert!(Archive::open_lazily(root.path()).is_ok());
    }
}

#[test]
fn index_is_never_written_through_a_link() {
    let (root, outside) = (archive(), folder());
    let target = outside.path().join("precious.sqlite");
    fs::write(&target, b"").expect("a file");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&target, index(root.path())).expect("a link");
    assert_eq!(told(root.path()), truth(root.path()));
    assert_eq!(fs::read(&target).expect("a file"), b"");
}

#[test]
fn no_flipped_byte_of_the_index_changes_what_is_told() {
    let root = indexed();
    let bytes = fs::read(index(root.path())).expect("an index");
    let expected = truth(root.path());
    for at in (0..bytes.len()).step_by(31) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x21;
        fs::write(index(root.path()), flipped).expect("a file");
        assert_eq!(told(root.path()), expected, "byte {at}");
    }
    for length in (0..bytes.len()).step_by(4001) {
        fs::write(index(root.path()), &bytes[..length]).expect("a file");
        assert_eq!(told(root.path()), expected, "cut to {length}");
    }
}

#[test]
fn readers_get_along_while_the_index_is_made() {
    let root = archive();
    let expected = truth(root.path());
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..6).map(|_| scope.spawn(|| told(root.path()))).collect();
        for reader in readers {
            assert_eq!(reader.join().expect("a reader"), expected);
        }
    });
}

#[test]
fn verify_knows_the_index() {
    let root = indexed();
    fs::write(index(root.path()).with_extension("sqlite-wal"), b"").expect("a file");
    assert_eq!(verify(root.path(), &Scope::default()).expect("an audit").findings, []);
}

#[test]
fn lazy_sync_leaves_what_a_whole_one_leaves() {
    let again = Policy { refresh: Some(jiff::SignedDuration::ZERO), ..Policy::default() };
    for policy in [Policy::default(), again] {
        for damage in [None, Some("aliases.json")] {
            let roots = [archive(), archive()];
            for (root, is_lazy) in roots.iter().zip([false, true]) {
                if let Some(file) = damage {
                    fs::remove_file(root.path().join(file)).expect("removed");
                }
                let now = time("2026-11-01T00:00:00Z");
                let open = |root| if is_lazy { Writer::open_lazily(root, now) } else { Writer::open(root, now) };
                let mut writer = open(root.path()).expect("a writer");
                sync_with(&mut writer, &Site::default(), now, &policy).expect("a report");
            }
            let [whole, lazy] = roots.map(|root| {
                let mut files = tree(root.path());
                files.retain(|path, _| !path.to_string_lossy().starts_with(".index"));
                files
            });
            assert!(whole == lazy, "{policy:?} {damage:?}");
        }
    }
}

#[test]
fn lazy_lookup_finds_what_a_whole_one_finds() {
    let root = archive();
    let whole = Archive::open(root.path()).expect("an archive");
    let name = |lookup: Lookup<'_>| match lookup {
        Lookup::Found(entry) => entry.name(),
        Lookup::Ambiguous(dirs) => format!("{dirs:?}"),
        Lookup::Missing => "none".to_owned(),
    };
    let mut ids: Vec<String> = ["2026", "20", "nothing", "", "Mzk0", "s/", "CloudsTonight", "articles/2026/2026-08"]
        .map(str::to_owned)
        .to_vec();
    for entry in whole.entries() {
        ids.extend([entry.name(), entry.manifest.article.to_string(), entry.manifest.fetched.url.clone()]);
        ids.push(entry.name()[entry.name().len() - 8..].to_owned());
        let path = format!("archive/{}/index.md", entry.dir.display());
        assert_eq!(name(whole.lookup(&path)), entry.name(), "as a shell completes it");
        ids.push(path);
    }
    for id in ids {
        let mut lazy = Archive::open_lazily(root.path()).expect("an archive");
        lazy.reach_id(&id).expect("reached");
        assert_eq!(name(lazy.lookup(&id)), name(whole.lookup(&id)), "{id}");
    }
}

#[test]
fn rotten_head_is_told_and_not_served() {
    let root = archive();
    let archive = Archive::open(root.path()).expect("an archive");
    let entry = archive.entries().next().expect("an article");
    archive.head(entry).expect("a head");
    let path = root.path().join(&entry.dir).join("index.md");
    let text = fs::read_to_string(&path).expect("a head");
    fs::write(&path, text.replacen('e', "f", 1)).expect("a file");
    let error = archive.head(entry).expect_err("rotten").to_string();
    assert!(error.contains("index.md") && error.contains("wxarchive repair"), "{error}");
}

#[test]
fn records_that_lead_out_of_the_archive_are_refused() {
    for hostile in ["../../../etc/passwd", "/etc/passwd", "images/../../secret"] {
        let root = archive();
        let manifest = tree(root.path()).into_keys().find(|path| path.ends_with("versions/2.json")).expect("one");
        rewrite(&root.path().join(manifest), |manifest| manifest["pictures"][0]["file"] = hostile.into());
        let error = Archive::open(root.path()).expect_err("refused").to_string();
        assert!(error.contains("versions/2.json") && error.contains("no path below"), "{error}");
        assert!(Archive::summaries(root.path(), later()).is_err());
    }
    let root = archive();
    let ledger = tree(root.path()).into_keys().find(|path| path.starts_with("issues")).expect("a ledger");
    rewrite(&root.path().join(ledger), |ledger| ledger["links"][0]["dir"] = "../elsewhere".into());
    let archive = Archive::open(root.path()).expect("an archive");
    assert!(archive.ledgers().is_err());
}

#[cfg(unix)]
#[test]
fn folder_behind_a_link_is_no_article() {
    let root = indexed();
    let dir = state(root.path()).parent().expect("a folder").to_owned();
    let outside = folder();
    copy_tree(&dir, &outside.path().join("x"));
    fs::remove_dir_all(&dir).expect("removed");
    std::os::unix::fs::symlink(outside.path().join("x"), &dir).expect("a link");
    let name = dir.strip_prefix(root.path()).expect("below").to_string_lossy().into_owned();
    assert!(told(root.path()).iter().all(|summary| summary.dir != name));
    assert!(Archive::open(root.path()).expect("an archive").entries().all(|entry| entry.name() != name));
}
