//! Death and failing storage at every file operation of what writes outside the archive: mirrors and edited issues.
//!
//! After each: the archive is sound, an issue is as before or as after, and the next run ends where an undisturbed one does.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what a test cannot set up, it cannot test; it says what it did"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use wxarchive::archive::{Archive, Fault, Faults, Writer};
use wxarchive::check::{CheckedIssue, CheckedLink, Verdict, check};
use wxarchive::edit::{Dirty, Edited, Journal, Kind, undo, write};
use wxarchive::image::{Encoding, Shape};
use wxarchive::issue::relink::{Edit, Mode, Scope, Wording};
use wxarchive::issue::{new_addresses, rewrite};
use wxarchive::mirror::{Folder, Manifest, Orphans, Settings, mirror};
use wxarchive::relink::{Doubtful, Plan, Proposal, Task, propose};
use wxarchive::sync::{Policy, read_issues};

use crate::crash::{STORAGE, errors};
use crate::files::{copy_tree, tree};
use crate::sample::{Site, folder, sync_folder, time};

/// What a run says that was disturbed, or nothing.
type Outcome = Result<(), String>;

/// A run below a folder with `archive`, `issues` and `cdn`.
type Run = dyn Fn(&Path, Faults) -> Outcome;

/// A newsletter of two issues and its archive.
fn world() -> TempDir {
    let world = folder();
    let issues = world.path().join("issues");
    fs::create_dir_all(&issues).expect("a folder");
    let link = "https://mp.weixin.qq.com/s/CloudsTonight-NoStars9";
    let picture = "https://pictures.example.org/beijiao/badge.png";
    let other =
        "https://mp.weixin.qq.com/s?__biz=Mzk0NTY3ODEyMA==&mid=2247480013&idx=1&sn=0123456789abcdef0123456789abcdef#rd";
    let odd = format!("\u{feff}![]({picture})\r\n\r\n- [云]({link})\u{a0}\r\n- [初光]({other})");
    fs::write(issues.join("第 1 期.md"), odd).expect("an issue");
    fs::write(issues.join("b.md"), format!("![]({picture})\n\n[云]({link})\n")).expect("an issue");
    let now = time("2026-10-01T00:00:00Z");
    let mut writer = Writer::open(&world.path().join("archive"), now).expect("a writer");
    sync_folder(&issues, (&mut writer, &Site::default()), now, &Policy::default()).expect("a report");
    drop(writer);
    world
}

fn told<E: std::fmt::Display>(error: E) -> String {
    error.to_string()
}

/// Mirrors the pictures, with smaller copies.
fn mirrored(root: &Path, faults: Faults) -> Outcome {
    let shapes = vec![Shape::Width(32), Shape::Square];
    mirrored_as(root, faults, Settings { shapes, encoding: Encoding::Jpeg, ..Settings::default() })
}

/// Mirrors them without, and removes those that there are.
fn pruned(root: &Path, faults: Faults) -> Outcome {
    mirrored_as(root, faults, Settings { orphans: Orphans::Remove, ..Settings::default() })
}

fn mirrored_as(root: &Path, faults: Faults, settings: Settings) -> Outcome {
    let archive = Archive::open(&root.join("archive")).map_err(told)?;
    let settings = Settings { base_url: Some("https://cdn.example.org".to_owned()), ..settings };
    let folder = Folder::open_with(&root.join("cdn"), faults).map_err(told)?;
    mirror(&archive, &folder, &settings, &|_, _| {}).map_err(told).map(|_| ())
}

