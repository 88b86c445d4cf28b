//! Reads an archive: which articles it has, under which names, in which state.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::packed::PageFile;
use super::pages::Pages;
use super::reach::Folders;
use super::summary::folders;
use super::write::{Disk, list};
use super::writer::head_of;
use super::{
    Alias, ArchiveError, Ledger, Manifest, StateFile, StoredPage, StoredPicture, Tombstone, format, layout, record,
};
use crate::model::{ArticleKey, ArticleUrl, Key, ShortCode};

/// An archive, read: small records only; Markdown, pages and pictures stay on the disk until asked for.
#[derive(Debug)]
pub struct Archive {
    pub(super) disk: Disk,
    pub(super) articles: BTreeMap<ArticleKey, Entry>,
    pub(super) aliases: BTreeMap<Key, Alias>,
    pub(super) unarchived: BTreeMap<Key, StateFile>,
    pub(super) forgotten: BTreeMap<ArticleKey, Tombstone>,
    /// Where to find articles that were not read; `None` where all were.
    pub(super) folders: Option<Folders>,
    /// Folders that held an article and have no manifest any more, by the hash at the end of their names.
    pub(super) lost: BTreeMap<String, PathBuf>,
    /// Folders that ledgers name, read where it is asked for.
    pub(super) named: OnceLock<BTreeSet<PathBuf>>,
    /// Whether `aliases` has what the table on the disk has not.
    pub(super) has_new_aliases: bool,
}

/// An article of the archive.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its folder, from the folder of the archive.
    pub dir: PathBuf,
    /// The manifest of its newest version.
    pub manifest: Manifest,
    /// What the site said of it.
    pub state: StateFile,
}

/// What an ID given by a person means.
#[derive(Debug)]
pub enum Lookup<'a> {
    /// One article.
    Found(&'a Entry),
    /// Several begin like that; their folders.
    Ambiguous(Vec<&'a Path>),
    /// None.
    Missing,
}

impl Entry {
    /// The version that the head shows: the newest one, unless a person chose another.
    #[must_use]
    pub fn shown(&self) -> u32 {
        self.state.restored.unwrap_or(self.manifest.version)
    }

    /// Whether the head shows another version than it should.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.state.head.is_none_or(|head| head.version != self.shown())
    }

    /// Its folder with `/` between the parts, as records and reports name it.
    #[must_use]
    pub fn name(&self) -> String {
        layout::slashed(&self.dir)
    }
}

impl Archive {
    /// Reads the archive in a folder.
    ///
    /// # Errors
    /// When the folder is no archive, is of a newer format, or has a damaged record.
    pub fn open(root: &Path) -> Result<Self, ArchiveError> {
        Self::read(Disk::new(root.to_owned()))
    }

    pub(super) fn read(disk: Disk) -> Result<Self, ArchiveError> {
        let mut archive = Self::read_rest(disk)?;
        archive.read_articles()?;
        archive.read_aliases()?;
        Ok(archive)
    }

    /// Reads everything but articles.
    pub(super) fn read_rest(disk: Disk) -> Result<Self, ArchiveError> {
        format::check(&disk)?;
        let mut archive = Self {
            disk,
            articles: BTreeMap::new(),
            aliases: BTreeMap::new(),
            unarchived: BTreeMap::new(),
            forgotten: BTreeMap::new(),
            folders: None,
            lost: BTreeMap::new(),
            named: OnceLock::new(),
            has_new_aliases: false,
        };
        archive.read_forgotten()?;
        archive.read_unarchived()?;
        Ok(archive)
    }

