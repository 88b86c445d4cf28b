//! A finding: what is wrong, where.

use serde::Serialize;

use super::{Code, Severity};

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file, from the folder of the archive.
    pub path: String,
    /// The kind.
    pub code: Code,
    /// What exactly, where the kind doesn't say it all.
    pub detail: String,
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// Everything that was found, by path.
    pub findings: Vec<Finding>,
    /// How many files the archive has.
    pub files: usize,
    /// How many of them were read to the last byte.
    pub checked: usize,
    /// How many bytes those have.
    pub bytes: u64,
}

impl Audit {
    /// How many findings are so bad.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.code.severity() == severity).count()
    }

    /// The worst there is; `None` where nothing was found.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.code.severity()).max()
    }
}
