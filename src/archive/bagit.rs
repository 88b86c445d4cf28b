//! Writes an archive as a `BagIt` bag (RFC 8493), which other people's programs can check.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::verify::Survey;
use super::write::Disk;
use super::{ArchiveError, Digest, Faults, aside, layout, refuse_inside, sound};

/// What went into a bag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bag {
    /// How many files.
    pub files: usize,
    /// How many bytes they have.
    pub bytes: u64,
}

/// Copies an archive into a new bag: the files below `data/`, with their SHA-256 in `manifest-sha256.txt`.
///
/// The bag is filled beside its place and moved there as a whole.
///
/// # Errors
/// When the archive has errors or changes meanwhile, the folder is not empty or inside of the archive, or a file can't be
/// read or written.
pub fn export_bag(root: &Path, bag: &Path, now: Timestamp, faults: Faults) -> Result<Bag, ArchiveError> {
    refuse_inside(root, bag)?;
    aside::make(bag, now, faults, |disk, staging| {
        let found = sound::read(root)?;
        disk.require_space()?;
        let (mut manifest, mut count) = (String::new(), Bag { files: 0, bytes: 0 });
        for path in payload(&found) {
            let from = root.join(&path);
            let bytes = fs::read(&from).map_err(ArchiveError::io("read", &from))?;
            let name = format!("data/{}", layout::slashed(&path));
            disk.stage(&staging.join(&name), &bytes)?;
            manifest.extend([Digest::of(&bytes).to_string().as_str(), "  ", &escape(&name), "\n"]);
            count.files += 1;
            count.bytes += bytes.len() as u64;
        }
        sound::refuse_changed(root, &found)?;
        write_tags(disk, staging, &manifest, count, now)?;
        // A bag is complete and has no writers; its files are what the manifests name.
        disk.remove(&staging.join(layout::LOCK))?;
        Ok(count)
    })
}

/// The files that belong to the archive, and not just to this copy of it.
fn payload(found: &Survey) -> Vec<PathBuf> {
    let files = found.files.iter().filter(|(_, file)| !file.kind.is_of_this_copy());
    files.map(|(path, _)| path.clone()).collect()
}

fn write_tags(disk: &Disk, bag: &Path, manifest: &str, count: Bag, now: Timestamp) -> Result<(), ArchiveError> {
    let day = TimeZone::UTC.to_datetime(now).date();
    let info = format!(
        "Bag-Software-Agent: wxarchive {}\nBagging-Date: {day}\nPayload-Oxum: {}.{}\n",
        env!("CARGO_PKG_VERSION"),
        count.bytes,
        count.files
    );
    let declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    let tags = [("bag-info.txt", info.as_str()), ("bagit.txt", declaration), ("manifest-sha256.txt", manifest)];
    let lines = tags.map(|(name, text)| format!("{}  {name}\n", Digest::of(text.as_bytes())));
    for (name, text) in tags.into_iter().chain([("tagmanifest-sha256.txt", lines.concat().as_str())]) {
        disk.stage(&bag.join(name), text.as_bytes())?;
    }
    Ok(())
}

/// Line ends and `%` in a name are written as the RFC says (section 2.1.3).
fn escape(name: &str) -> String {
    name.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D")
}
