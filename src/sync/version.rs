//! Makes a version of an article that was read, unless the archive has one with the same content or a better one.

use std::collections::{BTreeSet, HashMap};

use super::article::{Articles, Done};
use super::pictures::Wanted;
use super::{Outcome, Placed, cover, refresh, render};
use crate::archive::{
    ArchiveError, Committed, Digest, Draft, Entry, FORMAT_NUMBER, Fetched, Manifest, Meta, MissingPicture, Observation,
    StoredPage, StoredPicture,
};
use crate::fetch::Fetch;
use crate::model::{Article, ArticleKey, ArticleUrl, Image, ImageKey, ImageUrl, Inline, InlineKind, Key, Page, State};

/// Of so many pictures the loss of most is no edit but a page that was not whole.
const MANY_PICTURES: usize = 4;

/// An article that was read, and the page it was read from.
pub(super) struct Reading {
    pub(super) key: ArticleKey,
    pub(super) article: Article,
    pub(super) page: Page,
}

/// The pictures of an article, had or not.
pub(super) struct Shown {
    pub(super) stored: Vec<StoredPicture>,
    pub(super) missing: Vec<MissingPicture>,
}

/// Stores a reading as a new version where it says something new and is not much less than what is there.
pub(super) async fn new_version<F: Fetch>(
    articles: &mut Articles<'_, '_, F>,
    url: &ArticleUrl,
    reading: Reading,
) -> Result<Done, ArchiveError> {
    let Reading { key, article, page } = reading;
    let archived = articles.writer.entry(&Key::Article(key.clone())).cloned();
    let characters = count_characters(&article);
    let count = distinct_pictures(&article);
    let is_less = |entry: &&Entry| {
        let had = entry.manifest.pictures.len() + entry.manifest.missing.len();
        characters * 2 < entry.manifest.characters || (had >= MANY_PICTURES && count * 2 < had)
    };
    if let Some(entry) = archived.as_ref().filter(is_less) {
        let why = format!(
            "the page has {characters} characters and {count} pictures where version {} has {} and {}",
            entry.manifest.version,
            entry.manifest.characters,
            entry.manifest.pictures.len() + entry.manifest.missing.len()
        );
        let permanent = ArticleUrl::new(Key::Article(key), None);
        articles.observe(&permanent, State::Shrunk, Some(why.clone()), page).await?;
        return Ok(Done::failed(Some(State::Shrunk), why));
    }
    let seen = Observation { state: State::Live, at: articles.now(), message: None, evidence: None };
    let Some(draft) = articles.writer.draft(&key, &article) else {
        articles.writer.observe_article(&key, seen)?;
        if let Some(entry) = archived {
            refresh::look_after(articles, &entry).await?;
        }
        return Ok(Done { state: Some(State::Live), ..Done::new(Outcome::Unchanged) });
    };
    // First the page, so that its megabytes are not held while the pictures come.
    let stored_page = articles.store(page.bytes).await?;
    let mut shown = pictures(articles, &article, |_| true).await?;
    articles.pictures.spare(cover::take_smaller(&mut shown, &article));
    let fetched = Fetched { url: url.canonical(), at: seen.at, from: articles.run.source };
    let outcome = if draft.version == 1 { Outcome::New } else { Outcome::Updated };
    let manifest = manifest(&article, key, &draft, (fetched, stored_page), shown);
    commit(articles, (&article, draft, manifest), seen)?;
    Ok(Done { state: Some(State::Live), ..Done::new(outcome) })
}

fn commit<F: Fetch>(
    articles: &mut Articles<'_, '_, F>,
    (article, draft, mut manifest): (&Article, Draft, Manifest),
    seen: Observation,
) -> Result<(), ArchiveError> {
    let version_markdown = render(article, &manifest, &[], Placed::Version);
    let head_markdown = render(article, &manifest, &[], Placed::Head);
    manifest.markdown = Digest::of(version_markdown.as_bytes());
    let version = Committed { draft, manifest, version_markdown: &version_markdown, head_markdown: &head_markdown };
    articles.writer.commit(version, Some(seen))
}

