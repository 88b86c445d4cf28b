//! Tells a copy of an archive from another archive: a wrong folder would be merged into this one, and nothing undoes that.

use std::collections::BTreeSet;
use std::path::Path;

use crate::archive::verify::{Survey, survey};
use crate::archive::{ArchiveError, layout};

/// Refuses a folder as a copy that has nothing in common with the archive; one that has lost everything takes any.
pub(super) fn refuse_foreign(root: &Path, copy: &Path) -> Result<(), ArchiveError> {
    let (ours, theirs) = (marks(&survey(root)?), marks(&survey(copy)?));
    if ours.is_empty() || !ours.is_disjoint(&theirs) {
        return Ok(());
    }
    Err(ArchiveError::NoCopy { path: root.to_owned(), copy: copy.to_owned() })
}

/// What records and folders tell an archive by.
fn marks(found: &Survey) -> BTreeSet<String> {
    let folder = |dir: &Path| dir.file_name().and_then(|name| Some(name.to_str()?.rsplit_once('-')?.1.to_owned()));
    let folders = found.articles.keys().filter_map(|dir| folder(dir));
    let forgotten = found.tombstones.keys().map(layout::folder_hash);
    let aliases = found.aliases.iter().flatten();
    let aliases = aliases.flat_map(|(key, alias)| [key.to_string(), layout::folder_hash(&alias.article)]);
    let unarchived = found.unarchived.values().map(|state| state.article.clone());
    folders.chain(forgotten).chain(aliases).chain(unarchived).chain(issues(found)).collect()
}

/// The issues, by path and either their bytes or any link: paths alone are alike in many newsletters.
fn issues(found: &Survey) -> impl Iterator<Item = String> {
    found.ledgers.values().flat_map(|ledger| {
        let links = ledger.every_link().map(|link| link.url.clone());
        let parts = links.chain([ledger.sha256.to_string()]);
        parts.map(|part| format!("{} {part}", ledger.issue)).collect::<Vec<String>>()
    })
}
