//! A program that dies, or storage that fails, at every single file operation: nothing is lost, and a re-run converges.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use wxarchive::archive::verify::{Finding, Scope, Severity, verify};
use wxarchive::archive::{Archive, ArchiveError, Digest, Fault, Faults, Maintenance, Repaired, Writer};
use wxarchive::sync::{Policy, derive, reconvert};

use crate::sample::{Site, copy_tree, folder, rewrite, sync_folder, time, tree};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;
const EACCES: i32 = 13;

/// What storage does when it fails.
pub(crate) const STORAGE: [Fault; 4] =
    [Fault::Refusal(EIO), Fault::Refusal(ENOSPC), Fault::Refusal(EACCES), Fault::ShortWrite];

/// That, and the death of the program.
fn faults() -> impl Iterator<Item = Fault> {
    [Fault::Death].into_iter().chain(STORAGE)
}

/// A small newsletter: an article of each address form, one that is gone, a picture of the issue's own.
pub(crate) fn issue() -> TempDir {
    let folder = crate::sample::folder();
    let text = "---\ntitle: 小刊\n---\n\n![](https://pictures.example.org/beijiao/badge.png)\n\n\
        - [云](https://mp.weixin.qq.com/s/CloudsTonight-NoStars9)\n\
        - [初光](https://mp.weixin.qq.com/s?__biz=Mzk0NTY3ODEyMA==&mid=2247480013&idx=1&sn=0123456789abcdef0123456789abcdef#rd)\n\
        - [没了](https://mp.weixin.qq.com/s/NoSuchArticleAnywhere0)\n";
    fs::write(folder.path().join("weekly.md"), text).expect("an issue");
    folder
}

/// The files of an archive, without the lock and empty folders.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = tree(root);
    files.retain(|path, _| !path.ends_with(".lock"));
    files
}

/// What `verify` finds that is an error.
pub(crate) fn errors(root: &Path) -> Vec<Finding> {
    let audit = match verify(root, &Scope::default()) {
        Ok(audit) => audit,
        // Nothing was written yet.
        Err(ArchiveError::Missing { .. }) => return Vec::new(),
        Err(error) => panic!("{error}"),
    };
    audit.findings.into_iter().filter(|finding| finding.code.severity() == Severity::Error).collect()
}

/// A piece of work on an archive that is to survive anything.
pub(crate) struct Work<'a> {
    /// The archive before.
    pub(crate) before: &'a Path,
    /// The work.
    pub(crate) run: &'a dyn Fn(&Path, Faults) -> Result<(), ArchiveError>,
}

impl Work<'_> {
    fn start(&self) -> TempDir {
        let root = folder();
        copy_tree(self.before, root.path());
        root
    }

    /// Disturbs the work at every operation in turn; gives how many there are.
    pub(crate) fn survives(&self, fault: Fault) -> u64 {
        self.disturb(fault, true)
    }

    /// As `survives`, for work on an archive that has errors before.
    pub(crate) fn survives_damaged(&self, fault: Fault) -> u64 {
        self.disturb(fault, false)
    }

    fn disturb(&self, fault: Fault, is_sound: bool) -> u64 {
        let undisturbed = self.start();
        let counting = Faults::counting();
        (self.run)(undisturbed.path(), counting.clone()).expect("undisturbed");
        let expected = files(undisturbed.path());
        for step in 1..=counting.steps() {
            let root = self.start();
            let faults = Faults::at(step, fault);
            let outcome = (self.run)(root.path(), faults.clone());
            assert!(faults.steps() >= step, "step {step} was not reached");
            let error = outcome.expect_err("a fault is told").to_string();
            assert!(error.starts_with("could not "), "{error}");
            if is_sound {
                assert_eq!(errors(root.path()), [], "{fault:?} at step {step}");
                match Archive::open(root.path()) {
                    Ok(_) | Err(ArchiveError::Missing { .. }) => {}
                    Err(error) => panic!("{fault:?} at step {step}: {error}"),
                }
            }
            (self.run)(root.path(), Faults::default()).expect("the next run");
            let after = files(root.path());
            let differs = |path: &&PathBuf| after.get(*path) != expected.get(*path);
            let differing: Vec<&PathBuf> = expected.keys().chain(after.keys()).filter(differs).collect();
            assert!(differing.is_empty(), "{fault:?} at step {step} ended in another tree: {differing:?}");
        }
        counting.steps()
    }
}

