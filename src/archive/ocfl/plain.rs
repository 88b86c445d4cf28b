//! Reads files of a storage root that may come from anywhere: no path leads out of it, and no link is followed.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::archive::{ArchiveError, layout};

/// The largest file that is read; pictures and pages are far smaller.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// A path as records of the storage root write it, where it stays inside: no `..`, no root, no empty part.
pub(super) fn inside(path: &str) -> Option<&Path> {
    let parsed = Path::new(path);
    let is_plain = parsed.components().all(|part| matches!(part, Component::Normal(_)));
    (!path.is_empty() && is_plain && !path.contains('\0') && layout::slashed(parsed) == path).then_some(parsed)
}

/// Reads a file.
///
/// # Errors
/// When it can't be read, is too large, or a part of the way to it is a link.
pub(super) fn read(root: &Path, relative: &Path) -> Result<Vec<u8>, ArchiveError> {
    let full = root.join(relative);
    let failed = |error| ArchiveError::io("read", &full)(error);
    let mut path = PathBuf::from(root);
    for part in relative.components() {
        path.push(part);
        let found = fs::symlink_metadata(&path).map_err(failed)?;
        if found.is_symlink() {
            return Err(ArchiveError::damaged(path, "it is a symbolic link, and none is followed"));
        }
        if found.is_file() && found.len() > MAX_FILE_BYTES {
            return Err(ArchiveError::damaged(path, "it is larger than 1 GiB, as no file of an archive is"));
        }
    }
    fs::read(&full).map_err(failed)
}

/// Reads a file; `None` where it is not there.
///
/// # Errors
/// As [`read`].
pub(super) fn read_if_there(root: &Path, relative: &Path) -> Result<Option<Vec<u8>>, ArchiveError> {
    match read(root, relative) {
        Err(ArchiveError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn paths_that_lead_out_are_no_paths() {
        for path in ["", "/etc/passwd", "..", "a/../b", "a//b", "./a", "a/", "a/./b", "a\0b"] {
            assert!(inside(path).is_none(), "{path:?}");
        }
        for path in ["a", "a b/|:/如何.md", "...", "a\\b"] {
            assert!(inside(path).is_some(), "{path:?}");
        }
    }
}
