//! One writer at a time: a lock of the operating system on `.lock`, which also says who holds it.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ArchiveError, Faults, layout};

/// The right to write; given back when dropped, and by the system when the process dies.
#[derive(Debug)]
pub(super) struct WriteLock {
    file: File,
    was_left: bool,
    faults: Faults,
}

/// Who writes, inside the lock file.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    host: String,
    process: u32,
    since: Timestamp,
}

impl WriteLock {
    /// Takes the lock of an archive.
    ///
    /// # Errors
    /// When another process holds it, or the file cannot be written.
    pub(super) fn take(root: &Path, now: Timestamp, faults: Faults) -> Result<Self, ArchiveError> {
        let path = root.join(layout::LOCK);
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        if path.is_symlink() {
            return Err(ArchiveError::Link { path });
        }
        let mut file = options.open(&path).map_err(|source| refused(root, &path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ArchiveError::Locked { holder: describe_holder(&mut file) }),
            Err(TryLockError::Error(error)) => return Err(ArchiveError::io("lock", &path)(error)),
        }
        let was_left = file.metadata().map_err(ArchiveError::io("look at", &path))?.len() > 0;
        match write_holder(&mut file, now) {
            // The lock holds without the note who has it, and what frees space must be able to run.
            Err(error) if is_full(&error) => {}
            written => written.map_err(ArchiveError::io("write", &path))?,
        }
        Ok(Self { file, was_left, faults })
    }

    /// Whether the last holder was killed: it did not get to empty the file, and may have left temporary ones.
    pub(super) fn was_left(&self) -> bool {
        self.was_left
    }
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        // A program that died empties nothing.
        if self.faults.is_dead() {
            return self.file.unlock().unwrap_or_default();
        }
        // An empty file says that nobody writes. If emptying fails, the system's lock is still released.
        self.file.set_len(0).unwrap_or_default();
        // Closing would not do while a child that is just being started has the file open too.
        self.file.unlock().unwrap_or_default();
    }
}

/// Why the lock file can't be opened: most often nothing in the archive may be written.
fn refused(root: &Path, path: &Path, source: std::io::Error) -> ArchiveError {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    match source.kind() {
        PermissionDenied | ReadOnlyFilesystem => ArchiveError::ReadOnly { path: root.to_owned(), source },
        _ => ArchiveError::io("open", path)(source),
    }
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

fn write_holder(file: &mut File, now: Timestamp) -> std::io::Result<()> {
    // Where the system does not tell its name like that, the process number has to do.
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
    let holder = Holder { host, process: std::process::id(), since: now };
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&serde_json::to_vec(&holder)?)
}

fn describe_holder(file: &mut File) -> String {
    let mut text = String::new();
    let holder = file.read_to_string(&mut text).ok().and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    match holder {
        Some(Holder { host, process, since }) if host.is_empty() => format!("process {process} writes since {since}"),
        Some(Holder { host, process, since }) => format!("process {process} on {host} writes since {since}"),
        None => "another process writes".to_owned(),
    }
}
