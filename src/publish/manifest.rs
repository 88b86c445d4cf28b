//! Knows which files of the site's folder this program wrote, by their hashes, and touches no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Layout, PublishError};
use crate::archive::{Digest, SITE_MANIFEST};
use crate::edit::put_file;

/// A file that is to be in the folder.
#[derive(Debug)]
pub(super) struct NewFile {
    /// From the folder.
    pub(super) path: PathBuf,
    pub(super) digest: Digest,
    pub(super) content: Content,
}

/// Where the bytes of a file come from.
#[derive(Debug)]
pub(super) enum Content {
    Text(String),
    /// A file of the archive.
    Copy(PathBuf),
}

impl NewFile {
    pub(super) fn text(path: PathBuf, text: String) -> Self {
        Self { path, digest: Digest::of(text.as_bytes()), content: Content::Text(text) }
    }

    /// The file that it is copied from, or itself.
    pub(super) fn source(&self) -> &Path {
        match &self.content {
            Content::Text(_) => &self.path,
            Content::Copy(source) => source,
        }
    }
}

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Put {
    Written,
    Same,
    /// It is not ours, or somebody changed it.
    Foreign,
    /// What the archive has of it is not what it should be, and why.
    Damaged(String),
}

/// The files that were written, each with the hashes it may have.
#[derive(Debug)]
pub(super) struct Manifest {
    folder: PathBuf,
    files: Files,
    /// The site generator that the pages were written for last.
    layout: Option<Layout>,
}

/// Two hashes while a run is under way: what was there, and what will be.
type Files = BTreeMap<PathBuf, Vec<Digest>>;

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    format: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layout: Option<Layout>,
    files: Files,
}

