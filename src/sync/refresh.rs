//! Looks after articles the archive has: heads that a killed run did not write, pictures that could not be had.

use std::collections::BTreeSet;

use super::article::{Articles, beside};
use super::pictures::SUBSTITUTE;
use super::reconvert::{commit, successor};
use super::{Placed, render, version};
use crate::archive::{ArchiveError, Digest, Entry, MissingPicture, Why};
use crate::fetch::Fetch;
use crate::model::{Article, ImageUrl, Key, Page};
use crate::parse::{Parsed, parse};

/// Tries missing pictures again and writes the head anew where it is not the newest version's.
pub(super) async fn look_after<F: Fetch>(
    articles: &mut Articles<'_, '_, F>,
    entry: &Entry,
) -> Result<(), ArchiveError> {
    let newer = take_out_substitutes(articles, entry).await?;
    let entry = newer.as_ref().unwrap_or(entry);
    let is_behind = entry.is_behind() || !articles.writer.has_head(entry);
    if entry.state.restored.is_some() {
        // A person chose an older version: late pictures belong to the newest.
        return if is_behind { articles.writer.restore_head(&entry.manifest.article) } else { Ok(()) };
    }
    let had: BTreeSet<&str> = entry.state.late_pictures.iter().map(|picture| picture.url.as_str()).collect();
    let missing: BTreeSet<&str> = entry.manifest.missing.iter().map(|missing| missing.url.as_str()).collect();
    let lacks_pictures = !missing.is_subset(&had);
    if !is_behind && !lacks_pictures {
        return Ok(());
    }
    let Some(article) = read_again(articles, entry).await? else {
        return if is_behind { articles.writer.restore_head(&entry.manifest.article) } else { Ok(()) };
    };
    let mut late = entry.state.late_pictures.clone();
    if lacks_pictures {
        let is_missing = |image: &ImageUrl| missing.contains(image.label()) && !had.contains(image.label());
        late.extend(version::pictures(articles, &article, is_missing).await?.stored);
    }
    if !is_behind && late.len() == had.len() {
        return Ok(());
    }
    let markdown = render(&article, &entry.manifest, &late, Placed::Head);
    articles.writer.put_head(&entry.manifest.article, &markdown, late)
}

/// Makes a version that says of pictures which turned out to be substitutes that they are missing; `None` where there
/// are none, or where this program reads the page otherwise now.
async fn take_out_substitutes<F: Fetch>(
    articles: &mut Articles<'_, '_, F>,
    entry: &Entry,
) -> Result<Option<Entry>, ArchiveError> {
    let mut pictures = entry.manifest.pictures.iter().chain(&entry.state.late_pictures);
    if !pictures.any(|picture| articles.pictures.is_substitute(picture)) {
        return Ok(None);
    }
    let Some(article) = read_again(articles, entry).await? else { return Ok(None) };
    let mut manifest = successor(&article, &entry.manifest, &entry.state, articles.now());
    let taken = manifest.pictures.extract_if(.., |picture| articles.pictures.is_substitute(picture));
    manifest.missing.extend(taken.map(|picture| MissingPicture { url: picture.url, why: SUBSTITUTE.to_owned() }));
    manifest.meta = version::meta(&article, &manifest.pictures);
    manifest.why = Why::Corrected;
    commit(articles.writer, &article, (entry, manifest))?;
    Ok(articles.writer.entry(&Key::Article(entry.manifest.article.clone())).cloned())
}

/// The article of the newest version, from its stored page; `None` where this program reads that page otherwise now.
async fn read_again<F: Fetch>(articles: &Articles<'_, '_, F>, entry: &Entry) -> Result<Option<Article>, ArchiveError> {
    let bytes = articles.writer.page(&entry.manifest.page)?;
    let url = entry.manifest.fetched.url.clone();
    let content = entry.manifest.content;
    Ok(beside(move || {
        let page = Page { asked: url.clone(), url, status: 200, content_type: None, bytes };
        match parse(&page) {
            Parsed::Article(article) if Digest::of_content(&article) == content => Some(*article),
            _ => None,
        }
    })
    .await)
}
