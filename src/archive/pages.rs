//! Raw pages: zstd, and against a sibling page of the same template where that saves most of the bytes.
//!
//! Nine tenths of a page are scripts that other pages of its template share. A page is compressed against the most
//! similar of the pages that stand for themselves (the references). Reading takes one hop at most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zstd::stream::raw::CParameter;

use super::scrub::scrub;
use super::write::{Disk, list};
use super::{ArchiveError, Digest, StoredPage, layout, regular};

/// How hard zstd tries; 3 is its own default, and the reference does most of the work.
const LEVEL: i32 = 9;
/// A page that is not at least this many times smaller against a reference than alone becomes a reference itself.
const WORTHWHILE: usize = 3;
/// Lines shorter than this say nothing about the template.
const SKETCHED_LINE: usize = 24;
/// One line in so many goes into a sketch.
const SKETCH_SHARE: u64 = 8;
/// The largest page that is read back.
const MAX_PAGE_BYTES: u64 = 64 << 20;
/// What is said of a page that is another than its name says.
const OTHER_CONTENT: &str = "its content has another SHA-256 than its name";
/// The base-2 logarithm of the window, 32 MiB: as much as a page and its reference take together.
const WINDOW_LOG: u32 = 25;

/// Where raw pages are put; may be shared, since compressing a page takes a while.
#[derive(Debug, Clone)]
pub struct PageStore {
    disk: Disk,
    /// `None` until the first page comes: to look up which pages stand for themselves takes a while as well.
    pages: Arc<Mutex<Option<Pages>>>,
}

impl PageStore {
    pub(super) fn new(disk: Disk) -> Self {
        Self { disk, pages: Arc::default() }
    }

    /// Stores a raw page without its private values; one that is there already is left as it is.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn put(&self, raw: &[u8]) -> Result<StoredPage, ArchiveError> {
        let page = scrub(raw);
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pages) = &mut *pages {
            return pages.put(&page);
        }
        let mut found = Pages::new(self.disk.clone());
        found.find_references()?;
        pages.insert(found).put(&page)
    }
}

/// The raw pages of an archive.
#[derive(Debug)]
pub(super) struct Pages {
    disk: Disk,
    /// The pages that stand for themselves; each is sketched when it is needed first.
    references: BTreeMap<Digest, Option<BTreeSet<u64>>>,
}

impl Pages {
    /// Knows of no references yet: enough for reading pages back.
    pub(super) fn new(disk: Disk) -> Self {
        Self { disk, references: BTreeMap::new() }
    }

    /// Looks up which pages stand for themselves.
    pub(super) fn find_references(&mut self) -> Result<(), ArchiveError> {
        for folder in list(&self.disk.path(Path::new(layout::PAGES)))? {
            for file in list(&folder)? {
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let digest = name.strip_suffix(".html.zst").map(|digest| Digest::try_from(digest.to_owned()));
                if let Some(Ok(digest)) = digest {
                    self.references.insert(digest, None);
                }
            }
        }
        Ok(())
    }

    fn put(&mut self, page: &[u8]) -> Result<StoredPage, ArchiveError> {
        let sha256 = Digest::of(page);
        // One that can't be read back any more is stored again rather than relied on.
        if let Some(stored) = self.find(&sha256)?.filter(|stored| self.get(stored).is_ok()) {
            return Ok(stored);
        }
        self.store(page)
    }

    /// Writes a page in the form that takes least.
    fn store(&mut self, page: &[u8]) -> Result<StoredPage, ArchiveError> {
        let sha256 = Digest::of(page);
        let alone = compress(page, None).map_err(ArchiveError::io("compress", layout::page(&sha256)))?;
        match self.against_the_most_similar(page)? {
            Some((reference, bytes)) if bytes.len() * WORTHWHILE <= alone.len() => {
                self.disk.replace(&layout::page_against(&sha256, &reference), &bytes)?;
                Ok(StoredPage { sha256, reference: Some(reference) })
            }
            _ => {
                self.disk.replace(&layout::page(&sha256), &alone)?;
                self.references.insert(sha256, Some(sketch(page)));
                Ok(StoredPage { sha256, reference: None })
            }
        }
    }

    /// Reads a page back and checks it, in whichever form it is stored.
    pub(super) fn get(&self, stored: &StoredPage) -> Result<Vec<u8>, ArchiveError> {
        let stored = if self.path(stored).is_file() { *stored } else { self.find(&stored.sha256)?.unwrap_or(*stored) };
        self.get_form(&stored)
    }

    /// Reads a page back in just this form.
    pub(super) fn get_form(&self, stored: &StoredPage) -> Result<Vec<u8>, ArchiveError> {
        let reference = |reference| self.unpack(&StoredPage { sha256: reference, reference: None }, None);
        let reference = stored.reference.map(reference).transpose()?;
        self.unpack(stored, reference.as_deref())
    }

    /// Unpacks the file of a page, given the page it is stored against, and checks it.
    pub(super) fn unpack(&self, stored: &StoredPage, reference: Option<&[u8]>) -> Result<Vec<u8>, ArchiveError> {
        let path = self.path(stored);
        let bytes = regular::read(&path).map_err(ArchiveError::io("read", &path))?;
        let page = decompress(&bytes, reference).map_err(|error| ArchiveError::damaged(&path, error))?;
        if Digest::of(&page) == stored.sha256 { Ok(page) } else { Err(ArchiveError::damaged(path, OTHER_CONTENT)) }
    }

    /// Checks the file of a page, given the page it is stored against, without holding what is in it.
    pub(super) fn check(&self, stored: &StoredPage, reference: Option<&[u8]>) -> Result<(), ArchiveError> {
        let path = self.path(stored);
        let bytes = regular::read(&path).map_err(ArchiveError::io("read", &path))?;
        let digest = digest_of(&bytes, reference).map_err(|error| ArchiveError::damaged(&path, error))?;
        let is_it = digest == stored.sha256;
        if is_it { Ok(()) } else { Err(ArchiveError::damaged(path, OTHER_CONTENT)) }
    }

