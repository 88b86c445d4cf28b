//! Writes an archive: the order of writes is here, and with it the promise that nothing is ever lost.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::lock::WriteLock;
use super::pages::Pages;
use super::record::to_bytes;
use super::scrub::scrub;
use super::write::{Disk, Written};
use super::{
    Alias, Archive, ArchiveError, Digest, Entry, Evidence, Head, Ledger, Manifest, Observation, PictureStore,
    StateFile, StoredPage, StoredPicture, Why, format, layout,
};
use crate::model::{Article, ArticleKey, ArticleUrl, Key};

/// An archive that is locked for writing; reads as an [`Archive`].
#[derive(Debug)]
pub struct Writer {
    archive: Archive,
    pages: Pages,
    _lock: WriteLock,
}

/// The place that a reading of an article will have, should it be committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The folder, from the folder of the archive.
    pub dir: PathBuf,
    /// The number of the version.
    pub version: u32,
    /// Why it is made.
    pub why: Why,
    /// The digest of the content.
    pub content: Digest,
}

/// What is to be committed.
#[derive(Debug)]
pub struct Committed<'a> {
    /// The place, from [`Writer::draft`].
    pub draft: Draft,
    /// The manifest.
    pub manifest: Manifest,
    /// The Markdown as `versions/N.md`.
    pub version_markdown: &'a str,
    /// The Markdown as `index.md`.
    pub head_markdown: &'a str,
}

impl Writer {
    /// Opens an archive for writing, or makes a new one of an empty or missing folder.
    ///
    /// # Errors
    /// When another process writes, the folder holds something else, or a record is damaged.
    pub fn open(root: &Path, now: Timestamp) -> Result<Self, ArchiveError> {
        std::fs::create_dir_all(root).map_err(ArchiveError::io("make folder", root))?;
        let disk = Disk::new(root.to_owned());
        let lock = WriteLock::take(root, now)?;
        format::create_or_check(&disk)?;
        disk.sweep()?;
        let pages = Pages::open(disk)?;
        Ok(Self { archive: Archive::open(root)?, pages, _lock: lock })
    }

    /// Where pictures go.
    #[must_use]
    pub fn picture_store(&self) -> PictureStore {
        PictureStore::new(self.archive.disk.clone())
    }

    /// Stores a raw page without its private values.
    ///
    /// # Errors
    /// When a file can't be written or a reference page is damaged.
    pub fn put_page(&mut self, raw: &[u8]) -> Result<StoredPage, ArchiveError> {
        self.pages.put(&scrub(raw))
    }

    /// Says where an article would go; `None` where the newest version has the same content.
    #[must_use]
    pub fn draft(&self, key: &ArticleKey, article: &Article) -> Option<Draft> {
        let content = Digest::of_content(article);
        match self.archive.articles.get(key) {
            Some(entry) if entry.manifest.content == content => None,
            Some(entry) => {
                Some(Draft { dir: entry.dir.clone(), version: entry.manifest.version + 1, why: Why::Edited, content })
            }
            None => {
                let dir = layout::article(key, &article.title, article.published);
                Some(Draft { dir, version: 1, why: Why::New, content })
            }
        }
    }

    /// Makes a version: its Markdown, then its manifest (the commit), then the head and the state.
    ///
    /// # Errors
    /// When a file can't be written; the version is there if and only if its manifest is.
    pub fn commit(&mut self, url: &ArticleUrl, version: Committed<'_>, seen: Observation) -> Result<(), ArchiveError> {
        let Committed { draft, manifest, version_markdown, head_markdown } = version;
        let disk = self.archive.disk.clone();
        disk.replace(&draft.dir.join(layout::version_markdown(draft.version)), version_markdown.as_bytes())?;
        let path = draft.dir.join(layout::manifest(draft.version));
        disk.create(&path, &to_bytes(&manifest, &path)?)?;
        let key = manifest.article.clone();
        let state = self.state_of(&key, url);
        let entry = Entry { dir: draft.dir, manifest, state };
        self.archive.articles.insert(key.clone(), entry);
        self.put_head(&key, head_markdown, Vec::new())?;
        self.observe_article(&key, seen)
    }

