//! The objects of a storage root: where they are, and how a version is added to one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::inventory::{INVENTORY, Inventory, Occasion, SIDECAR, State, folder, sha512, sidecar};
use super::{NAMESPACE, Pin, plain};
use crate::archive::write::{Disk, list};
use crate::archive::{ArchiveError, Digest, layout};

/// Where objects are filled before they are moved to their place.
pub(super) const STAGING: &str = ".wxarchive-staging";
/// The file that makes a folder an object.
const DECLARATION: (&str, &str) = ("0=ocfl_object_1.1", "ocfl_object_1.1\n");
/// How long the name of an object's folder may be before the rest is left to a hash.
const NAME_LENGTH: usize = 100;
/// How many digits of the hash make a folder, and how many such folders there are.
const TUPLE: usize = 3;

/// A version to be added to an object.
#[derive(Debug)]
pub(super) struct NewVersion {
    pub(super) state: State,
    pub(super) occasion: Occasion,
}

/// Where the files of a version come from.
pub(super) struct Source<'a> {
    /// Reads one.
    pub(super) read: &'a dyn Fn(&str) -> Result<Vec<u8>, ArchiveError>,
    /// The SHA-256 of each, for those who know no SHA-512.
    pub(super) sha256: &'a BTreeMap<String, Digest>,
}

/// An object as it is in the storage root.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) inventory: Inventory,
    /// The SHA-512 of the inventory.
    digest: String,
}

impl Object {
    /// The number of the newest version.
    pub(super) fn number(&self) -> u32 {
        self.inventory.number().unwrap_or_default()
    }

    /// The files of the newest version.
    pub(super) fn state(&self) -> State {
        self.inventory.state(self.number()).unwrap_or_default()
    }

    /// Tells the newest version.
    pub(super) fn pin(&self) -> Pin {
        Pin { version: self.number(), inventory: self.digest.clone() }
    }
}

/// The folder of an object, by the layout 0003 of the OCFL extensions with its own defaults.
pub(super) fn place(id: &str) -> PathBuf {
    let hash = Digest::of(id.as_bytes()).to_string();
    let mut name = encoded(id);
    if name.len() > NAME_LENGTH {
        name.truncate(NAME_LENGTH);
        name.extend(["-", &hash]);
    }
    let tuples = (0..TUPLE).map(|number| &hash[number * TUPLE..(number + 1) * TUPLE]);
    tuples.chain([name.as_str()]).collect()
}

/// Whether a folder is that of an object of this kind.
pub(super) fn is_of(place: &Path, kind: &str) -> bool {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(&encoded(&format!("{NAMESPACE}{kind}:")))
}

fn encoded(id: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        byte => format!("%{byte:02x}"),
    };
    id.bytes().map(encode).collect()
}

/// Every folder that has the place of an object.
pub(super) fn places(root: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let mut found = Vec::new();
    for folder in folders_above(root)?.iter().filter(|folder| depth(root, folder) == TUPLE) {
        let below = |path: PathBuf| path.strip_prefix(root).map(Path::to_owned).unwrap_or(path);
        found.extend(list(folder)?.into_iter().map(below));
    }
    Ok(found)
}

/// The storage root and the folders in it that hold objects or folders like them.
pub(super) fn folders_above(root: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let is_tuple = |path: &PathBuf| path.file_name().is_some_and(|name| name.len() == TUPLE);
    let (mut found, mut open) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = open.pop() {
        if depth(root, &folder) < TUPLE {
            open.extend(list(&folder)?.into_iter().filter(is_tuple));
        }
        found.push(folder);
    }
    Ok(found)
}

/// How many folders below the storage root a path is.
fn depth(root: &Path, path: &Path) -> usize {
    path.components().count() - root.components().count()
}

/// Reads an object as it is now; `None` where there is none.
///
/// A run that was killed may have written the inventory and not the file beside it; the version's own copy of both
/// tells then that it is whole.
pub(super) fn current(root: &Path, id: &str) -> Result<Option<Object>, ArchiveError> {
    let dir = place(id);
    let path = dir.join(INVENTORY);
    let Some(bytes) = plain::read_if_there(root, &path)? else { return Ok(None) };
    let wrong = |why: String| ArchiveError::damaged(root.join(&path), why);
    let inventory = Inventory::parse(&bytes, id).map_err(wrong)?;
    let object = Object { inventory, digest: sha512(&bytes) };
    for beside in [dir.join(SIDECAR), dir.join(folder(object.number())).join(SIDECAR)] {
        if plain::read_if_there(root, &beside)?.is_some_and(|text| text == sidecar(&object.digest).as_bytes()) {
            return Ok(Some(object));
        }
    }
    Err(wrong(format!("its SHA-512 is not the one in {SIDECAR}")))
}

