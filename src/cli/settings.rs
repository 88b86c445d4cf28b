//! What flags, environment, configuration file and defaults say together, in this order.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use serde::Deserialize;

use super::Global;
use super::exit::Failure;

/// The name of the configuration file.
const NAME: &str = "wxarchive.toml";

/// What a run needs to know beside its own arguments.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The folder of the archive.
    pub(crate) archive: PathBuf,
    /// The folder that issues are named from.
    pub(crate) root: PathBuf,
    /// What the configuration file says; everything is missing where there is none.
    pub(crate) file: File,
}

/// The configuration file `wxarchive.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// The folder of the archive, from the folder of this file.
    pub(crate) archive: Option<PathBuf>,
    /// The files and folders that `sync` reads when it is given none, from the folder of this file.
    #[serde(default)]
    pub(crate) issues: Vec<PathBuf>,
    /// Seconds between two article pages.
    pub(crate) pace: Option<Pace>,
    /// How many pictures are fetched at once.
    pub(crate) image_concurrency: Option<std::num::NonZeroUsize>,
    /// Where the folder `images` of the archive is published.
    pub(crate) cdn_base_url: Option<BaseUrl>,
    /// Where the site of the newsletter is published.
    pub(crate) site_base_url: Option<BaseUrl>,
    /// The folder that `publish` wrote pages to, from the folder of this file.
    pub(crate) pages: Option<PathBuf>,
    /// Words that are written into issues.
    #[serde(default)]
    pub(crate) wording: Wording,
}

/// Words that are written into issues.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wording {
    /// The text of a link to the archived copy.
    pub(crate) archived: Option<String>,
}

/// A number of seconds that is not negative.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub(crate) struct Pace(pub(crate) std::time::Duration);

impl TryFrom<f64> for Pace {
    type Error = String;

    fn try_from(seconds: f64) -> Result<Self, String> {
        let wrong = || format!("`{seconds}` is no number of seconds from 0 to 86400");
        let duration = std::time::Duration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
        if seconds <= 86_400.0 { Ok(Self(duration)) } else { Err(wrong()) }
    }
}

impl std::str::FromStr for Pace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse::<f64>().map_err(|_| format!("`{text}` is no number of seconds"))?.try_into()
    }
}

/// An address that other addresses begin with; checked here, so that a mistake is told before anything is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct BaseUrl(pub(crate) String);

/// What is written as `%XX` in a base address: all but what addresses are made of and escapes that are there already.
const ESCAPED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'/')
    .remove(b':')
    .remove(b'~')
    .remove(b'%')
    .remove(b'+')
    .remove(b'@');

impl TryFrom<String> for BaseUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_base = text.starts_with("https://") || text.starts_with("http://") || text.starts_with('/');
        if !is_base {
            return Err(format!("`{text}` is no base address: expected https://… or /…"));
        }
        if text.contains(|char: char| char.is_whitespace() || char.is_control() || "?#\\".contains(char)) {
            return Err(format!("`{text}` is no base address: a `?`, `#`, `\\` or blank can't be part of one"));
        }
        // Escaped, it means itself in Markdown, HTML and front matter alike.
        Ok(Self(percent_encoding::utf8_percent_encode(&text, &ESCAPED).to_string()))
    }
}

impl BaseUrl {
    /// Checks the address of a flag.
    pub(crate) fn parse(text: &str) -> Result<String, String> {
        Self::try_from(text.to_owned()).map(|base| base.0)
    }
}

impl std::str::FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.to_owned().try_into()
    }
}

impl Settings {
    /// Finds and reads the configuration file and puts the flags over it.
    pub(super) fn load(global: &Global, paths: &[PathBuf]) -> Result<Self, Failure> {
        let config = match &global.config {
            Some(config) => Some(config.clone()),
            None => find(paths),
        };
        let file = config.as_deref().map(read).transpose().map_err(Failure::usage)?.unwrap_or_default();
        let beside = config.as_deref().and_then(Path::parent).map(|folder| Path::new(".").join(folder));
        let from_file = file.archive.as_ref().map(|archive| beside.clone().unwrap_or_default().join(archive));
        let archive = global.archive.clone().or(from_file).unwrap_or_else(|| default_archive(beside.as_deref()));
        let root = beside.or_else(|| repository_of(paths)).unwrap_or_else(|| PathBuf::from("."));
        Ok(Self { archive, root, file })
    }

    /// The paths that were given, or else those of the configuration file.
    pub(crate) fn issues(&self, given: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
        let paths: Vec<PathBuf> = match given {
            [] => self.file.issues.iter().map(|path| self.root.join(path)).collect(),
            given => given.to_vec(),
        };
        match paths.iter().find(|path| !path.exists()) {
            Some(missing) => Err(Failure::usage(anyhow!("`{}` does not exist", missing.display()))),
            None if paths.is_empty() => Err(Failure::usage(anyhow!(
                "no issues are named: give files or folders, or set `issues` in wxarchive.toml"
            ))),
            None => Ok(paths),
        }
    }
}

/// The archive beside the configuration file, as its other paths are, unless there is one in the current folder only.
fn default_archive(beside: Option<&Path>) -> PathBuf {
    let here = PathBuf::from("archive");
    match beside.map(|folder| folder.join("archive")) {
        Some(archive) if archive.exists() || !here.exists() => archive,
        _ => here,
    }
}

fn read(path: &Path) -> anyhow::Result<File> {
    let text = std::fs::read_to_string(path).with_context(|| format!("could not read `{}`", path.display()))?;
    toml::from_str(&text)
        .map_err(|error| anyhow!("`{}` has a mistake: {}", path.display(), error.to_string().trim_end()))
}

/// The nearest configuration file: from the first path upwards, then from the current folder upwards.
fn find(paths: &[PathBuf]) -> Option<PathBuf> {
    let here = std::env::current_dir().ok();
    let first = paths.first().and_then(|path| std::fs::canonicalize(path).ok());
    let starts = first.into_iter().chain(here);
    let mut candidates = starts.flat_map(|start| start.ancestors().map(|folder| folder.join(NAME)).collect::<Vec<_>>());
    candidates.find(|candidate| candidate.is_file())
}

/// The folder of the git repository that holds the first path.
fn repository_of(paths: &[PathBuf]) -> Option<PathBuf> {
    let first = std::fs::canonicalize(paths.first()?).ok()?;
    first.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}
