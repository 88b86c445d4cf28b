//! The inventory of an object: its versions, their files, and the digests of both (OCFL 1.1, section 3.5).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::archive::{ArchiveError, Digest};

/// The file.
pub(super) const INVENTORY: &str = "inventory.json";
/// The file beside it that has its digest.
pub(super) const SIDECAR: &str = "inventory.json.sha512";

const TYPE: &str = "https://ocfl.io/1.1/spec/#inventory";
const ALGORITHM: &str = "sha512";
const FIXITY: &str = "sha256";

/// Files by digest.
type ByDigest = BTreeMap<String, Vec<String>>;
/// The files of a version: the SHA-512 by logical path.
pub(super) type State = BTreeMap<String, String>;

/// What an object has. Nothing but what this program writes is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Inventory {
    digest_algorithm: String,
    fixity: BTreeMap<String, ByDigest>,
    head: String,
    pub(super) id: String,
    manifest: ByDigest,
    #[serde(rename = "type")]
    kind: String,
    versions: BTreeMap<String, Version>,
}

/// A version of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    created: Timestamp,
    message: String,
    state: ByDigest,
    user: User,
}

/// Who made a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct User {
    address: String,
    name: String,
}

/// When a version was made, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Occasion {
    pub(super) created: Timestamp,
    pub(super) message: String,
}

/// A file that is to be stored: where, and from which file of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) content: String,
    pub(super) logical: String,
}

impl Inventory {
    /// That of an object without a version, which is none yet.
    pub(super) fn new(id: &str) -> Self {
        Self {
            digest_algorithm: ALGORITHM.to_owned(),
            fixity: BTreeMap::from([(FIXITY.to_owned(), ByDigest::new())]),
            head: folder(0),
            id: id.to_owned(),
            manifest: ByDigest::new(),
            kind: TYPE.to_owned(),
            versions: BTreeMap::new(),
        }
    }

    /// Reads one; the error says why it is none that this program wrote.
    pub(super) fn parse(bytes: &[u8], id: &str) -> Result<Self, String> {
        let inventory: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let is_ours = inventory.kind == TYPE && inventory.digest_algorithm == ALGORITHM;
        if !is_ours {
            return Err("it is not of OCFL 1.1 with SHA-512".to_owned());
        }
        if inventory.id != id {
            return Err(format!("it is that of `{}` and should be that of `{id}`", inventory.id));
        }
        if inventory.number().is_none_or(|number| number == 0 || inventory.state(number).is_none()) {
            return Err(format!("its head `{}` is no version of it", inventory.head));
        }
        Ok(inventory)
    }

    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| ArchiveError::damaged(INVENTORY, error))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The number of the newest version, 0 where there is none yet.
    pub(super) fn number(&self) -> Option<u32> {
        let number: u32 = self.head.strip_prefix('v')?.parse().ok()?;
        (folder(number) == self.head).then_some(number)
    }

    /// The files of a version.
    pub(super) fn state(&self, number: u32) -> Option<State> {
        let version = self.versions.get(&folder(number))?;
        let files = version.state.iter().flat_map(|(digest, paths)| paths.iter().map(move |path| (path, digest)));
        Some(files.map(|(path, digest)| (path.clone(), digest.clone())).collect())
    }

    /// Where the bytes with a digest are.
    pub(super) fn content(&self, digest: &str) -> Option<&str> {
        self.manifest.get(digest)?.first().map(String::as_str)
    }

    /// Adds a version; gives the files that no earlier version has.
    pub(super) fn add(&mut self, state: &State, occasion: Occasion, sha256: &BTreeMap<String, Digest>) -> Vec<Stored> {
        let head = folder(self.number().unwrap_or_default() + 1);
        let (mut by_digest, mut stored) = (ByDigest::new(), Vec::new());
        for (path, digest) in state {
            by_digest.entry(digest.clone()).or_default().push(path.clone());
            if !self.manifest.contains_key(digest) {
                let content = format!("{head}/content/{path}");
                self.manifest.insert(digest.clone(), vec![content.clone()]);
                if let (Some(block), Some(sha256)) = (self.fixity.get_mut(FIXITY), sha256.get(path)) {
                    block.entry(sha256.to_string()).or_default().push(content.clone());
                }
                stored.push(Stored { content, logical: path.clone() });
            }
        }
        let name = format!("wxarchive {}", env!("CARGO_PKG_VERSION"));
        let user = User { address: "urn:wxarchive:program".to_owned(), name };
        let version = Version { created: occasion.created, message: occasion.message, state: by_digest, user };
        self.versions.insert(head.clone(), version);
        self.head = head;
        stored
    }
}

/// The folder of a version.
pub(super) fn folder(number: u32) -> String {
    format!("v{number}")
}

/// The text of the file beside an inventory.
pub(super) fn sidecar(digest: &str) -> String {
    format!("{digest} {INVENTORY}\n")
}

/// The SHA-512 of bytes in hex digits.
pub(super) fn sha512(bytes: &[u8]) -> String {
    sha2::Sha512::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(files: &[(&str, &str)]) -> State {
        files.iter().map(|(path, text)| ((*path).to_owned(), sha512(text.as_bytes()))).collect()
    }

    fn occasion() -> Occasion {
        Occasion { created: Timestamp::UNIX_EPOCH, message: String::new() }
    }

    #[test]
    fn bytes_are_stored_once_however_often_and_under_whatever_name() {
        let mut inventory = Inventory::new("urn:a");
        let first = inventory.add(&state(&[("a", "1"), ("b", "1"), ("c", "2")]), occasion(), &BTreeMap::new());
        assert_eq!(
            first.iter().map(|stored| stored.content.as_str()).collect::<Vec<_>>(),
            ["v1/content/a", "v1/content/c"]
        );
        let second = inventory.add(&state(&[("a", "2"), ("d", "3")]), occasion(), &BTreeMap::new());
        assert_eq!(second, [Stored { content: "v2/content/d".to_owned(), logical: "d".to_owned() }]);
        let read = Inventory::parse(&inventory.to_bytes().expect("bytes"), "urn:a").expect("an inventory");
        assert_eq!((read.number(), read.state(2)), (Some(2), Some(state(&[("a", "2"), ("d", "3")]))));
        assert_eq!(read.content(&sha512(b"1")), Some("v1/content/a"));
        assert!(Inventory::parse(&inventory.to_bytes().expect("bytes"), "urn:b").is_err());
    }
}
