//! Reads an archive back from a storage root that this program wrote.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::export::check_readme;
use super::inventory::{Inventory, sha512};
use super::store::{self, place};
use super::{DECLARATION, README, SNAPSHOT, Snapshot, plain, snapshot_id};
use crate::archive::verify::{Scope, Severity, verify};
use crate::archive::write::Disk;
use crate::archive::{ArchiveError, FORMAT_NUMBER, Faults, aside, format, layout, record, refuse_inside};

/// What was read back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many files.
    pub files: usize,
    /// How many bytes they have.
    pub bytes: u64,
}

/// A file to be read back.
#[derive(Debug)]
struct Wanted {
    /// Where it is, from the storage root.
    content: PathBuf,
    sha512: String,
}

/// Makes an archive of an OCFL export of one: the very files, all or none.
///
/// The archive is filled beside its place, checked as `verify` does, and moved there as a whole.
///
/// # Errors
/// When the folder holds no complete export of this program, the archive's folder is inside of it or not empty, a file is
/// damaged or missing, a path leads out of either folder, or a file can't be written.
pub fn import_ocfl(from: &Path, root: &Path, now: Timestamp, faults: Faults) -> Result<Imported, ArchiveError> {
    check_source(from)?;
    refuse_inside(from, root)?;
    let wanted = wanted(from)?;
    aside::make(root, now, faults, |disk, staging| fill(disk, staging, from, &wanted))
}

/// Refuses what is no complete export of this program.
fn check_source(from: &Path) -> Result<(), ArchiveError> {
    let refuse = |why| Err(ArchiveError::NotAnExport { path: from.to_owned(), why });
    let is_complete = plain::read_if_there(from, Path::new(DECLARATION.0))?.is_some();
    match plain::read_if_there(from, Path::new(README.0))? {
        Some(text) => check_readme(from, &text)?,
        None if is_complete => return refuse("it is a storage root, but not one that `wxarchive export` wrote"),
        None => return refuse("it has no file `0=ocfl_1.1`"),
    }
    if is_complete { Ok(()) } else { refuse("the export was cut short; run `wxarchive export --ocfl` again") }
}

/// Every file of the archive, by its path, as the snapshot and the inventories it names tell.
fn wanted(from: &Path) -> Result<BTreeMap<String, Wanted>, ArchiveError> {
    let mut wanted: BTreeMap<String, Wanted> = BTreeMap::new();
    for (id, pin) in snapshot(from)?.objects {
        let inventory = store::pinned(from, &id, &pin)?;
        let wrong = |why: String| ArchiveError::damaged(from.join(place(&id)), why);
        let state = inventory.state(pin.version).ok_or_else(|| wrong("it lacks the version of the snapshot".into()))?;
        for (path, sha512) in state {
            let is_ours = plain::inside(&path).is_some_and(|path| !is_reserved(path));
            let file = find(&inventory, &sha512).filter(|_| is_ours);
            let content = file.ok_or_else(|| wrong(format!("`{path}` is no path that an archive has")))?;
            let file = Wanted { content: place(&id).join(content), sha512 };
            match wanted.get(&path) {
                Some(other) if other.sha512 != file.sha512 => {
                    return Err(wrong(format!("another object has other bytes for `{path}`")));
                }
                Some(_) => {}
                None => drop(wanted.insert(path, file)),
            }
        }
    }
    Ok(wanted)
}

fn find<'a>(inventory: &'a Inventory, sha512: &str) -> Option<&'a Path> {
    inventory.content(sha512).and_then(plain::inside)
}

/// Names that a writer gives to files which are not part of the archive.
fn is_reserved(path: &Path) -> bool {
    let is_temporary = |name: &std::ffi::OsStr| layout::is_temporary(&name.to_string_lossy());
    path == Path::new(layout::LOCK) || path.iter().any(is_temporary)
}

fn snapshot(from: &Path) -> Result<Snapshot, ArchiveError> {
    let id = snapshot_id();
    let path = from.join(place(&id));
    let object = store::current(from, &id)?;
    let object = object.ok_or_else(|| ArchiveError::damaged(&path, "the snapshot is not there"))?;
    let sha512 = object.state().remove(SNAPSHOT).unwrap_or_default();
    let content = find(&object.inventory, &sha512);
    let content = content.ok_or_else(|| ArchiveError::damaged(&path, "it has no `snapshot.json`"))?;
    let file = Wanted { content: place(&id).join(content), sha512 };
    let bytes = read(from, &file)?;
    let path = from.join(file.content);
    let snapshot: Snapshot = record::parse(&bytes).map_err(|why| ArchiveError::damaged(&path, why))?;
    if snapshot.format == FORMAT_NUMBER {
        Ok(snapshot)
    } else {
        Err(ArchiveError::NewerFormat { path, found: format!("format {}", snapshot.format) })
    }
}

fn read(from: &Path, file: &Wanted) -> Result<Vec<u8>, ArchiveError> {
    let bytes = plain::read(from, &file.content)?;
    if sha512(&bytes) == file.sha512 {
        Ok(bytes)
    } else {
        Err(ArchiveError::damaged(from.join(&file.content), "its SHA-512 is not the one in the inventory"))
    }
}

/// Fills the folder beside the archive's, and checks it.
fn fill(disk: &Disk, staging: &Path, from: &Path, wanted: &BTreeMap<String, Wanted>) -> Result<Imported, ArchiveError> {
    let mut imported = Imported::default();
    for (path, file) in wanted {
        let bytes = read(from, file)?;
        disk.stage(&staging.join(path), &bytes)?;
        imported.files += 1;
        imported.bytes += bytes.len() as u64;
    }
    // They are no part of an export.
    let staged = Disk::new(disk.path(staging));
    for (name, text) in format::missing_git_files(&staged) {
        disk.stage(&staging.join(name), text.as_bytes())?;
    }
    let audit = verify(&disk.path(staging), &Scope::default())?;
    match audit.findings.into_iter().find(|finding| finding.code.severity() == Severity::Error) {
        Some(finding) => {
            let why = format!("what it gives has an error at `{}`: {}", finding.path, finding.code.meaning());
            Err(ArchiveError::damaged(from, why))
        }
        None => Ok(imported),
    }
}
