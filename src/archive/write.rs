//! Writes the files of an archive: each is whole or not there, whatever ends the program.
//!
//! A file is written under a temporary name in its own folder, flushed to the disk, renamed, and the folder
//! flushed. A crash leaves a temporary file at most, and the next writer removes it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::faults::Faults;
use super::{ArchiveError, Digest, kind, layout, regular};

mod staging;

/// A folder, for writing: that of an archive or of a mirror. An absolute path is taken as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    root: PathBuf,
    faults: Faults,
}

/// How much space there has to be when a writer opens an archive.
const RESERVE: usize = 4 << 20;

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// The file is new or has new bytes.
    Changed,
    /// The file had these bytes already and was not touched.
    Same,
}

/// What a new file is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Flushed to the disk before it gets its name.
    Durable,
    /// As durable, and read by its owner only.
    Private,
    /// Left to the system to flush: who reads it checks it.
    Unflushed,
}

/// What became of a file of somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revised {
    /// It has the new bytes.
    Written,
    /// It had other bytes than expected and was not touched.
    Changed,
}

impl Disk {
    /// Writes below a folder.
    pub(super) fn new(root: PathBuf) -> Self {
        Self::with_faults(root, Faults::default())
    }

    /// Writes below a folder, and lets the planned operation fail.
    pub(crate) fn with_faults(root: PathBuf, faults: Faults) -> Self {
        Self { root, faults }
    }

    /// A path of the layout below the folder.
    pub(crate) fn path(&self, relative: &Path) -> PathBuf {
        self.root.join(relative)
    }

    /// A path of the layout, through none but real folders: a link could lead out of the archive.
    fn real_path(&self, relative: &Path) -> Result<PathBuf, ArchiveError> {
        let is_inside = |folder: &&Path| folder.is_relative() && !folder.as_os_str().is_empty();
        for folder in relative.ancestors().skip(1).filter(is_inside) {
            let path = self.path(folder);
            // Files outside of any archive have no root here, and may be reached over links.
            if !self.root.as_os_str().is_empty() && path.is_symlink() {
                return Err(ArchiveError::Link { path });
            }
        }
        Ok(self.path(relative))
    }

    /// Refuses to begin where the disk is as good as full: what is begun needs space for its last records, too.
    pub(super) fn require_space(&self) -> Result<(), ArchiveError> {
        let write = || {
            let length = self.faults.step_writing(RESERVE)?;
            let mut reserve = builder(Manner::Unflushed).tempfile_in(&self.root)?;
            reserve.write_all(&vec![0; length])?;
            if length < RESERVE { Err(self.faults.short_write()) } else { reserve.close() }
        };
        write().map_err(ArchiveError::io("reserve 4 MiB of space in", &self.root))
    }

    /// Puts bytes into a file that may change; one that has them already is not touched.
    pub(crate) fn replace(&self, relative: &Path, bytes: &[u8]) -> Result<Written, ArchiveError> {
        self.put(relative, bytes, Manner::Durable)
    }

    /// Puts bytes into a file that only its owner reads.
    pub(super) fn replace_private(&self, relative: &Path, bytes: &[u8]) -> Result<Written, ArchiveError> {
        self.put(relative, bytes, Manner::Private)
    }

    /// Puts bytes into a file that is made again at any time: a power cut may leave it without them.
    pub(crate) fn put_unflushed(&self, relative: &Path, bytes: &[u8]) -> Result<Written, ArchiveError> {
        self.put(relative, bytes, Manner::Unflushed)
    }

    fn put(&self, relative: &Path, bytes: &[u8], manner: Manner) -> Result<Written, ArchiveError> {
        let path = self.real_path(relative)?;
        if regular::read(&path).is_ok_and(|present| present == bytes) {
            return Ok(Written::Same);
        }
        let temporary = self.temporary(&path, bytes, manner)?;
        self.persist("replace", temporary, &path)?;
        if manner != Manner::Unflushed {
            self.sync_folder(&path)?;
        }
        Ok(Written::Changed)
    }

    /// Gives a file of elsewhere a second name here; `false` where the disks can't do that.
    pub(crate) fn link(&self, source: &Path, relative: &Path) -> Result<bool, ArchiveError> {
        let path = self.real_path(relative)?;
        self.make_folder(folder_of(&path))?;
        self.faults.step().map_err(ArchiveError::io("link", &path))?;
        Ok(fs::hard_link(source, path).is_ok())
    }

    /// Copies a file of elsewhere, which shares its blocks where the disk can do that; `false` where the copy has
    /// another length and is not kept.
    pub(crate) fn copy(&self, source: &Path, relative: &Path, length: u64) -> Result<bool, ArchiveError> {
        let path = self.real_path(relative)?;
        let temporary = self.temporary(&path, &[], Manner::Unflushed)?;
        let temporary = self.before("copy to", &path, temporary)?;
        let copied = fs::copy(source, temporary.path()).map_err(ArchiveError::io("copy to", &path))?;
        if copied != length {
            return Ok(false);
        }
        self.persist("replace", temporary, &path).map(|()| true)
    }

    /// Puts bytes into a file of somebody else that still has the expected ones: behind a symbolic link into the file it
    /// leads to, with the permissions it has.
    pub(crate) fn revise(&self, path: &Path, expected: Digest, bytes: &[u8]) -> Result<Revised, ArchiveError> {
        let target = fs::canonicalize(self.path(path)).map_err(ArchiveError::io("find", path))?;
        let permissions = fs::metadata(&target).map_err(ArchiveError::io("look at", path))?.permissions();
        // Otherwise a file that nobody may write would be written all the same, by taking its place.
        fs::File::options().append(true).open(&target).map_err(ArchiveError::io("write", path))?;
        let temporary = self.temporary(&target, bytes, Manner::Durable)?;
        let temporary = self.before("set the permissions of", &target, temporary)?;
        fs::set_permissions(temporary.path(), permissions)
            .map_err(ArchiveError::io("set the permissions of", &target))?;
        // As late as can be: somebody may be editing right now.
        let present = fs::read(&target).map_err(ArchiveError::io("read", path))?;
        if Digest::of(&present) != expected {
            return Ok(Revised::Changed);
        }
        self.persist("replace", temporary, &target)?;
        self.sync_folder(&target)?;
        Ok(Revised::Written)
    }

