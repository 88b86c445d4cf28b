//! The state of every link: what issues alone give away about links with another article's address.
//!
//! The real files belong to others and are not in this repository; without them that test says so and passes.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use wxarchive::check::{Checked, Verdict, check};
use wxarchive::fetch::FetchError;
use wxarchive::sync::{IssueFile, Outcome, Policy, Run, SILENCE, Selection, plan, read_issues, sync};

use crate::corpus::newsletter;

/// The messages whose address stands under two titles, counted by hand before the comparison was written.
const PASTED_WRONGLY: [&str; 10] = [
    "2247487717",
    "2247488131",
    "2247495694",
    "2247499122",
    "2247510516",
    "2247510940",
    "2247515730",
    "2247541695",
    "2247487357",
    "2247537465",
];

fn mismatches(checked: &Checked<'_>) -> BTreeSet<String> {
    let links = checked.issues.iter().flat_map(|issue| &issue.links);
    let wrong = links.filter(|link| link.verdict == Verdict::Mismatch).filter_map(|link| link.link.key());
    wrong.map(|key| key.to_string().split('/').nth(1).unwrap().to_owned()).collect()
}

#[test]
fn links_of_the_corpus_with_another_articles_address_are_told() {
    let Some(root) = newsletter() else { return };
    let (issues, unreadable) = read_issues(std::slice::from_ref(&root), &root, Path::new("no-archive"));
    assert!(unreadable.is_empty());
    let checked = check(&issues, None);
    let told = mismatches(&checked);
    let known: BTreeSet<String> = PASTED_WRONGLY.iter().map(ToString::to_string).collect();
    assert_eq!(known.difference(&told).count(), 0, "not told: {:?}", known.difference(&told));
    assert!(told.difference(&known).count() <= 3, "false alarms: {:?}", told.difference(&known));
    let counts = checked.counts();
    assert!(counts.contains(&(Verdict::Picture, 1)) && counts.contains(&(Verdict::Malformed, 1)), "{counts:?}");
}

/// Issues in a folder of their own, one for each text.
fn issues(texts: &[&str]) -> (tempfile::TempDir, Vec<IssueFile>) {
    let folder = tempfile::tempdir().unwrap();
    for (index, text) in texts.iter().enumerate() {
        fs::write(folder.path().join(format!("{index}.md")), text).unwrap();
    }
    let (issues, unreadable) = read_issues(&[folder.path().to_owned()], folder.path(), &folder.path().join("archive"));
    assert!(unreadable.is_empty());
    (folder, issues)
}

fn article(mid: u32) -> String {
    format!("https://mp.weixin.qq.com/s?__biz=MzUzMzU5Mjc1Nw==&mid={mid}&idx=1&sn=0123456789abcdef0123456789abcdef")
}

#[test]
fn a_mismatch_says_which_address_the_others_use() {
    let right = format!("[怎样给望远镜调焦]({})\n\n[茶壶星座里的一壶好茶]({})\n", article(1), article(2));
    let wrong = format!("[茶壶星座里的一壶好茶]({})\n", article(1));
    let (_folder, issues) = issues(&[&right, &right, &wrong]);
    let checked = check(&issues, None);
    let link = &checked.issues[2].links[0];
    let mismatch = link.mismatch.as_ref().unwrap();
    assert_eq!((mismatch.named.as_str(), &mismatch.elsewhere[..]), ("怎样给望远镜调焦", &[article(2)][..]));
    assert_eq!((link.verdict, link.state), (Verdict::Mismatch, Verdict::NotArchived));
    assert_eq!(mismatches(&checked).len(), 1);
}

#[test]
fn volumes_of_a_series_are_never_taken_for_each_other() {
    let right = format!("[深空摄影的探索和思考（上）]({})\n", article(1));
    let wrong = format!("[深空摄影的探索和思考（下）]({})\n", article(1));
    let (_folder, issues) = issues(&[&right, &right, &wrong]);
    assert_eq!(check(&issues, None).issues[2].links[0].verdict, Verdict::Mismatch);
}

#[test]
fn edited_titles_and_guessed_ones_are_no_mismatch() {
    let one = format!("[《怎样给望远镜调焦》]({})\n\n[这篇]({})\n", article(1), article(1));
    let other = format!("观测周报｜怎样给望远镜调焦? {}\n\n[How to focus a telescope]({})\n", article(1), article(1));
    let picture =
        format!("[![图片](a.png)]({})\n\n茶壶星座里的一壶好茶\n\n[![图片](a.png)]({})\n", article(2), article(1));
    let (_folder, issues) = issues(&[&one, &one, &other, &picture]);
    assert_eq!(mismatches(&check(&issues, None)), BTreeSet::new());
}

