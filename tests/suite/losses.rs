//! What is lost stays told until it comes back: no new record takes its place, and a copy takes nothing away.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::{Path, PathBuf};

use wxarchive::archive::verify::{Code, Scope, verify};
use wxarchive::archive::{Archive, ArchiveError, Entry, Fault, Faults, Maintenance, Repaired, Writer};
use wxarchive::model::{ArticleKey, Key};
use wxarchive::sync::{Outcome, Policy, Report, derive};

use crate::sample::{Site, archive, sync_folder, sync_with, time, tree};
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

#[test]
fn folder_with_nothing_in_common_is_taken_for_no_copy() {
    let (root, foreign, newsletter) = (archive(), crate::sample::folder(), crate::sample::folder());
    // An issue of the same name, which links an article that the archive never heard of.
    let name = tree(crate::sample::newsletter()).into_keys().next().expect("an issue");
    let issue = newsletter.path().join(name);
    fs::create_dir_all(issue.parent().expect("a folder")).expect("a folder");
    fs::write(issue, "# 别刊\n\n- [没了](https://mp.weixin.qq.com/s/NoSuchArticleAnywhere9)\n").expect("an issue");
    let mut writer = Writer::open(foreign.path(), now()).expect("a writer");
    sync_folder(newsletter.path(), (&mut writer, &Site::default()), now(), &Policy::default()).expect("a report");
    drop(writer);
    fs::remove_file(root.path().join("aliases.json")).expect("removed");
    let before = tree(root.path());
    let error = repair(root.path(), Some(foreign.path())).expect_err("refused");
    assert!(error.to_string().contains("is no copy of the archive"), "{error}");
    assert!(tree(root.path()) == before, "nothing is mended either");
    // One article in common makes a copy, and an empty archive has nothing to be told by.
    let copy = archive();
    for name in ["issues", "unarchived", "aliases.json"].map(|name| copy.path().join(name)) {
        if name.is_dir() { fs::remove_dir_all(name) } else { fs::remove_file(name) }.expect("removed");
    }
    fs::remove_dir_all(edited(copy.path())).expect("removed");
    repair(root.path(), Some(copy.path())).expect("repaired");
    let empty = crate::sample::folder();
    drop(Writer::open(empty.path(), now()).expect("a writer"));
    assert!(!repair(empty.path(), Some(root.path())).expect("repaired").taken.is_empty());
}

#[test]
fn forgetting_needs_no_more_space_than_its_record() {
    let before = archive();
    let key = key_of(before.path(), &edited(before.path()));
    let mut unburied = 0;
    for step in 1.. {
        let root = archive();
        let faults = Faults::at(step, Fault::ShortWrite);
        let opened = Writer::open_to_remove(root.path(), now(), faults);
        let error = opened.and_then(|mut writer| writer.forget(&key, "asked", now())).expect_err("a full disk");
        if root.path().join("forgotten").read_dir().is_ok_and(|mut inside| inside.next().is_some()) {
            break;
        }
        unburied += 1;
        let error = error.to_string();
        assert!(error.contains("forgotten") && error.ends_with("so nothing was removed"), "step {step}: {error}");
        assert!(tree(root.path()) == tree(before.path()), "step {step}");
    }
    assert!(unburied > 2, "{unburied}");
}
