//! Every path of the archive, relative to its folder; nothing else in the library spells one.

use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use unicode_normalization::UnicodeNormalization as _;

use super::Digest;
use crate::model::{ArticleKey, Key};

/// The file that says what the archive is.
pub(super) const FORMAT: &str = "FORMAT";
/// The file that a writer locks.
pub(super) const LOCK: &str = ".lock";
/// The index, which is derived from the records; SQLite puts files beside it while it is written.
pub(super) const INDEX: &str = ".index.sqlite";
/// Tells git to change no byte of the archive.
pub(super) const GIT_ATTRIBUTES: &str = ".gitattributes";
/// Tells git what is of this computer only.
pub(super) const GIT_IGNORE: &str = ".gitignore";
/// The table of short codes.
pub(super) const ALIASES: &str = "aliases.json";
/// The folder of articles, one folder a year below it.
pub(super) const ARTICLES: &str = "articles";
/// The folder of issue ledgers.
pub(super) const ISSUES: &str = "issues";
/// The folder of undo records: what was edited in files outside of the archive.
pub(super) const UNDO: &str = ".undo";
/// The folder of what commands remember of their last run.
pub(super) const JOURNAL: &str = "journal";
/// The folder of raw pages.
pub(super) const PAGES: &str = "pages";
/// The folder with the states of articles that were never had.
pub(super) const UNARCHIVED: &str = "unarchived";
/// The folder with the records of articles that were taken out.
pub(super) const FORGOTTEN: &str = "forgotten";
/// The folder of pictures.
pub(super) const IMAGES: &str = "images";
/// The folder of versions, below an article's folder.
pub(super) const VERSIONS: &str = "versions";
/// What the names of temporary files begin with, so that they can be found again.
pub(super) const TEMPORARY: &str = ".wxarchive-";
/// How many letters and digits stand behind that.
const TEMPORARY_LETTERS: usize = 6;
/// The newest version as people read it, below an article's folder.
pub(super) const HEAD: &str = "index.md";
/// The dated states, below an article's folder.
pub(super) const STATE: &str = "state.json";

/// How many bytes a name may have; disks allow 255, and `.json` and temporary names need room.
const NAME_BYTES: usize = 230;
/// How many bytes of a title go into a folder name.
const TITLE_BYTES: usize = 60;

/// Whether a name is that of a temporary file; others that only begin like it may be somebody's.
pub(super) fn is_temporary(name: &str) -> bool {
    let is_random =
        |rest: &str| rest.len() == TEMPORARY_LETTERS && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.strip_prefix(TEMPORARY).is_some_and(is_random)
}

/// The index and the files that SQLite puts beside it.
pub(super) fn index_files() -> [String; 4] {
    ["", "-wal", "-shm", "-journal"].map(|ending| format!("{INDEX}{ending}"))
}

/// The folder of an article: `articles/2022/2022-05-31-title-3f9c21ab`.
pub(super) fn article(key: &ArticleKey, title: &str, published: Option<Timestamp>) -> PathBuf {
    let date = published.map(|time| TimeZone::fixed(Offset::constant(8)).to_datetime(time).date());
    let year = date.map_or("undated".to_owned(), |date| format!("{:04}", date.year()));
    let day = date.map_or("undated".to_owned(), |date| date.to_string());
    let hash = folder_hash(key);
    let slug = slug(title);
    let name = if slug.is_empty() { format!("{day}-{hash}") } else { format!("{day}-{slug}-{hash}") };
    Path::new(ARTICLES).join(year).join(name)
}

/// The manifest of a version, below an article's folder.
pub(super) fn manifest(number: u32) -> PathBuf {
    Path::new(VERSIONS).join(format!("{number}.json"))
}

/// The Markdown of a version, below an article's folder.
pub(super) fn version_markdown(number: u32) -> PathBuf {
    Path::new(VERSIONS).join(format!("{number}.md"))
}

/// A picture: `images/ab/abcd….png`.
pub(super) fn image(digest: &Digest, extension: &str) -> PathBuf {
    let name = digest.to_string();
    Path::new(IMAGES).join(&name[..2]).join(format!("{name}.{extension}"))
}

/// A raw page that stands for itself.
pub(super) fn page(digest: &Digest) -> PathBuf {
    let name = digest.to_string();
    Path::new(PAGES).join(&name[..2]).join(format!("{name}.html.zst"))
}

