//! What damage does and does not do: what is lost is told and kept, a copy gives all of it back, nothing stops the rest.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use wxarchive::archive::verify::{Code, Scope, Severity, verify};
use wxarchive::archive::{Archive, Faults, Maintenance, Removed, Repaired, Writer};
use wxarchive::model::{ArticleKey, Key};
use wxarchive::sync::{Outcome, Policy, derive};

use crate::sample::{Site, archive, rewrite, sync_with, time, tree};
use crate::verify::{aliased, edited};

fn now() -> jiff::Timestamp {
    time("2026-10-09T00:00:00Z")
}

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = tree(root);
    files.remove(Path::new(".lock"));
    files
}

fn codes(root: &Path) -> Vec<Code> {
    verify(root, &Scope::default()).expect("an audit").findings.into_iter().map(|finding| finding.code).collect()
}

fn repair(root: &Path, copy: Option<&Path>) -> Repaired {
    let maintenance = Maintenance::open(root, now(), Faults::default()).expect("a lock");
    maintenance.repair(copy, &derive).expect("repaired")
}

fn gc(root: &Path) -> Removed {
    Maintenance::open(root, now(), Faults::default()).expect("a lock").gc().expect("collected")
}

/// The place of something in an archive.
type Place = fn(&Path) -> PathBuf;

/// The folder of an article with a single version.
fn once(root: &Path) -> PathBuf {
    let mut heads = tree(root).into_keys().filter(|path| path.ends_with("index.md"));
    let head = heads.find(|path| !root.join(path).with_file_name("versions/2.json").exists());
    root.join(head.expect("such an article")).parent().expect("a folder").to_owned()
}

fn remove(path: &Path) {
    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("removed");
}

