//! Exports that are damaged or forged: what is wrong is named, and no archive comes of it.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::Digest as _;
use tempfile::TempDir;

use super::{export, files, import};
use crate::sample::{archive, folder, rewrite, tree};

/// An export beside which an archive can be made.
fn exported() -> (TempDir, PathBuf) {
    let (root, other) = (archive(), folder());
    let store = other.path().join("store");
    export(root.path(), &store).expect("an export");
    (other, store)
}

/// The imported archive, or why there is none; then nothing may be there.
fn back(other: &TempDir, store: &Path) -> Result<std::collections::BTreeMap<PathBuf, Vec<u8>>, String> {
    let to = other.path().join("archive");
    match import(store, &to) {
        Ok(_) => {
            let files = files(&to);
            fs::remove_dir_all(&to).expect("removed");
            Ok(files)
        }
        Err(error) => {
            let names = fs::read_dir(other.path()).expect("a folder").count();
            assert!(names == 1, "something is left after: {error}");
            Err(error.to_string())
        }
    }
}

#[test]
fn every_damage_is_named_or_does_no_harm() {
    let (other, store) = exported();
    let whole = back(&other, &store).expect("an import");
    let (mut named, mut harmless) = (0, 0);
    for (number, (path, bytes)) in tree(&store).into_iter().enumerate() {
        let full = store.join(&path);
        let mut flipped = bytes.clone();
        let bit = number * 7919 % (bytes.len().max(1) * 8);
        if let Some(byte) = flipped.get_mut(bit / 8) {
            *byte ^= 1 << (bit % 8);
        }
        let cut = bytes[..bytes.len() / 2].to_owned();
        for damaged in [Some(flipped), Some(cut), None] {
            match damaged {
                Some(damaged) => fs::write(&full, damaged).expect("a file"),
                None => fs::remove_file(&full).expect("removed"),
            }
            match back(&other, &store) {
                Ok(files) => {
                    assert!(files == whole, "{} was damaged and what came back is wrong", path.display());
                    harmless += 1;
                }
                Err(error) => {
                    let is_content = path.iter().any(|part| part == "content");
                    assert!(!is_content || error.contains(&*path.to_string_lossy()), "{}: {error}", path.display());
                    named += 1;
                }
            }
            if path.iter().any(|part| part == "content") {
                back(&other, &store).expect_err("damaged content is never served as good");
            }
        }
        fs::write(&full, bytes).expect("a file");
    }
    println!("{named} damages named, {harmless} did no harm");
    assert!(named > 100 && harmless > 20, "{named} {harmless}");
}

fn sha512(bytes: &[u8]) -> String {
    sha2::Sha512::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<String>>().concat()
}

/// Replaces a file and every digest of it, as somebody would who wants it to be believed.
fn forge(store: &Path, path: &Path, bytes: &[u8]) {
    let (old, new) = (sha512(&fs::read(store.join(path)).expect("a file")), sha512(bytes));
    fs::write(store.join(path), bytes).expect("a file");
    if old == new {
        return;
    }
    for (other, text) in tree(store) {
        let Ok(text) = String::from_utf8(text) else { continue };
        if !text.contains(&old) {
            continue;
        }
        if other.ends_with("snapshot.json") {
            let copy = store.join("copy");
            fs::write(&copy, &text).expect("a file");
            rewrite(&copy, |snapshot| {
                *snapshot = serde_json::from_str(&snapshot.to_string().replace(&old, &new)).expect("JSON");
            });
            let sealed = fs::read(&copy).expect("a file");
            fs::remove_file(copy).expect("removed");
            forge(store, &other, &sealed);
        } else {
            forge(store, &other, text.replace(&old, &new).as_bytes());
        }
    }
}

/// The inventory of the version of an article's object that the snapshot names.
fn inventory(store: &Path) -> PathBuf {
    let is_it =
        |path: &PathBuf| path.ends_with("v1/inventory.json") && path.to_string_lossy().contains("%3aarticle%3a");
    tree(store).into_keys().find(is_it).expect("an inventory")
}

#[test]
fn paths_that_lead_out_of_the_archive_are_refused() {
    for hostile in
        ["../../escaped.md", "/tmp/escaped.md", "a/../../b", ".lock", "a//b", "images/.wxarchive-aB3xYz", "./a", ""]
    {
        let (other, store) = exported();
        let path = inventory(&store);
        let mut value: serde_json::Value =
            serde_json::from_slice(&fs::read(store.join(&path)).expect("a file")).expect("JSON");
        let state = value["versions"]["v1"]["state"].as_object_mut().expect("a state");
        let paths = state.values_mut().next().expect("a file");
        *paths = serde_json::json!([hostile]);
        forge(&store, &path, &serde_json::to_vec_pretty(&value).expect("JSON"));
        let error = back(&other, &store).expect_err("refused");
        assert!(error.contains("is no path that an archive has"), "{hostile:?}: {error}");
    }
}

#[test]
fn content_outside_of_its_object_is_not_read_though_it_be_right() {
    for hostile in ["../../../../right", "v1/content/../../../../../../right", "/etc/hostname", "v1//content"] {
        let (other, store) = exported();
        let path = inventory(&store);
        let mut value: serde_json::Value =
            serde_json::from_slice(&fs::read(store.join(&path)).expect("a file")).expect("JSON");
        let content = value["manifest"].as_object_mut().expect("a manifest").values_mut().next().expect("a file");
        let object = path.parent().and_then(Path::parent).expect("an object");
        let right = object.join(content[0].as_str().expect("a path"));
        fs::copy(store.join(right), store.join("right")).expect("copied");
        *content = serde_json::json!([hostile]);
        forge(&store, &path, &serde_json::to_vec_pretty(&value).expect("JSON"));
        let error = back(&other, &store).expect_err("refused");
        assert!(error.contains("is no path that an archive has"), "{hostile:?}: {error}");
    }
}

#[test]
fn believable_bytes_that_are_no_archive_are_refused() {
    let (other, store) = exported();
    let path = tree(&store).into_keys().find(|path| path.extension().is_some_and(|name| name == "png"));
    forge(&store, &path.expect("a picture"), b"not the picture of that name");
    let error = back(&other, &store).expect_err("refused");
    assert!(error.contains("images/"), "{error}");
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let (other, store) = exported();
    let files = tree(&store);
    let content = files.keys().find(|path| path.ends_with("index.md")).expect("a head");
    let aside = folder();
    for linked in [content.as_path(), content.parent().expect("a folder"), Path::new("wxarchive.txt")] {
        let (from, to) = (store.join(linked), aside.path().join("real"));
        fs::rename(&from, &to).expect("moved");
        symlink(&to, &from).expect("a link");
        let error = back(&other, &store).expect_err("refused");
        assert!(error.contains("symbolic link"), "{error}");
        fs::remove_file(&from).expect("removed");
        fs::rename(&to, &from).expect("moved back");
    }
    back(&other, &store).expect("whole again");
}
