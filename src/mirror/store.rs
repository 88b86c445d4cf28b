//! What a mirror needs of the place it is in.

use std::path::Path;

use super::MirrorError;

/// A place for files that never change, and a manifest that does.
pub trait Store: Sync {
    /// Whether a file is there in its full length.
    fn has(&self, name: &str, bytes: u64) -> bool;

    /// Whether a file is there in any length.
    fn is_there(&self, name: &str) -> bool;

    /// The store's own mark of the content of a file, which changes with it; `None` where it has none.
    fn mark(&self, name: &str) -> Option<String>;

    /// Whether somebody may have written a file since the manifest was: its length alone is no proof then.
    fn is_doubtful(&self, name: &str) -> bool;

    /// The bytes of a file; `None` where it is not there.
    ///
    /// # Errors
    /// When it can't be read.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, MirrorError>;

    /// Takes in a file of the archive whose bytes were checked.
    ///
    /// # Errors
    /// When it can't be written.
    fn take(&self, name: &str, source: &Path, bytes: &[u8], media_type: &str) -> Result<Copied, MirrorError>;

    /// Puts bytes into a file that will not change.
    ///
    /// # Errors
    /// When it can't be written.
    fn put(&self, name: &str, bytes: &[u8], media_type: &str) -> Result<(), MirrorError>;

    /// Puts bytes into a file that may change; one that has them is not touched.
    ///
    /// # Errors
    /// When it can't be written.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), MirrorError>;

    /// Removes a file; one that is not there is fine.
    ///
    /// # Errors
    /// When it can't be removed.
    fn remove(&self, name: &str) -> Result<(), MirrorError>;

    /// What messages call a file.
    fn describe(&self, name: &str) -> String;

    /// How many pictures are best mirrored at a time.
    fn workers(&self) -> usize;
}

/// How a picture came to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// As a second name of the archive's file.
    Link,
    /// As a copy; in a folder it shares its blocks with the archive's file where the file system can do that.
    Bytes,
}
