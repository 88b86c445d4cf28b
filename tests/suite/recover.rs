//! What an archive has lost and the site still has comes back, if it is the very same; nothing else gets in.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use wxarchive::archive::verify::{Scope, Severity, verify};
use wxarchive::archive::{ArchiveError, Fault, Faults, Maintenance};
use wxarchive::fetch::{Fetch, FetchError, Request};
use wxarchive::model::Page;
use wxarchive::sync::{Recovered, derive, recover};

use crate::crash::{self, Work, first_sync, issue};
use crate::sample::{Site, archive, folder, time, tree};

/// The sample site, counting what it is asked.
#[derive(Default)]
struct Counting {
    site: Site,
    asked: AtomicU64,
}

impl Fetch for Counting {
    async fn get(&self, request: &Request) -> Result<Page, FetchError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.site.get(request).await
    }

    fn requests(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}

/// The files of an archive, without the lock.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = tree(root);
    files.remove(Path::new(".lock"));
    files
}

/// Repairs as `repair --fetch` does.
fn mend(root: &Path, site: &Counting) -> Vec<Recovered> {
    mend_with(root, site, Faults::default()).expect("mended")
}

fn mend_with(root: &Path, site: &Counting, faults: Faults) -> Result<Vec<Recovered>, ArchiveError> {
    let maintenance = Maintenance::open(root, time("2026-10-09T00:00:00Z"), faults)?;
    maintenance.repair(None, &derive).and_then(crash::told)?;
    let lost = maintenance.lost()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let told = runtime.block_on(recover(&maintenance, &lost, site, None))?;
    maintenance.repair(None, &derive).and_then(crash::told)?;
    Ok(told)
}

fn errors(root: &Path) -> usize {
    verify(root, &Scope::default()).expect("an audit").count(Severity::Error)
}

#[test]
fn nothing_is_asked_for_where_nothing_is_lost() {
    let (root, site) = (archive(), Counting::default());
    let before = files(root.path());
    assert_eq!(mend(root.path(), &site), []);
    assert_eq!(site.requests(), 0);
    assert!(files(root.path()) == before);
}

#[test]
fn every_lost_picture_comes_back_as_it_was() {
    let (root, site) = (archive(), Counting::default());
    let before = files(root.path());
    for (number, path) in before.keys().filter(|path| path.starts_with("images")).enumerate() {
        if number % 2 == 0 {
            fs::remove_file(root.path().join(path)).expect("removed");
        } else {
            fs::write(root.path().join(path), "rotten").expect("a file");
        }
    }
    assert!(errors(root.path()) > 0);
    let told = mend(root.path(), &site);
    assert!(!told.is_empty() && told.iter().all(|recovered| recovered.why.is_none()), "{told:?}");
    assert!(files(root.path()) == before);
}

#[test]
fn other_bytes_than_those_that_were_lost_are_not_taken() {
    let (root, mut site) = (archive(), Counting::default());
    let picture = files(root.path()).into_keys().find(|path| path.starts_with("images")).expect("a picture");
    fs::remove_file(root.path().join(&picture)).expect("removed");
    let before = files(root.path());
    let other = fs::read(root.path().join(before.keys().find(|path| path.starts_with("images")).expect("another")));
    site.site.changes.insert("https://".to_owned(), other.expect("bytes"));
    let told = mend(root.path(), &site);
    let [Recovered { file, why: Some(why) }] = &told[..] else { panic!("{told:?}") };
    assert!(Path::new(file) == picture && why.contains("another picture"), "{why}");
    assert!(files(root.path()) == before);
}

