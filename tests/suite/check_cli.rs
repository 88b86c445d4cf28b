//! `wxarchive check`: what it says of a site that does not answer, of one issue among many, and in every form.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use wxarchive::demo::server::{Answer, Server};

use crate::program::outputs as wxarchive;
use crate::sample::tree;

/// The newsletter of `demo`, archived from its own saved pages.
fn sample() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/site");
    fs::create_dir_all(folder.path().join("issues")).unwrap();
    fs::create_dir_all(folder.path().join("nothing")).unwrap();
    fs::copy(site.join("issues/weekly-20260918.md"), folder.path().join("issues/weekly.md")).unwrap();
    wxarchive(folder.path(), &["sync", "--from", site.join("pages").to_str().unwrap(), "issues"]);
    folder
}

fn states(out: &str) -> Vec<serde_json::Value> {
    let lines = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.filter(|line| line["event"] == "link").collect()
}

#[test]
fn a_site_that_does_not_answer_is_told() {
    let folder = sample();
    let live = ["check", "--json", "--live", "--max-age", "0s", "--from", "nothing", "issues"];
    let (code, out, told) = wxarchive(folder.path(), &live);
    assert_eq!(code, 1, "{told}");
    let links = states(&out);
    let unreachable: Vec<_> = links.iter().filter(|link| link["state"] == "unreachable").collect();
    assert!(!unreachable.is_empty(), "{out}");
    assert!(unreachable.iter().any(|link| link["article_state"] == "live" && link["why"].is_string()), "{out}");
    assert_eq!(told.matches("nothing could be learned").count(), 1, "{told}");
    // Without asking, what is known is what the archive knows.
    let (code, out, _) = wxarchive(folder.path(), &["check", "--json", "issues"]);
    assert_eq!(code, 0);
    assert!(states(&out).iter().any(|link| link["state"] == "live" && link["was"] == "unreachable"), "{out}");
}

#[test]
fn a_site_that_wants_a_proof_ends_the_check_with_three() {
    let folder = sample();
    let shell = "<html><head><title></title></head><body><script>location.href='https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x'</script></body></html>";
    let server = Server::start(move |_| Answer::html(shell)).unwrap();
    let pem = folder.path().join("ca.pem");
    fs::write(&pem, server.ca_pem()).unwrap();
    let (map, pem) = (server.connect_to(), pem.to_str().unwrap().to_owned());
    let network = ["--pace", "0", "--connect-to", &map, "--cacert", &pem];
    let live = [&["check", "--json", "--live", "--max-age", "0s"][..], &network, &["issues"]].concat();
    let (code, out, told) = wxarchive(folder.path(), &live);
    assert_eq!(code, 3, "{told}\n{out}");
    assert!(told.contains("the site would not go on"), "{told}");
    assert!(states(&out).iter().any(|link| link["state"] == "blocked"), "{out}");
}

#[test]
fn only_some_issues_are_told_and_all_are_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let address = |mid: u32| format!("https://mp.weixin.qq.com/s?__biz=MzUzMzU5Mjc1Nw==&mid={mid}&idx=1&sn=abcdef");
    let right = format!("[怎样给望远镜调焦]({})\n\n[茶壶星座里的一壶好茶]({})\n", address(1), address(2));
    fs::create_dir_all(folder.path().join("issues/new")).unwrap();
    fs::write(folder.path().join("issues/1.md"), &right).unwrap();
    fs::write(folder.path().join("issues/2.md"), &right).unwrap();
    let wrong = format!("[茶壶星座里的一壶好茶]({})\n", address(1));
    fs::write(folder.path().join("issues/new/3 | x.md"), wrong).unwrap();
    for name in ["new/cover.jpg", "gb18030.md"] {
        fs::write(folder.path().join("issues").join(name), [0xff, 0xd8, 0xff]).unwrap();
    }
    let check = |only: &[&str]| {
        let flags = ["check", "issues", "--json", "--fail-on", "mismatch", "--only"];
        wxarchive(folder.path(), &[&flags[..], only].concat())
    };
    let (code, out, told) = check(&["issues/new/3 | x.md", "issues/new/cover.jpg"]);
    assert_eq!((code, states(&out).len()), (1, 1), "{out}");
    assert_eq!(states(&out)[0]["mismatch"]["elsewhere"], serde_json::json!([address(2)]));
    assert!(told.contains("cover.jpg` is none of the issues"), "{told}");
    assert_eq!(check(&["issues/1.md"]).0, 0, "the wrong link is in another");
    assert_eq!(check(&["issues/gb18030.md"]).0, 1, "it can't be read");
    assert_eq!(check(&["issues/new"]).0, 1);
    assert_eq!(check(&["issues/4.md"]).0, 2);
}

#[test]
fn looking_again_changes_no_file() {
    let folder = sample();
    wxarchive(folder.path(), &["check", "issues"]);
    let before = tree(folder.path());
    wxarchive(folder.path(), &["check", "issues"]);
    assert!(tree(folder.path()) == before);
}

#[test]
fn a_link_that_only_publishes_parameters_has_a_rule_of_its_own() {
    let folder = sample();
    let url = "https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ?pass_ticket=abcdefgh";
    fs::write(folder.path().join("issues/weekly.md"), format!("[怎样给望远镜调焦]({url})\n")).unwrap();
    let (_, sarif, _) = wxarchive(folder.path(), &["check", "--format", "sarif", "issues"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "private");
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][0]["id"], "private");
}

#[test]
fn a_comment_is_never_too_long_for_a_forge() {
    let folder = tempfile::tempdir().unwrap();
    let link = |number: usize| {
        format!("[{}](hhttps://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT0{number:04})\n\n", "长标题".repeat(60))
    };
    fs::write(folder.path().join("issue.md"), (0..600).map(link).collect::<String>()).unwrap();
    let (_, comment, _) = wxarchive(folder.path(), &["check", "--format", "markdown", "issue.md"]);
    assert!(comment.chars().count() < 65_536 && comment.starts_with("<!-- wxarchive -->\n"));
    let rows = comment.lines().filter(|line| line.starts_with("| issue")).count();
    assert!(rows > 100 && comment.ends_with(&format!("\n… and {} more.\n", 600 - rows)), "{rows}");
}

#[test]
fn an_article_that_is_linked_twice_has_two_states_in_the_history() {
    let folder = sample();
    let url = "https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ";
    fs::write(folder.path().join("issues/weekly.md"), format!("[文章](h{url})\n\n[文章]({url})\n")).unwrap();
    wxarchive(folder.path(), &["check", "issues"]);
    let (_, out, _) = wxarchive(folder.path(), &["check", "--json", "issues"]);
    assert!(states(&out).iter().all(|link| link.get("was").is_none()), "{out}");
}
