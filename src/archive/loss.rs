//! Articles whose newest manifest is lost: what is left of them tells so, and nothing is written over it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::write::{Disk, list};
use super::{Archive, ArchiveError, Entry, Ledger, StateFile, Writer, layout, record, regular};
use crate::model::{ArticleKey, ArticleUrl, Key};

/// What is told of the versions of an article by all that is written after a manifest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traces {
    /// The largest number of a manifest; 0 where there is none.
    pub(super) committed: u32,
    /// The newest version that the states tell of, or else the head.
    pub(super) told: Option<u32>,
    /// Whether anything else tells that a version was committed.
    pub(super) is_named: bool,
    /// The largest number of a version whose Markdown is there; 0 where none is.
    pub(super) markdown: u32,
}

impl Traces {
    /// The newest version that was there; 0 where nothing tells of any.
    pub(super) fn newest(self) -> u32 {
        let is_told = self.is_named || self.told.is_some();
        let written = if is_told && self.committed == 0 { self.markdown.max(1) } else { 0 };
        self.told.unwrap_or_default().max(written)
    }
}

/// The version that the head of an article says it is.
pub(super) fn version_of_head(disk: &Disk, dir: &Path) -> Option<u32> {
    let path = disk.path(&dir.join(layout::HEAD));
    if !path.is_file() {
        return None;
    }
    // One that can't be read is found as such; that it is there tells of a version all the same.
    let text = regular::read_to_string(&path).unwrap_or_default();
    let front = text.split("\n---\n").next().unwrap_or_default();
    let number = front.lines().find_map(|line| line.strip_prefix("version: ")?.trim().parse().ok());
    Some(number.unwrap_or(1))
}

impl Archive {
    /// The manifest that is lost of the article a key names: other files tell of it, so nothing is written over them.
    #[must_use]
    pub fn lost(&self, key: &Key) -> Option<PathBuf> {
        let article = self.resolve(key)?;
        let (dir, traces) = if let Some(Entry { dir, manifest, state }) = self.articles.get(&article) {
            let told = state.told_version().or_else(|| version_of_head(&self.disk, dir));
            (dir, Traces { committed: manifest.version, told, is_named: true, markdown: 0 })
        } else {
            let dir = self.uncommitted.get(&layout::folder_hash(&article))?;
            (dir, self.traces_left(dir, &article))
        };
        let newest = traces.newest();
        (newest > traces.committed).then(|| self.disk.path(&dir.join(layout::manifest(newest))))
    }

    /// What tells of an article in whose folder no manifest is.
    fn traces_left(&self, dir: &Path, article: &ArticleKey) -> Traces {
        let path = self.disk.path(&dir.join(layout::STATE));
        let is_named = path.exists()
            || self.aliases.values().any(|alias| alias.article == *article)
            || self.is_named_by_a_ledger(dir);
        // States that can't be read tell of a version all the same.
        let state: Option<StateFile> = record::read(path).unwrap_or_default();
        let told = state.and_then(|state| state.told_version()).or_else(|| version_of_head(&self.disk, dir));
        let texts = list(&self.disk.path(&dir.join(layout::VERSIONS))).unwrap_or_default();
        let number = |text: &PathBuf| text.file_name()?.to_str()?.strip_suffix(".md")?.parse().ok();
        Traces { committed: 0, told, is_named, markdown: texts.iter().filter_map(number).max().unwrap_or_default() }
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

    /// Notes a folder without a manifest: what is left there may be of a lost version.
    pub(super) fn note_uncommitted(&mut self, dir: &Path) {
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        if let Some((_, hash)) = name.rsplit_once('-') {
            self.uncommitted.insert(hash.to_owned(), dir.to_owned());
        }
    }
}

impl Writer {
    /// Refuses to write over the files of a version whose manifest is lost: they are all that is left of it.
    pub(super) fn refuse_lost(&self, key: &ArticleKey) -> Result<(), ArchiveError> {
        self.archive.lost(&Key::Article(key.clone())).map_or(Ok(()), |path| Err(ArchiveError::Lost { path }))
    }
}
