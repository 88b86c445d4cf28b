//! Writes the files of an archive: each is whole or not there, whatever ends the program.
//!
//! A file is written under a temporary name in its own folder, flushed to the disk, renamed, and the folder
//! flushed. A crash leaves a temporary file at most, and the next writer removes it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::faults::Faults;
use super::{ArchiveError, layout};

mod staging;

/// The folder of an archive, for writing.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    root: PathBuf,
    faults: Faults,
}

/// How much space there has to be when a writer opens an archive.
const RESERVE: usize = 4 << 20;

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// The file is new or has new bytes.
    Changed,
    /// The file had these bytes already and was not touched.
    Same,
}

impl Disk {
    /// Writes below a folder.
    pub(super) fn new(root: PathBuf) -> Self {
        Self::with_faults(root, Faults::default())
    }

    /// Writes below a folder, and lets the planned operation fail.
    pub(super) fn with_faults(root: PathBuf, faults: Faults) -> Self {
        Self { root, faults }
    }

    /// A path of the layout below the folder.
    pub(super) fn path(&self, relative: &Path) -> PathBuf {
        self.root.join(relative)
    }

    /// Refuses to begin where the disk is as good as full: what is begun needs space for its last records, too.
    pub(super) fn require_space(&self) -> Result<(), ArchiveError> {
        let write = || {
            let length = self.faults.step_writing(RESERVE)?;
            let mut reserve = builder().tempfile_in(&self.root)?;
            reserve.write_all(&vec![0; length])?;
            if length < RESERVE { Err(self.faults.short_write()) } else { reserve.close() }
        };
        write().map_err(ArchiveError::io("reserve 4 MiB of space in", &self.root))
    }

    /// Puts bytes into a file that may change; one that has them already is not touched.
    pub(super) fn replace(&self, relative: &Path, bytes: &[u8]) -> Result<Written, ArchiveError> {
        let path = self.path(relative);
        if fs::read(&path).is_ok_and(|present| present == bytes) {
            return Ok(Written::Same);
        }
        let temporary = self.temporary(&path, bytes)?;
        self.before("replace", &path, temporary)?
            .persist(&path)
            .map_err(|failed| ArchiveError::io("replace", &path)(failed.error))?;
        self.sync_folder(&path)?;
        Ok(Written::Changed)
    }

    /// Puts bytes into a file whose name tells its content; where it has other bytes it is damaged and written anew.
    pub(super) fn keep(&self, relative: &Path, bytes: &[u8]) -> Result<Written, ArchiveError> {
        self.replace(relative, bytes)
    }

    /// Creates a file that must not be there yet: the commit of a version.
    pub(super) fn create(&self, relative: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
        let path = self.path(relative);
        let temporary = self.temporary(&path, bytes)?;
        self.before("create", &path, temporary)?
            .persist_noclobber(&path)
            .map_err(|failed| ArchiveError::io("create", &path)(failed.error))?;
        self.sync_folder(&path)
    }

    /// Removes a file; one that is not there is fine.
    pub(super) fn remove(&self, relative: &Path) -> Result<(), ArchiveError> {
        let path = self.path(relative);
        match self.faults.step().and_then(|()| fs::remove_file(&path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ArchiveError::io("remove", path)(error)),
            Err(_) => Ok(()),
            Ok(()) => self.sync_folder(&path),
        }
    }

    /// Removes a folder where it is empty, and says whether it was.
    pub(super) fn remove_empty(&self, relative: &Path) -> Result<bool, ArchiveError> {
        let path = self.path(relative);
        if !list(&path)?.is_empty() || !path.is_dir() {
            return Ok(false);
        }
        self.faults.step().and_then(|()| fs::remove_dir(&path)).map_err(ArchiveError::io("remove", path))?;
        Ok(true)
    }

    /// Removes what a writer that was killed left under temporary names.
    pub(super) fn sweep(&self) -> Result<(), ArchiveError> {
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(ArchiveError::io("list", &folder))? {
                let entry = entry.map_err(ArchiveError::io("list", &folder))?;
                let path = entry.path();
                let kind = entry.file_type().map_err(ArchiveError::io("look at", &path))?;
                if kind.is_dir() {
                    folders.push(path);
                } else if entry.file_name().to_string_lossy().starts_with(layout::TEMPORARY) {
                    self.faults
                        .step()
                        .and_then(|()| fs::remove_file(&path))
                        .map_err(ArchiveError::io("remove", path))?;
                }
            }
        }
        Ok(())
    }

    /// Writes bytes to a temporary file beside the path and flushes them to the disk.
    fn temporary(&self, path: &Path, bytes: &[u8]) -> Result<NamedTempFile, ArchiveError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        self.make_folder(folder)?;
        let mut temporary =
            self.faults.step().and_then(|()| builder().tempfile_in(folder)).map_err(ArchiveError::io("write", path))?;
        let filled = self.fill(&mut temporary, bytes);
        // A program that died leaves the file.
        temporary.disable_cleanup(self.faults.is_dead());
        filled.map_err(ArchiveError::io("write", path))?;
        temporary.disable_cleanup(false);
        Ok(temporary)
    }

    fn fill(&self, temporary: &mut NamedTempFile, bytes: &[u8]) -> io::Result<()> {
        let length = self.faults.step_writing(bytes.len())?;
        temporary.write_all(&bytes[..length])?;
        if length < bytes.len() {
            return Err(self.faults.short_write());
        }
        self.faults.step()?;
        temporary.as_file().sync_all()
    }

    /// Asks before a temporary file gets its name.
    fn before(&self, doing: &'static str, path: &Path, mut file: NamedTempFile) -> Result<NamedTempFile, ArchiveError> {
        let allowed = self.faults.step();
        file.disable_cleanup(self.faults.is_dead());
        allowed.map_err(ArchiveError::io(doing, path))?;
        Ok(file)
    }

    /// Makes a folder and the missing ones above it, each flushed into the one that holds it.
    fn make_folder(&self, folder: &Path) -> Result<(), ArchiveError> {
        if folder.as_os_str().is_empty() || folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make_folder(parent)?;
        }
        match self.faults.step().and_then(|()| fs::create_dir(folder)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(ArchiveError::io("make folder", folder)(error))
            }
            _ => self.sync_folder(folder),
        }
    }

    /// Flushes the folder of a path, so that a rename survives a power cut.
    #[cfg(unix)]
    fn sync_folder(&self, path: &Path) -> Result<(), ArchiveError> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let flush = || fs::File::open(folder)?.sync_all();
        self.faults.step().and_then(|()| flush()).map_err(ArchiveError::io("flush", folder))
    }

    /// Folders can't be opened as files on other systems, which keep renames in their journals.
    #[cfg(not(unix))]
    fn sync_folder(&self, _path: &Path) -> Result<(), ArchiveError> {
        Ok(())
    }
}

/// A temporary file has the permissions of an ordinary one, since it becomes one.
#[cfg(unix)]
fn builder() -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut builder = tempfile::Builder::new();
    builder.prefix(layout::TEMPORARY).permissions(fs::Permissions::from_mode(0o666));
    builder
}

#[cfg(not(unix))]
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(layout::TEMPORARY);
    builder
}

/// The entries of a folder by name; none where there is no folder.
pub(super) fn list(folder: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(ArchiveError::io("list", folder)(error)),
    };
    let paths: Result<Vec<PathBuf>, io::Error> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(ArchiveError::io("list", folder))?;
    paths.sort();
    Ok(paths)
}
