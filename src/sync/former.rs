//! Keeps what an issue said before: links that were repaired, and pictures that it shows from a mirror now.
//!
//! An issue that was relinked names its articles no more, and the ledger is the only place that still says what it
//! recommended.

use std::collections::{HashMap, HashSet};

use super::Report;
use super::ledger::fill;
use crate::archive::{Archive, Digest, Ledger, LedgerImage, LedgerLink, StoredPicture};
use crate::model::ArticleUrl;

/// The pictures of the archive, by what `mirror` names them after.
#[derive(Debug, Default)]
pub(super) struct Mirrored(HashMap<Digest, StoredPicture>);

impl Mirrored {
    /// Knows pictures; of two records of one picture the first stands.
    pub(super) fn add<'p>(&mut self, known: impl Iterator<Item = &'p StoredPicture>) {
        for picture in known {
            self.0.entry(picture.sha256).or_insert_with(|| picture.clone());
        }
    }

    /// The archived picture that an address in a mirror shows.
    pub(super) fn get(&self, url: &str) -> Option<&StoredPicture> {
        self.0.get(&digest_in(url)?)
    }
}

/// The digest that an address in a mirror holds: `…/ab/ab….png`, whatever the mirror's own address.
fn digest_in(url: &str) -> Option<Digest> {
    let path = url.split(['?', '#']).next()?;
    let (folder, name) = path.rsplit_once('/')?;
    let (digest, _extension) = name.split_once('.')?;
    let is_its_folder = folder.rsplit('/').next()? == digest.get(..2)?;
    Digest::try_from(digest.to_owned()).ok().filter(|_| is_its_folder)
}

/// Links of the ledger before that the issue has no more, with what is known of their articles today.
///
/// A link whose title names another article now, which it did not name before, was not repaired but corrected: it is
/// forgotten.
pub(super) fn links(before: &Ledger, now: &[LedgerLink], archive: &Archive, report: &Report) -> Vec<LedgerLink> {
    let article = |link: &LedgerLink| ArticleUrl::parse(&link.url).map(|url| (name(archive, &url), url));
    let mut seen: HashSet<String> = now.iter().filter_map(article).map(|(name, _)| name).collect();
    let titled = |link: &LedgerLink| Some((link.title.clone()?, article(link)?.0));
    let known: HashSet<(String, String)> = before.every_link().filter_map(titled).collect();
    let fresh = now.iter().filter_map(titled).filter(|link| !known.contains(link));
    let corrected: HashSet<String> = fresh.map(|(title, _)| title).collect();
    let mut former = Vec::new();
    for link in before.every_link() {
        let Some((name, url)) = article(link) else { continue };
        let is_corrected = link.title.as_deref().is_some_and(|title| corrected.contains(title));
        if !is_corrected && seen.insert(name) {
            let mut link = link.clone();
            // One that was taken out for good goes on saying so.
            if archive.entry(url.key()).is_some() {
                fill(&mut link, url.key(), archive, report);
            }
            former.push(link);
        }
    }
    former
}

fn name(archive: &Archive, url: &ArticleUrl) -> String {
    archive.resolve(url.key()).map_or_else(|| url.key().to_string(), |article| article.to_string())
}

/// Stored pictures of the ledger before that the issue shows no more, each once.
pub(super) fn images(before: &Ledger, now: &[LedgerImage]) -> Vec<LedgerImage> {
    let stored = |image: &LedgerImage| image.stored.as_ref().map(|stored| stored.sha256);
    let mut seen: HashSet<Digest> = now.iter().filter_map(stored).collect();
    let every_image = before.images.iter().chain(&before.former_images);
    every_image.filter(|image| stored(image).is_some_and(|digest| seen.insert(digest))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirrored_picture_is_known_by_its_name_alone() {
        let digest = Digest::of(b"x");
        let name = digest.to_string();
        for url in [
            format!("/pictures/{}/{name}.png", &name[..2]),
            format!("https://cdn.example.org/a/{}/{name}.webp?v=1#top", &name[..2]),
        ] {
            assert_eq!(digest_in(&url), Some(digest), "{url}");
        }
        for url in [format!("/pictures/{name}.png"), format!("/00000/{name}.png"), "/ab/abc.png".to_owned()] {
            assert_eq!(digest_in(&url), None, "{url}");
        }
    }
}
