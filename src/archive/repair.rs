//! Mends an archive: from another copy, from what can be derived, from records that name each other.
//!
//! Nothing is overwritten but by bytes whose hash is known to be right, or by what is derived from such bytes. What can't
//! be written is told, and never keeps the rest from being mended.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::kind::{Kind, kind};
use super::packed::PageFile;
use super::pages::Pages;
use super::record::to_bytes;
use super::seal::{Seal, seal, unseal, with_lf};
use super::verify::{Code, Finding, FoundArticle, Scope, Survey, survey, verify};
use super::write::Written;
use super::writer::head_of;
use super::{
    Alias, ArchiveError, Digest, Evidence, Head, Maintenance, Manifest, StateFile, Tombstone, format, layout, record,
    regular,
};
use crate::model::{ArticleUrl, Key};

mod copy;

/// Makes the Markdown of a version from its page; `None` where it comes out otherwise than the manifest says.
pub type Derive<'a> = &'a dyn Fn(&Manifest, Vec<u8>) -> Option<String>;

/// What was mended, and what was not.
#[derive(Debug)]
pub struct Repaired {
    /// What is found no more.
    pub mended: Vec<Finding>,
    /// What is still found.
    pub left: Vec<Finding>,
    /// What is found no more, although not all that was lost came back.
    pub lost: Vec<Finding>,
    /// The files that were taken from the copy, from the folder of the archive.
    pub taken: Vec<String>,
    /// What the copy has, or says, and was not taken.
    pub untaken: Vec<Untaken>,
    /// What could not be written; everything else was seen to.
    pub failed: Vec<ArchiveError>,
}

/// Something of the copy that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untaken {
    /// The file, from the folder of the archive.
    pub file: String,
    /// Why it was not taken.
    pub why: &'static str,
}

/// The work on one archive.
struct Work<'a> {
    archive: &'a Maintenance,
    taken: Vec<String>,
    untaken: Vec<Untaken>,
    failed: Vec<ArchiveError>,
}

impl Maintenance {
    /// Mends what can be mended: first from a copy of the archive, then from what the archive itself has.
    ///
    /// # Errors
    /// When the archive or the copy is none, or of a newer format.
    pub fn repair(&self, copy: Option<&Path>, derive: Derive<'_>) -> Result<Repaired, ArchiveError> {
        let before = verify(&self.root, &Scope::default())?.findings;
        let mut work = Work { archive: self, taken: Vec::new(), untaken: Vec::new(), failed: Vec::new() };
        work.clear_places(&before);
        work.write_format(&before);
        work.mend_line_ends(&before)?;
        if let Some(copy) = copy {
            work.take_from(copy, &before)?;
        }
        work.seal_records(&before);
        work.rename_records(&before);
        work.derive_versions(derive)?;
        work.write_heads()?;
        work.write_aliases()?;
        let left = verify(&self.root, &Scope::default())?.findings;
        let mended: Vec<Finding> = before.into_iter().filter(|finding| !left.contains(finding)).collect();
        let Work { taken, untaken, failed, .. } = work;
        let is_derived = |finding: &&Finding| {
            matches!(finding.code, Code::StateLost | Code::AliasesDamaged) && !taken.contains(&finding.path)
        };
        let lost = mended.iter().filter(is_derived).cloned().collect();
        Ok(Repaired { mended, left, lost, taken, untaken, failed })
    }

    /// Whether a file has the bytes of this hash.
    pub(super) fn has(&self, path: &Path, digest: Digest) -> bool {
        regular::read(&self.disk.path(path)).is_ok_and(|bytes| Digest::of(&bytes) == digest)
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ArchiveError> {
        let full = self.disk.path(path);
        regular::read(&full).map_err(ArchiveError::io("read", full))
    }
}

impl Work<'_> {
    /// Goes on after a failure, and remembers it.
    fn attempt(&mut self, done: Result<(), ArchiveError>) {
        self.failed.extend(done.err());
    }

    fn put(&mut self, path: &Path, bytes: &[u8]) -> Option<Written> {
        let put = self.archive.disk.replace(path, bytes);
        put.map_err(|error| self.failed.push(error)).ok()
    }

    /// Removes empty folders that stand in the place of files.
    fn clear_places(&mut self, findings: &[Finding]) {
        for finding in findings.iter().filter(|finding| finding.code == Code::FolderForFile) {
            let removed = self.archive.disk.remove_empty(Path::new(&finding.path));
            self.attempt(removed.map(|_| ()));
        }
    }