/// Shows the mirrored pictures in issues and heads.
fn shown(root: &Path, faults: Faults) -> Outcome {
    let archive = root.join("archive");
    let manifest: Manifest =
        serde_json::from_slice(&fs::read(root.join("cdn/manifest.json")).expect("a manifest")).expect("a manifest");
    let addresses = manifest.addresses();
    let now = time("2026-10-02T00:00:00Z");
    let mut writer = Writer::open_with(&archive, now, faults).map_err(told)?;
    let (mut files, _) = read_issues(&[root.join("issues"), archive.join("articles")], root, &archive);
    files.retain(|file| !file.path.to_string_lossy().contains("versions"));
    let mut proposals: Vec<(&Path, _, &str, Vec<Edit>, String)> = Vec::new();
    for file in &files {
        let new = new_addresses(&file.issue, |image| match &image.image {
            Some(url) => addresses.of(url).map(str::to_owned),
            None => addresses.of_file(&image.url).map(str::to_owned),
        });
        if !new.is_empty() {
            let after = rewrite(&file.text, &file.issue, &new).expect("a faithful text");
            let edits = new.into_iter().map(|address| Edit { span: address.span, text: address.url }).collect();
            proposals.push((&file.path, file.sha256, &file.text, edits, after));
        }
    }
    let edited = proposals.iter().map(|(path, sha256, before, edits, after)| Edited {
        path,
        sha256: *sha256,
        before,
        edits,
        after,
    });
    all_written(&mut writer, Kind::Mirror, &edited.collect::<Vec<_>>())
}

/// Links the copies.
fn relinked(root: &Path, faults: Faults) -> Outcome {
    let archive = root.join("archive");
    let mut writer = Writer::open_with(&archive, time("2026-10-02T00:00:00Z"), faults).map_err(told)?;
    let (files, _) = read_issues(&[root.join("issues")], root, &archive);
    let reader = Archive::open(&archive).map_err(told)?;
    let (checked, wording) = (check(&files, Some(&reader)), Wording::default());
    let target = |_: &CheckedIssue<'_>, _: &CheckedLink<'_>| Ok("https://news.example.org/copy/".to_owned());
    let task = Task::Relink { mode: Mode::Append, wording: &wording, states: &Verdict::ALL, target: &target };
    let proposals = propose(&checked, &Plan { task, scope: Scope { also: &[] }, doubtful: Doubtful::Force });
    let edited: Vec<Edited<'_>> =
        proposals.iter().filter(|proposal| proposal.links > 0).map(Proposal::edited).collect();
    all_written(&mut writer, Kind::Relink, &edited)
}

fn all_written(writer: &mut Writer, kind: Kind, edited: &[Edited<'_>]) -> Outcome {
    let written = write(writer, (kind, time("2026-10-02T00:00:00Z")), edited, Dirty::Refuse).map_err(told)?;
    written.refused.first().map_or(Ok(()), |error| Err(error.to_string()))
}

/// Takes every run of a kind back.
fn taken_back(root: &Path, kind: Kind, faults: Faults) -> Outcome {
    let mut writer = Writer::open_with(&root.join("archive"), time("2026-10-03T00:00:00Z"), faults).map_err(told)?;
    while let Ok(run) = Journal::of(&writer).run(kind, None) {
        for file in undo(&mut writer, run).map_err(told)? {
            assert!(file.lost.is_empty(), "{:?}", file.lost);
            file.error.map_or(Ok(()), |error| Err(error.to_string()))?;
        }
    }
    Ok(())
}

/// The files without the lock and without undo records, whose number differs when a run was cut in two.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = tree(root);
    files.retain(|path, _| !path.starts_with("archive/.lock") && !path.starts_with("archive/.undo"));
    files
}

/// Disturbs a run at every operation; a refusal may be got around, death may not. Gives how many operations there are.
fn survives(before: &Path, fault: Fault, run: &Run) -> u64 {
    let start = || {
        let root = folder();
        copy_tree(before, root.path());
        root
    };
    let undisturbed = start();
    let counting = Faults::counting();
    run(undisturbed.path(), counting.clone()).expect("undisturbed");
    let (old, new) = (files(before), files(undisturbed.path()));
    for step in 1..=counting.steps() {
        let root = start();
        let outcome = run(root.path(), Faults::at(step, fault));
        match outcome {
            Err(error) => assert!(error.starts_with("could not "), "{error}"),
            Ok(()) => assert_ne!(fault, Fault::Death, "step {step} was not told"),
        }
        assert_eq!(errors(&root.path().join("archive")), [], "{fault:?} at step {step}");
        let now = files(root.path());
        for (path, bytes) in now.iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "md"))
        {
            let is_whole = [&old, &new].iter().any(|files| files.get(path) == Some(bytes));
            assert!(is_whole, "{fault:?} at step {step}: {} is neither old nor new", path.display());
        }
        for (path, bytes) in now.iter().filter(|(path, _)| path.starts_with("cdn") && !is_temporary(path)) {
            let is_whole = [&old, &new].iter().any(|files| files.get(path) == Some(bytes));
            let is_true = path.ends_with("manifest.json") && names_what_is_there(bytes, &now);
            assert!(
                is_whole && !path.ends_with("manifest.json") || is_true,
                "{fault:?} at step {step}: {}",
                path.display()
            );
        }
        run(root.path(), Faults::default()).expect("the next run");
        let after = files(root.path());
        let differs = |path: &&PathBuf| after.get(*path) != new.get(*path);
        let differing: Vec<&PathBuf> = new.keys().chain(after.keys()).filter(differs).collect();
        assert!(differing.is_empty(), "{fault:?} at step {step} ended in another tree: {differing:?}");
    }
    counting.steps()
}

