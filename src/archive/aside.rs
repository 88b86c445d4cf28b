//! A folder that appears as a whole: filled under a temporary name beside its place, and moved there at the end.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::lock::WriteLock;
use super::write::{Disk, list};
use super::{ArchiveError, Digest, Faults, layout};

/// Makes a folder of what `fill` puts into the one it is given, by its path on the disk; all of it or nothing.
///
/// # Errors
/// When the place is not empty, another process fills it, `fill` fails, or a file can't be written.
pub(super) fn make<T>(
    place: &Path,
    now: Timestamp,
    faults: Faults,
    fill: impl FnOnce(&Disk, &Path) -> Result<T, ArchiveError>,
) -> Result<T, ArchiveError> {
    if !list(place)?.is_empty() || place.is_file() || place.is_symlink() {
        return Err(ArchiveError::NotEmpty { path: place.to_owned() });
    }
    let whole = std::path::absolute(place).map_err(ArchiveError::io("look at", place))?;
    let (Some(parent), Some(name)) = (whole.parent(), whole.file_name()) else {
        return Err(ArchiveError::NotEmpty { path: place.to_owned() });
    };
    let disk = Disk::with_faults(parent.to_owned(), faults.clone());
    // The same name each time, so that the next run clears away what one that was killed left.
    let staging = PathBuf::from(format!("{}aside-{}", layout::TEMPORARY, Digest::of(name.as_encoded_bytes()).short()));
    let lock = WriteLock::take(&disk.make_staging(&staging)?, now, faults)?;
    let done = clear(&disk, &staging).and_then(|()| fill(&disk, &staging)).and_then(|made| {
        disk.remove_empty(Path::new(name))?;
        disk.adopt(&staging, Path::new(name))?;
        disk.flush_all(&[parent.to_owned()])?;
        Ok(made)
    });
    if done.is_err() {
        // The first error matters; should this fail as well, the next run removes what is left.
        disk.remove_tree(&staging).unwrap_or_default();
    }
    drop(lock);
    done
}

/// Removes what a run that was killed left.
fn clear(disk: &Disk, staging: &Path) -> Result<(), ArchiveError> {
    for path in list(&disk.path(staging))?.iter().filter_map(|path| path.file_name()) {
        if path != layout::LOCK {
            disk.remove_tree(&staging.join(path))?;
            disk.remove(&staging.join(path))?;
        }
    }
    Ok(())
}
