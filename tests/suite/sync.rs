//! The main job end to end, over real HTTPS on loopback, against the built-in sample site and against bad days of it.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tempfile::TempDir;

use crate::files::tree;
use wxarchive::archive::{Archive, Ledger, LinkOutcome, Source, Writer};
use wxarchive::demo::server::{Answer, Asked, Server};
use wxarchive::demo::site;
use wxarchive::fetch::{ConnectTo, Http, HttpOptions, RetryPolicy};
use wxarchive::model::{Key, State};
use wxarchive::sync::{Event, Gone, Outcome, Policy, Report, Run, Selection, plan, read_issues, sync};

/// What is different from the sample site today: by host and path, or by a part of it.
type Changes = Arc<Mutex<Vec<(String, Answer)>>>;

/// A newsletter, an archive and a site.
struct World {
    folder: TempDir,
    server: Server,
    changes: Changes,
    policy: Policy,
    retry: RetryPolicy,
    now: Timestamp,
    stop: AtomicBool,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in site::ISSUES {
            let path = folder.path().join("newsletter").join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("an issue");
        }
        let changes = Changes::default();
        let server = {
            let changes = Arc::clone(&changes);
            Server::start(move |asked| answer(&changes, asked)).expect("a server")
        };
        let now = "2026-10-01T00:00:00Z".parse().expect("a time");
        let (policy, retry) = (Policy::default(), RetryPolicy::default());
        Self { folder, server, changes, policy, retry, now, stop: AtomicBool::new(false) }
    }

    fn change(&self, part: &str, answer: Answer) {
        self.changes.lock().expect("changes").insert(0, (part.to_owned(), answer));
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("archive")
    }

    fn archive(&self) -> Archive {
        Archive::open(&self.root()).expect("an archive")
    }

    fn ledger(&self, issue: &str) -> Ledger {
        self.archive().ledger(issue).expect("a readable ledger").expect("a ledger")
    }

    fn run(&self) -> Report {
        self.run_with(&|_| {})
    }

    fn run_with(&self, observer: &(dyn Fn(&Event) + Sync)) -> Report {
        let newsletter = self.folder.path().join("newsletter");
        let (issues, errors) = read_issues(std::slice::from_ref(&newsletter), &newsletter, &self.root());
        assert!(errors.is_empty(), "{errors:?}");
        let jobs = plan(&issues, Selection::Everything);
        let options = HttpOptions {
            pace: Duration::ZERO,
            retry: self.retry,
            connect_to: vec![ConnectTo::parse(&self.server.connect_to()).expect("a mapping")],
            ca_pem: Some(self.server.ca_pem().as_bytes().to_vec()),
            ..HttpOptions::default()
        };
        let http = Http::new(&options).expect("a client");
        let clock = || self.now;
        let run = Run {
            fetch: &http,
            source: Source::Network,
            policy: self.policy.clone(),
            now: &clock,
            observer,
            stop: &self.stop,
        };
        let mut writer = Writer::open(&self.root(), self.now).expect("a writer");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(sync(&mut writer, &issues, &jobs, &run)).expect("a report")
    }

    fn pages_asked(&self) -> Vec<String> {
        let asked = self.server.asked().into_iter().filter(|asked| asked.host == "mp.weixin.qq.com");
        asked.map(|asked| asked.path).collect()
    }
}

fn answer(changes: &Changes, asked: &Asked) -> Answer {
    let target = format!("{}{}", asked.host, asked.path);
    let today = changes.lock().expect("changes").iter().find(|(part, _)| target.contains(part)).cloned();
    match (today, site::answer(&asked.host, &asked.path)) {
        (Some((_, answer)), _) => answer,
        (None, Some(file)) => Answer::picture(file.media_type, file.bytes),
        (None, None) => Answer::status(404),
    }
}

fn count(report: &Report, outcome: Outcome) -> usize {
    report.articles.iter().filter(|event| event.outcome == outcome).count()
}

/// The served article that most tests change.
fn sample_page(path: &str) -> String {
    let file = site::answer("mp.weixin.qq.com", path).expect("a page of the sample site");
    String::from_utf8(file.bytes.to_vec()).expect("utf-8")
}

