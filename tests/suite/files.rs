//! The files below a folder, for comparing what was there with what is.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder, by its path from there; links to folders are not followed.
pub(crate) fn paths(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a type").is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path().strip_prefix(root).expect("below").to_owned());
            }
        }
    }
    files.sort();
    files
}

/// Every file below a folder with what `read` makes of it.
pub(crate) fn tree_of<T>(root: &Path, read: impl Fn(&Path) -> T) -> BTreeMap<PathBuf, T> {
    let of = |path: PathBuf| {
        let found = read(&root.join(&path));
        (path, found)
    };
    paths(root).into_iter().map(of).collect()
}

/// Every file below a folder with its bytes.
pub(crate) fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    tree_of(root, |path| fs::read(path).expect("a file"))
}

/// Copies every file below a folder.
pub(crate) fn copy_tree(from: &Path, to: &Path) {
    for path in paths(from) {
        let target = to.join(&path);
        fs::create_dir_all(target.parent().expect("a parent")).expect("a folder");
        fs::copy(from.join(&path), target).expect("a file");
    }
}
