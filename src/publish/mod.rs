//! Writes archived articles as pages of the newsletter's site, and keeps every page that issues may link by now.
//!
//! A page is the archive's own Markdown with other front matter, a notice, and other addresses for pictures and for
//! links between articles. A manifest in the folder knows every file that was written; no other file is ever touched.

mod layout;
mod manifest;
mod page;
mod place;
mod shield;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::archive::{Archive, ArchiveError, Entry, Tombstone};
use crate::edit::EditError;

pub use layout::Layout;
pub use place::{places, relative, remember};

use layout::Beside;
use manifest::Manifest;
use page::Pages;

/// What pages are made like.
#[derive(Debug, Clone)]
pub struct Style {
    /// The site generator.
    pub layout: Layout,
    /// Where the archive's folder `images` is on the web; without it pictures are copied beside the pages.
    pub cdn: Option<String>,
    /// The words at the head of a page, with `{account}` `{published}` `{archived}` `{url}` in them.
    pub notice: String,
}

/// The words at the head of a page.
pub const NOTICE: &str =
    "本文由「{account}」发布（{published}），版权归原作者所有。这是 {archived} 的存档，原文：<{url}>";

/// Which articles are published.
#[derive(Debug)]
pub struct Selection<'a> {
    /// Those that get a page.
    pub entries: &'a [&'a Entry],
    /// What becomes of the pages that earlier runs wrote of others.
    pub others: Others,
}

/// What becomes of pages of articles that are not selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They stay and are kept up to date, since issues may link them; only those of forgotten articles go.
    Keep,
    /// They go.
    Remove,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Published {
    /// How many pages there are.
    pub pages: usize,
    /// How many of them are there only since an earlier run wrote them.
    pub kept: usize,
    /// How many pages more there are of articles that the archive does not have; they are left as they are.
    pub orphans: usize,
    /// How many files were written.
    pub written: usize,
    /// How many had their bytes already.
    pub same: usize,
    /// How many were removed.
    pub removed: usize,
    /// Files that are somebody else's and were left as they are.
    pub foreign: Vec<PathBuf>,
    /// Pictures that were not written, since the archive has them no more, or damaged.
    pub damaged: Vec<PathBuf>,
}

/// Why pages could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The archive can't be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file can't be written.
    #[error(transparent)]
    Write(#[from] EditError),
    /// The system refused something else.
    #[error("could not {doing} `{path}`: {source}")]
    Io {
        /// The operation, as `read`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The address that pictures will have on the site is not known.
    #[error(
        "`{folder}` is not below a folder `source`, so where Hexo will put its pictures is not known; publish below \
         `source`, or pass `--cdn`"
    )]
    NotBelowSource {
        /// The folder of the pages.
        folder: PathBuf,
    },
    /// The manifest is damaged.
    #[error("`{path}` is damaged: {why}; restore it, or remove it together with the pages it lists")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// Writes the pages of some articles into a folder of the site, and deals with those that earlier runs wrote besides.
///
/// # Errors
/// When a page can't be read from the archive or written; what is written by then is in the manifest.
pub fn publish(
    archive: &Archive,
    selection: &Selection<'_>,
    folder: &Path,
    style: &Style,
) -> Result<Published, PublishError> {
    let mut manifest = Manifest::open(folder)?;
    let entries = with_published(archive, selection, &manifest.pages());
    let beside = if style.cdn.is_none() { style.layout.beside(folder)? } else { Beside::Page("") };
    let files = Pages { archive, entries: &entries, style, beside }.files()?;
    let wanted: BTreeMap<&Path, _> = files.iter().map(|file| (file.path.as_path(), file.digest)).collect();
    let orphans = orphans(archive, selection.others, &entries, &manifest.pages());
    let goes = |path: &Path| {
        let is_orphan = manifest::page_of(path).is_some_and(|page| orphans.contains(page));
        !wanted.contains_key(path) && !is_orphan
    };
    manifest.expect(&wanted)?;
    let kept = entries.len().saturating_sub(selection.entries.len());
    let mut published = Published { pages: entries.len(), kept, orphans: orphans.len(), ..Published::default() };
    for file in &files {
        match manifest.put(file)? {
            manifest::Put::Written => published.written += 1,
            manifest::Put::Same => published.same += 1,
            manifest::Put::Damaged => published.damaged.push(folder.join(&file.path)),
            manifest::Put::Foreign => published.foreign.push(folder.join(&file.path)),
        }
    }
    let (removed, changed) = manifest.remove(goes)?;
    published.removed = removed;
    published.foreign.extend(changed);
    manifest.settle(&wanted, goes)?;
    Ok(published)
}

/// The selected articles, and those that have a page already, in the order of their folders.
fn with_published<'a>(archive: &'a Archive, selection: &Selection<'a>, pages: &BTreeSet<&str>) -> Vec<&'a Entry> {
    let mut entries: Vec<&Entry> = match selection.others {
        Others::Remove => selection.entries.to_vec(),
        Others::Keep => {
            let selected: BTreeSet<&Path> = selection.entries.iter().map(|entry| entry.dir.as_path()).collect();
            let is_wanted =
                |entry: &&Entry| selected.contains(entry.dir.as_path()) || pages.contains(slug(entry).as_str());
            archive.entries().filter(is_wanted).collect()
        }
    };
    entries.sort_by(|one, other| one.dir.cmp(&other.dir));
    entries
}

/// The pages of articles that the archive neither has nor was told to forget: most likely it is another archive, or a
/// new one.
fn orphans(archive: &Archive, others: Others, entries: &[&Entry], pages: &BTreeSet<&str>) -> BTreeSet<String> {
    if others == Others::Remove {
        return BTreeSet::new();
    }
    let known: BTreeSet<String> = entries.iter().map(|entry| slug(entry)).collect();
    let forgotten: BTreeSet<String> = archive.tombstones().map(Tombstone::folder_hash).collect();
    let is_orphan = |page: &&str| {
        let hash = page.rsplit('-').next().unwrap_or_default();
        !known.contains(*page) && !forgotten.contains(hash)
    };
    pages.iter().copied().filter(is_orphan).map(str::to_owned).collect()
}

/// The pages that are in a folder of the site, by their names, as its manifest knows them.
///
/// # Errors
/// When the manifest can't be read.
pub fn pages(folder: &Path) -> Result<BTreeSet<String>, PublishError> {
    Ok(Manifest::open(folder)?.present_pages())
}

/// The name of an article's folder on the site: its day and eight digits of its hash, in ASCII.
///
/// Site generators disagree about capitals and Chinese in addresses; none changes these.
#[must_use]
pub fn slug(entry: &Entry) -> String {
    let name = entry.dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let hash = name.rsplit('-').next().unwrap_or_default();
    let day = name.get(..10).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    format!("{}-{hash}", day.unwrap_or("undated"))
}
