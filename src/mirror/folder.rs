//! The folder that is served: files come in whole under their final names, or not at all.

use std::fs::{self, File, TryLockError};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Copied, MirrorError, Store, manifest};
use crate::archive::write::Disk;
use crate::archive::{ArchiveError, Faults};

/// A folder that is served.
#[derive(Debug)]
pub struct Folder {
    disk: Disk,
    _lock: Option<Lock>,
    /// When the manifest was written; `None` where there is none yet.
    written: Option<SystemTime>,
}

impl Folder {
    /// Looks at a folder, which need not be there, to read what is in it: nothing is made or removed.
    #[must_use]
    pub fn look(root: &Path) -> Self {
        Self::of(Disk::with_faults(root.to_owned(), Faults::default()), None)
    }

    fn of(disk: Disk, lock: Option<Lock>) -> Self {
        let manifest = fs::metadata(disk.path(Path::new(manifest::NAME)));
        // Without that time every file is looked at, which is as right.
        Self { disk, _lock: lock, written: manifest.and_then(|manifest| manifest.modified()).ok() }
    }

    /// Opens a folder, made where it is missing, and removes what a killed run left.
    ///
    /// # Errors
    /// When the folder can't be made or listed, or another run is writing it.
    pub fn open(root: &Path) -> Result<Self, MirrorError> {
        Self::open_with(root, Faults::default())
    }

    /// Opens a folder like [`open`](Self::open), and lets a file operation fail: for tests of crash safety.
    ///
    /// # Errors
    /// As `open`, and when the planned operation is one of opening.
    pub fn open_with(root: &Path, faults: Faults) -> Result<Self, MirrorError> {
        fs::create_dir_all(root).map_err(MirrorError::io("make folder", root))?;
        let disk = Disk::with_faults(root.to_owned(), faults);
        let lock = Lock::take(root)?;
        if lock.is_some() {
            // The folders of pictures are beside others that are not ours.
            for folder in disk.sweep_folder(root).map_err(failed)? {
                if folder.file_name().is_some_and(|name| name.len() == 2) {
                    disk.sweep_folder(&folder).map_err(failed)?;
                }
            }
        }
        Ok(Self::of(disk, lock))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.disk.path(Path::new(name))
    }
}

/// The right to write into a folder: a lock of the operating system on the folder itself, so that nothing of it is served.
#[derive(Debug)]
struct Lock(File);

impl Lock {
    /// Takes the lock; `None` where the system opens or locks no folders, as Windows and some network disks: leftovers
    /// stay there, since they may be another run's.
    fn take(root: &Path) -> Result<Option<Self>, MirrorError> {
        let Ok(folder) = File::open(root) else { return Ok(None) };
        match folder.try_lock() {
            Ok(()) => Ok(Some(Self(folder))),
            Err(TryLockError::WouldBlock) => Err(MirrorError::Busy { path: root.to_owned() }),
            Err(TryLockError::Error(_)) => Ok(None),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing would not do while a child that is just being started has the folder open too.
        self.0.unlock().unwrap_or_default();
    }
}

impl Store for Folder {
    fn has(&self, name: &str, bytes: u64) -> bool {
        fs::metadata(self.path(name)).is_ok_and(|found| found.is_file() && found.len() == bytes)
    }

    fn is_there(&self, name: &str) -> bool {
        self.path(name).is_file()
    }

    fn mark(&self, _name: &str) -> Option<String> {
        None
    }

    fn is_doubtful(&self, name: &str) -> bool {
        let changed = fs::metadata(self.path(name)).and_then(|found| found.modified());
        !matches!((changed, self.written), (Ok(changed), Some(written)) if changed <= written)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, MirrorError> {
        let path = self.path(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(MirrorError::io("read", path)(error)),
        }
    }

    fn take(&self, name: &str, source: &Path, bytes: &[u8], media_type: &str) -> Result<Copied, MirrorError> {
        // A file that is there is damaged: it is replaced by a copy.
        if self.disk.link(source, Path::new(name)).map_err(failed)? {
            return Ok(Copied::Link);
        }
        if !self.disk.copy(source, Path::new(name), bytes.len() as u64).map_err(failed)? {
            self.put(name, bytes, media_type)?;
        }
        Ok(Copied::Bytes)
    }

    fn put(&self, name: &str, bytes: &[u8], _media_type: &str) -> Result<(), MirrorError> {
        // What a power cut takes has another length than the manifest says, and is made again.
        self.disk.put_unflushed(Path::new(name), bytes).map(drop).map_err(failed)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), MirrorError> {
        self.disk.replace(Path::new(name), bytes).map(drop).map_err(failed)
    }

    fn remove(&self, name: &str) -> Result<(), MirrorError> {
        let name = Path::new(name);
        self.disk.remove(name).map_err(failed)?;
        match name.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => self.disk.remove_empty(folder).map(drop).map_err(failed),
            _ => Ok(()),
        }
    }

    fn describe(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn workers(&self) -> usize {
        std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(8)
    }
}

/// The archive's words for a failed file operation, as those of a mirror.
fn failed(error: ArchiveError) -> MirrorError {
    match error {
        ArchiveError::Io { doing, path, source } => MirrorError::Io { doing, path, source },
        other => other.into(),
    }
}