    /// The folder of the archive.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.disk.path(Path::new(""))
    }

    /// Every article that was read, by key: all of them, unless the archive was opened lazily.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.articles.values()
    }

    /// The article that a key names, through the aliases where it is a short code.
    #[must_use]
    pub fn entry(&self, key: &Key) -> Option<&Entry> {
        self.resolve(key).and_then(|key| self.articles.get(&key))
    }

    /// The article a key is known to name, whether archived or not.
    #[must_use]
    pub fn resolve(&self, key: &Key) -> Option<ArticleKey> {
        let known = || self.aliases.get(key).map(|alias| alias.article.clone());
        let alias = || known().or_else(|| self.forgotten(key).map(|tombstone| tombstone.article.clone()));
        match key {
            Key::Article(article) if self.articles.contains_key(article) => Some(article.clone()),
            Key::Article(article) => alias().or_else(|| Some(article.clone())),
            Key::Short(_) => alias(),
        }
    }

    /// What is known of a short code or of the key under a former account.
    #[must_use]
    pub fn alias(&self, key: &Key) -> Option<&Alias> {
        self.aliases.get(key)
    }

    /// What the site said of an article that was never had.
    #[must_use]
    pub fn unarchived(&self, key: &Key) -> Option<&StateFile> {
        self.unarchived.get(key)
    }

    /// The record of an article that was taken out.
    #[must_use]
    pub fn forgotten(&self, key: &Key) -> Option<&Tombstone> {
        self.forgotten.values().find(|tombstone| tombstone.names(key))
    }

    /// Finds an article by its folder, `biz/mid/idx`, short code, address, or a unique beginning of one of these; also by
    /// the hash at the end of its folder's name.
    #[must_use]
    pub fn lookup(&self, id: &str) -> Lookup<'_> {
        let id = id_of(id);
        if let Some(entry) = key_of(id).and_then(|key| self.entry(&key)) {
            return Lookup::Found(entry);
        }
        let named: Vec<&Entry> = self.articles.values().filter(|entry| self.may_mean(id, entry)).collect();
        match named.as_slice() {
            [] => Lookup::Missing,
            [entry] => Lookup::Found(entry),
            several => Lookup::Ambiguous(several.iter().map(|entry| entry.dir.as_path()).collect()),
        }
    }

    /// The key of an article that an ID names in full, where the archive has not the article but knows something of it:
    /// what the site said, or that it was taken out.
    #[must_use]
    pub fn lookup_absent(&self, id: &str) -> Option<Key> {
        let key = key_of(id_of(id))?;
        let is_known = self.unarchived(&key).is_some() || self.forgotten(&key).is_some();
        (is_known && self.entry(&key).is_none()).then_some(key)
    }

    fn may_mean(&self, id: &str, entry: &Entry) -> bool {
        let article = &entry.manifest.article;
        let is_code = |(key, alias): (&Key, &Alias)| {
            alias.article == *article && matches!(key, Key::Short(short) if short.as_str().starts_with(code_of(id)))
        };
        !id.is_empty() && (is_named(id, &entry.dir, article) || self.aliases.iter().any(is_code))
    }

    /// The Markdown of the head of an article, checked against its hash; where none is noted yet, made of the version's.
    ///
    /// # Errors
    /// When the file can't be read or is not the text that was written.
    pub fn head(&self, entry: &Entry) -> Result<String, ArchiveError> {
        let path = self.disk.path(&entry.dir.join(layout::HEAD));
        let Some(head) = entry.state.head else {
            // Its writer was killed before it noted the head.
            let version = self.version(entry, entry.shown())?;
            let version = version.ok_or_else(|| ArchiveError::damaged(path, "the version it shows is not there"))?;
            return Ok(head_of(&version, &entry.state.late_pictures));
        };
        let text = self.head_as_it_is(entry)?;
        if super::Digest::of(text.as_bytes()) == head.markdown {
            Ok(text)
        } else {
            Err(ArchiveError::Derived { path, why: "its SHA-256 is not the one in state.json".to_owned() })
        }
    }

    /// What `index.md` says just now, whoever wrote it.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn head_as_it_is(&self, entry: &Entry) -> Result<String, ArchiveError> {
        let path = self.disk.path(&entry.dir.join(layout::HEAD));
        fs::read_to_string(&path).map_err(ArchiveError::io("read", &path))
    }

    /// Whether the head of an article is there.
    #[must_use]
    pub fn has_head(&self, entry: &Entry) -> bool {
        self.disk.path(&entry.dir.join(layout::HEAD)).is_file()
    }

    /// The Markdown of one version; `None` where there is no such version.
    ///
    /// # Errors
    /// When the file can't be read or has another hash than its manifest says.
    pub fn version(&self, entry: &Entry, number: u32) -> Result<Option<String>, ArchiveError> {
        let Some(manifest) = self.manifest(entry, number)? else { return Ok(None) };
        let path = self.disk.path(&entry.dir.join(layout::version_markdown(number)));
        let text = fs::read_to_string(&path).map_err(ArchiveError::io("read", &path))?;
        if super::Digest::of(text.as_bytes()) == manifest.markdown {
            Ok(Some(text))
        } else {
            Err(ArchiveError::damaged(path, "its SHA-256 is not the one in its manifest"))
        }
    }

    /// The manifest of one version; `None` where there is no such version.
    ///
    /// # Errors
    /// When the manifest is damaged.
    pub fn manifest(&self, entry: &Entry, number: u32) -> Result<Option<Manifest>, ArchiveError> {
        record::read(self.disk.path(&entry.dir.join(layout::manifest(number))))
    }

    /// A raw page, checked against its hash.
    ///
    /// # Errors
    /// When a file is missing or damaged.
    pub fn page(&self, stored: &StoredPage) -> Result<Vec<u8>, ArchiveError> {
        Pages::new(self.disk.clone()).get(&PageFile::from(stored))
    }

    /// The ledger of an issue.
    ///
    /// # Errors
    /// When the ledger is damaged.
    pub fn ledger(&self, issue: &str) -> Result<Option<Ledger>, ArchiveError> {
        record::read(self.disk.path(&layout::ledger(issue)))
    }

    /// Every picture that some newest version has, by its key.
    #[must_use]
    pub fn pictures(&self) -> BTreeMap<String, StoredPicture> {
        let of_entry = |entry: &Entry| {
            let late = entry.state.late_pictures.iter();
            entry.manifest.pictures.iter().chain(late).cloned().collect::<Vec<_>>()
        };
        self.articles.values().flat_map(of_entry).map(|picture| (picture.key.clone(), picture)).collect()
    }

    fn read_articles(&mut self) -> Result<(), ArchiveError> {
        for dir in folders(&self.disk)? {
            match self.read_entry(Path::new(&dir))? {
                Some(entry) => self.add(entry),
                None => self.note_lost(Path::new(&dir)),
            }
        }
        Ok(())
    }

    /// Reads the records in the folder of an article; `None` where no version was committed.
    pub(super) fn read_entry(&self, dir: &Path) -> Result<Option<Entry>, ArchiveError> {
        let Some(manifest) = self.newest(dir)? else { return Ok(None) };
        let url = ArticleUrl::new(Key::Article(manifest.article.clone()), manifest.meta.sn.clone());
        let state: Option<StateFile> = record::read(self.disk.path(&dir.join(layout::STATE)))?;
        let mut state = state.unwrap_or_else(|| StateFile::new(&url));
        if state.head.is_none_or(|head| head.version < manifest.version) {
            state.make_up(manifest.fetched.at);
        }
        Ok(Some(Entry { dir: dir.to_owned(), manifest, state }))
    }

    /// The manifest with the largest number; a folder without one is not in the archive.
    fn newest(&self, dir: &Path) -> Result<Option<Manifest>, ArchiveError> {
        let Some(newest) = self.newest_number(dir)? else { return Ok(None) };
        record::read(self.disk.path(&dir.join(layout::manifest(newest))))
    }

    /// The largest number of a manifest in the folder of an article.
    pub(super) fn newest_number(&self, dir: &Path) -> Result<Option<u32>, ArchiveError> {
        let files = list(&self.disk.path(&dir.join(layout::VERSIONS)))?;
        let number = |file: &PathBuf| {
            let name = file.file_name()?.to_str()?.strip_suffix(".json")?;
            name.parse::<u32>().ok()
        };
        Ok(files.iter().filter_map(number).max())
    }

    /// Reads the table of aliases, and adds what manifests tell where a killed writer did not get to the table.
    pub(super) fn read_aliases(&mut self) -> Result<(), ArchiveError> {
        let table = record::read(self.disk.path(Path::new(layout::ALIASES))).map_err(|error| match error {
            ArchiveError::Damaged { path, why } => ArchiveError::Derived { path, why },
            error => error,
        });
        let table: Option<BTreeMap<Key, Alias>> = table?;
        self.has_new_aliases = table.is_none();
        self.aliases = table.unwrap_or_default();
        let told = self.articles.values().filter_map(|entry| {
            Some((Key::Short(entry.manifest.meta.short_code.clone()?), entry.manifest.article.clone()))
        });
        for (key, article) in told.collect::<Vec<_>>() {
            self.add_alias(key, article);
        }
        Ok(())
    }

    fn read_forgotten(&mut self) -> Result<(), ArchiveError> {
        for file in list(&self.disk.path(Path::new(layout::FORGOTTEN)))? {
            // A writer that was killed may have left half a record under a temporary name.
            if file.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            if let Some(tombstone) = record::read::<Tombstone>(file)? {
                self.forgotten.insert(tombstone.article.clone(), tombstone);
            }
        }
        Ok(())
    }

    fn read_unarchived(&mut self) -> Result<(), ArchiveError> {
        for file in list(&self.disk.path(Path::new(layout::UNARCHIVED)))? {
            if file.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let Some(state) = record::read::<StateFile>(file.clone())? else { continue };
            let key: Key = state.article.parse().map_err(|error| ArchiveError::damaged(file, error))?;
            self.unarchived.insert(key, state);
        }
        Ok(())
    }
}

