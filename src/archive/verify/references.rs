//! Checks that what records refer to is there, and finds what nothing refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::{Code, Survey};
use crate::archive::kind::Kind;
use crate::archive::packed::PageFile;
use crate::archive::{Digest, StateFile, StoredPicture, layout};

/// What the records of an archive refer to.
#[derive(Debug, Default)]
pub(in crate::archive) struct References<'a> {
    /// Pictures, by file, with the records that name them.
    pub(in crate::archive) pictures: BTreeMap<&'a Path, Vec<(Rc<Path>, &'a StoredPicture)>>,
    /// Raw pages, with a record that names each.
    pub(in crate::archive) pages: BTreeMap<Digest, PathBuf>,
}

impl<'a> References<'a> {
    /// Collects them; a forgotten article refers to nothing any more.
    pub(in crate::archive) fn of(survey: &'a Survey) -> Self {
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
                let path = dir.join(layout::STATE);
                references.add_pictures(&path, &state.late_pictures);
                references.add_evidence(&path, state);
            }
        }
        for (path, state) in &survey.unarchived {
            references.add_evidence(path, state);
        }
        for (path, ledger) in &survey.ledgers {
            references.add_pictures(path, ledger.stored_pictures());
        }
        references
    }

    fn add_pictures(&mut self, record: &Path, pictures: impl IntoIterator<Item = &'a StoredPicture>) {
        let record: Rc<Path> = record.into();
        for picture in pictures {
            let users = self.pictures.entry(Path::new(&picture.file)).or_default();
            users.push((Rc::clone(&record), picture));
        }
    }

    fn add_evidence(&mut self, record: &Path, state: &StateFile) {
        for page in state.states.iter().filter_map(|dated| dated.evidence) {
            self.pages.entry(page.sha256).or_insert_with(|| record.to_owned());
        }
    }
}

/// What is wrong, before it is noted.
type Notes = Vec<(Code, PathBuf, String)>;

/// Checks both directions.
pub(super) fn check(survey: &mut Survey) {
    let references = References::of(survey);
    let mut notes = Notes::new();
    check_pictures(survey, &references, &mut notes);
    check_pages(survey, &references, &mut notes);
    notes.extend(unreferenced(survey, &references).map(|(code, path)| (code, path, String::new())));
    for (code, path, detail) in notes {
        survey.find(code, path, detail);
    }
}

fn check_pictures(survey: &Survey, references: &References<'_>, notes: &mut Notes) {
    for (file, users) in &references.pictures {
        let Some((record, _)) = users.first() else { continue };
        let Some(length) = survey.files.get(*file).map(|found| found.length) else {
            let told = format!("`{}` shows it", layout::slashed(record));
            notes.push((Code::PictureMissing, (*file).to_owned(), told));
            continue;
        };
        let wrong = users.iter().find(|(_, picture)| picture.bytes != length);
        if let Some((record, picture)) = wrong {
            let told = format!("`{}` says {}, it has {length}", layout::slashed(record), picture.bytes);
            notes.push((Code::PictureLength, (*file).to_owned(), told));
        }
    }
}

fn check_pages(survey: &Survey, references: &References<'_>, notes: &mut Notes) {
    for (digest, record) in &references.pages {
        let is_manifest = matches!(survey.files.get(record).map(|found| &found.kind), Some(Kind::Manifest(..)));
        if is_manifest && !survey.pages.contains_key(digest) {
            notes.push((Code::PageMissing, record.clone(), format!("page {digest}")));
        }
    }
    for file in survey.pages.values().flatten() {
        let Some(reference) = file.reference else { continue };
        if survey.has_alone(&file.sha256) {
            notes.push((Code::PageTwice, file.path(), String::new()));
        } else if references.pages.contains_key(&file.sha256) && !survey.has_alone(&reference) {
            notes.push((Code::PageReference, file.path(), format!("page {reference}")));
        }
    }
}

/// Pictures and pages that nothing refers to; a page that another is stored against is referred to by it.
fn unreferenced<'a>(survey: &'a Survey, references: &'a References<'a>) -> impl Iterator<Item = (Code, PathBuf)> + 'a {
    let wanted = |page: &PageFile| references.pages.contains_key(&page.sha256);
    let held: BTreeSet<Digest> =
        survey.pages.values().flatten().filter(|page| wanted(page)).filter_map(|page| page.reference).collect();
    survey.files.iter().filter_map(move |(path, file)| match &file.kind {
        Kind::Picture(_) if !references.pictures.contains_key(path.as_path()) => {
            Some((Code::PictureUnreferenced, path.clone()))
        }
        Kind::Page(page) if !wanted(page) && !held.contains(&page.sha256) => {
            Some((Code::PageUnreferenced, path.clone()))
        }
        _ => None,
    })
}