    /// Stores a page so that it stands for itself, whatever other form it has.
    pub(super) fn put_alone(&self, page: &[u8]) -> Result<(), ArchiveError> {
        let path = layout::page(&Digest::of(page));
        let bytes = compress(page, None).map_err(ArchiveError::io("compress", &path))?;
        self.disk.keep(&path, &bytes)?;
        Ok(())
    }

    /// Stores a page once more, against none of certain references.
    pub(super) fn put_apart(&mut self, page: &[u8], avoided: &BTreeSet<Digest>) -> Result<StoredPage, ArchiveError> {
        self.references.retain(|digest, _| !avoided.contains(digest));
        self.store(page)
    }

    fn path(&self, stored: &StoredPage) -> PathBuf {
        self.disk.path(&match stored.reference {
            None => layout::page(&stored.sha256),
            Some(reference) => layout::page_against(&stored.sha256, &reference),
        })
    }

    /// Finds a stored page in either form.
    fn find(&self, sha256: &Digest) -> Result<Option<StoredPage>, ArchiveError> {
        if self.references.contains_key(sha256) {
            return Ok(Some(StoredPage { sha256: *sha256, reference: None }));
        }
        let alone = self.disk.path(&layout::page(sha256));
        if alone.is_file() {
            return Ok(Some(StoredPage { sha256: *sha256, reference: None }));
        }
        let prefix = format!("{sha256}.from-");
        for file in list(alone.parent().unwrap_or(&alone))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let rest = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(".html.zst"));
            if let Some(Ok(reference)) = rest.map(|reference| Digest::try_from(reference.to_owned())) {
                return Ok(Some(StoredPage { sha256: *sha256, reference: Some(reference) }));
            }
        }
        Ok(None)
    }

    /// Compresses a page against the reference that shares most lines with it; `None` where none shares any.
    fn against_the_most_similar(&mut self, page: &[u8]) -> Result<Option<(Digest, Vec<u8>)>, ArchiveError> {
        let sketch = sketch(page);
        self.sketch_references();
        let shared =
            |known: &Option<BTreeSet<u64>>| known.iter().flatten().filter(|line| sketch.contains(line)).count();
        let best = self.references.iter().max_by_key(|(digest, known)| (shared(known), Reverse(**digest)));
        let Some((digest, _)) = best.filter(|(_, known)| shared(known) > 0) else { return Ok(None) };
        // One that can't be read back was damaged since it was sketched; the page is stored alone then.
        let Ok(reference) = self.get(&StoredPage { sha256: *digest, reference: None }) else { return Ok(None) };
        let path = layout::page_against(&Digest::of(page), digest);
        let bytes = compress(page, Some(&reference)).map_err(ArchiveError::io("compress", path))?;
        Ok(Some((*digest, bytes)))
    }

    /// Sketches the references that are not yet. A damaged one shares nothing and so is never chosen.
    fn sketch_references(&mut self) {
        let new: Vec<Digest> =
            self.references.iter().filter(|(_, known)| known.is_none()).map(|(digest, _)| *digest).collect();
        for digest in new {
            let page = self.get(&StoredPage { sha256: digest, reference: None });
            self.references.insert(digest, Some(page.map_or_else(|_| BTreeSet::new(), |page| sketch(&page))));
        }
    }
}

/// A sample of a page's lines, by hash: two pages of one template share most of theirs.
fn sketch(page: &[u8]) -> BTreeSet<u64> {
    let lines = page.split(|byte| *byte == b'\n').filter(|line| line.len() >= SKETCHED_LINE);
    lines.map(fnv).filter(|hash| hash % SKETCH_SHARE == 0).collect()
}

/// The FNV-1a hash: the same on every machine, unlike that of the standard library.
fn fnv(line: &[u8]) -> u64 {
    line.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn compress(page: &[u8], reference: Option<&[u8]>) -> io::Result<Vec<u8>> {
    let mut encoder = match reference {
        None => zstd::stream::write::Encoder::new(Vec::new(), LEVEL)?,
        Some(reference) => zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), LEVEL, reference)?,
    };
    encoder.set_parameter(CParameter::ChecksumFlag(true))?;
    if reference.is_some() {
        encoder.set_parameter(CParameter::WindowLog(WINDOW_LOG))?;
        encoder.set_parameter(CParameter::EnableLongDistanceMatching(true))?;
    }
    encoder.set_pledged_src_size(Some(page.len() as u64))?;
    encoder.write_all(page)?;
    encoder.finish()
}

fn decompress(bytes: &[u8], reference: Option<&[u8]>) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    match reference {
        None => zstd::stream::read::Decoder::new(bytes)?.take(MAX_PAGE_BYTES).read_to_end(&mut page)?,
        Some(reference) => zstd::stream::read::Decoder::with_ref_prefix(bytes, reference)?
            .take(MAX_PAGE_BYTES)
            .read_to_end(&mut page)?,
    };
    Ok(page)
}

/// The digest of a compressed page, which is hashed as it is unpacked.
fn digest_of(bytes: &[u8], reference: Option<&[u8]>) -> io::Result<Digest> {
    let digest = match reference {
        None => Digest::of_reader(zstd::stream::read::Decoder::new(bytes)?.take(MAX_PAGE_BYTES))?,
        Some(reference) => {
            Digest::of_reader(zstd::stream::read::Decoder::with_ref_prefix(bytes, reference)?.take(MAX_PAGE_BYTES))?
        }
    };
    Ok(digest.0)
}
