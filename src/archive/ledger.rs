//! The ledger of an issue: what it links to, what became of it, and where it is now.

use serde::{Deserialize, Serialize};

use super::{Digest, StoredPicture, inside};
use crate::model::State;

/// What one issue links to: `issues/<path of the issue>.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// [`FORMAT_NUMBER`](super::FORMAT_NUMBER).
    pub format: u32,
    /// The path of the issue.
    pub issue: String,
    /// The digest of the issue's bytes, to which lines and spans belong.
    pub sha256: Digest,
    /// The issue's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The issue's date, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Every link to WeChat, in order.
    pub links: Vec<LedgerLink>,
    /// Every picture of the issue itself, in order.
    pub images: Vec<LedgerImage>,
    /// Links to articles that the issue had and has no more, repaired ones for the most part: what it recommended is
    /// kept. Lines and spans are those of the text they were last in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_links: Vec<LedgerLink>,
    /// Stored pictures that the issue showed and shows no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_images: Vec<LedgerImage>,
    /// What is odd about the issue, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub oddities: Vec<String>,
}

impl Ledger {
    /// Every link to an article or another page of the site that the issue has or had.
    pub fn every_link(&self) -> impl Iterator<Item = &LedgerLink> {
        self.links.iter().chain(&self.former_links)
    }

    /// Every stored picture that the issue shows or showed.
    pub fn stored_pictures(&self) -> impl Iterator<Item = &StoredPicture> + Clone {
        self.images.iter().chain(&self.former_images).filter_map(|image| image.stored.as_ref())
    }
}

/// A link and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLink {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The bytes of the address in the issue: first, and one past the last.
    pub span: [usize; 2],
    /// The canonical address of an article; of any other link the address without private values.
    pub url: String,
    /// article, temporary, album, home, placeholder, malformed or other.
    pub kind: String,
    /// What the issue calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The recommended-reading heading it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Names of the private parameters that the issue publishes in this address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub private: Vec<String>,
    /// What became of it.
    pub outcome: LinkOutcome,
    /// The last state seen on the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// The article, `biz/mid/idx` or the short code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// The folder of the article; a ledger that names one outside of `articles/` is refused.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "inside::articles")]
    pub dir: Option<String>,
    /// The title of the archived article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_title: Option<String>,
    /// Why it is not archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What became of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkOutcome {
    /// The archive has the article.
    Archived,
    /// The site says that it is gone, and the archive never had it.
    Gone,
    /// It could not be had this time.
    Failed,
    /// It was not asked for: the run ended before, the site blocked it, or it was not among the links to archive.
    Pending,
    /// It names no article.
    NotAnArticle,
}

/// A picture of the issue and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerImage {
    /// The line, from 1.
    pub line: usize,
    /// The bytes of the address in the issue: first, and one past the last.
    pub span: [usize; 2],
    /// The address.
    pub url: String,
    /// Whether the front matter names it, as the issue's cover or the like.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cover: bool,
    /// The stored file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<StoredPicture>,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}
