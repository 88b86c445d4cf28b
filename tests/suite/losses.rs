//! What is lost stays told until it comes back: no new record takes its place, and a copy takes nothing away.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::{Path, PathBuf};

use wxarchive::archive::verify::{Code, Scope, verify};
use wxarchive::archive::{Archive, ArchiveError, Entry, Faults, Maintenance, Repaired, Writer};
use wxarchive::model::{ArticleKey, Key};
use wxarchive::sync::{Outcome, Policy, Report, derive};

use crate::sample::{Site, archive, sync_with, time, tree};
use crate::verify::edited;

fn now() -> jiff::Timestamp {
    time("2026-10-09T00:00:00Z")
}

fn codes(root: &Path) -> Vec<Code> {
    verify(root, &Scope::default()).expect("an audit").findings.into_iter().map(|finding| finding.code).collect()
}

fn repair(root: &Path, copy: Option<&Path>) -> Result<Repaired, ArchiveError> {
    Maintenance::open(root, now(), Faults::default()).expect("a lock").repair(copy, &derive)
}

fn sync(root: &Path, policy: &Policy) -> Report {
    let mut writer = Writer::open(root, now()).expect("a writer");
    sync_with(&mut writer, &Site::default(), now(), policy).expect("a report")
}

/// The folders of articles with one version and with two.
fn folders(root: &Path) -> [PathBuf; 2] {
    let archive = Archive::open(root).expect("an archive");
    let once = archive.entries().find(|entry| entry.manifest.version == 1).expect("such an article");
    [root.join(&once.dir), edited(root)]
}

fn key_of(root: &Path, dir: &Path) -> ArticleKey {
    let archive = Archive::open(root).expect("an archive");
    let is_its = |entry: &&Entry| root.join(&entry.dir) == dir;
    archive.entries().find(is_its).expect("the article").manifest.article.clone()
}

#[test]
fn sync_makes_no_states_in_the_place_of_lost_ones() {
    let again = Policy { refresh: Some(jiff::SignedDuration::ZERO), ..Policy::default() };
    for (place, policy) in [(0, Policy::default()), (1, Policy::default()), (0, again.clone()), (1, again)] {
        let root = archive();
        let dir = folders(root.path())[place].clone();
        if place == 1 {
            let key = key_of(root.path(), &dir);
            Writer::open(root.path(), now()).expect("a writer").restore(&key, 1, now()).expect("restored");
        }
        let copy = crate::sample::folder();
        crate::sample::copy_tree(root.path(), copy.path());
        let whole = tree(&dir);
        fs::remove_file(dir.join("state.json")).expect("removed");
        let left = tree(&dir);
        let report = sync(root.path(), &policy);
        let told = report.articles.iter().find(|event| event.outcome == Outcome::Failed).expect("a failure");
        let why = told.why.as_deref().expect("a reason");
        assert!(why.contains("state.json` is lost") && why.contains("repair --copy DIR`"), "{why}");
        assert!(tree(&dir) == left && codes(root.path()).contains(&Code::StateLost));
        repair(root.path(), Some(copy.path())).expect("repaired");
        assert!(tree(&dir) == whole, "the real ones come back");
        assert!(sync(root.path(), &policy).articles.iter().all(|event| event.outcome != Outcome::Failed));
    }
}

#[test]
fn writer_makes_no_states_in_the_place_of_lost_ones() {
    let root = archive();
    let dir = edited(root.path());
    let key = key_of(root.path(), &dir);
    fs::remove_file(dir.join("state.json")).expect("removed");
    let before = tree(&dir);
    let mut writer = Writer::open(root.path(), now()).expect("a writer");
    let error = writer.restore(&key, 1, now()).expect_err("refused");
    assert!(matches!(error, ArchiveError::StatesLost { .. }), "{error}");
    assert!(writer.restore_head(&key).is_err() && tree(&dir) == before);
}

#[test]
fn what_a_killed_writer_left_without_states_is_finished() {
    let root = archive();
    let [dir, _] = folders(root.path());
    let key = key_of(root.path(), &dir);
    // It got to no ledger.
    fs::remove_dir_all(root.path().join("issues")).expect("removed");
    fs::remove_file(dir.join("state.json")).expect("removed");
    assert!(codes(root.path()).contains(&Code::StateMissing));
    let report = sync(root.path(), &Policy::default());
    assert!(report.articles.iter().all(|event| event.outcome != Outcome::Failed));
    assert!(dir.join("state.json").is_file() && !codes(root.path()).contains(&Code::StateMissing));
    assert!(Archive::open(root.path()).expect("an archive").lost_states(&Key::Article(key)).is_none());
}

#[test]
fn copy_that_has_forgotten_an_article_buries_none_that_is_here() {
    let (root, copy) = (archive(), archive());
    let dir = edited(copy.path());
    let key = key_of(copy.path(), &dir);
    Writer::open(copy.path(), now()).expect("a writer").forget(&key, "asked", now()).expect("forgotten");
    let before = tree(root.path());
    let repaired = repair(root.path(), Some(copy.path())).expect("repaired");
    assert!(repaired.taken.is_empty() && tree(root.path()) == before);
    let [untaken] = &repaired.untaken[..] else { panic!("{:?}", repaired.untaken) };
    assert!(untaken.file.starts_with("forgotten/") && untaken.why.contains("`wxarchive forget`"), "{untaken:?}");
    // An article of which any manifest is left is here, too.
    fs::remove_file(edited(root.path()).join("versions/2.json")).expect("removed");
    assert_eq!(repair(root.path(), Some(copy.path())).expect("repaired").untaken, repaired.untaken);
    assert!(Archive::open(root.path()).expect("an archive").forgotten(&Key::Article(key)).is_none());
}
