//! Archives one article after the other: ask, read, check who answered, have the pictures, commit.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use jiff::Timestamp;

use super::pictures::Pictures;
use super::report::ArticleEvent;
use super::version::{Reading, new_version};
use super::{Event, Gone, Job, Outcome, Report, Run, SILENCE, refresh};
use crate::archive::{ArchiveError, Entry, Evidence, Observation, StoredPage, Writer, scrub};
use crate::fetch::{Fetch, FetchError, Request, Want};
use crate::model::{Article, ArticleKey, ArticleUrl, Key, Page, State};
use crate::parse::{Notice, Parsed, parse};

/// The articles of one run.
pub(super) struct Articles<'a, 'run, F> {
    pub(super) writer: &'a mut Writer,
    pub(super) pictures: &'a Pictures<'run, F>,
    pub(super) run: &'a Run<'run, F>,
    /// How many article pages were asked for.
    asked: usize,
    /// How many articles in a row got no answer.
    silent: usize,
    /// The articles that were asked for; a second address of one is not asked.
    seen: HashSet<ArticleKey>,
    /// What ledgers say of articles that were taken out; read where the archive has nothing else of one.
    told: OnceLock<HashMap<String, String>>,
}

/// What came of one article, before it is told.
pub(super) struct Done {
    pub(super) outcome: Outcome,
    pub(super) state: Option<State>,
    pub(super) why: Option<String>,
}

impl Done {
    pub(super) fn new(outcome: Outcome) -> Self {
        Self { outcome, state: None, why: None }
    }

    pub(super) fn failed(state: Option<State>, why: impl Into<String>) -> Self {
        Self { outcome: Outcome::Failed, state, why: Some(why.into()) }
    }
}

impl<'a, 'run, F: Fetch> Articles<'a, 'run, F> {
    pub(super) fn new(writer: &'a mut Writer, pictures: &'a Pictures<'run, F>, run: &'a Run<'run, F>) -> Self {
        Self { writer, pictures, run, asked: 0, silent: 0, seen: HashSet::new(), told: OnceLock::new() }
    }

    /// Archives what the jobs name. After the first block page, and after a stop, no page is asked for any more;
    /// what the archive has is still looked after.
    pub(super) async fn archive_all(mut self, jobs: &[Job]) -> Result<Report, ArchiveError> {
        let mut report = Report::default();
        for job in jobs {
            let may_ask = !report.blocked
                && !self.run.stop.load(Ordering::Relaxed)
                && self.run.policy.max.is_none_or(|max| self.asked < max)
                && self.writer.resolve(job.url.key()).is_none_or(|article| !self.seen.contains(&article));
            let done = self.archive(&job.url, may_ask).await?;
            if done.outcome != Outcome::Skipped {
                self.seen.extend(self.writer.resolve(job.url.key()));
            }
            let event = self.event(&job.url, done);
            (self.run.observer)(&Event::Article(event.clone()));
            report.add(job.url.key(), event);
        }
        Ok(report)
    }

    async fn archive(&mut self, url: &ArticleUrl, may_ask: bool) -> Result<Done, ArchiveError> {
        if let Some(done) = self.forgotten(url.key()).or_else(|| self.lost(url.key())) {
            return Ok(done);
        }
        let archived = self.writer.entry(url.key()).cloned();
        if let Some(entry) = archived {
            let asks = may_ask && self.is_due(&entry);
            return if asks { self.ask(url).await } else { self.look_after(&entry).await };
        }
        let known = self.writer.unarchived(url.key()).and_then(|state| state.current()).cloned();
        match known {
            Some(dated) if dated.state.is_permanent() && self.run.policy.gone == Gone::Trust => {
                Ok(Done { outcome: Outcome::Gone, state: Some(dated.state), why: dated.message })
            }
            _ if may_ask => self.ask(url).await,
            _ => Ok(Done { why: Some("not asked for in this run".to_owned()), ..Done::new(Outcome::Skipped) }),
        }
    }

    /// What there is to say of an article that was taken out on purpose: it is not asked for and not stored again.
    fn forgotten(&self, key: &Key) -> Option<Done> {
        let why = match self.writer.forgotten(key) {
            Some(tombstone) => tombstone.describe(),
            None if self.writer.entry(key).is_some() => return None,
            // The record of it may be lost.
            None => self.told.get_or_init(|| self.writer.told_forgotten()).get(&key.to_string())?.clone(),
        };
        Some(Done { why: Some(why), ..Done::new(Outcome::Gone) })
    }

    /// What there is to say of an article with a lost version or lost states: what is left of it is not written over.
    fn lost(&self, key: &Key) -> Option<Done> {
        let version = || self.writer.lost(key).map(|path| ArchiveError::Lost { path });
        let states = || self.writer.lost_states(key).map(|path| ArchiveError::StatesLost { path });
        Some(Done::failed(None, version().or_else(states)?.to_string()))
    }

