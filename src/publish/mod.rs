//! Writes archived articles as pages of the newsletter's site, and takes away pages that are wanted no longer.
//!
//! A page is the archive's own Markdown with other front matter, a notice, and other addresses for pictures and for
//! links between articles. A manifest in the folder knows every file that was written; no other file is ever touched.

mod layout;
mod manifest;
mod page;
mod shield;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::archive::{Archive, ArchiveError, Entry};
use crate::edit::EditError;

pub use layout::Layout;

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

/// What came of it.
#[derive(Debug, Default)]
pub struct Published {
    /// How many pages there are.
    pub pages: usize,
    /// How many files were written.
    pub written: usize,
    /// How many had their bytes already.
    pub same: usize,
    /// How many were removed.
    pub removed: usize,
    /// Files that are somebody else's and were left as they are.
    pub foreign: Vec<PathBuf>,
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
    /// The manifest is damaged.
    #[error("`{path}` is damaged: {why}; restore it, or remove it together with the pages it lists")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// Writes the pages of some articles into a folder of the site, and removes those that earlier runs wrote besides.
///
/// # Errors
/// When a page can't be read from the archive or written; what is written by then is in the manifest.
pub fn publish(archive: &Archive, entries: &[&Entry], folder: &Path, style: &Style) -> Result<Published, PublishError> {
    let files = Pages { archive, entries, style }.files()?;
    let mut manifest = Manifest::open(folder)?;
    let wanted: BTreeMap<&Path, _> = files.iter().map(|file| (file.path.as_path(), file.digest)).collect();
    manifest.expect(&wanted)?;
    let mut published = Published { pages: entries.len(), ..Published::default() };
    for file in &files {
        match manifest.put(file)? {
            manifest::Put::Written => published.written += 1,
            manifest::Put::Same => published.same += 1,
            manifest::Put::Foreign => published.foreign.push(folder.join(&file.path)),
        }
    }
    let (removed, kept) = manifest.remove_others(&wanted)?;
    published.removed = removed;
    published.foreign.extend(kept);
    manifest.settle(&wanted)?;
    Ok(published)
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
