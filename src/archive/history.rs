//! What happened to an article, in order of time: its versions and what the site said.

use jiff::Timestamp;
use serde::Serialize;

use super::{Archive, ArchiveError, DatedState, Entry, Why};

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
        /// When its page was had.
        at: Timestamp,
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
        /// When it last said something else: the change came between then and `since`.
        after: Option<Timestamp>,
    },
}

impl Moment {
    fn at(&self) -> Timestamp {
        match self {
            Self::Version { at, .. } => *at,
            Self::State { dated, .. } => dated.since,
        }
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
            let (why, at, modified, title) =
                (manifest.why, manifest.fetched.at, manifest.meta.modified, manifest.meta.title);
            moments.push(Moment::Version { version: number, why, at, modified, title });
        }
        let mut after = None;
        for dated in &entry.state.states {
            moments.push(Moment::State { dated: dated.clone(), after });
            after = Some(dated.until);
        }
        moments.sort_by_key(Moment::at);
        Ok(moments)
    }
}
