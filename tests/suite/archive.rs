//! The archive on the disk: locks, formats, and pages that other programs can read.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::process::Command;

use jiff::Timestamp;

use wxarchive::archive::{Archive, ArchiveError, Writer};

fn now() -> Timestamp {
    "2026-10-01T00:00:00Z".parse().expect("a time")
}

/// A page of a template: many lines of script that its siblings share, and a text of its own.
fn page(text: &str) -> Vec<u8> {
    let line = |number| format!("function part{number}() {{ return {} * 31; }}\n", number * 7919);
    let script = (0..4000).map(line).collect::<Vec<String>>().concat();
    format!("<html><script>{script}</script><div>{text}</div></html>").into_bytes()
}

#[test]
fn second_writer_is_told_who_holds_the_lock() {
    let folder = tempfile::tempdir().expect("a folder");
    let writer = Writer::open(folder.path(), now()).expect("a writer");
    let error = Writer::open(folder.path(), now()).expect_err("locked");
    let told = error.to_string();
    assert!(matches!(error, ArchiveError::Locked { .. }));
    assert!(told.contains(&std::process::id().to_string()) && told.contains("2026-10-01T00:00:00Z"), "{told}");
    Archive::open(folder.path()).expect("readers work while a writer runs");
    drop(writer);
    Writer::open(folder.path(), now()).expect("the lock is free again");
}

#[test]
fn folder_with_other_files_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("thesis.doc"), "years of work").expect("a file");
    let error = Writer::open(folder.path(), now()).expect_err("no archive");
    assert!(matches!(error, ArchiveError::NotAnArchive { .. }), "{error}");
    let names: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(names, ["thesis.doc"]);
}

#[test]
fn newer_format_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Writer::open(folder.path(), now()).expect("a writer"));
    fs::write(folder.path().join("FORMAT"), "wxarchive 2\n").expect("a file");
    assert!(matches!(Archive::open(folder.path()), Err(ArchiveError::NewerFormat { .. })));
    assert!(matches!(Writer::open(folder.path(), now()), Err(ArchiveError::NewerFormat { .. })));
}

#[test]
fn temporary_files_of_a_killed_writer_are_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Writer::open(folder.path(), now()).expect("a writer"));
    let left = folder.path().join("images/ab/.wxarchive-x1y2z3");
    fs::create_dir_all(left.parent().expect("a parent")).expect("a folder");
    fs::write(&left, "half a pic").expect("a file");
    drop(Writer::open(folder.path(), now()).expect("a writer"));
    assert!(left.exists(), "the last writer was not killed, and a big archive is not searched for nothing");
    fs::write(folder.path().join(".lock"), "{\"host\": \"x\"").expect("what a killed writer leaves");
    drop(Writer::open(folder.path(), now()).expect("a writer"));
    assert!(!left.exists());
}

#[test]
fn page_against_a_reference_reads_back_and_is_small() {
    let folder = tempfile::tempdir().expect("a folder");
    let writer = Writer::open(folder.path(), now()).expect("a writer");
    let first = writer.page_store().put(&page("一")).expect("stored");
    let second = writer.page_store().put(&page("二")).expect("stored");
    assert_eq!((first.reference, second.reference), (None, Some(first.sha256)));
    assert_eq!(writer.page_store().put(&page("二")).expect("stored"), second, "a page is stored once");
    assert_eq!(writer.page(&second).expect("readable"), page("二"));
    drop(writer);
    let archive = Archive::open(folder.path()).expect("an archive");
    assert_eq!(archive.page(&first).expect("readable"), page("一"));
}

#[test]
fn page_reads_back_with_the_zstd_program_alone() {
    if Command::new("zstd").arg("--version").output().is_err() && std::env::var_os("CI").is_none() {
        eprintln!("the program zstd is not there; this test needs it");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let writer = Writer::open(folder.path(), now()).expect("a writer");
    let first = writer.page_store().put(&page("一")).expect("stored");
    let second = writer.page_store().put(&page("二")).expect("stored");
    let stored = |name: String| folder.path().join("pages").join(&name[..2]).join(name);
    let reference = folder.path().join("reference.html");
    let read = folder.path().join("page.html");
    let zstd = |arguments: &[&std::ffi::OsStr]| {
        let output = Command::new("zstd").args(arguments).output().expect("zstd runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let alone = stored(format!("{}.html.zst", first.sha256));
    zstd(&["-dq".as_ref(), alone.as_ref(), "-o".as_ref(), reference.as_ref()]);
    let patch_from = format!("--patch-from={}", reference.display());
    let against = stored(format!("{}.from-{}.html.zst", second.sha256, first.sha256));
    zstd(&["-dq".as_ref(), patch_from.as_ref(), against.as_ref(), "-o".as_ref(), read.as_ref()]);
    assert!(fs::read(read).expect("a page") == page("二"));
}

#[test]
fn damaged_page_is_never_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let writer = Writer::open(folder.path(), now()).expect("a writer");
    let stored = writer.page_store().put(&page("一")).expect("stored");
    let name = stored.sha256.to_string();
    let path = folder.path().join("pages").join(&name[..2]).join(format!("{name}.html.zst"));
    let bytes = fs::read(&path).expect("a file");
    for at in [0, bytes.len() / 2, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        fs::write(&path, damaged).expect("a file");
        assert!(writer.page(&stored).is_err(), "a flipped bit at {at}");
    }
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("a file");
    assert!(writer.page(&stored).is_err());
}
