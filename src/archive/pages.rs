//! Raw pages: zstd, and against a sibling page of the same template where that saves most of the bytes.
//!
//! Nine tenths of a page are scripts that other pages of its template share. A page is compressed against the most
//! similar of the pages that stand for themselves (the references). Reading takes one hop at most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::packed::{PageFile, digest_within, pack, unpack};
use super::scrub::scrub;
use super::write::{Disk, list};
use super::{ArchiveError, Digest, StoredPage, layout, regular};

/// A page that is not at least this many times smaller against a reference than alone becomes a reference itself.
const WORTHWHILE: usize = 3;
/// Lines shorter than this say nothing about the template.
const SKETCHED_LINE: usize = 24;
/// One line in so many goes into a sketch.
const SKETCH_SHARE: u64 = 8;
/// What is said of a page that does not come out of the compressed bytes again.
const OTHER_PAGE: &str = "what was compressed for it unpacks to another page, and was not written";
/// What is said of a page that is another than its name says.
const OTHER_CONTENT: &str = "its content has another SHA-256 than its name";

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
        match self.find(&sha256)?.and_then(|file| Some((file, self.packed(&file).ok()?))) {
            Some((file, packed)) => Ok(stored(file, packed)),
            None => self.store(page),
        }
    }

    /// Writes a page in the form that takes least.
    fn store(&mut self, page: &[u8]) -> Result<StoredPage, ArchiveError> {
        let sha256 = Digest::of(page);
        let file = PageFile::alone(sha256);
        let alone = pack(page, None).map_err(ArchiveError::io("compress", file.path()))?;
        if let Some(reference) = self.most_similar(page) {
            let file = PageFile { sha256, reference: Some(Digest::of(&reference)) };
            let against = pack(page, Some(&reference)).map_err(ArchiveError::io("compress", file.path()))?;
            if against.len() * WORTHWHILE <= alone.len() {
                return self.write(file, &against, (page, Some(&reference)));
            }
        }
        let stored = self.write(file, &alone, (page, None))?;
        self.references.insert(sha256, Some(sketch(page)));
        Ok(stored)
    }

    /// Writes the file of a page, once it is known that the page can be had from it.
    fn write(
        &self,
        file: PageFile,
        bytes: &[u8],
        (page, reference): (&[u8], Option<&[u8]>),
    ) -> Result<StoredPage, ArchiveError> {
        let path = file.path();
        let unpacked = unpack(bytes, reference).map_err(ArchiveError::io("unpack what was compressed for", &path))?;
        if unpacked != page {
            return Err(ArchiveError::damaged(path, OTHER_PAGE));
        }
        self.disk.replace(&path, bytes)?;
        Ok(stored(file, Digest::of(bytes)))
    }

    /// Reads a page back and checks it, in whichever form it is stored.
    pub(super) fn get(&self, file: &PageFile) -> Result<Vec<u8>, ArchiveError> {
        let is_there = self.disk.path(&file.path()).is_file();
        let file = if is_there { *file } else { self.find(&file.sha256)?.unwrap_or(*file) };
        self.get_form(&file)
    }

    /// Reads a page back in just this form.
    pub(super) fn get_form(&self, file: &PageFile) -> Result<Vec<u8>, ArchiveError> {
        let reference = self.reference(file)?;
        self.unpack(file, reference.as_deref())
    }

    /// The page that a file is stored against, if any.
    fn reference(&self, file: &PageFile) -> Result<Option<Vec<u8>>, ArchiveError> {
        file.reference.map(|reference| self.unpack(&PageFile::alone(reference), None)).transpose()
    }

    /// Unpacks the file of a page, given the page it is stored against, and checks it.
    pub(super) fn unpack(&self, file: &PageFile, reference: Option<&[u8]>) -> Result<Vec<u8>, ArchiveError> {
        let path = self.disk.path(&file.path());
        let bytes = regular::read(&path).map_err(ArchiveError::io("read", &path))?;
        let page = unpack(&bytes, reference).map_err(|error| ArchiveError::damaged(&path, error))?;
        if Digest::of(&page) == file.sha256 { Ok(page) } else { Err(ArchiveError::damaged(path, OTHER_CONTENT)) }
    }

    /// Checks that the page can be had from its file, and gives the digest of this file as it is.
    fn packed(&self, file: &PageFile) -> Result<Digest, ArchiveError> {
        let path = self.disk.path(&file.path());
        let bytes = regular::read(&path).map_err(ArchiveError::io("read", &path))?;
        self.check(file, &bytes, self.reference(file)?.as_deref())?;
        Ok(Digest::of(&bytes))
    }

    /// Checks what is in the file of a page, given the page it is stored against, without holding it.
    pub(super) fn check(&self, file: &PageFile, bytes: &[u8], reference: Option<&[u8]>) -> Result<(), ArchiveError> {
        let path = || self.disk.path(&file.path());
        let digest = digest_within(bytes, reference).map_err(|error| ArchiveError::damaged(path(), error))?;
        if digest == file.sha256 { Ok(()) } else { Err(ArchiveError::damaged(path(), OTHER_CONTENT)) }
    }

    /// Whether this program packs a page into just these bytes.
    pub(super) fn is_packed_so(&self, file: &PageFile, bytes: &[u8]) -> Result<bool, ArchiveError> {
        Ok(self.pack_again(file)? == bytes)
    }

    /// The bytes that this program packs a stored page into, in the form it is in.
    pub(super) fn pack_again(&self, file: &PageFile) -> Result<Vec<u8>, ArchiveError> {
        let reference = self.reference(file)?;
        let page = self.unpack(file, reference.as_deref())?;
        pack(&page, reference.as_deref()).map_err(ArchiveError::io("compress", file.path()))
    }

    /// Stores a page so that it stands for itself, whatever other form it has.
    pub(super) fn put_alone(&self, page: &[u8]) -> Result<(), ArchiveError> {
        let file = PageFile::alone(Digest::of(page));
        let bytes = pack(page, None).map_err(ArchiveError::io("compress", file.path()))?;
        self.write(file, &bytes, (page, None)).map(drop)
    }

    /// Stores a page once more, against none of certain references.
    pub(super) fn put_apart(&mut self, page: &[u8], avoided: &BTreeSet<Digest>) -> Result<StoredPage, ArchiveError> {
        self.references.retain(|digest, _| !avoided.contains(digest));
        self.store(page)
    }

    /// Finds a stored page in either form.
    fn find(&self, sha256: &Digest) -> Result<Option<PageFile>, ArchiveError> {
        let alone = self.disk.path(&layout::page(sha256));
        if self.references.contains_key(sha256) || alone.is_file() {
            return Ok(Some(PageFile::alone(*sha256)));
        }
        let prefix = format!("{sha256}.from-");
        for file in list(alone.parent().unwrap_or(&alone))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let rest = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(".html.zst"));
            if let Some(Ok(reference)) = rest.map(|reference| Digest::try_from(reference.to_owned())) {
                return Ok(Some(PageFile { sha256: *sha256, reference: Some(reference) }));
            }
        }
        Ok(None)
    }

    /// The reference that shares most lines with a page; `None` where none shares any.
    fn most_similar(&mut self, page: &[u8]) -> Option<Vec<u8>> {
        let sketch = sketch(page);
        self.sketch_references();
        let shared =
            |known: &Option<BTreeSet<u64>>| known.iter().flatten().filter(|line| sketch.contains(line)).count();
        let best = self.references.iter().max_by_key(|(digest, known)| (shared(known), Reverse(**digest)));
        let (digest, _) = best.filter(|(_, known)| shared(known) > 0)?;
        // One that can't be read back was damaged since it was sketched; the page is stored alone then.
        self.get(&PageFile::alone(*digest)).ok()
    }

    /// Sketches the references that are not yet. A damaged one shares nothing and so is never chosen.
    fn sketch_references(&mut self) {
        let new: Vec<Digest> =
            self.references.iter().filter(|(_, known)| known.is_none()).map(|(digest, _)| *digest).collect();
        for digest in new {
            let page = self.get(&PageFile::alone(digest));
            self.references.insert(digest, Some(page.map_or_else(|_| BTreeSet::new(), |page| sketch(&page))));
        }
    }
}

fn stored(file: PageFile, packed: Digest) -> StoredPage {
    StoredPage { sha256: file.sha256, reference: file.reference, packed: Some(packed) }
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
