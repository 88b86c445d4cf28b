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
    /// The newest last. From the folder of the archive, with `/`: both may be moved or cloned together.
    folders: Vec<String>,
}

/// The folders that pages of this archive were written to, of those that are still there; the last one is the newest.
///
/// # Errors
/// When the record is damaged.
pub fn places(archive: &Archive) -> Result<Vec<PathBuf>, ArchiveError> {
    let record = record(archive)?;
    let folders = record.folders.iter().map(|folder| archive.root().join(folder));
    Ok(folders.filter(|folder| folder.is_dir()).collect())
}

/// Remembers a folder with pages.
///
/// # Errors
/// When the record is damaged, another process writes to the archive, or nobody may.
pub fn remember(archive: &Archive, folder: &Path, now: jiff::Timestamp) -> Result<(), ArchiveError> {
    if !folder.is_dir() {
        // No page, no folder.
        return Ok(());
    }
    let folder = relative(&real(&archive.root())?, &real(folder)?);
    // Looked at before there is a lock: an archive that may only be read needs none for what it knows.
    if record(archive)?.folders.last() == Some(&folder) {
        return Ok(());
    }
    let writer = Writer::open_lazily(&archive.root(), now)?;
    // Another run may have written since.
    let mut record = record(&writer)?;
    record.folders.retain(|known| *known != folder && archive.root().join(known).is_dir());
    record.folders.push(folder);
    writer.put_journal(NAME, &record)
}

fn record(archive: &Archive) -> Result<Record, ArchiveError> {
    Ok(archive.journal(NAME)?.unwrap_or_default())
}

fn real(path: &Path) -> Result<PathBuf, ArchiveError> {
    fs::canonicalize(path).map_err(|source| ArchiveError::Io { doing: "find", path: path.to_owned(), source })
}

/// The way from a folder to a file or another folder, with `/`; both are absolute.
#[must_use]
pub fn relative(from: &Path, to: &Path) -> String {
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
