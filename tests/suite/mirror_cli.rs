//! `mirror --rewrite` on the sample newsletter: the proposal, the change, and taking it back.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::files::paths;
use crate::program::command;

const BASE: &str = "https://cdn.example.org/pictures";

fn wxarchive(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program runs")
}

fn demo() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let output = wxarchive(folder.path(), &["demo", "-q"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

fn mirror(folder: &Path, more: &[&str]) -> String {
    let archive = ["--archive", "wxarchive-demo/archive", "mirror", "--to", "cdn", "--base-url", BASE];
    let output = wxarchive(folder, &[&archive[..], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("utf-8")
}

/// Every Markdown file below a folder.
fn texts(root: &Path) -> BTreeMap<PathBuf, String> {
    let texts = paths(root).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    texts.map(|path| (path.clone(), fs::read_to_string(root.join(path)).expect("a text"))).collect()
}

#[test]
fn proposal_changes_nothing_and_applies_with_git() {
    let folder = demo();
    let newsletter = folder.path().join("wxarchive-demo/newsletter");
    let before = texts(&newsletter);
    let diff = mirror(folder.path(), &["--rewrite", "wxarchive-demo/newsletter"]);
    assert!(texts(&newsletter) == before);
    assert!(diff.lines().any(|line| line.starts_with('+') && line.contains(BASE)), "{diff}");
    assert!(diff.lines().any(|line| line.starts_with('-') && line.contains("mmbiz.qpic.cn")), "{diff}");
}

#[test]
fn written_issues_show_the_mirror_and_undo_gives_every_byte_back() {
    let folder = demo();
    let newsletter = folder.path().join("wxarchive-demo/newsletter");
    let before = texts(&newsletter);
    mirror(folder.path(), &["--rewrite", "wxarchive-demo/newsletter", "--write"]);
    let written = texts(&newsletter);
    let shows = |texts: &BTreeMap<PathBuf, String>, part: &str| texts.values().any(|text| text.contains(part));
    assert!(shows(&written, BASE) && !shows(&written, "](https://mmbiz.qpic.cn"));
    let again = mirror(folder.path(), &["--rewrite", "wxarchive-demo/newsletter", "--write"]);
    assert!(!again.contains("@@"), "{again}");
    let undo = ["--archive", "wxarchive-demo/archive", "mirror", "--undo"];
    assert_eq!(wxarchive(folder.path(), &undo).status.code(), Some(0));
    assert!(texts(&newsletter) == before);
    let said = String::from_utf8_lossy(&wxarchive(folder.path(), &undo).stderr).into_owned();
    assert!(said.contains("every one was taken back already") && !said.contains("known are"), "{said}");
}

#[test]
fn heads_show_the_mirror_and_versions_stay() {
    let folder = demo();
    let articles = folder.path().join("wxarchive-demo/archive/articles");
    let before = texts(&articles);
    mirror(folder.path(), &["--rewrite", "wxarchive-demo/archive/articles", "--write"]);
    let after = texts(&articles);
    for (path, text) in &after {
        let is_head = path.ends_with("index.md");
        assert!(is_head || before[path] == *text, "{}", path.display());
        let shows_local = text
            .split("![")
            .skip(1)
            .any(|image| image.split(')').next().is_some_and(|image| image.contains("../images/")));
        assert!(!is_head || !shows_local, "{}", path.display());
    }
    assert!(after.values().any(|text| text.contains(BASE)));
}

#[test]
fn rewriting_without_a_published_address_is_refused() {
    let folder = demo();
    let arguments =
        ["--archive", "wxarchive-demo/archive", "mirror", "--to", "cdn", "--rewrite", "wxarchive-demo/newsletter"];
    let output = wxarchive(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--base-url"));
    let output = wxarchive(folder.path(), &["--archive", "wxarchive-demo/archive", "mirror", "--to", "ftp://bucket"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("ftp://"));
}

/// Runs `mirror` on the sample's archive.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    wxarchive(folder, &[&["--archive", "wxarchive-demo/archive", "mirror"], arguments].concat())
}

#[test]
fn what_is_not_given_is_as_before_and_a_proposal_leaves_the_mirror_alone() {
    let folder = demo();
    let manifest = || fs::read_to_string(folder.path().join("cdn/manifest.json")).expect("a manifest");
    let newsletter = ["--to", "cdn", "--rewrite", "wxarchive-demo/newsletter"];
    let first = ["--to", "cdn", "--base-url", "/pictures", "--variants", "64", "--format", "webp", "--stills"];
    assert_eq!(run(folder.path(), &first).status.code(), Some(0));
    let before = manifest();
    assert!(before.contains("-64.webp"), "the sample has a picture that is wider");
    let diff = run(folder.path(), &newsletter);
    assert!(String::from_utf8_lossy(&diff.stdout).contains("+![") && manifest() == before);
    assert_eq!(run(folder.path(), &["--to", "cdn"]).status.code(), Some(0));
    assert_eq!(manifest(), before);
    let none = ["--to", "cdn", "--variants", "none", "--stills=false", "--prune"];
    assert_eq!(run(folder.path(), &none).status.code(), Some(0));
    assert!(
        !manifest().contains("64.webp")
            && !paths(&folder.path().join("cdn")).iter().any(|path| { path.to_string_lossy().ends_with("-64.webp") })
    );
}

#[test]
fn proposal_of_a_mirror_that_is_not_there_makes_none() {
    let folder = demo();
    let diff = run(folder.path(), &["--to", "cdn", "--base-url", "/p", "--rewrite", "wxarchive-demo/newsletter"]);
    assert!(String::from_utf8_lossy(&diff.stdout).contains("(/p/"));
    assert!(!folder.path().join("cdn").exists());
}

#[test]
fn folder_inside_the_archive_is_refused() {
    let folder = demo();
    for inside in ["wxarchive-demo/archive", "wxarchive-demo/archive/images", "wxarchive-demo/x/../archive/new/er"] {
        let output = run(folder.path(), &["--to", inside]);
        assert_eq!(output.status.code(), Some(2), "{inside}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("is inside"), "{inside}");
    }
    assert!(!folder.path().join("wxarchive-demo/archive/new").exists());
}

#[test]
fn base_address_is_one_that_files_can_be_below() {
    let folder = demo();
    for wrong in ["/x?y=1", "/a b", "/a#b", "pictures"] {
        assert_eq!(run(folder.path(), &["--to", "cdn", "--base-url", wrong]).status.code(), Some(2), "{wrong}");
    }
    let newsletter = ["--rewrite", "wxarchive-demo/newsletter"];
    for (base, written) in [("/~me/pictures", "(/~me/pictures/"), ("/周报/a,b", "(/%E5%91%A8%E6%8A%A5/a%2Cb/")] {
        let diff = run(folder.path(), &[&["--to", "cdn", "--base-url", base], &newsletter[..]].concat());
        assert_eq!(diff.status.code(), Some(0), "{}", String::from_utf8_lossy(&diff.stderr));
        assert!(String::from_utf8_lossy(&diff.stdout).contains(written), "{base}");
    }
}

#[cfg(feature = "cloud")]
#[test]
fn address_that_leads_out_of_its_bucket_is_refused() {
    let folder = demo();
    for wrong in ["s3://weekly/../other", "s3://weekly/a/./b", "s3:///pictures", "s3://../x"] {
        let output = run(folder.path(), &["--to", wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("names no folder of a bucket"), "{wrong}");
    }
}

#[test]
fn month_after_a_rewrite_every_picture_is_known_still() {
    let folder = demo();
    let newsletter = folder.path().join("wxarchive-demo/newsletter");
    let run = |arguments: &[&str]| {
        let output = wxarchive(&newsletter, &[&["--archive", "../archive"], arguments].concat());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let manifest = || fs::read_to_string(newsletter.join("static/manifest.json")).expect("a manifest");
    for base in ["/pictures", BASE] {
        run(&["mirror", "--to", "static", "--base-url", base]);
        let before = manifest();
        assert!(before.contains("https://mmbiz.qpic.cn/"));
        run(&["mirror", "--to", "static", "--rewrite", ".", "--write"]);
        assert!(run(&["sync", ".", "--pace", "0"]).contains("0 requests"));
        run(&["mirror", "--to", "static", "--prune"]);
        assert!(manifest() == before);
        assert!(run(&["gc"]).contains("0 files removed"));
    }
}
