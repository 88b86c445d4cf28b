//! Holds each link against what the archive knows and against what the other links say.

use std::collections::{HashMap, HashSet};

use super::ballot::{Ballot, Vote};
use super::title::{Likeness, compare, fold, fold_all};
use super::{CheckedLink, Grounds, Mismatch, Verdict};
use crate::archive::{Archive, Entry, Evidence, Ledger, LinkOutcome, StateFile, Why};
use crate::issue::{Context, Link};
use crate::model::{ArticleUrl, Key, UrlKind};
use crate::sync::IssueFile;

/// What links are held against.
pub(super) struct Evidences<'a> {
    archive: Option<&'a Archive>,
    ballot: Ballot,
    /// An address for each article, of those that the issues use.
    addresses: HashMap<Key, &'a ArticleUrl>,
    /// By the name of the issue.
    ledgers: HashMap<&'a str, Ledger>,
    /// Whether every issue has one.
    has_ledgers: bool,
}

/// Addresses that could not be had, with the reason.
type Failed<'a> = HashMap<&'a str, Option<&'a str>>;

impl<'a> Evidences<'a> {
    pub(super) fn gather(issues: &'a [IssueFile], archive: Option<&'a Archive>) -> Self {
        let mut evidence = Self {
            archive,
            ballot: Ballot::default(),
            addresses: HashMap::new(),
            ledgers: HashMap::new(),
            has_ledgers: true,
        };
        // What can't be read is as good as none.
        let known = archive.map(Archive::readable_ledgers).unwrap_or_default();
        let mut ledgers: HashMap<String, Ledger> = known.into_iter().map(|one| (one.issue.clone(), one)).collect();
        for (file, name) in names_of_ledgers(issues, &ledgers) {
            file.issue.links.iter().for_each(|link| evidence.count(link));
            if let Some(ledger) = name.and_then(|name| ledgers.remove(&name)) {
                evidence.count_repaired(file, &ledger);
                evidence.ledgers.insert(&file.name, ledger);
            } else {
                evidence.has_ledgers = false;
            }
        }
        // Which address a title belongs to does not depend on which issues are looked at.
        for ledger in ledgers.values() {
            evidence.count_known(ledger, &HashSet::new());
        }
        evidence
    }

    fn count(&mut self, link: &'a Link) {
        let Some(url) = link.article() else { return };
        let key = self.resolve(url.key());
        if let Some(title) = &link.title {
            self.ballot.count(&key, title);
        }
        let known = self.addresses.entry(key).or_insert(url);
        if known.sn().is_none() {
            *known = url;
        }
    }

    /// Counts what the ledger knows of links that are not in the issue any more, since they were repaired: they go on
    /// speaking for the titles they had, or one run would change what the next one believes.
    fn count_repaired(&mut self, file: &IssueFile, ledger: &Ledger) {
        let there: HashSet<(Key, &str)> = file
            .issue
            .links
            .iter()
            .filter_map(|link| Some((self.resolve(link.key()?), link.title.as_deref()?)))
            .collect();
        self.count_known(ledger, &there);
    }

    /// Counts the links of a ledger but for some.
    fn count_known(&mut self, ledger: &Ledger, there: &HashSet<(Key, &str)>) {
        for known in ledger.every_link() {
            let Some(key) = known.article.as_ref().and_then(|key| key.parse::<Key>().ok()) else { continue };
            let (key, Some(title)) = (self.resolve(&key), &known.title) else { continue };
            if !there.contains(&(key.clone(), title.as_str())) {
                self.ballot.count(&key, title);
            }
        }
    }

    /// The article a key is known to name, else the key itself.
    fn resolve(&self, key: &Key) -> Key {
        self.archive.and_then(|archive| archive.resolve(key)).map_or_else(|| key.clone(), Key::Article)
    }

    /// Whether links to articles have just these words.
    pub(super) fn is_title(&self, words: &str) -> bool {
        self.ballot.is_title(words)
    }

