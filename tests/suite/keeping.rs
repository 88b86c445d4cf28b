//! Looking after an archive: what is removed, forgotten and restored, and what stays.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use wxarchive::archive::verify::{Scope, verify};
use wxarchive::archive::{Archive, Digest, Fault, Faults, LinkOutcome, Maintenance, Writer, export_bag};
use wxarchive::model::{ArticleKey, Key};
use wxarchive::sync::{Outcome, Policy};

use crate::sample::{Site, archive, is_of_git, sync_with, time, tree};

fn now() -> jiff::Timestamp {
    time("2026-10-09T00:00:00Z")
}

fn key_of(root: &Path, title: &str) -> ArticleKey {
    let archive = Archive::open(root).expect("an archive");
    let entry = archive.entries().find(|entry| entry.manifest.meta.title.contains(title)).expect("the article");
    entry.manifest.article.clone()
}

fn is_sound(root: &Path) {
    assert_eq!(verify(root, &Scope::default()).expect("an audit").findings, []);
}

#[test]
fn gc_of_a_sound_archive_removes_nothing() {
    let root = archive();
    let before = tree(root.path());
    let maintenance = Maintenance::open(root.path(), now(), Faults::default()).expect("a lock");
    assert!(maintenance.gc().expect("collected").files.is_empty());
    drop(maintenance);
    assert!(tree(root.path()) == before);
}

#[test]
fn gc_removes_nothing_while_a_record_is_unreadable() {
    let root = archive();
    let manifest = tree(root.path()).into_keys().find(|path| path.ends_with("versions/1.json")).expect("a manifest");
    fs::write(root.path().join(manifest), "{").expect("a file");
    let before = tree(root.path());
    let maintenance = Maintenance::open(root.path(), now(), Faults::default()).expect("a lock");
    let error = maintenance.gc().expect_err("refused").to_string();
    assert!(error.contains("nothing is removed"), "{error}");
    drop(maintenance);
    assert!(tree(root.path()) == before);
}

#[test]
fn forgotten_article_leaves_nothing_but_its_record() {
    let root = archive();
    let key = key_of(root.path(), "调焦");
    let mut writer = Writer::open(root.path(), now()).expect("a writer");
    let removed = writer.forget(&key, "the author asked", now()).expect("forgotten");
    drop(writer);
    assert!(removed.files.iter().any(|path| path.starts_with("images/")));
    assert!(removed.files.iter().any(|path| path.starts_with("pages/")));
    is_sound(root.path());
    for (path, bytes) in tree(root.path()) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(path.starts_with("issues") || !text.contains("望远镜室"), "{}", path.display());
    }
    let archive = Archive::open(root.path()).expect("an archive");
    assert!(archive.entry(&Key::Article(key.clone())).is_none());
    let tombstone = archive.forgotten(&Key::Article(key)).expect("a record");
    assert_eq!((tombstone.reason.as_str(), tombstone.at), ("the author asked", now()));
}

#[test]
fn forgotten_article_is_not_archived_again_and_its_ledger_says_why() {
    let root = archive();
    let key = key_of(root.path(), "调焦");
    let mut writer = Writer::open(root.path(), now()).expect("a writer");
    writer.forget(&key, "the author asked", now()).expect("forgotten");
    drop(writer);
    let before = tree(root.path());
    let mut writer = Writer::open(root.path(), now()).expect("a writer");
    let report = sync_with(&mut writer, &Site::default(), now(), &Policy::default()).expect("a report");
    drop(writer);
    let event = report.articles.iter().find(|event| event.article == key.to_string()).expect("told");
    assert_eq!(event.outcome, Outcome::Gone);
    let archive = Archive::open(root.path()).expect("an archive");
    let ledger = archive.ledger("weekly-20260904/index.md").expect("readable").expect("a ledger");
    let link = ledger.links.iter().find(|link| link.article == Some(key.to_string())).expect("the link");
    assert_eq!((link.outcome, link.dir.as_ref()), (LinkOutcome::Gone, None));
    assert!(link.why.as_deref().is_some_and(|why| why.contains("the author asked")), "{:?}", link.why);
    let changed: Vec<_> =
        tree(root.path()).into_iter().filter(|(path, bytes)| before.get(path) != Some(bytes)).collect();
    assert!(changed.iter().all(|(path, _)| path.ends_with(".lock")), "{:?}", changed.first());
}

