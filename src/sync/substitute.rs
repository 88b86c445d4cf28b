//! Finds out which bytes are no picture, but what a host sends in the place of many (anatomy §3.4).
//!
//! Two things betray a substitute: it is small and unlike the size that the page states, and it comes for a second
//! picture. One of them alone is a doubt, since pages state wrong sizes and the same divider is uploaded twice.

use std::collections::{HashMap, HashSet};

use super::pictures::Wanted;
use crate::archive::{Digest, StoredPicture};
use crate::image::placeholder;
use crate::model::{ImageKey, ImageUrl};

/// What is known of small pictures: whose they were first, which have the stated size, and which are substitutes.
#[derive(Debug, Default)]
pub(super) struct Substitutes {
    first: HashMap<Digest, ImageKey>,
    sound: HashSet<Digest>,
    proven: HashSet<Digest>,
}

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// The digest of its bytes.
    pub(super) digest: Digest,
    /// Pixels across and down.
    pub(super) size: (u32, u32),
}

/// What to think of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgement {
    /// Nothing speaks against it.
    Sound,
    /// It has fewer pixels than stated; another address may have more.
    Reduced,
    /// It is unlike the size that the page states.
    Unlike,
    /// Its bytes came for another picture before.
    Repeated,
    /// It is a substitute.
    Substitute,
}

impl Substitutes {
    /// Knows the small ones among pictures of the archive.
    pub(super) fn remember<'p>(&mut self, known: impl Iterator<Item = &'p StoredPicture>) {
        let small = known.filter(|picture| placeholder::is_small((picture.width, picture.height)));
        self.first.extend(small.map(|picture| (picture.sha256, ImageKey::from(picture.key.clone()))));
    }

    /// Judges an answer, and remembers it.
    pub(super) fn judge(&mut self, wanted: Wanted<'_>, look: Look) -> Judgement {
        if self.proven.contains(&look.digest) {
            return Judgement::Substitute;
        }
        let is_reduced = wanted.size.is_some_and(|(width, _)| look.size.0 < width);
        let rest = if is_reduced { Judgement::Reduced } else { Judgement::Sound };
        if !matches!(wanted.image, ImageUrl::WeChat { .. }) || !placeholder::is_small(look.size) {
            return rest;
        }
        let is_unlike = wanted.size.map(|stated| placeholder::is_unlike(look.size, stated));
        let key = wanted.image.key();
        let is_repeated = *self.first.entry(look.digest).or_insert_with(|| key.clone()) != key;
        match (is_unlike, is_repeated) {
            (Some(true), true) => {
                self.prove(look.digest);
                Judgement::Substitute
            }
            (Some(true), false) => Judgement::Unlike,
            (None, true) if !self.sound.contains(&look.digest) => Judgement::Repeated,
            (Some(false), _) => {
                self.sound.insert(look.digest);
                rest
            }
            (None, _) => rest,
        }
    }

    /// Takes bytes for a substitute from now on.
    pub(super) fn prove(&mut self, digest: Digest) {
        self.proven.insert(digest);
    }

    /// Whether bytes are a substitute.
    pub(super) fn contains(&self, digest: &Digest) -> bool {
        self.proven.contains(digest)
    }
}

impl Look {
    /// What a stored picture looks like.
    pub(super) fn of(stored: &StoredPicture) -> Self {
        Self { digest: stored.sha256, size: (stored.width, stored.height) }
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
        Look { digest: Digest::of(bytes), size: (300, 200) }
    }

    #[test]
    fn an_unlike_answer_is_a_doubt_once_and_a_proof_twice() {
        let mut substitutes = Substitutes::default();
        let stated = Some((1080, 1080));
        let [one, other] = [image("one"), image("other")];
        let mut judge = |image, bytes: &[u8]| substitutes.judge(Wanted { image, size: stated }, look(bytes));
        assert_eq!(judge(&one, b"x"), Judgement::Unlike);
        assert_eq!(judge(&one, b"x"), Judgement::Unlike);
        assert_eq!(judge(&other, b"y"), Judgement::Unlike);
        assert_eq!(judge(&other, b"x"), Judgement::Substitute);
        assert_eq!(judge(&one, b"x"), Judgement::Substitute);
    }

    #[test]
    fn equal_pictures_without_a_stated_size_are_a_doubt() {
        let mut substitutes = Substitutes::default();
        let [one, other] = [image("one"), image("other")];
        let mut judge = |image, size| substitutes.judge(Wanted { image, size }, look(b"x"));
        assert_eq!(judge(&one, None), Judgement::Sound);
        assert_eq!(judge(&other, None), Judgement::Repeated);
        assert_eq!(judge(&other, Some((300, 200))), Judgement::Sound);
        assert_eq!(judge(&other, None), Judgement::Sound);
    }

    #[test]
    fn other_hosts_may_state_what_they_like() {
        let mut substitutes = Substitutes::default();
        let remote = ImageUrl::parse("https://example.org/a.png").expect("an address");
        let wanted = Wanted { image: &remote, size: Some((20, 900)) };
        assert_eq!(substitutes.judge(wanted, look(b"x")), Judgement::Sound);
    }
}
