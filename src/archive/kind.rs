//! Reads a path of the archive back: what the file is, by its place and name.

use std::path::{Path, PathBuf};

use super::packed::PageFile;
use super::{Digest, layout};

/// What a file of the archive is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// `FORMAT`.
    Format,
    /// `.lock`.
    Lock,
    /// `.index.sqlite`, or what SQLite puts beside it.
    Index,
    /// `aliases.json`.
    Aliases,
    /// Left by a writer that was killed.
    Temporary,
    /// `index.md` of the article in this folder.
    Head(PathBuf),
    /// `state.json` of the article in this folder.
    State(PathBuf),
    /// The manifest of a version of the article in this folder.
    Manifest(PathBuf, u32),
    /// The Markdown of a version of the article in this folder.
    Version(PathBuf, u32),
    /// A picture.
    Picture(Digest),
    /// A raw page.
    Page(PageFile),
    /// A picture or page in a folder that does not begin its name.
    Misplaced,
    /// The ledger of an issue.
    Ledger,
    /// The states of an article that was never had.
    Unarchived,
    /// The record of an article that was taken out.
    Tombstone,
    /// What a command remembers of its last run.
    Journal,
    /// An undo record: of this computer, and private.
    Undo,
    /// No part of the format and no harm: what git, the system or a person puts beside it.
    Foreign,
    /// Nothing the format knows.
    Unknown,
}

impl Kind {
    /// Whether a file is of this one copy of the archive and belongs in no other: what a killed writer left, who holds
    /// the lock, the index, how to undo edits of other files, what git keeps beside it.
    pub(super) fn is_of_this_copy(&self) -> bool {
        matches!(self, Self::Lock | Self::Temporary | Self::Index | Self::Undo | Self::Foreign)
    }

    /// Whether it is a record that other files stand by: nothing makes it anew.
    pub(super) fn is_record(&self) -> bool {
        matches!(self, Self::Manifest(..) | Self::State(_) | Self::Ledger | Self::Unarchived | Self::Tombstone)
    }

    /// Whether the format has a single file in this place, so that a folder there stands in its way. Ledgers lie as
    /// issues do, whose folders may have any name.
    pub(super) fn is_of_one_file(&self) -> bool {
        use Kind::{Aliases, Format, Head, Manifest, Page, Picture, State, Tombstone, Unarchived, Version};
        matches!(
            self,
            Format
                | Aliases
                | Head(_)
                | State(_)
                | Manifest(..)
                | Version(..)
                | Picture(_)
                | Page(_)
                | Unarchived
                | Tombstone
        )
    }
}

/// Whether a path below the folder of the archive is what a version control system keeps there: it is not walked.
pub(super) fn is_of_version_control(path: &Path) -> bool {
    [".git", ".hg", ".jj", ".svn"].iter().any(|name| path == Path::new(name))
}

/// Whether a file of this name may lie in any folder.
fn is_foreign(name: &str) -> bool {
    [layout::GIT_ATTRIBUTES, layout::GIT_IGNORE, ".gitkeep", ".DS_Store", "Thumbs.db", "desktop.ini"].contains(&name)
}

/// Whether a file of this name may lie beside `FORMAT`: what describes a repository.
fn is_of_repository(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    ["README", "LICENSE", "LICENCE", "COPYING"].contains(&stem)
        || [".editorconfig", ".gitlab-ci.yml", ".gitmodules", ".nojekyll"].contains(&name)
}

/// Says what the file at a path below the folder of the archive is.
pub(super) fn kind(path: &Path) -> Kind {
    let slashed = layout::slashed(path);
    let parts: Vec<&str> = slashed.split('/').collect();
    match parts.as_slice() {
        [.., name] if layout::is_temporary(name) => Kind::Temporary,
        [.., name] if is_foreign(name) => Kind::Foreign,
        [name] if is_of_repository(name) => Kind::Foreign,
        [".github", ..] => Kind::Foreign,
        [layout::FORMAT] => Kind::Format,
        [layout::LOCK] => Kind::Lock,
        [name] if is_index(name) => Kind::Index,
        [layout::ALIASES] => Kind::Aliases,
        [layout::ARTICLES, year, folder, rest @ ..] => {
            in_article(Path::new(layout::ARTICLES).join(year).join(folder), rest)
        }
        [layout::IMAGES, shard, name] => fanned(shard, name, picture(name)),
        [layout::PAGES, shard, name] => fanned(shard, name, page(name)),
        [layout::ISSUES, .., name] if is_json(name) => Kind::Ledger,
        [layout::UNARCHIVED, name] if is_json(name) => Kind::Unarchived,
        [layout::FORGOTTEN, name] if is_json(name) => Kind::Tombstone,
        [layout::JOURNAL, _, ..] => Kind::Journal,
        [layout::UNDO, _] => Kind::Undo,
        _ => Kind::Unknown,
    }
}

