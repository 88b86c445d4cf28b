//! Reads and replaces issue files: whole or not at all, with the permissions they had.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::RepairError;
use crate::archive::Digest;

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, RepairError> {
    fs::read(path).map_err(failed("read", path))
}

/// Puts bytes into a file that still has the expected ones; behind a symbolic link, into the file it leads to.
pub(super) fn replace(path: &Path, expected: Digest, bytes: &[u8]) -> Result<(), RepairError> {
    let target = fs::canonicalize(path).map_err(failed("find", path))?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let write = || -> io::Result<tempfile::NamedTempFile> {
        let mut temporary = tempfile::Builder::new().prefix(".wxarchive-").tempfile_in(folder)?;
        temporary.write_all(bytes)?;
        temporary.as_file().set_permissions(fs::metadata(&target)?.permissions())?;
        temporary.as_file().sync_all()?;
        Ok(temporary)
    };
    let temporary = write().map_err(failed("write beside", path))?;
    // As late as can be: somebody may be editing right now.
    if Digest::of(&read(&target)?) != expected {
        return Err(RepairError::Changed { path: path.to_owned() });
    }
    temporary.persist(&target).map_err(|error| failed("replace", path)(error.error))?;
    flush_folder(folder).map_err(failed("flush the folder of", path))
}

/// Puts bytes into a file that may be new; the folders above it are made.
///
/// # Errors
/// When the system refuses.
pub fn put_file(path: &Path, bytes: &[u8]) -> Result<(), RepairError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed("make the folder of", path))?;
    let write = || -> io::Result<tempfile::NamedTempFile> {
        let mut temporary = builder().tempfile_in(folder)?;
        temporary.write_all(bytes)?;
        temporary.as_file().sync_all()?;
        Ok(temporary)
    };
    let temporary = write().map_err(failed("write", path))?;
    temporary.persist(path).map_err(|error| failed("replace", path)(error.error))?;
    flush_folder(folder).map_err(failed("flush the folder of", path))
}

/// A new file has the permissions of an ordinary one.
#[cfg(unix)]
fn builder() -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".wxarchive-").permissions(fs::Permissions::from_mode(0o666));
    builder
}

#[cfg(not(unix))]
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".wxarchive-");
    builder
}

/// A path that means the same from any folder.
pub(super) fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Flushes a folder, so that a rename survives a power cut.
#[cfg(unix)]
fn flush_folder(folder: &Path) -> io::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all())
}

/// Folders can't be opened as files on other systems; their renames are durable by themselves.
#[cfg(not(unix))]
fn flush_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> RepairError {
    let path = path.to_owned();
    move |source| RepairError::Io { doing, path, source }
}
