//! Takes an article out of the archive for good, and keeps a record that it was there.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;

use super::maintenance::{collect, refuse_if_blind};
use super::record::to_bytes;
use super::verify::{FoundArticle, Survey, survey};
use super::{
    Archive, ArchiveError, Digest, FORMAT_NUMBER, Ledger, LedgerLink, LinkOutcome, Removed, Tombstone, Writer, layout,
};
use crate::model::{ArticleKey, Key};

/// What the reason of a link begins with whose article was taken out.
const FORGOTTEN: &str = "forgotten on ";

impl LedgerLink {
    /// Whether it says that its article was taken out of the archive.
    #[must_use]
    pub fn is_forgotten(&self) -> bool {
        self.outcome == LinkOutcome::Gone && self.why.as_ref().is_some_and(|why| why.starts_with(FORGOTTEN))
    }
}

impl Tombstone {
    /// Says in words when and why the article was taken out.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("{FORGOTTEN}{}: {}", self.at, self.reason)
    }

    /// Whether the record is that of the article a key names.
    #[must_use]
    pub fn names(&self, key: &Key) -> bool {
        matches!(key, Key::Article(article) if *article == self.article) || self.aliases.contains(key)
    }

    /// The hash that the name of the article's folder ended with.
    #[must_use]
    pub fn folder_hash(&self) -> String {
        layout::folder_hash(&self.article)
    }
}

impl Archive {
    /// The records of all articles that were taken out.
    pub fn tombstones(&self) -> impl Iterator<Item = &Tombstone> {
        self.forgotten.values()
    }
}

impl Writer {
    /// Takes an article out: its versions, its pages, the pictures that nothing else shows, its place in ledgers.
    ///
    /// The record of it is written first and is the commit: from then on the article is not in the archive, and `gc`
    /// finishes what is cut short.
    ///
    /// # Errors
    /// When a record can't be read, or a file can't be written or removed.
    pub fn forget(&mut self, key: &ArticleKey, reason: &str, now: Timestamp) -> Result<Removed, ArchiveError> {
        let found = survey(&self.root())?;
        refuse_if_blind(&found)?;
        // It has the title; made anew by whoever needs it, it has not.
        for file in layout::index_files() {
            self.archive.disk.remove(Path::new(&file))?;
        }
        let tombstone = match self.archive.forgotten.get(key) {
            Some(tombstone) => tombstone.clone(),
            None => self.bury(&found, key, reason, now)?,
        };
        self.archive.articles.remove(key);
        self.archive.aliases.retain(|_, alias| alias.article != *key);
        self.archive.has_new_aliases = true;
        for (path, ledger) in &found.ledgers {
            if let Some(ledger) = without(ledger, &tombstone) {
                self.archive.disk.replace(path, &to_bytes(&ledger, path)?)?;
            }
        }
        self.put_aliases()?;
        collect(&self.archive.disk, &self.root())
    }

    /// Writes the record of an article that is taken out.
    fn bury(
        &mut self,
        found: &Survey,
        key: &ArticleKey,
        reason: &str,
        at: Timestamp,
    ) -> Result<Tombstone, ArchiveError> {
        let is_its = |article: &&FoundArticle| article.newest().is_some_and(|manifest| manifest.article == *key);
        let digests: BTreeSet<Digest> = found.articles.values().filter(is_its).flat_map(digests).collect();
        let aliases = self.archive.aliases.iter().filter(|(_, alias)| alias.article == *key);
        let tombstone = Tombstone {
            format: FORMAT_NUMBER,
            article: key.clone(),
            aliases: aliases.map(|(key, _)| key.clone()).collect(),
            at,
            reason: reason.to_owned(),
            digests: digests.into_iter().collect(),
        };
        let path = layout::tombstone(key);
        self.archive.disk.replace(&path, &to_bytes(&tombstone, &path)?)?;
        self.archive.forgotten.insert(key.clone(), tombstone.clone());
        Ok(tombstone)
    }
}

/// Everything an article's records hash or name.
fn digests(article: &FoundArticle) -> Vec<Digest> {
    let mut digests = Vec::new();
    for manifest in article.manifests.values() {
        digests.extend([manifest.content, manifest.markdown, manifest.page.sha256]);
        digests.extend(manifest.pictures.iter().map(|picture| picture.sha256));
    }
    if let Some(state) = &article.state {
        digests.extend(state.late_pictures.iter().map(|picture| picture.sha256));
        digests.extend(state.states.iter().filter_map(|dated| dated.evidence).map(|page| page.sha256));
    }
    digests
}

/// The ledger without what the archive knew of the article; `None` where it doesn't link it.
pub(super) fn without(ledger: &Ledger, tombstone: &Tombstone) -> Option<Ledger> {
    let mut ledger = ledger.clone();
    let key = tombstone.article.to_string();
    let names = |article: &str| article == key || article.parse().is_ok_and(|key: Key| tombstone.names(&key));
    let mut has = false;
    let every_link = ledger.links.iter_mut().chain(&mut ledger.former_links);
    for link in every_link.filter(|link| link.article.as_deref().is_some_and(names)) {
        has = true;
        link.outcome = LinkOutcome::Gone;
        link.state = None;
        link.dir = None;
        link.archived_title = None;
        link.article = Some(key.clone());
        link.why = Some(tombstone.describe());
    }
    has.then_some(ledger)
}
