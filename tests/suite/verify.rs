//! The audit: a broken archive for each code of the catalogue, and no bit that rots unseen.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use wxarchive::archive::Digest;
use wxarchive::archive::verify::{Code, Finding, Scope, Severity, Subset, catalogue, verify};

use crate::sample::{archive, is_of_git, rewrite, tree};

fn findings(root: &Path) -> Vec<Finding> {
    verify(root, &Scope::default()).expect("an audit").findings
}

/// The only file whose path ends so, or the first of several.
fn file(root: &Path, matches: impl Fn(&str) -> bool) -> PathBuf {
    let found = tree(root).into_keys().find(|path| matches(&path.to_string_lossy()));
    root.join(found.expect("such a file"))
}

/// The folder of the article with two versions.
pub(crate) fn edited(root: &Path) -> PathBuf {
    let manifest = file(root, |path| path.ends_with("versions/2.json"));
    manifest.ancestors().nth(2).expect("a folder").to_owned()
}

fn delete(path: &Path) {
    fs::remove_file(path).expect("removed");
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

fn rename(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
    fs::rename(from, to).expect("renamed");
}

fn alone(path: &str) -> bool {
    path.starts_with("pages/") && !path.contains(".from-")
}

/// Swaps the bytes of two files.
fn swap(one: &Path, other: &Path) {
    let (first, second) = (fs::read(one).expect("a file"), fs::read(other).expect("a file"));
    write(one, &second);
    write(other, &first);
}

/// A sealed record of no article, as `forgotten/` has them.
fn tombstone(root: &Path, article: &str) -> PathBuf {
    let hash = Digest::of(article.as_bytes()).to_string();
    let path = root.join("forgotten").join(format!("{}.json", &hash[..16]));
    let text = format!(
        "{{\"format\": 1, \"article\": \"{article}\", \"at\": \"2026-10-01T00:00:00Z\", \"reason\": \"asked\", \"digests\": []}}"
    );
    write(&path, text.as_bytes());
    rewrite(&path, |_| {});
    path
}

fn article_of(dir: &Path) -> String {
    let text = fs::read(dir.join("state.json")).expect("a state");
    let state: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    state["article"].as_str().expect("a key").to_owned()
}

/// The folder of an article that the table of short codes names.
pub(crate) fn aliased(root: &Path) -> PathBuf {
    let table = fs::read(root.join("aliases.json")).expect("a table");
    let table: serde_json::Value = serde_json::from_slice(&table).expect("JSON");
    let articles = table.as_object().expect("an object").values().filter_map(|alias| alias["article"].as_str());
    let hashes: Vec<String> = articles.map(|key| Digest::of(key.as_bytes()).to_string()[..8].to_owned()).collect();
    let is_its = |path: &str| path.ends_with("index.md") && hashes.iter().any(|hash| path.contains(hash.as_str()));
    file(root, is_its).parent().expect("a folder").to_owned()
}

/// Breaks an archive so that this code is found; `None` where a test can't.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(crate) fn break_it(code: Code, root: &Path) -> Option<()> {
    let state = || edited(root).join("state.json");
    let manifest = || edited(root).join("versions/2.json");
    let ledger = || file(root, |path| path.starts_with("issues/") && path.contains("0904"));
    let picture = || file(root, |path| path.starts_with("images/"));
    let unarchived = || file(root, |path| path.starts_with("unarchived/"));
    let head = || edited(root).join("index.md");
    match code {
        Code::FormatMissing => delete(&root.join("FORMAT")),
        Code::FormatDamaged => write(&root.join("FORMAT"), b"\0\0"),
        Code::FormatText => write(&root.join("FORMAT"), b"wxarchive 1\n"),
        Code::UnknownFile => write(&root.join("thesis.doc"), b"years"),
        Code::Temporary => write(&root.join("images/ab/.wxarchive-x1y2z3"), b"half"),
        #[cfg(unix)]
        Code::SymbolicLink => std::os::unix::fs::symlink("/etc", root.join("images/zz")).expect("a link"),
        #[cfg(not(unix))]
        Code::SymbolicLink => return None,
        // The tests may run as a user whom the system refuses nothing.
        Code::Unreadable => return None,
        Code::Misplaced => {
            let picture = picture();
            rename(&picture, &root.join("images/0").join(picture.file_name().expect("a name")));
        }
        Code::CaseCollision => {
            let ledger = ledger();
            fs::copy(&ledger, ledger.with_file_name("INDEX.md.json")).expect("copied");
        }
        Code::Unsealed => {
            let text = fs::read_to_string(state()).expect("a state");
            let without: Vec<&str> = text.lines().filter(|line| !line.contains("_sha256")).collect();
            write(&state(), without.join("\n").as_bytes());
        }
        Code::LineEnds => {
            let text = fs::read_to_string(state()).expect("a state");
            write(&state(), text.replace('\n', "\r\n").as_bytes());
        }
        Code::FolderForFile => {
            delete(&head());
            fs::create_dir(head()).expect("a folder");
        }
        Code::RecordFormat => rewrite(&ledger(), |ledger| ledger["format"] = 9.into()),
        Code::ManifestDamaged => write(&manifest(), b"{}"),
        Code::ManifestNumber => rewrite(&manifest(), |manifest| manifest["version"] = 1.into()),
        Code::ManifestArticle => {
            rewrite(&manifest(), |manifest| manifest["article"] = "Mzk0NTY3ODEyMA==/1/1".into());
        }
        Code::VersionGap => {
            delete(&edited(root).join("versions/1.json"));
        }
        Code::VersionMissing => delete(&edited(root).join("versions/1.md")),
        Code::VersionDamaged => write(&edited(root).join("versions/1.md"), b"# other\n"),
        Code::VersionUncommitted => write(&edited(root).join("versions/3.md"), b"# more\n"),
        Code::FolderUncommitted => write(&root.join("articles/2026/2026-01-01-x-00000000/versions/1.md"), b"# x\n"),
        Code::ArticleTwice => {
            let dir = edited(root);
            let name = dir.file_name().expect("a name").to_string_lossy().into_owned();
            crate::sample::copy_tree(&dir, &dir.with_file_name(format!("other-{name}")));
        }
        Code::ManifestMissing => delete(&manifest()),
        Code::HeadMissing => delete(&head()),
        Code::HeadDamaged => write(&head(), b"# other\n"),
        Code::HeadBehind => rewrite(&state(), |state| state["head"]["version"] = 1.into()),
        Code::HeadLink => {
            let lost = format!("![]({}/{}.png)\n", "../../../images/00", "0".repeat(64));
            write(&head(), lost.as_bytes());
        }
        Code::StateMissing => {
            let once = file(root, |path| path.ends_with("index.md") && !head().ends_with(path));
            delete(&once);
            delete(&once.with_file_name("state.json"));
        }
        Code::StateLost => delete(&state()),
        Code::StateDamaged => write(&state(), b"{"),
        Code::StateArticle => {
            let other = file(root, |path| path.ends_with("state.json") && !state().ends_with(path));
            swap(&state(), &other);
        }
        Code::StateOrder => {
            rewrite(&state(), |state| state["states"][0]["until"] = "2001-01-01T00:00:00Z".into());
        }
        Code::EvidenceMissing => {
            let state: serde_json::Value =
                serde_json::from_slice(&fs::read(unarchived()).expect("states")).expect("JSON");
            let page = state["states"][0]["evidence"]["sha256"].as_str().expect("a page").to_owned();
            delete(&file(root, |path| path.starts_with("pages/") && path.contains(&format!("/{page}"))));
        }
        Code::PictureMissing => delete(&picture()),
        Code::PictureDamaged => {
            let mut bytes = fs::read(picture()).expect("a picture");
            bytes[3] ^= 1;
            write(&picture(), &bytes);
        }
        Code::PictureLength => rewrite(&manifest(), |manifest| manifest["pictures"][0]["bytes"] = 7.into()),
        Code::PictureUnreferenced => {
            let bytes = b"GIF89a nobody shows this";
            let name = Digest::of(bytes).to_string();
            write(&root.join("images").join(&name[..2]).join(format!("{name}.gif")), bytes);
        }
        Code::PicturePath => {
            rewrite(&manifest(), |manifest| manifest["pictures"][0]["sha256"] = "0".repeat(64).into());
        }
        Code::PageMissing => delete(&file(root, |path| path.contains(".from-"))),
        Code::PageDamaged => write(&file(root, alone), b""),
        Code::PageReference => {
            let against = file(root, |path| path.contains(".from-"));
            let name = against.file_name().expect("a name").to_string_lossy().into_owned();
            let lost = format!("{}.from-{}.html.zst", &name[..64], "0".repeat(64));
            rename(&against, &against.with_file_name(lost));
        }
        Code::PageUnreferenced => {
            let zeros = "0".repeat(64);
            write(&root.join("pages/00").join(format!("{zeros}.html.zst")), b"");
        }
        Code::PageTwice => {
            let against = file(root, |path| path.contains(".from-"));
            let name = against.file_name().expect("a name").to_string_lossy().into_owned();
            write(&against.with_file_name(format!("{}.html.zst", &name[..64])), b"");
        }
        Code::LedgerDamaged => write(&ledger(), b"{\n"),
        Code::LedgerName => {
            let ledger = ledger();
            rename(&ledger, &ledger.with_file_name("other.md.json"));
        }
        Code::LedgerArticle => {
            fs::remove_dir_all(edited(root)).expect("removed");
        }
        Code::LedgerFolder => {
            rewrite(&ledger(), |ledger| ledger["links"][0]["dir"] = "articles/2026/none-00000000".into());
        }
        Code::AliasesDamaged => write(&root.join("aliases.json"), b"[]"),
        Code::AliasesMissing => delete(&root.join("aliases.json")),
        Code::AliasArticle => fs::remove_dir_all(aliased(root)).expect("removed"),
        Code::UnarchivedDamaged => write(&unarchived(), b"{\"format\": 1}"),
        Code::UnarchivedName => rename(&unarchived(), &root.join("unarchived/0123456789abcdef.json")),
        Code::UnarchivedMissing => delete(&unarchived()),
        Code::TombstoneMissing => rewrite(&ledger(), |ledger| {
            ledger["links"][0]["outcome"] = "gone".into();
            ledger["links"][0]["why"] = "forgotten on 2026-10-01T00:00:00Z: asked".into();
        }),
        Code::TombstoneDamaged => write(&root.join("forgotten/0123456789abcdef.json"), b"{}"),
        Code::TombstoneName => {
            rename(&tombstone(root, "Mzk0NTY3ODEyMA==/1/1"), &root.join("forgotten/0123456789abcdef.json"));
        }
        Code::Forgotten => {
            tombstone(root, &article_of(&edited(root)));
        }
    }
    Some(())
}

