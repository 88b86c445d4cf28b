//! Writes an archive into a storage root, or brings one of an earlier run up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::inventory::{Occasion, State, sha512};
use super::plan::{Planned, buried, occasion, plan, shared_ids};
use super::store::{self, NewVersion, Object, STAGING, Source, logical, places};
use super::{DECLARATION, NAME, Pin, README, SNAPSHOT, Snapshot, plain, snapshot_id};
use crate::archive::lock::WriteLock;
use crate::archive::record::to_bytes;
use crate::archive::verify::Survey;
use crate::archive::write::{Disk, list};
use crate::archive::{ArchiveError, Digest, FORMAT_NUMBER, Faults, layout, refuse_inside, sound};

/// The layout of the folders of objects, with its own defaults.
const LAYOUT: [(&str, &str); 2] = [
    (
        "ocfl_layout.json",
        "{\n  \"extension\": \"0003-hash-and-id-n-tuple-storage-layout\",\n  \"description\": \"Three folders of three \
         digits of the identifier's SHA-256, then the identifier itself\"\n}\n",
    ),
    (
        "extensions/0003-hash-and-id-n-tuple-storage-layout/config.json",
        "{\n  \"extensionName\": \"0003-hash-and-id-n-tuple-storage-layout\",\n  \"digestAlgorithm\": \"sha256\",\n  \
         \"tupleSize\": 3,\n  \"numberOfTuples\": 3\n}\n",
    ),
];

/// What an export has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many objects.
    pub objects: usize,
    /// How many versions of objects this run added.
    pub versions: usize,
    /// How many files of the archive.
    pub files: usize,
    /// How many bytes those have.
    pub bytes: u64,
}

/// Writes an archive into an OCFL storage root of its own, or adds to it what is new since the last export.
///
/// # Errors
/// When the archive has errors, the folder holds something else or more than the archive, another program writes, or a
/// file can't be read or written. Until all is written, an import gives what the last complete export had.
pub fn export_ocfl(root: &Path, to: &Path, now: Timestamp, faults: Faults) -> Result<Exported, ArchiveError> {
    let found = sound::read(root)?;
    let objects = plan(&found)?;
    let disk = Disk::with_faults(to.to_owned(), faults.clone());
    check_target(root, to)?;
    std::fs::create_dir_all(to).map_err(ArchiveError::io("make folder", to))?;
    let _lock = WriteLock::take(to, now, faults)?;
    refuse_outlived(to, &found, &objects)?;
    disk.sweep()?;
    disk.remove_tree(Path::new(STAGING))?;
    disk.require_space()?;
    for (name, text) in [README].into_iter().chain(LAYOUT) {
        disk.replace(Path::new(name), text.as_bytes())?;
    }
    let mut run = Run { disk, root, now, exported: Exported::default() };
    let mut pins = BTreeMap::new();
    for (id, object) in &objects {
        pins.insert(id.clone(), run.put(id, object)?);
    }
    sound::refuse_changed(root, &found)?;
    if run.exported.versions > 0 {
        run.disk.flush_all(&store::folders_above(to)?)?;
    }
    run.put_snapshot(pins)?;
    run.disk.replace(Path::new(DECLARATION.0), DECLARATION.1.as_bytes())?;
    Ok(run.exported)
}

/// Refuses a folder that is neither empty nor an export of this program, or inside of the archive.
fn check_target(root: &Path, to: &Path) -> Result<(), ArchiveError> {
    refuse_inside(root, to)?;
    if let Some(text) = plain::read_if_there(to, Path::new(README.0))? {
        return check_readme(to, &text);
    }
    let is_ours =
        |name: &std::ffi::OsStr| name == layout::LOCK || name.to_string_lossy().starts_with(layout::TEMPORARY);
    let is_empty = list(to)?.iter().all(|path| path.file_name().is_some_and(is_ours));
    if is_empty && !to.is_file() { Ok(()) } else { Err(ArchiveError::NotEmpty { path: to.to_owned() }) }
}

/// Refuses the storage root of another program, or of a later one of ours.
pub(super) fn check_readme(to: &Path, text: &[u8]) -> Result<(), ArchiveError> {
    if text.split(|byte| *byte == b'\n').next() == Some(NAME.as_bytes()) {
        return Ok(());
    }
    let why = "its wxarchive.txt does not begin with `wxarchive ocfl 1`; another program or a newer wxarchive wrote it";
    Err(ArchiveError::NotAnExport { path: to.to_owned(), why })
}

