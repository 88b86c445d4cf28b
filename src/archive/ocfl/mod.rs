//! An archive as an OCFL 1.1 storage root, which other people's programs check, and the way back.
//!
//! An object is what has a history of its own: an article with its pages and pictures, the ledger of an issue, and one
//! for what is left. A picture or page that several of them need is an object, too, since nothing can be shared between
//! objects. Logical paths are the paths of the archive. One more object, the snapshot, says which version of each object
//! makes up the archive; it is written last, and only what it names is read back. So a run that is cut short changes
//! nothing of what an import gives.
//!
//! `wxarchive.txt` in the storage root tells people all that. An object gets new versions and loses nothing, which is
//! why an export is refused that would leave out what is there: what is forgotten has to be forgotten by hand.

mod export;
mod import;
mod inventory;
mod plain;
mod plan;
mod store;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use export::{Exported, export_ocfl};
pub use import::{Imported, import_ocfl};

/// The file that makes a folder a storage root; written when the first export is complete.
const DECLARATION: (&str, &str) = ("0=ocfl_1.1", "ocfl_1.1\n");
/// The file that tells people, and this program, whose storage root it is.
const README: (&str, &str) = ("wxarchive.txt", include_str!("wxarchive.txt"));
/// The first line of that file.
const NAME: &str = "wxarchive ocfl 1";
/// The only file of the snapshot.
const SNAPSHOT: &str = "snapshot.json";
/// What the identifiers of all objects begin with.
const NAMESPACE: &str = "urn:wxarchive:";

/// Which version of each object makes up the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Snapshot {
    /// The number of the archive's format.
    format: u32,
    /// By identifier.
    objects: BTreeMap<String, Pin>,
}

/// A version of an object, told by its inventory, which tells all its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Pin {
    /// The number of the version.
    version: u32,
    /// The SHA-512 of the version's inventory.
    inventory: String,
}

/// The identifier of the snapshot.
fn snapshot_id() -> String {
    format!("{NAMESPACE}snapshot")
}