#[test]
fn words_before_a_bare_address_are_no_title_for_the_archive_either() {
    let root = crate::sample::archive();
    let url = crate::sample::url_of(root.path(), "调焦");
    let sentence =
        format!("A：可以看看前些天写的那一篇很长的说明文章：[{url}]({url})\n\n也可以看看前些天写的另一篇说明：{url}\n");
    let titled = format!("[茶壶星座里的一壶好茶]({url})\n");
    let (_folder, issues) = issues(&[&sentence, &titled]);
    let archive = wxarchive::archive::Archive::open(root.path()).unwrap();
    let checked = check(&issues, Some(&archive));
    assert!(checked.issues[0].links.iter().all(|link| link.mismatch.is_none()), "{:#?}", checked.issues[0].links);
    assert_eq!(checked.issues[1].links[0].verdict, Verdict::Mismatch, "words of the link itself still count");
}

#[test]
fn parts_of_a_series_are_told_apart_with_one_link_each() {
    let first = format!("[深空摄影的探索和思考（上）]({})\n", article(1));
    let second = format!("[深空摄影的探索和思考（下）]({})\n", article(1));
    let (_folder, issues) = issues(&[&first, &second]);
    assert_eq!(mismatches(&check(&issues, None)).len(), 1, "one of the two is wrong");
}

/// The verdicts of the first link of each issue, held against the archive of the sample.
fn against_the_sample(root: &Path, texts: &[&str]) -> Vec<Verdict> {
    let (folder, issues) = issues(texts);
    let now = crate::sample::time("2026-11-01T00:00:00Z");
    let mut writer = wxarchive::archive::Writer::open(root, now).unwrap();
    // Nothing is asked for, but every issue has its ledger.
    let policy = Policy { max: Some(0), ..Policy::default() };
    let site = crate::sample::Site::default();
    crate::sample::sync_folder(folder.path(), (&mut writer, &site), now, &policy).unwrap();
    drop(writer);
    let archive = wxarchive::archive::Archive::open(root).unwrap();
    let checked = check(&issues, Some(&archive));
    checked.issues.iter().map(|issue| issue.links[0].verdict).collect()
}

#[test]
fn a_name_that_several_issues_use_may_be_an_earlier_one() {
    let root = crate::sample::archive();
    let url = crate::sample::url_of(root.path(), "调焦");
    let link = |title: &str, url: &str| format!("[{title}]({url})\n");
    // The archived title is 给老望远镜装上电动调焦.
    let former = link("自动对焦的望远镜改造记", &url);
    let told = |texts: &[&str]| against_the_sample(root.path(), texts)[0] == Verdict::Mismatch;
    assert!(told(&[&former]), "once is a mistake");
    assert!(!told(&[&former, &former]), "twice is a name");
    let (_folder, unknown) = issues(&[&former, &former, "", "", "", "", "一期没有同步过的周报"]);
    let archive = wxarchive::archive::Archive::open(root.path()).unwrap();
    let checked = check(&unknown, Some(&archive));
    assert_eq!(checked.issues[0].links[0].verdict, Verdict::Mismatch, "its home may have been repaired");
    assert!(told(&[&former, &former, &link("自动对焦的望远镜改造记", &article(9))]), "but not another article's");
    let foreign = link("茶壶星座里的一壶好茶", &url);
    assert!(told(&[&foreign, &foreign]), "nor one that shares nothing with the title");
}

#[test]
fn words_around_an_address_are_held_against_names_that_issues_know() {
    let root = crate::sample::archive();
    let url = crate::sample::url_of(root.path(), "调焦");
    let guessed = format!("1. 茶壶星座里的一壶好茶：{url}\n");
    let home = format!("[茶壶星座里的一壶好茶]({})\n", article(9));
    fs::remove_dir_all(root.path().join("issues")).unwrap();
    let verdict = |texts: &[&str]| against_the_sample(root.path(), texts)[0];
    assert_ne!(verdict(&[&guessed, &home]), Verdict::Mismatch, "nobody calls any article what this one is called");
    let named = format!("[北礁｜给老望远镜装上电动调焦]({url})\n");
    assert_eq!(verdict(&[&guessed, &home, &named]), Verdict::Mismatch, "two addresses taken for each other");
}

