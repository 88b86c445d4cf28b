//! Reads stored pages again with this program: a new version where the Markdown comes out otherwise.

use std::collections::HashSet;

use jiff::Timestamp;

use super::version::count_characters;
use super::{Placed, render};
use crate::archive::{ArchiveError, Committed, Digest, Draft, Entry, Manifest, StateFile, Why, Writer};
use crate::model::{Article, ArticleKey, Key, Page};
use crate::parse::{Parsed, parse};

/// What became of an article that was read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reconverted {
    /// The Markdown is the same, byte for byte.
    Same,
    /// It is another, and a new version with this number has it.
    Version(u32),
    /// The stored page doesn't read as an article any more; nothing was changed.
    Unreadable(String),
}

/// Reads the page of an article's newest version again. It asks no network; pictures are those the archive has.
///
/// # Errors
/// When the stored page can't be read or the version not be written.
pub fn reconvert(writer: &mut Writer, key: &ArticleKey, now: Timestamp) -> Result<Reconverted, ArchiveError> {
    let Some(entry) = writer.entry(&Key::Article(key.clone())).cloned() else {
        return Ok(Reconverted::Unreadable(format!("`{key}` is not in the archive")));
    };
    let bytes = writer.page(&entry.manifest.page)?;
    let article = match read(&entry.manifest, bytes) {
        Ok(article) => article,
        Err(why) => return Ok(Reconverted::Unreadable(why)),
    };
    let text = render(&article, &entry.manifest, &[], Placed::Version);
    if Digest::of(text.as_bytes()) == entry.manifest.markdown {
        return Ok(Reconverted::Same);
    }
    let manifest = successor(&article, &entry.manifest, &entry.state, now);
    let number = manifest.version;
    commit(writer, &article, (&entry, manifest))?;
    Ok(Reconverted::Version(number))
}

/// Makes a version of an article that was read again.
pub(super) fn commit(
    writer: &mut Writer,
    article: &Article,
    (entry, mut manifest): (&Entry, Manifest),
) -> Result<(), ArchiveError> {
    let version_markdown = render(article, &manifest, &[], Placed::Version);
    let head_markdown = render(article, &manifest, &[], Placed::Head);
    manifest.markdown = Digest::of(version_markdown.as_bytes());
    let Manifest { version, why, content, .. } = manifest;
    let draft = Draft { dir: entry.dir.clone(), version, why, content };
    let version = Committed { draft, manifest, version_markdown: &version_markdown, head_markdown: &head_markdown };
    writer.commit(version, None)
}

/// The Markdown of a version, from its stored page; `None` where this program reads the page otherwise.
#[must_use]
pub fn derive(manifest: &Manifest, page: Vec<u8>) -> Option<String> {
    let article = read(manifest, page).ok()?;
    let text = render(&article, manifest, &[], Placed::Version);
    (Digest::of(text.as_bytes()) == manifest.markdown).then_some(text)
}

fn read(manifest: &Manifest, bytes: Vec<u8>) -> Result<Article, String> {
    let url = manifest.fetched.url.clone();
    let page = Page { asked: url.clone(), url, status: 200, content_type: None, bytes };
    match parse(&page) {
        Parsed::Article(article) => Ok(*article),
        Parsed::Gone(notice) | Parsed::Blocked(notice) => {
            Err(format!("its stored page reads as a notice now: {}", notice.message.unwrap_or_default()))
        }
        Parsed::Moved(_) => Err("its stored page reads as that of a moved account now".to_owned()),
        Parsed::Unknown(why) => Err(why.to_string()),
    }
}

/// The manifest of the new version: the old one with what was read now, and every picture that was ever had.
pub(super) fn successor(article: &Article, old: &Manifest, state: &StateFile, now: Timestamp) -> Manifest {
    let mut seen = HashSet::new();
    let had = old.pictures.iter().chain(&state.late_pictures);
    let pictures: Vec<_> = had.filter(|picture| seen.insert(picture.key.clone())).cloned().collect();
    let is_missing = |url: &str| pictures.iter().all(|picture| picture.url != url);
    Manifest {
        version: old.version + 1,
        why: Why::Reconverted,
        reconverted_at: Some(now),
        converter: env!("CARGO_PKG_VERSION").to_owned(),
        meta: super::version::meta(article, &pictures),
        content: Digest::of_content(article),
        characters: count_characters(article),
        missing: old.missing.iter().filter(|missing| is_missing(&missing.url)).cloned().collect(),
        oddities: article.oddities.clone(),
        pictures,
        ..old.clone()
    }
}