/// A raw page as the difference to another, which the name tells.
pub(super) fn page_against(digest: &Digest, reference: &Digest) -> PathBuf {
    let name = digest.to_string();
    Path::new(PAGES).join(&name[..2]).join(format!("{name}.from-{reference}.html.zst"))
}

/// The ledger of an issue; parts that lead out of the folder are left out.
pub(super) fn ledger(issue: &str) -> PathBuf {
    let parts = Path::new(issue).components().filter_map(|part| match part {
        Component::Normal(part) => Some(shortened(&part.to_string_lossy())),
        _ => None,
    });
    let mut path: PathBuf = std::iter::once(ISSUES.to_owned()).chain(parts).collect();
    path.as_mut_os_string().push(".json");
    path
}

/// A name that is not too long for a disk even with an ending: cut, with a hash of the whole in place of the rest.
fn shortened(name: &str) -> String {
    if name.len() <= NAME_BYTES {
        return name.to_owned();
    }
    let end = (0..=NAME_BYTES - 9).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
    format!("{}-{}", &name[..end], Digest::of(name.as_bytes()).short())
}

/// A record of the journal.
pub(super) fn journal(name: &str) -> PathBuf {
    Path::new(JOURNAL).join(format!("{}.json", plain(name)))
}

/// The record of a run that edited files.
pub(super) fn undo(run: &str) -> PathBuf {
    Path::new(UNDO).join(format!("{}.json", plain(run)))
}

/// A name without all that is no letter, digit or dash.
fn plain(name: &str) -> String {
    name.chars().filter(|char| char.is_ascii_alphanumeric() || *char == '-').collect()
}

/// The states of an article that was never had. Hashed, since short codes differ by case and some disks don't care.
pub(super) fn unarchived(key: &Key) -> PathBuf {
    hashed(UNARCHIVED, &key.to_string())
}

/// The record of an article that was taken out.
pub(super) fn tombstone(key: &ArticleKey) -> PathBuf {
    hashed(FORGOTTEN, &key.to_string())
}

/// The end of the name of an article's folder: the beginning of the hash of its key.
pub(super) fn folder_hash(key: &ArticleKey) -> String {
    Digest::of(key.to_string().as_bytes()).short()
}

fn hashed(folder: &str, key: &str) -> PathBuf {
    let hash = Digest::of(key.as_bytes()).to_string();
    Path::new(folder).join(format!("{}.json", &hash[..16]))
}

/// A path with `/` between its parts, as JSON and Markdown write it.
pub(super) fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Letters and digits of any script in NFC, everything else as single `-`, cut at a character's edge.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for char in title.nfc() {
        match char {
            char if char.is_alphanumeric() => slug.push(char),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() > TITLE_BYTES {
            slug.pop();
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_name_has_date_title_and_hash() {
        let key: ArticleKey = "MzUzMzU5Mjc1Nw==/2247510516/1".parse().expect("a key");
        let published = "2022-05-31T16:30:00Z".parse().ok();
        let path = article(&key, "如何看待 Dapr、Layotto 这种多运行时架构？", published);
        let hash = Digest::of(b"MzUzMzU5Mjc1Nw==/2247510516/1").short();
        let expected = format!("articles/2022/2022-06-01-如何看待-Dapr-Layotto-这种多运行时架构-{hash}");
        assert_eq!(slashed(&path), expected);
        assert!(slashed(&article(&key, "？！", None)).starts_with("articles/undated/undated-"));
    }

    #[test]
    fn slug_is_cut_at_a_character_edge() {
        let slug = slug(&"字".repeat(40));
        assert_eq!(slug, "字".repeat(20));
    }

    #[test]
    fn ledger_stays_inside_the_archive() {
        assert_eq!(slashed(&ledger("content/zh/a b/index.md")), "issues/content/zh/a b/index.md.json");
        assert_eq!(slashed(&ledger("../../etc/passwd")), "issues/etc/passwd.json");
        assert_eq!(slashed(&ledger("/abs/x.md")), "issues/abs/x.md.json");
        let long = slashed(&ledger(&format!("{}.md", "字".repeat(83))));
        assert!(long.len() < 255, "{long}");
    }
}
