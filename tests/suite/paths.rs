//! Names and places that trip programs: signs, lengths, links out of the archive, disks that are full or read-only.

#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test says what it could not set up")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization as _;

use wxarchive::archive::{
    Archive, ArchiveError, Digest, Faults, Maintenance, NewPicture, Writer, export_ocfl, import_ocfl,
};
use wxarchive::model::{Article, ArticleKey, Page};
use wxarchive::parse::{Parsed, parse};
use wxarchive::sync::{Policy, derive, read_issues};

use crate::files::{copy_tree, paths, tree};
use crate::program::{command, run, said};
use crate::sample::{Site, archive, folder, sync_with, time};

/// An issue of the sample, and the pages it links.
fn sample() -> (String, PathBuf) {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/site");
    (fs::read_to_string(site.join("issues/weekly-20260918.md")).expect("an issue"), site.join("pages"))
}

#[test]
fn awkward_names_of_archives_and_issues_change_nothing() {
    let (text, pages) = sample();
    let pages = pages.to_string_lossy().into_owned();
    let long = "字".repeat(83);
    let names =
        [" a  b ", "a|b", "a:b", "周报 第一期", "🦀📮", long.as_str(), "...a..", "%41 #?&;", "a'\"`$(b)*[c]", "a\nb"];
    for name in names {
        let world = folder();
        let folder = world.path().join(name);
        fs::create_dir(&folder).expect("a folder");
        // The longest name that a disk takes, with its ending.
        let issue = format!("{}.md", name.chars().take(82).collect::<String>());
        fs::write(folder.join(&issue), &text).expect("an issue");
        let does = |codes: &[i32], arguments: &[&str]| {
            let (code, said) = run(&folder, &[&["--archive", name][..], arguments].concat());
            assert!(code.is_some_and(|code| codes.contains(&code)), "{name:?} {arguments:?}: {code:?} {said}");
            said
        };
        // Pictures are not asked for, so the run is incomplete.
        does(&[0, 1], &["sync", "--from", &pages, &issue]);
        does(&[0], &["verify"]);
        assert!(does(&[0], &["list"]).lines().count() > 1, "{name:?}");
        does(&[0], &["check", &issue]);
        does(&[0], &["relink", "--all", "--base-url", "/copies", "--write", &issue]);
        assert_ne!(fs::read_to_string(folder.join(&issue)).expect("an issue"), text, "{name:?}");
        does(&[0], &["relink", "--undo"]);
        assert_eq!(fs::read_to_string(folder.join(&issue)).expect("an issue"), text, "{name:?}");
        does(&[0], &["publish", "--layout", "plain", "--all", &format!("{issue}.site")]);
        does(&[0], &["mirror", "--to", &format!("{issue}.cdn")]);
        does(&[0], &["export", "--bagit", &format!("{issue}.bag")]);
        does(&[0], &["gc"]);
        does(&[0], &["verify"]);
    }
}

#[test]
fn parts_that_lead_back_name_the_same_archive_and_stay_inside_it() {
    let (text, pages) = sample();
    let world = folder();
    fs::create_dir_all(world.path().join("a/b")).expect("a folder");
    fs::write(world.path().join("weekly.md"), text).expect("an issue");
    let pages = pages.to_string_lossy();
    let said = run(
        &world.path().join("a/b"),
        &["--archive", "../b/../archive", "sync", "--from", &pages, "../../a/../weekly.md"],
    );
    assert!(said.0.is_some_and(|code| code < 2), "{said:?}");
    assert_eq!(run(world.path(), &["--archive", "a/archive", "verify"]).0, Some(0));
    let outside = paths(world.path()).into_iter().filter(|path| !path.starts_with("a/archive")).collect::<Vec<_>>();
    assert_eq!(outside, [Path::new("weekly.md")]);
}

/// The folders of an archive and its lock, each of which a link may stand in for.
const PLACES: [&str; 9] =
    ["articles", "articles/2026", "images", "pages", "issues", "journal", "unarchived", ".undo", ".lock"];

