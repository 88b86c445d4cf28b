//! Articles at a glance: what a list of them tells, from the index where that holds, from the records elsewhere.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

use super::index::{Changes, Index, Listed};
use super::stamp::Stamp;
use super::write::{Disk, open_folder};
use super::{Archive, ArchiveError, Entry, layout};
use crate::model::{ArticleKey, ShortCode, State};

/// An article at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its folder, from the folder of the archive, with `/` between the parts.
    pub dir: String,
    /// The identity.
    pub article: ArticleKey,
    /// The short code, where it was addressed by one.
    pub short_code: Option<ShortCode>,
    /// The newest version.
    pub version: u32,
    /// The version that the head shows: the newest, unless a person chose another.
    pub shown: u32,
    /// The title.
    pub title: String,
    /// The name of the account.
    pub account: String,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// What the site said last.
    pub state: Option<State>,
    /// How many pictures the archive has of it.
    pub pictures: usize,
    /// How many could not be had.
    pub missing_pictures: usize,
}

/// The summary of one folder, and what the index has yet to learn of it.
struct Read {
    summary: Summary,
    news: Option<Stamp>,
}

impl Summary {
    /// Sums up an article.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let Entry { manifest, state, .. } = entry;
        let late = state.late_pictures.len();
        Self {
            dir: entry.name(),
            article: manifest.article.clone(),
            short_code: manifest.meta.short_code.clone(),
            version: manifest.version,
            shown: entry.shown(),
            title: manifest.meta.title.clone(),
            account: manifest.meta.account.name.clone(),
            published: manifest.meta.published,
            state: state.current().map(|dated| dated.state),
            pictures: manifest.pictures.len() + late,
            missing_pictures: manifest.missing.len().saturating_sub(late),
        }
    }
}

impl Archive {
    /// Sums up every article of the archive in a folder, by folder, and brings the index up to date.
    ///
    /// Records that were changed within two seconds before `now` don't go into the index yet: another change in the same
    /// tick of the disk's clock would not show.
    ///
    /// # Errors
    /// When the folder is no archive, is of a newer format, or has a damaged record.
    pub fn summaries(root: &Path, now: SystemTime) -> Result<Vec<Summary>, ArchiveError> {
        Self::read_rest(Disk::new(root.to_owned()))?.sum_up(now)
    }

    /// Sums up every article.
    pub(super) fn sum_up(&self, now: SystemTime) -> Result<Vec<Summary>, ArchiveError> {
        let root = self.root();
        let (dirs, indexed) = std::thread::scope(|scope| {
            let dirs = scope.spawn(|| folders(&self.disk));
            let mut index = Index::open(&root);
            let rows = index.as_mut().map(|index| index.rows()).unwrap_or_default();
            (dirs.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), (index, rows))
        });
        let (dirs, (index, mut rows)) = (dirs?, indexed);
        let work = dirs.into_iter().map(|dir| (rows.remove(&dir), dir)).map(|(row, dir)| (dir, row)).collect();
        let mut changes = Changes { put: Vec::new(), gone: rows.into_keys().collect() };
        let mut summaries: Vec<Summary> = Vec::new();
        for Read { summary, news } in self.read_all(work)? {
            let settled = news.filter(|stamp| stamp.is_settled(now));
            changes.put.extend(settled.map(|stamp| (summary.clone(), stamp)));
            summaries.push(summary);
        }
        if let Some(mut index) = index.filter(|_| !changes.is_empty()) {
            // Another program may hold it, or the disk be full; the records are what counts.
            index.write(&changes).unwrap_or_default();
        }
        // What was taken out may have left its folder.
        summaries.retain(|summary| !self.forgotten.contains_key(&summary.article));
        Ok(without_doubles(summaries))
    }

    /// Reads every folder, as many at a time as the machine has cores.
    fn read_all(&self, work: Vec<(String, Option<Listed>)>) -> Result<Vec<Read>, ArchiveError> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let size = work.len().div_ceil(threads).max(1);
        let (mut work, mut parts) = (work.into_iter(), Vec::new());
        while work.len() > 0 {
            parts.push(work.by_ref().take(size).collect::<Vec<_>>());
        }
        let read = |part: Vec<(String, Option<Listed>)>| -> Result<Vec<Read>, ArchiveError> {
            part.into_iter().filter_map(|(dir, row)| self.read_one(&dir, row).transpose()).collect()
        };
        std::thread::scope(|scope| {
            let running: Vec<_> = parts.into_iter().map(|part| scope.spawn(|| read(part))).collect();
            let mut all = Vec::new();
            for thread in running {
                match thread.join() {
                    Ok(part) => all.extend(part?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok(all)
        })
    }

    /// Sums up one folder; `None` where it holds no article.
    fn read_one(&self, dir: &str, row: Option<Listed>) -> Result<Option<Read>, ArchiveError> {
        let path = self.disk.path(Path::new(dir));
        let stamp = row.as_ref().and_then(|row| Stamp::of(&path, row.version()));
        if let Some((row, stamp)) = row.zip(stamp)
            && let Some(summary) = row.confirm(dir, &stamp)
        {
            return Ok(Some(Read { summary, news: None }));
        }
        // Asked before the records are read: what changes meanwhile has another stamp.
        let newest = self.newest_number(Path::new(dir))?;
        let stamp = newest.and_then(|newest| Stamp::of(&path, newest));
        let Some(entry) = self.read_entry(Path::new(dir))? else { return Ok(None) };
        let news = stamp.filter(|_| newest == Some(entry.manifest.version));
        Ok(Some(Read { summary: Summary::of(&entry), news }))
    }
}

/// Leaves out, of two folders with one article, all but the last.
fn without_doubles(mut summaries: Vec<Summary>) -> Vec<Summary> {
    let mut last: HashMap<&ArticleKey, usize> = HashMap::with_capacity(summaries.len());
    for (place, summary) in summaries.iter().enumerate() {
        last.insert(&summary.article, place);
    }
    if last.len() < summaries.len() {
        let kept: HashSet<usize> = last.into_values().collect();
        let mut place = 0..;
        summaries.retain(|_| place.next().is_some_and(|place| kept.contains(&place)));
    }
    summaries
}

/// The folders of articles below an archive, in order.
pub(super) fn folders(disk: &Disk) -> Result<Vec<String>, ArchiveError> {
    let mut dirs = Vec::new();
    for year in names(&disk.path(Path::new(layout::ARTICLES)))? {
        let below = format!("{}/{year}", layout::ARTICLES);
        dirs.extend(names(&disk.path(Path::new(&below)))?.iter().map(|name| format!("{below}/{name}")));
    }
    Ok(dirs)
}

/// The names of the folders in a folder, in order; none where there is no folder. Links are not followed.
fn names(folder: &Path) -> Result<Vec<String>, ArchiveError> {
    let mut names = Vec::new();
    for entry in open_folder(folder)?.into_iter().flatten() {
        let entry = entry.map_err(ArchiveError::io("list", folder))?;
        // A name that is no UTF-8 is none that this program gives.
        let Ok(name) = entry.file_name().into_string() else { continue };
        if entry.file_type().map_err(ArchiveError::io("look at", entry.path()))?.is_dir() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
