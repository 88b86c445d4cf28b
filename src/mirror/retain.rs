//! What earlier runs put into a mirror: it goes on being named, and is removed only on request.
//!
//! Pages that were built long ago, another archive or a run with `--only` may be what a file is there for.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::listing::Listed;
use super::variants::Made;
use super::{Damaged, Manifest, MirrorError, Mirrored, Only, Settings, Store, listing, manifest, variants};
use crate::archive::{Archive, Digest};

/// The digests of all variants of a mirror, by file.
pub(super) fn digests(manifest: &Manifest) -> HashMap<String, Digest> {
    let variants = manifest.pictures.values().flat_map(|picture| &picture.variants);
    variants.filter_map(|variant| Some((variant.file.clone(), variant.sha256?))).collect()
}

/// Extends a new manifest by what the one before it names and is still there; gives what is `lost` for good.
pub(super) fn extend(
    manifest: &mut Manifest,
    former: Manifest,
    (store, settings): (&dyn Store, &Settings),
    lost: impl Fn(&Mirrored) -> Result<bool, MirrorError>,
) -> Result<Vec<Damaged>, MirrorError> {
    let base = manifest.base_url.clone().unwrap_or_default();
    let mut damaged = Vec::new();
    let mut unused: BTreeSet<String> = former.unused;
    for (url, mut picture) in former.pictures {
        unused.extend(picture.variants.iter().map(|variant| variant.file.clone()));
        if let Some(present) = manifest.pictures.get_mut(&url) {
            if present.sha256 != picture.sha256 {
                // The address has another picture now.
                unused.insert(picture.file);
            }
            if settings.only != Only::Everything {
                present.used_by.extend(picture.used_by);
            }
        } else if store.has(&picture.file, picture.bytes) {
            // One that somebody removed is not named any more.
            if lost(&picture)? {
                let why = "its SHA-256 is not its name, and this run has no copy of it".to_owned();
                damaged.push(Damaged { file: store.describe(&picture.file), why });
            }
            picture.variants.retain(|variant| store.has(&variant.file, variant.bytes));
            picture.publish(&base);
            manifest.pictures.insert(url, picture);
        }
    }
    let named: HashSet<&str> = manifest.pictures.values().flat_map(Mirrored::files).collect();
    let is_unused = |file: &String| is_ours(file) && !named.contains(file.as_str()) && store.is_there(file);
    manifest.unused = unused.into_iter().filter(is_unused).collect();
    Ok(damaged)
}

/// Notes the variants that a run is about to make, so that they are known should it be killed.
pub(super) fn note_planned(
    listed: &[Listed],
    known: &HashMap<Digest, Made>,
    former: Option<&Manifest>,
    (store, settings): (&dyn Store, &Settings),
) -> Result<(), MirrorError> {
    let new = listed.iter().filter(|picture| !known.contains_key(&picture.stored.sha256));
    let files: BTreeSet<String> = new.flat_map(|picture| variants::names(picture, settings)).collect();
    if files.is_empty() {
        return Ok(());
    }
    let mut announced = former.cloned().unwrap_or_else(|| Manifest::new(settings, Vec::new()));
    announced.unused.extend(files);
    manifest::write(store, &announced)
}

/// Files of the mirror that belong to no picture that the archive has, or should have.
pub(super) fn orphans(manifest: &Manifest, archive: &Archive) -> Result<BTreeSet<String>, MirrorError> {
    let images = archive.root().join("images");
    let is_absent = |picture: &&Mirrored| !images.join(&picture.file).is_file();
    let absent: Vec<&Mirrored> = manifest.pictures.values().filter(is_absent).collect();
    let mut orphans = manifest.unused.clone();
    if !absent.is_empty() {
        // One that the archive has lost may be had again from here.
        let listed = listing::list(archive, Only::Everything)?;
        let used: HashSet<Digest> = listed.iter().map(|picture| picture.stored.sha256).collect();
        let gone = absent.into_iter().filter(|picture| !used.contains(&picture.sha256));
        orphans.extend(gone.flat_map(Mirrored::files).filter(|file| is_ours(file)).map(str::to_owned));
    }
    Ok(orphans)
}

/// Removes files, and what the manifest says of them; says how many. A run that is killed meanwhile knows them still.
pub(super) fn remove(
    manifest: &mut Manifest,
    files: BTreeSet<String>,
    store: &dyn Store,
) -> Result<usize, MirrorError> {
    if files.is_empty() {
        return Ok(0);
    }
    manifest.pictures.retain(|_, picture| !files.contains(&picture.file));
    manifest.unused = files;
    manifest::write(store, manifest)?;
    let files = std::mem::take(&mut manifest.unused);
    for file in &files {
        store.remove(file)?;
    }
    Ok(files.len())
}

/// Whether a file has a name that mirrors give: `ab/abcd….png` or `ab/abcd…-640.webp`. A manifest may say anything.
fn is_ours(file: &str) -> bool {
    let Some((folder, name)) = file.split_once('/') else { return false };
    let digest = name.split(['.', '-']).next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    digest.starts_with(folder)
        && folder.len() == 2
        && Digest::try_from(digest.to_owned()).is_ok()
        && name.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_mirrors_give_are_ours() {
        let digest = "ab".repeat(32);
        for (file, expected) in [
            (format!("ab/{digest}.png"), true),
            (format!("ab/{digest}-640.webp"), true),
            (format!("cd/{digest}.png"), false),
            (format!("ab/../{digest}.png"), false),
            (format!("/{digest}.png"), false),
            ("ab/logo.png".to_owned(), false),
            ("index.html".to_owned(), false),
        ] {
            assert_eq!(is_ours(&file), expected, "{file}");
        }
    }
}