#[test]
fn restored_version_stays_the_head_until_the_newest_is_restored() {
    let root = archive();
    let key = key_of(root.path(), "调焦");
    let before = tree(root.path());
    let head = |root: &Path| {
        let archive = Archive::open(root).expect("an archive");
        archive.head(archive.entry(&Key::Article(key.clone())).expect("the article")).expect("a head")
    };
    let restore = |version| {
        let mut writer = Writer::open(root.path(), now()).expect("a writer");
        writer.restore(&key, version, now()).expect("restored");
        sync_with(&mut writer, &Site::default(), now(), &Policy::default()).expect("a report");
    };
    restore(1);
    assert!(head(root.path()).contains("观测室") && !head(root.path()).contains("望远镜室"));
    is_sound(root.path());
    restore(2);
    assert!(tree(root.path()) == before, "going back and forth leaves no trace");
}

#[test]
fn forgetting_one_article_after_the_other_leaves_a_sound_archive_each_time() {
    let root = archive();
    loop {
        let mut writer = Writer::open(root.path(), now()).expect("a writer");
        let Some(key) = writer.entries().next().map(|entry| entry.manifest.article.clone()) else { break };
        writer.forget(&key, "asked", now()).expect("forgotten");
        drop(writer);
        is_sound(root.path());
        let archive = Archive::open(root.path()).expect("an archive");
        for entry in archive.entries() {
            archive.page(&entry.manifest.page).expect("a page whose reference is gone is stored otherwise");
        }
    }
    assert!(!tree(root.path()).keys().any(|path| path.starts_with("articles")));
}

#[test]
fn bag_has_every_file_with_its_hash_and_the_program_bagit_accepts_it() {
    let (root, parent) = (archive(), crate::sample::folder());
    let bag = parent.path().join("bag");
    let made = export_bag(root.path(), &bag, now(), Faults::default()).expect("a bag");
    let archived = tree(root.path()).into_iter().filter(|(path, _)| !path.ends_with(".lock") && !is_of_git(path));
    let expected: String = archived
        .map(|(path, bytes)| format!("{}  data/{}\n", Digest::of(&bytes), path.display()))
        .collect::<Vec<_>>()
        .concat();
    assert_eq!(fs::read_to_string(bag.join("manifest-sha256.txt")).expect("a manifest"), expected);
    assert_eq!(made.files, expected.lines().count());
    assert_eq!(verify(&bag.join("data"), &Scope::default()).expect("an audit").findings, []);
    export_bag(root.path(), &bag, now(), Faults::default()).expect_err("the folder is not empty");
    match Command::new("bagit.py").args(["--validate", "--quiet"]).arg(&bag).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => eprintln!("the program bagit.py is not there; only our own check was made"),
    }
}

#[test]
fn damaged_archive_makes_no_bag() {
    for kind in ["images", "pages", "articles"] {
        let (root, parent) = (archive(), crate::sample::folder());
        let is_content = |path: &&std::path::PathBuf| {
            path.starts_with(kind) && path.extension().is_some_and(|extension| extension != "json")
        };
        let path = crate::files::paths(root.path()).iter().find(is_content).expect("a file").clone();
        let mut bytes = fs::read(root.path().join(&path)).expect("a file");
        *bytes.last_mut().expect("a byte") ^= 1;
        fs::write(root.path().join(&path), bytes).expect("written");
        let refused = export_bag(root.path(), &parent.path().join("bag"), now(), Faults::default());
        refused.expect_err("it would say that the damage is right");
        assert_eq!(crate::files::paths(parent.path()), Vec::<std::path::PathBuf>::new(), "nothing is left");
    }
}

#[test]
fn second_line_of_every_record_is_the_hash_of_the_rest() {
    let root = archive();
    for (path, bytes) in
        tree(root.path()).into_iter().filter(|(path, _)| path.extension().is_some_and(|name| name == "json"))
    {
        let text = String::from_utf8(bytes).expect("utf-8");
        let seal = text.lines().nth(1).expect("a second line").to_owned();
        let rest: String =
            text.split_inclusive('\n').enumerate().filter(|(at, _)| *at != 1).map(|(_, line)| line).collect();
        assert!(seal.contains(&Digest::of(rest.as_bytes()).to_string()), "{}", path.display());
    }
}

#[test]
fn full_disk_is_refused_before_anything_is_begun() {
    let root = crate::sample::folder();
    drop(Writer::open(root.path(), now()).expect("a writer"));
    let before = tree(root.path());
    let error = Writer::open_with(root.path(), now(), Faults::at(1, Fault::ShortWrite)).expect_err("no space");
    assert!(error.to_string().contains("reserve 4 MiB of space"), "{error}");
    assert!(tree(root.path()) == before);
}
