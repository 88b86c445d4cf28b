//! Writes an archive as a `BagIt` bag (RFC 8493), which other people's programs can check.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::verify::{Severity, Survey, survey};
use super::write::list;
use super::{ArchiveError, Digest, layout, refuse_inside};

/// How much of a file is held in memory while it is copied.
const COPY_AT_ONCE: usize = 256 << 10;

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
/// The tag files are written last, so that a bag that was cut short does not pass for one.
///
/// # Errors
/// When the folder is not empty or inside of the archive, a record of the archive is damaged, or a file can't be read or
/// written.
pub fn export_bag(root: &Path, bag: &Path, now: Timestamp) -> Result<Bag, ArchiveError> {
    refuse_inside(root, bag)?;
    if !list(bag)?.is_empty() || bag.is_file() {
        return Err(ArchiveError::NotEmpty { path: bag.to_owned() });
    }
    let found = survey(root)?;
    if let Some(finding) = found.findings.iter().find(|finding| finding.code.severity() == Severity::Error) {
        return Err(ArchiveError::damaged(root.join(&finding.path), finding.code.meaning()));
    }
    let (mut manifest, mut count) = (String::new(), Bag { files: 0, bytes: 0 });
    for path in payload(&found) {
        let name = format!("data/{}", layout::slashed(&path));
        let (digest, length) = copy(&root.join(&path), &bag.join(&name))?;
        manifest.extend([digest.to_string().as_str(), "  ", &escape(&name), "\n"]);
        count.files += 1;
        count.bytes += length;
    }
    write_tags(bag, &manifest, count, now)?;
    Ok(count)
}

/// The files that belong to the archive, and not just to this copy of it.
fn payload(found: &Survey) -> Vec<PathBuf> {
    let files = found.files.iter().filter(|(_, file)| !file.kind.is_of_this_copy());
    files.map(|(path, _)| path.clone()).collect()
}

fn write_tags(bag: &Path, manifest: &str, count: Bag, now: Timestamp) -> Result<(), ArchiveError> {
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
        let path = bag.join(name);
        fs::write(&path, text).map_err(ArchiveError::io("write", path))?;
    }
    Ok(())
}

/// Line ends and `%` in a name are written as the RFC says (section 2.1.3).
fn escape(name: &str) -> String {
    name.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D")
}

/// Copies a file and hashes what was copied.
fn copy(from: &Path, to: &Path) -> Result<(Digest, u64), ArchiveError> {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder).map_err(ArchiveError::io("make folder", folder))?;
    let source = File::open(from).map_err(ArchiveError::io("read", from))?;
    let target = File::create_new(to).map_err(ArchiveError::io("create", to))?;
    let mut tee = Tee { source, target: io::BufWriter::with_capacity(COPY_AT_ONCE, target) };
    let copied = Digest::of_reader(&mut tee).and_then(|copied| tee.target.flush().map(|()| copied));
    copied.map_err(ArchiveError::io("copy", from))
}

/// Writes what is read through it.
struct Tee {
    source: File,
    target: io::BufWriter<File>,
}

impl io::Read for Tee {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.target.write_all(&buffer[..count])?;
        Ok(count)
    }
}