/// Has the pictures of an article that are asked for, its covers in all crops among them, each once.
pub(super) async fn pictures<F: Fetch>(
    articles: &Articles<'_, '_, F>,
    article: &Article,
    is_asked: impl Fn(&ImageUrl) -> bool,
) -> Result<Shown, ArchiveError> {
    let mut wanted = wanted(article);
    wanted.retain(|wanted| is_asked(wanted.image));
    let had = articles.pictures.get_all(&wanted).await?;
    let mut shown = Shown { stored: Vec::new(), missing: Vec::new() };
    for (wanted, had) in wanted.iter().zip(had) {
        match had {
            Ok(stored) => shown.stored.push(stored),
            Err(why) => shown.missing.push(MissingPicture { url: wanted.image.label().to_owned(), why }),
        }
    }
    Ok(shown)
}

/// Every picture of an article, each once, by the first address of it that comes with a size, if any.
fn wanted(article: &Article) -> Vec<Wanted<'_>> {
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    let mut places: HashMap<ImageKey, usize> = HashMap::new();
    for (image, size) in article.images().into_iter().chain(article.crops.iter().map(|crop| (crop, None))) {
        match places.get(&image.key()) {
            Some(place) if wanted[*place].size.is_none() && size.is_some() => wanted[*place] = Wanted { image, size },
            Some(_) => {}
            None => {
                places.insert(image.key(), wanted.len());
                wanted.push(Wanted { image, size });
            }
        }
    }
    wanted
}

/// The manifest of a version; its Markdown, which needs the rest of it, is hashed afterwards.
fn manifest(
    article: &Article,
    key: ArticleKey,
    draft: &Draft,
    (fetched, page): (Fetched, StoredPage),
    shown: Shown,
) -> Manifest {
    Manifest {
        format: FORMAT_NUMBER,
        article: key,
        version: draft.version,
        why: draft.why,
        converter: env!("CARGO_PKG_VERSION").to_owned(),
        meta: meta(article, &shown.stored),
        fetched,
        reconverted_at: None,
        page,
        content: draft.content,
        characters: count_characters(article),
        markdown: Digest::of(b""),
        pictures: shown.stored,
        missing: shown.missing,
        oddities: article.oddities.clone(),
    }
}

pub(super) fn meta(article: &Article, stored: &[StoredPicture]) -> Meta {
    let kept = cover::largest(article, stored.iter()).map(|cover| cover.url.clone());
    Meta {
        title: article.title.clone(),
        kind: article.kind,
        account: article.account.clone(),
        author: article.author.clone(),
        description: article.description.clone(),
        published: article.published,
        modified: article.modified,
        cover: kept.or_else(|| article.cover.as_ref().map(|cover| cover.label().to_owned())),
        origin: article.origin,
        reprint: article.reprint.clone(),
        source_url: article.source_url.clone(),
        tags: article.tags.clone(),
        region: article.region.clone(),
        sn: article.sn.clone(),
        short_code: article.short_code.clone(),
    }
}

fn distinct_pictures(article: &Article) -> usize {
    article.images().iter().map(|(image, _)| image.key()).collect::<BTreeSet<_>>().len()
}

/// How many characters of text a body has, its pictures counted as one each.
pub(super) fn count_characters(article: &Article) -> u64 {
    let mut count = 0;
    let length = |text: &str| text.chars().filter(|char| !char.is_whitespace()).count() as u64;
    for block in &article.body {
        block.for_each_inline(&mut |inline: &Inline| {
            count += match &inline.kind {
                InlineKind::Text(text) | InlineKind::Code(text) | InlineKind::Math(text) => length(text),
                InlineKind::Image(Image { .. }) | InlineKind::Card(_) => 1,
                InlineKind::Break | InlineKind::FootnoteRef(_) => 0,
            };
        });
        block.for_each_text(&mut |text| count += length(text));
    }
    count
}
