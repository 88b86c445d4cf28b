//! The FORMAT file: what the archive is, and how to read and check it without this program.

use std::path::Path;

use super::kind::{Kind, is_of_version_control, kind};
use super::write::{Disk, list};
use super::{ArchiveError, layout, regular};

/// The first line of FORMAT.
const NAME: &str = "wxarchive 1";

/// The page of text that goes into every archive.
const TEXT: &str = include_str!("FORMAT.txt");

/// What a new archive tells git: to change no line end, and what is of this computer only.
const GIT: [(&str, &str); 2] =
    [(layout::GIT_ATTRIBUTES, "* -text\n"), (layout::GIT_IGNORE, ".lock\n.index.sqlite*\n.undo/\n.wxarchive-*\n")];

/// Makes a new archive of an empty folder, or checks that a folder is one.
pub(super) fn create_or_check(disk: &Disk) -> Result<(), ArchiveError> {
    check_or_empty(disk)?;
    if !disk.path(Path::new(layout::FORMAT)).exists() {
        for (name, text) in missing_git_files(disk) {
            disk.replace(Path::new(name), text.as_bytes())?;
        }
        disk.replace(Path::new(layout::FORMAT), TEXT.as_bytes())?;
    }
    Ok(())
}

/// What a new archive tells git, less what somebody wrote there already.
pub(super) fn missing_git_files(disk: &Disk) -> impl Iterator<Item = (&'static str, &'static str)> {
    GIT.into_iter().filter(|(name, _)| std::fs::symlink_metadata(disk.path(Path::new(name))).is_err())
}

/// Checks that a folder is an archive, or can become one: it is missing, or has nothing but what git and people put into
/// a new repository.
pub(super) fn check_or_empty(disk: &Disk) -> Result<(), ArchiveError> {
    if disk.path(Path::new(layout::FORMAT)).exists() {
        return check(disk);
    }
    let root = disk.path(Path::new(""));
    let is_ours = |name: &std::ffi::OsStr| {
        let path = Path::new(name);
        name.to_string_lossy().starts_with(layout::TEMPORARY)
            || is_of_version_control(path)
            || matches!(kind(path), Kind::Lock | Kind::Foreign)
    };
    let is_empty = list(&root)?.iter().all(|path| path.file_name().is_some_and(is_ours));
    match is_empty && (root.is_dir() || !root.exists()) {
        true => Ok(()),
        false if is_likely(disk) => Err(ArchiveError::NoFormat { path: root }),
        false => Err(ArchiveError::NotAnArchive { path: root }),
    }
}

/// Whether FORMAT has the very text that this program writes.
pub(super) fn is_current(disk: &Disk) -> bool {
    regular::read(&disk.path(Path::new(layout::FORMAT))).is_ok_and(|found| found == TEXT.as_bytes())
}

/// Whether a folder without FORMAT has what every archive has.
fn is_likely(disk: &Disk) -> bool {
    [layout::ARTICLES, layout::PAGES].iter().all(|folder| disk.path(Path::new(folder)).is_dir())
}

/// Writes FORMAT anew.
pub(super) fn write(disk: &Disk) -> Result<(), ArchiveError> {
    disk.replace(Path::new(layout::FORMAT), TEXT.as_bytes()).map(|_| ())
}

/// Checks that a folder is an archive of a format this program reads.
pub(super) fn check(disk: &Disk) -> Result<(), ArchiveError> {
    let path = disk.path(Path::new(layout::FORMAT));
    let bytes = match regular::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let path = disk.path(Path::new(""));
            return Err(if is_likely(disk) { ArchiveError::NoFormat { path } } else { ArchiveError::Missing { path } });
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