    /// What is known of the links of an issue.
    pub(super) fn links(&self, file: &'a IssueFile) -> Vec<CheckedLink<'a>> {
        // Only the ledger knows what could not be had.
        let links = self.ledgers.get(file.name.as_str()).into_iter().flat_map(|ledger| &ledger.links);
        let failed: Failed<'_> = links
            .filter(|known| known.outcome == LinkOutcome::Failed)
            .map(|known| (known.url.as_str(), known.why.as_deref()))
            .collect();
        file.issue.links.iter().map(|link| self.link(file, link, &failed)).collect()
    }

    fn link(&self, file: &IssueFile, link: &'a Link, failed: &Failed<'_>) -> CheckedLink<'a> {
        let mut checked = CheckedLink {
            link,
            verdict: Verdict::NotArchived,
            state: Verdict::NotArchived,
            seen: None,
            why: None,
            entry: None,
            mismatch: None,
            mend: None,
        };
        if let Some(url) = link.article() {
            self.look_up(&mut checked, url, failed);
            checked.mismatch = self.mismatch(file, link, url, checked.entry);
        }
        Self::classify(&mut checked);
        checked
    }

    /// What the archive knows of the article.
    fn look_up(&self, checked: &mut CheckedLink<'a>, url: &ArticleUrl, failed: &Failed<'_>) {
        let Some(archive) = self.archive else { return };
        checked.entry = archive.entry(url.key());
        let file: Option<&StateFile> =
            checked.entry.map(|entry| &entry.state).or_else(|| archive.unarchived(url.key()));
        if let Some(dated) = file.and_then(|file| file.current().or_else(|| file.states.last())) {
            checked.state = Verdict::of(dated.state);
            checked.seen = Some((dated.since, dated.until));
            checked.why.clone_from(&dated.message);
        } else if let Some(why) = failed.get(url.canonical().as_str()) {
            checked.state = Verdict::Unreachable;
            checked.why = why.map(str::to_owned);
        } else if checked.entry.is_some() {
            checked.state = Verdict::Live;
        }
        if let Some(entry) = checked.entry
            && checked.state == Verdict::Live
            && entry.manifest.why == Why::Edited
        {
            checked.state = Verdict::Changed;
        }
        checked.mend = self.moved(url, checked.state);
    }

    /// The address that a migrated article moved to.
    fn moved(&self, url: &ArticleUrl, state: Verdict) -> Option<String> {
        let alias = self.archive?.alias(url.key()).filter(|alias| alias.evidence == Evidence::Migrated)?;
        let sn = self.archive?.entry(url.key()).and_then(|entry| entry.manifest.meta.sn.clone());
        let moved = matches!(state, Verdict::Migrated | Verdict::Live | Verdict::Changed);
        moved.then(|| ArticleUrl::new(Key::Article(alias.article.clone()), sn).canonical())
    }

    /// Puts what is wrong with the link itself over the state of the article.
    fn classify(checked: &mut CheckedLink<'a>) {
        if checked.mend.is_some() && checked.state == Verdict::Live {
            checked.state = Verdict::Migrated;
        }
        checked.verdict = checked.state;
        match &checked.link.kind {
            UrlKind::Article(_) => {}
            UrlKind::Malformed { why, mend } => {
                checked.verdict = Verdict::Malformed;
                checked.why = Some((*why).to_owned());
                checked.mend = mend.as_ref().map(ArticleUrl::canonical);
            }
            UrlKind::Temporary => checked.set(Verdict::Temporary, "a temporary address, which expires by design"),
            UrlKind::Album => checked.set(Verdict::NotAnArticle, "a list of articles"),
            UrlKind::Home => checked.set(Verdict::NotAnArticle, "the page of an account"),
            UrlKind::Placeholder => checked.set(Verdict::NotAnArticle, "an example, not an address"),
            UrlKind::Other => checked.set(Verdict::NotAnArticle, "another page of the site"),
        }
        if checked.mismatch.is_some() {
            checked.verdict = Verdict::Mismatch;
        }
    }

