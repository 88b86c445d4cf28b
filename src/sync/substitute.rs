//! Finds out which bytes are no picture, but what a host sends in the place of many (anatomy §3.4).
//!
//! Nobody outside knows these bytes, so they are learned. A small answer that looks like a substitute is doubted, unless
//! it has the size that the page states, and another address is asked for the same picture. Where that sends the same,
//! this picture is missing. Where it sends something that fits, or pages state sizes of different shapes for several
//! pictures that came with the same bytes, these are a substitute: none of the same digest is taken from then on, in
//! this run or a later one. One stated size proves nothing, since pages state wrong ones. What has the stated size
//! anywhere is never taken for a substitute.
//!
//! A real picture of exactly the usual size is missing where no page states its size: nothing tells it from a substitute,
//! and a missing picture is less bad than a wrong one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::pictures::Wanted;
use crate::archive::{Archive, ArchiveError, Digest, StoredPicture};
use crate::image::{Preview, placeholder};
use crate::model::ImageUrl;

/// The name of the record in the archive's journal.
const NAME: &str = "substitutes";

/// How many pictures are remembered of contradicted bytes: a further one of another shape is none of these or differs
/// from one of them.
const ENOUGH: usize = 2;

/// The bytes that are known to be substitutes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Substitutes {
    #[serde(default, rename = "substitutes")]
    learned: BTreeSet<Digest>,
    /// Taken for substitutes once, until a page stated their size.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    acquitted: BTreeSet<Digest>,
    /// Contradicted, but not learned: the pictures that they came for, with the sizes stated for these.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    contradicted: BTreeMap<Digest, BTreeMap<String, (u32, u32)>>,
    /// What has the size that a page states, in this run.
    #[serde(skip)]
    sound: BTreeSet<Digest>,
}

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// The digest of its bytes.
    pub(super) digest: Digest,
    /// Pixels across and down.
    pub(super) size: (u32, u32),
    /// Whether it is pale and without colours; not looked for in what is too large to be a substitute.
    pub(super) is_pale: bool,
}

/// What to think of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgement {
    /// Nothing speaks against it.
    Sound,
    /// It has fewer pixels than stated; another address may have more.
    Reduced,
    /// It is unlike the size that the page states, but doesn't look like a substitute: pages state wrong sizes, too.
    Unlike,
    /// It looks like a substitute, and no stated size speaks for it.
    Suspect,
    /// It looks like a substitute, and the stated size speaks against it.
    Contradicted,
    /// It is a substitute.
    Substitute,
}

impl Judgement {
    /// Whether the answer has the shape that the page states, if it states any.
    pub(super) fn fits(self) -> bool {
        matches!(self, Self::Sound | Self::Reduced)
    }

    /// Whether the answer may be a substitute.
    pub(super) fn is_suspicion(self) -> bool {
        match self {
            Self::Suspect | Self::Contradicted | Self::Substitute => true,
            Self::Sound | Self::Reduced | Self::Unlike => false,
        }
    }
}

impl Substitutes {
    /// Reads what earlier runs have learned.
    pub(super) fn read(archive: &Archive) -> Result<Self, ArchiveError> {
        match archive.journal(NAME) {
            // What it said is learned again.
            Err(ArchiveError::Damaged { .. }) => Ok(Self::default()),
            read => Ok(read?.unwrap_or_default()),
        }
    }

    /// Writes what is known for later runs.
    pub(super) fn write(&self, archive: &Archive) -> Result<(), ArchiveError> {
        let is_empty = self.learned.is_empty() && self.contradicted.is_empty();
        if is_empty { Ok(()) } else { archive.put_journal(NAME, self) }
    }

    /// Judges an answer, and remembers it where it has the stated size.
    pub(super) fn judge(&mut self, wanted: Wanted<'_>, look: Look) -> Judgement {
        let is_reduced = wanted.size.is_some_and(|(width, _)| look.size.0 < width);
        let rest = if is_reduced { Judgement::Reduced } else { Judgement::Sound };
        if !matches!(wanted.image, ImageUrl::WeChat { .. }) || !placeholder::is_small(look.size) {
            return rest;
        }
        let is_unlike = wanted.size.map(|stated| placeholder::is_unlike(look.size, stated));
        if is_unlike == Some(false) && !(is_reduced && look.is_suspect()) {
            self.acquit(look.digest);
            return rest;
        }
        match is_unlike {
            _ if self.contains(&look.digest) => Judgement::Substitute,
            Some(true) if look.is_likely() => Judgement::Contradicted,
            Some(true) => Judgement::Unlike,
            _ if look.is_suspect() => Judgement::Suspect,
            _ => rest,
        }
    }

    /// Notes that a page contradicts bytes which all addresses of a picture send: they are learned at the second picture
    /// of which a page says that it has another shape.
    pub(super) fn contradict(&mut self, wanted: Wanted<'_>, digest: Digest) {
        let Some(stated) = wanted.size else { return };
        let key = wanted.image.key();
        let pictures = self.contradicted.entry(digest).or_default();
        if pictures.iter().any(|(other, size)| other != key.as_str() && !placeholder::has_shape(*size, stated)) {
            self.learn(digest);
        } else if pictures.len() < ENOUGH {
            pictures.entry(key.as_str().to_owned()).or_insert(stated);
        }
    }

    /// Takes bytes for a substitute from now on.
    pub(super) fn learn(&mut self, digest: Digest) {
        self.learned.insert(digest);
        self.contradicted.remove(&digest);
        if self.sound.contains(&digest) {
            self.acquitted.insert(digest);
        }
    }

