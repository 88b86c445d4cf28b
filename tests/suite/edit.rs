//! Edits of issues on the disk: what is refused, what is restored, what pages are touched.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wxarchive::archive::Writer;
use wxarchive::check::{CheckedIssue, CheckedLink, Verdict, check};
use wxarchive::edit::{Dirty, EditError, Edited, Journal, Kind, Undone, Written, undo, write};
use wxarchive::issue::relink::{Mode, Scope, Wording};
use wxarchive::relink::{Doubtful, Plan, Proposal, Task, propose};
use wxarchive::sync::{IssueFile, read_issues};

use crate::program::outputs as wxarchive;

const URL: &str = "https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ";
const COPY: &str = "https://news.example.org/wechat/2022-05-31-3f9c21ab/";

/// A folder of issues beside an archive.
struct Newsletter {
    folder: tempfile::TempDir,
    writer: Writer,
}

impl Newsletter {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let writer = Writer::open(&folder.path().join("archive"), "2024-01-01T00:00:00Z".parse().unwrap()).unwrap();
        let newsletter = Self { folder, writer };
        for (name, text) in files {
            newsletter.put(name, text);
        }
        newsletter
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("issues").join(name)
    }

    fn put(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path("")).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn issues(&self) -> Vec<IssueFile> {
        read_issues(&[self.path("")], self.folder.path(), &self.folder.path().join("archive")).0
    }

    fn relink(&mut self, issues: &[IssueFile], doubtful: Doubtful, dirty: Dirty) -> Result<Written, EditError> {
        let (checked, wording) = (check(issues, None), Wording::default());
        let target = |_: &CheckedIssue<'_>, _: &CheckedLink<'_>| Ok(COPY.to_owned());
        let states = [Verdict::NotArchived];
        let task = Task::Relink { mode: Mode::Replace, wording: &wording, states: &states, target: &target };
        let proposals = propose(&checked, &Plan { task, scope: Scope { also: &[] }, doubtful });
        let changed: Vec<_> = proposals.into_iter().filter(|proposal| proposal.links > 0).collect();
        let edited: Vec<Edited<'_>> = changed.iter().map(Proposal::edited).collect();
        write(&mut self.writer, (Kind::Relink, "2024-01-01T00:00:00Z".parse().unwrap()), &edited, dirty)
    }

    fn relink_all(&mut self, doubtful: Doubtful, dirty: Dirty) -> Result<Written, EditError> {
        self.relink(&self.issues(), doubtful, dirty)
    }

    fn undo(&mut self, run: Option<&str>) -> Vec<Undone> {
        let run = Journal::of(&self.writer).run(Kind::Relink, run).unwrap();
        undo(&mut self.writer, run).unwrap()
    }

    fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        let done = Command::new("git").current_dir(self.folder.path()).args(identity).args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn written_issues_are_taken_back_byte_for_byte() {
    let odd = format!("\u{feff}---\r\ntitle: a\r\n---\r\n[调焦]({URL})  \r\n\u{a0}\t[调焦]({URL})");
    let mut newsletter = Newsletter::new(&[("a.md", &odd), ("b [x]*.md", &format!("- [茶壶]({URL})\n"))]);
    let written = newsletter.relink_all(Doubtful::Keep, Dirty::Refuse).unwrap();
    assert_eq!((written.files.len(), written.refused.len()), (2, 0));
    assert_eq!(newsletter.text("a.md"), odd.replace(URL, COPY));
    let undone = newsletter.undo(None);
    assert!(undone.iter().all(|file| file.lost.is_empty() && file.error.is_none()));
    assert_eq!(newsletter.text("a.md"), odd);
    let error = Journal::of(&newsletter.writer).run(Kind::Relink, None).expect_err("nothing is left to take back");
    assert!(error.to_string().contains("taken back already"), "{error}");
    assert!(newsletter.undo(written.run.as_deref()).iter().all(|file| file.taken_back == 0));
}

#[cfg(unix)]
#[test]
fn an_issue_keeps_its_permissions_and_its_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let mut newsletter = Newsletter::new(&[("a.md", &format!("[调焦]({URL})\n"))]);
    fs::set_permissions(newsletter.path("a.md"), fs::Permissions::from_mode(0o640)).unwrap();
    let elsewhere = newsletter.folder.path().join("real.md");
    fs::write(&elsewhere, format!("[茶壶]({URL})\n")).unwrap();
    symlink(&elsewhere, newsletter.path("b.md")).unwrap();
    newsletter.relink_all(Doubtful::Keep, Dirty::Refuse).unwrap();
    assert_eq!(fs::metadata(newsletter.path("a.md")).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(newsletter.path("b.md")).unwrap().is_symlink());
    assert!(fs::read_to_string(elsewhere).unwrap().contains(COPY));
}

