//! The FORMAT file: what the archive is, and how to read and check it without this program.

use std::path::Path;

use super::kind::{Kind, is_of_version_control, kind};
use super::write::{Disk, list};
use super::{ArchiveError, Digest, layout, regular};

/// The first line of FORMAT.
const NAME: &str = "wxarchive 1";

/// The page of text that goes into every archive.
const TEXT: &str = include_str!("FORMAT.txt");

/// The SHA-256 of each text that an earlier program of the same format wrote: it tells nothing wrong. Whoever changes the
/// text adds that of the one before.
const FORMER: [&str; 13] = [
    "82d87d577391313a11dba6a5a76bbd237213aed41aa95b9742f3977ace04c346",
    "360f1dc2902331001d17a10398d7fbc30ecef289c8ddc82901953aa464a9f531",
    "3fe0205968d3e41f349d15cb8872e89a7d451ab07f4e08b6eb782ea825303d14",
    "3f109cd102bd311307d4202ece97803cbe745b6053d91f95341a6de161a4afed",
    "ab487b378ce66aea9db0355d49ec933a0bdec419fb6fd64f1610bd2393389f9d",
    "239525da274fa4e3a4951d8c9293b1a9e249ee11e6c4c47ff13e3939d94bb45e",
    "f41a93317d5711fd4304e8e465d0754fd19b41bfe237999db7f941388db56a17",
    "c41a26d473ac0b871d96b0e3be6e864c2e8565721efc6abbeb33eb964b7eb8e7",
    "7b321d053bbf7b27e51fc1657928981e877f4a7140114e3cf48c48815ca9df50",
    "5675a93a065c70072f4539b176b46aaf0aa9b7bfd3a77b5859fda3324f3b3035",
    "7b3a669c4b7365207d93b8b46e245cda80824a3a4461e8022c46be4b466ee5ce",
    "d19a4b1cf616a9210a3aa113074a40b687712432304e1905edf0662a96a7ea2d",
    "20e1c46dd62c669242ff49bb0f763cb92b376b879178dd9f7de051c06d68a066",
];

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

/// Whether FORMAT has a text that an earlier program wrote.
pub(super) fn is_former(disk: &Disk) -> bool {
    let found = regular::read(&disk.path(Path::new(layout::FORMAT)));
    found.is_ok_and(|found| FORMER.contains(&Digest::of(&found).to_string().as_str()))
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