/// The path and query under which an article of the sample site was asked.
fn asked_path(world: &World, title: &str) -> String {
    let archive = world.archive();
    let entry = archive.entries().find(|entry| entry.manifest.meta.title.contains(title)).expect("the article");
    entry.manifest.fetched.url.trim_start_matches("https://mp.weixin.qq.com").to_owned()
}

#[test]
fn sample_newsletter_is_archived_with_articles_pictures_and_ledgers() {
    let world = World::new();
    let report = world.run();
    assert_eq!(count(&report, Outcome::New), 6, "{:#?}", report.articles);
    assert_eq!(count(&report, Outcome::Gone), 1);
    assert_eq!(report.images.missing, 0);
    assert_eq!(world.archive().entries().count(), 6);
    let ledger = world.ledger("weekly-20260904/index.md");
    assert!(ledger.links.iter().any(|link| link.outcome == LinkOutcome::Archived && link.dir.is_some()));
    assert!(ledger.images.iter().all(|image| image.stored.is_some()));
}

#[test]
fn second_run_asks_for_nothing_and_changes_no_file() {
    let world = World::new();
    world.run();
    let (before, asked) = (tree(&world.root()), world.server.asked().len());
    let report = world.run();
    assert_eq!(world.server.asked().len(), asked);
    assert_eq!((report.images.new, report.requests), (0, 0));
    assert!(tree(&world.root()) == before, "the second run changed a file");
}

#[test]
fn no_private_parameter_reaches_a_request_or_a_file() {
    let world = World::new();
    let leaked =
        site::ISSUES.iter().find_map(|(_, text)| text.split_once("&token=")).expect("an issue leaks a token").1;
    let token: String = leaked.chars().take_while(char::is_ascii_digit).collect();
    let report = world.run();
    assert!(report.requests > 0);
    for asked in world.server.asked() {
        assert!(!asked.path.contains("token") && !asked.path.contains(&token), "{}", asked.path);
        assert!(asked.header("referer").is_none());
    }
    for (path, bytes) in tree(&world.root()) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(&token), "{} has the token", path.display());
    }
}

#[test]
fn page_that_names_another_article_is_not_stored() {
    let world = World::new();
    world.run();
    let path = asked_path(&world, "星等");
    let other = World::new();
    other.change(&format!("mp.weixin.qq.com{}", asked_path(&world, "调焦")), Answer::html(sample_page(&path)));
    let report = other.run();
    assert_eq!(count(&report, Outcome::Failed), 1);
    assert_eq!(other.archive().entries().filter(|entry| entry.manifest.meta.title.contains("星等")).count(), 1);
    assert!(other.archive().entries().all(|entry| !entry.manifest.meta.title.contains("调焦")));
    let failed = report.articles.iter().find(|event| event.outcome == Outcome::Failed).expect("the failure");
    assert!(failed.why.as_deref().is_some_and(|why| why.contains("another article answered")), "{:?}", failed.why);
}

#[test]
fn first_block_page_ends_asking_and_the_next_run_goes_on() {
    let world = World::new();
    let shell = "<!DOCTYPE html><html><head><title></title></head><body class=\"secitptpage\"><script>\
        var secitptpage = 'secitptpage/verify'; </script><div>环境异常</div><p>当前环境异常，完成验证后即可继续访问。</p></body></html>";
    world.change("mp.weixin.qq.com/", Answer::html(shell));
    let report = world.run();
    assert!(report.blocked, "{:#?}", report.articles);
    assert_eq!(world.pages_asked().len(), 1);
    assert!(report.images.new > 0, "the issues' own pictures come all the same");
    world.changes.lock().expect("changes").clear();
    let report = world.run();
    assert_eq!((count(&report, Outcome::New), report.blocked), (6, false));
    let mut pictures: Vec<String> =
        world.server.asked().iter().map(Asked::url).filter(|url| !url.contains("mp.weixin")).collect();
    let asked = pictures.len();
    pictures.sort();
    pictures.dedup();
    assert_eq!(pictures.len(), asked, "a picture was asked for twice");
}

