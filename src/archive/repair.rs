//! Mends an archive: from another copy, from what can be derived, from records that name each other.
//!
//! Nothing is overwritten but by bytes whose hash is known to be right, or by what is derived from such bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::kind::{Kind, kind};
use super::packed::PageFile;
use super::pages::Pages;
use super::record::to_bytes;
use super::seal::{Seal, seal, unseal};
use super::verify::{Code, Finding, FoundArticle, References, Scope, Severity, Survey, survey, verify};
use super::write::Disk;
use super::writer::head_of;
use super::{
    Alias, ArchiveError, Digest, Evidence, Head, Maintenance, Manifest, StateFile, Tombstone, format, layout, record,
};
use crate::model::{ArticleUrl, Key};

/// Makes the Markdown of a version from its page; `None` where it comes out otherwise than the manifest says.
pub type Derive<'a> = &'a dyn Fn(&Manifest, Vec<u8>) -> Option<String>;

/// What was mended, and what was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// What is found no more.
    pub mended: Vec<Finding>,
    /// What is still found.
    pub left: Vec<Finding>,
}

impl Maintenance {
    /// Mends what can be mended: first from a copy of the archive, then from what the archive itself has.
    ///
    /// # Errors
    /// When a file can't be written, or the copy is no archive.
    pub fn repair(&self, copy: Option<&Path>, derive: Derive<'_>) -> Result<Repaired, ArchiveError> {
        let before = verify(&self.root, &Scope::default())?.findings;
        if before.iter().any(|finding| is_about_format(finding.code)) {
            format::write(&self.disk)?;
        }
        if let Some(copy) = copy {
            self.take_from(copy, &before)?;
        }
        self.seal_records(&before)?;
        self.rename_records(&before)?;
        self.derive_versions(derive)?;
        self.write_heads()?;
        self.write_aliases()?;
        let left = verify(&self.root, &Scope::default())?.findings;
        let mended = before.into_iter().filter(|finding| !left.contains(finding)).collect();
        Ok(Repaired { mended, left })
    }

    /// Takes files that are damaged or missing here from a copy where they are whole.
    fn take_from(&self, copy: &Path, findings: &[Finding]) -> Result<(), ArchiveError> {
        let theirs = verify(copy, &Scope::default())?.findings;
        let is_whole =
            |path: &str| theirs.iter().all(|finding| finding.path != path || finding.code.severity() == Severity::Note);
        for finding in findings.iter().filter(|finding| finding.code.severity() == Severity::Error) {
            let path = Path::new(&finding.path);
            let is_single = !matches!(kind(path), Kind::Unknown | Kind::Head(_) | Kind::Format | Kind::Page(_));
            if is_single && is_whole(&finding.path) && copy.join(path).is_file() {
                let bytes = fs::read(copy.join(path)).map_err(ArchiveError::io("read", copy.join(path)))?;
                self.disk.replace(path, &bytes)?;
            }
        }
        self.take_pages(&Pages::new(Disk::new(copy.to_owned())))
    }

    /// Takes raw pages that can't be read here from a copy; they stand for themselves then.
    fn take_pages(&self, theirs: &Pages) -> Result<(), ArchiveError> {
        let found = survey(&self.root)?;
        let ours = Pages::new(self.disk.clone());
        let held = found.pages.values().flatten().filter_map(|file| file.reference);
        let wanted: Vec<Digest> = References::of(&found).pages.into_keys().chain(held).collect();
        for sha256 in wanted {
            let forms = found.pages.get(&sha256).into_iter().flatten();
            let file = forms.clone().next().copied().unwrap_or(PageFile::alone(sha256));
            if ours.get(&file).is_ok() {
                continue;
            }
            let Ok(page) = theirs.get(&PageFile::alone(sha256)) else { continue };
            ours.put_alone(&page)?;
            for reference in forms.filter_map(|file| file.reference) {
                self.disk.remove(&layout::page_against(&sha256, &reference))?;
            }
        }
        Ok(())
    }

    /// Seals records that can be read and have no seal.
    fn seal_records(&self, findings: &[Finding]) -> Result<(), ArchiveError> {
        for finding in findings.iter().filter(|finding| finding.code == Code::Unsealed) {
            let path = self.disk.path(Path::new(&finding.path));
            let bytes = fs::read(&path).map_err(ArchiveError::io("read", &path))?;
            if unseal(&bytes).0 == Seal::Missing {
                let value: serde_json::Value =
                    serde_json::from_slice(&bytes).map_err(|error| ArchiveError::damaged(&path, error))?;
                let text = serde_json::to_vec_pretty(&value).map_err(|error| ArchiveError::damaged(&path, error))?;
                self.disk.replace(Path::new(&finding.path), &seal(&[&text[..], b"\n"].concat()))?;
            }
        }
        Ok(())
    }

