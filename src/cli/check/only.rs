//! `check --only`: which of the issues that were read are reported on.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use wxarchive::sync::IssueFile;

use crate::cli::exit::Failure;
use crate::cli::report::Reporter;

/// The issues that are reported on.
#[derive(Debug)]
pub(super) enum Only {
    /// Every one.
    All,
    /// Those at these paths.
    These(HashSet<PathBuf>),
}

impl Only {
    /// Reads the flag. What is no issue, as a picture that a pull request adds, has no links to report on.
    pub(super) fn of(given: &[PathBuf], issues: &[IssueFile], reporter: &Reporter) -> Result<Self, Failure> {
        if given.is_empty() {
            return Ok(Self::All);
        }
        let places: Vec<(PathBuf, &IssueFile)> = issues.iter().map(|issue| (real(&issue.path), issue)).collect();
        let mut wanted = HashSet::new();
        for path in given {
            if !path.exists() {
                return Err(Failure::usage(anyhow!("`{}` does not exist", path.display())));
            }
            let real = real(path);
            let before = wanted.len();
            let found = places.iter().filter(|(place, _)| place.starts_with(&real));
            wanted.extend(found.map(|(_, issue)| issue.path.clone()));
            if wanted.len() == before {
                reporter.note(&format!("`{}` is none of the issues that were read", path.display()));
            }
        }
        Ok(Self::These(wanted))
    }

    pub(super) fn has(&self, issue: &IssueFile) -> bool {
        match self {
            Self::All => true,
            Self::These(paths) => paths.contains(&issue.path),
        }
    }
}

/// The path that means the same from any folder.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
