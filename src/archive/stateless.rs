//! Articles whose dated states are lost: new ones would begin today, and bury what only the lost ones said.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Archive, ArchiveError, Entry, Ledger, Writer, layout};
use crate::model::{ArticleKey, Key};

impl Archive {
    /// The lost states of the article a key names: other files tell that they were there.
    ///
    /// A writer that was killed leaves an article without states too, but never one with a second version, and no ledger
    /// names its folder.
    #[must_use]
    pub fn lost_states(&self, key: &Key) -> Option<PathBuf> {
        let Entry { dir, manifest, .. } = self.entry(key)?;
        let path = self.disk.path(&dir.join(layout::STATE));
        let has_head = || self.disk.path(&dir.join(layout::HEAD)).is_file();
        let is_named = || self.is_named_by_a_ledger(dir);
        let is_lost = !path.exists() && (manifest.version > 1 || (has_head() && is_named()));
        is_lost.then_some(path)
    }

    /// Whether a ledger says that an article is in this folder.
    pub(super) fn is_named_by_a_ledger(&self, dir: &Path) -> bool {
        self.named.get_or_init(|| self.named_by_ledgers()).contains(dir)
    }

    /// The folders of articles that ledgers name.
    fn named_by_ledgers(&self) -> BTreeSet<PathBuf> {
        let ledgers = self.readable_ledgers();
        ledgers.iter().flat_map(Ledger::every_link).filter_map(|link| link.dir.as_ref()).map(PathBuf::from).collect()
    }
}

impl Writer {
    /// Refuses to write states where those that were there are lost: the new ones would hide it.
    pub(super) fn refuse_lost_states(&self, key: &ArticleKey) -> Result<(), ArchiveError> {
        let lost = self.archive.lost_states(&Key::Article(key.clone()));
        lost.map_or(Ok(()), |path| Err(ArchiveError::StatesLost { path }))
    }
}
