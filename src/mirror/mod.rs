//! Mirrors the archive's pictures into a folder, or a bucket, that a web server or CDN serves as it is.
//!
//! Every file is named by the hash of the picture's bytes and never changes; `manifest.json`, written last, says which
//! address became which file. A run adds what is missing, mends what was damaged and forgets nothing unless it is told
//! to; a run that is killed leaves whole files only.

#[cfg(feature = "cloud")]
mod bucket;
mod error;
mod folder;
mod listing;
mod manifest;
#[cfg(feature = "cloud")]
mod refusal;
mod retain;
mod store;
mod variants;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::archive::{Archive, Digest};

use listing::Listed;
use variants::Making;

#[cfg(feature = "cloud")]
pub use bucket::{Bucket, BucketAddress, Credentials, Provider};
pub use error::MirrorError;
pub use folder::Folder;
pub use listing::Only;
pub use manifest::{Addresses, Manifest, Mirrored, MirroredVariant, read as read_manifest};
pub use store::{Copied, Store};
pub use variants::{Animations, Orphans, Settings, Trust};

/// What a run of mirroring did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// How many different pictures the folder now has, without variants.
    pub pictures: usize,
    /// How many of them are new to the folder.
    pub added: usize,
    /// How many bytes of them were copied; linked ones take no room.
    pub copied_bytes: u64,
    /// How many variants the folder now has.
    pub variants: usize,
    /// How many of them are new to the folder.
    pub added_variants: usize,
    /// How many pictures were there with other bytes, and are as they should be again.
    pub mended: usize,
    /// How many files belong to no picture of the archive, and stay.
    pub orphans: usize,
    /// How many such files were removed.
    pub removed: usize,
    /// Pictures that the archive names but does not have as it should.
    pub damaged: Vec<Damaged>,
}

/// A picture that could not be mirrored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Damaged {
    /// Its file in the archive.
    pub file: String,
    /// What is wrong with it.
    pub why: String,
}

/// What became of one picture.
#[derive(Debug, Default)]
struct Done {
    copied: Option<Copied>,
    mended: bool,
    made: variants::Made,
    added_variants: usize,
}

/// Brings a folder or bucket up to what the archive has, and writes its manifest, which is returned.
///
/// `progress` is told how many of how many pictures are done.
///
/// # Errors
/// When the archive can't be read or the store can't be written. A damaged picture is no error but in the report.
pub fn mirror(
    archive: &Archive,
    store: &dyn Store,
    settings: &Settings,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Report, Manifest), MirrorError> {
    let listed = listing::list(archive, settings.only)?;
    let former = manifest::read(store)?;
    let known = former.as_ref().map(|manifest| manifest.made(settings)).unwrap_or_default();
    let digests = former.as_ref().map(retain::digests).unwrap_or_default();
    retain::note_planned(&listed, &known, former.as_ref(), (store, settings))?;
    let root = archive.root();
    let marks = former.as_ref().map(|manifest| manifest.marks.clone()).unwrap_or_default();
    let (large, seen) = (Mutex::default(), Seen::default());
    let making = Making { settings, digests: &digests, large: &large, seen: &seen };
    let work = Work { archive: &root, store, settings, known: &known, making, marks: &marks };
    let done = work.all(&listed, progress)?;
    let mut report = Report::default();
    let mut mirrored = Vec::new();
    for (picture, done) in listed.iter().zip(done) {
        match done {
            Err(damaged) => report.damaged.push(damaged),
            Ok(done) => {
                report.count(picture, &done);
                mirrored.push((picture, done.made));
            }
        }
    }
    let mut manifest = Manifest::new(settings, mirrored);
    if let Some(former) = former {
        let lost = |picture: &Mirrored| Ok(!work.is_sound(&picture.file, picture.bytes, Some(picture.sha256))?);
        report.damaged.extend(retain::extend(&mut manifest, former, (store, settings), lost)?);
    }
    let orphans = retain::orphans(&manifest, archive)?;
    match settings.orphans {
        Orphans::Keep => report.orphans = orphans.len(),
        Orphans::Remove => report.removed = retain::remove(&mut manifest, orphans, store)?,
    }
    manifest.marks = work.new_marks(&manifest);
    manifest::write(store, &manifest)?;
    Ok((report, manifest))
}

/// The manifest that a run would write, but for variants; nothing is written.
///
/// # Errors
/// When the archive or the manifest can't be read.
pub fn propose(archive: &Archive, store: &dyn Store, settings: &Settings) -> Result<Manifest, MirrorError> {
    let listed = listing::list(archive, settings.only)?;
    let mut manifest =
        Manifest::new(settings, listed.iter().map(|picture| (picture, variants::Made::default())).collect());
    if let Some(former) = manifest::read(store)? {
        retain::extend(&mut manifest, former, (store, settings), |_| Ok(false))?;
    }
    Ok(manifest)
}

/// What every picture's work needs to know.
struct Work<'a> {
    archive: &'a Path,
    store: &'a dyn Store,
    settings: &'a Settings,
    known: &'a HashMap<Digest, variants::Made>,
    making: Making<'a>,
    /// How the store marked files when they were written or last read.
    marks: &'a BTreeMap<String, String>,
}