#[test]
fn sound_archive_has_no_findings() {
    let root = archive();
    assert_eq!(findings(root.path()), []);
    assert_eq!(findings(root.path()), [], "looking at it changes nothing");
}

#[test]
fn every_code_is_found_in_an_archive_broken_like_that() {
    let mut tried = 0;
    for code in Code::ALL {
        let root = archive();
        if break_it(*code, root.path()).is_none() {
            continue;
        }
        tried += 1;
        let found = findings(root.path());
        assert!(found.iter().any(|finding| finding.code == *code), "{code:?} is not among {found:#?}");
    }
    assert!(tried >= 48, "{tried}");
}

#[test]
fn codes_have_numbers_of_their_own_and_stand_in_the_documentation() {
    let numbers: BTreeSet<u16> = Code::ALL.iter().map(|code| code.number()).collect();
    let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!((numbers.len(), names.len()), (Code::ALL.len(), Code::ALL.len()));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/findings.md");
    if std::env::var_os("UPDATE").is_some() {
        write(&path, catalogue().as_bytes());
    }
    let documented = fs::read_to_string(&path).unwrap_or_default();
    assert!(documented == catalogue(), "docs/findings.md is not the catalogue; `UPDATE=1` rewrites it");
}

/// Numbers that look random and are the same on every run.
fn scatter(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[test]
fn no_file_rots_unseen() {
    let root = archive();
    let files: Vec<(PathBuf, Vec<u8>)> = tree(root.path()).into_iter().collect();
    let (mut tried, mut unseen) = (0, Vec::new());
    for (place, (path, bytes)) in files.iter().enumerate() {
        if bytes.is_empty() || is_of_git(path) {
            continue;
        }
        let bit = usize::try_from(scatter(place as u64)).expect("64 bits") % (bytes.len() * 8);
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let (_, other) = files[place + 1..].iter().chain(&files).find(|(_, other)| other != bytes).expect("another");
        let damages = [("flipped", flipped), ("truncated", bytes[..bytes.len() / 2].to_vec()), ("emptied", Vec::new())];
        for (how, damaged) in damages.into_iter().chain([("swapped", other.clone())]) {
            fs::write(root.path().join(path), damaged).expect("a file");
            tried += 1;
            let found = findings(root.path());
            if found.iter().all(|finding| finding.code.severity() == Severity::Note) {
                unseen.push(format!("{} {how} (bit {bit})", path.display()));
            }
        }
        fs::write(root.path().join(path), bytes).expect("a file");
    }
    assert!(tried > 150, "{tried}");
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

#[test]
fn subsets_together_hash_every_file_once() {
    let root = archive();
    let all = verify(root.path(), &Scope::default()).expect("an audit").checked;
    let parts = (1..=7).map(|part| {
        let scope = Scope { subset: Some(Subset { part, of: 7 }), ..Scope::default() };
        verify(root.path(), &scope).expect("an audit").checked
    });
    assert_eq!(parts.sum::<usize>(), all);
    let later =
        Scope { newer: Some(std::time::SystemTime::now() + std::time::Duration::from_hours(1)), ..Scope::default() };
    assert_eq!(verify(root.path(), &later).expect("an audit").checked, 0);
    assert!("0/7".parse::<Subset>().is_err() && "8/7".parse::<Subset>().is_err() && "7".parse::<Subset>().is_err());
}

#[test]
fn example_archive_has_no_finding() {
    assert_eq!(findings(&Path::new(env!("CARGO_MANIFEST_DIR")).join("archive")), []);
}
