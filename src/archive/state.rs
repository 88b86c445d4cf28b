//! What the site said of an article, kept as spans of time.

use jiff::Timestamp;

use super::{DatedState, FORMAT_NUMBER, StateFile, StoredPage};
use crate::model::{ArticleUrl, State};

/// One answer of the site about an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The state it tells.
    pub state: State,
    /// When it was seen, to the second.
    pub at: Timestamp,
    /// What the page said.
    pub message: Option<String>,
    /// The page that says so, where it is no version.
    pub evidence: Option<StoredPage>,
}

impl StateFile {
    /// A file without any observation.
    #[must_use]
    pub fn new(url: &ArticleUrl) -> Self {
        Self {
            format: FORMAT_NUMBER,
            article: url.key().to_string(),
            url: url.canonical(),
            head: None,
            newest: None,
            restored: None,
            restored_at: None,
            late_pictures: Vec::new(),
            states: Vec::new(),
        }
    }

    /// Adds an observation: the last span grows where it says the same, else a new one begins.
    pub fn observe(&mut self, seen: Observation) {
        match self.states.last_mut() {
            Some(last) if last.state == seen.state && last.message == seen.message => {
                last.until = last.until.max(seen.at);
            }
            _ => self.states.push(DatedState {
                state: seen.state,
                since: seen.at,
                until: seen.at,
                message: seen.message,
                evidence: seen.evidence,
            }),
        }
    }

    /// The newest version that it tells of.
    pub(super) fn told_version(&self) -> Option<u32> {
        self.newest.max(self.head.map(|head| head.version)).max(self.restored)
    }

    /// When the site last said for certain how the article is: served whole, or gone for good.
    #[must_use]
    pub fn last_certain(&self) -> Option<Timestamp> {
        let is_certain = |dated: &&DatedState| dated.state == State::Live || dated.state.is_permanent();
        self.states.iter().rev().find(is_certain).map(|dated| dated.until)
    }

    /// Whether the last observation said the same.
    #[must_use]
    pub fn says(&self, state: State, message: Option<&str>) -> bool {
        self.states.last().is_some_and(|last| last.state == state && last.message.as_deref() == message)
    }

    /// Adds observations that were noted elsewhere, in order of time; those it has already are not doubled.
    pub(super) fn take_over(&mut self, noted: Vec<DatedState>) {
        for dated in noted {
            if !self.states.contains(&dated) {
                self.states.push(dated);
            }
        }
        self.states.sort_by_key(|dated| dated.since);
    }

    /// Makes up for an observation that a killed writer did not get to note: what was fetched then was live.
    pub(super) fn make_up(&mut self, fetched_at: Timestamp) {
        if self.states.last().is_none_or(|last| last.until < fetched_at) {
            self.observe(Observation { state: State::Live, at: fetched_at, message: None, evidence: None });
        }
    }

    /// The newest state that says something about the article: that it is served, has moved, or is gone.
    ///
    /// A bad moment of the site takes nothing of that back; it counts only where nothing else was ever said.
    #[must_use]
    pub fn current(&self) -> Option<&DatedState> {
        let newest = |says: fn(State) -> bool| self.states.iter().rev().find(|dated| says(dated.state));
        newest(is_telling).or_else(|| newest(|state| state != State::Blocked))
    }
}

/// Whether an answer is about the article, not about the site's moment.
pub(super) fn is_telling(state: State) -> bool {
    state.is_permanent() || matches!(state, State::Live | State::Migrated | State::Shrunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(state: State, at: &str) -> Observation {
        Observation { state, at: at.parse().expect("a time"), message: None, evidence: None }
    }

    #[test]
    fn equal_answers_in_a_row_are_one_span() {
        let url = ArticleUrl::parse("https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv").expect("an address");
        let mut file = StateFile::new(&url);
        file.observe(seen(State::Live, "2024-01-01T00:00:00Z"));
        file.observe(seen(State::Live, "2024-02-01T00:00:00Z"));
        file.observe(seen(State::Deleted, "2024-03-01T00:00:00Z"));
        file.observe(seen(State::Blocked, "2024-04-01T00:00:00Z"));
        let spans: Vec<_> = file.states.iter().map(|dated| (dated.state, dated.until.to_string())).collect();
        assert_eq!(spans[0], (State::Live, "2024-02-01T00:00:00Z".to_owned()));
        assert_eq!(spans.len(), 3);
        assert_eq!(file.current().map(|dated| dated.state), Some(State::Deleted));
    }

    #[test]
    fn a_bad_moment_of_the_site_takes_nothing_back() {
        let url = ArticleUrl::parse("https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv").expect("an address");
        let current = |states: &[State]| {
            let mut file = StateFile::new(&url);
            for state in states {
                file.observe(seen(*state, "2024-01-01T00:00:00Z"));
            }
            file.current().map(|dated| dated.state)
        };
        for moment in [State::Unavailable, State::SystemError, State::Unknown, State::Migrating, State::Blocked] {
            assert_eq!(current(&[State::Live, State::Deleted, moment]), Some(State::Deleted), "{moment:?}");
        }
        assert_eq!(current(&[State::Deleted, State::Live]), Some(State::Live));
        assert_eq!(current(&[State::Live, State::Shrunk]), Some(State::Shrunk));
        assert_eq!(current(&[State::Unavailable, State::Blocked]), Some(State::Unavailable));
        assert_eq!(current(&[State::Blocked]), None);
    }
}