#[test]
fn a_file_that_changed_since_it_was_read_is_left_alone() {
    let mut newsletter = Newsletter::new(&[("a.md", &format!("[调焦]({URL})\n"))]);
    let issues = newsletter.issues();
    newsletter.put("a.md", &format!("new\n[调焦]({URL})\n"));
    let written = newsletter.relink(&issues, Doubtful::Keep, Dirty::Refuse).unwrap();
    assert!(matches!(written.refused[..], [EditError::Changed { .. }]));
    assert_eq!((written.run, newsletter.text("a.md")), (None, format!("new\n[调焦]({URL})\n")));
}

#[test]
fn uncommitted_changes_are_not_mixed_with_a_repair() {
    let text = format!("[调焦]({URL})\n");
    let mut newsletter = Newsletter::new(&[("a.md", &text), ("第一期|*[b] c.md", &text)]);
    newsletter.git(&["init", "-q"]);
    newsletter.git(&["add", "issues"]);
    newsletter.git(&["commit", "-qm", "issues"]);
    newsletter.put("第一期|*[b] c.md", &format!("{text}new\n"));
    newsletter.put("untracked.md", &text);
    let written = newsletter.relink_all(Doubtful::Keep, Dirty::Refuse).unwrap();
    assert_eq!(written.files, [newsletter.path("a.md")]);
    assert!(matches!(written.refused[..], [EditError::Uncommitted { .. }, EditError::Uncommitted { .. }]));
    let written = newsletter.relink_all(Doubtful::Keep, Dirty::Allow).unwrap();
    assert_eq!(written.files.len(), 2);
}

#[test]
fn undo_takes_back_what_still_matches_and_tells_the_rest() {
    let mut newsletter =
        Newsletter::new(&[("a.md", &format!("一\n[调焦]({URL})\n二\n[茶壶]({URL})\n三\n[潮汐]({URL})\n"))]);
    newsletter.relink_all(Doubtful::Keep, Dirty::Refuse).unwrap();
    let edited = newsletter.text("a.md").replacen("一\n", "一，还有更多的话\n", 1);
    let edited = edited.replace(&format!("[茶壶]({COPY})"), "[茶壶](https://a.example/)");
    newsletter.put("a.md", &edited);
    let undone = newsletter.undo(None);
    assert_eq!((undone[0].taken_back, undone[0].lost.len()), (2, 1));
    let expected = format!("一，还有更多的话\n[调焦]({URL})\n二\n[茶壶](https://a.example/)\n三\n[潮汐]({URL})\n");
    assert_eq!(newsletter.text("a.md"), expected);
}

#[test]
fn lost_issue_does_not_stand_in_the_way_of_older_runs() {
    let text = format!("[调焦]({URL})\n");
    let mut newsletter = Newsletter::new(&[("a.md", &text)]);
    newsletter.relink_all(Doubtful::Keep, Dirty::Refuse).unwrap();
    newsletter.put("b.md", &text);
    newsletter.put("c.md", &text);
    newsletter.relink_all(Doubtful::Keep, Dirty::Refuse).unwrap();
    fs::rename(newsletter.path("b.md"), newsletter.path("d.md")).unwrap();
    fs::write(newsletter.path("c.md"), b"\xff").unwrap();
    let undone = newsletter.undo(None);
    assert!(undone.iter().all(|file| file.lost.len() == 1 && file.error.is_none()), "told, and not tried again");
    assert_eq!(newsletter.undo(None)[0].taken_back, 1, "the run before");
    assert_eq!(newsletter.text("a.md"), text);
}

#[test]
fn copy_of_a_newsletter_is_taken_back_in_the_copy() {
    let text = format!("[调焦]({URL})\n");
    let mut newsletter = Newsletter::new(&[("a.md", &text)]);
    newsletter.relink_all(Doubtful::Keep, Dirty::Refuse).unwrap();
    let copy = tempfile::tempdir().unwrap();
    crate::files::copy_tree(newsletter.folder.path(), copy.path());
    let mut writer = Writer::open(&copy.path().join("archive"), "2024-01-02T00:00:00Z".parse().unwrap()).unwrap();
    let run = Journal::of(&writer).run(Kind::Relink, None).unwrap();
    undo(&mut writer, run).unwrap();
    assert_eq!(fs::read_to_string(copy.path().join("issues/a.md")).unwrap(), text);
    assert!(newsletter.text("a.md").contains(COPY), "the original is as it was");
}