#[cfg(unix)]
#[test]
fn links_out_of_the_archive_are_not_followed_by_what_writes_and_removes() {
    use std::os::unix::fs::symlink;
    let now = time("2026-11-01T00:00:00Z");
    for place in PLACES {
        let (root, outside) = (archive(), folder());
        let (inside, away) = (root.path().join(place), outside.path().join("away"));
        if inside.exists() {
            fs::rename(&inside, &away).expect("moved away");
        } else if place != ".lock" {
            fs::create_dir(&away).expect("a folder");
        }
        if place == ".lock" {
            fs::write(&away, "somebody's notes").expect("a file");
        }
        symlink(&away, &inside).expect("a link");
        let (there, here) = (tree(outside.path()), paths(root.path()));
        let keys: Vec<ArticleKey> = Archive::open(root.path())
            .map(|archive| archive.entries().map(|entry| entry.manifest.article.clone()).collect())
            .unwrap_or_default();
        if let Ok(maintenance) = Maintenance::open(root.path(), now, Faults::default()) {
            // What can't be followed can't be known, so nothing may be thought unreferenced.
            maintenance.gc().expect_err("what is behind the link is not known");
            maintenance.repair(None, &derive).map(|_| ()).unwrap_or_default();
        }
        if let Ok(mut writer) = Writer::open(root.path(), now) {
            for key in &keys {
                writer.forget(key, "asked", now).expect_err("what is behind the link would stay");
            }
            let again = Policy { refresh: Some(jiff::SignedDuration::ZERO), ..Policy::default() };
            sync_with(&mut writer, &Site::default(), now, &again).map(|_| ()).unwrap_or_default();
            writer.put_journal("check", &1).unwrap_or_default();
        }
        assert!(tree(outside.path()) == there, "{place}: something outside was written or removed");
        let left: BTreeSet<PathBuf> = paths(root.path()).into_iter().collect();
        // A lock file is made, and records may be; none is lost.
        let lost: Vec<&PathBuf> = here.iter().filter(|path| !left.contains(*path)).collect();
        assert!(lost.is_empty(), "{place}: {lost:?}");
    }
}

