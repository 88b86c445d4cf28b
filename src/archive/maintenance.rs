//! Looks after an archive: removes what nothing refers to, and mends what can be mended.
//!
//! Unlike a [`Writer`](super::Writer) it needs no readable records, so that a damaged archive can be looked after.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::kind::{Kind, kind};
use super::lock::WriteLock;
use super::packed::PageFile;
use super::pages::Pages;
use super::verify::{Code, Finding, References, Survey, survey};
use super::write::Disk;
use super::{ArchiveError, Digest, Faults, format, layout};

/// An archive that is locked for being looked after.
#[derive(Debug)]
pub struct Maintenance {
    pub(super) disk: Disk,
    pub(super) root: PathBuf,
    _lock: WriteLock,
}

/// What was removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// The files, from the folder of the archive.
    pub files: Vec<String>,
    /// How many bytes they had.
    pub bytes: u64,
    /// What nothing refers to, and stays: something is lost that may have referred to it.
    pub kept: Option<Kept>,
}

/// What stays because something is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// How many files.
    pub files: usize,
    /// What is lost; the first where there are several.
    pub lost: Finding,
}

impl Maintenance {
    /// Locks the archive in a folder.
    ///
    /// # Errors
    /// When another process writes, or there is no archive.
    pub fn open(root: &Path, now: Timestamp, faults: Faults) -> Result<Self, ArchiveError> {
        if !root.join(layout::FORMAT).exists() && !root.join(layout::ARTICLES).is_dir() {
            return Err(ArchiveError::Missing { path: root.to_owned() });
        }
        let disk = Disk::with_faults(root.to_owned(), faults.clone());
        // A damaged FORMAT is one of the things that are mended.
        if let Err(error @ ArchiveError::NewerFormat { .. }) = format::check(&disk) {
            return Err(error);
        }
        let lock = WriteLock::take(root, now, faults)?;
        disk.sweep()?;
        Ok(Self { disk, root: root.to_owned(), _lock: lock })
    }

    /// Removes what nothing refers to: pictures, pages, versions that were not committed, forgotten articles.
    ///
    /// # Errors
    /// When a record can't be read, since what it refers to is not known then, or a file can't be removed.
    pub fn gc(&self) -> Result<Removed, ArchiveError> {
        collect(&self.disk, &self.root)
    }
}

/// Removes what nothing refers to.
pub(super) fn collect(disk: &Disk, root: &Path) -> Result<Removed, ArchiveError> {
    let found = survey(root)?;
    refuse_if_blind(&found)?;
    let found = if release_forgotten(disk, &found)? { survey(root)? } else { found };
    let mut removed = Removed::default();
    let pages = Pages::new(disk.clone());
    let redundant = found.pages.values().filter(|forms| forms.len() > 1).filter_map(|forms| redundant(&pages, forms));
    let mut garbage = garbage(&found);
    if let Some(loss) = found.losses().next() {
        let forgotten = found.findings.iter().filter(|finding| finding.code == Code::Forgotten);
        let folders: Vec<&Path> = forgotten.map(|finding| Path::new(&finding.path)).collect();
        let (certain, other) = garbage.into_iter().partition(|path| is_certain(path, &folders));
        garbage = certain;
        removed.kept = (!other.is_empty()).then(|| Kept { files: other.len(), lost: loss.clone() });
    }
    for path in garbage.into_iter().chain(redundant) {
        disk.remove(&path)?;
        removed.bytes += found.files.get(&path).map_or(0, |file| file.length);
        removed.files.push(layout::slashed(&path));
        remove_empty_folders(disk, &path)?;
    }
    Ok(removed)
}

/// Refuses to remove anything where it is not known what is needed.
pub(super) fn refuse_if_blind(found: &Survey) -> Result<(), ArchiveError> {
    let blinding = found.blinding().next();
    blinding.map_or(Ok(()), |Finding { path, .. }| {
        let why =
            "it is not what belongs there, or can't be read: what is referred to is not known, and nothing is removed";
        Err(ArchiveError::damaged(path.as_str(), why))
    })
}

/// Of two forms of a page the one that is not needed, where the other can be read.
fn redundant(pages: &Pages, forms: &BTreeSet<PageFile>) -> Option<PathBuf> {
    let alone = forms.iter().find(|file| file.reference.is_none())?;
    let against = forms.iter().find(|file| file.reference.is_some())?;
    if pages.unpack(alone, None).is_ok() {
        return Some(against.path());
    }
    // Others may be stored against the one that can't be read; they are no worse off without it.
    pages.get_form(against).is_ok().then(|| alone.path())
}

/// The files that go, each kind of leftover and every file of a forgotten or uncommitted article.
fn garbage(found: &Survey) -> BTreeSet<PathBuf> {
    let codes = [Code::PictureUnreferenced, Code::PageUnreferenced, Code::VersionUncommitted, Code::Temporary];
    let of_code = |codes: &'static [Code]| {
        let findings = found.findings.iter().filter(move |finding| codes.contains(&finding.code));
        findings.map(|finding| PathBuf::from(&finding.path))
    };
    let single = found.findings.iter().filter(|finding| codes.contains(&finding.code));
    let mut paths: BTreeSet<PathBuf> = single.map(|finding| PathBuf::from(&finding.path)).collect();
    for dir in of_code(&[Code::Forgotten, Code::FolderUncommitted]) {
        let is_ours = |kind: &Kind| {
            matches!(kind, Kind::Head(_) | Kind::State(_) | Kind::Manifest(..) | Kind::Version(..) | Kind::Temporary)
        };
        let inside = found.files.iter().filter(|(path, file)| path.starts_with(&dir) && is_ours(&file.kind));
        paths.extend(inside.map(|(path, _)| path.clone()));
    }
    paths
}

/// Whether a file goes even while something is lost: half files, and those in the folders of forgotten articles. Their
/// pictures and pages may be those of what is lost as well, and wait.
fn is_certain(path: &Path, folders: &[&Path]) -> bool {
    kind(path) == Kind::Temporary || folders.iter().any(|folder| path.starts_with(folder))
}

/// Stores pages that are stored against one of a forgotten article in another way, so that this one can go.
fn release_forgotten(disk: &Disk, found: &Survey) -> Result<bool, ArchiveError> {
    let wanted = References::of(found).pages;
    let forgotten: BTreeSet<Digest> =
        found.tombstones.values().flat_map(|tombstone| tombstone.digests.iter().copied()).collect();
    let held = found.pages.values().flatten().filter(|file| {
        let leaves = |reference| forgotten.contains(&reference) && !wanted.contains_key(&reference);
        wanted.contains_key(&file.sha256) && file.reference.is_some_and(leaves)
    });
    let held: Vec<_> = held.copied().collect();
    if held.is_empty() {
        return Ok(false);
    }
    let mut pages = Pages::new(disk.clone());
    pages.find_references()?;
    for file in &held {
        let page = pages.get(file)?;
        pages.put_apart(&page, &forgotten)?;
        disk.remove(&file.path())?;
    }
    Ok(true)
}

/// Removes the folders above a file that have nothing left in them.
fn remove_empty_folders(disk: &Disk, path: &Path) -> Result<(), ArchiveError> {
    for folder in path.ancestors().skip(1).filter(|folder| folder.components().count() > 1) {
        if !disk.remove_empty(folder)? {
            break;
        }
    }
    Ok(())
}
