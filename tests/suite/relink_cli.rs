//! `relink` as its users run it: which addresses it proposes, and what it says of the others.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use crate::files::paths;
use crate::program::command;

/// The sample newsletter of `demo`, archived from its own saved pages.
fn sample() -> tempfile::TempDir {
    let folder = crate::sample::folder();
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/site");
    fs::create_dir_all(folder.path().join("issues")).unwrap();
    fs::copy(site.join("issues/weekly-20260918.md"), folder.path().join("issues/weekly.md")).unwrap();
    run(folder.path(), &["sync", "--from", site.join("pages").to_str().unwrap(), "issues"]);
    folder
}

/// The exit code and what was printed on both outputs.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = command(folder, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The names of the pages that a diff links.
fn linked(diff: &str) -> Vec<String> {
    let lines = diff.lines().filter(|line| line.starts_with('+'));
    let pages = lines.flat_map(|line| line.split("](/wechat/").skip(1));
    pages.map(|rest| rest.split('/').next().unwrap().to_owned()).collect()
}

#[test]
fn only_pages_that_were_published_are_linked() {
    let folder = sample();
    let relink =
        |more: &[&str]| run(folder.path(), &[&["relink", "--all", "--base-url", "/wechat", "issues"], more].concat());
    let publish = |flag: &str| run(folder.path(), &["publish", "--layout", "hugo", flag, "site/wechat"]);
    let (_, proposed, told) = relink(&[]);
    let all = linked(&proposed).len();
    assert!(all > 2 && told.contains("nothing says which pages there are"), "{proposed}{told}");

    assert_eq!(publish("--states=live").0, 0);
    let (_, live, _) = relink(&[]);
    assert!(linked(&live).len() > 1);
    fs::remove_dir_all(folder.path().join("site")).unwrap();
    assert_eq!(publish("--states=deleted").0, 0);
    let (code, proposed, told) = relink(&[]);
    assert_eq!((code, linked(&proposed)), (0, Vec::new()), "{proposed}");
    assert!(told.contains("no page of their articles in `site/wechat` yet"), "{told}");
    assert!(told.contains("`wxarchive publish --all --layout hugo site/wechat` writes them"), "{told}");
    let (_, data, told) = relink(&["--mode", "data"]);
    assert!(!data.contains("/wechat/") && told.contains("`wxarchive publish --all"), "{data}{told}");

    assert_eq!(publish("--all").0, 0);
    let (_, proposed, told) = relink(&[]);
    assert_eq!(linked(&proposed).len(), all);
    assert!(linked(&proposed).iter().all(|page| folder.path().join("site/wechat").join(page).is_dir()));
    assert!(!told.contains("warning"), "{told}");
    assert_eq!(linked(&relink(&["--pages", "site/wechat"]).1).len(), all);
    let (code, _, told) = relink(&["--pages", "issues"]);
    assert_eq!((code, told.contains("`publish` wrote no pages to `issues`")), (2, true), "{told}");
}

#[test]
fn the_folder_of_the_pages_can_be_configured() {
    let folder = sample();
    run(folder.path(), &["publish", "--layout", "hugo", "--all", "site/all"]);
    run(folder.path(), &["publish", "--layout", "hugo", "--states=deleted", "site/few"]);
    let settings = "issues = [\"issues\"]\nsite_base_url = \"/wechat\"\npages = \"site/few\"\n";
    fs::write(folder.path().join("wxarchive.toml"), settings).unwrap();
    assert_eq!(linked(&run(folder.path(), &["relink", "--all"]).1), [""; 0]);
    let (_, proposed, _) = run(folder.path(), &["relink", "--all", "--pages", "site/all"]);
    assert!(linked(&proposed).len() > 2);
}

#[test]
fn a_diff_that_is_written_is_not_printed_again() {
    let folder = sample();
    let (_, printed, told) = run(folder.path(), &["relink", "--all", "--wayback", "--write", "issues"]);
    assert_eq!(printed, "");
    assert!(told.contains("1 issue written") && told.contains("not verified"), "{told}");
    run(folder.path(), &["relink", "--undo"]);
    let (_, printed, _) = run(folder.path(), &["relink", "--all", "--wayback", "--write", "-v", "issues"]);
    assert!(printed.starts_with("--- a/issues/weekly.md"), "{printed}");
}

#[test]
fn a_copy_that_is_linked_already_is_counted_and_told_when_everything_is_wanted() {
    let folder = sample();
    let path = folder.path().join("issues/weekly.md");
    run(folder.path(), &["relink", "--all", "--wayback", "--mode", "append", "--write", "issues"]);
    assert!(fs::read_to_string(path).unwrap().contains("（[存档](https://web.archive.org/web/2"));
    let (_, printed, told) = run(folder.path(), &["relink", "--all", "--wayback", "issues"]);
    assert!(printed.is_empty() && told.contains("more there is a copy already"), "{printed}{told}");
    assert!(!told.contains("a copy is linked already"));
    assert!(
        run(folder.path(), &["relink", "--all", "--wayback", "-v", "issues"]).2.contains("a copy is linked already")
    );
}

#[test]
fn the_data_file_leaves_out_what_says_nothing_of_the_article() {
    let folder = sample();
    let archive = folder.path().join("archive");
    let states = paths(&archive).into_iter().filter(|path| path.ends_with("state.json"));
    for path in states.map(|path| archive.join(path)) {
        let text = fs::read_to_string(&path).unwrap();
        // Without its seal, which would tell that somebody wrote this.
        let unsealed: Vec<&str> = text.lines().filter(|line| !line.contains("_sha256")).collect();
        fs::write(&path, unsealed.join("\n").replace("\"live\"", "\"unavailable\"")).unwrap();
    }
    let data = |more: &[&str]| {
        let (_, printed, _) = run(
            folder.path(),
            &[&["relink", "--mode", "data", "--states", "blocked", "--base-url", "/w", "issues"], more].concat(),
        );
        serde_json::from_str::<serde_json::Value>(&printed).unwrap().as_object().unwrap().len()
    };
    assert_eq!(data(&[]), 0);
    assert!(data(&["--force"]) > 1);
}