    fn is_due(&self, entry: &Entry) -> bool {
        let Some(age) = self.run.policy.refresh else { return false };
        if entry.state.current().is_some_and(|dated| dated.state.is_permanent()) && self.run.policy.gone == Gone::Trust
        {
            return false;
        }
        let seen = entry.state.last_certain().unwrap_or(entry.manifest.fetched.at);
        (self.run.now)().duration_since(seen) >= age
    }

    /// Asks for an article, and once more at its new address where its account moved.
    async fn ask(&mut self, url: &ArticleUrl) -> Result<Done, ArchiveError> {
        if self.run.policy.patience.is_some_and(|patience| self.silent >= patience) {
            return Ok(Done::failed(None, SILENCE));
        }
        let (page, parsed) = match self.get(url).await {
            Ok(answer) => answer,
            Err(why) => return Ok(Done::failed(None, why)),
        };
        let Parsed::Moved(target) = parsed else { return self.take(url, url, page, parsed).await };
        self.writer.reach(target.key())?;
        let message = Some(format!("moved to {}", target.canonical()));
        self.observe(url, State::Migrated, message, page).await?;
        match self.get(&target).await {
            Err(why) => Ok(Done::failed(Some(State::Migrated), why)),
            Ok((page, parsed)) => self.take(url, &target, page, parsed).await,
        }
    }

    /// Asks for a page and reads it.
    async fn get(&mut self, url: &ArticleUrl) -> Result<(Page, Parsed), String> {
        self.asked += 1;
        let request = Request { url: url.canonical(), want: Want::Article };
        let answer = self.run.fetch.get(&request).await;
        self.silent = if answer.as_ref().is_err_and(FetchError::is_silence) { self.silent + 1 } else { 0 };
        let mut page = answer.map_err(|error| error.to_string())?;
        if !is_from_site(&page) {
            let host = page.url.split('/').take(3).collect::<Vec<_>>().join("/");
            return Err(format!("asked `{}`: the answer came from {host}, which is not the site", request.url));
        }
        // A page is megabytes of HTML: reading it would hold up the pictures that come in meanwhile.
        let answer = beside(move || {
            // What is read is what is stored, so that reading the stored page again gives the same article.
            page.bytes = scrub(&page.bytes);
            let parsed = parse(&page);
            (page, parsed)
        });
        Ok(answer.await)
    }

    /// Deals with an answer: `asked` is what the issue links, `url` what was asked for in the end.
    async fn take(
        &mut self,
        asked: &ArticleUrl,
        url: &ArticleUrl,
        page: Page,
        parsed: Parsed,
    ) -> Result<Done, ArchiveError> {
        match parsed {
            Parsed::Article(article) => match identity(url, &article, self.writer.resolve(url.key()).as_ref()) {
                Ok(key) => self.keep(asked, url, Reading { key, article: *article, page }).await,
                Err(why) => {
                    self.observe(asked, State::Unknown, Some(why.clone()), page).await?;
                    Ok(Done::failed(Some(State::Unknown), why))
                }
            },
            Parsed::Gone(notice) => self.gone(asked, notice, page).await,
            Parsed::Moved(_) | Parsed::Unknown(_) => {
                let why = match parsed {
                    Parsed::Unknown(why) => why.to_string(),
                    _ => "it moved twice; only one move is followed".to_owned(),
                };
                self.observe(asked, State::Unknown, Some(why.clone()), page).await?;
                Ok(Done::failed(Some(State::Unknown), why))
            }
            Parsed::Blocked(notice) => {
                let why = notice.message.unwrap_or_else(|| "the site asks for a proof of being human".to_owned());
                self.observe(asked, State::Blocked, Some(why.clone()), page).await?;
                Ok(Done { outcome: Outcome::Blocked, state: Some(State::Blocked), why: Some(why) })
            }
        }
    }

    async fn gone(&mut self, asked: &ArticleUrl, notice: Notice, page: Page) -> Result<Done, ArchiveError> {
        let Notice { state, message, .. } = notice;
        self.observe(asked, state, message.clone(), page).await?;
        let outcome = if state.is_permanent() { Outcome::Gone } else { Outcome::Failed };
        Ok(Done { outcome, state: Some(state), why: message.or_else(|| Some(state.name().to_owned())) })
    }