    /// Writes the head of an article and notes which version it shows, and which pictures came late.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn put_head(
        &mut self,
        key: &ArticleKey,
        markdown: &str,
        late_pictures: Vec<StoredPicture>,
    ) -> Result<(), ArchiveError> {
        let disk = self.archive.disk.clone();
        let Some(entry) = self.archive.articles.get_mut(key) else { return Ok(()) };
        disk.replace(&entry.dir.join(layout::HEAD), markdown.as_bytes())?;
        let digest = Digest::of(markdown.as_bytes());
        entry.state.head = Some(Head { version: entry.manifest.version, markdown: digest });
        entry.state.late_pictures = late_pictures;
        write_state(&disk, &entry.dir.join(layout::STATE), &entry.state)
    }

    /// Notes what the site said about an article of the archive.
    ///
    /// # Errors
    /// When the state can't be written.
    pub fn observe_article(&mut self, key: &ArticleKey, seen: Observation) -> Result<(), ArchiveError> {
        let Some(entry) = self.archive.articles.get_mut(key) else { return Ok(()) };
        entry.state.observe(seen);
        write_state(&self.archive.disk, &entry.dir.join(layout::STATE), &entry.state)?;
        // What was noted under its key, or under a short code of it, while it could not be had, is history now.
        let is_settled = |known: &Key| self.archive.resolve(known).as_ref() == Some(key);
        let settled: Vec<Key> = self.archive.unarchived.keys().filter(|known| is_settled(known)).cloned().collect();
        for known in settled {
            self.archive.disk.remove(&layout::unarchived(&known))?;
            self.archive.unarchived.remove(&known);
        }
        Ok(())
    }

    /// Notes what the site said about an article that the archive never had.
    ///
    /// # Errors
    /// When the state can't be written.
    pub fn observe_unarchived(&mut self, url: &ArticleUrl, seen: Observation) -> Result<(), ArchiveError> {
        let state = self.archive.unarchived.entry(url.key().clone()).or_insert_with(|| StateFile::new(url));
        state.observe(seen);
        write_state(&self.archive.disk, &layout::unarchived(url.key()), state)
    }

    /// Notes that a short code, or the key under a former account, is known to be an article.
    ///
    /// # Errors
    /// When the table can't be written.
    pub fn put_alias(&mut self, key: &Key, article: &ArticleKey, evidence: Evidence) -> Result<(), ArchiveError> {
        self.archive.aliases.insert(key.clone(), Alias { article: article.clone(), evidence });
        self.put_aliases()
    }

    /// Writes the table of aliases where it is not as it should be.
    ///
    /// # Errors
    /// When the table can't be written.
    pub fn put_aliases(&self) -> Result<(), ArchiveError> {
        let path = Path::new(layout::ALIASES);
        self.archive.disk.replace(path, &to_bytes(&self.archive.aliases, path)?)?;
        Ok(())
    }

    /// Writes the ledger of an issue; says whether it changed.
    ///
    /// # Errors
    /// When the ledger can't be written.
    pub fn put_ledger(&self, ledger: &Ledger) -> Result<bool, ArchiveError> {
        let path = layout::ledger(&ledger.issue);
        let written = self.archive.disk.replace(&path, &to_bytes(ledger, &path)?)?;
        Ok(written == Written::Changed)
    }

    /// The state so far: of the article, or of its key while it could not be had.
    fn state_of(&self, key: &ArticleKey, url: &ArticleUrl) -> StateFile {
        let archived = self.archive.articles.get(key).map(|entry| entry.state.clone());
        let unarchived = || self.archive.unarchived.get(url.key()).map(|state| state.states.clone());
        archived.unwrap_or_else(|| {
            let permanent = ArticleUrl::new(Key::Article(key.clone()), url.sn().map(str::to_owned));
            StateFile { states: unarchived().unwrap_or_default(), ..StateFile::new(&permanent) }
        })
    }
}

impl Deref for Writer {
    type Target = Archive;

    fn deref(&self) -> &Archive {
        &self.archive
    }
}

fn write_state(disk: &Disk, path: &Path, state: &StateFile) -> Result<(), ArchiveError> {
    disk.replace(path, &to_bytes(state, path)?)?;
    Ok(())
}
