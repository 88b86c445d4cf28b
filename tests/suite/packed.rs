//! Raw pages by the hash of their compressed files: what is trusted, and what is unpacked all the same.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::{Path, PathBuf};

use wxarchive::archive::verify::{Code, Finding, PageCheck, Scope, verify};
use wxarchive::archive::{Digest, Faults, Maintenance};
use wxarchive::sync::derive;

use crate::sample::{archive, rewrite, time, tree};

fn findings(root: &Path, pages: PageCheck) -> Vec<Finding> {
    verify(root, &Scope { pages, ..Scope::default() }).expect("an audit").findings
}

fn both(root: &Path) -> [Vec<Finding>; 2] {
    [PageCheck::Packed, PageCheck::Unpacked].map(|pages| findings(root, pages))
}

/// The records of all versions.
fn manifests(root: &Path) -> Vec<PathBuf> {
    let is_record = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
    let records = tree(root).into_keys().filter(|path| path.to_string_lossy().contains("/versions/"));
    records.filter(is_record).map(|path| root.join(path)).collect()
}

fn record(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).expect("a record")).expect("JSON")
}

/// The compressed file of the page that a manifest names.
fn page_of(root: &Path, manifest: &Path) -> PathBuf {
    let page = &record(manifest)["page"];
    let name = page["sha256"].as_str().expect("a hash");
    let against = page["reference"].as_str().map(|reference| format!(".from-{reference}")).unwrap_or_default();
    root.join("pages").join(&name[..2]).join(format!("{name}{against}.html.zst"))
}

/// A manifest whose page stands for itself, or is stored against another.
fn manifest(root: &Path, is_alone: bool) -> PathBuf {
    let found = manifests(root).into_iter().find(|path| record(path)["page"].get("reference").is_none() == is_alone);
    found.expect("a manifest")
}

#[test]
fn every_record_that_names_a_page_tells_the_hash_of_its_file() {
    let root = archive();
    for path in manifests(root.path()) {
        let bytes = fs::read(page_of(root.path(), &path)).expect("a page");
        assert_eq!(record(&path)["page"]["packed"], Digest::of(&bytes).to_string(), "{}", path.display());
    }
    let states = tree(root.path()).into_keys().filter(|path| path.starts_with("unarchived"));
    for path in states {
        let state = record(&root.path().join(&path));
        let evidence = state["states"].as_array().expect("states").iter().filter_map(|dated| dated.get("evidence"));
        assert!(evidence.into_iter().all(|page| page["packed"].is_string()), "{}", path.display());
    }
}

#[test]
fn file_with_the_recorded_hash_is_unpacked_only_when_asked() {
    let root = archive();
    let manifest = manifest(root.path(), true);
    fs::write(page_of(root.path(), &manifest), b"no page at all").expect("a file");
    let digest = Digest::of(b"no page at all").to_string();
    rewrite(&manifest, |record| record["page"]["packed"] = digest.into());
    let [packed, unpacked] = both(root.path());
    assert_eq!(packed, []);
    assert!(unpacked.iter().any(|finding| finding.code == Code::PageDamaged), "{unpacked:#?}");
}

#[test]
fn page_in_other_bytes_is_told_and_packed_anew() {
    let root = archive();
    let page = page_of(root.path(), &manifest(root.path(), true));
    let bytes = fs::read(&page).expect("a page");
    let again = zstd::encode_all(&zstd::decode_all(bytes.as_slice()).expect("a page")[..], 1).expect("compressed");
    assert_ne!(bytes, again);
    fs::write(&page, again).expect("a file");
    for found in both(root.path()) {
        assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::PageRepacked]);
    }
    let maintenance = Maintenance::open(root.path(), time("2026-10-20T00:00:00Z"), Faults::default()).expect("a lock");
    maintenance.repair(None, &derive).expect("repaired");
    drop(maintenance);
    assert_eq!(both(root.path()), [Vec::new(), Vec::new()]);
}

#[test]
fn records_of_before_have_their_pages_unpacked() {
    let root = archive();
    for path in manifests(root.path()) {
        rewrite(&path, |record| drop(record["page"].as_object_mut().expect("a page").remove("packed")));
    }
    assert_eq!(findings(root.path(), PageCheck::Packed), []);
    let page = page_of(root.path(), &manifest(root.path(), false));
    let mut bytes = fs::read(&page).expect("a page");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&page, bytes).expect("a file");
    let found = findings(root.path(), PageCheck::Packed);
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::PageDamaged]);
}

#[test]
fn page_is_no_better_than_the_one_it_is_stored_against() {
    let root = archive();
    let against = manifest(root.path(), false);
    let reference = record(&against)["page"]["reference"].as_str().expect("a hash").to_owned();
    let path = root.path().join("pages").join(&reference[..2]).join(format!("{reference}.html.zst"));
    fs::write(path, b"no page at all").expect("a file");
    let page = page_of(root.path(), &against);
    let page = page.strip_prefix(root.path()).expect("a file of the archive").to_string_lossy();
    let [packed, unpacked] = both(root.path());
    assert_eq!(packed, unpacked);
    let is_told = |finding: &Finding| finding.path == page && finding.detail.contains(&reference);
    assert!(packed.iter().any(is_told), "{packed:#?}");
}
