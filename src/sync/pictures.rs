//! Has pictures: each once, whoever asks, from the archive where it is there already.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{join_all, ready};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::sync::OnceCell;

use super::answer::Answer;
use super::article::beside;
use super::former::Mirrored;
use super::hosts::Hosts;
use super::spare::NewFiles;
use super::substitute::{Judgement, Look, Substitutes};
use super::{Event, ImageCounts, Run};
use crate::archive::{Archive, ArchiveError, Digest, Ledger, NewPicture, PictureStore, StoredPicture, Writer};
use crate::fetch::Fetch;
use crate::image;
use crate::issue::ImageReference;
use crate::model::{ImageKey, ImageUrl};

/// How many pictures of issues are asked for at once.
const SHOWN_AT_ONCE: usize = 6;

/// Why a substitute is no picture.
pub(super) const SUBSTITUTE: &str = "the host sent its \"not to be quoted\" picture";

/// What became of a picture: where it is, or why it is not.
pub(super) type Had = Result<StoredPicture, String>;

/// A picture that is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Its address.
    pub(super) image: &'a ImageUrl,
    /// Width and height in pixels, where the page states them.
    pub(super) size: Option<(u32, u32)>,
}

/// The pictures of one run.
pub(super) struct Pictures<'a, F> {
    pub(super) run: &'a Run<'a, F>,
    store: PictureStore,
    mirrored: Mirrored,
    /// The pictures of the issues, by their ledgers.
    shown: HashMap<String, StoredPicture>,
    /// Those of the archive's articles; looked up when a picture is wanted that no issue shows.
    recorded: OnceCell<BTreeMap<String, StoredPicture>>,
    asked: Mutex<HashMap<ImageKey, Arc<OnceCell<Had>>>>,
    /// The files that this run has made.
    made: Mutex<NewFiles>,
    /// What was asked for with its size, so that there is nothing to settle.
    settled: Mutex<HashSet<ImageKey>>,
    substitutes: Mutex<Substitutes>,
    pub(super) hosts: Hosts,
    /// Held while a picture is unpacked: one takes as much memory as all else together.
    unpacking: Arc<tokio::sync::Mutex<()>>,
    counts: Mutex<ImageCounts>,
}

impl<'a, F: Fetch> Pictures<'a, F> {
    /// Knows the pictures of the given issues' ledgers.
    pub(super) fn new(run: &'a Run<'a, F>, writer: &Writer, issues: &[&str]) -> Result<Self, ArchiveError> {
        let archive: &Archive = writer;
        let mut shown = HashMap::new();
        let mut mirrored = Mirrored::default();
        for issue in issues {
            let ledger = match archive.ledger(issue) {
                // The run ends with writing it anew.
                Err(ArchiveError::Damaged { .. }) => None,
                read => read?,
            };
            let stored = ledger.iter().flat_map(Ledger::stored_pictures);
            mirrored.add(stored.clone());
            shown.extend(stored.map(|picture| (picture.key.clone(), picture.clone())));
        }
        Ok(Self {
            run,
            store: writer.picture_store(),
            mirrored,
            substitutes: Mutex::new(Substitutes::read(archive)?),
            shown,
            recorded: OnceCell::new(),
            asked: Mutex::default(),
            made: Mutex::default(),
            settled: Mutex::default(),
            hosts: Hosts::default(),
            unpacking: Arc::default(),
            counts: Mutex::default(),
        })
    }

    /// The archived picture that an issue shows from a mirror, if its file is there.
    pub(super) fn shown_from_mirror(&self, url: &str) -> Option<&StoredPicture> {
        self.mirrored.get(url).filter(|stored| self.store.has(stored))
    }

