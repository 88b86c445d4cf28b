//! Opens an archive without reading the records of every article: those that are asked for are read then.
//!
//! The name of an article's folder ends with the hash of its key, so an article is found by a look at the names.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::catalogue::{code_of, id_of, is_named, key_of};
use super::summary::folders;
use super::write::Disk;
use super::{Alias, Archive, ArchiveError, Entry, Evidence, layout};
use crate::model::{ArticleKey, Key};

/// The folders of an archive whose articles were not all read.
#[derive(Debug, Default)]
pub(super) struct Folders {
    /// By the hash at the end of their names.
    by_hash: HashMap<String, Vec<String>>,
    /// Whether the short codes that the manifests tell are known, beyond the table of them.
    knows_codes: bool,
}

impl Archive {
    /// Opens the archive in a folder without reading its articles; [`reach`](Self::reach) reads those that are wanted.
    ///
    /// # Errors
    /// When the folder is no archive, is of a newer format, or has a damaged record that is no article's.
    pub fn open_lazily(root: &Path) -> Result<Self, ArchiveError> {
        Self::read_lazily(Disk::new(root.to_owned()))
    }

    pub(super) fn read_lazily(disk: Disk) -> Result<Self, ArchiveError> {
        let mut archive = Self::read_rest(disk)?;
        let mut found = Folders::default();
        let mut unnamed = Vec::new();
        for dir in folders(&archive.disk)? {
            match hash_of(&dir) {
                Some(hash) => found.by_hash.entry(hash.to_owned()).or_default().push(dir),
                None => unnamed.push(dir),
            }
        }
        archive.folders = Some(found);
        archive.load(&unnamed)?;
        archive.read_aliases()?;
        Ok(archive)
    }

    /// Reads the article that a key names, where the archive was opened without reading it; then it is an
    /// [`entry`](Self::entry).
    ///
    /// # Errors
    /// When a record that has to be read is damaged.
    pub fn reach(&mut self, key: &Key) -> Result<(), ArchiveError> {
        if self.folders.is_none() || self.entry(key).is_some() {
            return Ok(());
        }
        if let Key::Article(article) = key {
            self.reach_article(article)?;
        }
        if matches!(key, Key::Short(_)) && self.resolve(key).is_none() && self.unarchived(key).is_none() {
            // A writer that was killed may not have got to the table.
            self.learn_codes()?;
        }
        match self.resolve(key) {
            Some(article) => self.reach_article(&article),
            None => Ok(()),
        }
    }

    /// Reads every article that an ID given by a person may mean, for [`lookup`](Self::lookup).
    ///
    /// # Errors
    /// When a record that has to be read is damaged.
    pub fn reach_id(&mut self, id: &str) -> Result<(), ArchiveError> {
        let id = id_of(id);
        if let Some(key) = key_of(id) {
            self.reach(&key)?;
            if self.entry(&key).is_some() {
                return Ok(());
            }
        }
        self.learn_codes()?;
        let meant = |key: &Key| matches!(key, Key::Short(short) if short.as_str().starts_with(code_of(id)));
        let coded = self.aliases.iter().filter(|(key, _)| meant(key)).map(|(_, alias)| alias.article.clone());
        for article in coded.collect::<Vec<ArticleKey>>() {
            self.reach_article(&article)?;
        }
        let summaries = self.sum_up(SystemTime::now())?;
        let is_meant = |dir: &str, article: &ArticleKey| is_named(id, Path::new(dir), article);
        let dirs: Vec<String> = summaries
            .into_iter()
            .filter(|summary| is_meant(&summary.dir, &summary.article))
            .map(|summary| summary.dir)
            .collect();
        self.load(&dirs)
    }

    /// Reads the folders whose names say that they are an article's.
    fn reach_article(&mut self, article: &ArticleKey) -> Result<(), ArchiveError> {
        if self.articles.contains_key(article) {
            return Ok(());
        }
        let named = self.folders.as_ref().and_then(|folders| folders.by_hash.get(&layout::folder_hash(article)));
        let dirs = named.cloned().unwrap_or_default();
        self.load(&dirs)
    }

    /// Adds to the table of short codes what manifests tell.
    fn learn_codes(&mut self) -> Result<(), ArchiveError> {
        if self.folders.as_ref().is_none_or(|folders| folders.knows_codes) {
            return Ok(());
        }
        for summary in self.sum_up(SystemTime::now())? {
            if let Some(code) = summary.short_code {
                self.add_alias(Key::Short(code), summary.article);
            }
        }
        if let Some(folders) = &mut self.folders {
            folders.knows_codes = true;
        }
        Ok(())
    }

    fn load(&mut self, dirs: &[String]) -> Result<(), ArchiveError> {
        for dir in dirs {
            let Some(entry) = self.read_entry(&PathBuf::from(dir))? else {
                self.note_uncommitted(Path::new(dir));
                continue;
            };
            if let Some(code) = entry.manifest.meta.short_code.clone() {
                self.add_alias(Key::Short(code), entry.manifest.article.clone());
            }
            self.add(entry);
        }
        Ok(())
    }

    /// Takes an article up, unless it was taken out of the archive.
    pub(super) fn add(&mut self, entry: Entry) {
        if !self.forgotten.contains_key(&entry.manifest.article) {
            self.articles.insert(entry.manifest.article.clone(), entry);
        }
    }

    /// Notes a short code that the table doesn't have.
    pub(super) fn add_alias(&mut self, key: Key, article: ArticleKey) {
        if !self.aliases.contains_key(&key) && !self.forgotten.contains_key(&article) {
            self.aliases.insert(key, Alias { article, evidence: Evidence::Fetched });
            self.has_new_aliases = true;
        }
    }
}

/// The hash at the end of the name of an article's folder.
fn hash_of(dir: &str) -> Option<&str> {
    let (_, hash) = dir.rsplit_once('-')?;
    (hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())).then_some(hash)
}