impl Manifest {
    /// Reads the manifest of a folder; an empty one where there is none.
    pub(super) fn open(folder: &Path) -> Result<Self, PublishError> {
        let path = folder.join(SITE_MANIFEST);
        let Record { files, layout, .. } = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| PublishError::Manifest { path, why: error.to_string() })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Record { format: 1, layout: None, files: Files::new() }
            }
            Err(error) => return Err(failed("read", &path)(error)),
        };
        let is_inside = |path: &PathBuf| path.components().all(|part| matches!(part, Component::Normal(_)));
        let files = files.into_iter().filter(|(path, _)| is_inside(path)).collect();
        Ok(Self { folder: folder.to_owned(), files, layout })
    }

    /// Notes for which site generator pages are written from now on.
    pub(super) fn set_layout(&mut self, layout: Layout) {
        self.layout = Some(layout);
    }

    /// The site generator that the pages were written for last.
    pub(super) fn layout(&self) -> Option<Layout> {
        self.layout
    }

    /// Notes what will be written, so that a run that is killed leaves no file that nobody knows.
    pub(super) fn expect(&mut self, wanted: &BTreeMap<&Path, Digest>) -> Result<(), PublishError> {
        for (path, digest) in wanted {
            // A file that is there and not in the manifest stays somebody else's, unless every byte of it is ours: then
            // it is the manifest that was lost.
            let is_foreign = !self.files.contains_key(*path) && self.state(path)?.is_some_and(|there| there != *digest);
            let known = if is_foreign { continue } else { self.files.entry((*path).to_owned()).or_default() };
            if !known.contains(digest) {
                known.push(*digest);
            }
        }
        self.write()
    }

    /// Writes a file, if the one that is there is ours.
    pub(super) fn put(&self, file: &NewFile) -> Result<Put, PublishError> {
        let path = self.folder.join(&file.path);
        match self.state(&file.path)? {
            Some(present) if present == file.digest => return Ok(Put::Same),
            Some(present) if !self.knows(&file.path, present) => return Ok(Put::Foreign),
            _ => {}
        }
        match &file.content {
            Content::Text(text) => put_file(&path, text.as_bytes())?,
            Content::Copy(source) => match fs::read(source) {
                Ok(bytes) if Digest::of(&bytes) == file.digest => put_file(&path, &bytes)?,
                Ok(_) => return Ok(Put::Damaged("its SHA-256 is not its name".to_owned())),
                Err(error) => return Ok(Put::Damaged(format!("it can't be read: {error}"))),
            },
        }
        Ok(Put::Written)
    }

    /// The pages that were written, by the names of their folders.
    pub(super) fn pages(&self) -> BTreeSet<&str> {
        self.files.keys().filter_map(|path| page_of(path)).collect()
    }

    /// The pages that are there.
    pub(super) fn present_pages(&self) -> BTreeSet<String> {
        let is_page = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "md");
        let present = self.files.keys().filter(is_page).filter(|path| self.folder.join(path).is_file());
        present.filter_map(|path| page_of(path)).map(str::to_owned).collect()
    }

    /// Removes some of our files, and folders that are empty then; tells how many, and which were changed by somebody
    /// and stay.
    pub(super) fn remove(&mut self, goes: impl Fn(&Path) -> bool) -> Result<(usize, Vec<PathBuf>), PublishError> {
        let files: Vec<PathBuf> = self.files.keys().filter(|path| goes(path)).cloned().collect();
        let (mut removed, mut kept) = (0, Vec::new());
        for relative in files {
            let path = self.folder.join(&relative);
            match self.state(&relative)? {
                Some(present) if self.knows(&relative, present) => {
                    fs::remove_file(&path).map_err(failed("remove", &path))?;
                    remove_if_empty(path.parent())?;
                    removed += 1;
                }
                Some(_) => kept.push(path),
                None => {}
            }
        }
        Ok((removed, kept))
    }

    /// Notes which files are there now: the wanted ones, and others but for those that went.
    pub(super) fn settle(
        &mut self,
        wanted: &BTreeMap<&Path, Digest>,
        goes: impl Fn(&Path) -> bool,
    ) -> Result<(), PublishError> {
        self.files.retain(|path, _| !goes(path));
        for (path, digests) in &mut self.files {
            digests.retain(|digest| wanted.get(path.as_path()).is_none_or(|wanted| wanted == digest));
        }
        self.write()
    }

    fn knows(&self, path: &Path, digest: Digest) -> bool {
        self.files.get(path).is_some_and(|digests| digests.contains(&digest))
    }

    /// The hash of the file that is there; `None` where there is none.
    fn state(&self, path: &Path) -> Result<Option<Digest>, PublishError> {
        let path = self.folder.join(path);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(Digest::of(&bytes))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &path)(error)),
        }
    }

    fn write(&self) -> Result<(), PublishError> {
        let path = self.folder.join(SITE_MANIFEST);
        let record = Record { format: 1, layout: self.layout, files: self.files.clone() };
        let mut bytes = serde_json::to_vec_pretty(&record)
            .map_err(|error| PublishError::Manifest { path: path.clone(), why: error.to_string() })?;
        bytes.push(b'\n');
        if fs::read(&path).is_ok_and(|present| present == bytes) {
            return Ok(());
        }
        Ok(put_file(&path, &bytes)?)
    }
}

/// The page that a file belongs to, by the name of its folder; a file beside the folders belongs to none.
pub(super) fn page_of(path: &Path) -> Option<&str> {
    match path.components().collect::<Vec<_>>()[..] {
        [Component::Normal(folder), _, ..] => folder.to_str(),
        _ => None,
    }
}

/// Removes the folder of a page when its last file has gone.
fn remove_if_empty(folder: Option<&Path>) -> Result<(), PublishError> {
    let Some(folder) = folder else { return Ok(()) };
    let mut entries = fs::read_dir(folder).map_err(failed("list", folder))?;
    if entries.next().is_none() { fs::remove_dir(folder).map_err(failed("remove", folder)) } else { Ok(()) }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> PublishError {
    let path = path.to_owned();
    move |source| PublishError::Io { doing, path, source }
}
