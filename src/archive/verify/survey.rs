//! Walks an archive and reads all its records, noting what is wrong instead of stopping at it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::spread::spread;
use super::{Code, Finding, FoundArticle, FoundFile};
use crate::archive::kind::{Kind, is_of_version_control, kind};
use crate::archive::packed::PageFile;
use crate::archive::seal::{Seal, unseal};
use crate::archive::write::Disk;
use crate::archive::{Alias, Digest, Ledger, Manifest, StateFile, Tombstone, layout, record};
use crate::model::{ArticleKey, Key};

/// How many folders are listed, and how many articles and other records read, before the next are taken up.
const FOLDERS: usize = 16;
const RECORDS: usize = 32;
/// How many are looked at before what was found goes where it belongs.
const BATCH: usize = 4 << 10;

/// Everything an archive has, as far as it can be read.
#[derive(Debug)]
pub(in crate::archive) struct Survey {
    pub(in crate::archive) disk: Disk,
    pub(in crate::archive) findings: Vec<Finding>,
    /// Every file, by its path below the folder of the archive.
    pub(in crate::archive) files: BTreeMap<PathBuf, FoundFile>,
    pub(in crate::archive) articles: BTreeMap<PathBuf, FoundArticle>,
    pub(in crate::archive) ledgers: BTreeMap<PathBuf, Ledger>,
    pub(in crate::archive) unarchived: BTreeMap<PathBuf, StateFile>,
    pub(in crate::archive) tombstones: BTreeMap<ArticleKey, Tombstone>,
    /// `None` where the table is not there or can't be read.
    pub(in crate::archive) aliases: Option<BTreeMap<Key, Alias>>,
    /// The forms each raw page is stored in.
    pub(in crate::archive) pages: BTreeMap<Digest, BTreeSet<PageFile>>,
}

impl Survey {
    /// Walks and reads an archive.
    pub(in crate::archive) fn read(root: &Path) -> Self {
        let mut survey = Self::nothing(Disk::new(root.to_owned()));
        survey.walk(root);
        survey.read_records();
        survey
    }

    fn nothing(disk: Disk) -> Self {
        Self {
            disk,
            findings: Vec::new(),
            files: BTreeMap::new(),
            articles: BTreeMap::new(),
            ledgers: BTreeMap::new(),
            unarchived: BTreeMap::new(),
            tombstones: BTreeMap::new(),
            aliases: None,
            pages: BTreeMap::new(),
        }
    }

    /// Takes in what was found in a part of the archive, which has the folders of its articles to itself.
    fn absorb(&mut self, part: Self) {
        let Self { disk: _, findings, files, articles, ledgers, unarchived, tombstones, aliases, pages } = part;
        self.findings.extend(findings);
        // Not `append`, which goes through all that is there already.
        self.files.extend(files);
        self.articles.extend(articles);
        self.ledgers.extend(ledgers);
        self.unarchived.extend(unarchived);
        self.tombstones.extend(tombstones);
        self.aliases = aliases.or(self.aliases.take());
        for (page, forms) in pages {
            self.pages.entry(page).or_default().extend(forms);
        }
    }

    pub(super) fn find(&mut self, code: Code, path: impl AsRef<Path>, detail: impl Into<String>) {
        self.findings.push(Finding { code, path: layout::slashed(path.as_ref()), detail: detail.into() });
    }

    /// Whether a folder is that of an article that was taken out, wholly there still or not.
    pub(in crate::archive) fn is_forgotten(&self, article: &FoundArticle) -> bool {
        let is_buried = |manifest: &Manifest| self.tombstones.contains_key(&manifest.article);
        !article.manifests.is_empty() && article.manifests.values().all(is_buried)
    }

    /// Whether something that is no file, or can't be read, stands in the place of a file.
    pub(in crate::archive) fn has_obstacle(&self, path: &Path) -> bool {
        let is_obstacle = |code| matches!(code, Code::FolderForFile | Code::SymbolicLink | Code::Unreadable);
        let name = layout::slashed(path);
        self.findings.iter().any(|finding| is_obstacle(finding.code) && finding.path == name)
    }

    /// Whether a page is stored so that it stands for itself.
    pub(super) fn has_alone(&self, page: &Digest) -> bool {
        self.pages.get(page).is_some_and(|forms| forms.contains(&PageFile::alone(*page)))
    }

