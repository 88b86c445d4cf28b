//! The sample newsletter and its site without a network: an archive in a moment, and a site that can change.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use tempfile::TempDir;

pub(crate) use crate::files::{copy_tree, tree};

use wxarchive::archive::{Archive, ArchiveError, Digest, Source, Writer};
use wxarchive::demo::site;
use wxarchive::fetch::{Fetch, FetchError, Request};
use wxarchive::model::Page;
use wxarchive::sync::{Policy, Report, Run, Selection, plan, read_issues, sync};

/// The sample site with changes: by a part of the address, the bytes it answers with instead.
#[derive(Debug, Default, Clone)]
pub(crate) struct Site {
    pub(crate) changes: BTreeMap<String, Vec<u8>>,
}

impl Site {
    /// What the site sends for an address.
    pub(crate) fn body(&self, url: &str) -> Vec<u8> {
        if let Some((_, bytes)) = self.changes.iter().find(|(part, _)| url.contains(part.as_str())) {
            return bytes.clone();
        }
        let (host, path) = url.trim_start_matches("https://").split_once('/').expect("an address");
        site::answer(host, &format!("/{path}")).map(|file| file.bytes.to_vec()).unwrap_or_default()
    }
}

impl Fetch for Site {
    async fn get(&self, request: &Request) -> Result<Page, FetchError> {
        let (asked, url) = (request.url.clone(), request.url.clone());
        Ok(Page { bytes: self.body(&url), asked, url, status: 200, content_type: None })
    }

    fn requests(&self) -> u64 {
        0
    }
}

/// An empty folder, in memory where the system has such a place: most of a test's time would be flushing to a disk.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory).ok() } else { None };
    made.unwrap_or_else(|| tempfile::tempdir().expect("a folder"))
}

/// Whether a file tells git how to treat the archive, which makes it no part of the format.
pub(crate) fn is_of_git(path: &Path) -> bool {
    path == Path::new(".gitattributes") || path == Path::new(".gitignore")
}

/// A time of the tests' calendar.
pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// The newsletter of the sample, written once for all tests.
pub(crate) fn newsletter() -> &'static Path {
    static NEWSLETTER: OnceLock<TempDir> = OnceLock::new();
    let made = NEWSLETTER.get_or_init(|| {
        let folder = self::folder();
        for (path, text) in site::ISSUES {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("an issue");
        }
        folder
    });
    made.path()
}

/// Syncs the newsletter from a site with a writer.
pub(crate) fn sync_with(
    writer: &mut Writer,
    site: &Site,
    now: Timestamp,
    policy: &Policy,
) -> Result<Report, ArchiveError> {
    sync_folder(newsletter(), (writer, site), now, policy)
}

/// Syncs the issues of a folder.
pub(crate) fn sync_folder(
    folder: &Path,
    (writer, site): (&mut Writer, &Site),
    now: Timestamp,
    policy: &Policy,
) -> Result<Report, ArchiveError> {
    let root = folder.to_owned();
    let (issues, errors) = read_issues(std::slice::from_ref(&root), &root, Path::new("no-such-archive"));
    assert!(errors.is_empty(), "{errors:?}");
    let jobs = plan(&issues, Selection::Everything);
    let stop = AtomicBool::new(false);
    let clock = || now;
    let run = Run {
        fetch: site,
        source: Source::Network,
        policy: policy.clone(),
        now: &clock,
        observer: &|_| {},
        stop: &stop,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(sync(writer, &issues, &jobs, &run))
}

/// A fresh copy of an archive with everything: two versions of an article, one deleted, one never had, late pictures.
pub(crate) fn archive() -> TempDir {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let folder = self::folder();
        grow(folder.path());
        folder
    });
    let copy = folder();
    copy_tree(made.path(), copy.path());
    copy
}

fn grow(root: &Path) {
    let mut site = Site::default();
    let day = |number: i8| time("2026-10-01T00:00:00Z") + jiff::SignedDuration::from_hours(24 * i64::from(number));
    let again = Policy { refresh: Some(jiff::SignedDuration::ZERO), ..Policy::default() };
    let run = |site: &Site, number| {
        let mut writer = Writer::open(root, day(number)).expect("a writer");
        sync_with(&mut writer, site, day(number), &again).expect("a report");
    };
    site.changes.insert("mmbiz_jpg/BeiJiaoFirstLight2018".to_owned(), b"not a picture".to_vec());
    run(&site, 0);
    site.changes.clear();
    let focus = url_of(root, "调焦");
    let edited = String::from_utf8(site.body(&focus)).expect("utf-8").replace("观测室", "望远镜室");
    site.changes.insert(focus, edited.into_bytes());
    run(&site, 1);
    let magnitude = url_of(root, "星等");
    let deleted = site.body("https://mp.weixin.qq.com/s/NoSuchArticleAnywhere0");
    site.changes.insert(magnitude, deleted);
    run(&site, 2);
}

/// The address under which an article was had.
pub(crate) fn url_of(root: &Path, title: &str) -> String {
    let archive = Archive::open(root).expect("an archive");
    let entry = archive.entries().find(|entry| entry.manifest.meta.title.contains(title)).expect("the article");
    entry.manifest.fetched.url.clone()
}

/// Changes a record and seals it again.
pub(crate) fn rewrite(path: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let mut value: serde_json::Value = serde_json::from_slice(&fs::read(path).expect("a record")).expect("JSON");
    value.as_object_mut().expect("an object").remove("_sha256");
    change(&mut value);
    let text = serde_json::to_string_pretty(&value).expect("JSON") + "\n";
    let rest = text.trim_start_matches("{\n");
    let digest = Digest::of(format!("{{\n{rest}").as_bytes());
    fs::write(path, format!("{{\n  \"_sha256\": \"{digest}\",\n{rest}")).expect("a file");
}