/// Reads an object that versions are to be added to, and tidies up after a run that was killed.
pub(super) fn settle(disk: &Disk, id: &str) -> Result<Option<Object>, ArchiveError> {
    let Some(object) = current(&disk.path(Path::new("")), id)? else { return Ok(None) };
    let dir = place(id);
    disk.remove_tree(&dir.join(folder(object.number().saturating_add(1))))?;
    disk.replace(&dir.join(SIDECAR), sidecar(&object.digest).as_bytes())?;
    Ok(Some(object))
}

/// Reads the inventory of a version that a snapshot names.
pub(super) fn pinned(root: &Path, id: &str, pin: &Pin) -> Result<Inventory, ArchiveError> {
    let path = place(id).join(folder(pin.version)).join(INVENTORY);
    let bytes = plain::read(root, &path)?;
    let wrong = |why: String| ArchiveError::damaged(root.join(&path), why);
    if sha512(&bytes) != pin.inventory {
        return Err(wrong("its SHA-512 is not the one in the snapshot".to_owned()));
    }
    Inventory::parse(&bytes, id).map_err(wrong)
}

/// Makes an object of some versions, which appears as a whole.
pub(super) fn create(
    disk: &Disk,
    id: &str,
    versions: Vec<NewVersion>,
    source: &Source<'_>,
) -> Result<Object, ArchiveError> {
    let staging = PathBuf::from(STAGING);
    let mut object = Object { inventory: Inventory::new(id), digest: String::new() };
    for version in versions {
        stage(disk, &mut object, version, source)?;
    }
    disk.stage(&staging.join(DECLARATION.0), DECLARATION.1.as_bytes())?;
    stage_inventory(disk, &mut object, &staging)?;
    disk.adopt(&staging, &place(id))?;
    Ok(object)
}

/// Adds versions to an object: the folder of each appears as a whole, then the inventory of the object names it.
pub(super) fn extend(
    disk: &Disk,
    mut object: Object,
    versions: Vec<NewVersion>,
    source: &Source<'_>,
) -> Result<Object, ArchiveError> {
    let dir = place(&object.inventory.id);
    for version in versions {
        let bytes = stage(disk, &mut object, version, source)?;
        let name = folder(object.number());
        disk.adopt(&Path::new(STAGING).join(&name), &dir.join(&name))?;
        disk.flush_all(&[disk.path(&dir)])?;
        disk.replace(&dir.join(INVENTORY), &bytes)?;
        disk.replace(&dir.join(SIDECAR), sidecar(&object.digest).as_bytes())?;
    }
    // A storage root has no empty folders.
    disk.remove_empty(Path::new(STAGING))?;
    Ok(object)
}

/// Fills the folder of a version aside; gives the inventory with it.
fn stage(disk: &Disk, object: &mut Object, version: NewVersion, source: &Source<'_>) -> Result<Vec<u8>, ArchiveError> {
    let staging = PathBuf::from(STAGING);
    for stored in object.inventory.add(&version.state, version.occasion, source.sha256) {
        let bytes = (source.read)(&stored.logical)?;
        if version.state.get(&stored.logical) != Some(&sha512(&bytes)) {
            return Err(ArchiveError::Changed { path: PathBuf::from(stored.logical) });
        }
        disk.stage(&staging.join(&stored.content), &bytes)?;
    }
    let folder = staging.join(folder(object.number()));
    stage_inventory(disk, object, &folder)
}

fn stage_inventory(disk: &Disk, object: &mut Object, folder: &Path) -> Result<Vec<u8>, ArchiveError> {
    let bytes = object.inventory.to_bytes()?;
    object.digest = sha512(&bytes);
    disk.stage(&folder.join(INVENTORY), &bytes)?;
    disk.stage(&folder.join(SIDECAR), sidecar(&object.digest).as_bytes())?;
    Ok(bytes)
}

/// The path of a file of the archive as inventories write it.
pub(super) fn logical(path: &Path) -> Result<String, ArchiveError> {
    let name = layout::slashed(path);
    if Path::new(&name) == path {
        Ok(name)
    } else {
        Err(ArchiveError::damaged(path, "its name is not UTF-8, which an inventory has to be"))
    }
}

#[cfg(test)]
mod tests {
    use super::place;
    use crate::archive::layout::slashed;

    /// The examples of the extension's own page.
    #[test]
    fn objects_have_the_places_of_the_layout() {
        assert_eq!(slashed(&place("object-01")), "3c0/ff4/240/object-01");
        assert_eq!(slashed(&place("..hor/rib:le-$id")), "487/326/d8c/%2e%2ehor%2frib%3ale-%24id");
        assert_eq!(slashed(&place("..Hor/rib:lè-$id")), "373/529/21a/%2e%2eHor%2frib%3al%c3%a8-%24id");
        let hash = "5cc73e648fbcff136510e330871180922ddacf193b68fdeff855683a01464220";
        let expected = format!("5cc/73e/648/{}-{hash}", "abcdefghij".repeat(10));
        assert_eq!(slashed(&place(&("abcdefghij".repeat(10) + "a"))), expected);
    }
}