#[cfg(unix)]
#[test]
fn link_in_a_new_archive_is_refused_with_its_name() {
    let (root, outside) = (folder(), folder());
    drop(Writer::open(root.path(), time("2026-10-01T00:00:00Z")).expect("a writer"));
    std::os::unix::fs::symlink(outside.path(), root.path().join("images")).expect("a link");
    let writer = Writer::open(root.path(), time("2026-10-01T00:00:00Z")).expect("a writer");
    let picture = NewPicture {
        url: "https://example.org/a.gif",
        key: "https://example.org/a.gif",
        bytes: b"GIF89a",
        media_type: "image/gif",
        extension: "gif",
        size: (1, 1),
        colour: None,
        blur: None,
    };
    let error = writer.picture_store().put(picture).expect_err("a link");
    assert!(matches!(&error, ArchiveError::Link { path } if path.ends_with("images")), "{error}");
    assert!(paths(outside.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn link_in_place_of_a_folder_to_be_filled_is_not_followed() {
    use std::os::unix::fs::symlink;
    let (root, world, away) = (archive(), folder(), folder());
    let (store, linked, back) = (world.path().join("store"), world.path().join("linked"), world.path().join("back"));
    let now = time("2026-11-01T00:00:00Z");
    export_ocfl(root.path(), &store, now, Faults::default()).expect("an export");
    fs::create_dir(&linked).expect("a folder");
    fs::copy(store.join("wxarchive.txt"), linked.join("wxarchive.txt")).expect("a file");
    symlink(away.path(), linked.join(".wxarchive-staging")).expect("a link");
    let error = export_ocfl(root.path(), &linked, now, Faults::default()).expect_err("a link");
    assert!(matches!(&error, ArchiveError::Link { .. }), "{error}");
    fs::write(away.path().join("notes.txt"), "somebody's").expect("a file");
    let staging = format!(".wxarchive-aside-{}", Digest::of(b"back").short());
    symlink(away.path(), world.path().join(staging)).expect("a link");
    let error = import_ocfl(&store, &back, now, Faults::default()).expect_err("a link");
    assert!(matches!(&error, ArchiveError::Link { .. }), "{error}");
    assert_eq!(paths(away.path()), [Path::new("notes.txt")]);
}

#[test]
fn names_that_differ_by_case_or_composition_do_not_meet_on_a_disk_that_ignores_it() {
    let root = folder();
    let writer = Writer::open(root.path(), time("2026-10-01T00:00:00Z")).expect("a writer");
    let keys = ["MzAwMDAwMDAwMQ==/1/1", "MzAwMDAwMDAwMQ==/1/2", "MzAwMDAwMDAwMg==/1/1"];
    let decomposed = "Café".nfd().collect::<String>();
    let url = "https://mp.weixin.qq.com/s/CloudsTonight-NoStars9".to_owned();
    let bytes = Site::default().body(&url);
    let page = Page { bytes, asked: url.clone(), url, status: 200, content_type: None };
    let Parsed::Article(article) = parse(&page) else { panic!("no article") };
    let mut folders = BTreeSet::new();
    for key in keys {
        for title in ["Café", "CAFÉ", "café", decomposed.as_str()] {
            let key: ArticleKey = key.parse().expect("a key");
            let article = Article { title: title.to_owned(), ..(*article).clone() };
            let dir = writer.draft(&key, &article).expect("a draft").dir;
            let name = dir.to_string_lossy().into_owned();
            assert_eq!(name.nfc().collect::<String>(), name, "names are composed");
            // Whatever becomes of the title, the hash of the key at the end tells articles apart.
            folders.insert(name.to_lowercase().rsplit_once('-').expect("a hash").1.to_owned());
        }
    }
    assert_eq!(folders.len(), keys.len());
    let names = paths(archive().path()).into_iter().map(|path| path.to_string_lossy().to_lowercase());
    let names: Vec<String> = names.map(|name| name.nfd().collect()).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[test]
fn two_issues_of_one_composed_name_are_told_apart_or_told() {
    let world = folder();
    let decomposed = "é.md".nfd().collect::<String>();
    fs::write(world.path().join("é.md"), "a").expect("an issue");
    fs::write(world.path().join(&decomposed), "b").expect("an issue");
    let files = paths(world.path()).len();
    let (issues, errors) = read_issues(&[world.path().to_owned()], world.path(), &world.path().join("archive"));
    assert_eq!((issues.len(), errors.len()), (1, files - 1), "one ledger is never written for two issues");
}

/// Runs a script in a mount namespace of its own, so that disks can be made for it; `None` where that is not allowed.
fn with_mounts(folder: &Path, script: &str) -> Option<String> {
    let program = env!("CARGO_BIN_EXE_wxarchive");
    let probe = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        eprintln!("this system lets nobody mount a disk; what happens on such a disk was not tried");
        return None;
    }
    let settings = command(folder, &[]);
    let mut shell = Command::new("unshare");
    for (name, _) in settings.get_envs() {
        shell.env_remove(name);
    }
    let output = shell.current_dir(folder).args(["-rm", "sh", "-c", script, program]).output().expect("a shell");
    Some(said(&output).1)
}

fn sample_archive_in(world: &TempDir) {
    let (text, _) = sample();
    fs::write(world.path().join("weekly.md"), text).expect("an issue");
    copy_tree(archive().path(), &world.path().join("archive"));
}

#[test]
fn read_only_archive_is_read_and_refusals_say_that_it_is() {
    let world = folder();
    sample_archive_in(&world);
    let id = "Mzk0NTY3ODEyMA==/2247483955/1";
    let script = format!(
        "mount --bind archive archive && mount -o remount,ro,bind archive || exit
        for reading in list 'show {id}' verify 'check weekly.md' 'diff {id} 1 1' 'log {id}' 'links weekly.md' \
            'publish --layout plain --all site' 'mirror --to cdn' 'export --bagit bag' 'relink --all --wayback weekly.md'
        do \"$0\" -q $reading >/dev/null || echo \"failed: $? $reading\"; done
        for writing in 'sync weekly.md' gc repair 'reconvert --all' 'forget {id} --reason asked' 'restore {id} 1' \
            'relink --all --wayback --write weekly.md' 'relink --undo' 'add https://mp.weixin.qq.com/s/CloudsTonight-NoStars9'
        do said=$(\"$0\" -q $writing 2>&1 >/dev/null); echo \"$writing: $said code $?\"; done"
    );
    let Some(said) = with_mounts(world.path(), &script) else { return };
    assert!(!said.contains("failed: "), "{said}");
    let refusals: Vec<&str> = said.lines().filter(|line| line.contains("code ")).collect();
    assert_eq!(refusals.len(), 9, "{said}");
    for line in refusals {
        assert!(
            line.contains("the archive `archive` can't be written: Read-only") && line.ends_with("code 4"),
            "{said}"
        );
    }
    assert!(world.path().join("weekly.md").exists() && world.path().join("site").exists());
}

#[test]
fn small_full_disk_is_refused_and_serves_again_when_there_is_space() {
    let world = folder();
    let (text, pages) = sample();
    fs::write(world.path().join("weekly.md"), text).expect("an issue");
    let script = format!(
        "mkdir disk && mount -t tmpfs -o size=6m none disk && dd if=/dev/zero of=disk/filler bs=1k count=3000 2>/dev/null
        sync='-q --archive disk/archive sync --from {} weekly.md'
        said=$(\"$0\" $sync 2>&1); echo \"full: $said code $?\"
        rm disk/filler; \"$0\" $sync >/dev/null 2>&1; echo \"empty: code $?\"
        \"$0\" --archive disk/archive verify >/dev/null; echo \"sound: code $?\"
        dd if=/dev/zero of=disk/filler bs=1k count=4000 2>/dev/null
        said=$(\"$0\" $sync 2>&1); echo \"full again: $said code $?\"
        \"$0\" --archive disk/archive verify >/dev/null; echo \"still sound: code $?\"",
        pages.display()
    );
    let Some(said) = with_mounts(world.path(), &script) else { return };
    let line = |name: &str| said.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    for full in ["full: ", "full again: "] {
        assert!(line(full).contains("reserve 4 MiB of space") && line(full).ends_with("code 4"), "{said}");
    }
    assert!(line("empty: ").ends_with('1') || line("empty: ").ends_with('0'), "{said}");
    assert_eq!((line("sound: ").as_str(), line("still sound: ").as_str()), ("sound: code 0", "still sound: code 0"));
}

#[cfg(target_os = "linux")]
#[test]
fn archive_mirror_and_temporary_folder_may_be_on_different_disks() {
    use std::os::unix::fs::MetadataExt as _;
    let here = tempfile::tempdir().expect("a folder");
    let Ok(elsewhere) = tempfile::tempdir_in("/dev/shm") else {
        eprintln!("there is no /dev/shm; an archive on another disk was not tried");
        return;
    };
    let disk = |path: &Path| fs::metadata(path).expect("a folder").dev();
    if disk(here.path()) == disk(elsewhere.path()) {
        eprintln!("/dev/shm is the disk of temporary files; an archive on another disk was not tried");
    }
    sample_archive_in(&elsewhere);
    let cdn = here.path().join("cdn");
    // Nothing is ever written into the folder of temporary files.
    let does = |arguments: &[&str]| {
        let output = command(elsewhere.path(), arguments).env("TMPDIR", "/no/such/folder").output();
        said(&output.expect("the program runs"))
    };
    for arguments in [
        &["mirror", "--to", &cdn.to_string_lossy()][..],
        &["relink", "--all", "--wayback", "--write", "weekly.md"],
        &["relink", "--undo"],
        &["gc"],
        &["verify"],
    ] {
        let (code, said) = does(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
    }
    assert!(paths(&cdn).len() > 1);
}

/// Else two issues of a repository that is not the current folder would share one ledger.
#[test]
fn issue_has_one_name_whatever_else_is_given() {
    let (here, there) = (folder(), folder());
    for path in ["weekly/one/index.md", "weekly/two/index.md"] {
        let path = there.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, "# Weekly").expect("written");
    }
    fs::create_dir(there.path().join(".git")).expect("made");
    let names = |paths: &[&str]| {
        let paths: Vec<PathBuf> = paths.iter().map(|path| there.path().join(path)).collect();
        let (issues, errors) = read_issues(&paths, here.path(), &here.path().join("archive"));
        assert!(errors.is_empty(), "{errors:?}");
        issues.into_iter().map(|issue| issue.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&["weekly/one/index.md"]), ["weekly/one/index.md"]);
    assert_eq!(names(&["weekly/two/index.md"]), ["weekly/two/index.md"]);
    assert_eq!(names(&["weekly"]), ["weekly/one/index.md", "weekly/two/index.md"]);
}