fn key_of(dir: &Path) -> ArticleKey {
    let text = fs::read(dir.join("versions/1.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    manifest["article"].as_str().expect("a key").parse().expect("a key")
}

#[test]
fn lost_manifest_is_an_error_and_what_is_left_of_the_article_stays() {
    let cases: [(Place, &str, Code); 3] = [
        (once, "versions/1.json", Code::ManifestMissing),
        (edited, "versions/2.json", Code::ManifestMissing),
        (edited, "versions/1.json", Code::VersionGap),
    ];
    for (folder, name, code) in cases {
        let (root, copy) = (archive(), archive());
        let whole = files(root.path());
        remove(&folder(root.path()).join(name));
        let before = files(root.path());
        assert!(codes(root.path()).contains(&code), "{name}: {:?}", codes(root.path()));
        assert!(!codes(root.path()).contains(&Code::VersionUncommitted), "{name}: its text is no leftover");
        assert_eq!(code.severity(), Severity::Error);
        let removed = gc(root.path());
        assert!(removed.files.is_empty() && removed.kept.is_none_or(|kept| kept.lost.path.ends_with(name)));
        let repaired = repair(root.path(), None);
        assert!(repaired.left.iter().any(|finding| finding.code == code) && repaired.mended.is_empty());
        assert!(files(root.path()) == before, "{name}: neither gc nor repair touches what is left");
        let repaired = repair(root.path(), Some(copy.path()));
        assert!(repaired.left.is_empty() && repaired.taken.len() == 1, "{:?}", repaired.taken);
        assert!(files(root.path()) == whole);
    }
}

#[test]
fn lost_newest_manifest_of_a_restored_article_is_no_leftover() {
    let (root, copy) = (archive(), archive());
    for folder in [&root, &copy] {
        let key = key_of(&edited(folder.path()));
        Writer::open(folder.path(), now()).expect("a writer").restore(&key, 1, now()).expect("restored");
    }
    let whole = files(root.path());
    let dir = edited(root.path());
    remove(&dir.join("versions/2.json"));
    let before = files(root.path());
    assert!(
        codes(root.path()).contains(&Code::ManifestMissing) && !codes(root.path()).contains(&Code::VersionUncommitted)
    );
    assert!(gc(root.path()).files.is_empty());
    repair(root.path(), None);
    assert!(Archive::open(root.path()).expect("an archive").lost(&Key::Article(key_of(&dir))).is_some());
    assert!(files(root.path()) == before, "neither gc nor repair touches what is left");
    repair(root.path(), Some(copy.path()));
    assert!(files(root.path()) == whole);
}

#[test]
fn pictures_of_a_forgotten_article_stay_while_another_is_lost() {
    let root = archive();
    let (dir, other) = (edited(root.path()), once(root.path()));
    let manifest = fs::read(dir.join("versions/2.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let picture = manifest["pictures"][0].clone();
    let shared = root.path().join(picture["file"].as_str().expect("a file"));
    rewrite(&other.join("versions/1.json"), |manifest| {
        manifest["pictures"].as_array_mut().expect("pictures").push(picture);
    });
    Writer::open(root.path(), now()).expect("a writer").forget(&key_of(&other), "asked", now()).expect("forgotten");
    assert!(shared.is_file());
    remove(&dir.join("versions/1.json"));
    remove(&dir.join("versions/2.json"));
    let pictures = |root: &Path| files(root).into_keys().filter(|path| path.starts_with("images")).count();
    let before = pictures(root.path());
    let removed = gc(root.path());
    assert!(removed.kept.is_some() && shared.is_file() && pictures(root.path()) == before, "{:?}", removed.files);
}

#[test]
fn lost_article_that_no_ledger_names_is_told_by_its_short_code() {
    let (root, copy) = (archive(), archive());
    for folder in [&root, &copy] {
        remove(&folder.path().join("issues"));
        remove(&folder.path().join("unarchived"));
        gc(folder.path());
    }
    let whole = files(root.path());
    remove(&aliased(root.path()));
    assert!(codes(root.path()).contains(&Code::AliasArticle));
    assert!(gc(root.path()).files.is_empty(), "its pages and pictures stay");
    repair(root.path(), Some(copy.path()));
    assert!(files(root.path()) == whole);
}

#[test]
fn every_trace_tells_of_a_lost_manifest() {
    for kept in ["index.md", "state.json", "versions/1.md"] {
        let root = archive();
        let dir = once(root.path());
        for name in ["index.md", "state.json", "versions/1.md", "versions/1.json"] {
            if name != kept {
                remove(&dir.join(name));
            }
        }
        assert!(codes(root.path()).contains(&Code::ManifestMissing), "{kept}");
        // Of Markdown alone only ledgers and short codes tell that it is no leftover.
        remove(&root.path().join("issues"));
        remove(&root.path().join("aliases.json"));
        let expected = if kept == "versions/1.md" { Code::FolderUncommitted } else { Code::ManifestMissing };
        assert!(codes(root.path()).contains(&expected), "{kept}: {:?}", codes(root.path()));
    }
}

#[test]
fn sync_writes_nothing_over_what_is_left_of_a_lost_version() {
    let cases: [(Place, &str); 2] = [(once, "versions/1.json"), (edited, "versions/2.json")];
    for (folder, name) in cases {
        let (root, copy) = (archive(), archive());
        let dir = folder(root.path());
        remove(&dir.join(name));
        let before = tree(&dir);
        let mut writer = Writer::open(root.path(), now()).expect("a writer");
        let policy = Policy { refresh: Some(jiff::SignedDuration::ZERO), ..Policy::default() };
        let report = sync_with(&mut writer, &Site::default(), now(), &policy).expect("a report");
        drop(writer);
        let told: Vec<&str> = report.articles.iter().filter_map(|event| event.why.as_deref()).collect();
        let lost = format!("{name}` is lost");
        assert!(told.iter().any(|why| why.contains(&lost)), "{told:?}");
        assert!(report.articles.iter().any(|event| event.outcome == Outcome::Failed));
        assert!(tree(&dir) == before, "{name}");
        repair(root.path(), Some(copy.path()));
        assert!(tree(&dir) == tree(&folder(copy.path())));
    }
}

#[test]
fn damaged_newest_version_takes_neither_the_head_nor_the_states_back() {
    for restored in [false, true] {
        let root = archive();
        let dir = edited(root.path());
        if restored {
            Writer::open(root.path(), now()).expect("a writer").restore(&key_of(&dir), 1, now()).expect("restored");
        }
        let before =
            (fs::read(dir.join("index.md")).expect("a head"), fs::read(dir.join("state.json")).expect("states"));
        fs::write(dir.join(if restored { "versions/1.json" } else { "versions/2.json" }), "{").expect("a file");
        repair(root.path(), None);
        let after =
            (fs::read(dir.join("index.md")).expect("a head"), fs::read(dir.join("state.json")).expect("states"));
        assert!(before == after, "restored: {restored}");
    }
}

#[test]
fn manifest_in_another_place_overwrites_no_markdown() {
    let (root, copy) = (archive(), archive());
    let whole = files(root.path());
    let (one, other) = (edited(root.path()).join("versions/2.json"), once(root.path()).join("versions/1.json"));
    let (first, second) = (fs::read(&one).expect("a manifest"), fs::read(&other).expect("a manifest"));
    fs::write(&one, second).expect("a file");
    fs::write(&other, first).expect("a file");
    let before = files(root.path());
    assert!(codes(root.path()).contains(&Code::ManifestArticle));
    let repaired = repair(root.path(), None);
    assert!(repaired.left.iter().any(|finding| finding.code == Code::ManifestArticle));
    assert!(files(root.path()) == before);
    repair(root.path(), Some(copy.path()));
    assert!(files(root.path()) == whole);
}

#[test]
fn whatever_is_missing_comes_back_from_a_copy_byte_for_byte() {
    let places: [fn(&Path) -> Vec<PathBuf>; 9] = [
        |root| vec![once(root)],
        |root| vec![edited(root)],
        |root| vec![edited(root).join("versions")],
        |root| vec![edited(root).join("state.json")],
        |root| vec![root.join("issues")],
        |root| vec![root.join("unarchived"), root.join("aliases.json")],
        |root| vec![root.join("images")],
        |root| vec![root.join("pages")],
        |root| ["FORMAT", "articles", "images", "issues", "pages", "unarchived"].map(|name| root.join(name)).into(),
    ];
    for (place, removed) in places.into_iter().enumerate() {
        let (root, copy) = (archive(), archive());
        let whole = files(root.path());
        for path in removed(root.path()) {
            remove(&path);
        }
        let is_there = root.path().join("articles").is_dir();
        fs::create_dir_all(root.path().join("articles")).expect("a folder");
        let repaired = repair(root.path(), Some(copy.path()));
        assert!(repaired.left.is_empty(), "{place}: {:#?}", repaired.left);
        assert!(!repaired.taken.is_empty() && repaired.lost.is_empty() && repaired.failed.is_empty(), "{place}");
        let after = files(root.path());
        let differing: Vec<_> =
            whole.keys().chain(after.keys()).filter(|path| whole.get(*path) != after.get(*path)).collect();
        assert!(differing.is_empty(), "{place} {is_there}: {differing:?}");
    }
}

#[test]
fn states_made_anew_are_said_to_be_lost_and_a_later_copy_still_gives_them_back() {
    let (root, copy) = (archive(), archive());
    let whole = files(root.path());
    let deleted = tree(root.path())
        .into_iter()
        .find(|(path, bytes)| path.ends_with("state.json") && String::from_utf8_lossy(bytes).contains("\"deleted\""));
    let state = root.path().join(deleted.expect("such an article").0);
    remove(&state);
    assert!(codes(root.path()).contains(&Code::StateLost));
    assert!(gc(root.path()).files.is_empty(), "the pages that showed the states stay");
    let repaired = repair(root.path(), None);
    assert_eq!(repaired.lost.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::StateLost]);
    assert!(!String::from_utf8_lossy(&fs::read(&state).expect("states")).contains("\"deleted\""));
    repair(root.path(), Some(copy.path()));
    assert!(files(root.path()) == whole);
}

#[test]
fn records_of_an_older_copy_replace_none_that_is_whole() {
    let (root, copy) = (archive(), archive());
    let mut site = Site::default();
    let url = crate::sample::url_of(root.path(), "调焦");
    let notice = [site.body("https://mp.weixin.qq.com/s/NoSuchArticleAnywhere0"), b"<!-- another one -->".to_vec()];
    site.changes.insert(url, notice.concat());
    let mut writer = Writer::open(root.path(), now()).expect("a writer");
    let again = Policy { refresh: Some(jiff::SignedDuration::ZERO), ..Policy::default() };
    sync_with(&mut writer, &site, now(), &again).expect("a report");
    drop(writer);
    let known = files(copy.path());
    let new: Vec<PathBuf> = files(root.path()).into_keys().filter(|path| !known.contains_key(path)).collect();
    assert!(new.len() == 1 && new[0].starts_with("pages"), "{new:?}");
    remove(&root.path().join(&new[0]));
    assert!(codes(root.path()).contains(&Code::EvidenceMissing));
    let before = files(root.path());
    repair(root.path(), Some(copy.path()));
    assert!(files(root.path()) == before, "a page that no copy has is no reason to take an older record");
}

#[test]
fn what_was_forgotten_here_or_there_does_not_come_back() {
    let (root, copy) = (archive(), archive());
    let dir = edited(root.path());
    let key = key_of(&dir);
    Writer::open(root.path(), now()).expect("a writer").forget(&key, "asked", now()).expect("forgotten");
    let forgotten = files(root.path());
    remove(&root.path().join("issues"));
    remove(&root.path().join("aliases.json"));
    let repaired = repair(root.path(), Some(copy.path()));
    assert!(repaired.left.is_empty(), "{:#?}", repaired.left);
    assert!(files(root.path()) == forgotten, "the copy never heard of the forgetting");
    // The other way round: the archive lost its record of it, and the copy has that.
    let copy = archive();
    Writer::open(copy.path(), now()).expect("a writer").forget(&key, "asked", now()).expect("forgotten");
    let other = archive();
    remove(&edited(other.path()));
    repair(other.path(), Some(copy.path()));
    let archive = Archive::open(other.path()).expect("an archive");
    assert!(archive.forgotten(&Key::Article(key)).is_some());
    assert!(!edited_exists(other.path()));
}

#[test]
fn lost_record_of_a_forgetting_is_found_and_the_article_not_archived_again() {
    let root = archive();
    let key = key_of(&edited(root.path()));
    Writer::open(root.path(), now()).expect("a writer").forget(&key, "asked", now()).expect("forgotten");
    let copy = crate::sample::folder();
    crate::sample::copy_tree(root.path(), copy.path());
    remove(&root.path().join("forgotten"));
    assert!(codes(root.path()).contains(&Code::TombstoneMissing));
    for _ in 0..2 {
        let mut writer = Writer::open(root.path(), now()).expect("a writer");
        let report = sync_with(&mut writer, &Site::default(), now(), &Policy::default()).expect("a report");
        assert!(report.articles.iter().all(|event| event.outcome != Outcome::New));
        drop(writer);
        assert!(codes(root.path()).contains(&Code::TombstoneMissing) && !edited_exists(root.path()));
    }
    let repaired = repair(root.path(), Some(copy.path()));
    assert!(repaired.left.is_empty(), "{:#?}", repaired.left);
    assert!(Archive::open(root.path()).expect("an archive").forgotten(&Key::Article(key)).is_some());
}

#[test]
fn lost_states_of_an_article_never_had_are_found_and_mended() {
    let (root, copy) = (archive(), archive());
    let whole = files(root.path());
    remove(&root.path().join("unarchived"));
    assert!(codes(root.path()).contains(&Code::UnarchivedMissing));
    assert!(gc(root.path()).files.is_empty(), "the pages that show the states stay");
    repair(root.path(), Some(copy.path()));
    assert!(files(root.path()) == whole);
    remove(&root.path().join("unarchived"));
    let mut writer = Writer::open(root.path(), now()).expect("a writer");
    sync_with(&mut writer, &Site::default(), now(), &Policy::default()).expect("a report");
    drop(writer);
    assert_eq!(codes(root.path()), []);
}

fn edited_exists(root: &Path) -> bool {
    tree(root).keys().any(|path| path.ends_with("versions/2.json"))
}

#[test]
fn line_ends_of_windows_are_mended_to_the_bytes_that_were_written() {
    let root = archive();
    let whole = files(root.path());
    for (path, bytes) in &whole {
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
        if let Some(text) = text {
            fs::write(root.path().join(path), text.replace('\n', "\r\n")).expect("a file");
        }
    }
    assert!(codes(root.path()).contains(&Code::LineEnds) && !codes(root.path()).contains(&Code::Unsealed));
    Archive::open(root.path()).expect("an archive that can be read all the same");
    let repaired = repair(root.path(), None);
    assert!(repaired.left.is_empty(), "{:#?}", repaired.left);
    // What tells git how to treat the archive is the user's.
    let after = files(root.path());
    let differing: Vec<_> = whole.keys().filter(|path| whole.get(*path) != after.get(*path)).collect();
    assert!(differing.iter().all(|path| crate::sample::is_of_git(path)), "{differing:?}");
}

#[test]
fn record_in_another_spelling_is_damaged_and_never_sealed_anew() {
    let root = archive();
    let manifest = edited(root.path()).join("versions/1.json");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let spellings = [
        text.replace("edited", "Edited").replace('\n', "\r\n").replace("\"new\"", "\"edited\""),
        text.replacen("\": \"", "\":  \"", 1),
        text.replace("  ", "\t"),
    ];
    for spelling in spellings {
        fs::write(&manifest, &spelling).expect("a file");
        assert!(codes(root.path()).contains(&Code::ManifestDamaged));
        repair(root.path(), None);
        assert!(fs::read_to_string(&manifest).expect("a manifest") == spelling);
    }
}

#[test]
fn misplaced_record_blinds_gc() {
    type Break = (&'static str, fn(&Path));
    let breaks: [Break; 5] = [
        ("a manifest of another article", |root| {
            fs::copy(once(root).join("versions/1.json"), edited(root).join("versions/2.json"))
                .map(drop)
                .expect("copied");
        }),
        ("a manifest of another version", |root| {
            fs::copy(edited(root).join("versions/1.json"), edited(root).join("versions/2.json"))
                .map(drop)
                .expect("copied");
        }),
        ("states of another article", |root| {
            fs::copy(once(root).join("state.json"), edited(root).join("state.json")).map(drop).expect("copied");
        }),
        ("a record of another format", |root| {
            rewrite(&edited(root).join("state.json"), |state| state["format"] = 9.into());
        }),
        ("a folder", |root| {
            remove(&edited(root).join("versions/2.json"));
            fs::create_dir(edited(root).join("versions/2.json")).expect("a folder");
        }),
    ];
    for (what, broken) in breaks {
        let root = archive();
        broken(root.path());
        let before = files(root.path());
        let maintenance = Maintenance::open(root.path(), now(), Faults::default()).expect("a lock");
        maintenance.gc().expect_err(what);
        assert!(files(root.path()) == before, "{what}");
    }
}

#[test]
fn damaged_records_and_what_they_refer_to_come_back_in_one_run() {
    let (root, copy) = (archive(), archive());
    let whole = files(root.path());
    let manifest = edited(root.path()).join("versions/2.json");
    fs::copy(once(root.path()).join("versions/1.json"), &manifest).expect("copied");
    let ledger = whole.keys().find(|path| path.starts_with("issues")).expect("a ledger");
    fs::write(root.path().join(ledger), "{").expect("a file");
    fs::write(once(root.path()).join("versions/1.json"), "{").expect("a file");
    remove(&root.path().join("images"));
    remove(&root.path().join("pages"));
    let repaired = repair(root.path(), Some(copy.path()));
    assert!(repaired.left.is_empty() && repaired.failed.is_empty(), "{:#?}", repaired.left);
    assert!(files(root.path()) == whole);
}

#[test]
fn folder_in_the_place_of_a_file_stops_nothing_else() {
    let (root, copy) = (archive(), archive());
    let whole = files(root.path());
    let state = once(root.path()).join("state.json");
    let picture = root.path().join(whole.keys().find(|path| path.starts_with("images")).expect("a picture"));
    for path in [root.path().join("FORMAT"), root.path().join("aliases.json"), state.clone(), picture.clone()] {
        remove(&path);
        fs::create_dir(&path).expect("a folder");
    }
    fs::write(state.join("notes.txt"), "mine").expect("a file");
    let repaired = repair(root.path(), Some(copy.path()));
    assert!(repaired.failed.iter().any(|error| error.to_string().contains("state.json")), "{:?}", repaired.failed);
    assert!(repaired.left.iter().any(|finding| finding.code == Code::FolderForFile));
    assert_eq!(fs::read(state.join("notes.txt")).expect("a file"), b"mine");
    assert!(picture.is_file() && root.path().join("FORMAT").is_file());
    remove(&state);
    repair(root.path(), Some(copy.path()));
    assert!(files(root.path()) == whole);
}

#[test]
fn folder_in_the_place_of_the_lock_is_found() {
    let root = archive();
    remove(&root.path().join(".lock"));
    fs::create_dir(root.path().join(".lock")).expect("a folder");
    assert_eq!(codes(root.path()), [Code::UnknownFile]);
}

#[cfg(unix)]
#[test]
fn pipes_are_never_opened() {
    let (root, copy) = (archive(), archive());
    let whole = files(root.path());
    let page = whole.keys().find(|path| path.starts_with("pages") && !path.to_string_lossy().contains(".from-"));
    let names = ["aliases.json".into(), page.expect("a page").clone(), PathBuf::from("FORMAT")];
    for path in names.iter().chain([&PathBuf::from("images/somebodys-pipe")]) {
        let path = root.path().join(path);
        if path.is_file() {
            remove(&path);
        }
        let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo");
        assert!(made.success());
    }
    let found = codes(root.path());
    assert!(found.contains(&Code::Unreadable) && found.contains(&Code::UnknownFile), "{found:?}");
    Archive::open(root.path()).expect_err("FORMAT can't be read");
    let repaired = repair(root.path(), Some(copy.path()));
    assert!(repaired.left.iter().all(|finding| finding.code == Code::UnknownFile), "{:#?}", repaired.left);
    remove(&root.path().join("images/somebodys-pipe"));
    assert!(files(root.path()) == whole);
}

#[test]
fn what_git_and_people_keep_beside_an_archive_is_no_finding_and_not_exported() {
    let root = archive();
    let beside = [
        ".git/config",
        ".git/objects/ab/cd",
        ".gitmodules",
        "README.md",
        ".github/workflows/a.yml",
        "images/.DS_Store",
    ];
    for name in beside.into_iter().chain([".git/.wxarchive-abcdef"]) {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, "theirs").expect("a file");
    }
    assert_eq!(codes(root.path()), []);
    assert!(gc(root.path()).files.is_empty());
    assert!(root.path().join(".git/.wxarchive-abcdef").exists());
    let parent = crate::sample::folder();
    let (bag, store) = (parent.path().join("bag"), parent.path().join("store"));
    wxarchive::archive::export_bag(root.path(), &bag, now(), wxarchive::archive::Faults::default()).expect("a bag");
    wxarchive::archive::export_ocfl(root.path(), &store, now(), Faults::default()).expect("a store");
    for (path, bytes) in tree(parent.path()) {
        assert!(bytes != b"theirs", "{}", path.display());
    }
}

#[test]
fn new_archive_tells_git_to_change_no_byte_and_never_writes_over_what_is_there() {
    let root = crate::sample::folder();
    fs::create_dir(root.path().join(".git")).expect("a folder");
    fs::write(root.path().join(".gitignore"), "mine\n").expect("a file");
    drop(Writer::open(root.path(), now()).expect("a repository that has nothing else yet can become an archive"));
    let read = |name: &str| fs::read_to_string(root.path().join(name)).expect("a file");
    assert_eq!((read(".gitattributes").as_str(), read(".gitignore").as_str()), ("* -text\n", "mine\n"));
    remove(&root.path().join(".gitattributes"));
    drop(Writer::open(root.path(), now()).expect("a writer"));
    assert!(
        !root.path().join(".gitattributes").exists(),
        "it is written when the archive is made, and then the user's"
    );
    fs::write(root.path().join("thesis.doc"), "years").expect("a file");
    remove(&root.path().join("FORMAT"));
    Writer::open(root.path(), now()).expect_err("a folder of something else");
}

#[test]
fn errors_name_the_command_that_mends() {
    let root = archive();
    fs::write(root.path().join("aliases.json"), "{").expect("a file");
    let error = Archive::open(root.path()).expect_err("damaged").to_string();
    assert!(error.contains("`wxarchive repair`"), "{error}");
    repair(root.path(), None);
    remove(&root.path().join("FORMAT"));
    let error = Archive::open(root.path()).expect_err("no FORMAT").to_string();
    assert!(error.contains("`wxarchive repair`"), "{error}");
    let error = Writer::open(root.path(), now()).expect_err("no FORMAT").to_string();
    assert!(error.contains("`wxarchive repair`"), "{error}");
    repair(root.path(), None);
    rewrite(&edited(root.path()).join("versions/2.json"), |manifest| manifest["version"] = 9.into());
    fs::write(edited(root.path()).join("state.json"), "{").expect("a file");
    let error = Archive::open(root.path()).expect_err("damaged").to_string();
    assert!(error.contains("`wxarchive repair --copy DIR`"), "{error}");
}
