//! Asks for a picture: the original first, the address as written where that leaves a doubt.

use std::sync::atomic::Ordering;

use super::pictures::{Pictures, SUBSTITUTE, Wanted};
use super::substitute::{Judgement, Look};
use crate::archive::{Digest, StoredPicture};
use crate::fetch::{Fetch, Request, Want};
use crate::image::{self, Checked, Preview, placeholder};
use crate::model::ImageUrl;

/// A whole picture that a host sent.
pub(super) struct Answer {
    /// The bytes as served.
    pub(super) bytes: Vec<u8>,
    /// What they are.
    pub(super) checked: Checked,
    look: Look,
}

impl<F: Fetch> Pictures<'_, F> {
    /// The best answer there is for a picture; each address is asked once, unless its answer came for another picture.
    pub(super) async fn fetch(&self, wanted: Wanted<'_>) -> Result<Answer, String> {
        if let ImageUrl::Data { .. } = wanted.image {
            let bytes = wanted.image.data().ok_or("the data: address is damaged")?;
            return Answer::new(bytes).map_err(|error| error.to_string());
        }
        let mut why = String::from("it has no address");
        let candidates = wanted.image.candidates();
        for (index, url) in candidates.iter().enumerate() {
            let answer = match self.ask(url).await {
                Ok(answer) => answer,
                Err(error) => {
                    why = error;
                    continue;
                }
            };
            let next = candidates.get(index + 1);
            let is_narrow = |next: &String| width_in(next).is_some_and(|limit| answer.look.size.0 < limit);
            let judgement = match self.judge(wanted, &answer) {
                // Where the page states no size, the address as written states at least a width.
                Judgement::Sound if wanted.size.is_none() && next.is_some_and(is_narrow) => Judgement::Reduced,
                judgement => judgement,
            };
            let other = match judgement {
                Judgement::Sound => None,
                Judgement::Substitute => {
                    why = format!("asked `{url}`: {SUBSTITUTE}");
                    continue;
                }
                Judgement::Reduced => next.filter(|next| may_be_wider(next, answer.look.size.0)),
                Judgement::Unlike => next,
                Judgement::Suspect | Judgement::Contradicted => next.or(Some(url)),
            };
            return match other {
                Some(other) => self.compare(wanted, (answer, judgement), other).await,
                None => Ok(answer),
            };
        }
        Err(why)
    }

    /// Settles a doubt about an answer by what another address, or the same one asked again, sends.
    async fn compare(
        &self,
        wanted: Wanted<'_>,
        (first, doubt): (Answer, Judgement),
        url: &str,
    ) -> Result<Answer, String> {
        let second = match self.ask(url).await {
            Ok(second) => second,
            Err(_) if !doubt.is_suspicion() => return Ok(first),
            Err(why) => return Err(format!("what came first may be no picture of it, and then: {why}")),
        };
        if first.look.digest == second.look.digest {
            if doubt == Judgement::Contradicted {
                self.substitutes().contradict(wanted, first.look.digest);
            }
            // The host refuses all addresses alike.
            return if doubt.is_suspicion() { Err(format!("asked `{url}` too: {SUBSTITUTE}")) } else { Ok(first) };
        }
        if first.is_same_picture(&second) {
            return Ok(first.or_larger(second));
        }
        let other = self.judge(wanted, &second);
        match (doubt.is_suspicion(), other.is_suspicion()) {
            (true, true) => Err(format!("asked `{url}` too: it sends another picture each time")),
            (true, false) => {
                self.learn_beside(&first, other);
                Ok(second)
            }
            (false, true) => {
                self.learn_beside(&second, doubt);
                Ok(first)
            }
            (false, false) if doubt == Judgement::Unlike && other != Judgement::Unlike => Ok(second),
            (false, false) => Ok(first.or_larger(second)),
        }
    }

    /// Learns a substitute where another answer for the same picture fits; else the stated size may be wrong.
    fn learn_beside(&self, suspicious: &Answer, other: Judgement) {
        if other.fits() {
            self.substitutes().learn(suspicious.look.digest);
        }
    }

    pub(super) fn judge(&self, wanted: Wanted<'_>, answer: &Answer) -> Judgement {
        self.substitutes().judge(wanted, answer.look)
    }

    /// What one address sends.
    async fn ask(&self, url: &str) -> Result<Answer, String> {
        if self.run.stop.load(Ordering::Relaxed) {
            return Err("the run was ended before it was asked for".to_owned());
        }
        let request = Request { url: url.to_owned(), want: Want::Picture };
        self.hosts.may_ask(url)?;
        let answer = self.run.fetch.get(&request).await;
        self.hosts.note(url, answer.as_ref().err());
        let page = answer.map_err(|error| error.to_string())?;
        Answer::new(page.bytes).map_err(|error| format!("asked `{}`: {error}", page.asked))
    }
}

impl Answer {
    fn new(bytes: Vec<u8>) -> Result<Self, image::BadImage> {
        let checked = image::check(&bytes)?;
        let size = (checked.width, checked.height);
        let is_pale = placeholder::has_likely_size(size)
            && image::preview(&bytes, &checked).is_ok_and(|preview| preview.is_pale());
        let look = Look { digest: Digest::of(&bytes), size, is_pale };
        Ok(Self { bytes, checked, look })
    }

    /// Whether it is a picture that is stored already, in another size perhaps.
    pub(super) fn is_stored_as(&self, stored: &StoredPicture) -> bool {
        let known = stored.blur.as_deref().and_then(Preview::from_blur);
        let own = image::preview(&self.bytes, &self.checked);
        placeholder::has_shape(self.look.size, (stored.width, stored.height))
            && matches!((own, known), (Ok(own), Some(known)) if own.resembles(&known))
    }

    fn or_larger(self, other: Self) -> Self {
        if other.look.pixels() > self.look.pixels() { other } else { self }
    }

    /// Whether two answers for one picture are that picture, in two sizes perhaps.
    fn is_same_picture(&self, other: &Self) -> bool {
        let preview = |answer: &Self| image::preview(&answer.bytes, &answer.checked);
        self.look.digest == other.look.digest
            || placeholder::has_shape(self.look.size, other.look.size)
                && matches!((preview(self), preview(other)), (Ok(one), Ok(two)) if one.resembles(&two))
    }
}

/// Whether the size in an address, `/640`, lets a picture be wider than one that was had; `/0` and no size let it.
fn may_be_wider(url: &str, width: u32) -> bool {
    width_in(url).is_none_or(|limit| limit > width)
}

/// The size in an address, which is the width it gives at most; none for `/0`, the original.
fn width_in(url: &str) -> Option<u32> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    path.rsplit('/').next().and_then(|size| size.parse().ok()).filter(|width| *width > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limited_address_is_asked_only_for_what_it_can_give() {
        assert!(may_be_wider("https://h/b/id/640?wx_fmt=png", 300));
        assert!(!may_be_wider("https://h/b/id/640?wx_fmt=png", 640));
        assert!(may_be_wider("https://h/b/id/0", 9000) && may_be_wider("https://h/b/id", 9000));
    }
}
