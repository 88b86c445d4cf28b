//! The FORMAT file: what the archive is, and how to read and check it without this program.

use std::path::Path;

use super::write::{Disk, list};
use super::{ArchiveError, layout};

/// The first line of FORMAT.
const NAME: &str = "wxarchive 1";

/// The page of text that goes into every archive.
const TEXT: &str = include_str!("FORMAT.txt");

/// Makes a new archive of an empty folder, or checks that a folder is one.
pub(super) fn create_or_check(disk: &Disk) -> Result<(), ArchiveError> {
    check_or_empty(disk)?;
    if !disk.path(Path::new(layout::FORMAT)).exists() {
        disk.replace(Path::new(layout::FORMAT), TEXT.as_bytes())?;
    }
    Ok(())
}

/// Checks that a folder is an archive, or is empty or missing and can become one.
pub(super) fn check_or_empty(disk: &Disk) -> Result<(), ArchiveError> {
    if disk.path(Path::new(layout::FORMAT)).exists() {
        return check(disk);
    }
    let root = disk.path(Path::new(""));
    let is_ours =
        |name: &std::ffi::OsStr| name == layout::LOCK || name.to_string_lossy().starts_with(layout::TEMPORARY);
    let is_empty = list(&root)?.iter().all(|path| path.file_name().is_some_and(is_ours));
    if is_empty && (root.is_dir() || !root.exists()) { Ok(()) } else { Err(ArchiveError::NotAnArchive { path: root }) }
}

/// Whether FORMAT has the very text that this program writes.
pub(super) fn is_current(disk: &Disk) -> bool {
    std::fs::read(disk.path(Path::new(layout::FORMAT))).is_ok_and(|found| found == TEXT.as_bytes())
}

/// Writes FORMAT anew.
pub(super) fn write(disk: &Disk) -> Result<(), ArchiveError> {
    disk.replace(Path::new(layout::FORMAT), TEXT.as_bytes()).map(|_| ())
}

/// Checks that a folder is an archive of a format this program reads.
pub(super) fn check(disk: &Disk) -> Result<(), ArchiveError> {
    let path = disk.path(Path::new(layout::FORMAT));
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(ArchiveError::Missing { path: disk.path(Path::new("")) });
        }
        Err(error) => return Err(ArchiveError::io("read", path)(error)),
    };
    let found = String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().to_owned();
    match found.strip_prefix("wxarchive ").map(str::parse::<u32>) {
        _ if found == NAME => Ok(()),
        Some(Ok(_)) => Err(ArchiveError::NewerFormat { path, found }),
        _ => Err(ArchiveError::damaged(path, "its first line does not name a format")),
    }
}
