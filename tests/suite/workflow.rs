//! The example workflow for pull requests: its steps are run as they are written, without a network.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Workflow {
    env: BTreeMap<String, String>,
    jobs: BTreeMap<String, Job>,
}

#[derive(Deserialize)]
struct Job {
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    name: String,
    #[serde(default)]
    run: String,
}

/// Runs a step as the service does, and gives the code it ends with.
fn run(repository: &Path, step: &str) -> i32 {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/check-links.yml")).unwrap();
    let workflow: Workflow = serde_saphyr::from_str(&text).unwrap();
    let step = workflow.jobs["check"].steps.iter().find(|known| known.name == step).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_wxarchive")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut bash = Command::new("bash");
    bash.args(["-e", "-c", &step.run]).current_dir(repository).env("PATH", path).envs(&workflow.env);
    bash.env("GITHUB_OUTPUT", repository.join("output")).env("GITHUB_STEP_SUMMARY", repository.join("summary"));
    bash.env_remove("WXARCHIVE_ARCHIVE").env_remove("WXARCHIVE_CONFIG");
    bash.output().unwrap().status.code().unwrap()
}

fn git(repository: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    let done = Command::new("git").current_dir(repository).args(identity).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A repository whose last commit adds a page bundle: the issue and its picture.
fn repository(issue: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let blog = folder.path().join("content/zh/blog");
    let old = format!("[怎样给望远镜调焦]({})\n\n[茶壶星座里的一壶好茶]({})\n", address(1), address(2));
    fs::create_dir_all(blog.join("第二期 | b")).unwrap();
    fs::write(blog.join("a.md"), &old).unwrap();
    fs::write(blog.join("old.md"), old + "[x](hhttps://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ)\n").unwrap();
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "old"]);
    fs::write(blog.join("第二期 | b/index.md"), issue).unwrap();
    fs::write(blog.join("第二期 | b/cover.jpg"), [0xff, 0xd8, 0xff]).unwrap();
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "new"]);
    folder
}

fn address(mid: u32) -> String {
    format!("https://mp.weixin.qq.com/s?__biz=MzUzMzU5Mjc1Nw==&mid={mid}&idx=1&sn=0123456789abcdef0123456789abcdef")
}

const LIST: &str = "List the issues that changed";
const TELL: &str = "Tell the state of their links";

#[test]
fn a_pull_request_with_a_picture_and_good_links_passes() {
    let folder = repository(&format!("[怎样给望远镜调焦]({})\n", address(1)));
    assert_eq!(run(folder.path(), LIST), 0);
    assert_eq!(fs::read_to_string(folder.path().join("changed")).unwrap(), "content/zh/blog/第二期 | b/index.md\0");
    assert_eq!(run(folder.path(), TELL), 0);
    assert_eq!(fs::read_to_string(folder.path().join("output")).unwrap(), "code=0\n");
}

#[test]
fn a_pull_request_with_anothers_address_is_told_what_the_others_use() {
    let folder = repository(&format!("[茶壶星座里的一壶好茶]({})\n", address(1)));
    run(folder.path(), LIST);
    assert_eq!(run(folder.path(), TELL), 0);
    assert_eq!(fs::read_to_string(folder.path().join("output")).unwrap(), "code=1\n");
    let comment = fs::read_to_string(folder.path().join("summary")).unwrap();
    assert!(comment.starts_with("<!-- wxarchive -->\n") && comment.contains(&address(2)), "{comment}");
    assert!(!comment.contains("old.md"), "only what the pull request changes is told");
}

#[test]
fn a_broken_set_up_is_no_dead_link() {
    let folder = repository("");
    fs::write(folder.path().join("wxarchive.toml"), "speed = 3\n").unwrap();
    run(folder.path(), LIST);
    assert_eq!(run(folder.path(), TELL), 2);
    assert!(!folder.path().join("output").exists());
}

#[test]
fn a_push_lists_what_all_its_commits_changed() {
    let folder = repository("");
    let list = |before: &str| {
        // The service puts the commit before the push there; of a new branch it is all zeros.
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/check-links.yml")).unwrap();
        let workflow: Workflow = serde_saphyr::from_str(&text).unwrap();
        let step = workflow.jobs["check"].steps.iter().find(|step| step.name == LIST).unwrap();
        let mut bash = Command::new("bash");
        bash.args(["-e", "-c", &step.run]).current_dir(folder.path()).envs(&workflow.env).env("BEFORE", before);
        assert!(bash.status().unwrap().success());
        fs::read_to_string(folder.path().join("changed")).unwrap().split_terminator('\0').count()
    };
    git(folder.path(), &["commit", "--allow-empty", "-qm", "newest"]);
    assert_eq!(list("HEAD~2"), 1);
    assert_eq!(list("0000000000000000000000000000000000000000"), 0);
    git(folder.path(), &["checkout", "-q", "--orphan", "first"]);
    git(folder.path(), &["commit", "-qm", "first"]);
    assert_eq!(list("0000000000000000000000000000000000000000"), 3);
}

#[test]
fn actions_are_named_by_their_commits() {
    for name in ["check-links.yml", "github-actions.yml"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)).unwrap();
        let uses: Vec<&str> =
            text.lines().filter_map(|line| line.split_once("uses: ")).map(|(_, action)| action).collect();
        let is_pinned = |action: &&str| {
            let (commit, version) = action.split_once('@').unwrap().1.split_once(" # v").unwrap();
            commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()) && !version.is_empty()
        };
        assert!(uses.len() > 2 && uses.iter().all(is_pinned), "{uses:?}");
    }
}
