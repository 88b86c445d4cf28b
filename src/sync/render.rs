//! Puts an article, its version and its pictures together into the Markdown of the archive.

use super::cover;
use crate::archive::{Manifest, StoredPicture};
use crate::markdown::{self, FrontMatter, Pictures};
use crate::model::{Article, ImageKey};

/// Where a Markdown file stands; pictures are addressed relative to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// `articles/YEAR/DIR/index.md`.
    Head,
    /// `articles/YEAR/DIR/versions/N.md`.
    Version,
}

impl Placed {
    /// The way from the file up to the folder of the archive.
    fn up(self) -> &'static str {
        match self {
            Self::Head => "../../..",
            Self::Version => "../../../..",
        }
    }
}

/// Writes an article as it stands in the archive; the same for the same arguments, byte for byte.
#[must_use]
pub fn render(article: &Article, manifest: &Manifest, late: &[StoredPicture], placed: Placed) -> String {
    let stored = manifest.pictures.iter().chain(late);
    let path = |picture: &StoredPicture| format!("{}/{}", placed.up(), picture.file);
    let pictures: Pictures =
        stored.clone().map(|picture| (ImageKey::from(picture.key.clone()), path(picture))).collect();
    let mut front = FrontMatter::of(article, &pictures);
    if let Some(cover) = cover::largest(article, stored) {
        front.cover = Some(path(cover));
    }
    front.article = Some(manifest.article.to_string());
    front.archived = Some(manifest.fetched.at);
    front.version = Some(manifest.version);
    markdown::document(&front, &article.body, &pictures)
}
