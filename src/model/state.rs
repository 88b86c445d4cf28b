//! What became of an article, as the site's answer tells it (anatomy §4).

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The state of an article on the site at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The article was served.
    Live,
    /// 该内容已被发布者删除.
    Deleted,
    /// 此内容因违规无法查看, with or without a reason.
    Violation,
    /// Taken down after a complaint of infringement.
    Infringement,
    /// Taken down after many complaints.
    Complaints,
    /// 此内容发送失败无法查看.
    SendFailed,
    /// Taken down as impersonation (冒名侵权).
    Impersonation,
    /// Replaced by a notice of rumour (不实信息).
    Rumour,
    /// The account is blocked.
    AccountBlocked,
    /// The account is cancelled.
    AccountCancelled,
    /// The account moved to another, and the article did not go with it.
    NotMigrated,
    /// The account moved, and the page names the new address.
    Migrated,
    /// The account is moving just now.
    Migrating,
    /// 该内容暂时无法查看.
    Unavailable,
    /// A temporary address that has expired.
    Expired,
    /// 参数错误: the address is incomplete or damaged.
    BadParameters,
    /// 系统出错: worth another try.
    SystemError,
    /// Shown only inside the WeChat client.
    ClientOnly,
    /// A preview of something not published.
    Unpublished,
    /// Served with less than half of the text it had; most likely not the whole article.
    Shrunk,
    /// The site refused to show anything to us; says nothing about the article.
    Blocked,
    /// An answer that nothing here recognises.
    Unknown,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 22] = [
        Self::Live,
        Self::Deleted,
        Self::Violation,
        Self::Infringement,
        Self::Complaints,
        Self::SendFailed,
        Self::Impersonation,
        Self::Rumour,
        Self::AccountBlocked,
        Self::AccountCancelled,
        Self::NotMigrated,
        Self::Migrated,
        Self::Migrating,
        Self::Unavailable,
        Self::Expired,
        Self::BadParameters,
        Self::SystemError,
        Self::ClientOnly,
        Self::Unpublished,
        Self::Shrunk,
        Self::Blocked,
        Self::Unknown,
    ];

    /// Whether the article is gone for good, so that asking again is pointless.
    #[must_use]
    pub fn is_permanent(self) -> bool {
        match self {
            Self::Deleted
            | Self::Violation
            | Self::Infringement
            | Self::Complaints
            | Self::SendFailed
            | Self::Impersonation
            | Self::Rumour
            | Self::AccountBlocked
            | Self::AccountCancelled
            | Self::NotMigrated
            | Self::Expired
            | Self::BadParameters
            | Self::ClientOnly
            | Self::Unpublished => true,
            Self::Live
            | Self::Migrated
            | Self::Migrating
            | Self::Unavailable
            | Self::SystemError
            | Self::Shrunk
            | Self::Blocked
            | Self::Unknown => false,
        }
    }

    /// The name used in files and on the command line, as `account-blocked`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Deleted => "deleted",
            Self::Violation => "violation",
            Self::Infringement => "infringement",
            Self::Complaints => "complaints",
            Self::SendFailed => "send-failed",
            Self::Impersonation => "impersonation",
            Self::Rumour => "rumour",
            Self::AccountBlocked => "account-blocked",
            Self::AccountCancelled => "account-cancelled",
            Self::NotMigrated => "not-migrated",
            Self::Migrated => "migrated",
            Self::Migrating => "migrating",
            Self::Unavailable => "unavailable",
            Self::Expired => "expired",
            Self::BadParameters => "bad-parameters",
            Self::SystemError => "system-error",
            Self::ClientOnly => "client-only",
            Self::Unpublished => "unpublished",
            Self::Shrunk => "shrunk",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
        }
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::name).join(", ");
        let known = Self::ALL.into_iter().find(|state| state.name() == name);
        known.ok_or_else(|| format!("`{name}` is no state; the states are {}", names()))
    }
}
