//! Writes an archive: the order of writes is here, and with it the promise that nothing is ever lost.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::lock::WriteLock;
use super::record::to_bytes;
use super::write::{Disk, Written};
use super::{
    Alias, Archive, ArchiveError, Digest, Entry, Evidence, Faults, Head, Ledger, Manifest, Observation, PageStore,
    PictureStore, StateFile, StoredPicture, Why, format, layout,
};
use crate::model::{Article, ArticleKey, ArticleUrl, Key};

/// An archive that is locked for writing; reads as an [`Archive`].
#[derive(Debug)]
pub struct Writer {
    pub(super) archive: Archive,
    pages: PageStore,
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
        Self::open_with(root, now, Faults::default())
    }

    /// Opens an archive like [`open`](Self::open), and lets a file operation fail: for tests of crash safety.
    ///
    /// # Errors
    /// As `open`, and when the planned operation is one of opening.
    pub fn open_with(root: &Path, now: Timestamp, faults: Faults) -> Result<Self, ArchiveError> {
        Self::begin(root, now, faults, Archive::read)
    }

    /// Opens an archive without reading its articles; [`Archive::reach`] reads those that are wanted.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for records that are not read.
    pub fn open_lazily(root: &Path, now: Timestamp) -> Result<Self, ArchiveError> {
        Self::begin(root, now, Faults::default(), Archive::read_lazily)
    }

    fn begin(
        root: &Path,
        now: Timestamp,
        faults: Faults,
        read: impl FnOnce(Disk) -> Result<Archive, ArchiveError>,
    ) -> Result<Self, ArchiveError> {
        let disk = Disk::with_faults(root.to_owned(), faults.clone());
        // Looked at before the lock file is made: a folder of something else stays as it is.
        format::check_or_empty(&disk)?;
        std::fs::create_dir_all(root).map_err(ArchiveError::io("make folder", root))?;
        let lock = WriteLock::take(root, now, faults)?;
        format::create_or_check(&disk)?;
        if lock.was_left() {
            disk.sweep()?;
        }
        disk.require_space()?;
        let pages = PageStore::new(disk.clone());
        Ok(Self { archive: read(disk)?, pages, _lock: lock })
    }

    /// As [`Archive::reach`].
    ///
    /// # Errors
    /// When a record that has to be read is damaged.
    pub fn reach(&mut self, key: &Key) -> Result<(), ArchiveError> {
        self.archive.reach(key)
    }

    /// Where pictures go.
    #[must_use]
    pub fn picture_store(&self) -> PictureStore {
        PictureStore::new(self.archive.disk.clone())
    }

    /// Where raw pages go.
    #[must_use]
    pub fn page_store(&self) -> PageStore {
        self.pages.clone()
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
    pub fn commit(&mut self, version: Committed<'_>, seen: Option<Observation>) -> Result<(), ArchiveError> {
        let Committed { draft, manifest, version_markdown, head_markdown } = version;
        self.refuse_lost(&manifest.article)?;
        self.refuse_lost_states(&manifest.article)?;
        let disk = self.archive.disk.clone();
        if let Some(entry) = self.archive.articles.get(&manifest.article) {
            // A killed writer may have left the first version without states; beside a second one they would seem lost.
            write_state(&disk, &entry.dir.join(layout::STATE), &entry.state)?;
        }
        disk.replace(&draft.dir.join(layout::version_markdown(draft.version)), version_markdown.as_bytes())?;
        let path = draft.dir.join(layout::manifest(draft.version));
        disk.create(&path, &to_bytes(&manifest, &path)?)?;
        let key = manifest.article.clone();
        let known = self.archive.articles.get(&key).map(|entry| entry.state.clone());
        let permanent = ArticleUrl::new(Key::Article(key.clone()), manifest.meta.sn.clone());
        let mut state = known.unwrap_or_else(|| StateFile::new(&permanent));
        if let Some(seen) = seen {
            state.observe(seen);
        }
        state.newest = Some(draft.version);
        let entry = Entry { dir: draft.dir, manifest, state };
        if entry.state.restored.is_some() {
            // A person chose the version that is shown, and a newer one doesn't change that.
            write_state(&disk, &entry.dir.join(layout::STATE), &entry.state)?;
            self.archive.articles.insert(key.clone(), entry);
            return self.settle(&key);
        }
        self.archive.articles.insert(key.clone(), entry);
        self.put_head(&key, head_markdown, Vec::new())
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
        self.refuse_lost(key)?;
        self.refuse_lost_states(key)?;
        let disk = self.archive.disk.clone();
        let Some(entry) = self.archive.articles.get_mut(key) else { return Ok(()) };
        disk.replace(&entry.dir.join(layout::HEAD), markdown.as_bytes())?;
        let digest = Digest::of(markdown.as_bytes());
        entry.state.head = Some(Head { version: entry.shown(), markdown: digest });
        entry.state.newest = Some(entry.manifest.version);
        entry.state.late_pictures = late_pictures;
        write_state(&disk, &entry.dir.join(layout::STATE), &entry.state)?;
        self.settle(key)
    }

    /// Makes a version the one that the head shows, from this time on; the newest one makes it follow the newest again.
    ///
    /// # Errors
    /// When the version can't be read or the head not be written.
    pub fn restore(&mut self, key: &ArticleKey, version: u32, at: Timestamp) -> Result<(), ArchiveError> {
        let Some(entry) = self.archive.articles.get_mut(key) else { return Ok(()) };
        let restored = (version != entry.manifest.version).then_some(version);
        if entry.state.restored != restored {
            entry.state.restored = restored;
            entry.state.restored_at = restored.map(|_| at);
        }
        self.restore_head(key)
    }

    /// Writes the head of an article from its version's file, whose pictures are one folder further away.
    ///
    /// # Errors
    /// When the version can't be read or the head not be written.
    pub fn restore_head(&mut self, key: &ArticleKey) -> Result<(), ArchiveError> {
        let Some(entry) = self.archive.articles.get(key) else { return Ok(()) };
        let path = entry.dir.join(layout::version_markdown(entry.shown()));
        let version = self.archive.version(entry, entry.shown())?;
        let version = version.ok_or_else(|| ArchiveError::damaged(path, "its manifest is not there"))?;
        let late = entry.state.late_pictures.clone();
        self.put_head(key, &head_of(&version, &late), late)
    }

    /// Notes what the site said about an article of the archive.
    ///
    /// # Errors
    /// When the state can't be written.
    pub fn observe_article(&mut self, key: &ArticleKey, seen: Observation) -> Result<(), ArchiveError> {
        self.refuse_lost_states(key)?;
        let Some(entry) = self.archive.articles.get_mut(key) else { return Ok(()) };
        entry.state.observe(seen);
        write_state(&self.archive.disk, &entry.dir.join(layout::STATE), &entry.state)
    }

    /// Takes over what was noted under a key of an article while it could not be had: its history goes on.
    fn settle(&mut self, key: &ArticleKey) -> Result<(), ArchiveError> {
        let is_settled = |known: &Key| self.archive.resolve(known).as_ref() == Some(key);
        let settled: Vec<Key> = self.archive.unarchived.keys().filter(|known| is_settled(known)).cloned().collect();
        if settled.is_empty() {
            return Ok(());
        }
        self.refuse_lost_states(key)?;
        let Some(entry) = self.archive.articles.get_mut(key) else { return Ok(()) };
        for known in settled {
            let noted = self.archive.unarchived.remove(&known).map(|state| state.states).unwrap_or_default();
            entry.state.take_over(noted);
            write_state(&self.archive.disk, &entry.dir.join(layout::STATE), &entry.state)?;
            self.archive.disk.remove(&layout::unarchived(&known))?;
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
        self.archive.has_new_aliases = true;
        self.put_aliases()?;
        self.settle(article)
    }

    /// Writes the table of aliases where it is not as it should be.
    ///
    /// # Errors
    /// When the table can't be written.
    pub fn put_aliases(&self) -> Result<(), ArchiveError> {
        if !self.archive.has_new_aliases {
            return Ok(());
        }
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
}

impl Deref for Writer {
    type Target = Archive;

    fn deref(&self) -> &Archive {
        &self.archive
    }
}

/// The text of a head, made of that of a version and the pictures that came after it.
pub(super) fn head_of(version: &str, late: &[StoredPicture]) -> String {
    let near = version.replace("../../../../images/", "../../../images/");
    let put = |text: String, picture: &StoredPicture| {
        text.replace(&format!("]({})", picture.url), &format!("](../../../{})", picture.file))
    };
    late.iter().fold(near, put)
}

fn write_state(disk: &Disk, path: &Path, state: &StateFile) -> Result<(), ArchiveError> {
    disk.replace(path, &to_bytes(state, path)?)?;
    Ok(())
}