#[test]
fn deleted_article_stays_with_its_last_version_and_a_dated_state() {
    let mut world = World::new();
    world.run();
    let path = asked_path(&world, "调焦");
    let deleted = sample_page("/s/NoSuchArticleAnywhere0");
    world.change(&format!("mp.weixin.qq.com{path}"), Answer::html(deleted));
    world.now = "2026-11-01T00:00:00Z".parse().expect("a time");
    world.policy.refresh = Some(jiff::SignedDuration::from_hours(24));
    let report = world.run();
    assert_eq!(count(&report, Outcome::Gone), 2, "{:#?}", report.articles);
    let archive = world.archive();
    let entry = archive.entries().find(|entry| entry.manifest.meta.title.contains("调焦")).expect("still there");
    assert_eq!(entry.manifest.version, 1);
    let states: Vec<State> = entry.state.states.iter().map(|dated| dated.state).collect();
    assert_eq!(states, [State::Live, State::Deleted]);
    let evidence = entry.state.states[1].evidence.expect("the notice is kept");
    assert!(String::from_utf8_lossy(&archive.page(&evidence).expect("readable")).contains("已被发布者删除"));
}

#[test]
fn edited_article_gets_a_version_and_an_equal_one_none() {
    let mut world = World::new();
    world.run();
    let path = asked_path(&world, "调焦");
    let page = sample_page(&path);
    let noise =
        page.replace("</body>", "<script>var req_id = \"another\"; var svr_time = \"1790000000\" * 1;</script></body>");
    world.change(&format!("mp.weixin.qq.com{path}"), Answer::html(noise));
    world.policy.refresh = Some(jiff::SignedDuration::ZERO);
    let report = world.run();
    assert_eq!((count(&report, Outcome::Unchanged), count(&report, Outcome::Updated)), (6, 0));
    world.change(&format!("mp.weixin.qq.com{path}"), Answer::html(page.replace("观测室", "望远镜室")));
    let report = world.run();
    assert_eq!((count(&report, Outcome::Unchanged), count(&report, Outcome::Updated)), (5, 1));
    let archive = world.archive();
    let entry = archive.entries().find(|entry| entry.manifest.version == 2).expect("a second version");
    assert!(archive.head(entry).expect("a head").contains("望远镜室"));
    assert!(archive.version(entry, 1).expect("readable").expect("the first version").contains("观测室"));
}

#[test]
fn much_shorter_page_never_becomes_the_head() {
    let mut world = World::new();
    world.run();
    let path = asked_path(&world, "旧灯塔");
    let page = sample_page(&path);
    let start =
        page.find("id=\"js_content\"").and_then(|at| page[at..].find('>').map(|end| at + end + 1)).expect("a body");
    let end = page[start..].find("<script").map(|at| start + at).expect("a script after the body");
    let cut = format!("{}<p>短。</p></div></div></div></div></div>{}", &page[..start], &page[end..]);
    world.change(&format!("mp.weixin.qq.com{path}"), Answer::html(cut));
    world.policy.refresh = Some(jiff::SignedDuration::ZERO);
    let report = world.run();
    assert_eq!(count(&report, Outcome::Updated), 0);
    let archive = world.archive();
    let entry = archive.entries().find(|entry| entry.manifest.fetched.url.ends_with(&path)).expect("still there");
    assert_eq!(entry.manifest.version, 1);
    assert_eq!(entry.state.states.last().map(|dated| dated.state), Some(State::Shrunk), "{:#?}", entry.state);
}

