//! Keeps count of who needs the files that a run makes, and names those that nobody needs in the end.

use std::collections::{HashMap, HashSet};

use crate::archive::{Digest, StoredPicture};

/// The picture files that a run has made.
#[derive(Debug, Default)]
pub(super) struct NewFiles {
    files: HashSet<Digest>,
    /// How often each picture was had, less how often it was not needed.
    uses: HashMap<Digest, usize>,
    spare: Vec<StoredPicture>,
}

impl NewFiles {
    /// Notes a file that was not there before.
    pub(super) fn add(&mut self, digest: Digest) {
        self.files.insert(digest);
    }

    /// Notes that somebody has a picture.
    pub(super) fn count_use(&mut self, digest: Digest) {
        *self.uses.entry(digest).or_default() += 1;
    }

    /// Notes that whoever had these pictures does not need them.
    pub(super) fn spare(&mut self, pictures: Vec<StoredPicture>) {
        for picture in &pictures {
            self.uses.entry(picture.sha256).and_modify(|uses| *uses = uses.saturating_sub(1));
        }
        self.spare.extend(pictures);
    }

    /// Forgets a file; says whether this run made it.
    pub(super) fn remove(&mut self, digest: &Digest) -> bool {
        self.files.remove(digest)
    }

    /// Forgets the files that nobody needs, and gives them.
    pub(super) fn take_spare(&mut self) -> Vec<StoredPicture> {
        let Self { files, uses, spare } = self;
        let is_unused = |picture: &StoredPicture| uses.get(&picture.sha256).is_none_or(|uses| *uses == 0);
        std::mem::take(spare)
            .into_iter()
            .filter(|picture| is_unused(picture) && files.remove(&picture.sha256))
            .collect()
    }
}
