//! Checks that what records refer to is there, and finds what nothing refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Code, Survey};
use crate::archive::kind::Kind;
use crate::archive::packed::PageFile;
use crate::archive::{Digest, StoredPage, StoredPicture, layout};

/// What the records of an archive refer to.
#[derive(Debug, Default)]
pub(in crate::archive) struct References {
    /// Pictures, by file, with the records that name them.
    pub(in crate::archive) pictures: BTreeMap<PathBuf, Vec<(PathBuf, StoredPicture)>>,
    /// Raw pages, with a record that names each.
    pub(in crate::archive) pages: BTreeMap<Digest, PathBuf>,
}

impl References {
    /// Collects them; a forgotten article refers to nothing any more.
    pub(in crate::archive) fn of(survey: &Survey) -> Self {
        let mut references = Self::default();
        for (dir, article) in &survey.articles {
            if survey.is_forgotten(article) {
                continue;
            }
            for (number, manifest) in article.manifests.iter().chain(&article.misplaced) {
                let path = dir.join(layout::manifest(*number));
                references.pages.insert(manifest.page.sha256, path.clone());
                references.add_pictures(&path, &manifest.pictures);
            }
            if let Some(state) = &article.state {
                references.add_pictures(&dir.join(layout::STATE), &state.late_pictures);
                references
                    .add_evidence(&dir.join(layout::STATE), state.states.iter().filter_map(|dated| dated.evidence));
            }
        }
        for (path, state) in &survey.unarchived {
            references.add_evidence(path, state.states.iter().filter_map(|dated| dated.evidence));
        }
        for (path, ledger) in &survey.ledgers {
            references.add_pictures(path, ledger.stored_pictures());
        }
        references
    }

    fn add_pictures<'a>(&mut self, record: &Path, pictures: impl IntoIterator<Item = &'a StoredPicture>) {
        for picture in pictures {
            let users = self.pictures.entry(PathBuf::from(&picture.file)).or_default();
            users.push((record.to_owned(), picture.clone()));
        }
    }

    fn add_evidence(&mut self, record: &Path, pages: impl Iterator<Item = StoredPage>) {
        for page in pages {
            self.pages.entry(page.sha256).or_insert_with(|| record.to_owned());
        }
    }
}

/// Checks both directions.
pub(super) fn check(survey: &mut Survey) {
    let references = References::of(survey);
    check_pictures(survey, &references);
    check_pages(survey, &references);
    let unreferenced: Vec<(Code, PathBuf)> = unreferenced(survey, &references).collect();
    for (code, path) in unreferenced {
        survey.find(code, path, "");
    }
}

fn check_pictures(survey: &mut Survey, references: &References) {
    for (file, users) in &references.pictures {
        let Some((record, _)) = users.first() else { continue };
        let length = survey.files.get(file).map(|found| found.length);
        match length {
            None => survey.find(Code::PictureMissing, file, format!("`{}` shows it", layout::slashed(record))),
            Some(length) => {
                let wrong = users.iter().find(|(_, picture)| picture.bytes != length);
                if let Some((record, picture)) = wrong {
                    let told = format!("`{}` says {}, it has {length}", layout::slashed(record), picture.bytes);
                    survey.find(Code::PictureLength, file, told);
                }
            }
        }
    }
}

fn check_pages(survey: &mut Survey, references: &References) {
    for (digest, record) in &references.pages {
        let is_manifest = matches!(survey.files.get(record).map(|found| &found.kind), Some(Kind::Manifest(..)));
        if is_manifest && !survey.pages.contains_key(digest) {
            survey.find(Code::PageMissing, record, format!("page {digest}"));
        }
    }
    let files: Vec<PageFile> = survey.pages.values().flatten().copied().collect();
    for file in files {
        let Some(reference) = file.reference else { continue };
        if survey.has_alone(&file.sha256) {
            survey.find(Code::PageTwice, file.path(), "");
        } else if references.pages.contains_key(&file.sha256) && !survey.has_alone(&reference) {
            survey.find(Code::PageReference, file.path(), format!("page {reference}"));
        }
    }
}

/// Pictures and pages that nothing refers to; a page that another is stored against is referred to by it.
fn unreferenced<'a>(survey: &'a Survey, references: &'a References) -> impl Iterator<Item = (Code, PathBuf)> + 'a {
    let wanted = |page: &PageFile| references.pages.contains_key(&page.sha256);
    let held: BTreeSet<Digest> =
        survey.pages.values().flatten().filter(|page| wanted(page)).filter_map(|page| page.reference).collect();
    survey.files.iter().filter_map(move |(path, file)| match &file.kind {
        Kind::Picture(_) if !references.pictures.contains_key(path) => Some((Code::PictureUnreferenced, path.clone())),
        Kind::Page(page) if !wanted(page) && !held.contains(&page.sha256) => {
            Some((Code::PageUnreferenced, path.clone()))
        }
        _ => None,
    })
}
