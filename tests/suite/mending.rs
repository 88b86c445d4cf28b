//! Mending: the command that a finding names does mend it, and reading pages again changes nothing without need.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::{Path, PathBuf};

use wxarchive::archive::verify::{Code, Mend, Scope, Severity, verify};
use wxarchive::archive::{Archive, Digest, Faults, Maintenance, Moment, Why, Writer};
use wxarchive::model::State;
use wxarchive::sync::{Change, Policy, Reconverted, derive, diff, reconvert};

use crate::sample::{Site, archive, rewrite, sync_with, time, tree};
use crate::verify::break_it;

fn now() -> jiff::Timestamp {
    time("2026-10-09T00:00:00Z")
}

fn maintenance(root: &Path) -> Maintenance {
    Maintenance::open(root, now(), Faults::default()).expect("a lock")
}

fn files(root: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut files = tree(root);
    files.remove(Path::new(".lock"));
    files
}

/// Does what the catalogue says; `false` where that is looking at the file.
fn mend(code: Code, root: &Path, copy: &Path) -> bool {
    match code.mend() {
        Mend::Repair => drop(maintenance(root).repair(None, &derive).expect("repaired")),
        Mend::Copy | Mend::CopyElseRepair | Mend::CopyElseSync | Mend::CopyElseAdd => {
            drop(maintenance(root).repair(Some(copy), &derive).expect("repaired"));
        }
        Mend::Gc => drop(maintenance(root).gc().expect("collected")),
        Mend::Sync => {
            let mut writer = Writer::open(root, now()).expect("a writer");
            sync_with(&mut writer, &Site::default(), now(), &Policy::default()).expect("a report");
        }
        Mend::Look => return false,
    }
    true
}

#[test]
fn command_that_a_code_names_mends_it() {
    let copy = archive();
    for code in Code::ALL {
        let root = archive();
        // A ledger under another name is an issue that moved away; only a person knows whether it may go. The copy
        // has forgotten nothing, and so has no record of that.
        let is_beyond = matches!(code, Code::LedgerName | Code::TombstoneDamaged | Code::TombstoneMissing);
        if break_it(*code, root.path()).is_none() || is_beyond {
            continue;
        }
        if mend(*code, root.path(), copy.path()) {
            let found = verify(root.path(), &Scope::default()).expect("an audit").findings;
            assert!(found.iter().all(|finding| finding.code != *code), "{code:?} is still there: {found:#?}");
        }
    }
}

#[test]
fn damaged_file_comes_back_from_a_copy_as_it_was() {
    let (root, copy) = (archive(), archive());
    let before = files(root.path());
    for (path, bytes) in before.iter().filter(|(path, _)| !path.starts_with("pages")) {
        fs::write(root.path().join(path), &bytes[..bytes.len() / 2]).expect("a file");
        let repaired = maintenance(root.path()).repair(Some(copy.path()), &derive).expect("repaired");
        let left: Vec<_> = repaired.left.iter().filter(|finding| finding.code.severity() == Severity::Error).collect();
        let is_derived = path.starts_with("issues") || path.ends_with("aliases.json");
        assert!(left.is_empty() || is_derived, "{}: {left:?}", path.display());
        fs::write(root.path().join(path), bytes).expect("a file");
    }
    assert!(files(root.path()) == before);
}

#[test]
fn repair_of_a_sound_archive_changes_nothing() {
    let root = archive();
    let before = files(root.path());
    let repaired = maintenance(root.path()).repair(None, &derive).expect("repaired");
    assert!(repaired.mended.is_empty() && repaired.left.is_empty());
    assert!(files(root.path()) == before);
}

#[test]
fn reconverting_makes_a_version_only_where_the_markdown_differs() {
    let root = archive();
    let before = files(root.path());
    let keys: Vec<_> = {
        let archive = Archive::open(root.path()).expect("an archive");
        archive.entries().map(|entry| entry.manifest.article.clone()).collect()
    };
    let mut writer = Writer::open(root.path(), now()).expect("a writer");
    for key in &keys {
        assert_eq!(reconvert(&mut writer, key, now()).expect("read again"), Reconverted::Same);
    }
    drop(writer);
    assert!(files(root.path()) == before, "every page comes out as it did, byte for byte");
    let manifest = root.path().join(before.keys().find(|path| path.ends_with("versions/2.json")).expect("a manifest"));
    let text = fs::read_to_string(manifest.with_extension("md")).expect("Markdown") + "\n旧的转换\n";
    fs::write(manifest.with_extension("md"), &text).expect("a file");
    rewrite(&manifest, |manifest| manifest["markdown"] = Digest::of(text.as_bytes()).to_string().into());
    let mut writer = Writer::open(root.path(), now()).expect("a writer");
    let made: Vec<_> = keys.iter().map(|key| reconvert(&mut writer, key, now()).expect("read again")).collect();
    assert_eq!(made.iter().filter(|made| **made == Reconverted::Version(3)).count(), 1, "{made:?}");
    let entry = writer.entries().find(|entry| entry.manifest.version == 3).expect("the version");
    assert_eq!(entry.manifest.why, Why::Reconverted);
    assert!(!writer.head(entry).expect("a head").contains("旧的转换"));
    drop(writer);
    assert_eq!(verify(root.path(), &Scope::default()).expect("an audit").findings, []);
}

#[test]
fn history_tells_versions_and_between_which_days_an_article_was_deleted() {
    let root = archive();
    let archive = Archive::open(root.path()).expect("an archive");
    let edited = archive.entries().find(|entry| entry.manifest.version == 2).expect("two versions");
    let versions = archive.history(edited).expect("a history").into_iter().filter_map(|moment| match moment {
        Moment::Version { version, why, .. } => Some((version, why)),
        _ => None,
    });
    assert_eq!(versions.collect::<Vec<_>>(), [(1, Why::New), (2, Why::Edited)]);
    let deleted = archive.entries().find(|entry| entry.manifest.meta.title.contains("星等")).expect("the article");
    let told = archive.history(deleted).expect("a history").into_iter().find_map(|moment| match moment {
        Moment::State { dated, after } if dated.state == State::Deleted => Some((after, dated.since)),
        _ => None,
    });
    assert_eq!(told, Some((Some(time("2026-10-02T00:00:00Z")), time("2026-10-03T00:00:00Z"))));
}

#[test]
fn diff_of_two_versions_names_the_words_that_changed() {
    let root = archive();
    let archive = Archive::open(root.path()).expect("an archive");
    let entry = archive.entries().find(|entry| entry.manifest.version == 2).expect("two versions");
    let version = |number| {
        let manifest = archive.manifest(entry, number).expect("readable").expect("a manifest");
        (manifest, archive.version(entry, number).expect("readable").expect("a version"))
    };
    let (old, new) = (version(1), version(2));
    let difference = diff((&old.0, &old.1), (&new.0, &new.1));
    let added = difference.text.iter().flatten().filter(|piece| piece.change == Change::Added);
    assert!(
        added.clone().count() > 0 && added.clone().all(|piece| "望远镜室".contains(&piece.text)),
        "{difference:#?}"
    );
    assert!(difference.added_pictures.is_empty() && difference.removed_pictures.is_empty());
    assert!(diff((&new.0, &new.1), (&new.0, &new.1)).is_empty());
}