/// An ID as a person or a shell gives it, without blanks, and without what stands behind the name of a folder.
pub(super) fn id_of(text: &str) -> &str {
    let text = text.trim().trim_end_matches('/');
    text.strip_suffix(layout::HEAD).and_then(|folder| folder.strip_suffix('/')).unwrap_or(text)
}

/// The key that an ID given by a person is, written in full: an address, `biz/mid/idx`, `s/CODE` or a short code.
pub(super) fn key_of(id: &str) -> Option<Key> {
    let code = || ShortCode::parse(id).ok().map(Key::Short);
    ArticleUrl::parse(id).map(|url| url.key().clone()).or_else(|| id.parse().ok()).or_else(code)
}

/// An ID as the beginning of a short code, which may be written `s/CODE`.
pub(super) fn code_of(id: &str) -> &str {
    id.strip_prefix("s/").unwrap_or(id)
}

/// Whether an ID that a person gave is the beginning of an article's key or folder, or the hash at the folder's end.
pub(super) fn is_named(id: &str, dir: &Path, article: &ArticleKey) -> bool {
    let folder = dir.file_name().unwrap_or_default().to_string_lossy();
    let name = id.rsplit('/').next().unwrap_or(id);
    !name.is_empty()
        && (folder.starts_with(name) || folder.ends_with(&format!("-{name}")) || article.to_string().starts_with(id))
}
