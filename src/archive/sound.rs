//! What an export starts from: an archive without errors, which stays as it is until the export is complete.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::ArchiveError;
use super::verify::{Code, Mend, Scope, Severity, Survey, survey, verify};

/// Reads an archive, and refuses one with errors, or with what `repair` mends: an export must not give damage the look of
/// being right.
pub(super) fn read(root: &Path) -> Result<Survey, ArchiveError> {
    let found = survey(root)?;
    let audit = verify(root, &Scope::default())?;
    let is_wrong = |code: Code| {
        code.severity() == Severity::Error || (code.severity() == Severity::Warning && code.mend() == Mend::Repair)
    };
    match audit.findings.iter().find(|finding| is_wrong(finding.code)) {
        Some(finding) => Err(ArchiveError::damaged(root.join(&finding.path), finding.code.meaning())),
        None => Ok(found),
    }
}

/// Refuses an archive that was written to since it was read.
pub(super) fn refuse_changed(root: &Path, found: &Survey) -> Result<(), ArchiveError> {
    if files(found) == files(&survey(root)?) { Ok(()) } else { Err(ArchiveError::Changed { path: root.to_owned() }) }
}

/// The files with what tells that one was written since.
fn files(found: &Survey) -> BTreeMap<&PathBuf, (u64, Option<SystemTime>)> {
    let kept = found.files.iter().filter(|(_, file)| !file.kind.is_of_this_copy());
    kept.map(|(path, file)| (path, (file.length, file.modified))).collect()
}