/// The files that were written or read whole in a run.
#[derive(Debug, Default)]
struct Seen(Mutex<HashSet<String>>);

impl Seen {
    fn note(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }

    fn contains(&self, name: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }
}

/// The outcome for one picture: done, or damaged in the archive.
type Outcome = Result<Done, Damaged>;

impl Work<'_> {
    /// Mirrors every picture, several at a time; the outcomes are in the order of the pictures.
    fn all(&self, listed: &[Listed], progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<Outcome>, MirrorError> {
        let (next, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let outcomes = Mutex::new(Vec::with_capacity(listed.len()));
        let work = || -> Result<(), MirrorError> {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(picture) = listed.get(index) else { return Ok(()) };
                let outcome = self.one(picture).inspect_err(|_| next.store(listed.len(), Ordering::Relaxed))?;
                outcomes.lock().unwrap_or_else(PoisonError::into_inner).push((index, outcome));
                progress(finished.fetch_add(1, Ordering::Relaxed) + 1, listed.len());
            }
        };
        std::thread::scope(|scope| {
            let running: Vec<_> = (0..self.store.workers()).map(|_| scope.spawn(work)).collect();
            let ended = running.into_iter().map(|worker| match worker.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            ended.collect::<Result<(), MirrorError>>()
        })?;
        let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
        outcomes.sort_by_key(|(index, _)| *index);
        Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
    }

    fn one(&self, picture: &Listed) -> Result<Outcome, MirrorError> {
        let stored = &picture.stored;
        let is_there = self.is_sound(&picture.file(), stored.bytes, Some(stored.sha256))?;
        if let (true, Some(made)) = (is_there, self.known.get(&stored.sha256))
            && self.has_all(made)?
        {
            return Ok(Ok(Done { made: made.clone(), ..Done::default() }));
        }
        // Before the bytes are read: those of pictures that wait would fill the memory.
        let _one_at_a_time = self.making.turn_of(stored);
        let source = self.archive.join(&stored.file);
        let damaged = |why: String| Damaged { file: stored.file.clone(), why };
        let bytes = match std::fs::read(&source) {
            Ok(bytes) if Digest::of(&bytes) == stored.sha256 => bytes,
            Ok(_) => return Ok(Err(damaged("its SHA-256 is not its name; run `wxarchive repair`".to_owned()))),
            Err(error) => return Ok(Err(damaged(format!("it can't be read: {error}; run `wxarchive repair`")))),
        };
        let mended = !is_there && self.store.has(&picture.file(), stored.bytes);
        let copied = if is_there {
            None
        } else {
            let copied = self.store.take(&picture.file(), &source, &bytes, &stored.media_type)?;
            self.making.seen.note(&picture.file());
            Some(copied)
        };
        let (made, added_variants) = variants::make(self.store, picture, &bytes, self.making)?;
        Ok(Ok(Done { copied, mended, made, added_variants }))
    }

    /// Whether a file is there and is what it was; where nothing speaks against it, its length is enough.
    fn is_sound(&self, name: &str, bytes: u64, sha256: Option<Digest>) -> Result<bool, MirrorError> {
        if !self.store.has(name, bytes) {
            return Ok(false);
        }
        if self.settings.trust == Trust::Untouched && !self.store.is_doubtful(name) {
            return Ok(true);
        }
        if self.marks.get(name).is_some_and(|mark| self.store.mark(name).as_ref() == Some(mark)) {
            return Ok(true);
        }
        let is_sound = self.store.read(name)?.is_some_and(|bytes| Some(Digest::of(&bytes)) == sha256);
        if is_sound {
            self.making.seen.note(name);
        }
        Ok(is_sound)
    }

    /// The marks of files that were written or read in this run, or are marked as they were.
    fn new_marks(&self, manifest: &Manifest) -> BTreeMap<String, String> {
        let files = manifest.pictures.values().flat_map(Mirrored::files);
        let marked = files.filter_map(|file| Some((file, self.store.mark(file)?)));
        let is_known = |(file, mark): &(&str, String)| {
            self.making.seen.contains(file) || self.marks.get(*file).is_some_and(|known| known == mark)
        };
        marked.filter(is_known).map(|(file, mark)| (file.to_owned(), mark)).collect()
    }

    /// Whether every variant is in its place.
    fn has_all(&self, made: &variants::Made) -> Result<bool, MirrorError> {
        for MirroredVariant { file, bytes, sha256, .. } in &made.variants {
            if sha256.is_none() || !self.is_sound(file, *bytes, *sha256)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Report {
    fn count(&mut self, picture: &Listed, done: &Done) {
        self.pictures += 1;
        self.added += usize::from(done.copied.is_some() && !done.mended);
        self.mended += usize::from(done.mended);
        self.copied_bytes += if done.copied == Some(Copied::Bytes) { picture.stored.bytes } else { 0 };
        self.variants += done.made.variants.len();
        self.added_variants += done.added_variants;
    }
}