    /// What can't be read, or stands where another record should, so that what that refers to is not known.
    pub(in crate::archive) fn blinding(&self) -> impl Iterator<Item = &Finding> {
        let blinding = [
            Code::Unreadable,
            Code::SymbolicLink,
            Code::ManifestDamaged,
            Code::StateDamaged,
            Code::LedgerDamaged,
            Code::UnarchivedDamaged,
            Code::TombstoneDamaged,
            Code::RecordFormat,
            Code::ManifestNumber,
            Code::ManifestArticle,
            Code::StateArticle,
            Code::UnarchivedName,
            Code::TombstoneName,
        ];
        let is_record = |path: &str| kind(Path::new(path)).is_record();
        self.findings.iter().filter(move |finding| {
            blinding.contains(&finding.code) || (finding.code == Code::FolderForFile && is_record(&finding.path))
        })
    }

    /// What is lost, so that what it refers to is not known.
    pub(in crate::archive) fn losses(&self) -> impl Iterator<Item = &Finding> {
        let losses = [
            Code::VersionGap,
            Code::ManifestMissing,
            Code::StateMissing,
            Code::StateLost,
            Code::LedgerArticle,
            Code::AliasArticle,
            Code::UnarchivedMissing,
            Code::TombstoneMissing,
        ];
        self.findings.iter().filter(move |finding| losses.contains(&finding.code))
    }

    fn walk(&mut self, root: &Path) {
        let disk = self.disk.clone();
        let mut folders = vec![PathBuf::new()];
        while !folders.is_empty() {
            let batch = folders.split_off(folders.len().saturating_sub(BATCH));
            let parts = spread(&batch, FOLDERS, |folders| {
                let mut part = Self::nothing(disk.clone());
                let below: Vec<PathBuf> = folders.iter().flat_map(|folder| part.list(root, folder)).collect();
                (part, below)
            });
            for (part, mut below) in parts {
                self.absorb(part);
                folders.append(&mut below);
            }
        }
        self.find_collisions();
    }

    /// Notes what is in a folder; gives the folders in it back, to be walked.
    fn list(&mut self, root: &Path, folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(root.join(folder)).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
        match entries {
            Err(error) => {
                self.find(Code::Unreadable, folder, error.to_string());
                Vec::new()
            }
            Ok(entries) => entries.iter().filter_map(|entry| self.meet(folder, entry)).collect(),
        }
    }

    /// Notes a file; gives a folder back, to be walked.
    fn meet(&mut self, folder: &Path, entry: &fs::DirEntry) -> Option<PathBuf> {
        let path = folder.join(entry.file_name());
        let found = match entry.metadata() {
            Ok(found) => found,
            Err(error) => {
                self.find(Code::Unreadable, &path, error.to_string());
                return None;
            }
        };
        if found.is_symlink() {
            self.find(Code::SymbolicLink, &path, "it is not followed");
            return None;
        }
        if is_of_version_control(&path) {
            return None;
        }
        if found.is_dir() {
            self.meet_folder(&path);
            return Some(path);
        }
        let file = FoundFile { kind: kind(&path), length: found.len(), modified: found.modified().ok() };
        if !found.is_file() {
            let code = if file.kind == Kind::Unknown { Code::UnknownFile } else { Code::Unreadable };
            self.find(code, &path, "it is a pipe, a socket or a device, and is not opened");
            return None;
        }
        match &file.kind {
            Kind::Unknown => self.find(Code::UnknownFile, &path, ""),
            Kind::Misplaced => self.find(Code::Misplaced, &path, ""),
            Kind::Temporary => self.find(Code::Temporary, &path, ""),
            Kind::Page(page) => {
                self.pages.entry(page.sha256).or_default().insert(*page);
            }
            _ => {}
        }
        self.files.insert(path, file);
        None
    }

    fn meet_folder(&mut self, path: &Path) {
        if let Some(dir) = article_folder(path) {
            self.articles.entry(dir).or_default();
        }
        if kind(path) == Kind::Lock {
            self.find(Code::UnknownFile, path, "a folder stands where writers put their lock; none can write");
        }
        let is_empty = || fs::read_dir(self.disk.path(path)).is_ok_and(|mut inside| inside.next().is_none());
        // A folder of issues may have the name of a ledger, but then it has something in it.
        if kind(path).is_of_one_file() || (kind(path) == Kind::Ledger && is_empty()) {
            let detail = if is_empty() { "" } else { "it has something in it; move it elsewhere" };
            self.find(Code::FolderForFile, path, detail);
        }
    }

