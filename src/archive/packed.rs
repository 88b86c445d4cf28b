//! The files of raw pages: what their names say, and how pages are packed into them.

use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;

use zstd::stream::raw::CParameter;

use super::{Digest, StoredPage, layout};

/// How hard zstd tries; 3 is its own default, and the reference does most of the work.
const LEVEL: i32 = 9;
/// The largest page that is read back.
const MAX_PAGE_BYTES: u64 = 64 << 20;
/// The base-2 logarithm of the window, 32 MiB: as much as a page and its reference take together.
const WINDOW_LOG: u32 = 25;

/// A form in which a raw page is stored: one file, whose name says this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PageFile {
    /// The digest of the page.
    pub(super) sha256: Digest,
    /// The page it is stored against, if any.
    pub(super) reference: Option<Digest>,
}

impl PageFile {
    /// A page that stands for itself.
    pub(super) fn alone(sha256: Digest) -> Self {
        Self { sha256, reference: None }
    }

    /// The path, from the folder of the archive.
    pub(super) fn path(&self) -> PathBuf {
        match self.reference {
            None => layout::page(&self.sha256),
            Some(reference) => layout::page_against(&self.sha256, &reference),
        }
    }
}

impl From<&StoredPage> for PageFile {
    fn from(stored: &StoredPage) -> Self {
        Self { sha256: stored.sha256, reference: stored.reference }
    }
}

/// Compresses a page, against another one perhaps.
pub(super) fn pack(page: &[u8], reference: Option<&[u8]>) -> io::Result<Vec<u8>> {
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

/// Unpacks a page, given the one it was packed against.
pub(super) fn unpack(packed: &[u8], reference: Option<&[u8]>) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    match reference {
        None => zstd::stream::read::Decoder::new(packed)?.take(MAX_PAGE_BYTES).read_to_end(&mut page)?,
        Some(reference) => zstd::stream::read::Decoder::with_ref_prefix(packed, reference)?
            .take(MAX_PAGE_BYTES)
            .read_to_end(&mut page)?,
    };
    Ok(page)
}

/// The digest of a packed page, which is hashed as it is unpacked.
pub(super) fn digest_within(packed: &[u8], reference: Option<&[u8]>) -> io::Result<Digest> {
    let digest = match reference {
        None => Digest::of_reader(zstd::stream::read::Decoder::new(packed)?.take(MAX_PAGE_BYTES))?,
        Some(reference) => {
            Digest::of_reader(zstd::stream::read::Decoder::with_ref_prefix(packed, reference)?.take(MAX_PAGE_BYTES))?
        }
    };
    Ok(digest.0)
}
