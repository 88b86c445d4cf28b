//! Finds issue files below paths, names them and reads them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization as _;

use crate::archive::{Digest, SITE_MANIFEST, published_files};
use crate::issue::{Issue, scan};

/// An issue, read.
#[derive(Debug)]
pub struct IssueFile {
    /// Its path below the root of the newsletter, with `/` and in NFC: the name of its ledger.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// The digest of its bytes.
    pub sha256: Digest,
    /// Its text.
    pub text: String,
    /// What it says.
    pub issue: Issue,
}

/// Why an issue or a folder could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system refused.
    #[error("could not read `{path}`: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Two files have one name, and so would share one ledger.
    #[error(
        "`{path}` and `{other}` are both named `{name}`; name the folder above them, or put a wxarchive.toml there"
    )]
    SameName {
        /// The file that is left out.
        path: PathBuf,
        /// The file that was read before it.
        other: PathBuf,
        /// Their name.
        name: String,
    },
    /// The bytes are no UTF-8.
    #[error("`{path}` is not UTF-8 (first bad byte at {at}); convert it, for example with `iconv -f gb18030 -t utf-8`")]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The offset of the first bad byte.
        at: usize,
    },
}

impl ReadError {
    /// The file or folder that could not be read.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. } | Self::SameName { path, .. } | Self::NotUtf8 { path, .. } => path,
        }
    }
}

/// Reads every issue below the paths, in order of path, each file once; what can't be read is told, not fatal.
///
/// A file is taken whatever its name, unless `publish` wrote it, as a shell's `**/*.md` names pages, too; of a folder the
/// `.md` and `.markdown` files at any depth, without hidden folders and `node_modules`, without archives and published
/// pages. Names are relative to `root` where the file is below it,
/// else to the repository it is in, so that it has one name whatever else is given; else to the folder that all given
/// paths have in common.
#[must_use]
pub fn read_issues(paths: &[PathBuf], root: &Path, archive: &Path) -> (Vec<IssueFile>, Vec<ReadError>) {
    let (mut issues, mut errors) = (Vec::new(), Vec::new());
    let archive = fs::canonicalize(archive).ok();
    let mut seen = HashSet::new();
    let mut published = Published::default();
    let common = common_folder(paths);
    for given in paths {
        let base = repository(given).unwrap_or_else(|| common.clone());
        let mut files = Vec::new();
        if given.is_dir() {
            collect(given, archive.as_deref(), &mut files, &mut errors);
        } else if !published.has(given) {
            files.push(given.clone());
        }
        files.sort();
        for path in files {
            if !seen.insert(absolute(&path)) {
                continue;
            }
            let issue = read(&path, root, &base).and_then(|issue| unlike(&issues, issue));
            match issue {
                Ok(issue) => issues.push(issue),
                Err(error) => errors.push(error),
            }
        }
    }
    (issues, errors)
}

/// The pages that `publish` wrote, which are copies and no issues, by the folder of their manifest.
#[derive(Default)]
struct Published(HashMap<PathBuf, BTreeSet<PathBuf>>);

impl Published {
    /// Whether a file is such a page. A page is in a folder of its own, a list of them is not.
    fn has(&mut self, path: &Path) -> bool {
        let path = absolute(path);
        let mut folders = path.ancestors().skip(1).take(2);
        folders.any(|folder| {
            let known = self.0.entry(folder.to_owned()).or_insert_with(|| published_files(folder));
            path.strip_prefix(folder).is_ok_and(|name| known.contains(name))
        })
    }
}

fn collect(given: &Path, archive: Option<&Path>, files: &mut Vec<PathBuf>, errors: &mut Vec<ReadError>) {
    let mut folders = vec![given.to_owned()];
    while let Some(folder) = folders.pop() {
        let is_ours = archive.is_some() && fs::canonicalize(&folder).ok().as_deref() == archive;
        if is_ours || is_archive(&folder) {
            continue;
        }
        if folder.join(SITE_MANIFEST).is_file() {
            continue;
        }
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(source) => {
                errors.push(ReadError::Io { path: folder, source });
                continue;
            }
        };
        for path in entries.into_iter().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match path.is_dir() {
                true if name.starts_with('.') || name == "node_modules" || path.is_symlink() => {}
                true => folders.push(path),
                false if is_markdown(&path) => files.push(path),
                false => {}
            }
        }
    }
}

/// Whether a folder is an archive, this one or another: its articles are no issues.
fn is_archive(folder: &Path) -> bool {
    fs::read(folder.join("FORMAT")).is_ok_and(|text| text.starts_with(b"wxarchive "))
}

/// The closest folder above a path that holds a repository or a configuration.
fn repository(path: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| [".git", "wxarchive.toml"].iter().any(|name| folder.join(name).exists());
    absolute(path).ancestors().find(is_root).map(Path::to_owned)
}

/// The folder that all paths have in common; of a single folder that folder itself.
fn common_folder(paths: &[PathBuf]) -> PathBuf {
    let folder =
        |path: PathBuf| if path.is_dir() { path } else { path.parent().map(Path::to_owned).unwrap_or_default() };
    let folders = paths.iter().map(|path| absolute(path)).map(folder);
    let shared = |one: PathBuf, other: PathBuf| {
        let parts = one.components().zip(other.components()).take_while(|(one, other)| one == other);
        parts.map(|(part, _)| part).collect()
    };
    folders.reduce(shared).unwrap_or_default()
}

fn is_markdown(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown"))
}

fn read(path: &Path, root: &Path, base: &Path) -> Result<IssueFile, ReadError> {
    let unreadable = |source| ReadError::Io { path: path.to_owned(), source };
    // Reading a pipe would wait for ever.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(unreadable(io::Error::other("it is no ordinary file")));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    let sha256 = Digest::of(&bytes);
    let text = String::from_utf8(bytes)
        .map_err(|error| ReadError::NotUtf8 { path: path.to_owned(), at: error.utf8_error().valid_up_to() })?;
    let issue = scan(&text);
    Ok(IssueFile { name: name(path, root, base), path: path.to_owned(), sha256, text, issue })
}

/// The issue, unless another has its name.
fn unlike(issues: &[IssueFile], issue: IssueFile) -> Result<IssueFile, ReadError> {
    match issues.iter().find(|other| other.name == issue.name) {
        None => Ok(issue),
        Some(other) => Err(ReadError::SameName { path: issue.path, other: other.path.clone(), name: issue.name }),
    }
}

/// A path that means the same from any folder; what can't be found is told when it is read.
fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The name of an issue: its path below the root, else below the folder that was given.
fn name(path: &Path, root: &Path, base: &Path) -> String {
    let (path, root, base) = (absolute(path), absolute(root), absolute(base));
    let relative = path.strip_prefix(&root).or_else(|_| path.strip_prefix(&base)).unwrap_or(&path);
    let parts = relative.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy().nfc().collect::<String>()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}