/// A first sync of the small newsletter.
pub(crate) fn first_sync(newsletter: &Path, root: &Path, faults: Faults) -> Result<(), ArchiveError> {
    let now = time("2026-10-01T00:00:00Z");
    let mut writer = Writer::open_with(root, now, faults)?;
    sync_folder(newsletter, (&mut writer, &Site::default()), now, &Policy::default()).map(|_| ())
}

/// A sync a day later: one article is edited, the other deleted.
fn refresh(newsletter: &Path, root: &Path, faults: Faults) -> Result<(), ArchiveError> {
    let now = time("2026-10-02T00:00:00Z");
    let mut site = Site::default();
    let clouds = "/s/CloudsTonight-NoStars9";
    let edited = String::from_utf8(site.body(&format!("https://mp.weixin.qq.com{clouds}"))).expect("utf-8");
    let edited = edited.replace('云', "雲");
    let deleted = site.body("https://mp.weixin.qq.com/s/NoSuchArticleAnywhere0");
    site.changes.insert(clouds.to_owned(), edited.into_bytes());
    site.changes.insert("mid=2247480013".to_owned(), deleted);
    let policy = Policy { refresh: Some(jiff::SignedDuration::from_hours(1)), ..Policy::default() };
    let mut writer = Writer::open_with(root, now, faults)?;
    sync_folder(newsletter, (&mut writer, &site), now, &policy).map(|_| ())
}

#[test]
fn first_sync_survives_death_at_every_step() {
    let (newsletter, empty) = (issue(), folder());
    let run = |root: &Path, faults| first_sync(newsletter.path(), root, faults);
    let steps = Work { before: empty.path(), run: &run }.survives(Fault::Death);
    println!("first sync: died at each of {steps} steps");
    assert!(steps > 100, "{steps}");
}

#[test]
fn first_sync_survives_failing_storage_at_every_step() {
    let (newsletter, empty) = (issue(), folder());
    let run = |root: &Path, faults| first_sync(newsletter.path(), root, faults);
    for fault in STORAGE {
        let steps = Work { before: empty.path(), run: &run }.survives(fault);
        println!("first sync: {fault:?} at each of {steps} steps");
    }
}

#[test]
fn refresh_survives_death_and_failing_storage_at_every_step() {
    let (newsletter, before) = (issue(), folder());
    first_sync(newsletter.path(), before.path(), Faults::default()).expect("a first sync");
    let run = |root: &Path, faults| refresh(newsletter.path(), root, faults);
    for fault in faults() {
        let steps = Work { before: before.path(), run: &run }.survives(fault);
        println!("refresh: {fault:?} at each of {steps} steps");
        assert!(steps > 20, "{steps}");
    }
}

/// An archive of the small newsletter after both syncs, with leftovers that nothing refers to.
fn grown(newsletter: &Path) -> TempDir {
    let root = folder();
    first_sync(newsletter, root.path(), Faults::default()).expect("a first sync");
    refresh(newsletter, root.path(), Faults::default()).expect("a refresh");
    let writer = Writer::open(root.path(), time("2026-10-03T00:00:00Z")).expect("a writer");
    for number in 0..4 {
        let page = format!("<html>nobody names page {number}</html>");
        writer.page_store().put(page.as_bytes()).expect("stored");
    }
    root
}

fn gc(root: &Path, faults: Faults) -> Result<(), ArchiveError> {
    Maintenance::open(root, time("2026-10-04T00:00:00Z"), faults)?.gc().map(|_| ())
}

#[test]
fn gc_survives_death_and_failing_storage_at_every_step() {
    let newsletter = issue();
    let before = grown(newsletter.path());
    for fault in faults() {
        let steps = Work { before: before.path(), run: &gc }.survives(fault);
        println!("gc: {fault:?} at each of {steps} steps");
        assert!(steps >= 8, "{steps}");
    }
}

#[test]
fn forget_survives_death_and_failing_storage_at_every_step() {
    let newsletter = issue();
    let before = grown(newsletter.path());
    let now = time("2026-10-04T00:00:00Z");
    let key = "Mzk0NTY3ODEyMA==/2247483955/1".parse().expect("a key");
    let forget = |root: &Path, faults| {
        let mut writer = Writer::open_to_remove(root, now, faults)?;
        writer.forget(&key, "asked to", now).map(|_| ())
    };
    for fault in faults() {
        let steps = Work { before: before.path(), run: &forget }.survives(fault);
        println!("forget: {fault:?} at each of {steps} steps");
        assert!(steps > 20, "{steps}");
    }
}