#[test]
fn picture_that_came_late_is_put_into_the_head() {
    let world = World::new();
    world.change("mmbiz.qpic.cn/", Answer::html("not a picture"));
    let report = world.run();
    assert!(report.images.missing > 0);
    let archive = world.archive();
    let entry =
        archive.entries().find(|entry| !entry.manifest.missing.is_empty()).expect("an article without pictures");
    assert!(archive.head(entry).expect("a head").contains("https://mmbiz.qpic.cn/"));
    world.changes.lock().expect("changes").clear();
    let pages = world.pages_asked().len();
    let report = world.run();
    assert_eq!((report.images.missing, world.pages_asked().len()), (0, pages));
    let archive = world.archive();
    let entry = archive.entry(&Key::Article(entry.manifest.article.clone())).expect("still there");
    assert_eq!(entry.manifest.version, 1);
    assert!(!archive.head(entry).expect("a head").contains("(https://mmbiz.qpic.cn/"));
    let before = tree(&world.root());
    world.run();
    assert!(tree(&world.root()) == before);
}

/// What the CDN sends to foreign pages: a whole picture of 300 by 200.
fn substitute() -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = ::image::RgbImage::from_pixel(300, 200, ::image::Rgb([240, 240, 240]));
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), ::image::ImageFormat::Png).expect("a picture");
    bytes
}

fn stores(world: &World, bytes: &[u8]) -> bool {
    tree(&world.root().join("images")).values().any(|stored| stored == bytes)
}

#[test]
fn substitute_of_the_cdn_is_never_stored_and_the_pictures_come_later() {
    let world = World::new();
    world.change("mmbiz.qpic.cn/", Answer::picture("image/png", substitute()));
    for _ in 0..2 {
        let report = world.run();
        assert!(report.images.missing > 0);
        assert!(!stores(&world, &substitute()));
    }
    world.changes.lock().expect("changes").clear();
    let report = world.run();
    assert_eq!(report.images.missing, 0);
}

#[test]
fn substitute_that_comes_once_is_found_out_by_the_address_as_written() {
    let world = World::new();
    let original = "BeiJiaoFocuserDrawing1Qh7LampRoomWinter2026aV0/0";
    world.change(original, Answer::picture("image/png", substitute()));
    world.run();
    assert!(!stores(&world, &substitute()));
}

#[test]
fn lone_substitute_from_every_address_is_not_stored_and_asked_for_again() {
    for lone in ["BeiJiaoFocuserDrawing1Qh7LampRoomWinter2026aV0/", "BeiJiaoFocusCurve8YtNineteenthOfAugust2026kW3/"] {
        let world = World::new();
        world.change(lone, Answer::picture("image/png", substitute()));
        let report = world.run();
        assert_eq!(report.images.missing, 1, "{lone}");
        assert!(!stores(&world, &substitute()));
        let archive = world.archive();
        let ledgers = ["weekly-20260904/index.md", "weekly-20260911/index.md"].map(|issue| world.ledger(issue));
        let of_issues = ledgers.iter().flat_map(|ledger| &ledger.images).filter_map(|image| image.missing.clone());
        let of_articles =
            archive.entries().flat_map(|entry| &entry.manifest.missing).map(|missing| missing.why.clone());
        let whys: Vec<String> = of_issues.chain(of_articles).collect();
        assert!(!whys.is_empty() && whys.iter().all(|why| why.contains("not to be quoted")), "{whys:?}");
        world.changes.lock().expect("changes").clear();
        assert_eq!(world.run().images.missing, 0);
    }
}

#[test]
fn larger_picture_wins_where_no_size_is_stated() {
    let world = World::new();
    let dot = |side| {
        let mut bytes = Vec::new();
        let picture = ::image::RgbImage::from_pixel(side, side, ::image::Rgb([9, 90, 200]));
        picture.write_to(&mut std::io::Cursor::new(&mut bytes), ::image::ImageFormat::Png).expect("a picture");
        bytes
    };
    world.change("BeiJiaoFocusCurve8YtNineteenthOfAugust2026kW3/640", Answer::picture("image/png", dot(640)));
    world.change("BeiJiaoFocusCurve8YtNineteenthOfAugust2026kW3/0", Answer::picture("image/png", dot(1)));
    world.run();
    assert!(stores(&world, &dot(640)) && !stores(&world, &dot(1)));
}

