//! Random steps against a model: whatever is done in whatever order, the archive has what the model says it has.
//!
//! `WXARCHIVE_STEPS=100000 cargo test --test suite steps::` takes more steps than the default.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use wxarchive::archive::verify::{Scope, Severity, verify};
use wxarchive::archive::{Archive, Fault, Faults, Maintenance, Writer};
use wxarchive::model::{ArticleKey, Key, State};
use wxarchive::sync::{Gone, Policy, Reconverted, reconvert};

use crate::sample::{Site, folder, sync_folder, time};

/// The articles: how the issue links them, their key, and a sentence of theirs that edits change.
const ARTICLES: [(&str, &str, &str); 2] = [
    ("/s/CloudsTonight-NoStars9", "Mzk0NTY3ODEyMA==/2247483955/1", "海风比看上去冷"),
    (
        "/s?__biz=Mzk0NTY3ODEyMA==&mid=2247480013&idx=1&sn=0123456789abcdef0123456789abcdef",
        "Mzk0NTY3ODEyMA==/2247480013/1",
        "灯塔停用十一年之后",
    ),
];

/// What the site has, and what the archive should have of one article.
#[derive(Debug, Clone, Default)]
struct Expected {
    /// The edit that the site serves.
    edit: u32,
    /// Whether the site says that it is deleted.
    is_deleted: bool,
    /// The edit that each version has.
    versions: Vec<u32>,
    restored: Option<usize>,
    /// What was last seen of it.
    state: Option<State>,
    is_forgotten: bool,
}

/// Numbers that look random and are the same on every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

pub(crate) struct World {
    newsletter: TempDir,
    root: TempDir,
    now: Timestamp,
    articles: [Expected; 2],
}

fn key(place: usize) -> ArticleKey {
    ARTICLES[place].1.parse().expect("a key")
}

fn marker(place: usize, edit: u32) -> String {
    if edit == 0 { ARTICLES[place].2.to_owned() } else { format!("编号{edit}号") }
}

impl World {
    pub(crate) fn new() -> Self {
        let newsletter = folder();
        let links = ARTICLES.map(|(path, ..)| format!("- [一篇](https://mp.weixin.qq.com{path})\n"));
        fs::write(newsletter.path().join("weekly.md"), links.concat()).expect("an issue");
        Self { newsletter, root: folder(), now: time("2026-10-01T00:00:00Z"), articles: Default::default() }
    }

    fn site(&self) -> Site {
        let plain = Site::default();
        let mut changes = BTreeMap::new();
        for (place, article) in self.articles.iter().enumerate() {
            let path = ARTICLES[place].0;
            let page = if article.is_deleted { "/s/NoSuchArticleAnywhere0" } else { path };
            let text = String::from_utf8(plain.body(&format!("https://mp.weixin.qq.com{page}"))).expect("utf-8");
            let text = text.replace(ARTICLES[place].2, &marker(place, article.edit));
            let part = path.split("&sn=").next().expect("a part");
            changes.insert(part.to_owned(), text.into_bytes());
        }
        Site { changes }
    }

    /// Syncs; with a fault the program dies first, and the next run makes up for it.
    fn sync(&mut self, asks_again: bool, fault: Option<u64>) {
        let policy = Policy {
            refresh: asks_again.then_some(SignedDuration::ZERO),
            gone: if asks_again { Gone::Retry } else { Gone::Trust },
            ..Policy::default()
        };
        let site = self.site();
        let run = |faults: Faults| {
            let mut writer = Writer::open_with(self.root.path(), self.now, faults)?;
            sync_folder(self.newsletter.path(), (&mut writer, &site), self.now, &policy).map(|_| ())
        };
        if let Some(step) = fault {
            // It may be over before the step is reached.
            run(Faults::at(step, Fault::Death)).unwrap_or_default();
        }
        run(Faults::default()).expect("a report");
        for article in self.articles.iter_mut().filter(|article| !article.is_forgotten) {
            let is_known = !article.versions.is_empty() || article.state.is_some_and(State::is_permanent);
            if is_known && !asks_again {
                continue;
            }
            if article.is_deleted {
                article.state = Some(State::Deleted);
            } else {
                article.state = Some(State::Live);
                if article.versions.last() != Some(&article.edit) {
                    article.versions.push(article.edit);
                }
            }
        }
    }

