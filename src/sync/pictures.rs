//! Has pictures: each once, whoever asks, from the archive where it is there already.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::{join_all, ready};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::sync::OnceCell;

use super::{Event, ImageCounts, Run};
use crate::archive::{Archive, ArchiveError, Digest, NewPicture, PictureStore, StoredPicture, Writer};
use crate::fetch::{Fetch, Request, Want};
use crate::image;
use crate::model::{ImageKey, ImageUrl};

/// How many pictures of issues are asked for at once.
const SHOWN_AT_ONCE: usize = 6;

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
    run: &'a Run<'a, F>,
    store: PictureStore,
    known: HashMap<String, StoredPicture>,
    asked: Mutex<HashMap<ImageKey, Arc<OnceCell<Had>>>>,
    suspects: Mutex<HashMap<Digest, ImageKey>>,
    counts: Mutex<ImageCounts>,
}

impl<'a, F: Fetch> Pictures<'a, F> {
    /// Knows the pictures of the archive's articles and of the given issues' ledgers.
    pub(super) fn new(run: &'a Run<'a, F>, writer: &Writer, issues: &[&str]) -> Result<Self, ArchiveError> {
        let archive: &Archive = writer;
        let mut known: HashMap<String, StoredPicture> = archive.pictures().into_iter().collect();
        for issue in issues {
            let ledger = match archive.ledger(issue) {
                // The run ends with writing it anew.
                Err(ArchiveError::Damaged { .. }) => None,
                read => read?,
            };
            let images = ledger.map(|ledger| ledger.images).unwrap_or_default();
            let stored = images.into_iter().filter_map(|image| image.stored);
            known.extend(stored.map(|picture| (picture.key.clone(), picture)));
        }
        Ok(Self {
            run,
            store: writer.picture_store(),
            known,
            asked: Mutex::default(),
            suspects: Mutex::default(),
            counts: Mutex::default(),
        })
    }

    /// Has every picture, several at a time; how many is the source's affair.
    pub(super) async fn get_all(&self, wanted: &[Wanted<'_>]) -> Result<Vec<Had>, ArchiveError> {
        join_all(wanted.iter().map(|wanted| self.get(*wanted))).await.into_iter().collect()
    }

    /// Has every picture of the issues themselves, a few at a time, so that those of an article in hand come between.
    pub(super) async fn get_shown(&self, images: impl Iterator<Item = &ImageUrl>) -> Result<(), ArchiveError> {
        let wanted = images.map(|image| Wanted { image, size: None });
        let had = stream::iter(wanted.map(|wanted| self.get(wanted))).buffer_unordered(SHOWN_AT_ONCE);
        had.try_for_each(|_| ready(Ok(()))).await
    }

    /// Has a picture.
    pub(super) async fn get(&self, wanted: Wanted<'_>) -> Result<Had, ArchiveError> {
        let image = wanted.image;
        let cell = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(asked.entry(image.key()).or_default())
        };
        let had = cell.get_or_try_init(|| self.have(wanted)).await?;
        Ok(had.clone().map(|stored| StoredPicture { url: image.label().to_owned(), ..stored }))
    }

    /// What became of a picture that was asked for in this run.
    pub(super) fn outcome(&self, image: &ImageUrl) -> Option<Had> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let had = asked.get(&image.key())?.get()?.clone();
        Some(had.map(|stored| StoredPicture { url: image.label().to_owned(), ..stored }))
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
        if let Some(stored) = self.known.get(image.key().as_str()).filter(|stored| self.store.has(stored)) {
            self.count(|counts| counts.reused += 1);
            return Ok(Ok(stored.clone()));
        }
        match self.fetch(wanted).await {
            Ok(bytes) => self.put(image, bytes).await,
            Err(why) => {
                self.count(|counts| counts.missing += 1);
                (self.run.observer)(&Event::MissingPicture { url: image.label().to_owned(), why: why.clone() });
                Ok(Err(why))
            }
        }
    }

    /// The bytes of the first candidate that is a picture, with what they are.
    async fn fetch(&self, Wanted { image, size }: Wanted<'_>) -> Result<(Vec<u8>, image::Checked), String> {
        if let ImageUrl::Data { .. } = image {
            let bytes = image.data().ok_or("the data: address is damaged")?;
            return image::check(&bytes).map(|checked| (bytes, checked)).map_err(|error| error.to_string());
        }
        let mut why = String::from("it has no address");
        for url in image.candidates() {
            if self.run.stop.load(Ordering::Relaxed) {
                return Err("the run was ended before it was asked for".to_owned());
            }
            match self.run.fetch.get(&Request { url, want: Want::Picture }).await {
                Err(error) => why = error.to_string(),
                Ok(page) => match image::check(&page.bytes) {
                    Ok(checked) if self.is_placeholder(image, &checked, size, &page.bytes) => {
                        why = format!("asked `{}`: the host sent its \"not to be quoted\" picture", page.asked);
                    }
                    Ok(checked) => return Ok((page.bytes, checked)),
                    Err(error) => why = format!("asked `{}`: {error}", page.asked),
                },
            }
        }
        Err(why)
    }

    /// Whether WeChat's CDN sent what it sends to foreign pages instead of the picture.
    ///
    /// A picture unlike the size that the page states is a suspect, no more: pages state wrong sizes too. The substitute
    /// gives itself away by coming a second time, for another picture.
    fn is_placeholder(
        &self,
        image: &ImageUrl,
        checked: &image::Checked,
        size: Option<(u32, u32)>,
        bytes: &[u8],
    ) -> bool {
        if !matches!(image, ImageUrl::WeChat { .. }) || !image::placeholder::is_likely(checked, size, bytes) {
            return false;
        }
        let mut suspects = self.suspects.lock().unwrap_or_else(PoisonError::into_inner);
        *suspects.entry(Digest::of(bytes)).or_insert_with(|| image.key()) != image.key()
    }

    async fn put(&self, image: &ImageUrl, (bytes, checked): (Vec<u8>, image::Checked)) -> Result<Had, ArchiveError> {
        let (url, key, store) = (image.label().to_owned(), image.key(), self.store.clone());
        // Flushing a file to the disk blocks, so it happens beside the downloads.
        let write = tokio::task::spawn_blocking(move || {
            store.put(&NewPicture {
                url: &url,
                key: key.as_str(),
                bytes: &bytes,
                media_type: checked.format.media_type(),
                extension: checked.format.extension(),
                size: (checked.width, checked.height),
            })
        });
        let (stored, is_new) = match write.await {
            Ok(put) => put?,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        self.count(|counts| {
            counts.new += u64::from(is_new);
            counts.reused += u64::from(!is_new);
            counts.bytes += if is_new { stored.bytes } else { 0 };
        });
        Ok(Ok(stored))
    }
}