    /// Whether a title may be an earlier name. Without every ledger nobody knows what links were repaired, and with them
    /// the title's home may be out of sight: then nothing is taken for a name.
    fn is_former_name(&self, key: &Key, title: &str, name: &str) -> bool {
        self.has_ledgers && self.ballot.is_former_name(key, title, name)
    }

    /// What speaks against the words of a link: the archived title, else the titles of the other links.
    fn mismatch(&self, file: &IssueFile, link: &Link, url: &ArticleUrl, entry: Option<&Entry>) -> Option<Mismatch> {
        let title = link.title.as_deref()?;
        let key = self.resolve(url.key());
        let archived = entry.map(|entry| entry.manifest.meta.title.clone());
        let part = self.ballot.other_part(&key, title, archived.as_deref());
        let by = if archived.is_some() { Grounds::Archive } else { Grounds::Issues };
        let (named, grounds) = match archived.map(|name| (compare(title, &name), name)) {
            Some((Likeness::Same, _)) => (part?, by),
            Some((Likeness::Other, name)) if self.is_former_name(&key, title, &name) => return None,
            Some((Likeness::Other, name)) => (name, Grounds::Archive),
            Some((Likeness::Unclear, _)) | None => match self.ballot.vote(&key, title) {
                Vote::Agrees => (part?, by),
                Vote::Outvoted { named } => (named, Grounds::Issues),
            },
        };
        // Words that only stand before a link need not be its title, unless another address is called so and other
        // links have a name for what is behind this one: then the two addresses were taken for each other.
        let is_told =
            self.ballot.has_home(&key, title) && self.ballot.is_known(&key, &named) && !names(&file.text, link, &named);
        if is_guess(&file.text, link) && !is_told {
            return None;
        }
        let elsewhere = self.ballot.addresses(&key, title).into_iter();
        let elsewhere = elsewhere.filter_map(|other| self.address(other)).take(3).collect();
        Some(Mismatch { named, grounds, elsewhere })
    }

    /// The address of an article: that which issues use, else that under which it was archived.
    fn address(&self, key: &Key) -> Option<String> {
        let used = self.addresses.get(key).map(|url| url.canonical());
        used.or_else(|| Some(self.archive?.entry(key)?.manifest.fetched.url.clone()))
    }
}

/// How far around a link its article may be named, in bytes.
const VICINITY: usize = 600;

/// Whether the title was taken from the words around the link, which may be those of its neighbour.
fn is_guess(text: &str, link: &Link) -> bool {
    let has_words = matches!(link.context, Context::Inline | Context::Reference | Context::Html);
    !has_words || link.shown_url.is_some() || text[link.whole.clone()].starts_with("[]") || link.whole == link.span
}

/// Whether the article is named somewhere around the link.
fn names(text: &str, link: &Link, name: &str) -> bool {
    let start = text.floor_char_boundary(link.whole.start.saturating_sub(VICINITY));
    let end = text.floor_char_boundary(link.whole.end.saturating_add(VICINITY));
    let folded = fold_all(&text[start..link.span.start]) + &fold_all(&text[link.span.end..end.max(link.span.end)]);
    folded.contains(&fold(name))
}

/// The name of each issue's ledger: its own, else the only one that names the same issue from another folder.
fn names_of_ledgers<'i>(
    issues: &'i [IssueFile],
    ledgers: &HashMap<String, Ledger>,
) -> Vec<(&'i IssueFile, Option<String>)> {
    let taken: HashSet<&str> = issues.iter().map(|file| file.name.as_str()).collect();
    let name = |file: &IssueFile| {
        if ledgers.contains_key(&file.name) {
            return Some(file.name.clone());
        }
        let is_it = |name: &&String| !taken.contains(name.as_str()) && is_same_issue(name, &file.name);
        let mut others = ledgers.keys().filter(is_it);
        others.next().filter(|_| others.next().is_none()).cloned()
    };
    issues.iter().map(|file| (file, name(file))).collect()
}

/// Whether two names are those of one issue, named from different folders.
fn is_same_issue(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.strip_suffix(short).is_some_and(|above| above.is_empty() || above.ends_with('/'))
}
