//! The JSON files of the archive: shapes, and their one way of being written.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::seal::{Seal, seal, unseal};
use super::{ArchiveError, Digest, inside, regular};
use crate::model::{Account, ArticleKey, ArticleKind, Key, Oddities, Origin, Reprint, ShortCode, State};

/// The number of the format of all these files.
pub const FORMAT_NUMBER: u32 = 1;

/// One immutable reading of an article: `versions/1.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT_NUMBER`].
    pub format: u32,
    /// The identity.
    pub article: ArticleKey,
    /// From 1.
    pub version: u32,
    /// Why it was made.
    pub why: Why,
    /// The program that made it.
    pub converter: String,
    /// What the page says about itself.
    pub meta: Meta,
    /// Where and when it was had.
    pub fetched: Fetched,
    /// When the page was read again, where that made this version; others were made when the page was had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconverted_at: Option<Timestamp>,
    /// The stored page.
    pub page: StoredPage,
    /// The digest of the content, which decides whether a fetch is a new version.
    pub content: Digest,
    /// How many characters of text the body has.
    pub characters: u64,
    /// The digest of the version's Markdown file.
    pub markdown: Digest,
    /// Every picture that is stored, in reading order, the cover first.
    pub pictures: Vec<StoredPicture>,
    /// Every picture that could not be had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingPicture>,
    /// What could not be kept whole.
    #[serde(default, skip_serializing_if = "Oddities::is_empty")]
    pub oddities: Oddities,
}

/// Why a version was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The article was not in the archive.
    New,
    /// The site serves other content than before.
    Edited,
    /// This program reads the stored page better than before.
    Reconverted,
    /// A picture of it turned out to be what a host sends in the place of pictures, and is missing now.
    Corrected,
    /// It came from a file of the user.
    Imported,
}

/// What the page says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The title.
    pub title: String,
    /// The kind of post.
    pub kind: ArticleKind,
    /// Who published it.
    pub account: Account,
    /// The byline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The digest under the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// When the author edited it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Timestamp>,
    /// The address of the cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<String>,
    /// The mark of originality.
    pub origin: Origin,
    /// Where a re-post comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reprint: Option<Reprint>,
    /// The target of 阅读原文.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// Albums and tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The region beside the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The check value of the long address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sn: Option<String>,
    /// The short code, where it was addressed by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_code: Option<ShortCode>,
}

/// Where and when a page was had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// The canonical address that was asked.
    pub url: String,
    /// When, to the second.
    pub at: Timestamp,
    /// From where.
    pub from: Source,
}

/// Where a page came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The site.
    Network,
    /// A folder of saved pages.
    Folder,
}

/// A raw page in `pages/`, as records name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPage {
    /// The digest of the page after private values were taken out.
    pub sha256: Digest,
    /// The page it is stored against, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Digest>,
    /// The digest of the compressed file that was there when this record was written; older records lack it. Another
    /// form of the same page may have taken its place since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packed: Option<Digest>,
}

/// A picture in `images/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPicture {
    /// The address as the page or issue has it.
    pub url: String,
    /// What it has in common with other addresses of the same picture.
    pub key: String,
    /// The digest of its bytes, which is its name.
    pub sha256: Digest,
    /// The media type, told from the bytes.
    #[serde(rename = "type")]
    pub media_type: String,
    /// The file, from the folder of the archive; a record that names one outside of `images/` is refused.
    #[serde(deserialize_with = "inside::images")]
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The colour of the whole, as `#1f2e3d`; missing where this program can't unpack the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// What to show while it loads: the colours of four parts across by three down, row by row, six hex digits each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blur: Option<String>,
}

/// A picture that could not be had; tried again by the next run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingPicture {
    /// The address as the page or issue has it.
    pub url: String,
    /// Why not.
    pub why: String,
}

/// What is known of an article on the site: `state.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateFile {
    /// [`FORMAT_NUMBER`].
    pub format: u32,
    /// The article or the short code.
    pub article: String,
    /// The canonical address.
    pub url: String,
    /// The head that stands in `index.md`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
    /// The newest version: it tells of its manifest where that is lost, whatever the head shows; older records lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<u32>,
    /// The version that was made the head by a person; the newest one is, where nobody chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<u32>,
    /// When that person did; older records lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_at: Option<Timestamp>,
    /// Pictures that came only after the newest version was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late_pictures: Vec<StoredPicture>,
    /// What the site said, oldest first; equal answers in a row are one entry.
    pub states: Vec<DatedState>,
}

/// An article that was taken out of the archive: `forgotten/X.json`. It says which bytes were there, not what they said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// [`FORMAT_NUMBER`].
    pub format: u32,
    /// The article.
    pub article: ArticleKey,
    /// The other keys it was known under.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Key>,
    /// When it was taken out.
    pub at: Timestamp,
    /// Why, in the words of whoever did.
    pub reason: String,
    /// The digests of what was there: content and Markdown of each version, pages, pictures.
    pub digests: Vec<Digest>,
}

/// Which version the head shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The version.
    pub version: u32,
    /// The digest of `index.md`.
    pub markdown: Digest,
}

/// One state and the time it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedState {
    /// The state.
    pub state: State,
    /// When it was seen first.
    pub since: Timestamp,
    /// When it was seen last.
    pub until: Timestamp,
    /// What the page said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The page that says so, where it is no version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<StoredPage>,
}

/// A short code or a former key known to be an article: an entry of `aliases.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// The article.
    pub article: ArticleKey,
    /// How that is known.
    pub evidence: Evidence,
}

/// How an alias is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The page behind the short code names the article.
    Fetched,
    /// The account moved, and the old page names the new address.
    Migrated,
}

/// Writes a record: sealed, sorted keys, two blanks of indentation, one newline at the end.
pub(super) fn to_bytes(record: &impl Serialize, path: &Path) -> Result<Vec<u8>, ArchiveError> {
    // Through `Value`, whose objects are sorted maps.
    let value = serde_json::to_value(record).map_err(|error| ArchiveError::damaged(path, error))?;
    let mut bytes = serde_json::to_vec_pretty(&value).map_err(|error| ArchiveError::damaged(path, error))?;
    bytes.push(b'\n');
    Ok(seal(&bytes))
}

/// Reads a record; `None` where the file is not there.
pub(super) fn read<T: DeserializeOwned>(path: PathBuf) -> Result<Option<T>, ArchiveError> {
    match regular::read(&path) {
        Ok(bytes) => parse(&bytes).map(Some).map_err(|why| ArchiveError::damaged(path, why)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ArchiveError::io("read", path)(error)),
    }
}

/// Reads a record from its bytes; the error says why it is none.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match unseal(bytes) {
        (Seal::Broken, _) => Err("its SHA-256 is not the one on its second line".to_owned()),
        (Seal::Whole | Seal::LineEnds | Seal::Missing, object) => {
            serde_json::from_slice(&object).map_err(|error| error.to_string())
        }
    }
}