#[test]
fn restore_survives_death_and_failing_storage_at_every_step() {
    let newsletter = issue();
    let before = grown(newsletter.path());
    let key = "Mzk0NTY3ODEyMA==/2247483955/1".parse().expect("a key");
    let restore = |root: &Path, faults| {
        let now = time("2026-10-04T00:00:00Z");
        Writer::open_with(root, now, faults)?.restore(&key, 1, now)
    };
    for fault in faults() {
        let steps = Work { before: before.path(), run: &restore }.survives(fault);
        println!("restore: {fault:?} at each of {steps} steps");
        assert!(steps >= 8, "{steps}");
    }
}

/// Mending goes on where something can't be written, and tells it.
pub(crate) fn told(mut repaired: Repaired) -> Result<(), ArchiveError> {
    if repaired.failed.is_empty() { Ok(()) } else { Err(repaired.failed.swap_remove(0)) }
}

#[test]
fn repair_survives_death_and_failing_storage_at_every_step() {
    let newsletter = issue();
    let before = grown(newsletter.path());
    let lost = |path: &PathBuf| {
        ["index.md", "state.json", "aliases.json", "1.md", "FORMAT"].iter().any(|name| path.ends_with(name))
    };
    for path in tree(before.path()).keys().filter(|path| lost(path)) {
        fs::remove_file(before.path().join(path)).expect("removed");
    }
    let repair = |root: &Path, faults| {
        Maintenance::open(root, time("2026-10-04T00:00:00Z"), faults)?.repair(None, &derive).and_then(told)
    };
    for fault in faults() {
        let steps = Work { before: before.path(), run: &repair }.survives_damaged(fault);
        println!("repair: {fault:?} at each of {steps} steps");
        assert!(steps > 20, "{steps}");
    }
}

#[test]
fn repair_from_a_copy_survives_death_and_failing_storage_at_every_step() {
    let newsletter = issue();
    let copy = grown(newsletter.path());
    let before = folder();
    copy_tree(copy.path(), before.path());
    let is_lost = |path: &PathBuf| {
        let folders = ["issues", "unarchived", "images", "pages"];
        folders.iter().any(|name| path.starts_with(name)) || path.ends_with("1.json") || path.ends_with("state.json")
    };
    for path in tree(before.path()).keys().filter(|path| is_lost(path)) {
        fs::remove_file(before.path().join(path)).expect("removed");
    }
    let repair = |root: &Path, faults| {
        let maintenance = Maintenance::open(root, time("2026-10-04T00:00:00Z"), faults)?;
        maintenance.repair(Some(copy.path()), &derive).and_then(told)
    };
    for fault in faults() {
        let steps = Work { before: before.path(), run: &repair }.survives_damaged(fault);
        println!("repair --copy: {fault:?} at each of {steps} steps");
        assert!(steps > 40, "{steps}");
    }
}

#[test]
fn reconversion_survives_death_and_failing_storage_at_every_step() {
    let newsletter = issue();
    let before = grown(newsletter.path());
    let manifest = tree(before.path()).into_keys().find(|path| path.ends_with("versions/2.json")).expect("a manifest");
    let manifest = before.path().join(manifest);
    let text = fs::read_to_string(manifest.with_extension("md")).expect("Markdown") + "\n旧\n";
    fs::write(manifest.with_extension("md"), &text).expect("a file");
    rewrite(&manifest, |manifest| manifest["markdown"] = Digest::of(text.as_bytes()).to_string().into());
    let key = "Mzk0NTY3ODEyMA==/2247483955/1".parse().expect("a key");
    let again = |root: &Path, faults| {
        let now = time("2026-10-04T00:00:00Z");
        let mut writer = Writer::open_with(root, now, faults)?;
        reconvert(&mut writer, &key, now)?;
        sync_folder(newsletter.path(), (&mut writer, &Site::default()), now, &Policy::default()).map(|_| ())
    };
    for fault in faults() {
        let steps = Work { before: before.path(), run: &again }.survives(fault);
        println!("reconvert: {fault:?} at each of {steps} steps");
        assert!(steps > 15, "{steps}");
    }
}