    /// Gives records that stand under another article's name their own, where that is free.
    fn rename_records(&self, findings: &[Finding]) -> Result<(), ArchiveError> {
        let misnamed = findings.iter().filter(|finding| is_misnamed(finding.code));
        for path in misnamed.map(|finding| Path::new(&finding.path)) {
            let full = self.disk.path(path);
            let name = match kind(path) {
                Kind::Unarchived => record::read::<StateFile>(full.clone())?
                    .and_then(|state| state.article.parse().ok())
                    .map(|key: Key| layout::unarchived(&key)),
                Kind::Tombstone => {
                    record::read::<Tombstone>(full.clone())?.map(|tombstone| layout::tombstone(&tombstone.article))
                }
                _ => None,
            };
            let Some(name) = name.filter(|name| !self.disk.path(name).exists()) else { continue };
            let bytes = fs::read(&full).map_err(ArchiveError::io("read", &full))?;
            self.disk.replace(&name, &bytes)?;
            self.disk.remove(path)?;
        }
        Ok(())
    }

    /// Makes the Markdown of versions again, from the head that shows them or from their pages.
    fn derive_versions(&self, derive: Derive<'_>) -> Result<(), ArchiveError> {
        let found = survey(&self.root)?;
        let pages = Pages::new(self.disk.clone());
        for (dir, article) in &found.articles {
            for (number, manifest) in &article.manifests {
                let path = dir.join(layout::version_markdown(*number));
                if self.has(&path, manifest.markdown) {
                    continue;
                }
                let head = fs::read_to_string(self.disk.path(&dir.join(layout::HEAD))).unwrap_or_default();
                let far = head.replace("../../../images/", "../../../../images/");
                let is_it = |text: &String| Digest::of(text.as_bytes()) == manifest.markdown;
                let from_page = || derive(manifest, pages.get(&PageFile::from(&manifest.page)).ok()?);
                if let Some(text) = Some(far).filter(is_it).or_else(from_page).filter(is_it) {
                    self.disk.replace(&path, text.as_bytes())?;
                }
            }
        }
        Ok(())
    }

    /// Whether a file has the bytes of this hash.
    pub(super) fn has(&self, path: &Path, digest: Digest) -> bool {
        fs::read(self.disk.path(path)).is_ok_and(|bytes| Digest::of(&bytes) == digest)
    }

    /// Writes heads that are not what they should be, and states that are not there.
    fn write_heads(&self) -> Result<(), ArchiveError> {
        let found = survey(&self.root)?;
        for (dir, article) in found.articles.iter().filter(|(_, article)| !found.is_forgotten(article)) {
            if !article.has_damaged_state {
                self.write_head(dir, article)?;
            }
        }
        Ok(())
    }

    fn write_head(&self, dir: &Path, article: &FoundArticle) -> Result<(), ArchiveError> {
        let Some(newest) = article.newest() else { return Ok(()) };
        let mut state = article.state.clone().unwrap_or_else(|| rebuilt(article, newest));
        if state.article != newest.article.to_string() {
            return Ok(());
        }
        state.restored = state.restored.filter(|version| article.manifests.contains_key(version));
        let shown = state.restored.unwrap_or(newest.version);
        let head = state.head.filter(|head| head.version == shown);
        if article.state.is_some() && head.is_some_and(|head| self.has(&dir.join(layout::HEAD), head.markdown)) {
            return Ok(());
        }
        let path = dir.join(layout::version_markdown(shown));
        let Some(manifest) = article.manifests.get(&shown).filter(|manifest| self.has(&path, manifest.markdown)) else {
            return Ok(());
        };
        let version =
            fs::read_to_string(self.disk.path(&path)).map_err(ArchiveError::io("read", self.disk.path(&path)))?;
        let text = head_of(&version, &state.late_pictures);
        state.head = Some(Head { version: manifest.version, markdown: Digest::of(text.as_bytes()) });
        self.disk.replace(&dir.join(layout::HEAD), text.as_bytes())?;
        let path = dir.join(layout::STATE);
        self.disk.replace(&path, &to_bytes(&state, &path)?)?;
        Ok(())
    }

    /// Writes the table of short codes anew where it lacks what the manifests name.
    fn write_aliases(&self) -> Result<(), ArchiveError> {
        let found = survey(&self.root)?;
        let lacks = |finding: &Finding| matches!(finding.code, Code::AliasesDamaged | Code::AliasesMissing);
        if !found.findings.iter().any(lacks) {
            return Ok(());
        }
        let mut aliases = found.aliases.clone().unwrap_or_default();
        add_named(&found, &mut aliases);
        let path = PathBuf::from(layout::ALIASES);
        self.disk.replace(&path, &to_bytes(&aliases, &path)?)?;
        Ok(())
    }
}

fn is_about_format(code: Code) -> bool {
    matches!(code, Code::FormatMissing | Code::FormatDamaged | Code::FormatText)
}

fn is_misnamed(code: Code) -> bool {
    matches!(code, Code::UnarchivedName | Code::TombstoneName)
}

/// The states of an article as far as its versions tell them.
fn rebuilt(article: &FoundArticle, newest: &Manifest) -> StateFile {
    let mut state = StateFile::new(&ArticleUrl::new(Key::Article(newest.article.clone()), newest.meta.sn.clone()));
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