    fn forget(&mut self, place: usize) {
        if self.articles[place].versions.is_empty() {
            return;
        }
        let mut writer = Writer::open(self.root.path(), self.now).expect("a writer");
        writer.forget(&key(place), "a roll of the dice", self.now).expect("forgotten");
        self.articles[place].is_forgotten = true;
    }

    fn restore(&mut self, place: usize, dice: &mut Dice) {
        let article = &mut self.articles[place];
        if article.versions.is_empty() || article.is_forgotten {
            return;
        }
        let count = article.versions.len();
        let number = usize::try_from(dice.roll(count as u64)).expect("small") + 1;
        let mut writer = Writer::open(self.root.path(), self.now).expect("a writer");
        writer.restore(&key(place), u32::try_from(number).expect("small"), self.now).expect("restored");
        article.restored = (number != count).then_some(number);
    }

    pub(crate) fn step(&mut self, dice: &mut Dice) {
        self.now += SignedDuration::from_hours(24);
        let place = usize::from(dice.roll(2) == 1);
        let fault = dice.roll(90) + 1;
        match dice.roll(20) {
            0..=2 => self.articles[place].edit = u32::try_from(dice.roll(5)).expect("small"),
            3 => self.articles[place].is_deleted = true,
            4..=5 => self.articles[place].is_deleted = false,
            6..=7 => self.sync(false, None),
            8..=11 => self.sync(true, None),
            12..=15 => self.sync(dice.roll(2) == 1, Some(fault)),
            16 if self.root.path().join("FORMAT").exists() => {
                let maintenance = Maintenance::open(self.root.path(), self.now, Faults::default());
                maintenance.expect("a lock").gc().expect("collected");
            }
            17 => {
                let mut writer = Writer::open(self.root.path(), self.now).expect("a writer");
                let outcome = reconvert(&mut writer, &key(place), self.now).expect("read again");
                assert!(!matches!(outcome, Reconverted::Version(_)), "{outcome:?}");
            }
            18 => self.restore(place, dice),
            _ if dice.roll(12) == 0 => self.forget(place),
            _ => {}
        }
    }

    /// The folder of the archive.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// Whether something was forgotten.
    pub(crate) fn has_forgotten(&self) -> bool {
        self.articles.iter().any(|article| article.is_forgotten)
    }

    /// Whether nothing new can come; long histories only make the steps slow.
    pub(crate) fn is_over(&self) -> bool {
        self.articles.iter().all(|article| article.is_forgotten || article.versions.len() > 12)
    }

    fn check(&self, number: u64) {
        if !self.root.path().join("FORMAT").exists() {
            return;
        }
        let audit = verify(self.root.path(), &Scope::default()).expect("an audit");
        assert!(audit.worst() < Some(Severity::Warning), "step {number}: {:#?}", audit.findings);
        let archive = Archive::open(self.root.path()).expect("an archive");
        for (place, expected) in self.articles.iter().enumerate() {
            let entry = archive.entry(&Key::Article(key(place)));
            if expected.is_forgotten || expected.versions.is_empty() {
                assert!(entry.is_none(), "step {number}: {expected:?}");
                continue;
            }
            let entry = entry.unwrap_or_else(|| panic!("step {number}: {expected:?} is not there"));
            assert_eq!(entry.manifest.version as usize, expected.versions.len(), "step {number}: {expected:?}");
            let shown = expected.restored.unwrap_or(expected.versions.len());
            let head = archive.head(entry).expect("a head");
            assert!(head.contains(&marker(place, expected.versions[shown - 1])), "step {number}: {expected:?}\n{head}");
            assert_eq!(entry.state.current().map(|dated| dated.state), expected.state, "step {number}: {expected:?}");
        }
    }
}

#[test]
fn random_steps_end_where_the_model_ends() {
    let steps = std::env::var("WXARCHIVE_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(10_000_u64);
    let (mut world, mut dice) = (World::new(), Dice(20_261_123));
    for number in 0..steps {
        world.step(&mut dice);
        world.check(number);
        if world.is_over() {
            world = World::new();
        }
    }
    println!("{steps} steps, no difference");
}