    fn find_collisions(&mut self) {
        let mut folded: HashMap<u64, &Path> = HashMap::with_capacity(self.files.len());
        let fold = |path: &Path| layout::slashed(path).to_lowercase();
        let hasher = RandomState::new();
        let mut collisions = Vec::new();
        for path in self.files.keys() {
            // A name is kept by its hash: those of a big archive are longer than all that is known of its files.
            let name = fold(path);
            if let Some(other) = folded.insert(hasher.hash_one(&name), path).filter(|other| fold(other) == name) {
                collisions.push((path.clone(), format!("the other is `{}`", layout::slashed(other))));
            }
        }
        for (path, detail) in collisions {
            self.find(Code::CaseCollision, path, detail);
        }
    }

    fn read_records(&mut self) {
        let files = std::mem::take(&mut self.files);
        let records: Vec<(&PathBuf, &FoundFile)> = files.iter().filter(|(_, file)| file.is_record()).collect();
        // The records of an article stay together.
        let is_of_one = |one: &FoundFile, other: &FoundFile| one.folder().is_some() && one.folder() == other.folder();
        let groups: Vec<&[(&PathBuf, &FoundFile)]> =
            records.chunk_by(|(_, one), (_, other)| is_of_one(one, other)).collect();
        let disk = self.disk.clone();
        for batch in groups.chunks(BATCH) {
            let parts = spread(batch, RECORDS, |groups| {
                let mut part = Self::nothing(disk.clone());
                for (path, file) in groups.iter().copied().flatten() {
                    part.read_record(path, &file.kind);
                }
                part
            });
            for part in parts {
                self.absorb(part);
            }
        }
        self.files = files;
    }

    /// Reads a file where it is a record.
    fn read_record(&mut self, path: &Path, kind: &Kind) {
        match kind {
            Kind::Manifest(dir, number) => self.read_manifest(path, dir, *number),
            Kind::State(dir) => {
                let state = self.record(path, Code::StateDamaged);
                let article = self.articles.entry(dir.clone()).or_default();
                article.has_damaged_state = state.is_none();
                article.state = state;
            }
            Kind::Ledger => {
                let ledger = self.record(path, Code::LedgerDamaged);
                self.ledgers.extend(ledger.map(|ledger| (path.to_owned(), ledger)));
            }
            Kind::Unarchived => {
                let state = self.record(path, Code::UnarchivedDamaged);
                self.unarchived.extend(state.map(|state| (path.to_owned(), state)));
            }
            Kind::Tombstone => self.read_tombstone(path),
            Kind::Aliases => self.aliases = self.record(path, Code::AliasesDamaged),
            _ => {}
        }
    }

    fn read_manifest(&mut self, path: &Path, dir: &Path, number: u32) {
        let manifest: Option<Manifest> = self.record(path, Code::ManifestDamaged);
        let article = self.articles.entry(dir.to_owned()).or_default();
        match manifest {
            Some(manifest) if is_in_place(&manifest, dir, number) => {
                article.manifests.insert(number, manifest);
            }
            Some(manifest) => {
                article.misplaced.insert(number, manifest);
            }
            None => {
                article.damaged.insert(number);
            }
        }
    }

    fn read_tombstone(&mut self, path: &Path) {
        let Some(tombstone) = self.record::<Tombstone>(path, Code::TombstoneDamaged) else { return };
        if layout::tombstone(&tombstone.article) == path {
            self.tombstones.insert(tombstone.article.clone(), tombstone);
        } else {
            self.find(Code::TombstoneName, path, format!("it is that of `{}`", tombstone.article));
        }
    }

    /// Reads a record; what is wrong with it is noted.
    fn record<T: DeserializeOwned>(&mut self, path: &Path, damaged: Code) -> Option<T> {
        let bytes = match fs::read(self.disk.path(path)) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.find(Code::Unreadable, path, error.to_string());
                return None;
            }
        };
        match record::parse(&bytes) {
            Err(why) => {
                self.find(damaged, path, why);
                None
            }
            Ok(record) => {
                match unseal(&bytes).0 {
                    Seal::Missing => self.find(Code::Unsealed, path, ""),
                    Seal::LineEnds => self.find(Code::LineEnds, path, ""),
                    Seal::Whole | Seal::Broken => {}
                }
                Some(record)
            }
        }
    }
}

/// Whether a manifest is of the version and the article that its place says.
fn is_in_place(manifest: &Manifest, dir: &Path, number: u32) -> bool {
    manifest.version == number && is_folder_of(&manifest.article, dir)
}

/// Whether a folder has the name of one of an article.
pub(super) fn is_folder_of(article: &ArticleKey, dir: &Path) -> bool {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(&format!("-{}", layout::folder_hash(article)))
}

/// The folder of an article, where a path is one.
fn article_folder(path: &Path) -> Option<PathBuf> {
    let is_article = path.starts_with(layout::ARTICLES) && path.components().count() == 3;
    is_article.then(|| path.to_owned())
}
