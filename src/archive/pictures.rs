//! Pictures: one file each, named by the hash of its bytes, however many articles and issues use it.

use std::collections::BTreeMap;

use super::write::{Disk, Written};
use super::{Archive, ArchiveError, Digest, StoredPicture, layout};

/// Where pictures are put; may be shared while articles are written.
#[derive(Debug, Clone)]
pub struct PictureStore {
    disk: Disk,
}

/// A picture that was judged and is ready to be stored.
#[derive(Debug, Clone)]
pub struct NewPicture<'a> {
    /// The address as the page or issue has it.
    pub url: &'a str,
    /// What it has in common with other addresses of the same picture.
    pub key: &'a str,
    /// The bytes as served.
    pub bytes: &'a [u8],
    /// The media type, told from the bytes.
    pub media_type: &'static str,
    /// The extension that goes with the type.
    pub extension: &'static str,
    /// Pixels across and down.
    pub size: (u32, u32),
    /// Its colour, where it could be unpacked.
    pub colour: Option<String>,
    /// The colours of its parts, where it could be unpacked.
    pub blur: Option<String>,
}

impl PictureStore {
    pub(super) fn new(disk: Disk) -> Self {
        Self { disk }
    }

    /// Stores a picture and says where, and whether it is new to the archive.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put(&self, picture: NewPicture<'_>) -> Result<(StoredPicture, bool), ArchiveError> {
        let sha256 = Digest::of(picture.bytes);
        let path = layout::image(&sha256, picture.extension);
        let written = self.disk.keep(&path, picture.bytes)?;
        let stored = StoredPicture {
            url: picture.url.to_owned(),
            key: picture.key.to_owned(),
            sha256,
            media_type: picture.media_type.to_owned(),
            file: layout::slashed(&path),
            bytes: picture.bytes.len() as u64,
            width: picture.size.0,
            height: picture.size.1,
            colour: picture.colour,
            blur: picture.blur,
        };
        Ok((stored, written == Written::Changed))
    }

    /// Every picture that some newest version has, by its key; reads the records of all articles.
    ///
    /// # Errors
    /// When a record is damaged.
    pub fn recorded(&self) -> Result<BTreeMap<String, StoredPicture>, ArchiveError> {
        Ok(Archive::read(self.disk.clone())?.pictures())
    }

    /// Removes the file of a picture that no record names.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn remove(&self, picture: &StoredPicture) -> Result<(), ArchiveError> {
        self.disk.remove(picture.file.as_ref())
    }

    /// Whether the file of a stored picture is there in its full length.
    #[must_use]
    pub fn has(&self, picture: &StoredPicture) -> bool {
        let path = self.disk.path(picture.file.as_ref());
        std::fs::metadata(path).is_ok_and(|found| found.len() == picture.bytes)
    }
}