    /// Has every picture, several at a time; how many is the source's affair.
    pub(super) async fn get_all(&self, wanted: &[Wanted<'_>]) -> Result<Vec<Had>, ArchiveError> {
        self.recorded().await?;
        let had: Result<Vec<Had>, _> =
            join_all(wanted.iter().map(|wanted| self.get(*wanted))).await.into_iter().collect();
        // A later answer may have shown that an earlier one was a substitute.
        Ok(had?.into_iter().map(|had| had.and_then(|stored| self.unless_substitute(stored))).collect())
    }

    /// Has every picture of the issues themselves, a few at a time, so that those of an article in hand come between.
    pub(super) async fn get_shown(&self, images: impl Iterator<Item = &ImageReference>) -> Result<(), ArchiveError> {
        let elsewhere = images.filter(|image| self.shown_from_mirror(&image.url).is_none());
        self.get_urls(elsewhere.filter_map(|image| image.image.as_ref())).await
    }

    /// Has pictures of which nothing but the address is known, a few at a time.
    pub(super) async fn get_urls(&self, images: impl Iterator<Item = &ImageUrl>) -> Result<(), ArchiveError> {
        let wanted = images.map(|image| Wanted { image, size: None });
        let had = stream::iter(wanted.map(|wanted| self.get(wanted))).buffer_unordered(SHOWN_AT_ONCE);
        had.try_for_each(|_| ready(Ok(()))).await
    }

    /// Has a picture.
    pub(super) async fn get(&self, wanted: Wanted<'_>) -> Result<Had, ArchiveError> {
        let image = wanted.image;
        let cell = Arc::clone(self.asked().entry(image.key()).or_default());
        let stored = match cell.get_or_try_init(|| self.have(wanted)).await?.clone() {
            Ok(stored) => self.settle(wanted, stored).await?,
            missing => missing,
        };
        let named = stored.map(|stored| StoredPicture { url: image.label().to_owned(), ..stored });
        if let Ok(stored) = &named {
            self.made().count_use(stored.sha256);
        }
        Ok(named.and_then(|stored| self.unless_substitute(stored)))
    }

    /// Asks again, once, for a picture that was had without knowing the size that is stated here, and is so unlike it that
    /// it may be a substitute.
    async fn settle(&self, wanted: Wanted<'_>, stored: StoredPicture) -> Result<Had, ArchiveError> {
        let judgement = self.substitutes().judge(wanted, Look::of(&stored));
        if judgement != Judgement::Contradicted || !self.note_settled(wanted) {
            return Ok(Ok(stored));
        }
        match self.fetch(wanted).await {
            Err(why) => Ok(Err(why)),
            Ok(answer) if Digest::of(&answer.bytes) == stored.sha256 => Ok(Ok(stored)),
            Ok(answer) => {
                if self.judge(wanted, &answer).fits() && !answer.is_stored_as(&stored) {
                    self.substitutes().learn(stored.sha256);
                }
                self.put(wanted.image, answer).await
            }
        }
    }

    /// Says whether this is the first time.
    fn note_settled(&self, wanted: Wanted<'_>) -> bool {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner).insert(wanted.image.key())
    }

    /// What became of a picture that was asked for in this run.
    pub(super) fn outcome(&self, image: &ImageUrl) -> Option<Had> {
        let had = self.asked().get(&image.key())?.get()?.clone();
        Some(had.and_then(|stored| self.unless_substitute(StoredPicture { url: image.label().to_owned(), ..stored })))
    }

    /// Ends a run: what turned out to be a substitute or not to be needed goes, and what was learned is written.
    pub(super) fn finish(&self, writer: &Writer) -> Result<(), ArchiveError> {
        self.take_back()?;
        self.drop_spare()?;
        self.substitutes().write(writer)
    }

    /// Takes back what turned out to be a substitute after it was stored, but for files that a version names.
    fn take_back(&self) -> Result<(), ArchiveError> {
        let had: Vec<StoredPicture> =
            self.asked().values().filter_map(|cell| cell.get()?.as_ref().ok().cloned()).collect();
        if had.iter().all(|stored| !self.substitutes().contains(&stored.sha256)) {
            return Ok(());
        }
        let named: HashSet<Digest> = self.store.recorded()?.into_values().map(|picture| picture.sha256).collect();
        for stored in had {
            let digest = stored.sha256;
            let Err(why) = self.unless_substitute(stored.clone()) else { continue };
            self.count(|counts| counts.missing += 1);
            (self.run.observer)(&Event::MissingPicture { url: stored.url.clone(), why });
            if !named.contains(&digest) && self.made().remove(&digest) {
                self.remove(&stored)?;
            }
        }
        Ok(())
    }

    /// Notes that pictures are not needed by whoever had them.
    pub(super) fn spare(&self, pictures: Vec<StoredPicture>) {
        self.made().spare(pictures);
    }

    /// Removes the files of this run that nobody needs in the end.
    fn drop_spare(&self) -> Result<(), ArchiveError> {
        let spare = self.made().take_spare();
        spare.iter().try_for_each(|stored| self.remove(stored))
    }

    fn remove(&self, stored: &StoredPicture) -> Result<(), ArchiveError> {
        self.store.remove(stored)?;
        self.count(|counts| {
            counts.new -= 1;
            counts.bytes -= stored.bytes;
        });
        Ok(())
    }

    /// The pictures of the archive's articles.
    async fn recorded(&self) -> Result<&BTreeMap<String, StoredPicture>, ArchiveError> {
        self.recorded
            .get_or_try_init(|| async {
                let store = self.store.clone();
                beside(move || store.recorded()).await
            })
            .await
    }

    fn unless_substitute(&self, stored: StoredPicture) -> Had {
        if self.is_substitute(&stored) { Err(SUBSTITUTE.to_owned()) } else { Ok(stored) }
    }

    /// Whether a picture is what a host sends in the place of many.
    pub(super) fn is_substitute(&self, stored: &StoredPicture) -> bool {
        self.substitutes().contains(&stored.sha256)
    }

    pub(super) fn substitutes(&self) -> MutexGuard<'_, Substitutes> {
        self.substitutes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn made(&self) -> MutexGuard<'_, NewFiles> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self) -> MutexGuard<'_, HashMap<ImageKey, Arc<OnceCell<Had>>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many pictures became what so far.
    pub(super) fn counts(&self) -> ImageCounts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, change: impl FnOnce(&mut ImageCounts)) {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    async fn have(&self, wanted: Wanted<'_>) -> Result<Had, ArchiveError> {
        let image = wanted.image;
        let is_there = |stored: &&StoredPicture| self.store.has(stored) && !self.is_substitute(stored);
        let mut known = self.shown.get(image.key().as_str()).filter(is_there);
        if known.is_none() {
            known = self.recorded().await?.get(image.key().as_str()).filter(is_there);
        }
        if let Some(stored) = known {
            self.count(|counts| counts.reused += 1);
            return Ok(Ok(stored.clone()));
        }
        if wanted.size.is_some() {
            self.note_settled(wanted);
        }
        match self.fetch(wanted).await {
            Ok(answer) => self.put(image, answer).await,
            Err(why) => {
                self.count(|counts| counts.missing += 1);
                (self.run.observer)(&Event::MissingPicture { url: image.label().to_owned(), why: why.clone() });
                Ok(Err(why))
            }
        }
    }

    async fn put(&self, image: &ImageUrl, Answer { bytes, checked, .. }: Answer) -> Result<Had, ArchiveError> {
        let (url, key, store) = (image.label().to_owned(), image.key(), self.store.clone());
        // Waited for here, so that no thread stands idle with its memory.
        let one_at_a_time = Arc::clone(&self.unpacking).lock_owned().await;
        // Unpacking takes time, and flushing a file to the disk blocks, so both happen beside the downloads.
        let write = tokio::task::spawn_blocking(move || {
            // A picture that this program can't unpack is kept without a preview.
            let preview = image::preview(&bytes, &checked).ok();
            drop(one_at_a_time);
            store.put(NewPicture {
                url: &url,
                key: key.as_str(),
                bytes: &bytes,
                media_type: checked.format.media_type(),
                extension: checked.format.extension(),
                size: (checked.width, checked.height),
                colour: preview.as_ref().map(image::Preview::colour),
                blur: preview.as_ref().map(image::Preview::blur),
            })
        });
        let (stored, is_new) = match write.await {
            Ok(put) => put?,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        if is_new {
            self.made().add(stored.sha256);
        }
        self.count(|counts| {
            counts.new += u64::from(is_new);
            counts.reused += u64::from(!is_new);
            counts.bytes += if is_new { stored.bytes } else { 0 };
        });
        Ok(Ok(stored))
    }
}
