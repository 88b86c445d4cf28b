//! Articles whose newest manifest is lost: what is left of them tells so, and nothing is written over it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::write::list;
use super::{Archive, ArchiveError, Entry, Ledger, Writer, layout, record};
use crate::model::{ArticleKey, ArticleUrl, Key};

impl Archive {
    /// The manifest that is lost of the article a key names: other files tell of it, so nothing is written over them.
    #[must_use]
    pub fn lost(&self, key: &Key) -> Option<PathBuf> {
        let article = self.resolve(key)?;
        let lost = |dir: &Path, version| self.disk.path(&dir.join(layout::manifest(version)));
        match self.articles.get(&article) {
            Some(Entry { dir, manifest, state }) => {
                state.told_version().filter(|told| *told > manifest.version).map(|told| lost(dir, told))
            }
            None => self.lost.get(&layout::folder_hash(&article)).map(|dir| lost(dir, 1)),
        }
    }

    /// What ledgers say of articles that were taken out, by key: it stands where the record of that is lost.
    #[must_use]
    pub fn told_forgotten(&self) -> HashMap<String, String> {
        let mut told = HashMap::new();
        let ledgers = self.readable_ledgers();
        for link in ledgers.iter().flat_map(Ledger::every_link).filter(|link| link.is_forgotten()) {
            let linked = ArticleUrl::parse(&link.url).map(|url| url.key().to_string());
            for key in linked.into_iter().chain(link.article.clone()) {
                told.insert(key, link.why.clone().unwrap_or_default());
            }
        }
        told
    }

    /// Every ledger that can be read; the others are found by whoever writes them.
    fn readable_ledgers(&self) -> Vec<Ledger> {
        let mut ledgers = Vec::new();
        let mut paths = vec![self.disk.path(Path::new(layout::ISSUES))];
        while let Some(path) = paths.pop() {
            if path.is_dir() {
                paths.extend(list(&path).unwrap_or_default());
            } else if path.extension().is_some_and(|extension| extension == "json") {
                ledgers.extend(record::read(path).unwrap_or_default());
            }
        }
        ledgers
    }

    /// Notes a folder without a manifest, where files are there that are written after one.
    pub(super) fn note_lost(&mut self, dir: &Path) {
        let has = |name: &str| self.disk.path(&dir.join(name)).exists();
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        if let Some((_, hash)) = name.rsplit_once('-').filter(|_| has(layout::STATE) || has(layout::HEAD)) {
            self.lost.insert(hash.to_owned(), dir.to_owned());
        }
    }
}

impl Writer {
    /// Refuses to write over the files of a version whose manifest is lost: they are all that is left of it.
    pub(super) fn refuse_lost(&self, key: &ArticleKey) -> Result<(), ArchiveError> {
        self.archive.lost(&Key::Article(key.clone())).map_or(Ok(()), |path| Err(ArchiveError::Lost { path }))
    }
}
