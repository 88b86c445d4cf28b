//! Fixtures with an expected file beside each: `UPDATE=1` rewrites them, a missing expectation fails.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

/// Compares what each `.html` file of a folder is made into with the `.txt` file beside it.
pub(crate) fn check(folder: &str, make: impl Fn(&[u8]) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    let mut differing = Vec::new();
    for path in files(&folder) {
        let actual = make(&std::fs::read(&path).unwrap());
        let expected = path.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, actual).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != actual {
            differing.push(format!("{} is made into:\n{actual}", path.display()));
        }
    }
    assert!(differing.is_empty(), "{}\n(`UPDATE=1` rewrites; read the diff)", differing.join("\n"));
}

/// The `.html` files of a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "html"));
    files.sort();
    files
}
