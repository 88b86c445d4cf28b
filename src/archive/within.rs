//! Keeps what is written for others out of folders that hold nothing but their own files, however a path names them.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::ArchiveError;

/// Refuses to write into a folder, or below it, what does not belong there.
///
/// # Errors
/// When the path is the folder or inside of it, be it over links or over `..`.
pub fn refuse_inside(folder: &Path, path: &Path) -> Result<(), ArchiveError> {
    if real(path).starts_with(real(folder)) {
        return Err(ArchiveError::Inside { path: path.to_owned(), folder: folder.to_owned() });
    }
    Ok(())
}

/// The path without links, as far as there is something.
fn real(path: &Path) -> PathBuf {
    // Only an empty path is refused, or one in a folder that was deleted: nothing is inside of those.
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut real = PathBuf::new();
    for part in absolute.components() {
        real.push(part);
        if part == Component::ParentDir {
            real.pop();
            real.pop();
        }
        // What is not there yet is no link.
        real = fs::canonicalize(&real).unwrap_or(real);
    }
    real
}
