//! Which pages of the site there are: no address is proposed that would lead nowhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use wxarchive::archive::Archive;
use wxarchive::edit::absolute;
use wxarchive::publish::{pages, places};

use crate::cli::exit::Failure;
use crate::cli::report::Reporter;
use crate::cli::settings::Settings;

/// The pages that `publish` wrote.
#[derive(Debug)]
pub(super) enum Pages {
    /// Those of these folders, by their names.
    Known { folders: Vec<PathBuf>, names: BTreeSet<String> },
    /// Nobody says where it wrote any.
    Unknown,
}

impl Pages {
    /// Finds the pages: in the folder that is given or configured, else in those that `publish` noted in the archive.
    pub(super) fn find(given: Option<&Path>, settings: &Settings, archive: Option<&Archive>) -> Result<Self, Failure> {
        let configured = settings.file.pages.as_ref().map(|folder| settings.root.join(folder));
        let folders = match (given.map(Path::to_owned).or(configured), archive) {
            (Some(folder), _) => vec![folder],
            (None, Some(archive)) => places(archive)?,
            (None, None) => Vec::new(),
        };
        let mut names = BTreeSet::new();
        for folder in &folders {
            names.extend(pages(folder).map_err(Failure::incomplete)?);
        }
        match (given, folders.is_empty()) {
            (Some(folder), _) if names.is_empty() => Err(Failure::usage(anyhow!(
                "`publish` wrote no pages to `{}`: name the folder that was given to it",
                folder.display()
            ))),
            (_, true) => Ok(Self::Unknown),
            (_, false) => Ok(Self::Known { folders, names }),
        }
    }

    /// Whether a page may be linked.
    pub(super) fn may_have(&self, name: &str) -> bool {
        match self {
            Self::Known { names, .. } => names.contains(name),
            Self::Unknown => true,
        }
    }

    /// Says how many links lead nowhere yet, and which command mends that; or that nobody knows.
    pub(super) fn tell(&self, Linked { links, without_page, publish_flags }: &Linked<'_>, reporter: &Reporter) {
        match self {
            Self::Known { folders, .. } if *without_page > 0 => {
                let names: Vec<String> = folders.iter().map(|folder| shown(folder)).collect();
                reporter.warning(&format!(
                    "{without_page} links are left alone, since there is no page of their articles in `{}` yet; `wxarchive publish {publish_flags}--layout LAYOUT {}` writes them",
                    names.join("`, `"),
                    names.first().map_or("DIR", String::as_str)
                ));
            }
            Self::Unknown if *links > 0 => reporter.warning(
                &"nothing says which pages there are, so some of these addresses may lead nowhere: run `wxarchive publish` first, or name the folder of its pages with `--pages DIR`",
            ),
            _ => {}
        }
    }
}

/// What became of links that were to lead to pages.
#[derive(Debug)]
pub(super) struct Linked<'a> {
    /// How many have an address now.
    pub(super) links: usize,
    /// How many have none, only since there is no page yet.
    pub(super) without_page: usize,
    /// What `publish` needs to be told to write these.
    pub(super) publish_flags: &'a str,
}

/// A folder as one would name it from here.
fn shown(folder: &Path) -> String {
    let whole = absolute(folder);
    let here = std::env::current_dir().and_then(fs::canonicalize).unwrap_or_default();
    whole.strip_prefix(&here).unwrap_or(&whole).display().to_string()
}
