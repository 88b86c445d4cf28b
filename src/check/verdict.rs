//! The state of a link as people name it on the command line, in reports and in files.

use std::str::FromStr;

use crate::model::State;

/// What is known of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The site served the article when it was last asked.
    Live,
    /// It did, and the article had been edited since it was first archived.
    Changed,
    /// The site says that the article is gone, and how.
    Gone(State),
    /// The account moved; the page names the new address.
    Migrated,
    /// The site would not say: it refused us, or had a bad moment.
    Blocked,
    /// The last run could not get an answer.
    Unreachable,
    /// An address that expires by design.
    Temporary,
    /// A damaged address.
    Malformed,
    /// The archive knows nothing of it.
    NotArchived,
    /// A page of the site that is no article.
    NotAnArticle,
    /// The words of the link name another article than its address.
    Mismatch,
    /// The words of the link name an article, its address is a picture's.
    Picture,
}

/// A word that names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no state; the states are {all}", all = Verdict::names().join(", "))]
pub struct UnknownVerdict(String);

impl Verdict {
    /// Every verdict, in the order of reports.
    pub const ALL: [Self; 26] = [
        Self::Mismatch,
        Self::Picture,
        Self::Malformed,
        Self::Gone(State::Deleted),
        Self::Gone(State::Violation),
        Self::Gone(State::Infringement),
        Self::Gone(State::Complaints),
        Self::Gone(State::SendFailed),
        Self::Gone(State::Impersonation),
        Self::Gone(State::Rumour),
        Self::Gone(State::AccountBlocked),
        Self::Gone(State::AccountCancelled),
        Self::Gone(State::NotMigrated),
        Self::Gone(State::Expired),
        Self::Gone(State::BadParameters),
        Self::Gone(State::ClientOnly),
        Self::Gone(State::Unpublished),
        Self::Temporary,
        Self::Migrated,
        Self::Unreachable,
        Self::Blocked,
        Self::NotArchived,
        Self::Gone(State::Shrunk),
        Self::Changed,
        Self::Live,
        Self::NotAnArticle,
    ];

    /// The verdict that a state of the archive amounts to.
    #[must_use]
    pub fn of(state: State) -> Self {
        match state {
            State::Live => Self::Live,
            State::Migrated => Self::Migrated,
            State::Blocked | State::Unknown | State::Migrating | State::Unavailable | State::SystemError => {
                Self::Blocked
            }
            gone => Self::Gone(gone),
        }
    }

    /// The word used in files and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Changed => "changed",
            Self::Gone(state) => state.name(),
            Self::Migrated => "migrated",
            Self::Blocked => "blocked",
            Self::Unreachable => "unreachable",
            Self::Temporary => "temporary",
            Self::Malformed => "malformed",
            Self::NotArchived => "not-archived",
            Self::NotAnArticle => "not-an-article",
            Self::Mismatch => "mismatch",
            Self::Picture => "picture",
        }
    }

    /// Every name.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|verdict| verdict.name()).collect()
    }

    /// Whether readers can no longer read the article on the site, for good.
    #[must_use]
    pub fn is_gone(self) -> bool {
        matches!(self, Self::Gone(state) if state.is_permanent())
    }

    /// Whether somebody should look at the link; what the site was not asked about yet, nobody can judge.
    #[must_use]
    pub fn needs_attention(self) -> bool {
        !matches!(self, Self::Live | Self::Changed | Self::NotAnArticle | Self::NotArchived)
    }
}

impl FromStr for Verdict {
    type Err = UnknownVerdict;

    fn from_str(name: &str) -> Result<Self, UnknownVerdict> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name).ok_or_else(|| UnknownVerdict(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for verdict in Verdict::ALL {
            assert_eq!(verdict.name().parse(), Ok(verdict));
        }
        assert!("dead".parse::<Verdict>().is_err_and(|error| error.to_string().contains("deleted, violation")));
    }
}
