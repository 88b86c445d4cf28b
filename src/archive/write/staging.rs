//! Folders that are filled aside, where nobody looks, and moved to their place as a whole.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Disk, list};
use crate::archive::ArchiveError;

/// How many files are flushed at a time: most of a flush is waiting.
const FLUSHED_AT_ONCE: usize = 16;

impl Disk {
    /// Makes a folder to be filled; one that is there already may be of a run that was killed.
    pub(in crate::archive) fn make_staging(&self, relative: &Path) -> Result<PathBuf, ArchiveError> {
        let path = self.real_path(relative)?;
        if path.is_symlink() {
            return Err(ArchiveError::Link { path });
        }
        fs::create_dir_all(&path).map_err(ArchiveError::io("make folder", &path))?;
        Ok(path)
    }

    /// Writes a new file of a folder that is not in its place yet; it is flushed when the folder gets there.
    pub(in crate::archive) fn stage(&self, relative: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
        let path = self.real_path(relative)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        self.faults
            .step()
            .and_then(|()| fs::create_dir_all(folder))
            .map_err(ArchiveError::io("make folder", folder))?;
        let fill = || {
            let length = self.faults.step_writing(bytes.len())?;
            let mut file = File::create_new(&path)?;
            file.write_all(&bytes[..length])?;
            if length < bytes.len() { Err(self.faults.short_write()) } else { Ok(()) }
        };
        fill().map_err(ArchiveError::io("write", &path))
    }

    /// Moves a staged folder to its place, which nothing has yet, once all of it is on the disk.
    ///
    /// That it is in its place is on the disk when the folders above are flushed.
    pub(in crate::archive) fn adopt(&self, staged: &Path, place: &Path) -> Result<(), ArchiveError> {
        let (from, to) = (self.real_path(staged)?, self.real_path(place)?);
        let mut all = folders(&from)?;
        for folder in all.clone() {
            for path in list(&folder)? {
                all.extend((!is_folder(&path)?).then_some(path));
            }
        }
        self.flush_all(&all)?;
        let above = to.parent().unwrap_or(Path::new("."));
        self.faults.step().and_then(|()| fs::create_dir_all(above)).map_err(ArchiveError::io("make folder", above))?;
        self.faults.step().and_then(|()| fs::rename(&from, &to)).map_err(ArchiveError::io("move a folder to", &to))
    }

    /// Flushes files and folders, many at a time.
    pub(in crate::archive) fn flush_all(&self, paths: &[PathBuf]) -> Result<(), ArchiveError> {
        let part = paths.len().div_ceil(FLUSHED_AT_ONCE).max(1);
        let flush = |part: &[PathBuf]| part.iter().try_for_each(|path| flush(path));
        let flush_all = || {
            std::thread::scope(|scope| {
                let threads: Vec<_> = paths.chunks(part).map(|part| scope.spawn(move || flush(part))).collect();
                threads.into_iter().try_for_each(|thread| {
                    thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread that flushes ended early")))
                })
            })
        };
        let all = paths.first().map_or(Path::new("."), PathBuf::as_path);
        self.faults.step().and_then(|()| flush_all()).map_err(ArchiveError::io("flush", all))
    }

    /// Removes a folder with all that is in it, and follows no link; one that is not there is fine.
    pub(in crate::archive) fn remove_tree(&self, relative: &Path) -> Result<(), ArchiveError> {
        let root = self.real_path(relative)?;
        for folder in folders(&root)?.into_iter().rev() {
            for path in list(&folder)? {
                if !is_folder(&path)? {
                    self.removing(&path, |path| fs::remove_file(path))?;
                }
            }
            self.removing(&folder, |folder| fs::remove_dir(folder))?;
        }
        Ok(())
    }

    fn removing(&self, path: &Path, remove: impl Fn(&Path) -> io::Result<()>) -> Result<(), ArchiveError> {
        self.faults.step().and_then(|()| remove(path)).map_err(ArchiveError::io("remove", path))
    }
}

/// A folder and those below it, each after the one that holds it.
fn folders(root: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let mut found = Vec::new();
    let is_there = fs::symlink_metadata(root).is_ok_and(|found| found.is_dir());
    let mut open = if is_there { vec![root.to_owned()] } else { Vec::new() };
    while let Some(folder) = open.pop() {
        for path in list(&folder)? {
            if is_folder(&path)? {
                open.push(path);
            }
        }
        found.push(folder);
    }
    Ok(found)
}

fn is_folder(path: &Path) -> Result<bool, ArchiveError> {
    let found = fs::symlink_metadata(path).map_err(ArchiveError::io("look at", path))?;
    Ok(found.is_dir())
}

/// Flushes a file, or the names that a folder has where the system lets a folder be opened.
fn flush(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    } else {
        File::options().write(true).open(path)?.sync_all()
    }
}
