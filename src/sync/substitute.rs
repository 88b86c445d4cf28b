//! Finds out which bytes are no picture, but what a host sends in the place of many (anatomy §3.4).
//!
//! Three things betray a substitute: it is small and unlike the size that the page states, it comes for a second
//! picture, and it looks like one. One of them alone is a doubt, since pages state wrong sizes, the same divider is
//! uploaded twice, and drawings are pale too. What has the stated size is never taken for one.

use std::collections::{HashMap, HashSet};

use super::pictures::Wanted;
use crate::archive::{Digest, StoredPicture};
use crate::image::{Preview, placeholder};
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
    /// It is unlike the size that the page states.
    Unlike,
    /// It looks like a substitute, and no stated size speaks for it.
    Suspect,
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
        let is_reduced = wanted.size.is_some_and(|(width, _)| look.size.0 < width);
        let rest = if is_reduced { Judgement::Reduced } else { Judgement::Sound };
        if !matches!(wanted.image, ImageUrl::WeChat { .. }) || !placeholder::is_small(look.size) {
            return rest;
        }
        let is_unlike = wanted.size.map(|stated| placeholder::is_unlike(look.size, stated));
        if is_unlike == Some(false) && !(is_reduced && look.is_suspect()) {
            self.sound.insert(look.digest);
            return rest;
        }
        if self.contains(&look.digest) {
            return Judgement::Substitute;
        }
        let key = wanted.image.key();
        let is_repeated = *self.first.entry(look.digest).or_insert_with(|| key.clone()) != key;
        match is_unlike {
            Some(true) if is_repeated && look.is_likely() && !self.sound.contains(&look.digest) => {
                self.prove(look.digest);
                Judgement::Substitute
            }
            Some(true) => Judgement::Unlike,
            _ if look.is_suspect() => Judgement::Suspect,
            _ if is_repeated && !self.sound.contains(&look.digest) => Judgement::Repeated,
            _ => rest,
        }
    }

    /// Takes bytes for a substitute from now on.
    pub(super) fn prove(&mut self, digest: Digest) {
        self.proven.insert(digest);
    }

    /// Whether bytes are a substitute.
    pub(super) fn contains(&self, digest: &Digest) -> bool {
        self.proven.contains(digest) && !self.sound.contains(digest)
    }
}

impl Look {
    /// What a stored picture looks like.
    pub(super) fn of(stored: &StoredPicture) -> Self {
        let is_pale = stored.blur.as_deref().and_then(Preview::from_blur).is_some_and(|preview| preview.is_pale());
        Self { digest: stored.sha256, size: (stored.width, stored.height), is_pale }
    }

    /// Whether it looks like a substitute where the stated size speaks against it.
    pub(super) fn is_likely(&self) -> bool {
        placeholder::has_reported_size(self.size) || self.is_pale && placeholder::has_likely_size(self.size)
    }

    /// Whether it looks like a substitute where nothing is known of the picture.
    pub(super) fn is_suspect(&self) -> bool {
        self.is_pale && placeholder::has_reported_size(self.size)
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
    fn divider_that_is_uploaded_twice_is_no_substitute_whatever_the_page_states() {
        let mut substitutes = Substitutes::default();
        let divider = Look { size: (120, 30), is_pale: true, ..look(b"x") };
        for (id, width) in [("one", 1080), ("other", 356), ("third", 1080)] {
            let wanted = Wanted { image: &image(id), size: Some((width, width)) };
            assert_eq!(substitutes.judge(wanted, divider), Judgement::Unlike);
        }
    }

    #[test]
    fn picture_of_the_stated_size_is_never_a_substitute() {
        let mut substitutes = Substitutes::default();
        let mut judge = |id, size| substitutes.judge(Wanted { image: &image(id), size }, look(b"x"));
        assert_eq!(judge("one", Some((1080, 1080))), Judgement::Unlike);
        assert_eq!(judge("other", Some((1080, 1080))), Judgement::Substitute);
        assert_eq!(judge("third", Some((300, 200))), Judgement::Sound);
        assert_eq!(judge("fourth", None), Judgement::Sound);
        assert_eq!(judge("fifth", Some((1080, 1080))), Judgement::Unlike);
    }

    #[test]
    fn what_looks_like_a_substitute_is_a_doubt_unless_its_size_is_stated() {
        let mut substitutes = Substitutes::default();
        let pale = Look { is_pale: true, ..look(b"x") };
        let mut judge = |size, look| substitutes.judge(Wanted { image: &image("one"), size }, look);
        assert_eq!(judge(None, pale), Judgement::Suspect);
        assert_eq!(judge(Some((600, 400)), pale), Judgement::Suspect);
        assert_eq!(judge(None, Look { size: (301, 200), ..pale }), Judgement::Sound);
        assert_eq!(judge(Some((300, 200)), pale), Judgement::Sound);
    }

    #[test]
    fn other_hosts_may_state_what_they_like() {
        let mut substitutes = Substitutes::default();
        let remote = ImageUrl::parse("https://example.org/a.png").expect("an address");
        let wanted = Wanted { image: &remote, size: Some((20, 900)) };
        assert_eq!(substitutes.judge(wanted, look(b"x")), Judgement::Sound);
    }
}
