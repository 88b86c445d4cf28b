//! Raw pages: zstd, and against a sibling page of the same template where that saves most of the bytes.
//!
//! Nine tenths of a page are scripts that other pages of its template share. A page is compressed against the most
//! similar of the pages that stand for themselves (the references). Reading takes one hop at most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use zstd::stream::raw::CParameter;

use super::write::Disk;
use super::{ArchiveError, Digest, StoredPage, layout};

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
/// The base-2 logarithm of the window, 32 MiB: as much as a page and its reference take together.
const WINDOW_LOG: u32 = 25;

/// The raw pages of an archive.
#[derive(Debug)]
pub(super) struct Pages {
    disk: Disk,
    references: BTreeMap<Digest, Option<Reference>>,
}

/// A page that stands for itself, in memory.
#[derive(Debug)]
struct Reference {
    page: Vec<u8>,
    sketch: BTreeSet<u64>,
}

impl Pages {
    /// Looks up which pages stand for themselves.
    pub(super) fn open(disk: Disk) -> Result<Self, ArchiveError> {
        let mut references = BTreeMap::new();
        for folder in list(&disk.path(Path::new(layout::PAGES)))? {
            for file in list(&folder)? {
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let digest = name.strip_suffix(".html.zst").map(|digest| Digest::try_from(digest.to_owned()));
                if let Some(Ok(digest)) = digest {
                    references.insert(digest, None);
                }
            }
        }
        Ok(Self { disk, references })
    }

    /// Looks up nothing: enough for reading pages back.
    pub(super) fn closed(disk: Disk) -> Self {
        Self { disk, references: BTreeMap::new() }
    }

    /// Stores a page; one that is there already is left as it is.
    pub(super) fn put(&mut self, page: &[u8]) -> Result<StoredPage, ArchiveError> {
        let sha256 = Digest::of(page);
        if let Some(stored) = self.find(&sha256)? {
            return Ok(stored);
        }
        let alone = compress(page, None).map_err(ArchiveError::io("compress", layout::page(&sha256)))?;
        match self.against_the_most_similar(page)? {
            Some((reference, bytes)) if bytes.len() * WORTHWHILE <= alone.len() => {
                self.disk.keep(&layout::page_against(&sha256, &reference), &bytes)?;
                Ok(StoredPage { sha256, reference: Some(reference) })
            }
            _ => {
                self.disk.keep(&layout::page(&sha256), &alone)?;
                self.references.insert(sha256, Some(Reference::new(page.to_vec())));
                Ok(StoredPage { sha256, reference: None })
            }
        }
    }

    /// Reads a page back and checks it.
    pub(super) fn get(&self, stored: &StoredPage) -> Result<Vec<u8>, ArchiveError> {
        let (path, reference) = match stored.reference {
            None => (layout::page(&stored.sha256), None),
            Some(reference) => {
                let plain = StoredPage { sha256: reference, reference: None };
                (layout::page_against(&stored.sha256, &reference), Some(self.get(&plain)?))
            }
        };
        let path = self.disk.path(&path);
        let bytes = fs::read(&path).map_err(ArchiveError::io("read", &path))?;
        let page = decompress(&bytes, reference.as_deref()).map_err(|error| ArchiveError::damaged(&path, error))?;
        if Digest::of(&page) == stored.sha256 {
            Ok(page)
        } else {
            Err(ArchiveError::damaged(path, "its content has another SHA-256 than its name"))
        }
    }

    /// Finds a stored page in either form.
    fn find(&self, sha256: &Digest) -> Result<Option<StoredPage>, ArchiveError> {
        if self.references.contains_key(sha256) {
            return Ok(Some(StoredPage { sha256: *sha256, reference: None }));
        }
        let alone = self.disk.path(&layout::page(sha256));
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
        self.load_references()?;
        let sketch = sketch(page);
        let shared = |reference: &Reference| reference.sketch.intersection(&sketch).count();
        let loaded = self.references.iter().filter_map(|(digest, reference)| Some((digest, reference.as_ref()?)));
        let best = loaded.max_by_key(|(digest, reference)| (shared(reference), Reverse(**digest)));
        let Some((digest, reference)) = best.filter(|(_, reference)| shared(reference) > 0) else { return Ok(None) };
        let path = layout::page_against(&Digest::of(page), digest);
        let bytes = compress(page, Some(&reference.page)).map_err(ArchiveError::io("compress", path))?;
        Ok(Some((*digest, bytes)))
    }

    fn load_references(&mut self) -> Result<(), ArchiveError> {
        let unread: Vec<Digest> =
            self.references.iter().filter(|(_, reference)| reference.is_none()).map(|(digest, _)| *digest).collect();
        for digest in unread {
            let page = self.get(&StoredPage { sha256: digest, reference: None })?;
            self.references.insert(digest, Some(Reference::new(page)));
        }
        Ok(())
    }
}

impl Reference {
    fn new(page: Vec<u8>) -> Self {
        let sketch = sketch(&page);
        Self { page, sketch }
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

/// The entries of a folder by name; none where there is no folder.
pub(super) fn list(folder: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(ArchiveError::io("list", folder)(error)),
    };
    let paths: Result<Vec<PathBuf>, io::Error> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(ArchiveError::io("list", folder))?;
    paths.sort();
    Ok(paths)
}
