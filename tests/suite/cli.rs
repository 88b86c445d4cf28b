//! The binary: that its flags are hooked up, and that it ends with the code its users rely on.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::program::command;

/// A folder with one small issue.
fn newsletter() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let issue = "---\ntitle: \"第一期\"\n---\n\n### 本周推荐阅读\n\n\
        - [潮汐表](https://mp.weixin.qq.com/s?__biz=Mzk0NTY3ODEyMA==&mid=2247483934&idx=1&sn=0123456789abcdef0123456789abcdef&token=519723937#rd)\n";
    fs::write(folder.path().join("第一期.md"), issue).expect("an issue");
    folder
}

fn wxarchive(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("utf-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("utf-8")
}

fn json_lines(output: &Output) -> Vec<serde_json::Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

#[test]
fn variable_that_is_empty_says_nothing() {
    let folder = newsletter();
    for name in ["PACE", "IMAGE_CONCURRENCY", "PROXY", "USER_AGENT", "ARCHIVE", "CONFIG"] {
        let mut command = crate::program::command(folder.path(), &["sync", "--from", ".", "第一期.md"]);
        let output = command.env(format!("WXARCHIVE_{name}"), "").output().expect("the program runs");
        assert_eq!(output.status.code(), Some(1), "{name}: {}", stderr(&output));
        let mut command = crate::program::command(folder.path(), &["sync", "--from", ".", "第一期.md"]);
        let output = command.env("WXARCHIVE_PACE", "soon").output().expect("the program runs");
        assert_eq!(output.status.code(), Some(2), "what is not empty counts");
    }
}

#[test]
fn links_prints_one_object_a_link() {
    let folder = newsletter();
    let output = wxarchive(folder.path(), &["links", "--json", "第一期.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let links = json_lines(&output);
    assert_eq!(links.len(), 1);
    let link = &links[0];
    assert_eq!(link["article"], "Mzk0NTY3ODEyMA==/2247483934/1");
    assert_eq!(link["kind"], "article");
    assert_eq!(link["title"], "潮汐表");
    assert_eq!(link["section"], "本周推荐阅读");
    assert_eq!((&link["line"], &link["column"]), (&7.into(), &9.into()));
    assert_eq!(link["private"], serde_json::json!(["token"]));
    let issue = fs::read(folder.path().join("第一期.md")).expect("the issue");
    let span = |at: usize| usize::try_from(link["span"][at].as_u64().expect("a number")).expect("small");
    assert_eq!(String::from_utf8_lossy(&issue[span(0)..span(1)]), link["url"].as_str().expect("an address"));
}

#[test]
fn wrong_arguments_and_wrong_configuration_end_with_two() {
    let folder = newsletter();
    assert_eq!(wxarchive(folder.path(), &["sync", "--no-such-flag"]).status.code(), Some(2));
    assert_eq!(wxarchive(folder.path(), &["sync"]).status.code(), Some(2));
    assert_eq!(wxarchive(folder.path(), &["sync", "no-such-file.md"]).status.code(), Some(2));
    assert_eq!(wxarchive(folder.path(), &["add", "https://example.org/"]).status.code(), Some(2));
    assert_eq!(wxarchive(folder.path(), &["list"]).status.code(), Some(2), "there is no archive yet");
    for (text, told) in [
        ("archive = \"a\"\nspeed = 3\n", "line 2"),
        ("\n\npace = \"fast\"\n", "line 3"),
        ("pace = -1\n", "line 1"),
        ("image_concurrency = 0\n", "line 1"),
        ("[wording]\nfarewell = \"x\"\n", "line 2"),
        ("cdn_base_url = \"cdn.example.org\"\n", "line 1"),
    ] {
        fs::write(folder.path().join("wxarchive.toml"), text).expect("a file");
        let output = wxarchive(folder.path(), &["links", "第一期.md"]);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(stderr(&output).contains(told), "{text}: {}", stderr(&output));
    }
}

#[test]
fn help_version_completions_and_manual_are_printed() {
    let folder = newsletter();
    for (arguments, told) in [
        (&["--help"][..], "Exit codes"),
        (&["--version"], env!("CARGO_PKG_VERSION")),
        (&["completions", "bash"], "_wxarchive"),
        (&["completions", "zsh"], "#compdef wxarchive"),
        (&["man"], ".TH"),
    ] {
        let output = wxarchive(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(stdout(&output).contains(told), "{arguments:?}");
    }
}

#[test]
fn settings_come_from_flags_then_the_environment_then_the_file() {
    let folder = newsletter();
    fs::write(folder.path().join("wxarchive.toml"), "archive = \"from-file\"\nissues = [\"第一期.md\"]\n")
        .expect("a file");
    let empty = folder.path().join("pages");
    fs::create_dir(&empty).expect("a folder");
    let sync = |arguments: &[&str], environment: Option<&str>| {
        let mut command = crate::program::command(folder.path(), &["sync", "--from", "pages"]);
        command.args(arguments);
        environment.map(|value| command.env("WXARCHIVE_ARCHIVE", value));
        command.output().expect("the program runs").status.code()
    };
    assert_eq!(sync(&[], None), Some(1), "the article is not in the folder");
    assert!(folder.path().join("from-file/FORMAT").exists());
    sync(&[], Some("from-environment"));
    assert!(folder.path().join("from-environment/FORMAT").exists());
    sync(&["--archive", "from-flag"], Some("from-nowhere"));
    assert!(folder.path().join("from-flag/FORMAT").exists() && !folder.path().join("from-nowhere").exists());
}

#[test]
fn demo_does_the_whole_job_and_a_second_one_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = wxarchive(folder.path(), &["demo", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let events = json_lines(&output);
    let summary = events.last().expect("events");
    assert_eq!(summary["event"], "summary");
    assert_eq!((&summary["articles"]["new"], &summary["articles"]["gone"]), (&6.into(), &1.into()));
    let output = wxarchive(folder.path(), &["demo", "--json"]);
    let events = json_lines(&output);
    let summary = events.last().expect("events");
    assert_eq!((&summary["requests"], &summary["images"]["new"]), (&0.into(), &0.into()));
    let archive = ["--archive", "wxarchive-demo/archive"];
    let list = json_lines(&wxarchive(folder.path(), &[&archive[..], &["list", "--json"]].concat()));
    assert_eq!(list.len(), 6);
    let id = list[0]["article"].as_str().expect("a key");
    let shown = stdout(&wxarchive(folder.path(), &[&archive[..], &["show", id]].concat()));
    assert!(shown.starts_with("---\ntitle: "), "{shown}");
    let raw = stdout(&wxarchive(folder.path(), &[&archive[..], &["show", id, "--raw"]].concat()));
    assert!(raw.contains("mp.weixin.qq.com"));
    assert_eq!(wxarchive(folder.path(), &[&archive[..], &["show", "no-such-article"]].concat()).status.code(), Some(2));
}

#[test]
fn notice_is_refused_by_convert_and_an_article_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = |path| wxarchive::demo::site::answer("mp.weixin.qq.com", path).expect("a page").bytes;
    let article = wxarchive::demo::site::ISSUES.iter().find_map(|(_, text)| {
        let url = text
            .split(['(', ')', '<', '>', '"', ' ', '\n'])
            .find(|url| url.starts_with("https://mp.weixin.qq.com/s"))?;
        Some(url.trim_start_matches("https://mp.weixin.qq.com").to_owned())
    });
    let article = article.expect("a link");
    fs::write(folder.path().join("article.html"), page(&article)).expect("a file");
    fs::write(folder.path().join("notice.html"), page("/s/NoSuchArticleAnywhere0")).expect("a file");
    let output = wxarchive(folder.path(), &["convert", "article.html"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("---\ntitle: "));
    let output = wxarchive(folder.path(), &["convert", "article.html", "--format", "json"]);
    let tree: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(tree["body"].as_array().is_some_and(|blocks| !blocks.is_empty()) && tree["title"].is_string());
    let output = wxarchive(folder.path(), &["convert", "notice.html"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    assert!(stderr(&output).contains("deleted"), "{}", stderr(&output));
}

#[test]
fn flags_that_would_do_nothing_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        &["repair", "--refresh", "1d"][..],
        &["repair", "--fetch", "--retry-gone"],
        &["check", "--live", "--refresh", "1d", "."],
    ] {
        let (code, said) = crate::program::run(folder.path(), arguments);
        assert!(code == Some(2) && said.contains("unexpected argument"), "{arguments:?}: {said}");
    }
}
