//! Heads of the archive among edited files: the archive notes what they say from then on.

use std::path::Path;

use super::{EditError, Run, absolute};
use crate::archive::{Archive, Digest, Entry, Writer};

/// The article whose head a file is.
#[must_use]
pub fn article_of_head<'a>(archive: &'a Archive, path: &Path) -> Option<&'a Entry> {
    let path = absolute(path);
    let name = path.strip_prefix(absolute(&archive.root())).ok()?;
    archive.entries().find(|entry| entry.dir.join("index.md") == name)
}

/// Notes what the heads say that a run wrote, or that were taken back.
pub(super) fn note(writer: &mut Writer, run: &Run) -> Result<(), EditError> {
    for file in &run.files {
        let Some(entry) = article_of_head(writer, &file.path) else { continue };
        let (key, late) = (entry.manifest.article.clone(), entry.state.late_pictures.clone());
        let noted = entry.state.head.map(|head| head.markdown);
        let text = writer.head_as_it_is(entry)?;
        let digest = Digest::of(text.as_bytes());
        // What somebody else wrote into a head is not taken for ours.
        if noted != Some(digest) && [file.before, file.after].contains(&digest) {
            writer.put_head(&key, &text, late)?;
        }
    }
    Ok(())
}