/// Refuses an export that has articles which the archive has not, or pictures and pages that were forgotten.
fn refuse_outlived(to: &Path, found: &Survey, objects: &BTreeMap<String, Planned>) -> Result<(), ArchiveError> {
    let snapshot = snapshot_id();
    let known: BTreeSet<PathBuf> = objects.keys().chain([&snapshot]).map(|id| store::place(id)).collect();
    let buried: BTreeSet<PathBuf> =
        buried(found).flat_map(|digest| shared_ids(&digest)).map(|id| store::place(&id)).collect();
    // An issue may end, and what several showed may be one's alone now: that is history like any other.
    let may_stay = |place: &PathBuf| {
        !buried.contains(place) && ["issue", "picture", "page"].iter().any(|kind| store::is_of(place, kind))
    };
    let outlived = places(to)?.into_iter().find(|place| !known.contains(place) && !may_stay(place));
    outlived.map_or(Ok(()), |place| Err(ArchiveError::Outlived { path: to.join(place) }))
}

/// A run of the export.
struct Run<'a> {
    disk: Disk,
    root: &'a Path,
    now: Timestamp,
    exported: Exported,
}

impl Run<'_> {
    /// Brings an object up to date, and tells which version of it is that of the archive.
    fn put(&mut self, id: &str, object: &Planned) -> Result<Pin, ArchiveError> {
        let (mut state, mut sha256) = (State::new(), BTreeMap::new());
        for path in &object.files {
            let bytes = plain::read(self.root, path)?;
            let name = logical(path)?;
            state.insert(name.clone(), sha512(&bytes));
            sha256.insert(name, Digest::of(&bytes));
            self.exported.files += 1;
            self.exported.bytes += bytes.len() as u64;
        }
        let root = self.root;
        let read = |name: &str| plain::read(root, Path::new(name));
        let source = Source { read: &read, sha256: &sha256 };
        let old = store::settle(&self.disk, id)?;
        let present = old.as_ref().map(Object::state).unwrap_or_default();
        let mut versions = earlier(object, &state, &present)?;
        if present != state || old.is_none() {
            versions.push(NewVersion { state, occasion: occasion(object, self.now) });
        }
        self.add(id, old, versions, &source)
    }

    fn add(
        &mut self,
        id: &str,
        old: Option<Object>,
        versions: Vec<NewVersion>,
        source: &Source<'_>,
    ) -> Result<Pin, ArchiveError> {
        self.exported.objects += 1;
        self.exported.versions += versions.len();
        let object = match old {
            None => store::create(&self.disk, id, versions, source)?,
            Some(object) => store::extend(&self.disk, object, versions, source)?,
        };
        Ok(object.pin())
    }

    /// Says which versions make up the archive: the commit of the export.
    fn put_snapshot(&mut self, objects: BTreeMap<String, Pin>) -> Result<(), ArchiveError> {
        let id = snapshot_id();
        let bytes = to_bytes(&Snapshot { format: FORMAT_NUMBER, objects }, Path::new(SNAPSHOT))?;
        let state = State::from([(SNAPSHOT.to_owned(), sha512(&bytes))]);
        let old = store::settle(&self.disk, &id)?;
        let is_same = old.as_ref().is_some_and(|object| object.state() == state);
        let message = "which version of each object makes up the archive".to_owned();
        let version = NewVersion { state, occasion: Occasion { created: self.now, message } };
        let sha256 = BTreeMap::from([(SNAPSHOT.to_owned(), Digest::of(&bytes))]);
        let source = Source { read: &|_| Ok(bytes.clone()), sha256: &sha256 };
        let versions = if is_same { Vec::new() } else { vec![version] };
        self.add(&id, old, versions, &source).map(|_| ())
    }
}

/// The versions of an article that its object has not yet, in order; what the object has besides stays.
fn earlier(object: &Planned, all: &State, now: &State) -> Result<Vec<NewVersion>, ArchiveError> {
    let (mut versions, mut state) = (Vec::new(), now.clone());
    for version in &object.earlier {
        if now.contains_key(&logical(&version.manifest)?) {
            continue;
        }
        for path in &version.files {
            let name = logical(path)?;
            state.extend(all.get(&name).map(|digest| (name, digest.clone())));
        }
        versions.push(NewVersion { state: state.clone(), occasion: version.occasion.clone() });
    }
    Ok(versions)
}
