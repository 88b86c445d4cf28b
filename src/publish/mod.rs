//! Writes archived articles as pages of the newsletter's site.

use crate::archive::Entry;

/// The name of an article's folder on the site: its day and eight digits of its hash, in ASCII.
///
/// Site generators disagree about capitals and Chinese in addresses; none changes these.
#[must_use]
pub fn slug(entry: &Entry) -> String {
    let name = entry.dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let hash = name.rsplit('-').next().unwrap_or_default();
    let day = name.get(..10).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    format!("{}-{hash}", day.unwrap_or("undated"))
}
