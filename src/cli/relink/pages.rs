//! Which pages of the site there are: no address is proposed that would lead nowhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use wxarchive::archive::Archive;
use wxarchive::edit::absolute;
use wxarchive::publish::{Layout, layout, pages, places};

use crate::cli::exit::Failure;
use crate::cli::report::Reporter;
use crate::cli::settings::Settings;

/// The pages that `publish` wrote.
#[derive(Debug)]
pub(super) enum Pages {
    /// Those of this folder, by their names; `others` are folders with pages that nobody chose.
    Known { folder: PathBuf, names: BTreeSet<String>, others: usize },
    /// Nobody says where it wrote any.
    Unknown,
}

impl Pages {
    /// Finds the pages: in the folder that is given or configured, else in the one that `publish` wrote to last. One base
    /// address is one folder.
    pub(super) fn find(given: Option<&Path>, settings: &Settings, archive: Option<&Archive>) -> Result<Self, Failure> {
        let configured = settings.file.pages.as_ref().map(|folder| settings.root.join(folder));
        let mut folders = match (given.map(Path::to_owned).or(configured), archive) {
            (Some(folder), _) => vec![folder],
            (None, Some(archive)) => places(archive)?,
            (None, None) => Vec::new(),
        };
        let Some(folder) = folders.pop() else { return Ok(Self::Unknown) };
        let names = pages(&folder).map_err(Failure::incomplete)?;
        if given.is_some() && names.is_empty() {
            return Err(Failure::usage(anyhow!(
                "`publish` wrote no pages to `{}`: name the folder that was given to it",
                folder.display()
            )));
        }
        Ok(Self::Known { folder, names, others: folders.len() })
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
        if let Self::Known { folder, others, .. } = self
            && *others > 0
        {
            let folder = shown(folder);
            reporter.note(&format!(
                "the pages are those in `{folder}`, where `publish` wrote last; others are named with `--pages DIR`"
            ));
        }
        match self {
            Self::Known { folder, .. } if *without_page > 0 => {
                let (name, layout) = (shown(folder), layout_of(folder));
                reporter.warning(&format!(
                    "{without_page} links are left alone, since there is no page of their articles in `{name}` yet; `wxarchive publish {publish_flags}--layout {layout} {name}` writes them",
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

/// The layout of the pages that are there, or all there are to choose from.
fn layout_of(folder: &Path) -> String {
    // A manifest that can't be read was told when the pages were looked for.
    match layout(folder).ok().flatten() {
        Some(layout) => layout.name().to_owned(),
        None => Layout::ALL.map(Layout::name).join("|"),
    }
}

/// A folder as one would name it from here.
fn shown(folder: &Path) -> String {
    let whole = absolute(folder);
    let here = std::env::current_dir().and_then(fs::canonicalize).unwrap_or_default();
    whole.strip_prefix(&here).unwrap_or(&whole).display().to_string()
}
