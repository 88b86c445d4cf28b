//! What happened to an article, in order of time: its versions and what the site said.

use jiff::Timestamp;
use serde::Serialize;

use super::state::is_telling;
use super::{Archive, ArchiveError, DatedState, Entry, StateFile, Why};
use crate::model::Key;

/// Something that happened to an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Moment {
    /// A version was made.
    Version {
        /// Its number.
        version: u32,
        /// Why.
        why: Why,
        /// When it was made: when its page was had, or read again.
        at: Timestamp,
        /// The version of the program that made it.
        converter: String,
        /// When the author edited it, where the page says so.
        modified: Option<Timestamp>,
        /// Its title.
        title: String,
    },
    /// The site said something, once or several times in a row.
    State {
        /// What it said.
        #[serde(flatten)]
        dated: DatedState,
        /// When it last said something else: the change came between then and `since`. What says nothing of the article,
        /// as a block page, is no such answer.
        after: Option<Timestamp>,
    },
    /// A person chose an older version, which the head shows still.
    Restored {
        /// Its number.
        version: u32,
        /// When; not known where an older program noted it.
        at: Option<Timestamp>,
    },
    /// The article was taken out of the archive.
    Forgotten {
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
}

impl Moment {
    fn at(&self) -> Timestamp {
        match self {
            Self::Version { at, .. } | Self::Forgotten { at, .. } => *at,
            Self::State { dated, .. } => dated.since,
            Self::Restored { at, .. } => at.unwrap_or(Timestamp::MAX),
        }
    }
}

impl StateFile {
    /// What the site said, oldest first.
    #[must_use]
    pub fn history(&self) -> Vec<Moment> {
        let (mut moments, mut last, mut told) = (Vec::new(), None, None::<&DatedState>);
        for dated in &self.states {
            let after = match told {
                // Between two equal answers there was no change.
                Some(told) if is_telling(dated.state) => (told.state != dated.state).then_some(told.until),
                _ if is_telling(dated.state) => None,
                _ => last,
            };
            moments.push(Moment::State { dated: dated.clone(), after });
            last = Some(dated.until);
            told = if is_telling(dated.state) { Some(dated) } else { told };
        }
        moments
    }
}

impl Archive {
    /// The history of an article, oldest first.
    ///
    /// # Errors
    /// When a manifest is damaged.
    pub fn history(&self, entry: &Entry) -> Result<Vec<Moment>, ArchiveError> {
        let mut moments = Vec::new();
        for number in 1..=entry.manifest.version {
            let Some(manifest) = self.manifest(entry, number)? else { continue };
            moments.push(Moment::Version {
                version: number,
                why: manifest.why,
                at: manifest.reconverted_at.unwrap_or(manifest.fetched.at),
                converter: manifest.converter,
                modified: manifest.meta.modified,
                title: manifest.meta.title,
            });
        }
        moments.extend(entry.state.history());
        let at = entry.state.restored_at;
        moments.extend(entry.state.restored.map(|version| Moment::Restored { version, at }));
        moments.sort_by_key(Moment::at);
        Ok(moments)
    }

    /// What is known of an article that the archive has not: what the site said, or that it was taken out; `None` where
    /// nothing is.
    #[must_use]
    pub fn history_of_absent(&self, key: &Key) -> Option<Vec<Moment>> {
        let forgotten = self
            .forgotten(key)
            .map(|tombstone| vec![Moment::Forgotten { at: tombstone.at, reason: tombstone.reason.clone() }]);
        forgotten.or_else(|| self.unarchived(key).map(StateFile::history))
    }
}
