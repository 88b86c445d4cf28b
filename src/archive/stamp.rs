//! The stamp of an article's records: from what the system says of files, whether they are those that were read before.
//!
//! What an entry says comes from three places: the folder of versions (which one is newest), the manifest of that one
//! and the states. Whatever is done to them, by this program, by hand, by git or by a restored backup, the system sets
//! the time of their last change of status, which no program can choose. So equal stamps mean unchanged records.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::layout;

/// How old a change has to be before its time tells it from a later one; the coarsest disks count in two seconds.
const SETTLED: Duration = Duration::from_secs(2);

/// What the system says of an article's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: Vec<u8>,
    changed: Option<SystemTime>,
}

impl Stamp {
    /// Asks about an article's folder whose newest version has this number; `None` where a stamp would prove nothing.
    pub(super) fn of(dir: &Path, version: u32) -> Option<Self> {
        let mut stamp = Self { bytes: Vec::with_capacity(120), changed: None };
        stamp.add(Some(&fs::metadata(dir.join(layout::VERSIONS)).ok()?))?;
        stamp.add(Some(&fs::metadata(dir.join(layout::manifest(version))).ok()?))?;
        match fs::metadata(dir.join(layout::STATE)) {
            Ok(state) => stamp.add(Some(&state))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => stamp.add(None)?,
            Err(_) => return None,
        }
        Some(stamp)
    }

    /// What is compared.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether a change from now on would show: the last one is long enough ago, and not in the future.
    pub(super) fn is_settled(&self, now: SystemTime) -> bool {
        self.changed.is_some_and(|changed| now.duration_since(changed).is_ok_and(|age| age >= SETTLED))
    }

    #[cfg(unix)]
    fn add(&mut self, found: Option<&Metadata>) -> Option<()> {
        use std::os::unix::fs::MetadataExt as _;
        let Some(found) = found else {
            self.bytes.push(0);
            return Some(());
        };
        let seconds = u64::try_from(found.ctime()).ok()?;
        let nanoseconds = u32::try_from(found.ctime_nsec()).ok()?;
        let changed = SystemTime::UNIX_EPOCH + Duration::new(seconds, nanoseconds);
        self.changed = self.changed.max(Some(changed));
        self.bytes.push(1);
        self.bytes.extend(found.ino().to_le_bytes());
        self.bytes.extend(found.size().to_le_bytes());
        for time in [found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()] {
            self.bytes.extend(time.to_le_bytes());
        }
        Some(())
    }

    /// Other systems don't tell when the status of a file changed last.
    #[cfg(not(unix))]
    fn add(&mut self, _found: Option<&Metadata>) -> Option<()> {
        None
    }
}
