//! Looks after articles the archive has: heads that a killed run did not write, pictures that could not be had.

use super::article::Articles;
use super::{Placed, render, version};
use crate::archive::{ArchiveError, Entry};
use crate::fetch::Fetch;
use crate::model::{Article, Page};
use crate::parse::{Parsed, parse};

/// Tries missing pictures again and writes the head anew where it is not the newest version's.
pub(super) async fn look_after<F: Fetch>(
    articles: &mut Articles<'_, '_, F>,
    entry: &Entry,
) -> Result<(), ArchiveError> {
    let is_behind = entry.state.head.is_none_or(|head| head.version != entry.manifest.version);
    let late = &entry.state.late_pictures;
    let is_late = |url: &str| late.iter().any(|picture| picture.url == url);
    let lacks_pictures = entry.manifest.missing.iter().any(|missing| !is_late(&missing.url));
    if !is_behind && !lacks_pictures {
        return Ok(());
    }
    let Some(article) = read_again(articles, entry)? else { return Ok(()) };
    let shown = version::pictures(articles, &article).await?;
    let is_new = |url: &str| entry.manifest.pictures.iter().all(|picture| picture.url != url);
    let late: Vec<_> = shown.stored.into_iter().filter(|picture| is_new(&picture.url)).collect();
    if !is_behind && late.len() == entry.state.late_pictures.len() {
        return Ok(());
    }
    let markdown = render(&article, &entry.manifest, &late, Placed::Head);
    articles.writer.put_head(&entry.manifest.article, &markdown, late)
}

/// The article of the newest version, from its stored page; `None` where this program reads that page otherwise now.
fn read_again<F: Fetch>(articles: &Articles<'_, '_, F>, entry: &Entry) -> Result<Option<Article>, ArchiveError> {
    let bytes = articles.writer.page(&entry.manifest.page)?;
    let url = entry.manifest.fetched.url.clone();
    let page = Page { asked: url.clone(), url, status: 200, content_type: None, bytes };
    Ok(match parse(&page) {
        Parsed::Article(article) => Some(*article),
        _ => None,
    })
}
