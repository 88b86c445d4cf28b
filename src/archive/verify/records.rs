//! Checks FORMAT, ledgers, the table of short codes and the states of articles that were never had.

use std::path::{Path, PathBuf};

use super::articles::{check_spans, key_of};
use super::{Code, Survey, absent};
use crate::archive::{ArchiveError, FORMAT_NUMBER, Ledger, LinkOutcome, Manifest, format, layout};
use crate::model::{ArticleKey, Key};

/// What is wrong, before it is noted.
pub(super) type Notes = Vec<(Code, PathBuf, String)>;

/// Checks the FORMAT file.
///
/// # Errors
/// When the archive is of a newer format, about which nothing else can be said.
pub(super) fn check_format(survey: &mut Survey) -> Result<(), ArchiveError> {
    let code = match format::check(&survey.disk) {
        Ok(()) if format::is_current(&survey.disk) => return Ok(()),
        Ok(()) => Code::FormatText,
        Err(ArchiveError::Missing { .. } | ArchiveError::NoFormat { .. }) => Code::FormatMissing,
        Err(error @ ArchiveError::NewerFormat { .. }) => return Err(error),
        Err(_) => Code::FormatDamaged,
    };
    survey.find(code, layout::FORMAT, "");
    Ok(())
}

/// Checks the records beside the folders of articles.
pub(super) fn check(survey: &mut Survey) {
    let mut notes = Notes::new();
    let survey_read: &Survey = survey;
    for (path, ledger) in &survey_read.ledgers {
        check_ledger(survey_read, path, ledger, &mut notes);
    }
    for (path, state) in &survey_read.unarchived {
        let named = key_of(state).map(|key| layout::unarchived(&key));
        if named.as_ref() != Some(path) {
            notes.push((Code::UnarchivedName, path.clone(), format!("they are those of `{}`", state.article)));
        }
        check_spans(survey_read, path, state, &mut notes);
    }
    check_aliases(survey_read, &mut notes);
    absent::check(survey_read, &mut notes);
    for (code, path, detail) in notes {
        survey.find(code, path, detail);
    }
}

fn check_ledger(survey: &Survey, path: &Path, ledger: &Ledger, notes: &mut Notes) {
    if layout::ledger(&ledger.issue) != path {
        notes.push((Code::LedgerName, path.to_owned(), format!("it is that of `{}`", ledger.issue)));
    }
    if ledger.format != FORMAT_NUMBER {
        notes.push((Code::RecordFormat, path.to_owned(), format!("it says {}", ledger.format)));
    }
    for link in ledger.every_link().filter(|link| link.outcome == LinkOutcome::Archived) {
        let Some(dir) = &link.dir else { continue };
        let key = link.article.as_ref().and_then(|article| article.parse::<ArticleKey>().ok());
        let found =
            survey.articles.get(Path::new(dir)).filter(|article| article.is_committed() || article.told.version > 0);
        let newest = found.and_then(|article| article.newest());
        let line = link.line;
        match (newest, key) {
            (Some(manifest), Some(key)) if manifest.article != key => {
                notes.push((
                    Code::LedgerFolder,
                    path.to_owned(),
                    format!("line {line}: `{dir}` holds another article"),
                ));
            }
            (None, Some(key)) if is_archived(survey, &key) => {
                notes.push((Code::LedgerFolder, path.to_owned(), format!("line {line}: `{dir}`")));
            }
            // Its forgetting was cut short before it got to this ledger.
            (None, Some(key)) if survey.tombstones.contains_key(&key) => {}
            (None, _) if found.is_none() => {
                notes.push((Code::LedgerArticle, path.to_owned(), format!("line {line}: `{dir}`")));
            }
            _ => {}
        }
    }
}

fn is_archived(survey: &Survey, key: &ArticleKey) -> bool {
    survey.articles.values().filter_map(|article| article.newest()).any(|manifest| manifest.article == *key)
}

/// Every short code that a newest manifest names is in the table, and means that article.
fn check_aliases(survey: &Survey, notes: &mut Notes) {
    let is_damaged = survey.findings.iter().any(|finding| finding.code == Code::AliasesDamaged);
    if is_damaged {
        return;
    }
    let has = |manifest: &&Manifest| {
        manifest.meta.short_code.as_ref().is_none_or(|code| {
            survey.aliases.as_ref().is_some_and(|aliases| aliases.contains_key(&Key::Short(code.clone())))
        })
    };
    let newest = survey.articles.values().filter_map(|article| article.newest());
    for manifest in newest.filter(|manifest| !survey.tombstones.contains_key(&manifest.article)) {
        if !has(&manifest) {
            notes.push((Code::AliasesMissing, layout::ALIASES.into(), format!("that of `{}`", manifest.article)));
        }
    }
}