    fn acquit(&mut self, digest: Digest) {
        self.sound.insert(digest);
        if self.learned.contains(&digest) {
            self.acquitted.insert(digest);
        }
    }

    /// Whether bytes are a substitute.
    pub(super) fn contains(&self, digest: &Digest) -> bool {
        self.learned.contains(digest) && !self.acquitted.contains(digest)
    }
}

impl Look {
    /// What a stored picture looks like.
    pub(super) fn of(stored: &StoredPicture) -> Self {
        let is_pale = stored.blur.as_deref().and_then(Preview::from_blur).is_some_and(|preview| preview.is_pale());
        Self { digest: stored.sha256, size: (stored.width, stored.height), is_pale }
    }

    /// Whether it looks like a substitute where the stated size speaks against it.
    fn is_likely(&self) -> bool {
        placeholder::has_reported_size(self.size) || self.is_pale && placeholder::has_likely_size(self.size)
    }

    /// Whether it looks like a substitute where nothing is known of the picture.
    fn is_suspect(&self) -> bool {
        placeholder::has_usual_size(self.size) || self.is_pale && placeholder::has_reported_size(self.size)
    }

    /// How many pixels it has.
    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.size.0) * u64::from(self.size.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(id: &str) -> ImageUrl {
        ImageUrl::parse(&format!("https://mmbiz.qpic.cn/mmbiz_png/{id}/640")).expect("an address")
    }

    fn look(bytes: &[u8]) -> Look {
        Look { digest: Digest::of(bytes), size: (300, 200), is_pale: false }
    }

    fn judge(substitutes: &mut Substitutes, size: Option<(u32, u32)>, look: Look) -> Judgement {
        substitutes.judge(Wanted { image: &image("one"), size }, look)
    }

    #[test]
    fn what_looks_like_a_substitute_is_doubted_unless_it_has_the_stated_size() {
        let mut known = Substitutes::default();
        for (size, look, expected) in [
            (Some((1080, 1080)), look(b"x"), Judgement::Contradicted),
            (None, look(b"x"), Judgement::Suspect),
            (Some((600, 400)), look(b"x"), Judgement::Suspect),
            (Some((300, 200)), look(b"x"), Judgement::Sound),
            (None, Look { size: (301, 200), ..look(b"x") }, Judgement::Sound),
            (None, Look { size: (140, 140), ..look(b"x") }, Judgement::Sound),
            (None, Look { size: (140, 140), is_pale: true, ..look(b"x") }, Judgement::Suspect),
            (Some((1080, 900)), Look { size: (140, 140), ..look(b"x") }, Judgement::Contradicted),
            (Some((1080, 900)), Look { size: (200, 120), is_pale: true, ..look(b"x") }, Judgement::Contradicted),
            (Some((1080, 900)), Look { size: (200, 120), ..look(b"x") }, Judgement::Unlike),
            (Some((1080, 900)), Look { size: (900, 750), ..look(b"x") }, Judgement::Reduced),
        ] {
            assert_eq!(judge(&mut known, size, look), expected, "{look:?} for {size:?}");
        }
    }

    #[test]
    fn divider_is_no_substitute_whatever_the_page_states() {
        let divider = Look { size: (120, 30), is_pale: true, ..look(b"x") };
        for width in [1080, 356] {
            assert_eq!(judge(&mut Substitutes::default(), Some((width, width)), divider), Judgement::Unlike);
        }
    }

    #[test]
    fn learned_bytes_are_a_substitute_everywhere_but_where_the_page_states_their_size() {
        let mut known = Substitutes::default();
        known.learn(look(b"x").digest);
        assert_eq!(judge(&mut known, None, Look { size: (250, 90), ..look(b"x") }), Judgement::Substitute);
        assert_eq!(judge(&mut known, Some((1080, 1080)), look(b"x")), Judgement::Substitute);
        assert_eq!(judge(&mut known, Some((300, 200)), look(b"x")), Judgement::Sound);
        assert_eq!(judge(&mut known, None, look(b"x")), Judgement::Suspect, "it is acquitted");
        let text = serde_json::to_string(&known).expect("JSON");
        let mut later: Substitutes = serde_json::from_str(&text).expect("a record");
        later.learn(look(b"x").digest);
        assert!(!later.contains(&look(b"x").digest), "in later runs as well");
    }

    #[test]
    fn bytes_are_learned_where_two_pictures_are_stated_in_different_shapes() {
        let bytes = look(b"x").digest;
        let learns = |stated: &[(&str, (u32, u32))]| {
            let mut known = Substitutes::default();
            for (id, size) in stated {
                known.contradict(Wanted { image: &image(id), size: Some(*size) }, bytes);
                // Later runs know it, too.
                let text = serde_json::to_string(&known).expect("JSON");
                known = serde_json::from_str(&text).expect("a record");
            }
            known.contains(&bytes)
        };
        let (wide, square) = ((1080, 540), (900, 900));
        assert!(!learns(&[("a", wide)]));
        assert!(!learns(&[("a", wide), ("a", square)]), "one picture");
        assert!(!learns(&[("a", wide), ("b", (640, 321)), ("c", wide)]), "one shape");
        assert!(learns(&[("a", wide), ("b", square)]));
        assert!(learns(&[("a", wide), ("b", wide), ("c", wide), ("c", square)]));
    }

    #[test]
    fn other_hosts_may_state_what_they_like() {
        let remote = ImageUrl::parse("https://example.org/a.png").expect("an address");
        let wanted = Wanted { image: &remote, size: Some((20, 900)) };
        assert_eq!(Substitutes::default().judge(wanted, look(b"x")), Judgement::Sound);
    }
}
