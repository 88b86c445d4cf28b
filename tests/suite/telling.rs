//! What `log`, `show`, `list`, `diff` and `sync` tell of an article: what is known, when it was seen, what is shown.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::Path;

use jiff::SignedDuration;
use jiff::Timestamp;

use wxarchive::archive::{Archive, Moment, Observation, StateFile, Why, Writer};
use wxarchive::model::{ArticleKey, ArticleUrl, State};
use wxarchive::sync::{Outcome, Policy, reconvert};

use crate::program::command;
use crate::sample::{Site, archive, rewrite, sync_with, time, tree, url_of};

/// The exit code, and what was printed on both outputs.
fn run(root: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    crate::program::said(&command(root, &["--archive", "."]).args(arguments).output().expect("the program runs"))
}

fn json(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The folder of the article with two versions.
fn edited(root: &Path) -> (ArticleKey, String) {
    let archive = Archive::open(root).expect("an archive");
    let entry = archive.entries().find(|entry| entry.manifest.version == 2).expect("two versions");
    (entry.manifest.article.clone(), entry.name())
}

/// When each answer came, and since when it is known to be another than before.
fn told(states: &[State]) -> Vec<(State, Option<String>)> {
    let url = ArticleUrl::parse("https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv").expect("an address");
    let mut file = StateFile::new(&url);
    for (hour, state) in (1..).zip(states) {
        let at = time("2026-01-01T00:00:00Z") + SignedDuration::from_hours(hour);
        file.observe(Observation { state: *state, at, message: None, evidence: None });
    }
    let moments = file.history().into_iter().filter_map(|moment| match moment {
        Moment::State { dated, after } => Some((dated.state, after)),
        _ => None,
    });
    moments.map(|(state, after)| (state, after.map(|time: Timestamp| time.strftime("%H").to_string()))).collect()
}

#[test]
fn a_block_page_says_nothing_of_when_an_article_was_deleted() {
    let after = |states: &[State]| told(states).pop().expect("a state").1;
    assert_eq!(after(&[State::Live, State::Deleted]).as_deref(), Some("01"));
    for moment in [State::Blocked, State::Unavailable, State::SystemError, State::Unknown] {
        assert_eq!(after(&[State::Live, moment, moment, State::Deleted]).as_deref(), Some("01"), "{moment:?}");
        assert_eq!(after(&[moment, State::Deleted]), None, "{moment:?}: it may always have been so");
        assert_eq!(after(&[State::Deleted, moment, State::Deleted]), None, "{moment:?}: nothing changed");
        assert_eq!(after(&[State::Live, moment]).as_deref(), Some("01"), "{moment:?}");
    }
    assert_eq!(after(&[State::Live, State::Deleted, State::Live]).as_deref(), Some("02"));
}

#[test]
fn a_restored_version_is_dated_and_told_wherever_it_matters() {
    let root = archive();
    let (key, dir) = edited(root.path());
    let now = time("2026-10-05T00:00:00Z");
    let mut writer = Writer::open(root.path(), now).expect("a writer");
    writer.restore(&key, 1, now).expect("restored");
    writer.restore(&key, 1, now + SignedDuration::from_hours(24)).expect("again, which changes nothing");
    drop(writer);
    let archive = Archive::open(root.path()).expect("an archive");
    let entry = archive.entries().find(|entry| entry.manifest.article == key).expect("the article");
    let moment = archive.history(entry).expect("a history").pop().expect("a moment");
    assert_eq!(moment, Moment::Restored { version: 1, at: Some(now) });
    let log = run(root.path(), &["log", &dir]).1;
    assert!(log.contains("2026-10-05T00:00:00Z  version 1 restored"), "{log}");
    let line = run(root.path(), &["list"]).1.lines().find(|line| line.starts_with(&dir)).map(str::to_owned);
    assert!(line.as_deref().is_some_and(|line| line.contains("  v1 of 2  ")), "{line:?}");
    let list = json(&run(root.path(), &["--json", "list"]).1);
    let shown = list.iter().find(|article| article["dir"] == dir).expect("the article");
    assert_eq!((&shown["event"], &shown["shown"], &shown["version"]), (&"article".into(), &1.into(), &2.into()));
}

#[test]
fn an_update_behind_a_restored_version_says_that_it_is_not_shown() {
    let root = archive();
    let (key, _) = edited(root.path());
    let now = time("2026-10-05T00:00:00Z");
    let mut site = Site::default();
    let url = url_of(root.path(), "调焦");
    let body = String::from_utf8(site.body(&url)).expect("UTF-8").replace("观测室", "圆顶室");
    site.changes.insert(url, body.into_bytes());
    let mut writer = Writer::open(root.path(), now).expect("a writer");
    writer.restore(&key, 1, now).expect("restored");
    let again = Policy { refresh: Some(SignedDuration::ZERO), ..Policy::default() };
    let report = sync_with(&mut writer, &site, now + SignedDuration::from_hours(1), &again).expect("a report");
    let updated = report.articles.iter().find(|event| event.outcome == Outcome::Updated).expect("an update");
    assert_eq!((updated.version, updated.restored), (Some(3), Some(1)));
}

#[test]
fn a_reconverted_version_is_dated_with_the_day_it_was_made_on() {
    let root = archive();
    let (key, dir) = edited(root.path());
    let manifest = root.path().join(&dir).join("versions/2.json");
    let text = "# 旧\n";
    fs::write(manifest.with_extension("md"), text).expect("a file");
    let digest = wxarchive::archive::Digest::of(text.as_bytes()).to_string();
    rewrite(&manifest, |manifest| manifest["markdown"] = digest.into());
    let now = time("2026-10-09T00:00:00Z");
    let mut writer = Writer::open(root.path(), now).expect("a writer");
    reconvert(&mut writer, &key, now).expect("read again");
    let entry = writer.entries().find(|entry| entry.manifest.article == key).expect("the article");
    let last = writer.history(entry).expect("a history").pop().expect("a moment");
    assert!(matches!(last, Moment::Version { version: 3, why: Why::Reconverted, at, .. } if at == now), "{last:?}");
    drop(writer);
    let log = run(root.path(), &["log", &dir]).1;
    assert!(log.contains("2026-10-09T00:00:00Z  version 3 (reconverted by wxarchive "), "{log}");
}

#[test]
fn show_and_diff_print_one_object_for_programs() {
    let root = archive();
    let (key, dir) = edited(root.path());
    let (code, text) = run(root.path(), &["--json", "show", &dir, "--version", "1"]);
    let shown = json(&text);
    let markdown = fs::read_to_string(root.path().join(&dir).join("versions/1.md")).expect("Markdown");
    assert_eq!((code, shown.len()), (Some(0), 1));
    assert_eq!((&shown[0]["event"], &shown[0]["version"]), (&"version".into(), &1.into()));
    assert_eq!((&shown[0]["article"], &shown[0]["markdown"]), (&key.to_string().into(), &markdown.into()));
    assert_eq!(run(root.path(), &["--json", "show", &dir, "--raw"]).0, Some(2));
    let difference = json(&run(root.path(), &["--json", "diff", &dir]).1);
    assert_eq!((&difference[0]["event"], &difference[0]["after"]), (&"difference".into(), &2.into()));
}

#[test]
fn what_is_known_of_an_article_that_was_never_had_is_told() {
    let root = archive();
    let record = tree(root.path()).into_keys().find(|path| path.starts_with("unarchived")).expect("a record");
    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(root.path().join(record)).expect("a record")).expect("JSON");
    let id = record["article"].as_str().expect("a key");
    let (code, log) = run(root.path(), &["log", id]);
    assert!(code == Some(0) && log.contains("deleted from 2026-10-01T00:00:00Z"), "{log}");
    let (code, said) = run(root.path(), &["show", id]);
    assert!(code == Some(2) && said.contains("never in the archive") && said.contains("`deleted`"), "{said}");
    let (code, page) = run(root.path(), &["show", id, "--raw"]);
    assert!(code == Some(0) && page.contains("<html"), "{page}");
}

