//! Articles whose dated states are lost: new ones would begin today, and bury what only the lost ones said.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::ledgers::ledger_files;
use super::{Archive, ArchiveError, Entry, Ledger, Writer, layout, record};
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
        let is_named = || self.named.get_or_init(|| self.named_by_ledgers()).contains(dir);
        let is_lost = !path.exists() && (manifest.version > 1 || (has_head() && is_named()));
        is_lost.then_some(path)
    }

    /// The folders of articles that ledgers name.
    fn named_by_ledgers(&self) -> BTreeSet<PathBuf> {
        // What can't be read tells nothing here; `verify` finds it.
        let files = ledger_files(&self.disk).unwrap_or_default();
        let ledgers = files.into_iter().filter_map(|file| record::read::<Ledger>(file).unwrap_or_default());
        let dirs = |ledger: Ledger| ledger.every_link().filter_map(|link| link.dir.clone()).collect::<Vec<_>>();
        ledgers.flat_map(dirs).map(PathBuf::from).collect()
    }
}

impl Writer {
    /// Refuses to write states where those that were there are lost: the new ones would hide it.
    pub(super) fn refuse_lost_states(&self, key: &ArticleKey) -> Result<(), ArchiveError> {
        let lost = self.archive.lost_states(&Key::Article(key.clone()));
        lost.map_or(Ok(()), |path| Err(ArchiveError::StatesLost { path }))
    }
}