#[test]
fn text_and_page_of_a_version_come_back_from_a_site_that_still_says_the_same() {
    let (root, site) = (archive(), Counting::default());
    let before = files(root.path());
    let is_lost = |path: &PathBuf| path.starts_with("pages") || path.ends_with("1.md") || path.ends_with("index.md");
    for path in before.keys().filter(|path| is_lost(path)) {
        fs::remove_file(root.path().join(path)).expect("removed");
    }
    let told = mend(root.path(), &site);
    let (back, lost): (Vec<_>, Vec<_>) = told.iter().partition(|recovered| recovered.why.is_none());
    // One article was edited since, and what another version of it said is on the site no more.
    assert!(back.len() >= 5 && lost.len() <= 2, "{told:#?}");
    for Recovered { file, .. } in back {
        let after = files(root.path());
        // A page that was stored against another one stands for itself now.
        let expected =
            before.get(Path::new(file)).or_else(|| after.get(Path::new(file)).filter(|_| file.starts_with("pages/")));
        assert!(expected.is_some() && after.get(Path::new(file)) == expected, "{file}");
    }
    for Recovered { file, why } in lost {
        assert!(why.as_deref().is_some_and(|why| why.contains("not this version")), "{file}: {why:?}");
    }
}

#[test]
fn what_is_lost_is_named_and_nothing_else() {
    let (root, site) = (archive(), Counting::default());
    for path in files(root.path()).keys().filter(|path| path.starts_with("pages")) {
        fs::remove_file(root.path().join(path)).expect("removed");
    }
    let told = mend(root.path(), &site);
    assert!(told.len() > 2 && told.iter().all(|recovered| recovered.file.starts_with("pages/")), "{told:#?}");
    for recovered in told.iter().filter(|recovered| recovered.why.is_none()) {
        assert!(root.path().join(&recovered.file).is_file(), "{}", recovered.file);
    }
}

#[test]
fn no_page_is_asked_for_after_the_first_block_page() {
    let (root, mut site) = (archive(), Counting::default());
    for path in files(root.path()).keys().filter(|path| path.starts_with("pages")) {
        fs::remove_file(root.path().join(path)).expect("removed");
    }
    let before = files(root.path());
    let block = "<html><head><title>验证</title></head><body><div class=\"weui-msg\"><h2 class=\"weui-msg__title\">环境异常</h2>\
                 <p>当前环境异常，完成验证后即可继续访问。</p><a id=\"js_verify\">去验证</a></div></body></html>";
    site.site.changes.insert("https://".to_owned(), block.into());
    let told = mend(root.path(), &site);
    assert!(told.len() > 2 && told.iter().all(|recovered| recovered.why.is_some()), "{told:?}");
    assert_eq!(site.requests(), 1);
    assert!(files(root.path()) == before);
}

#[test]
fn no_more_pages_are_asked_for_than_are_allowed() {
    let (root, site) = (archive(), Counting::default());
    for path in files(root.path()).keys().filter(|path| path.starts_with("pages")) {
        fs::remove_file(root.path().join(path)).expect("removed");
    }
    let maintenance = Maintenance::open(root.path(), time("2026-10-09T00:00:00Z"), Faults::default()).expect("a lock");
    let lost = maintenance.lost().expect("known");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let told = runtime.block_on(recover(&maintenance, &lost, &site, Some(2))).expect("asked");
    assert_eq!((site.requests(), told.len()), (2, lost.versions.len()));
}

#[test]
fn asking_for_what_is_lost_survives_death_and_failing_storage_at_every_step() {
    let (newsletter, before, site) = (issue(), folder(), Counting::default());
    first_sync(newsletter.path(), before.path(), Faults::default()).expect("a first sync");
    let is_lost = |path: &PathBuf| path.starts_with("images") || path.starts_with("pages") || path.ends_with("1.md");
    for path in files(before.path()).into_keys().filter(is_lost) {
        fs::remove_file(before.path().join(path)).expect("removed");
    }
    let run = |root: &Path, faults| mend_with(root, &site, faults).map(|_| ());
    for fault in [Fault::Death, Fault::ShortWrite] {
        let steps = Work { before: before.path(), run: &run }.survives_damaged(fault);
        println!("repair --fetch: {fault:?} at each of {steps} steps");
        assert!(steps > 20, "{steps}");
    }
}
