//! The commands that look after an archive, by the binary: that flags are hooked up and exit codes are kept.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::files::{copy_tree, paths};
use crate::program::command;
use crate::sample::{archive, folder, tree};

fn wxarchive(root: &Path, arguments: &[&str]) -> Output {
    command(root, &["--archive", "."]).args(arguments).output().expect("the program runs")
}

/// The exit code and what was printed.
fn run(root: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = wxarchive(root, arguments);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn verify_ends_with_what_is_wrong() {
    let root = archive();
    assert_eq!(run(root.path(), &["verify"]).0, Some(0));
    let head = tree(root.path()).into_keys().find(|path| path.ends_with("index.md")).expect("a head");
    fs::write(root.path().join(head), "edited").expect("a file");
    assert_eq!(run(root.path(), &["verify"]).0, Some(1));
    assert_eq!(run(root.path(), &["repair"]).0, Some(0));
    let picture = tree(root.path()).into_keys().find(|path| path.starts_with("images")).expect("a picture");
    fs::write(root.path().join(picture), "rotten").expect("a file");
    let (code, text) = run(root.path(), &["--json", "verify"]);
    assert_eq!(code, Some(4));
    let finding: serde_json::Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&finding["event"], &finding["severity"]), (&"finding".into(), &"error".into()));
    assert_eq!(run(root.path(), &["repair"]).0, Some(4));
    assert_eq!(run(root.path(), &["verify", "--subset", "8/7"]).0, Some(2));
}

#[test]
fn list_chooses_by_state_issue_and_day() {
    let root = archive();
    let count = |arguments: &[&str]| run(root.path(), arguments).1.lines().count();
    assert_eq!(count(&["list"]), 6);
    assert_eq!(count(&["list", "--state", "deleted"]), 1);
    assert!(count(&["list", "--issue", "weekly-20260918.md"]) < 6);
    assert_eq!(count(&["list", "--until", "2019-01-01"]), 1);
    assert_eq!(count(&["list", "--since", "2019-01-01"]), 5);
    assert_eq!(count(&["list", "--since", "2019"]), 5);
    assert_eq!(count(&["list", "--until", "2018-11"]), 1);
    assert_eq!(count(&["list", "--state", "gone"]), 1);
    assert_eq!(run(root.path(), &["list", "--issue", "none.md"]).0, Some(2));
}

#[test]
fn issue_is_listed_without_reading_the_ledgers_of_others() {
    let root = archive();
    let ledgers = || tree(root.path()).into_keys().filter(|path| path.starts_with("issues"));
    let listed = run(root.path(), &["list", "--issue", "weekly-20260918.md"]);
    assert_eq!(listed.0, Some(0));
    for other in ledgers().filter(|path| !path.ends_with("weekly-20260918.md.json")) {
        fs::write(root.path().join(other), "rotten").expect("a file");
    }
    assert_eq!(run(root.path(), &["list", "--issue", "weekly-20260918.md"]), listed);
    let own = ledgers().find(|path| path.ends_with("weekly-20260918.md.json")).expect("its ledger");
    for other in ledgers().filter(|path| *path != own) {
        fs::remove_file(root.path().join(other)).expect("removed");
    }
    fs::rename(root.path().join(&own), root.path().join("issues/other.md.json")).expect("renamed");
    assert_eq!(run(root.path(), &["list", "--issue", "weekly-20260918.md"]), listed, "it says itself what it is of");
}

#[test]
fn versions_are_told_compared_and_restored() {
    let root = archive();
    let edited = tree(root.path()).into_keys().find(|path| path.ends_with("versions/2.json")).expect("a version");
    let id = edited.iter().nth(2).expect("a folder").to_string_lossy().into_owned();
    let (code, text) = run(root.path(), &["log", &id]);
    assert!(code == Some(0) && text.contains("version 2 (edited"), "{text}");
    let (code, text) = run(root.path(), &["diff", &id]);
    assert!(code == Some(0) && text.contains("[-") && text.contains("{+"), "{text}");
    assert_eq!(run(root.path(), &["restore", &id, "1"]).0, Some(0));
    assert_eq!(run(root.path(), &["restore", &id, "9"]).0, Some(2));
    assert_eq!(run(root.path(), &["reconvert", "--all"]).0, Some(0));
    assert_eq!(run(root.path(), &["forget", &id]).0, Some(2), "a reason has to be given");
    assert_eq!(run(root.path(), &["forget", &id, "--reason", "asked"]).0, Some(0));
    assert_eq!(run(root.path(), &["show", &id]).0, Some(2));
    assert_eq!(run(root.path(), &["gc"]).0, Some(0));
    assert_eq!(run(root.path(), &["verify"]).0, Some(0));
}

