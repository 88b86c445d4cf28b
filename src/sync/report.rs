//! What a run tells while it works and when it is done.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::archive::{ArchiveError, Ledger, LedgerLink, LinkOutcome};
use crate::model::{Key, State};

/// Something that happened; `--json` prints each as one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The work is known.
    Plan {
        /// How many issues.
        issues: usize,
        /// How many articles, each counted once.
        articles: usize,
    },
    /// An article is done with.
    Article(ArticleEvent),
    /// A picture could not be had.
    MissingPicture {
        /// Its address.
        url: String,
        /// Why not.
        why: String,
    },
    /// A ledger is written.
    Issue(IssueEvent),
    /// An issue could not be read, or its ledger not be written.
    UnreadableIssue {
        /// What went wrong.
        why: String,
    },
    /// The run is over.
    Summary(Summary),
}

/// What became of one issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssueEvent {
    /// The path of the issue.
    pub issue: String,
    /// How many links to WeChat it has.
    pub links: usize,
    /// How many of them the archive has.
    pub archived: usize,
    /// How many pictures it shows.
    pub images: usize,
    /// How many of them are not stored.
    pub missing_images: usize,
    /// Names of private parameters the issue publishes, each once.
    pub private: Vec<String>,
    /// Whether the ledger is new or other than before.
    pub changed: bool,
    /// What is odd about the issue, in words.
    pub oddities: Vec<String>,
}

/// What became of one article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleEvent {
    /// `biz/mid/idx`, or the short code where nothing else is known.
    pub article: String,
    /// The address.
    pub url: String,
    /// What happened.
    pub outcome: Outcome,
    /// The newest version in the archive.
    pub version: Option<u32>,
    /// The older version that its head shows, where a person restored one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<u32>,
    /// The folder in the archive.
    pub dir: Option<String>,
    /// The newest state on the site.
    pub state: Option<State>,
    /// The title, where it is archived.
    pub title: Option<String>,
    /// Why it could not be had this time.
    pub why: Option<String>,
    /// What could not be kept whole, in words.
    pub oddities: Vec<String>,
}

/// What happened to an article in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Archived for the first time.
    New,
    /// Asked again, and the same as before.
    Unchanged,
    /// Asked again, and a new version.
    Updated,
    /// The site says that it is gone.
    Gone,
    /// The site refused to show it.
    Blocked,
    /// It could not be had.
    Failed,
    /// Not asked for: the archive has it, or the run ended before its turn.
    Skipped,
}

/// How many pictures became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ImageCounts {
    /// Stored by this run.
    pub new: u64,
    /// In the archive already.
    pub reused: u64,
    /// Not to be had.
    pub missing: u64,
    /// The bytes of the new ones.
    pub bytes: u64,
}

/// The last event of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How many issues were read.
    pub issues: usize,
    /// How many links to WeChat they have.
    pub links: usize,
    /// How many articles became what.
    pub articles: BTreeMap<Outcome, usize>,
    /// How many pictures became what.
    pub images: ImageCounts,
    /// How many requests were sent.
    pub requests: u64,
    /// How long it took, in seconds, to the millisecond.
    pub seconds: Seconds,
    /// Whether the site stopped showing pages.
    pub blocked: bool,
    /// Whether the run was ended from outside.
    pub stopped: bool,
}

/// A duration that JSON shows in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seconds(pub std::time::Duration);

impl Serialize for Seconds {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((self.0.as_secs_f64() * 1000.0).round() / 1000.0)
    }
}

/// What a run did.
#[derive(Debug, Default)]
pub struct Report {
    /// Every article that was dealt with, in order.
    pub articles: Vec<ArticleEvent>,
    /// The place of each in the list, by every key it was asked under.
    places: HashMap<Key, usize>,
    /// How many links the issues have.
    pub links: usize,
    /// Links that should name an article and name none that can be asked for: place, address and reason of each.
    pub damaged_links: Vec<String>,
    /// How many issues' ledgers could not be written.
    pub failed_ledgers: usize,
    /// How many issues.
    pub issues: usize,
    /// How many pictures became what.
    pub images: ImageCounts,
    /// How many requests were sent.
    pub requests: u64,
    /// Whether the site stopped showing pages.
    pub blocked: bool,
    /// Whether the run was ended from outside.
    pub stopped: bool,
}

impl Report {
    /// Adds what became of one article.
    pub(super) fn add(&mut self, key: &Key, event: ArticleEvent) {
        self.blocked |= event.outcome == Outcome::Blocked;
        self.places.insert(key.clone(), self.articles.len());
        self.articles.push(event);
    }

    /// What became of an article, by a key it was asked under.
    #[must_use]
    pub fn article(&self, key: &Key) -> Option<&ArticleEvent> {
        self.places.get(key).map(|place| &self.articles[*place])
    }

    /// Counts the links of an issue. Links that were to be archived are counted as articles already.
    pub(super) fn count_links(&mut self, ledger: &Ledger) {
        self.issues += 1;
        self.links += ledger.links.len();
        let is_damaged = |link: &&LedgerLink| link.article.is_none() && link.outcome == LinkOutcome::Failed;
        for link in ledger.links.iter().filter(is_damaged) {
            let why = link.why.as_deref().unwrap_or("it names no article");
            self.damaged_links.push(format!("{}:{}: {}: {why}", ledger.issue, link.line, link.url));
        }
    }

    /// Notes that the ledger of an issue could not be written.
    pub(super) fn failed_ledger(&mut self, error: &ArchiveError, observer: &(dyn Fn(&Event) + Sync)) {
        self.failed_ledgers += 1;
        observer(&Event::UnreadableIssue { why: error.to_string() });
    }

    /// Whether every article is in the archive.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let is_had = |event: &ArticleEvent| event.dir.is_some() && event.outcome != Outcome::Failed;
        self.failed_ledgers == 0 && self.damaged_links.is_empty() && self.articles.iter().all(is_had)
    }

    /// The last event.
    #[must_use]
    pub fn summary(&self, took: std::time::Duration) -> Summary {
        let outcomes = [
            Outcome::New,
            Outcome::Unchanged,
            Outcome::Updated,
            Outcome::Gone,
            Outcome::Blocked,
            Outcome::Failed,
            Outcome::Skipped,
        ];
        let count = |outcome| self.articles.iter().filter(|event| event.outcome == outcome).count();
        Summary {
            issues: self.issues,
            links: self.links,
            articles: outcomes.into_iter().map(|outcome| (outcome, count(outcome))).collect(),
            images: self.images,
            requests: self.requests,
            seconds: Seconds(took),
            blocked: self.blocked,
            stopped: self.stopped,
        }
    }
}

impl Event {
    /// The event of a ledger.
    pub(super) fn issue(ledger: &Ledger, changed: bool) -> Self {
        let mut private: Vec<String> = ledger.links.iter().flat_map(|link| link.private.clone()).collect();
        private.sort();
        private.dedup();
        Self::Issue(IssueEvent {
            issue: ledger.issue.clone(),
            links: ledger.links.len(),
            archived: ledger.links.iter().filter(|link| link.outcome == LinkOutcome::Archived).count(),
            images: ledger.images.len(),
            missing_images: ledger.images.iter().filter(|image| image.stored.is_none()).count(),
            private,
            changed,
            oddities: ledger.oddities.clone(),
        })
    }
}