    fn write_format(&mut self, findings: &[Finding]) {
        let is_about_format =
            |finding: &Finding| matches!(finding.code, Code::FormatMissing | Code::FormatDamaged | Code::FormatText);
        if findings.iter().any(is_about_format) {
            self.attempt(format::write(&self.archive.disk));
        }
    }

    /// Takes the CR out of the lines of texts whose hash is right without it.
    fn mend_line_ends(&mut self, findings: &[Finding]) -> Result<(), ArchiveError> {
        let is_text = |finding: &&Finding| matches!(finding.code, Code::VersionDamaged | Code::PictureDamaged);
        let mut damaged = findings.iter().filter(is_text).peekable();
        if damaged.peek().is_none() {
            return Ok(());
        }
        let found = survey(&self.archive.root)?;
        for path in damaged.map(|finding| Path::new(&finding.path)) {
            let expected = match kind(path) {
                Kind::Picture(digest) => Some(digest),
                Kind::Version(dir, number) => {
                    found.articles.get(&dir).and_then(|article| article.manifests.get(&number)).map(|of| of.markdown)
                }
                _ => None,
            };
            // One that can't be read is left to the steps that need no look at it.
            let text = self.archive.read(path).ok().and_then(|bytes| with_lf(&bytes));
            if let Some(text) = text.filter(|text| expected == Some(Digest::of(text))) {
                self.put(path, &text);
            }
        }
        Ok(())
    }

    /// Seals records that have no seal, and writes those whole but for their line ends as they were.
    fn seal_records(&mut self, findings: &[Finding]) {
        let is_unsealed = |finding: &&Finding| matches!(finding.code, Code::Unsealed | Code::LineEnds);
        for path in findings.iter().filter(is_unsealed).map(|finding| Path::new(&finding.path)) {
            let sealed = self.archive.read(path).and_then(|bytes| match unseal(&bytes).0 {
                Seal::Missing => sealed(path, &bytes).map(Some),
                Seal::LineEnds => Ok(with_lf(&bytes)),
                Seal::Whole | Seal::Broken => Ok(None),
            });
            match sealed {
                Ok(Some(bytes)) => drop(self.put(path, &bytes)),
                Ok(None) => {}
                Err(error) => self.failed.push(error),
            }
        }
    }

    /// Gives records that stand under another article's name their own, where that is free.
    fn rename_records(&mut self, findings: &[Finding]) {
        let is_misnamed = |finding: &&Finding| matches!(finding.code, Code::UnarchivedName | Code::TombstoneName);
        for finding in findings.iter().filter(is_misnamed) {
            let renamed = self.rename_record(Path::new(&finding.path));
            self.attempt(renamed);
        }
    }

    fn rename_record(&self, path: &Path) -> Result<(), ArchiveError> {
        let disk = &self.archive.disk;
        let full = disk.path(path);
        let name = match kind(path) {
            Kind::Unarchived => record::read::<StateFile>(full)?
                .and_then(|state| state.article.parse().ok())
                .map(|key: Key| layout::unarchived(&key)),
            Kind::Tombstone => record::read::<Tombstone>(full)?.map(|tombstone| layout::tombstone(&tombstone.article)),
            _ => None,
        };
        let Some(name) = name.filter(|name| !disk.path(name).exists()) else { return Ok(()) };
        disk.replace(&name, &self.archive.read(path)?)?;
        disk.remove(path)
    }

    /// Makes the Markdown of versions again, from the head that shows them or from their pages.
    fn derive_versions(&mut self, derive: Derive<'_>) -> Result<(), ArchiveError> {
        let found = survey(&self.archive.root)?;
        let pages = Pages::new(self.archive.disk.clone());
        for (dir, article) in &found.articles {
            for (number, manifest) in &article.manifests {
                let path = dir.join(layout::version_markdown(*number));
                if self.archive.has(&path, manifest.markdown) {
                    continue;
                }
                let head = self.archive.disk.path(&dir.join(layout::HEAD));
                let head = regular::read_to_string(&head).unwrap_or_default();
                let far = head.replace("../../../images/", "../../../../images/");
                let is_it = |text: &String| Digest::of(text.as_bytes()) == manifest.markdown;
                let from_page = || derive(manifest, pages.get(&PageFile::from(&manifest.page)).ok()?);
                if let Some(text) = Some(far).filter(is_it).or_else(from_page).filter(is_it) {
                    self.put(&path, text.as_bytes());
                }
            }
        }
        Ok(())
    }