fn in_article(dir: PathBuf, rest: &[&str]) -> Kind {
    match rest {
        [layout::HEAD] => Kind::Head(dir),
        [layout::STATE] => Kind::State(dir),
        [layout::VERSIONS, name] => match name.split_once('.') {
            Some((number, "json")) => numbered(number).map_or(Kind::Unknown, |number| Kind::Manifest(dir, number)),
            Some((number, "md")) => numbered(number).map_or(Kind::Unknown, |number| Kind::Version(dir, number)),
            _ => Kind::Unknown,
        },
        _ => Kind::Unknown,
    }
}

fn is_index(name: &str) -> bool {
    layout::index_files().iter().any(|file| file == name)
}

fn is_json(name: &str) -> bool {
    name.strip_suffix(".json").is_some_and(|stem| !stem.is_empty())
}

/// A number as this program writes it: without sign and leading zeros.
fn numbered(text: &str) -> Option<u32> {
    text.parse::<u32>().ok().filter(|number| *number > 0 && number.to_string() == text)
}

fn fanned(shard: &str, name: &str, kind: Option<Kind>) -> Kind {
    match kind {
        Some(_) if !name.starts_with(shard) || shard.len() != 2 => Kind::Misplaced,
        Some(kind) => kind,
        None => Kind::Unknown,
    }
}

fn picture(name: &str) -> Option<Kind> {
    let (digest, extension) = name.split_once('.')?;
    let is_plain = !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Digest::try_from(digest.to_owned()).ok().filter(|_| is_plain).map(Kind::Picture)
}

fn page(name: &str) -> Option<Kind> {
    let stem = name.strip_suffix(".html.zst")?;
    let (sha256, reference) = match stem.split_once(".from-") {
        None => (stem, None),
        Some((sha256, reference)) => (sha256, Some(Digest::try_from(reference.to_owned()).ok()?)),
    };
    Some(Kind::Page(PageFile { sha256: Digest::try_from(sha256.to_owned()).ok()?, reference }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_the_layout_reads_back() {
        let digest = Digest::of(b"x");
        let dir = PathBuf::from("articles/2022/2022-05-31-a-3f9c21ab");
        let page = PageFile { sha256: digest, reference: Some(Digest::of(b"y")) };
        let cases = [
            (PathBuf::from(layout::FORMAT), Kind::Format),
            (dir.join(layout::HEAD), Kind::Head(dir.clone())),
            (dir.join(layout::STATE), Kind::State(dir.clone())),
            (dir.join(layout::manifest(7)), Kind::Manifest(dir.clone(), 7)),
            (dir.join(layout::version_markdown(7)), Kind::Version(dir.clone(), 7)),
            (layout::image(&digest, "png"), Kind::Picture(digest)),
            (layout::page(&digest), Kind::Page(PageFile { sha256: digest, reference: None })),
            (layout::page_against(&digest, &Digest::of(b"y")), Kind::Page(page)),
            (layout::ledger("a/b.md"), Kind::Ledger),
            (PathBuf::from("images/ab/.wxarchive-aB3xYz"), Kind::Temporary),
            (PathBuf::from(".wxarchive-notes.txt"), Kind::Unknown),
            (PathBuf::from(".index.sqlite-wal"), Kind::Index),
            (PathBuf::from(".index.sqlite-x"), Kind::Unknown),
            (PathBuf::from("articles/2022/x/versions/07.json"), Kind::Unknown),
            (PathBuf::from("thesis.doc"), Kind::Unknown),
            (PathBuf::from("README.zh-CN.md"), Kind::Foreign),
            (PathBuf::from(".gitattributes"), Kind::Foreign),
            (PathBuf::from("images/ab/.DS_Store"), Kind::Foreign),
            (PathBuf::from("articles/2022/x/README.md"), Kind::Unknown),
            (PathBuf::from("issues/README.md.json"), Kind::Ledger),
            (PathBuf::from(format!("images/zz/{digest}.png")), Kind::Misplaced),
        ];
        for (path, expected) in cases {
            assert_eq!(kind(&path), expected, "{}", path.display());
        }
    }
}
