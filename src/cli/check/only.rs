//! `check --only`: which of the issues that were read are reported on.

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use wxarchive::edit::absolute;
use wxarchive::sync::IssueFile;

use crate::cli::exit::Failure;
use crate::cli::report::Reporter;

/// The issues that are reported on.
#[derive(Debug)]
pub(super) enum Only {
    /// Every one.
    All,
    /// Those at or below these places.
    These(Vec<PathBuf>),
}

impl Only {
    /// Reads the flag. What is no issue, as a picture that a pull request adds, has no links to report on.
    pub(super) fn of(given: &[PathBuf], issues: &[IssueFile], reporter: &Reporter) -> Result<Self, Failure> {
        if let Some(missing) = given.iter().find(|path| !path.exists()) {
            return Err(Failure::usage(anyhow!("`{}` does not exist", missing.display())));
        }
        if given.is_empty() {
            return Ok(Self::All);
        }
        let places: Vec<PathBuf> = issues.iter().map(|issue| absolute(&issue.path)).collect();
        for path in given {
            let wanted = absolute(path);
            if !places.iter().any(|place| place.starts_with(&wanted)) {
                reporter.note(&format!("`{}` is none of the issues that were read", path.display()));
            }
        }
        Ok(Self::These(given.iter().map(|path| absolute(path)).collect()))
    }

    /// Whether a file is reported on.
    pub(super) fn has(&self, path: &Path) -> bool {
        match self {
            Self::All => true,
            Self::These(wanted) => {
                let place = absolute(path);
                wanted.iter().any(|wanted| place.starts_with(wanted))
            }
        }
    }
}