#[test]
fn archive_named_by_its_own_folder_is_exported_beside_it() {
    let world = folder();
    let here = world.path().join("archive");
    copy_tree(archive().path(), &here);
    assert_eq!(run(&here, &["export", "--ocfl", "../store"]).0, Some(0));
    assert_eq!(run(&here, &["export", "--bagit", "../bag"]).0, Some(0));
}

#[cfg(unix)]
#[test]
fn export_into_the_archive_is_refused_however_it_is_named() {
    let world = folder();
    let here = world.path().join("archive");
    copy_tree(archive().path(), &here);
    std::os::unix::fs::symlink(&here, world.path().join("link")).expect("a link");
    let before = paths(&here);
    for target in ["out", "../archive/out", "../link/out", "../none/../archive/images/out"] {
        for form in ["--ocfl", "--bagit"] {
            for root in [".", "../archive", "../link"] {
                let output = command(&here, &["--archive", root, "export", form, target]).output();
                let output = output.expect("the program runs");
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(
                    output.status.code() == Some(2) && said.contains("is inside"),
                    "{form} {target} {root}: {said}"
                );
                assert!(paths(&here) == before, "{form} {target} {root}");
            }
        }
    }
}

#[test]
fn import_into_the_export_is_refused() {
    let world = folder();
    copy_tree(archive().path(), &world.path().join("archive"));
    let does = |arguments: &[&str]| crate::program::run(world.path(), arguments).0;
    assert_eq!(does(&["-q", "export", "--ocfl", "store"]), Some(0));
    let before = paths(&world.path().join("store"));
    assert_eq!(does(&["--archive", "store/back", "import", "--ocfl", "store"]), Some(2));
    assert_eq!(does(&["--archive", "store/back", "import", "--ocfl", "archive/../store"]), Some(2));
    assert!(paths(&world.path().join("store")) == before);
}

#[test]
fn exports_are_written_and_read_back() {
    let (root, other) = (archive(), folder());
    let path = |name: &str| other.path().join(name).to_string_lossy().into_owned();
    let (store, back) = (path("store"), path("back"));
    assert_eq!(run(root.path(), &["export"]).0, Some(2), "one form has to be chosen");
    assert_eq!(run(root.path(), &["export", "--ocfl", &store, "--bagit", &path("bag")]).0, Some(2), "and no more");
    let (code, text) = run(root.path(), &["--json", "export", "--ocfl", &store]);
    let summary: serde_json::Value = serde_json::from_str(text.trim()).expect("JSON");
    assert_eq!((code, &summary["event"]), (Some(0), &"summary".into()));
    assert!(summary["versions"].as_u64() > summary["objects"].as_u64(), "one article has two: {text}");
    assert_eq!(run(root.path(), &["import", "--ocfl", &store]).0, Some(2), "there is an archive already");
    fs::create_dir(&back).expect("a folder");
    assert_eq!(run(Path::new(&back), &["import", "--ocfl", &store]).0, Some(0));
    assert_eq!(run(Path::new(&back), &["verify"]).0, Some(0));
    fs::remove_dir_all(&back).expect("removed");
    let content = tree(Path::new(&store)).into_keys().find(|path| path.ends_with("index.md")).expect("a head");
    fs::write(Path::new(&store).join(content), "rotten").expect("a file");
    fs::create_dir(&back).expect("a folder");
    assert_eq!(run(Path::new(&back), &["import", "--ocfl", &store]).0, Some(4));
}

#[test]
fn repair_says_how_many_pictures_were_never_had() {
    let root = folder();
    fs::write(root.path().join("weekly.md"), "![](https://img.example.org/a.png)\n").expect("an issue");
    fs::create_dir(root.path().join("pages")).expect("a folder");
    let with = |arguments: &[&str]| {
        command(root.path(), &["--archive", "archive"]).args(arguments).output().expect("the program runs")
    };
    with(&["sync", "--from", "pages", "weekly.md"]);
    let repaired = with(&["repair"]);
    assert_eq!(repaired.status.code(), Some(0));
    let said = String::from_utf8_lossy(&repaired.stderr).into_owned();
    assert!(said.contains("1 of the archive's pictures could not be had"), "{said}");
}

#[test]
fn damaged_page_of_one_article_keeps_no_other_from_being_read_again() {
    let root = archive();
    let page = tree(root.path()).into_keys().find(|path| path.starts_with("pages")).expect("a page");
    fs::write(root.path().join(page), "rotten").expect("a file");
    let (code, text) = run(root.path(), &["reconvert", "--all"]);
    assert_eq!((code, text.lines().count()), (Some(1), 6), "{text}");
    assert!(text.contains("failed") && text.contains("same"), "{text}");
}
