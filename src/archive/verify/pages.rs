//! Checks raw pages: by the hash of the compressed file where a record has it, by what is in it elsewhere.
//!
//! A page was had from its compressed bytes before their hash went into a record. So a file with that hash is whole,
//! provided the page it is stored against is. A file with another hash may be another form of the same page, as `repair`
//! and other copies of zstd write it, and is unpacked.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::sync::OnceLock;

use super::{Code, PageCheck, Survey};
use crate::archive::packed::PageFile;
use crate::archive::pages::Pages;
use crate::archive::{ArchiveError, Digest};

/// What is wrong with a page, if anything.
type Told = Option<(Code, String)>;

/// The page that others are stored against, unpacked, kept from one to the next.
pub(super) type Reference = Option<(Digest, Vec<u8>)>;

/// Checks the pages of an archive, each reference once.
pub(super) struct PageAudit<'s> {
    survey: &'s Survey,
    pages: Pages,
    check: PageCheck,
    /// The hashes of the compressed files as records tell them.
    written: HashMap<PageFile, HashSet<Digest>>,
    /// What is wrong with the pages that others are stored against.
    references: HashMap<Digest, OnceLock<Told>>,
}

impl<'s> PageAudit<'s> {
    pub(super) fn new(survey: &'s Survey, check: PageCheck) -> Self {
        let mut written: HashMap<PageFile, HashSet<Digest>> = HashMap::new();
        for (file, packed) in self::written(survey) {
            written.entry(file).or_default().insert(packed);
        }
        let references = survey.pages.values().flatten().filter_map(|file| file.reference);
        let references = references.map(|digest| (digest, OnceLock::new())).collect();
        Self { survey, pages: Pages::new(survey.disk.clone()), check, written, references }
    }

    /// Checks the file of a page; one whose reference is not there is told by the check of references.
    pub(super) fn check(&self, file: &PageFile, kept: &mut Reference) -> Told {
        let Some(reference) = file.reference else { return self.check_alone(file) };
        if !self.survey.has_alone(&reference) {
            return None;
        }
        let told = self.check_alone(&PageFile::alone(reference));
        if told.is_some_and(|(code, _)| code != Code::PageRepacked) {
            return Some((Code::PageDamaged, format!("the page {reference} it needs is damaged")));
        }
        let unpack = |kept: &mut Reference| {
            if kept.as_ref().is_none_or(|(digest, _)| *digest != reference) {
                *kept = Some((reference, self.pages.unpack(&PageFile::alone(reference), None)?));
            }
            Ok(())
        };
        self.check_file(file, |bytes| {
            unpack(kept)?;
            self.pages.check(file, bytes, kept.as_ref().map(|(_, page)| page.as_slice()))
        })
    }

    /// Checks a page that stands for itself.
    fn check_alone(&self, file: &PageFile) -> Told {
        let check = || self.check_file(file, |bytes| self.pages.check(file, bytes, None));
        self.references.get(&file.sha256).map_or_else(check, |told| told.get_or_init(check).clone())
    }

    /// Checks a file by its hash, and by what is in it where that is not a known one.
    fn check_file(&self, file: &PageFile, unpack: impl FnOnce(&[u8]) -> Result<(), ArchiveError>) -> Told {
        let bytes = match fs::read(self.survey.disk.path(&file.path())) {
            Ok(bytes) => bytes,
            Err(error) => return Some(unreadable(&error)),
        };
        let is_written = self.written.get(file).map(|written| written.contains(&Digest::of(&bytes)));
        if is_written == Some(true) && self.check == PageCheck::Packed {
            return None;
        }
        let is_other = || Ok(is_written == Some(false) && !self.pages.is_packed_so(file, &bytes)?);
        match unpack(&bytes).and_then(|()| is_other()) {
            Ok(false) => None,
            Ok(true) => Some((Code::PageRepacked, String::new())),
            Err(ArchiveError::Io { source, .. }) => Some(unreadable(&source)),
            Err(ArchiveError::Damaged { why, .. }) => Some((Code::PageDamaged, why)),
            Err(error) => Some((Code::PageDamaged, error.to_string())),
        }
    }
}

fn unreadable(error: &io::Error) -> (Code, String) {
    (Code::Unreadable, error.to_string())
}

/// The compressed files that records tell the hash of.
fn written(survey: &Survey) -> impl Iterator<Item = (PageFile, Digest)> {
    let versions =
        survey.articles.values().flat_map(|article| article.manifests.values()).map(|manifest| &manifest.page);
    let states =
        survey.articles.values().filter_map(|article| article.state.as_ref()).chain(survey.unarchived.values());
    let evidence = states.flat_map(|state| &state.states).filter_map(|dated| dated.evidence.as_ref());
    versions.chain(evidence).filter_map(|stored| Some((PageFile::from(stored), stored.packed?)))
}
