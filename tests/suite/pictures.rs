//! Which pictures of articles and issues are had and kept, against a site made up for each test.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

mod covers;
mod missing;
mod substitutes;

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use image::{ImageFormat, Rgb, RgbImage};
use jiff::Timestamp;
use tempfile::TempDir;
use wxarchive::archive::{Archive, Digest, Entry, Source, Writer};
use wxarchive::fetch::{Fetch, FetchError, Request};
use wxarchive::model::Page;
use wxarchive::sync::{ImageCounts, Policy, Report, Run, Selection, ask_again, plan, read_issues, sync};

/// A newsletter, an archive, and a site with what it was asked for.
struct World {
    folder: TempDir,
    answers: Mutex<BTreeMap<String, Vec<u8>>>,
    asked: Mutex<Vec<String>>,
    policy: Policy,
}

impl Fetch for World {
    async fn get(&self, request: &Request) -> Result<Page, FetchError> {
        self.asked.lock().expect("asked").push(request.url.clone());
        let answers = self.answers.lock().expect("answers");
        let bytes =
            answers.iter().find(|(part, _)| request.url.contains(part.as_str())).map(|(_, bytes)| bytes.clone());
        let (asked, url) = (request.url.clone(), request.url.clone());
        match bytes {
            Some(bytes) => Ok(Page { asked, url, status: 200, content_type: None, bytes }),
            None => Err(FetchError::Status { url, status: 404 }),
        }
    }

    fn requests(&self) -> u64 {
        0
    }
}

impl World {
    fn new() -> Self {
        let folder = crate::sample::folder();
        fs::create_dir(folder.path().join("issues")).expect("a folder");
        Self { folder, answers: Mutex::default(), asked: Mutex::default(), policy: Policy::default() }
    }

    /// Adds an issue.
    fn issue(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join("issues").join(name), text).expect("an issue");
    }

    /// Adds an article with script variables and a body, and an issue that links it.
    fn article(&self, mid: u32, variables: &str, body: &str) {
        let page = format!(
            "<!DOCTYPE html><html><body><div id=\"js_article\"><h1 id=\"activity-name\">文章 {mid}</h1>\
             <div class=\"rich_media_content\" id=\"js_content\"><p>正文在此</p>{body}</div></div><script>\
             var biz = \"MTIzNDU2\"; var mid = \"{mid}\"; var idx = \"1\"; var sn = \"fedcba9876543210fedcba9876543210\"; \
             var nickname = \"号\"; var ct = \"1767346773\"; {variables}</script></body></html>"
        );
        self.answer(&format!("&mid={mid}&"), page.into_bytes());
        self.issue(
            &format!("{mid}.md"),
            &format!(
                "[x](https://mp.weixin.qq.com/s?__biz=MTIzNDU2&mid={mid}&idx=1&sn=fedcba9876543210fedcba9876543210)\n"
            ),
        );
    }

    /// Answers addresses that have a part with these bytes.
    fn answer(&self, part: &str, bytes: Vec<u8>) {
        self.answers.lock().expect("answers").insert(part.to_owned(), bytes);
    }

    fn refuse(&self, part: &str) {
        self.answers.lock().expect("answers").remove(part);
    }

    fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("archive")
    }

    fn archive(&self) -> Archive {
        Archive::open(&self.root()).expect("an archive")
    }

    fn run(&self) -> Report {
        let now: Timestamp = "2026-10-01T00:00:00Z".parse().expect("a time");
        let root = self.folder.path().join("issues");
        let (issues, errors) = read_issues(std::slice::from_ref(&root), &root, Path::new("no-such-archive"));
        assert!(errors.is_empty(), "{errors:?}");
        let jobs = plan(&issues, Selection::Everything);
        let (stop, clock) = (AtomicBool::new(false), || now);
        let (policy, source) = (self.policy.clone(), Source::Network);
        let run = Run { fetch: self, source, policy, now: &clock, observer: &|_| {}, stop: &stop };
        let mut writer = Writer::open(&self.root(), now).expect("a writer");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(sync(&mut writer, &issues, &jobs, &run)).expect("a report")
    }

    /// Asks again for what is missing, as `repair --fetch` does.
    fn ask_again(&self) -> ImageCounts {
        let now: Timestamp = "2026-10-02T00:00:00Z".parse().expect("a time");
        let (stop, clock) = (AtomicBool::new(false), || now);
        let (policy, source) = (self.policy.clone(), Source::Network);
        let run = Run { fetch: self, source, policy, now: &clock, observer: &|_| {}, stop: &stop };
        let mut writer = Writer::open(&self.root(), now).expect("a writer");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(ask_again(&mut writer, &run)).expect("counts")
    }

    /// What the site was asked for since this was called last.
    fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("asked"))
    }

    /// Whether the archive has the bytes of a picture.
    fn stores(&self, bytes: &[u8]) -> bool {
        let digest = Digest::of(bytes).to_string();
        let images = self.root().join("images").join(&digest[..2]);
        fs::read_dir(images).is_ok_and(|mut files| {
            files.any(|file| file.expect("a file").file_name().to_string_lossy().starts_with(&digest))
        })
    }

    fn entry(&self, mid: u32) -> Entry {
        let archive = self.archive();
        let title = format!("文章 {mid}");
        archive.entries().find(|entry| entry.manifest.meta.title == title).expect("the article").clone()
    }

    fn head(&self, mid: u32) -> String {
        self.archive().head_as_it_is(&self.entry(mid)).expect("a head")
    }
}

/// The address of a picture on the site's own host.
fn on_cdn(id: &str) -> String {
    format!("https://mmbiz.qpic.cn/mmbiz_png/{id}/640?wx_fmt=png")
}

/// A picture of one colour.
fn plain(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = RgbImage::from_pixel(width, height, Rgb(colour));
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).expect("a picture");
    bytes
}
