//! Remembers in the archive's journal where pages were published, so that `relink` links only pages that are there.

use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::archive::{Archive, ArchiveError, Writer};

/// The name of the record in the archive's journal.
const NAME: &str = "published";

/// The folders that have pages.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    /// From the folder of the archive, with `/`: both may be moved or cloned together.
    folders: Vec<String>,
}

/// The folders that pages of this archive were written to, of those that are still there.
///
/// # Errors
/// When the record is damaged.
pub fn places(archive: &Archive) -> Result<Vec<PathBuf>, ArchiveError> {
    let record: Record = archive.journal(NAME)?.unwrap_or_default();
    let folders = record.folders.iter().map(|folder| archive.root().join(folder));
    Ok(folders.filter(|folder| folder.is_dir()).collect())
}

/// Remembers a folder with pages.
///
/// # Errors
/// When the record is damaged, another process writes to the archive, or nobody may.
pub fn remember(archive: &Archive, folder: &Path, now: jiff::Timestamp) -> Result<(), ArchiveError> {
    let (Ok(root), Ok(folder)) = (fs::canonicalize(archive.root()), fs::canonicalize(folder)) else { return Ok(()) };
    let folder = relative(&root, &folder);
    let mut record: Record = archive.journal(NAME)?.unwrap_or_default();
    if record.folders.contains(&folder) {
        return Ok(());
    }
    record.folders.retain(|known| archive.root().join(known).is_dir());
    record.folders.push(folder);
    Writer::open(&archive.root(), now)?.put_journal(NAME, &record)
}

/// The way from one folder to another, with `/`; both are absolute.
fn relative(from: &Path, to: &Path) -> String {
    let parts = |path: &Path| -> Vec<String> {
        let normal = path.components().filter(|part| !matches!(part, Component::RootDir));
        normal.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    up.chain(to[common..].iter().cloned()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_told_from_the_archive() {
        assert_eq!(relative(Path::new("/site/archive"), Path::new("/site/content/zh")), "../content/zh");
        assert_eq!(relative(Path::new("/site/archive"), Path::new("/site/archive")), "");
    }
}