#[test]
fn undo_of_nothing_says_where_there_may_be_something() {
    let folder = tempfile::tempdir().unwrap();
    let archive = wxarchive::archive::Writer::open(&folder.path().join("archive"), jiff::Timestamp::UNIX_EPOCH);
    drop(archive.unwrap());
    let (code, _, said) = run(folder.path(), &["relink", "--undo"]);
    assert!(code != 0 && said.contains("written nothing here yet") && said.contains("--archive"), "{said}");
}

#[test]
fn programs_read_a_summary_last_and_the_name_of_the_run() {
    let folder = sample();
    let summary = |flags: &[&str]| {
        let (_, out, _) = run(folder.path(), &[&["relink", "--json", "issues"], flags].concat());
        serde_json::from_str::<serde_json::Value>(out.lines().last().unwrap()).unwrap()
    };
    let proposed = summary(&["--all", "--wayback"]);
    assert_eq!((&proposed["event"], &proposed["written"]), (&"summary".into(), &0.into()));
    assert!(proposed["links"].as_u64().unwrap() > 1 && proposed.get("run").is_none(), "{proposed}");
    assert_eq!(summary(&["--clean"])["event"], "summary");
    let written = summary(&["--all", "--wayback", "--write"]);
    assert_eq!((&written["links"], &written["written"]), (&proposed["links"], &1.into()));
    let (code, _, said) = run(folder.path(), &["relink", "--undo", written["run"].as_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
    run(folder.path(), &["relink", "--all", "--wayback", "--write", "issues"]);
    fs::rename(folder.path().join("issues/weekly.md"), folder.path().join("issues/moved.md")).unwrap();
    let (code, out, said) = run(folder.path(), &["relink", "--undo", "--json"]);
    assert!(code == 1 && said.matches("weekly.md").count() == 1 && said.contains("removed or renamed"), "{said}");
    assert!(out.contains("\"event\":\"summary\"") && out.contains("\"files\":0"), "{out}");
    let said = run(folder.path(), &["relink", "--undo"]).2;
    assert!(said.contains("every one was taken back already"), "{said}");
}

#[test]
fn cleaning_leaves_a_mismatch_alone_unless_forced() {
    let folder = tempfile::tempdir().unwrap();
    let address = |mid: u32| format!("http://mp.weixin.qq.com/s?__biz=MzUzMzU5Mjc1Nw==&mid={mid}&idx=1&sn=abcdef");
    let right = format!("[怎样给望远镜调焦]({})\n\n[茶壶星座里的一壶好茶]({})\n", address(1), address(2));
    fs::write(folder.path().join("1.md"), &right).unwrap();
    fs::write(folder.path().join("2.md"), &right).unwrap();
    fs::write(folder.path().join("3.md"), format!("[茶壶星座里的一壶好茶]({})\n", address(1))).unwrap();
    let (_, diff, said) = run(folder.path(), &["relink", "--clean", "."]);
    assert!(diff.contains("2.md") && !diff.contains("3.md"), "{diff}");
    assert!(said.contains("3.md:1") && said.contains("怎样给望远镜调焦"), "{said}");
    assert!(run(folder.path(), &["relink", "--clean", "--force", "."]).1.contains("3.md"));
    assert_eq!(run(folder.path(), &["relink", "--clean", "--states", "deleted", "."]).0, 2);
}

#[test]
fn one_base_address_is_one_folder_of_pages() {
    let folder = sample();
    run(folder.path(), &["publish", "--layout", "hugo", "--all", "site/all"]);
    run(folder.path(), &["publish", "--layout", "hexo", "--cdn", "/i", "--states=deleted", "site/few"]);
    let relink = || run(folder.path(), &["relink", "--all", "--base-url", "/wechat", "issues"]);
    let (_, proposed, said) = relink();
    assert_eq!(linked(&proposed), [""; 0]);
    assert!(said.contains("those in `site/few`") && said.contains("--all --layout hexo site/few`"), "{said}");
    run(folder.path(), &["publish", "--layout", "hugo", "--all", "site/all"]);
    let (_, proposed, said) = relink();
    assert!(linked(&proposed).len() > 2 && said.contains("those in `site/all`"), "{said}");
}

#[test]
fn pages_are_no_issues_even_when_named() {
    let folder = sample();
    run(folder.path(), &["publish", "--layout", "hugo", "--all", "site/wechat"]);
    let site = folder.path().join("site/wechat");
    let page = paths(&site).into_iter().find(|path| path.ends_with("index.md")).unwrap();
    let page = site.join(page);
    fs::write(site.join("mine.md"), "[文](https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ)\n").unwrap();
    let (_, out, _) = run(folder.path(), &["links", "--json", page.to_str().unwrap(), "site/wechat/mine.md"]);
    let links: Vec<&str> = out.lines().filter(|line| line.contains("\"path\"")).collect();
    assert!(links.len() == 1 && links[0].contains("mine.md"), "{out}");
}

#[test]
fn the_archive_is_looked_for_beside_the_configuration() {
    let folder = sample();
    fs::write(folder.path().join("wxarchive.toml"), "issues = [\"issues\"]\n").unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    let (code, out, said) = run(&folder.path().join("sub"), &["check", "--json"]);
    assert!(code == 0 && out.contains("\"state\":\"live\"") && !said.contains("no archive"), "{out}{said}");
}