#[test]
fn files_that_became_equal_get_each_its_own_bytes_back() {
    let (one, two) = (format!("[调焦]({URL})\n"), format!("[调焦]({})\n", URL.replace("https", "http")));
    let mut newsletter = Newsletter::new(&[("a.md", &one), ("b.md", &two)]);
    newsletter.relink_all(Doubtful::Keep, Dirty::Refuse).unwrap();
    assert_eq!(newsletter.text("a.md"), newsletter.text("b.md"));
    newsletter.undo(None);
    assert_eq!((newsletter.text("a.md"), newsletter.text("b.md")), (one, two));
}

#[test]
fn what_a_killed_run_left_beside_an_issue_goes_and_a_name_like_it_stays() {
    let mut newsletter = Newsletter::new(&[("a.md", &format!("[调焦]({URL})\n"))]);
    newsletter.put(".wxarchive-x1Y2z3", "half");
    newsletter.put(".wxarchive-notes", "mine");
    newsletter.relink_all(Doubtful::Keep, Dirty::Refuse).unwrap();
    assert!(!newsletter.path(".wxarchive-x1Y2z3").exists());
    assert_eq!(newsletter.text(".wxarchive-notes"), "mine");
}

#[cfg(unix)]
#[test]
fn undo_records_are_private_and_no_git_and_no_bag_has_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut newsletter = Newsletter::new(&[("a.md", &format!("[调焦]({URL}?token=519723937)\n"))]);
    newsletter.git(&["init", "-q"]);
    newsletter.relink_all(Doubtful::Keep, Dirty::Allow).unwrap();
    let folder = newsletter.folder.path().to_owned();
    let has_token = |path: &PathBuf| String::from_utf8_lossy(&fs::read(path).unwrap()).contains("519723937");
    let holders: Vec<PathBuf> =
        crate::files::paths(&folder).into_iter().map(|path| folder.join(path)).filter(has_token).collect();
    let [record] = holders.as_slice() else { panic!("{holders:?}") };
    assert!(record.starts_with(folder.join("archive/.undo")));
    assert_eq!(fs::metadata(record).unwrap().permissions().mode() & 0o777, 0o600);
    newsletter.git(&["add", "-A"]);
    let listed = Command::new("git").current_dir(&folder).args(["ls-files"]).output().unwrap();
    assert!(!String::from_utf8(listed.stdout).unwrap().contains(".undo"));
    drop(newsletter.writer);
    let (code, _, told) = wxarchive(&folder, &["export", "--bagit", "bag"]);
    assert_eq!(code, 0, "{told}");
    assert!(crate::files::paths(&folder.join("bag")).iter().all(|path| !path.to_string_lossy().contains(".undo")));
}

#[test]
fn a_mismatch_is_only_relinked_by_force() {
    let right = format!("[怎样给望远镜调焦]({URL})\n");
    let wrong = format!("[茶壶星座里的一壶好茶]({URL})\n");
    let mut newsletter = Newsletter::new(&[("a.md", &right), ("b.md", &right), ("c.md", &wrong)]);
    newsletter.relink_all(Doubtful::Keep, Dirty::Refuse).unwrap();
    assert_eq!(newsletter.text("c.md"), wrong);
    assert!(newsletter.text("b.md").contains(COPY));
    newsletter.undo(None);
    newsletter.relink_all(Doubtful::Force, Dirty::Refuse).unwrap();
    assert!(newsletter.text("c.md").contains(COPY));
}

/// The sample newsletter of `demo`, archived from its own saved pages.
fn sample() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/site");
    fs::create_dir_all(folder.path().join("issues")).unwrap();
    fs::copy(site.join("issues/weekly-20260918.md"), folder.path().join("issues/weekly.md")).unwrap();
    let pages = site.join("pages");
    wxarchive(folder.path(), &["sync", "--from", pages.to_str().unwrap(), "issues"]);
    folder
}