#[test]
fn crop_stands_for_a_cover_that_cannot_be_had() {
    let world = World::new();
    let scout = World::new();
    scout.run();
    let path = asked_path(&scout, "调焦");
    let (drawing, chart) =
        ("BeiJiaoFocuserDrawing1Qh7LampRoomWinter2026aV0/0", "BeiJiaoStarChartOfThePlough4vMn6AutumnSky/0");
    let crop = |id| format!("cdn_url_235_1: JsDecode('https://mmbiz.qpic.cn/sz_mmbiz_png/{id}");
    let page = sample_page(&path);
    assert!(page.contains(&crop(drawing)));
    world.change(&path, Answer::html(page.replace(&crop(drawing), &crop(chart))));
    world.change("BeiJiaoFocuserDrawing1Qh7LampRoomWinter2026aV0/", Answer::status(404));
    let head = || {
        let archive = world.archive();
        let entry = archive.entries().find(|entry| entry.manifest.meta.title.contains("调焦")).expect("the article");
        archive.head(entry).expect("a head")
    };
    let cover = |head: &str| head.lines().find(|line| line.starts_with("cover:")).unwrap_or_default().to_owned();
    world.run();
    let of_crop = cover(&head());
    assert!(of_crop.contains("/images/"), "{of_crop}");
    world.changes.lock().expect("changes").retain(|(part, _)| *part == path);
    assert_eq!(world.run().images.missing, 0);
    let own = cover(&head());
    assert!(own.contains("/images/") && own != of_crop, "{own}");
}

#[test]
fn host_that_never_answers_is_given_up() {
    let mut world = World::new();
    world.retry.first_wait = Duration::from_millis(1);
    let issue = world.folder.path().join("newsletter/dead.md");
    let pictures: Vec<String> = (0..40).map(|index| format!("![](https://dead.example.org/{index}.png)")).collect();
    fs::write(issue, pictures.join("\n")).expect("an issue");
    world.change("dead.example.org", Answer::Reset);
    let report = world.run();
    assert_eq!(report.images.missing, 40);
    let asked = world.server.asked().iter().filter(|asked| asked.host == "dead.example.org").count();
    assert!(asked < 40, "{asked} requests");
    let whys: Vec<_> = world.ledger("dead.md").images.into_iter().filter_map(|image| image.missing).collect();
    assert!(whys.iter().any(|why| why.contains("could not be reached")), "{whys:?}");
}

#[test]
fn sound_pictures_are_asked_once() {
    let world = World::new();
    world.run();
    let pictures = world.server.asked().into_iter().filter(|asked| asked.host != "mp.weixin.qq.com");
    let mut asked: Vec<String> = pictures.map(|asked| asked.host + &asked.path).collect();
    let all = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), all);
}

#[test]
fn stored_pictures_have_a_colour_and_a_blur() {
    let world = World::new();
    world.run();
    let pictures = world.archive().pictures();
    let raster = pictures.values().filter(|picture| picture.media_type == "image/png");
    for picture in raster {
        assert_eq!(picture.colour.as_ref().map(String::len), Some(7), "{}", picture.url);
        assert_eq!(picture.blur.as_ref().map(String::len), Some(72), "{}", picture.url);
    }
}

#[test]
fn stopped_run_ends_after_the_article_in_hand_and_writes_ledgers() {
    let world = World::new();
    let report = world.run_with(&|event| {
        if matches!(event, Event::Article(_)) {
            world.stop.store(true, Ordering::Relaxed);
        }
    });
    assert!(report.stopped);
    assert_eq!(world.pages_asked().len(), 1);
    let ledger = world.ledger("weekly-20260918.md");
    assert!(ledger.links.iter().any(|link| link.outcome == LinkOutcome::Pending));
    world.stop.store(false, Ordering::Relaxed);
    let report = world.run();
    assert_eq!(count(&report, Outcome::New) + count(&report, Outcome::Skipped), 6);
}

#[test]
fn known_gone_articles_are_asked_again_only_on_request() {
    let mut world = World::new();
    world.run();
    let pages = world.pages_asked().len();
    assert_eq!(count(&world.run(), Outcome::Gone), 1);
    assert_eq!(world.pages_asked().len(), pages);
    world.policy.gone = Gone::Retry;
    assert_eq!(count(&world.run(), Outcome::Gone), 1);
    assert_eq!(world.pages_asked().len(), pages + 1);
}

