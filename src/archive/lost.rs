//! What neither a copy nor the archive itself gives back, and the site may still have.
//!
//! Whatever comes back is taken only if it has the very hash that a record names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::kind::{Kind, kind};
use super::packed::PageFile;
use super::pages::Pages;
use super::verify::{References, Survey, survey};
use super::{ArchiveError, Digest, Maintenance, Manifest, StoredPicture, layout};

/// What is lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lost {
    /// Pictures, once for each address that a record has for one.
    pub pictures: Vec<StoredPicture>,
    /// Versions whose Markdown or raw page is lost.
    pub versions: Vec<LostVersion>,
}

/// A version whose Markdown or raw page is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostVersion {
    /// What is known of it.
    pub manifest: Manifest,
    /// The files that are lost, from the folder of the archive: its Markdown, its raw page, or both.
    pub files: Vec<String>,
    dir: PathBuf,
}

impl LostVersion {
    /// The file of its Markdown, from the folder of the archive.
    #[must_use]
    pub fn markdown(&self) -> String {
        layout::slashed(&self.dir.join(layout::version_markdown(self.manifest.version)))
    }
}

impl Maintenance {
    /// Finds out what is lost.
    ///
    /// # Errors
    /// When there is no archive, or one of a newer format.
    pub fn lost(&self) -> Result<Lost, ArchiveError> {
        let found = survey(&self.root)?;
        Ok(Lost { pictures: self.lost_pictures(&found), versions: self.lost_versions(&found) })
    }

    fn lost_pictures(&self, found: &Survey) -> Vec<StoredPicture> {
        let mut lost = BTreeMap::new();
        for (file, users) in References::of(found).pictures {
            for (_, picture) in users {
                let is_named_so = kind(file) == Kind::Picture(picture.sha256);
                if is_named_so && !self.has(file, picture.sha256) {
                    lost.insert((file.to_owned(), picture.url.clone()), picture.clone());
                }
            }
        }
        lost.into_values().collect()
    }

    fn lost_versions(&self, found: &Survey) -> Vec<LostVersion> {
        let pages = Pages::new(self.disk.clone());
        let mut lost = Vec::new();
        for (dir, article) in found.articles.iter().filter(|(_, article)| !found.is_forgotten(article)) {
            for manifest in article.manifests.values() {
                let markdown = dir.join(layout::version_markdown(manifest.version));
                let is_text_lost = !self.has(&markdown, manifest.markdown);
                let text = is_text_lost.then_some(markdown);
                let page =
                    pages.get(&PageFile::from(&manifest.page)).is_err().then(|| layout::page(&manifest.page.sha256));
                let files: Vec<String> = text.iter().chain(&page).map(|path| layout::slashed(path)).collect();
                if !files.is_empty() {
                    lost.push(LostVersion { manifest: manifest.clone(), files, dir: dir.clone() });
                }
            }
        }
        lost
    }

    /// Puts a lost picture back, if these are its bytes; says whether they are.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn put_picture_back(&self, picture: &StoredPicture, bytes: &[u8]) -> Result<bool, ArchiveError> {
        let path = Path::new(&picture.file);
        self.put_back(path, picture.sha256, bytes, kind(path) == Kind::Picture(picture.sha256))
    }

    /// Puts the Markdown of a version back, if this is it; says whether it is.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn put_markdown_back(&self, version: &LostVersion, text: &str) -> Result<bool, ArchiveError> {
        self.put_back(Path::new(&version.markdown()), version.manifest.markdown, text.as_bytes(), true)
    }

    /// Puts the raw page of a version back, if this is it, less its private values; says whether it is.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn put_page_back(&self, version: &LostVersion, page: &[u8]) -> Result<bool, ArchiveError> {
        let file = PageFile::from(&version.manifest.page);
        if Digest::of(page) != file.sha256 {
            return Ok(false);
        }
        let pages = Pages::new(self.disk.clone());
        pages.put_alone(page)?;
        if file.reference.is_some() && pages.get_form(&file).is_err() {
            self.disk.remove(&file.path())?;
        }
        Ok(true)
    }

    fn put_back(&self, path: &Path, sha256: Digest, bytes: &[u8], is_its: bool) -> Result<bool, ArchiveError> {
        let is_right = is_its && Digest::of(bytes) == sha256;
        if is_right {
            self.disk.replace(path, bytes)?;
        }
        Ok(is_right)
    }
}