#[test]
fn check_tells_the_states_and_what_changed() {
    let folder = sample();
    let (code, table, _) = wxarchive(folder.path(), &["check", "--fail-on", "mismatch", "issues"]);
    assert_eq!(code, 1);
    assert!(table.contains("潮汐表怎么读") && table.contains("1 mismatch"), "{table}");
    assert_eq!(wxarchive(folder.path(), &["check", "--fail-on", "gone", "issues"]).0, 0);
    assert_eq!(wxarchive(folder.path(), &["check", "--fail-on", "dead", "issues"]).0, 2);
    let path = folder.path().join("issues/weekly.md");
    let mended =
        fs::read_to_string(&path).unwrap().replace("[潮汐表怎么读]", "[星等是怎么算出来的：从肉眼到十二行 Python]");
    fs::write(&path, mended).unwrap();
    let (_, sarif, _) = wxarchive(folder.path(), &["check", "--format", "sarif", "issues"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(sarif["runs"][0]["results"].as_array().unwrap().iter().all(|result| result["ruleId"] != "mismatch"));
}

#[test]
fn pages_are_written_once_and_nobody_elses_are_touched() {
    let folder = sample();
    let publish =
        |layout: &str, all: &str| wxarchive(folder.path(), &["publish", "--layout", layout, all, "site", "--json"]);
    let summary = |(code, out, _): (i32, String, String)| -> (i32, serde_json::Value) {
        (code, serde_json::from_str(out.lines().last().unwrap()).unwrap())
    };
    let (code, first) = summary(publish("hugo", "--all"));
    assert_eq!((code, &first["written"]), (0, &first["pages"]));
    assert_eq!(summary(publish("hugo", "--all")).1["written"], 0);
    let mut pages: Vec<PathBuf> =
        fs::read_dir(folder.path().join("site")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.is_dir());
    pages.sort();
    let page = fs::read_to_string(pages[0].join("index.md")).unwrap();
    assert!(
        page.starts_with("---\ntitle: ") && page.contains("noindex: true") && page.contains("版权归原作者所有"),
        "{page}"
    );
    // Published pages are copies, not issues.
    assert!(!wxarchive(folder.path(), &["links", "."]).1.contains("site/"));
    fs::write(pages[0].join("index.md"), "mine").unwrap();
    fs::write(pages[1].join("notes.md"), "mine too").unwrap();
    let (code, removed) = summary(wxarchive(
        folder.path(),
        &["publish", "--layout", "plain", "--states=deleted", "--prune", "site", "--json"],
    ));
    assert_eq!((code, &removed["foreign"]), (1, &1.into()));
    assert_eq!(fs::read_to_string(pages[0].join("index.md")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(pages[1].join("notes.md")).unwrap(), "mine too");
    assert!(!pages[1].join("index.md").exists() && !pages[2].exists());
}

#[test]
fn relink_proposes_writes_and_takes_back() {
    let folder = sample();
    let path = folder.path().join("issues/weekly.md");
    let before = fs::read_to_string(&path).unwrap();
    let relink = |more: &[&str]| {
        wxarchive(folder.path(), &[&["relink", "--all", "--base-url", "/wechat"], more, &["issues"]].concat())
    };
    let (code, diff, told) = relink(&[]);
    assert_eq!((code, fs::read_to_string(&path).unwrap()), (0, before.clone()));
    assert!(diff.starts_with("--- a/issues/weekly.md\n+++ b/issues/weekly.md\n@@"), "{diff}");
    assert!(told.contains("潮汐表怎么读: its address is that of"), "{told}");
    assert_eq!(relink(&["--check"]).0, 1);
    assert_eq!(relink(&["--write"]).0, 0);
    assert_eq!(relink(&["--check"]).0, 0, "a second run has nothing to do");
    assert_eq!(wxarchive(folder.path(), &["relink", "--undo"]).0, 0);
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    assert_eq!(
        wxarchive(folder.path(), &["relink", "--base-url", "/w?x=1#y", "issues"]).0,
        2,
        "no address goes on there"
    );
    assert_eq!(wxarchive(folder.path(), &["relink", "issues"]).0, 2, "nothing says where the copies are");
    let (code, data, _) = relink(&["--mode", "data", "--check"]);
    assert_eq!((code, data.as_str()), (1, ""), "only told, not printed");
    let (_, data, _) = relink(&["--mode", "data"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert!(data.as_object().unwrap().values().any(|copy| copy["except"] == serde_json::json!(["issues/weekly.md"])));
}
