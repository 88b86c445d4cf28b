//! The folder that is served: files come in whole under their final names, or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::{Copied, MirrorError, Store};

/// What temporary files are called, so that they can be found again.
const TEMPORARY: &str = ".wxarchive-";

/// A folder that is served.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Opens a folder, made where it is missing, and removes what a killed run left.
    ///
    /// # Errors
    /// When the folder can't be made or listed.
    pub fn open(root: &Path) -> Result<Self, MirrorError> {
        fs::create_dir_all(root).map_err(MirrorError::io("make folder", root))?;
        let folder = Self { root: root.to_owned() };
        folder.sweep()?;
        Ok(folder)
    }

    /// The path of a file.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn make_parent(&self, path: &Path) -> Result<(), MirrorError> {
        let parent = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent).map_err(MirrorError::io("make folder", parent))
    }

    fn temporary(&self, path: &Path) -> Result<tempfile::NamedTempFile, MirrorError> {
        let parent = path.parent().unwrap_or(&self.root);
        builder().tempfile_in(parent).map_err(MirrorError::io("write", path))
    }

    /// Removes temporary files: they stand in the folder and in the folders of pictures below it.
    fn sweep(&self) -> Result<(), MirrorError> {
        let mut folders = vec![(self.root.clone(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(MirrorError::io("list", &folder))? {
                let entry = entry.map_err(MirrorError::io("list", &folder))?;
                let kind = entry.file_type().map_err(MirrorError::io("look at", entry.path()))?;
                if kind.is_dir() && depth == 0 && entry.file_name().len() == 2 {
                    folders.push((entry.path(), 1));
                } else if kind.is_file() && entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                    fs::remove_file(entry.path()).map_err(MirrorError::io("remove", entry.path()))?;
                }
            }
        }
        Ok(())
    }
}

impl Store for Folder {
    fn has(&self, name: &str, bytes: u64) -> bool {
        fs::metadata(self.path(name)).is_ok_and(|found| found.is_file() && found.len() == bytes)
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
        let path = self.path(name);
        self.make_parent(&path)?;
        // A file that is there has another length, and so is damaged: it is replaced by a copy.
        if fs::hard_link(source, &path).is_ok() {
            return Ok(Copied::Link);
        }
        let temporary = self.temporary(&path)?;
        fs::copy(source, temporary.path()).map_err(MirrorError::io("write", &path))?;
        if temporary.as_file().metadata().is_ok_and(|copy| copy.len() == bytes.len() as u64) {
            persist(temporary, &path)?;
            return Ok(Copied::Bytes);
        }
        self.put(name, bytes, media_type)?;
        Ok(Copied::Bytes)
    }

    fn put(&self, name: &str, bytes: &[u8], _media_type: &str) -> Result<(), MirrorError> {
        let path = self.path(name);
        self.make_parent(&path)?;
        let mut temporary = self.temporary(&path)?;
        temporary.write_all(bytes).map_err(MirrorError::io("write", &path))?;
        persist(temporary, &path)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), MirrorError> {
        if self.read(name)?.is_some_and(|present| present == bytes) {
            return Ok(());
        }
        let path = self.path(name);
        let mut temporary = self.temporary(&path)?;
        let written = temporary.write_all(bytes).and_then(|()| temporary.as_file().sync_all());
        written.map_err(MirrorError::io("write", &path))?;
        persist(temporary, &path)
    }

    fn describe(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn workers(&self) -> usize {
        std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(8)
    }
}

/// Puts text into a file of the user, whole or not at all, with the permissions it has.
pub(super) fn replace_text(path: &Path, text: &str) -> Result<(), MirrorError> {
    let failed = || MirrorError::io("write", path);
    // A link stays a link: the file it leads to changes.
    let path = fs::canonicalize(path).map_err(failed())?;
    let permissions = fs::metadata(&path).map_err(failed())?.permissions();
    let mut temporary = builder().tempfile_in(path.parent().unwrap_or(Path::new("."))).map_err(failed())?;
    let written = temporary.write_all(text.as_bytes()).and_then(|()| temporary.as_file().sync_all());
    written.and_then(|()| fs::set_permissions(temporary.path(), permissions)).map_err(failed())?;
    persist(temporary, &path)
}

/// A temporary file becomes an ordinary one, which a web server may read.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

fn persist(temporary: tempfile::NamedTempFile, path: &Path) -> Result<(), MirrorError> {
    temporary.persist(path).map(drop).map_err(|failed| MirrorError::io("write", path)(failed.error))
}
