//! Finds what is wholly gone: only ledgers and short codes, which are written last, tell that it was there.

use std::collections::BTreeSet;
use std::path::Path;

use super::records::Notes;
use super::{Code, Survey};
use crate::archive::{Alias, Evidence, Ledger, LinkOutcome, layout};
use crate::model::{ArticleKey, Key};

/// The articles that the archive has anything of.
struct Known<'s> {
    survey: &'s Survey,
    /// The hashes at the end of their folders.
    hashes: BTreeSet<&'s str>,
}

/// Checks what short codes and ledgers tell.
pub(super) fn check(survey: &Survey, notes: &mut Notes) {
    let names = survey.articles.keys().filter_map(|dir| dir.file_name()?.to_str());
    let known = Known { survey, hashes: names.filter_map(|name| name.rsplit('-').next()).collect() };
    known.check_aliases(notes);
    for (path, ledger) in &survey.ledgers {
        known.check_gone(path, ledger, notes);
    }
}

impl Known<'_> {
    /// The articles of short codes that were learned from pages are there, or were taken out.
    fn check_aliases(&self, notes: &mut Notes) {
        let fetched = self.survey.aliases.iter().flatten().filter(|(_, alias)| alias.evidence == Evidence::Fetched);
        for (key, Alias { article, .. }) in fetched {
            if !self.has(article) && !self.survey.tombstones.contains_key(article) {
                notes.push((Code::AliasArticle, layout::ALIASES.into(), format!("`{key}` is `{article}`")));
            }
        }
    }

    /// What says that an article was taken out, or that the site has it no more, is written before a ledger.
    fn check_gone(&self, path: &Path, ledger: &Ledger, notes: &mut Notes) {
        for link in ledger.every_link().filter(|link| link.outcome == LinkOutcome::Gone) {
            let Some(key) = link.article.as_ref().and_then(|article| article.parse::<Key>().ok()) else { continue };
            if self.is_buried(&key) {
                continue;
            }
            let code = match link.is_forgotten() {
                true => Code::TombstoneMissing,
                // Without its table a short code may be that of any article.
                false if self.survey.aliases.is_none() && matches!(key, Key::Short(_)) => continue,
                false if self.is_had(&key) || self.survey.files.contains_key(&layout::unarchived(&key)) => continue,
                false => Code::UnarchivedMissing,
            };
            notes.push((code, path.to_owned(), format!("line {}: `{key}`", link.line)));
        }
    }

    fn has(&self, article: &ArticleKey) -> bool {
        self.hashes.contains(layout::folder_hash(article).as_str())
    }

    /// Whether a key is that of an article which was archived since.
    fn is_had(&self, key: &Key) -> bool {
        let alias = self.survey.aliases.as_ref().and_then(|aliases| aliases.get(key));
        alias.map(|alias| &alias.article).or(article(key)).is_some_and(|article| self.has(article))
    }

    /// Whether there is a record, readable or not, that an article was taken out.
    fn is_buried(&self, key: &Key) -> bool {
        let is_there = |article: &ArticleKey| self.survey.files.contains_key(&layout::tombstone(article));
        article(key).is_some_and(is_there) || self.survey.tombstones.values().any(|tombstone| tombstone.names(key))
    }
}

/// The article that a key names by itself.
fn article(key: &Key) -> Option<&ArticleKey> {
    match key {
        Key::Article(article) => Some(article),
        Key::Short(_) => None,
    }
}
