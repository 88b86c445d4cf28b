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
    assert!(told.contains("`wxarchive publish --all --layout LAYOUT site/wechat` writes them"), "{told}");
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