    /// Puts bytes into a file whose name tells its content; where it has other bytes it is damaged and written anew.
    pub(super) fn keep(&self, relative: &Path, bytes: &[u8]) -> Result<Written, ArchiveError> {
        self.replace(relative, bytes)
    }

    /// Creates a file that must not be there yet: the commit of a version.
    pub(super) fn create(&self, relative: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
        let path = self.real_path(relative)?;
        let temporary = self.temporary(&path, bytes, Manner::Durable)?;
        self.before("create", &path, temporary)?
            .persist_noclobber(&path)
            .map_err(|failed| ArchiveError::io("create", &path)(failed.error))?;
        self.sync_folder(&path)
    }

    /// Removes a file; one that is not there is fine.
    pub(crate) fn remove(&self, relative: &Path) -> Result<(), ArchiveError> {
        let path = self.real_path(relative)?;
        match self.faults.step().and_then(|()| fs::remove_file(&path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ArchiveError::io("remove", path)(error)),
            Err(_) => Ok(()),
            Ok(()) => self.sync_folder(&path),
        }
    }

    /// Removes a folder where it is empty, and says whether it was.
    pub(crate) fn remove_empty(&self, relative: &Path) -> Result<bool, ArchiveError> {
        let path = self.real_path(relative)?;
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
            let inside = self.sweep_folder(&folder)?.into_iter();
            folders.extend(inside.filter(|path| !path.strip_prefix(&self.root).is_ok_and(kind::is_of_version_control)));
        }
        Ok(())
    }

    /// Removes such files of one folder, and gives the folders in it.
    pub(crate) fn sweep_folder(&self, folder: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
        let mut folders = Vec::new();
        for entry in fs::read_dir(folder).map_err(ArchiveError::io("list", folder))? {
            let entry = entry.map_err(ArchiveError::io("list", folder))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(ArchiveError::io("look at", &path))?;
            if kind.is_dir() {
                folders.push(path);
            } else if layout::is_temporary(&entry.file_name().to_string_lossy()) {
                let removed = self.faults.step().and_then(|()| fs::remove_file(&path));
                removed.map_err(ArchiveError::io("remove", path))?;
            }
        }
        Ok(folders)
    }

    /// Writes bytes to a temporary file beside the path and flushes them to the disk.
    fn temporary(&self, path: &Path, bytes: &[u8], manner: Manner) -> Result<NamedTempFile, ArchiveError> {
        let folder = folder_of(path);
        self.make_folder(folder)?;
        let made = self.faults.step().and_then(|()| builder(manner).tempfile_in(folder));
        let mut temporary = made.map_err(ArchiveError::io("write", path))?;
        let filled = self.fill(&mut temporary, bytes, manner);
        // A program that died leaves the file.
        temporary.disable_cleanup(self.faults.is_dead());
        filled.map_err(ArchiveError::io("write", path))?;
        temporary.disable_cleanup(false);
        Ok(temporary)
    }

    fn fill(&self, temporary: &mut NamedTempFile, bytes: &[u8], manner: Manner) -> io::Result<()> {
        let length = self.faults.step_writing(bytes.len())?;
        temporary.write_all(&bytes[..length])?;
        if length < bytes.len() {
            return Err(self.faults.short_write());
        }
        if manner == Manner::Unflushed {
            return Ok(());
        }
        self.faults.step()?;
        temporary.as_file().sync_all()
    }

    /// Gives a temporary file its name, where another file may be.
    fn persist(&self, doing: &'static str, temporary: NamedTempFile, path: &Path) -> Result<(), ArchiveError> {
        let temporary = self.before(doing, path, temporary)?;
        temporary.persist(path).map_err(|failed| ArchiveError::io(doing, path)(failed.error))?;
        Ok(())
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
        let folder = folder_of(path);
        let flush = || fs::File::open(folder)?.sync_all();
        self.faults.step().and_then(|()| flush()).map_err(ArchiveError::io("flush", folder))
    }

    /// Folders can't be opened as files on other systems, which keep renames in their journals.
    #[cfg(not(unix))]
    fn sync_folder(&self, _path: &Path) -> Result<(), ArchiveError> {
        Ok(())
    }
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A temporary file has the permissions of an ordinary one, since it becomes one, unless it is private.
#[cfg(unix)]
fn builder(manner: Manner) -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = if manner == Manner::Private { 0o600 } else { 0o666 };
    let mut builder = tempfile::Builder::new();
    builder.prefix(layout::TEMPORARY).permissions(fs::Permissions::from_mode(mode));
    builder
}

#[cfg(not(unix))]
fn builder(_manner: Manner) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(layout::TEMPORARY);
    builder
}

/// The entries of a folder by name; none where there is no folder.
pub(super) fn list(folder: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let entries = open_folder(folder)?.into_iter().flatten();
    let paths: Result<Vec<PathBuf>, io::Error> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(ArchiveError::io("list", folder))?;
    paths.sort();
    Ok(paths)
}

/// A folder to be listed; `None` where there is no folder.
pub(super) fn open_folder(folder: &Path) -> Result<Option<fs::ReadDir>, ArchiveError> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(Some(entries)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(ArchiveError::io("list", folder)(error)),
    }
}