#[test]
fn run_after_a_lost_head_and_state_writes_the_same_bytes_again() {
    let world = World::new();
    world.run();
    let before = tree(&world.root());
    let lost =
        |path: &&PathBuf| path.ends_with("index.md") || path.ends_with("state.json") || path.ends_with("aliases.json");
    for path in before.keys().filter(lost) {
        fs::remove_file(world.root().join(path)).expect("removed");
    }
    world.run();
    assert!(tree(&world.root()) == before, "a lost head or state did not come back as it was");
}

#[test]
fn page_with_a_part_of_another_identity_is_not_stored() {
    let world = World::new();
    world.run();
    let path = asked_path(&world, "调焦");
    let other = World::new();
    let page = sample_page(&path).replace("2247483921", "").replace("Mzk0NTY3ODEyMA==", "MzA4MTI3OTc4OA==");
    other.change(&format!("mp.weixin.qq.com{path}"), Answer::html(page));
    let report = other.run();
    assert!(other.archive().entries().all(|entry| !entry.manifest.meta.title.contains("调焦")));
    let failed = report.articles.iter().find(|event| event.outcome == Outcome::Failed).expect("the failure");
    assert!(failed.why.as_deref().is_some_and(|why| why.contains("another article answered")), "{:?}", failed.why);
}

#[test]
fn answer_of_another_host_is_not_the_word_of_the_site() {
    let world = World::new();
    world.change("elsewhere.example.org", Answer::html(sample_page("/s/NoSuchArticleAnywhere0")));
    world.change("mp.weixin.qq.com/", Answer::redirect("https://elsewhere.example.org/notice"));
    let report = world.run();
    assert_eq!(count(&report, Outcome::Gone), 0);
    assert!(report.articles.iter().all(|event| event.state.is_none()), "{:#?}", report.articles);
    world.changes.lock().expect("changes").clear();
    assert_eq!(count(&world.run(), Outcome::New), 6);
}

#[test]
fn code_known_to_be_one_article_never_becomes_another() {
    let mut world = World::new();
    world.run();
    let code = "/s/MagnitudeFromEyeToCcd_";
    let other = sample_page(&asked_path(&world, "调焦"));
    world.change(&format!("mp.weixin.qq.com{code}"), Answer::html(other));
    world.policy.refresh = Some(jiff::SignedDuration::ZERO);
    let before = fs::read(world.root().join("aliases.json")).expect("aliases");
    world.run();
    assert!(fs::read(world.root().join("aliases.json")).expect("aliases") == before);
}

#[test]
fn one_awkward_path_costs_no_other_ledger() {
    let world = World::new();
    let text = "![](https://pictures.example.org/none.png)\n";
    fs::create_dir_all(world.folder.path().join("newsletter/a.md.json")).expect("a folder");
    fs::write(world.folder.path().join("newsletter/a.md"), text).expect("an issue");
    fs::write(world.folder.path().join("newsletter/a.md.json/b.md"), text).expect("an issue");
    fs::write(world.folder.path().join(format!("newsletter/{}.md", "字".repeat(80))), text).expect("an issue");
    let report = world.run();
    assert_eq!((report.failed_ledgers, report.is_complete()), (1, false));
    assert!(world.archive().ledger("weekly-20260918.md").expect("readable").is_some());
    assert!(world.archive().ledger(&format!("{}.md", "字".repeat(80))).expect("readable").is_some());
}

/// Replaces words in issues of the sample newsletter, and says how often.
fn edit_issues(world: &World, named: &str, from: &str, to: &str) -> usize {
    let newsletter = world.folder.path().join("newsletter");
    let mut changed = 0;
    for path in tree(&newsletter)
        .keys()
        .filter(|path| named.is_empty() || path.ends_with(named))
        .map(|path| newsletter.join(path))
    {
        let text = fs::read_to_string(&path).expect("an issue");
        changed += text.matches(from).count();
        fs::write(&path, text.replace(from, to)).expect("an issue");
    }
    changed
}

