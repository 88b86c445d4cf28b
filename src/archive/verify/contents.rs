//! Hashes contents: pictures, pages, Markdown. Several files at a time, each read once.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::articles::head_digest;
use super::pages::{PageAudit, Reference};
use super::spread::spread;
use super::{Audit, Code, Finding, PageCheck, Scope, Survey};
use crate::archive::kind::Kind;
use crate::archive::packed::PageFile;
use crate::archive::{Digest, layout};

/// How many files are checked before the next are taken up.
const FILES: usize = 64;
/// How much of a file is held in memory while it is hashed.
const READ_AT_ONCE: usize = 256 << 10;

/// A file to be hashed.
#[derive(Debug)]
pub(super) struct Item {
    path: PathBuf,
    length: u64,
    content: Content,
}

/// What a file should be.
#[derive(Debug)]
enum Content {
    Picture(Digest),
    Page(PageFile),
    Version(Digest),
    Head(Option<Digest>),
}

/// The files whose contents are in the scope; pages that are stored against one another stand together.
pub(super) fn work(survey: &Survey, scope: &Scope) -> Vec<Item> {
    let in_scope = |path: &Path, modified: Option<std::time::SystemTime>| {
        let is_newer = scope.newer.is_none_or(|newer| modified.is_none_or(|modified| modified >= newer));
        is_newer && scope.subset.is_none_or(|subset| part(path, subset.of) == subset.part)
    };
    let files = survey.files.iter().filter(|(path, file)| in_scope(path, file.modified));
    let mut items: Vec<Item> = files
        .filter_map(|(path, file)| {
            let content = content(survey, &file.kind)?;
            Some(Item { path: path.clone(), length: file.length, content })
        })
        .collect();
    items.sort_by_key(|item| match item.content {
        Content::Page(page) => Some((page.reference, page.sha256)),
        _ => None,
    });
    items
}

/// The part of `of` that a file belongs to, by the hash of its path: always the same.
fn part(path: &Path, of: u32) -> u32 {
    let digest = Digest::of(layout::slashed(path).as_bytes()).short();
    u32::from_str_radix(&digest, 16).unwrap_or_default() % of.max(1) + 1
}

fn content(survey: &Survey, kind: &Kind) -> Option<Content> {
    Some(match kind {
        Kind::Picture(digest) => Content::Picture(*digest),
        Kind::Page(page) => Content::Page(*page),
        Kind::Version(dir, number) => Content::Version(survey.articles.get(dir)?.manifests.get(number)?.markdown),
        Kind::Head(dir) => Content::Head(head_digest(survey.articles.get(dir)?)),
        _ => return None,
    })
}

/// What is kept from one file to the next.
struct Kept {
    reference: Reference,
    buffer: Vec<u8>,
}

/// Checks the files, as many at a time as the machine has cores.
pub(super) fn check(survey: &Survey, work: &[Item], pages: PageCheck, audit: &mut Audit) {
    let pages = PageAudit::new(survey, pages);
    let findings = spread(work, FILES, |items| {
        let mut kept = Kept { reference: None, buffer: vec![0; READ_AT_ONCE] };
        let told = items.iter().filter_map(|item| {
            let (code, detail) = check_one(survey, &pages, item, &mut kept)?;
            Some(Finding { code, path: layout::slashed(&item.path), detail })
        });
        told.collect::<Vec<Finding>>()
    });
    audit.checked = work.len();
    audit.bytes = work.iter().map(|item| item.length).sum();
    audit.findings.extend(findings.into_iter().flatten());
}

fn check_one(survey: &Survey, pages: &PageAudit<'_>, item: &Item, kept: &mut Kept) -> Option<(Code, String)> {
    let mut differs = |code: Code, expected: Digest| match hash(survey, &item.path, &mut kept.buffer) {
        Ok(digest) if digest == expected => None,
        Ok(digest) => Some((code, format!("its SHA-256 is {digest}"))),
        Err(error) => Some((Code::Unreadable, error.to_string())),
    };
    match item.content {
        Content::Picture(digest) => differs(Code::PictureDamaged, digest),
        Content::Version(digest) => differs(Code::VersionDamaged, digest),
        Content::Page(page) => pages.check(&page, &mut kept.reference),
        Content::Head(digest) => check_head(survey, &item.path, digest),
    }
}

fn hash(survey: &Survey, path: &Path, buffer: &mut [u8]) -> std::io::Result<Digest> {
    Digest::of_parts(File::open(survey.disk.path(path))?, buffer).map(|(digest, _)| digest)
}

/// A head is the text that was written, and every picture it shows is in the archive.
fn check_head(survey: &Survey, path: &Path, expected: Option<Digest>) -> Option<(Code, String)> {
    let bytes = match std::fs::read(survey.disk.path(path)) {
        Ok(bytes) => bytes,
        Err(error) => return Some((Code::Unreadable, error.to_string())),
    };
    let text = String::from_utf8_lossy(&bytes);
    let lost = shown(&text).find(|file| !survey.files.contains_key(*file));
    if let Some(lost) = lost {
        return Some((Code::HeadLink, format!("`{}`", layout::slashed(lost))));
    }
    let digest = Digest::of(&bytes);
    expected.filter(|expected| *expected != digest).map(|_| (Code::HeadDamaged, format!("its SHA-256 is {digest}")))
}

/// The files of the archive's pictures that a head names.
fn shown(text: &str) -> impl Iterator<Item = &Path> {
    const UP: &str = "../../../images/";
    text.match_indices(UP).filter_map(|(at, _)| {
        let file = &text[at + "../../../".len()..];
        let length = file.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"/.".contains(byte)).count();
        let file = file[..length].trim_end_matches('.');
        let (_, name) = file.strip_prefix("images/")?.split_once('/')?;
        let is_ours = name.split('.').next().is_some_and(|stem| stem.len() == 64);
        is_ours.then(|| Path::new(file))
    })
}
