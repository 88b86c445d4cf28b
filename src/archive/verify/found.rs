//! What is found of a file, and of an article's folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::SystemTime;

use crate::archive::kind::Kind;
use crate::archive::{Manifest, StateFile};

/// A file of the archive.
#[derive(Debug, Clone)]
pub(in crate::archive) struct FoundFile {
    pub(in crate::archive) kind: Kind,
    pub(in crate::archive) length: u64,
    pub(in crate::archive) modified: Option<SystemTime>,
}

impl FoundFile {
    pub(super) fn is_record(&self) -> bool {
        let is_other = matches!(self.kind, Kind::Ledger | Kind::Unarchived | Kind::Tombstone | Kind::Aliases);
        is_other || self.folder().is_some()
    }

    /// The folder of the article that a record is of.
    pub(super) fn folder(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Manifest(dir, _) | Kind::State(dir) => Some(dir),
            _ => None,
        }
    }
}

/// The records of an article's folder.
#[derive(Debug, Default)]
pub(in crate::archive) struct FoundArticle {
    pub(in crate::archive) manifests: BTreeMap<u32, Manifest>,
    /// The manifests of another article or version than their place says: nothing is made of them.
    pub(in crate::archive) misplaced: BTreeMap<u32, Manifest>,
    /// The versions whose manifests are there but can't be read.
    pub(in crate::archive) damaged: BTreeSet<u32>,
    pub(in crate::archive) state: Option<StateFile>,
    /// Whether the states are there but can't be read.
    pub(in crate::archive) has_damaged_state: bool,
    /// What its other files, or other records, tell of it.
    pub(in crate::archive) told: Told,
}

/// What is told of an article by all that is written after a manifest.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::archive) struct Told {
    /// The newest version that was there; 0 where nothing tells of any.
    pub(in crate::archive) version: u32,
    /// Whether there were dated states.
    pub(in crate::archive) has_states: bool,
}

impl FoundArticle {
    /// The newest version that can be read.
    pub(in crate::archive) fn newest(&self) -> Option<&Manifest> {
        self.manifests.values().next_back()
    }

    /// Whether any version was ever committed, as far as manifests tell.
    pub(in crate::archive) fn is_committed(&self) -> bool {
        self.largest() > 0
    }

    /// Whether a version has a manifest, be it readable and the right one or not.
    pub(in crate::archive) fn has_record(&self, number: u32) -> bool {
        self.manifests.contains_key(&number) || self.misplaced.contains_key(&number) || self.damaged.contains(&number)
    }

    /// The largest number of a manifest, be it readable and the right one or not; 0 where there is none.
    pub(in crate::archive) fn largest(&self) -> u32 {
        let numbers = self.manifests.keys().chain(self.misplaced.keys()).chain(&self.damaged);
        numbers.max().copied().unwrap_or_default()
    }

    /// Whether the newest version that was ever there can be read: if not, the head and the states may well be its.
    pub(in crate::archive) fn knows_newest(&self) -> bool {
        self.manifests.contains_key(&self.largest().max(self.told.version))
    }
}
