//! `manifest.json`: which address of a picture became which file, and all that a page needs to show it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::listing::Listed;
use super::variants::{Made, Settings, suffix};
use super::{MirrorError, Store};
use crate::archive::Digest;
use crate::image::{Checked, Shape};
use crate::model::ImageUrl;

/// The name of the manifest.
pub(super) const NAME: &str = "manifest.json";

/// The number of the manifest's format.
const FORMAT: u32 = 1;

/// All that is in a mirror.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The number of this format.
    pub format: u32,
    /// The program that wrote it.
    pub program: String,
    /// Where the folder is published, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Which variants were asked for.
    pub settings: Vec<String>,
    /// The pictures, by the address that pages and issues have.
    pub pictures: BTreeMap<String, Mirrored>,
    /// Files that are there still and belong to no picture any more, as variants that are not asked for now.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unused: BTreeSet<String>,
    /// How the store marked the content of files when they were written or last read, by file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub marks: BTreeMap<String, String>,
}

/// A picture of a mirror.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mirrored {
    /// What the address has in common with other addresses of the same picture.
    pub key: String,
    /// The address in the mirror; relative to the manifest where nobody said where that is published.
    pub url: String,
    /// The file, from the folder of the manifest.
    pub file: String,
    /// The digest of the file.
    pub sha256: Digest,
    /// The media type.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The length.
    pub bytes: u64,
    /// The colour of the whole, as `#1f2e3d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// The colours of four parts across by three down, row by row, six hex digits each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blur: Option<String>,
    /// Smaller copies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<MirroredVariant>,
    /// Why there are none, where there could have been some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_variants: Option<String>,
    /// Folders of articles and paths of issues.
    pub used_by: BTreeSet<String>,
}

/// Where pictures are in a mirror.
#[derive(Debug)]
pub struct Addresses<'a> {
    by_key: HashMap<&'a str, &'a str>,
    by_file: HashMap<&'a str, &'a str>,
}

impl Addresses<'_> {
    /// The address of a picture in the mirror.
    #[must_use]
    pub fn of(&self, image: &ImageUrl) -> Option<&str> {
        self.by_key.get(image.key().as_str()).copied()
    }

    /// The address of a file of the archive, as heads name it: `../../../images/ab/abcd….png`.
    #[must_use]
    pub fn of_file(&self, path: &str) -> Option<&str> {
        let (_, file) = path.rsplit_once("images/")?;
        self.by_file.get(file).copied()
    }

    /// The address of a picture that is shown from a mirror published elsewhere, or there before: `…/ab/abcd….png`.
    #[must_use]
    pub fn of_mirrored(&self, address: &str) -> Option<&str> {
        let path = address.split(['?', '#']).next().unwrap_or(address);
        let (folder, _) = path.rsplit_once('/')?;
        let start = folder.rfind('/').map_or(0, |slash| slash + 1);
        self.by_file.get(&path[start..]).copied()
    }
}

/// A smaller copy of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MirroredVariant {
    /// The width that was asked for, or `wide`, or `square`.
    pub name: String,
    /// The address in the mirror.
    #[serde(default)]
    pub url: String,
    /// The file, from the folder of the manifest.
    pub file: String,
    /// The media type.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The length.
    pub bytes: u64,
    /// The digest of the file; earlier programs did not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
}

impl MirroredVariant {
    /// A variant in a file; its address is that of the file until it is published.
    pub(super) fn new(shape: Shape, file: String, checked: Checked, bytes: &[u8]) -> Self {
        Self {
            name: suffix(shape),
            url: file.clone(),
            file,
            media_type: checked.format.media_type().to_owned(),
            width: checked.width,
            height: checked.height,
            bytes: bytes.len() as u64,
            sha256: Some(Digest::of(bytes)),
        }
    }
}

impl Mirrored {
    /// Its files: itself and its variants.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.file.as_str()).chain(self.variants.iter().map(|variant| variant.file.as_str()))
    }

    /// Gives it the addresses below a base, which ends with a slash or is empty.
    pub(super) fn publish(&mut self, base: &str) {
        self.url = format!("{base}{}", self.file);
        for variant in &mut self.variants {
            variant.url = format!("{base}{}", variant.file);
        }
    }
}

impl Manifest {
    /// Says what a mirror has.
    pub(super) fn new(settings: &Settings, mirrored: Vec<(&Listed, Made)>) -> Self {
        let base_url = settings.base_url.as_ref().map(|base| format!("{}/", base.trim_end_matches('/')));
        let base = base_url.as_deref().unwrap_or_default();
        let mut pictures = BTreeMap::new();
        for (listed, made) in mirrored {
            let stored = &listed.stored;
            let file = listed.file();
            for (address, used_by) in &listed.uses {
                let mut picture = Mirrored {
                    key: address.key.clone(),
                    url: String::new(),
                    file: file.clone(),
                    sha256: stored.sha256,
                    media_type: stored.media_type.clone(),
                    width: stored.width,
                    height: stored.height,
                    bytes: stored.bytes,
                    colour: stored.colour.clone().or(made.colour.clone()),
                    blur: stored.blur.clone().or(made.blur.clone()),
                    variants: made.variants.clone(),
                    without_variants: made.without_variants.clone(),
                    used_by: used_by.clone(),
                };
                picture.publish(base);
                pictures.insert(address.url.clone(), picture);
            }
        }
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let (unused, marks) = (BTreeSet::new(), BTreeMap::new());
        Self { format: FORMAT, program, base_url, settings: settings.words(), pictures, unused, marks }
    }

    /// The addresses in the mirror, to be looked up.
    #[must_use]
    pub fn addresses(&self) -> Addresses<'_> {
        let by_key = self.pictures.values().map(|picture| (picture.key.as_str(), picture.url.as_str())).collect();
        let by_file = self.pictures.values().map(|picture| (picture.file.as_str(), picture.url.as_str())).collect();
        Addresses { by_key, by_file }
    }

    /// The settings that the mirror was made with.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings { base_url: self.base_url.clone(), ..Settings::of_words(&self.settings) }
    }

    /// What was made of each picture, where the same would be made again.
    pub(super) fn made(&self, settings: &Settings) -> HashMap<Digest, Made> {
        if self.settings != settings.words() || self.program != env!("CARGO_PKG_VERSION") {
            return HashMap::new();
        }
        let made = self.pictures.values().map(|picture| {
            let Mirrored { sha256, colour, blur, variants, without_variants, .. } = picture.clone();
            (sha256, Made { colour, blur, variants, without_variants })
        });
        made.collect()
    }
}

/// Reads the manifest of a mirror; `None` where there is none yet.
///
/// # Errors
/// When the file is something else, or of a later program: nothing is put beside it then.
pub fn read(store: &dyn Store) -> Result<Option<Manifest>, MirrorError> {
    let Some(bytes) = store.read(NAME)? else { return Ok(None) };
    let wrong = |why: String| MirrorError::Manifest { file: store.describe(NAME), why };
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    match manifest.format {
        FORMAT => Ok(Some(manifest)),
        other => Err(wrong(format!("it is of format {other}, this program writes {FORMAT}"))),
    }
}

/// Writes the manifest; one that says the same is not touched.
pub(super) fn write(store: &dyn Store, manifest: &Manifest) -> Result<(), MirrorError> {
    let wrong = |error: serde_json::Error| MirrorError::Manifest { file: store.describe(NAME), why: error.to_string() };
    let mut bytes = serde_json::to_vec_pretty(manifest).map_err(wrong)?;
    bytes.push(b'\n');
    store.replace(NAME, &bytes)
}
