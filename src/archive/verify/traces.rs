//! Finds out what was there: what is written after a manifest, or after states, tells of them when they are lost.
//!
//! The order of writes is the version's Markdown, its manifest, the head, the states, then short codes and ledgers. So
//! Markdown without a manifest may be what a killed writer left, but not where a head or any later file stands beside it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Survey;
use super::found::{FoundArticle, Told};
use crate::archive::kind::Kind;
use crate::archive::loss::{Traces, version_of_head};
use crate::archive::{Ledger, StateFile, layout};
use crate::model::ArticleKey;

/// What records outside of an article's folder tell of it.
struct Named {
    /// Folders that ledgers name.
    dirs: BTreeSet<PathBuf>,
    /// The hashes at the end of folders whose articles have a short code.
    hashes: BTreeSet<String>,
    /// Those of articles that were taken out: nothing of them is lost.
    forgotten: BTreeSet<String>,
}

/// Notes for each folder of an article what is told of it.
pub(super) fn read(survey: &mut Survey) {
    let named = Named::of(survey);
    let told: Vec<Told> = survey.articles.iter().map(|(dir, article)| told(survey, &named, dir, article)).collect();
    for (article, told) in survey.articles.values_mut().zip(told) {
        article.told = told;
    }
}

impl Named {
    fn of(survey: &Survey) -> Self {
        let links = survey.ledgers.values().flat_map(Ledger::every_link);
        let aliases = survey.aliases.iter().flat_map(|aliases| aliases.values());
        Self {
            dirs: links.filter_map(|link| link.dir.as_ref()).map(PathBuf::from).collect(),
            hashes: aliases.map(|alias| layout::folder_hash(&alias.article)).collect(),
            forgotten: survey.tombstones.keys().map(layout::folder_hash).collect(),
        }
    }
}

fn told(survey: &Survey, named: &Named, dir: &Path, article: &FoundArticle) -> Told {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let hash = name.rsplit('-').next().unwrap_or_default();
    if named.forgotten.contains(hash) {
        return Told::default();
    }
    let is_named = named.dirs.contains(dir) || named.hashes.contains(hash);
    let state = article.state.as_ref().filter(|state| is_of(state, hash));
    let traces = Traces {
        committed: article.largest(),
        told: match state {
            Some(state) => state.told_version(),
            None => version_of_head(&survey.disk, dir),
        },
        is_named: is_named || state.is_some() || article.has_damaged_state,
        markdown: newest_markdown(survey, dir),
    };
    // Of the first version a killed writer may have left the head without states; no ledger names it then.
    let has_head = survey.files.contains_key(&dir.join(layout::HEAD));
    let has_states = article.largest() > 1 || (has_head && named.dirs.contains(dir));
    Told { version: traces.newest(), has_states }
}

/// Whether states are those of the folder whose name ends so.
fn is_of(state: &StateFile, hash: &str) -> bool {
    state.article.parse::<ArticleKey>().is_ok_and(|key| layout::folder_hash(&key) == hash)
}

/// The largest number of a version whose Markdown is there.
fn newest_markdown(survey: &Survey, dir: &Path) -> u32 {
    let inside = survey.files.range(dir.to_owned()..).take_while(|(path, _)| path.starts_with(dir));
    let numbers = inside.filter_map(|(_, file)| match file.kind {
        Kind::Version(_, number) => Some(number),
        _ => None,
    });
    numbers.max().unwrap_or_default()
}