#[test]
fn repaired_link_stays_in_the_ledger_with_what_it_recommended() {
    let world = World::new();
    world.run();
    let name = site::ISSUES[0].0;
    let before = world.ledger(name);
    let link = before.links.iter().find(|link| link.outcome == LinkOutcome::Archived).expect("an archived link");
    let text = fs::read_to_string(world.folder.path().join("newsletter").join(name)).expect("an issue");
    assert_eq!(edit_issues(&world, name, &text[link.span[0]..link.span[1]], "/wechat/copy/"), 1);
    let asked = world.server.asked().len();
    world.run();
    assert_eq!(world.server.asked().len(), asked, "nothing is asked for");
    let after = world.ledger(name);
    assert_eq!(after.links.len(), before.links.len() - 1);
    assert_eq!(after.former_links, std::slice::from_ref(link));
    let is_same = tree(&world.root());
    world.run();
    assert_eq!(tree(&world.root()), is_same);
    assert_eq!(edit_issues(&world, name, "/wechat/copy/", &text[link.span[0]..link.span[1]]), 1);
    world.run();
    assert_eq!(world.ledger(name), before);
}

#[test]
fn corrected_link_is_no_former_link() {
    let world = World::new();
    world.run();
    let name = site::ISSUES[0].0;
    let before = world.ledger(name);
    let mut archived = before.links.iter().filter(|link| link.outcome == LinkOutcome::Archived);
    let [wrong, right] = [(); 2].map(|()| archived.next().expect("an archived link"));
    let text = fs::read_to_string(world.folder.path().join("newsletter").join(name)).expect("an issue");
    let written = |link: &wxarchive::archive::LedgerLink| text[link.span[0]..link.span[1]].to_owned();
    assert_eq!(edit_issues(&world, name, &written(wrong), &written(right)), 1);
    world.run();
    assert!(world.ledger(name).former_links.is_empty());
}

#[test]
fn repaired_link_stays_though_another_has_its_title() {
    let world = World::new();
    world.run();
    let before = world.ledger(site::ISSUES[0].0);
    let mut archived = before.links.iter().filter(|link| link.outcome == LinkOutcome::Archived);
    let [one, other] = [(); 2].map(|()| &archived.next().expect("an archived link").url);
    let text = format!("[原文]({one})\n\n[原文]({other})\n");
    fs::write(world.folder.path().join("newsletter/alike.md"), text).expect("an issue");
    world.run();
    assert_eq!(edit_issues(&world, "alike.md", one, "/wechat/copy/"), 1);
    for _ in 0..2 {
        world.run();
        let former: Vec<String> = world.ledger("alike.md").former_links.into_iter().map(|link| link.url).collect();
        assert_eq!(former, [one.as_str()]);
    }
}

#[test]
fn pictures_shown_from_a_mirror_are_the_archived_ones_and_are_not_asked_for() {
    for base in ["/pictures", "https://cdn.example.org/wechat"] {
        let world = World::new();
        world.run();
        let stored: Vec<_> =
            world.archive().ledgers().expect("ledgers").into_iter().flat_map(|ledger| ledger.images).collect();
        let mirrored = stored.iter().find_map(|image| Some((&image.url, image.stored.as_ref()?))).expect("a picture");
        let shown = mirrored.1.file.replace("images", base);
        assert!(edit_issues(&world, "", mirrored.0, &shown) > 0);
        let asked = world.server.asked().len();
        let report = world.run();
        assert_eq!((world.server.asked().len(), report.images.missing), (asked, 0), "{base}");
        let after: Vec<_> =
            world.archive().ledgers().expect("ledgers").into_iter().flat_map(|ledger| ledger.images).collect();
        let now: Vec<_> = after.iter().map(|image| &image.stored).collect();
        assert_eq!(
            now,
            stored.iter().map(|image| &image.stored).collect::<Vec<_>>(),
            "{base}: original address and all"
        );
    }
}
