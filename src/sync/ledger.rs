//! Says for each link and picture of an issue what became of it.

use super::pictures::Pictures;
use super::{IssueFile, Outcome, Report, former};
use crate::archive::{Archive, ArchiveError, FORMAT_NUMBER, Ledger, LedgerImage, LedgerLink, LinkOutcome};
use crate::fetch::Fetch;
use crate::issue::{Context, ImageReference, Link};
use crate::model::{ArticleUrl, ImageUrl, Key, UrlKind, redact};

/// The ledger of an issue after a run.
///
/// # Errors
/// When the ledger before it can't be read.
pub(super) fn of_issue<F: Fetch>(
    file: &IssueFile,
    archive: &Archive,
    report: &Report,
    pictures: &Pictures<'_, F>,
) -> Result<Ledger, ArchiveError> {
    let before = match archive.ledger(&file.name) {
        // It is written anew, or can't be written.
        Err(ArchiveError::Damaged { .. }) => None,
        Err(error) if error.is_about_the_name() => None,
        read => read?,
    };
    let issue = &file.issue;
    let front_matter = issue.front_matter.as_ref();
    let links: Vec<LedgerLink> = issue.links.iter().map(|link| of_link(link, archive, report)).collect();
    let images: Vec<LedgerImage> = issue.images.iter().map(|image| of_image(image, pictures)).collect();
    let (former_links, former_images) = before.map_or_else(Default::default, |before| {
        (former::links(&before, &links, archive, report), former::images(&before, &images))
    });
    Ok(Ledger {
        format: FORMAT_NUMBER,
        issue: file.name.clone(),
        sha256: file.sha256,
        title: front_matter.and_then(|front| front.title.clone()),
        date: front_matter.and_then(|front| front.date.clone()),
        links,
        images,
        former_links,
        former_images,
        oddities: issue.oddities.iter().map(ToString::to_string).collect(),
    })
}

fn of_link(link: &Link, archive: &Archive, report: &Report) -> LedgerLink {
    let url = link.article();
    let mut entry = LedgerLink {
        line: link.line,
        column: link.column,
        span: [link.span.start, link.span.end],
        url: url.map_or_else(|| redact(&link.url), ArticleUrl::canonical),
        kind: link.kind.name().to_owned(),
        title: link.title.clone(),
        section: link.section.clone(),
        private: link.private.clone(),
        outcome: LinkOutcome::NotAnArticle,
        state: None,
        article: None,
        dir: None,
        archived_title: None,
        why: not_an_article(&link.kind),
    };
    if let Some(url) = url {
        fill(&mut entry, url.key(), archive, report);
    } else if matches!(link.kind, UrlKind::Malformed { .. } | UrlKind::Temporary) {
        entry.outcome = LinkOutcome::Failed;
    }
    entry
}

/// What the archive and this run know about the article behind a link.
pub(super) fn fill(link: &mut LedgerLink, key: &Key, archive: &Archive, report: &Report) {
    let seen = report.article(key);
    link.article = Some(archive.resolve(key).map_or_else(|| key.to_string(), |article| article.to_string()));
    if let Some(entry) = archive.entry(key) {
        link.outcome = LinkOutcome::Archived;
        link.state = entry.state.current().map(|dated| dated.state);
        link.dir = Some(entry.name());
        link.archived_title = Some(entry.manifest.meta.title.clone());
        return;
    }
    let known = archive.unarchived(key).and_then(|state| state.current());
    link.state = known.map(|dated| dated.state);
    link.why = seen.and_then(|event| event.why.clone()).or_else(|| known.and_then(|dated| dated.message.clone()));
    link.outcome = match (seen.map(|event| event.outcome), known) {
        (_, Some(dated)) if dated.state.is_permanent() => LinkOutcome::Gone,
        (Some(Outcome::Gone), _) => LinkOutcome::Gone,
        (Some(Outcome::Failed), _) => LinkOutcome::Failed,
        _ => LinkOutcome::Pending,
    };
}

fn not_an_article(kind: &UrlKind) -> Option<String> {
    let why = match kind {
        UrlKind::Article(_) | UrlKind::Malformed { mend: Some(_), .. } => return None,
        UrlKind::Malformed { why, mend: None } => why,
        UrlKind::Temporary => "a temporary address, which expires by design; find the article's permanent one",
        UrlKind::Album => "a list of articles",
        UrlKind::Home => "the page of an account",
        UrlKind::Placeholder => "an example, not an address",
        UrlKind::Other => "another page of the site",
    };
    Some(why.to_owned())
}

fn of_image<F: Fetch>(image: &ImageReference, pictures: &Pictures<'_, F>) -> LedgerImage {
    let had = || image.image.as_ref().and_then(|source| pictures.outcome(source));
    let (stored, missing) = match pictures.shown_from_mirror(&image.url).cloned().map(Ok).or_else(had) {
        Some(Ok(stored)) => (Some(stored), None),
        Some(Err(why)) => (None, Some(why)),
        None => (None, Some("not an address on the web".to_owned())),
    };
    let url = match &image.image {
        // The bytes themselves are in `images/`; a ledger is no place for them.
        Some(data @ ImageUrl::Data { .. }) => data.label().to_owned(),
        _ => redact(&image.url),
    };
    let cover = image.context == Context::FrontMatter;
    LedgerImage { line: image.line, span: [image.span.start, image.span.end], url, cover, stored, missing }
}