    /// Stores an article that is the one that was asked for.
    async fn keep(&mut self, asked: &ArticleUrl, url: &ArticleUrl, reading: Reading) -> Result<Done, ArchiveError> {
        let key = reading.key.clone();
        // What was asked for by a short code may be known by its key.
        self.writer.reach(&Key::Article(key.clone()))?;
        let known = Key::Article(key.clone());
        if let Some(done) = self.forgotten(&known).or_else(|| self.lost(&known)) {
            return Ok(done);
        }
        let done = new_version(self, url, reading).await?;
        for (alias, evidence) in [(url, Evidence::Fetched), (asked, Evidence::Migrated)] {
            if *alias.key() != Key::Article(key.clone()) && self.writer.resolve(alias.key()).as_ref() != Some(&key) {
                self.writer.put_alias(alias.key(), &key, evidence)?;
            }
        }
        Ok(done)
    }

    /// Notes what the site said, with the page that says so, about an article the archive has or has not.
    ///
    /// A page that says what the last one said is not kept: notices differ in nothing but their counters.
    pub(super) async fn observe(
        &mut self,
        url: &ArticleUrl,
        state: State,
        message: Option<String>,
        page: Page,
    ) -> Result<(), ArchiveError> {
        let entry = self.writer.entry(url.key());
        let archived = entry.map(|entry| entry.manifest.article.clone());
        let known = entry.map(|entry| &entry.state).or_else(|| self.writer.unarchived(url.key()));
        let is_news = known.is_none_or(|known| !known.says(state, message.as_deref()));
        let evidence = if is_news { Some(self.store(page.bytes).await?) } else { None };
        let seen = Observation { state, at: self.now(), message, evidence };
        match archived {
            Some(key) => self.writer.observe_article(&key, seen),
            None => self.writer.observe_unarchived(url, seen),
        }
    }

    /// Stores a raw page; compressing it would hold up the pictures that come in meanwhile.
    pub(super) async fn store(&self, page: Vec<u8>) -> Result<StoredPage, ArchiveError> {
        let pages = self.writer.page_store();
        beside(move || pages.put(&page)).await
    }

    /// An article that the archive has and nobody asks for: only what an earlier run left undone is done.
    async fn look_after(&mut self, entry: &Entry) -> Result<Done, ArchiveError> {
        if !self.run.stop.load(Ordering::Relaxed) {
            refresh::look_after(self, entry).await?;
        }
        let current = entry.state.current();
        let gone = current.is_some_and(|dated| dated.state.is_permanent());
        Ok(Done {
            outcome: if gone { Outcome::Gone } else { Outcome::Skipped },
            state: current.map(|dated| dated.state),
            why: None,
        })
    }

    /// The clock, to the second: finer would only be noise in files.
    pub(super) fn now(&self) -> Timestamp {
        let now = (self.run.now)();
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    fn event(&self, url: &ArticleUrl, done: Done) -> ArticleEvent {
        let entry = self.writer.entry(url.key());
        let oddities =
            entry.map(|entry| entry.manifest.oddities.iter().map(|(odd, count)| odd.describe(count)).collect());
        ArticleEvent {
            article: self.writer.resolve(url.key()).map_or_else(|| url.key().to_string(), |key| key.to_string()),
            url: url.canonical(),
            outcome: done.outcome,
            version: entry.map(|entry| entry.manifest.version),
            restored: entry.and_then(|entry| entry.state.restored),
            dir: entry.map(Entry::name),
            state: done.state.or_else(|| Some(entry?.state.current()?.state)),
            title: entry.map(|entry| entry.manifest.meta.title.clone()),
            why: done.why,
            oddities: oddities.unwrap_or_default(),
        }
    }
}

/// Does work that takes a while beside the downloads.
pub(super) async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// Which article a page is, if it is the one that was asked for; `known` is what its short code is known to name.
fn identity(url: &ArticleUrl, article: &Article, known: Option<&ArticleKey>) -> Result<ArticleKey, String> {
    let other = |named: &str| format!("another article answered: asked for `{}`, the page is `{named}`", url.key());
    let named =
        article.key.as_ref().map_or_else(|| "one with another account or number".to_owned(), ToString::to_string);
    match (url.key(), &article.key) {
        (Key::Article(asked), Some(key)) if asked != key => Err(other(&named)),
        (Key::Article(asked), _) if article.claim.contradicts(asked) => Err(other(&named)),
        (Key::Article(asked), _) => Ok(asked.clone()),
        (Key::Short(_), None) => Err("the page does not say which article it is; nothing is stored".to_owned()),
        (Key::Short(asked), Some(key)) => match &article.short_code {
            Some(code) if code != asked => Err(other(&code.to_string())),
            _ if known.is_some_and(|known| known != key) => Err(other(&named)),
            _ => Ok(key.clone()),
        },
    }
}

/// Whether an answer came from the site itself: a redirect to elsewhere says nothing about an article.
fn is_from_site(page: &Page) -> bool {
    page.url.starts_with("https://mp.weixin.qq.com/")
}