/// Whether every file that a manifest names is served.
fn names_what_is_there(manifest: &[u8], now: &BTreeMap<PathBuf, Vec<u8>>) -> bool {
    let manifest: Manifest = serde_json::from_slice(manifest).expect("a manifest");
    let is_there = |file: &str| now.contains_key(&Path::new("cdn").join(file));
    manifest
        .pictures
        .values()
        .all(|picture| is_there(&picture.file) && picture.variants.iter().all(|variant| is_there(&variant.file)))
}

fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".wxarchive-"))
}

fn survives_all(name: &str, before: &Path, least: u64, run: &Run) {
    for fault in [Fault::Death].into_iter().chain(STORAGE) {
        let steps = survives(before, fault, run);
        println!("{name}: {fault:?} at each of {steps} steps");
        assert!(steps >= least, "{steps}");
    }
}

#[test]
fn mirror_survives_death_and_failing_storage_at_every_step() {
    let world = world();
    survives_all("mirror", world.path(), 20, &mirrored);
}

#[test]
fn pruning_survives_death_and_failing_storage_at_every_step() {
    let world = world();
    mirrored(world.path(), Faults::default()).expect("a mirror");
    survives_all("mirror --prune", world.path(), 8, &pruned);
}

#[test]
fn rewriting_pictures_survives_death_and_failing_storage_at_every_step() {
    let world = world();
    mirrored(world.path(), Faults::default()).expect("a mirror");
    survives_all("mirror --rewrite --write", world.path(), 30, &shown);
}

#[test]
fn taking_pictures_back_survives_death_and_failing_storage_at_every_step() {
    let world = world();
    mirrored(world.path(), Faults::default()).expect("a mirror");
    let before = files(world.path());
    shown(world.path(), Faults::default()).expect("written");
    survives_all("mirror --undo", world.path(), 20, &|root, faults| taken_back(root, Kind::Mirror, faults));
    taken_back(world.path(), Kind::Mirror, Faults::default()).expect("taken back");
    assert!(files(world.path()) == before, "taken back byte for byte, heads and their records as well");
}

#[test]
fn relinking_survives_death_and_failing_storage_at_every_step() {
    let world = world();
    survives_all("relink --write", world.path(), 20, &relinked);
}

#[test]
fn taking_links_back_survives_death_and_failing_storage_at_every_step() {
    let world = world();
    let before = files(world.path());
    relinked(world.path(), Faults::default()).expect("written");
    survives_all("relink --undo", world.path(), 15, &|root, faults| taken_back(root, Kind::Relink, faults));
    taken_back(world.path(), Kind::Relink, Faults::default()).expect("taken back");
    assert!(files(world.path()) == before);
}

#[test]
fn run_cut_in_two_is_taken_back_as_a_whole() {
    let world = world();
    let before = files(world.path());
    let counting = Faults::counting();
    let probe = folder();
    copy_tree(world.path(), probe.path());
    relinked(probe.path(), counting.clone()).expect("written");
    relinked(world.path(), Faults::at(counting.steps() - 4, Fault::Death)).expect_err("dead");
    relinked(world.path(), Faults::default()).expect("the rest");
    taken_back(world.path(), Kind::Relink, Faults::default()).expect("both runs taken back");
    assert!(files(world.path()) == before);
}
