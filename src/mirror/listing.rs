//! Lists the pictures that articles and issues use: each file once, with every address and user of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::archive::{Archive, ArchiveError, Digest, StoredPicture};

/// Whose pictures are mirrored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Only {
    /// Those of articles and issues.
    #[default]
    Everything,
    /// Those of issues.
    Issues,
    /// Those of articles, of their newest versions.
    Articles,
}

/// A picture, under whatever addresses it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// The file, under the first address.
    pub(super) stored: StoredPicture,
    /// Who uses it, by address: folders of articles and paths of issues.
    pub(super) uses: BTreeMap<Address, BTreeSet<String>>,
    /// Whether it is the cover of an article or issue.
    pub(super) is_cover: bool,
}

/// An address and the key it stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address {
    /// The address as the page or issue has it.
    pub(super) url: String,
    /// What it has in common with other addresses of the same picture.
    pub(super) key: String,
}

impl Listed {
    /// The name of the file in a mirror: `ab/abcd….png`.
    pub(super) fn file(&self) -> String {
        let stored = self.stored.file.as_str();
        stored.strip_prefix("images/").unwrap_or(stored).to_owned()
    }
}

/// Lists every picture, by digest.
pub(super) fn list(archive: &Archive, only: Only) -> Result<Vec<Listed>, ArchiveError> {
    let mut listed = BTreeMap::new();
    if only != Only::Issues {
        for entry in archive.entries() {
            let late = &entry.state.late_pictures;
            let is_late = |picture: &&StoredPicture| late.iter().any(|late| late.key == picture.key);
            let first = entry.manifest.pictures.iter().filter(|picture| !is_late(picture));
            let cover = entry.manifest.meta.cover.as_ref();
            for picture in first.chain(late) {
                add(&mut listed, picture, &entry.name()).is_cover |= cover == Some(&picture.url);
            }
        }
    }
    if only != Only::Articles {
        for ledger in archive.ledgers()? {
            for image in ledger.images.iter().chain(&ledger.former_images) {
                if let Some(stored) = &image.stored {
                    add(&mut listed, stored, &ledger.issue).is_cover |= image.cover;
                }
            }
        }
    }
    Ok(listed.into_values().collect())
}

fn add<'l>(listed: &'l mut BTreeMap<Digest, Listed>, picture: &StoredPicture, user: &str) -> &'l mut Listed {
    let new = || Listed { stored: picture.clone(), uses: BTreeMap::new(), is_cover: false };
    let entry = listed.entry(picture.sha256).or_insert_with(new);
    let address = Address { url: picture.url.clone(), key: picture.key.clone() };
    entry.uses.entry(address).or_default().insert(user.to_owned());
    entry
}
