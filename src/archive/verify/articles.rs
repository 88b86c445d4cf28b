//! Checks the folders of articles: manifests among themselves, Markdown, heads, states.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::FoundArticle;
use super::survey::is_folder_of;
use super::{Code, Survey};
use crate::archive::kind::Kind;
use crate::archive::{Digest, FORMAT_NUMBER, Manifest, StateFile, layout};
use crate::model::{ArticleKey, Key};

/// What is wrong, before it is noted.
type Notes = Vec<(Code, PathBuf, String)>;

/// Checks every folder of an article.
pub(super) fn check(survey: &mut Survey) {
    let mut notes = Notes::new();
    let mut folders: BTreeMap<&ArticleKey, &Path> = BTreeMap::new();
    for (dir, article) in &survey.articles {
        if !article.is_committed() && article.told.version == 0 {
            notes.push((Code::FolderUncommitted, dir.clone(), String::new()));
            continue;
        }
        if survey.is_forgotten(article) {
            notes.push((Code::Forgotten, dir.clone(), String::new()));
            continue;
        }
        check_manifests(dir, article, &mut notes);
        if !article.is_committed() {
            continue;
        }
        check_markdown(survey, dir, article, &mut notes);
        check_state(survey, dir, article, &mut notes);
        let Some(manifest) = article.newest() else { continue };
        if let Some(other) = folders.insert(&manifest.article, dir) {
            notes.push((Code::ArticleTwice, dir.clone(), format!("the other is `{}`", layout::slashed(other))));
        }
    }
    for (code, path, detail) in notes {
        survey.find(code, path, detail);
    }
}

fn check_manifests(dir: &Path, article: &FoundArticle, notes: &mut Notes) {
    let newest = article.largest();
    for number in 1..=newest.max(article.told.version) {
        if !article.has_record(number) {
            let code = if number < newest { Code::VersionGap } else { Code::ManifestMissing };
            notes.push((code, dir.join(layout::manifest(number)), String::new()));
        }
        // A number far off is a damaged name; one gap says it all.
        if notes.len() > 1000 {
            break;
        }
    }
    for (number, manifest) in article.manifests.iter().chain(&article.misplaced) {
        let path = dir.join(layout::manifest(*number));
        if manifest.format != FORMAT_NUMBER {
            notes.push((Code::RecordFormat, path.clone(), format!("it says {}", manifest.format)));
        }
        if manifest.version != *number {
            notes.push((Code::ManifestNumber, path.clone(), format!("it is version {}", manifest.version)));
        }
        if !is_folder_of(&manifest.article, dir) {
            notes.push((Code::ManifestArticle, path.clone(), format!("it is that of `{}`", manifest.article)));
        }
        check_pictures(&path, manifest, notes);
    }
}

/// A record names each picture by its hash and by its file, and the two agree.
fn check_pictures(path: &Path, manifest: &Manifest, notes: &mut Notes) {
    for picture in &manifest.pictures {
        let extension = picture.file.rsplit('.').next().unwrap_or_default();
        if layout::slashed(&layout::image(&picture.sha256, extension)) != picture.file {
            notes.push((Code::PicturePath, path.to_owned(), format!("`{}`", picture.file)));
        }
    }
}

fn check_markdown(survey: &Survey, dir: &Path, article: &FoundArticle, notes: &mut Notes) {
    for number in article.manifests.keys() {
        let path = dir.join(layout::version_markdown(*number));
        if !survey.files.contains_key(&path) {
            notes.push((Code::VersionMissing, path, String::new()));
        }
    }
    let in_folder = survey.files.range(dir.to_owned()..).take_while(|(path, _)| path.starts_with(dir));
    for (path, file) in in_folder {
        // That of a lost version is the last there is of it.
        if let Kind::Version(_, number) = file.kind
            && number > article.largest().max(article.told.version)
        {
            notes.push((Code::VersionUncommitted, path.clone(), String::new()));
        }
    }
    if !survey.files.contains_key(&dir.join(layout::HEAD)) {
        notes.push((Code::HeadMissing, dir.join(layout::HEAD), String::new()));
    }
}

fn check_state(survey: &Survey, dir: &Path, article: &FoundArticle, notes: &mut Notes) {
    let path = dir.join(layout::STATE);
    let Some(state) = &article.state else {
        if !article.has_damaged_state {
            let code = if article.told.has_states { Code::StateLost } else { Code::StateMissing };
            notes.push((code, path, String::new()));
        }
        return;
    };
    let Some(newest) = article.newest() else { return };
    if state.article != newest.article.to_string() {
        notes.push((Code::StateArticle, path.clone(), format!("they are those of `{}`", state.article)));
    }
    check_spans(survey, &path, state, notes);
    let shown = state.restored.unwrap_or(newest.version);
    match state.head {
        _ if !article.knows_newest() => {}
        Some(head) if head.version == shown => {}
        _ => notes.push((Code::HeadBehind, dir.join(layout::HEAD), format!("it should show version {shown}"))),
    }
}

/// States follow one another, and the pages that show them are there.
pub(super) fn check_spans(survey: &Survey, path: &Path, state: &StateFile, notes: &mut Notes) {
    if state.format != FORMAT_NUMBER {
        notes.push((Code::RecordFormat, path.to_owned(), format!("it says {}", state.format)));
    }
    let is_ordered = state.states.is_sorted_by_key(|dated| dated.since)
        && state.states.iter().all(|dated| dated.since <= dated.until);
    if !is_ordered {
        notes.push((Code::StateOrder, path.to_owned(), String::new()));
    }
    for evidence in state.states.iter().filter_map(|dated| dated.evidence) {
        if !survey.pages.contains_key(&evidence.sha256) {
            notes.push((Code::EvidenceMissing, path.to_owned(), format!("page {}", evidence.sha256)));
        }
    }
}

/// The key that the states of an article that was never had are those of.
pub(super) fn key_of(state: &StateFile) -> Option<Key> {
    state.article.parse().ok()
}

/// What the head of an article should hash to, where its states tell.
pub(super) fn head_digest(article: &FoundArticle) -> Option<Digest> {
    Some(article.state.as_ref()?.head?.markdown)
}
