//! Chooses the cover of an article: the largest of the crops that the page offers. The others are not kept.

use std::collections::{HashMap, HashSet};

use super::version::Shown;
use crate::archive::StoredPicture;
use crate::model::{Article, Block, ImageKey};

/// The largest in pixels of the pictures that are offered as the cover; the first of equals.
pub(super) fn largest<'p>(
    article: &Article,
    stored: impl Iterator<Item = &'p StoredPicture>,
) -> Option<&'p StoredPicture> {
    let stored: HashMap<&str, &StoredPicture> = stored.map(|picture| (picture.key.as_str(), picture)).collect();
    let covers = article.covers().filter_map(|cover| stored.get(cover.key().as_str()).copied());
    covers.reduce(|largest, cover| if pixels(cover) > pixels(largest) { cover } else { largest })
}

/// Takes the crops that are not the largest, and that the text does not show, out of an article's pictures.
pub(super) fn take_smaller(shown: &mut Shown, article: &Article) -> Vec<StoredPicture> {
    let Some(largest) = largest(article, shown.stored.iter()).map(|cover| cover.key.clone()) else { return Vec::new() };
    let in_text: HashSet<ImageKey> = Block::images(&article.body).into_iter().map(|(image, _)| image.key()).collect();
    let is_smaller = |picture: &StoredPicture| {
        let key = ImageKey::from(picture.key.clone());
        picture.key != largest && !in_text.contains(&key) && article.covers().any(|cover| cover.key() == key)
    };
    shown.stored.extract_if(.., |picture| is_smaller(picture)).collect()
}

fn pixels(picture: &StoredPicture) -> u64 {
    u64::from(picture.width) * u64::from(picture.height)
}
