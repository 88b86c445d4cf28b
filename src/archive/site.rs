//! What a folder of the site knows of the pages that were written there from an archive.
//!
//! Who publishes writes it; who looks for issues reads it, since such pages are none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Digest;

/// The name of the manifest; site generators don't look at names with a dot before them.
pub const SITE_MANIFEST: &str = ".wxarchive.json";

#[derive(Deserialize)]
struct Names {
    files: BTreeMap<PathBuf, Vec<Digest>>,
}

/// The files that a folder's manifest names, from the folder; none where there is no manifest.
///
/// One that can't be read names none: who publishes tells of it.
#[must_use]
pub fn published_files(folder: &Path) -> BTreeSet<PathBuf> {
    let Ok(bytes) = fs::read(folder.join(SITE_MANIFEST)) else { return BTreeSet::new() };
    serde_json::from_slice::<Names>(&bytes).map(|names| names.files.into_keys().collect()).unwrap_or_default()
}