#[test]
fn a_part_that_only_one_title_names_is_told_where_the_other_has_a_home() {
    let whole = format!("[深空摄影的探索和思考]({})\n", article(1));
    let second = format!("[深空摄影的探索和思考（下）]({})\n", article(2));
    let wrong = format!("[深空摄影的探索和思考（下）]({})\n", article(1));
    let (_folder, all) = issues(&[&whole, &whole, &second, &wrong]);
    let checked = check(&all, None);
    let verdicts: Vec<Verdict> = checked.issues.iter().map(|issue| issue.links[0].verdict).collect();
    assert_eq!(verdicts[..3], [Verdict::NotArchived; 3]);
    let mismatch = checked.issues[3].links[0].mismatch.as_ref().unwrap();
    assert_eq!(mismatch.elsewhere, [article(2)]);
    let (_folder, all) = issues(&[&whole, &whole, &wrong]);
    assert_eq!(mismatches(&check(&all, None)).len(), 0, "without another home it may be the same article");
}

/// A network on which nobody answers.
#[derive(Default)]
struct Nobody(std::sync::atomic::AtomicU64);

impl wxarchive::fetch::Fetch for Nobody {
    async fn get(&self, request: &wxarchive::fetch::Request) -> Result<wxarchive::model::Page, FetchError> {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Err(FetchError::Timeout { url: request.url.clone() })
    }

    fn requests(&self) -> u64 {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

#[test]
fn where_nobody_answers_only_the_first_articles_are_asked_for() {
    let texts: Vec<String> = (1..9).map(|mid| format!("[怎样给望远镜调焦]({})\n", article(mid))).collect();
    let (folder, issues) = issues(&[&texts.concat()]);
    let now = crate::sample::time("2026-10-01T00:00:00Z");
    let mut writer = wxarchive::archive::Writer::open(&folder.path().join("archive"), now).unwrap();
    let (nobody, stop) = (Nobody::default(), std::sync::atomic::AtomicBool::new(false));
    let run = Run {
        fetch: &nobody,
        source: wxarchive::archive::Source::Network,
        policy: Policy { patience: Some(3), ..Policy::default() },
        now: &|| now,
        observer: &|_| {},
        stop: &stop,
    };
    let jobs = plan(&issues, Selection::Everything);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let report = runtime.block_on(sync(&mut writer, &issues, &jobs, &run)).unwrap();
    assert_eq!((report.requests, report.articles.len()), (3, 8));
    let told = report.articles.iter().filter(|event| event.why.as_deref() == Some(SILENCE)).count();
    assert_eq!(told, 5, "the others are not passed over in silence");
    assert!(report.articles.iter().all(|event| event.outcome == Outcome::Failed));
}

/// Else a mistake that two issues share would be right for whoever looks at these two alone.
#[test]
fn issues_that_are_not_looked_at_have_a_say_too() {
    let root = crate::sample::archive();
    let archive = wxarchive::archive::Archive::open(root.path()).unwrap();
    let ledger = archive.ledgers().unwrap().into_iter().find(|ledger| ledger.links.len() > 1).unwrap();
    let known = |link: &&wxarchive::archive::LedgerLink| link.title.is_some() && link.article.is_some();
    let [one, other] = ledger.links.iter().filter(known).take(2).collect::<Vec<_>>()[..] else { panic!("{ledger:?}") };
    let wrong = format!("[{}]({})\n", one.title.as_ref().unwrap(), other.url);
    let (_folder, issues) = issues(&[&wrong, &wrong]);
    let checked = check(&issues, Some(&archive));
    let mismatch = checked.issues[0].links[0].mismatch.as_ref().unwrap();
    assert_eq!(mismatch.elsewhere.len(), 1, "the address of the article that the title is of");
    assert_eq!(mismatches(&check(&issues, None)), BTreeSet::new(), "two issues alone can't know");
}

/// An issue that is named from another folder than when it was archived has the same ledger.
#[test]
fn repaired_links_of_an_issue_named_from_elsewhere_have_a_say() {
    let root = crate::sample::archive();
    let archive = wxarchive::archive::Archive::open(root.path()).unwrap();
    let ledger = archive.ledgers().unwrap().into_iter().find(|ledger| ledger.links.len() > 1).unwrap();
    let known = |link: &&wxarchive::archive::LedgerLink| link.title.is_some() && link.article.is_some();
    let [one, other] = ledger.links.iter().filter(known).take(2).collect::<Vec<_>>()[..] else { panic!("{ledger:?}") };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("content").join(&ledger.issue);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    // Everything else was repaired: only the ledger knows whose title this is.
    fs::write(&path, format!("[{}]({})\n", one.title.as_ref().unwrap(), other.url)).unwrap();
    let (issues, _) = read_issues(&[path], folder.path(), &folder.path().join("archive"));
    let checked = check(&issues, Some(&archive));
    assert_eq!(checked.issues[0].links[0].mismatch.as_ref().unwrap().elsewhere.len(), 1);
}
