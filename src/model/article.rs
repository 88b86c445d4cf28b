//! What a page says: metadata and a body, free of HTML.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ArticleKey, Block, Claim, ImageUrl, Oddities, ShortCode};

/// The kind of a post, from `item_show_type` (anatomy §2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArticleKind {
    /// 0: an article with a body.
    Article,
    /// 0 with `copyright_stat` 2: another account's article, posted again.
    Repost,
    /// 5: a video.
    Video,
    /// 6: a piece of music.
    Music,
    /// 7: a sound recording.
    Audio,
    /// 8: pictures with a caption.
    Pictures,
    /// 10: text without a body of its own.
    Text,
    /// 17: short content.
    Short,
    /// Any other number; read from the page's summary.
    Unknown,
}

/// Who published it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The name shown to readers (`nick_name`).
    pub name: String,
    /// The permanent name `gh_…` (`user_name`).
    pub id: Option<String>,
    /// The name chosen for searching (微信号).
    pub alias: Option<String>,
}

/// Whether the author marked it as original work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// No mark.
    #[default]
    Unmarked,
    /// Marked 原创.
    Original,
    /// A re-post of an original.
    Repost,
}

/// Where a re-post comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reprint {
    /// The account it was taken from.
    pub account: Option<String>,
    /// The address of the original, canonical where it is an article's.
    pub url: Option<String>,
}

/// A page, read: everything worth keeping that is not bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The kind of post.
    pub kind: ArticleKind,
    /// The identity the page claims; `None` where the page has no ids.
    pub key: Option<ArticleKey>,
    /// The parts of an identity that the page has.
    pub claim: Claim,
    /// The short code, where the page was addressed by it.
    pub short_code: Option<ShortCode>,
    /// The check value that loads the long address.
    pub sn: Option<String>,
    /// The title; made from the text where the author gave none.
    pub title: String,
    /// The publishing account.
    pub account: Account,
    /// The byline, where it says more than the account.
    pub author: Option<String>,
    /// The digest shown under the title.
    pub description: Option<String>,
    /// When it was published; shown in +08:00.
    pub published: Option<Timestamp>,
    /// When the author edited it after publishing, if ever.
    pub modified: Option<Timestamp>,
    /// The cover as uploaded, where the page says which that is, else the first crop.
    pub cover: Option<ImageUrl>,
    /// Other crops of the cover.
    pub crops: Vec<ImageUrl>,
    /// The mark of originality.
    pub origin: Origin,
    /// Where a re-post comes from.
    pub reprint: Option<Reprint>,
    /// The target of 阅读原文.
    pub source_url: Option<String>,
    /// Names of the albums and tags it belongs to.
    pub tags: Vec<String>,
    /// The region the site shows beside the account, as `浙江`.
    pub region: Option<String>,
    /// What it says.
    pub body: Vec<Block>,
    /// What could not be kept whole.
    pub oddities: Oddities,
}

impl Article {
    /// Every address that is offered for the cover: as uploaded, then its crops.
    pub fn covers(&self) -> impl Iterator<Item = &ImageUrl> {
        self.cover.iter().chain(&self.crops)
    }

    /// Every picture address in reading order, the cover first, each with the size that the page states for it;
    /// repeated ones are repeated.
    #[must_use]
    pub fn images(&self) -> Vec<(&ImageUrl, Option<(u32, u32)>)> {
        let cover = self.cover.iter().map(|cover| (cover, None));
        cover.chain(Block::images(&self.body)).collect()
    }
}