    /// Writes heads that are not what they should be, and states that are not there.
    fn write_heads(&mut self) -> Result<(), ArchiveError> {
        let found = survey(&self.archive.root)?;
        for (dir, article) in found.articles.iter().filter(|(_, article)| !found.is_forgotten(article)) {
            // Where the newest version is lost or damaged, they are all that is left of it.
            if !article.has_damaged_state && article.knows_newest() {
                let written = self.write_head(dir, article);
                self.attempt(written);
            }
        }
        Ok(())
    }

    fn write_head(&self, dir: &Path, article: &FoundArticle) -> Result<(), ArchiveError> {
        let Some(newest) = article.newest() else { return Ok(()) };
        let mut state = article.state.clone().unwrap_or_else(|| rebuilt(article, newest));
        let shown = state.restored.unwrap_or(newest.version);
        if state.article != newest.article.to_string() || !article.manifests.contains_key(&shown) {
            return Ok(());
        }
        let (disk, has) = (&self.archive.disk, |path: &Path, digest| self.archive.has(path, digest));
        let head = state.head.filter(|head| head.version == shown);
        if article.state.is_some() && head.is_some_and(|head| has(&dir.join(layout::HEAD), head.markdown)) {
            return Ok(());
        }
        let own = self.archive.read(&dir.join(layout::HEAD)).ok().and_then(|bytes| with_lf(&bytes));
        if let Some(own) = own.filter(|own| head.is_some_and(|head| head.markdown == Digest::of(own))) {
            return disk.replace(&dir.join(layout::HEAD), &own).map(|_| ());
        }
        let path = dir.join(layout::version_markdown(shown));
        let Some(manifest) = article.manifests.get(&shown).filter(|manifest| has(&path, manifest.markdown)) else {
            return Ok(());
        };
        if state.head.is_none_or(|head| head.version < newest.version) {
            state.make_up(newest.fetched.at);
        }
        let version = self.archive.read(&path)?;
        let text = head_of(&String::from_utf8_lossy(&version), &state.late_pictures);
        state.head = Some(Head { version: manifest.version, markdown: Digest::of(text.as_bytes()) });
        disk.replace(&dir.join(layout::HEAD), text.as_bytes())?;
        let path = dir.join(layout::STATE);
        disk.replace(&path, &to_bytes(&state, &path)?).map(|_| ())
    }

    /// Writes the table of short codes anew where it lacks what the manifests name.
    fn write_aliases(&mut self) -> Result<(), ArchiveError> {
        let found = survey(&self.archive.root)?;
        let lacks = |finding: &Finding| matches!(finding.code, Code::AliasesDamaged | Code::AliasesMissing);
        if !found.findings.iter().any(lacks) {
            return Ok(());
        }
        let mut aliases = found.aliases.clone().unwrap_or_default();
        add_named(&found, &mut aliases);
        let path = PathBuf::from(layout::ALIASES);
        let bytes = to_bytes(&aliases, &path)?;
        self.put(&path, &bytes);
        Ok(())
    }
}

/// The bytes of a record with a seal.
fn sealed(path: &Path, bytes: &[u8]) -> Result<Vec<u8>, ArchiveError> {
    let failed = |error| ArchiveError::damaged(path, error);
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(failed)?;
    let text = serde_json::to_vec_pretty(&value).map_err(failed)?;
    Ok(seal(&[&text[..], b"\n"].concat()))
}

/// The states of an article as far as its versions tell them.
fn rebuilt(article: &FoundArticle, newest: &Manifest) -> StateFile {
    let mut state = StateFile::new(&ArticleUrl::new(Key::Article(newest.article.clone()), newest.meta.sn.clone()));
    state.newest = Some(newest.version);
    for manifest in article.manifests.values() {
        state.make_up(manifest.fetched.at);
    }
    state
}

fn add_named(found: &Survey, aliases: &mut BTreeMap<Key, Alias>) {
    for article in found.articles.values().filter(|article| !found.is_forgotten(article)) {
        let Some(manifest) = article.newest() else { continue };
        if let Some(code) = &manifest.meta.short_code {
            let alias = Alias { article: manifest.article.clone(), evidence: Evidence::Fetched };
            aliases.entry(Key::Short(code.clone())).or_insert(alias);
        }
    }
}
