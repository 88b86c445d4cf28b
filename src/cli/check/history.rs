//! What the check before said, so that this one can tell what is new.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use wxarchive::archive::{Archive, ArchiveError, Writer};

use super::CheckLine;

/// The name of the record in the archive's journal.
const NAME: &str = "check";

/// The states of all links that were ever checked.
#[derive(Debug, Serialize, Deserialize)]
struct History {
    /// When a check last found something new.
    checked: Timestamp,
    /// By the path of the issue, then by address and title, and by the number of the link where several have the same.
    issues: BTreeMap<String, BTreeMap<String, String>>,
}

/// Notes on each link what it was at the check before, and keeps what it is now.
///
/// Issues that are not checked this time keep what is known of them. Where nothing is new nothing is written, so that
/// looking does not change what git holds.
pub(super) fn compare(archive: &Archive, checked: &mut [CheckLine], now: Timestamp) -> Result<(), ArchiveError> {
    if note(archive, checked, now)?.is_none() {
        return Ok(());
    }
    let writer = Writer::open_lazily(&archive.root(), now)?;
    // Another check may have written before this one had the lock.
    match note(&writer, checked, now)? {
        Some(history) => writer.put_journal(NAME, &history),
        None => Ok(()),
    }
}

/// Notes on each link what it was, and gives what is to be kept where something is new.
fn note(archive: &Archive, checked: &mut [CheckLine], now: Timestamp) -> Result<Option<History>, ArchiveError> {
    let known: Option<History> = archive.journal(NAME)?;
    let mut history = known.unwrap_or(History { checked: now, issues: BTreeMap::new() });
    let before = history.issues.clone();
    let mut cleared: HashSet<String> = HashSet::new();
    let mut named: HashMap<(String, String), usize> = HashMap::new();
    for line in checked {
        let name = format!("{} {}", line.url, line.title.as_deref().unwrap_or_default());
        // An issue may link an article twice, once misspelt: two links, two states.
        let count = named.entry((line.issue.clone(), name.clone())).and_modify(|count| *count += 1).or_insert(1);
        let name = if *count > 1 { format!("{name} #{count}") } else { name };
        let was = before.get(&line.issue).and_then(|links| links.get(&name));
        line.was = was.filter(|was| *was != line.state).cloned();
        let links = history.issues.entry(line.issue.clone()).or_default();
        if cleared.insert(line.issue.clone()) {
            links.clear();
        }
        links.insert(name, line.state.to_owned());
    }
    history.checked = now;
    Ok((history.issues != before).then_some(history))
}