#[test]
fn a_forgotten_article_is_told_as_such_and_leaves_no_title_in_the_index() {
    let root = archive();
    let (key, dir) = edited(root.path());
    let title = dir.rsplit('/').next().expect("a folder")["2026-08-21-".len()..].chars().take(6).collect::<String>();
    let index = || fs::read(root.path().join(".index.sqlite")).unwrap_or_default();
    let has_title = |bytes: &[u8]| memchr::memmem::find(bytes, title.as_bytes()).is_some();
    let old = std::time::SystemTime::now() + std::time::Duration::from_secs(10);
    Archive::summaries(root.path(), old).expect("summaries");
    assert!(has_title(&index()), "the index has to have been written, with `{title}`");
    assert_eq!(run(root.path(), &["forget", &dir, "--reason", "asked"]).0, Some(0));
    assert!(!has_title(&index()));
    Archive::summaries(root.path(), old).expect("summaries");
    assert!(!has_title(&index()) && !index().is_empty());
    let (code, log) = run(root.path(), &["log", &key.to_string()]);
    assert!(code == Some(0) && log.contains("forgotten: asked"), "{log}");
    assert!(run(root.path(), &["show", &key.to_string()]).1.contains("forgotten on "));
}

#[test]
fn a_row_that_leaves_the_index_leaves_no_bytes_in_it() {
    let root = archive();
    let (_, dir) = edited(root.path());
    let old = std::time::SystemTime::now() + std::time::Duration::from_secs(10);
    Archive::summaries(root.path(), old).expect("summaries");
    fs::remove_dir_all(root.path().join(&dir)).expect("removed");
    Archive::summaries(root.path(), old).expect("summaries");
    let index = fs::read(root.path().join(".index.sqlite")).expect("an index");
    assert!(memchr::memmem::find(&index, dir.as_bytes()).is_none());
}
