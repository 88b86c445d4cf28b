//! Finds and reads the ledgers of issues.

use std::path::{Path, PathBuf};

use super::write::{Disk, list};
use super::{Archive, ArchiveError, Ledger, format, layout, record};

impl Archive {
    /// The ledger of every issue, by path.
    ///
    /// # Errors
    /// When a ledger is damaged.
    pub fn ledgers(&self) -> Result<Vec<Ledger>, ArchiveError> {
        read_ledgers(ledger_files(&self.disk)?)
    }

    /// Every ledger that can be read, in no order; `verify` finds the others.
    #[must_use]
    pub fn readable_ledgers(&self) -> Vec<Ledger> {
        let files = ledger_files(&self.disk).unwrap_or_default();
        files.into_iter().filter_map(|file| record::read(file).unwrap_or_default()).collect()
    }

    /// The ledgers of the issues that have this path, or one that ends with it; others are read only where none has such
    /// a name.
    ///
    /// # Errors
    /// When the folder is no archive, is of a newer format, or a ledger of such a name is damaged.
    pub fn ledgers_of(root: &Path, issue: &str) -> Result<Vec<Ledger>, ArchiveError> {
        let disk = Disk::new(root.to_owned());
        format::check(&disk)?;
        let name = layout::ledger(issue);
        let end = name.strip_prefix(layout::ISSUES).unwrap_or(&name);
        let files = ledger_files(&disk)?.into_iter().filter(|path| path.ends_with(end));
        let is_named = |ledger: &Ledger| ledger.issue == issue || ledger.issue.ends_with(&format!("/{issue}"));
        let mut ledgers = read_ledgers(files)?;
        ledgers.retain(is_named);
        if ledgers.is_empty() {
            // One may stand under another name than its own.
            ledgers = read_ledgers(ledger_files(&disk)?)?;
            ledgers.retain(is_named);
        }
        Ok(ledgers)
    }
}

/// The files of all ledgers.
fn ledger_files(disk: &Disk) -> Result<Vec<PathBuf>, ArchiveError> {
    let (mut files, mut paths) = (Vec::new(), vec![disk.path(Path::new(layout::ISSUES))]);
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(list(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(files)
}

/// Reads ledgers, and sorts them by the paths of their issues.
fn read_ledgers(files: impl IntoIterator<Item = PathBuf>) -> Result<Vec<Ledger>, ArchiveError> {
    let mut ledgers = Vec::new();
    for file in files {
        ledgers.extend(record::read(file)?);
    }
    ledgers.sort_by(|one: &Ledger, other| one.issue.cmp(&other.issue));
    Ok(ledgers)
}
