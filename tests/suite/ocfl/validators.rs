//! What other people's programs say of exports: `ocfl-validate.py` (`ocfl-py`) and `bagit.py` (`bagit`).
//!
//! `OCFL_VALIDATE` and `BAGIT_VALIDATE` name the programs, which have to start then; else those of the path are asked,
//! where there are any.

use std::path::{Path, PathBuf};
use std::process::Command;

use wxarchive::archive::{Faults, export_bag};

use super::{edit, export, files, import};
use crate::corpus::corpus;
use crate::sample::{archive, copy_tree, folder, time};

/// Runs a program; `None` where nobody has installed it. The exit code alone is not trusted: what it prints counts.
fn run(variable: &str, program: &str, arguments: &[&str], paths: &[PathBuf]) -> Option<(bool, String)> {
    let named = std::env::var(variable).ok();
    let program = named.as_deref().unwrap_or(program);
    match Command::new(program).args(arguments).args(paths).output() {
        Ok(output) => {
            let told = [output.stdout, output.stderr].concat();
            Some((output.status.success(), String::from_utf8_lossy(&told).into_owned()))
        }
        Err(error) => {
            assert!(named.is_none(), "`{program}` does not start: {error}");
            None
        }
    }
}

/// Asks about the storage root and about each object: asked about a root alone, version 2.1.0 finds fault with its
/// objects and tells nobody.
fn ask_ocfl(store: &Path) -> Option<(bool, String)> {
    let objects = files(store).into_keys().filter(|path| path.ends_with("0=ocfl_object_1.1"));
    let objects: Vec<PathBuf> = objects.filter_map(|path| Some(store.join(path.parent()?))).collect();
    let (is_root_valid, mut told) = run("OCFL_VALIDATE", "ocfl-validate.py", &[], &[store.to_owned()])?;
    let (are_objects_valid, of_objects) = run("OCFL_VALIDATE", "ocfl-validate.py", &[], &objects)?;
    told.push_str(&of_objects);
    let valid = of_objects.lines().filter(|line| line.ends_with(" is VALID")).count();
    Some((is_root_valid && are_objects_valid && valid == objects.len(), told))
}

/// Exports an archive in both forms and asks both programs.
fn is_accepted(root: &Path) {
    let other = folder();
    let (store, bag) = (other.path().join("store"), other.path().join("bag"));
    export(root, &store).expect("an export");
    if let Some((is_valid, told)) = ask_ocfl(&store) {
        assert!(is_valid && !told.contains("[W") && !told.contains("[E"), "{told}");
    }
    export_bag(root, &bag, time("2026-10-20T00:00:00Z"), Faults::default()).expect("a bag");
    if let Some((is_valid, told)) = run("BAGIT_VALIDATE", "bagit.py", &["--validate"], &[bag]) {
        assert!(is_valid, "{told}");
    }
}

#[test]
fn archive_of_every_shape_is_accepted() {
    let root = archive();
    is_accepted(root.path());
    // No `%`: version 1.9.0 of bagit.py does not read it as RFC 8493 has it written (section 2.1.3).
    std::fs::write(root.path().join("notes, with\na line end.txt"), "mine").expect("a file");
    is_accepted(root.path());
}

#[test]
fn example_archive_is_accepted() {
    let root = folder();
    copy_tree(Path::new("archive"), root.path());
    is_accepted(root.path());
}

/// The issues of the corpus and those of its pages that are saved, where the corpus is.
#[test]
fn archive_of_the_corpus_is_accepted_and_comes_back() {
    let Some(corpus) = corpus() else { return };
    let other = folder();
    let (root, store) = (other.path().join("archive"), other.path().join("store"));
    let mut sync = Command::new(env!("CARGO_BIN_EXE_wxarchive"));
    sync.env_remove("WXARCHIVE_CONFIG")
        .args(["-q", "sync", "--from"])
        .arg(corpus.join("pages"))
        .arg(corpus.join("issues"));
    let output = sync.arg("--archive").arg(&root).output().expect("the program runs");
    assert!(root.join("FORMAT").exists(), "{}", String::from_utf8_lossy(&output.stderr));
    is_accepted(&root);
    export(&root, &store).expect("an export");
    import(&store, &other.path().join("back")).expect("an import");
    let (back, there) = (files(&other.path().join("back")), files(&root));
    let differs = |path: &&PathBuf| back.get(*path) != there.get(*path);
    assert_eq!(back.keys().chain(there.keys()).filter(differs).collect::<Vec<_>>(), Vec::<&PathBuf>::new());
}

#[test]
fn export_with_new_versions_is_accepted() {
    let (root, store) = (archive(), folder());
    export(root.path(), store.path()).expect("an export");
    for (number, word) in ["瞭望室", "地下室", "办公室"].into_iter().enumerate() {
        edit(root.path(), "调焦", ("观测室", word), &format!("2026-10-1{number}T00:00:00Z"));
        export(root.path(), store.path()).expect("an export");
    }
    if let Some((is_valid, told)) = ask_ocfl(store.path()) {
        assert!(is_valid && !told.contains("[W"), "{told}");
    }
}

#[test]
fn damaged_export_is_not_accepted() {
    let (root, store) = (archive(), folder());
    export(root.path(), store.path()).expect("an export");
    let head = files(store.path()).into_keys().find(|path| path.ends_with("index.md")).expect("a head");
    std::fs::write(store.path().join(head), "edited").expect("a file");
    if let Some((is_valid, told)) = ask_ocfl(store.path()) {
        assert!(!is_valid, "{told}");
    }
}
