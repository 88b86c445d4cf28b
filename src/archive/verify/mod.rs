//! Checks an archive: structure, every hash, every reference. It changes nothing and stops at nothing.
//!
//! The records are read and held against each other first, then the contents are hashed, as many files at a time as
//! the machine has cores. [`Code`] is the catalogue of what can be found.

mod absent;
mod articles;
mod code;
mod contents;
mod finding;
mod found;
mod pages;
mod records;
mod references;
mod spread;
mod survey;
mod traces;

use std::path::Path;
use std::time::SystemTime;

use super::{ArchiveError, layout};

pub use code::{Code, Mend, Severity, catalogue};
pub use finding::{Audit, Finding};
pub(super) use found::FoundArticle;
use found::FoundFile;
pub(super) use references::References;
pub(super) use survey::Survey;

/// Which contents are hashed; structure and records are always checked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope {
    /// One part of the files.
    pub subset: Option<Subset>,
    /// Only files that were written at this time or later.
    pub newer: Option<SystemTime>,
    /// How raw pages are checked.
    pub pages: PageCheck,
}

/// How a raw page is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageCheck {
    /// By the hash of its compressed file, where a record has it; else by what is in it.
    #[default]
    Packed,
    /// By what is in it: each is unpacked.
    Unpacked,
}

/// One of so many parts; all parts together are everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subset {
    /// Which part, from 1.
    pub part: u32,
    /// Of how many.
    pub of: u32,
}

/// Checks the archive in a folder.
///
/// # Errors
/// When the folder holds no archive at all, or one of a newer format.
pub fn verify(root: &Path, scope: &Scope) -> Result<Audit, ArchiveError> {
    let survey = survey(root)?;
    let work = contents::work(&survey, scope);
    let mut audit = Audit { files: survey.files.len(), ..Audit::default() };
    contents::check(&survey, &work, scope.pages, &mut audit);
    audit.findings.extend(survey.findings);
    audit.findings.sort();
    audit.findings.dedup();
    Ok(audit)
}

/// Reads an archive and checks everything but contents.
pub(super) fn survey(root: &Path) -> Result<Survey, ArchiveError> {
    if !root.join(layout::FORMAT).exists() && !root.join(layout::ARTICLES).is_dir() {
        return Err(ArchiveError::Missing { path: root.to_owned() });
    }
    let mut survey = Survey::read(root);
    records::check_format(&mut survey)?;
    traces::read(&mut survey);
    articles::check(&mut survey);
    records::check(&mut survey);
    references::check(&mut survey);
    Ok(survey)
}

impl std::str::FromStr for Subset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((part, of)) if (1..=of).contains(&part) => Ok(Self { part, of }),
            _ => Err(format!("`{text}` is no part: expected `n/m` with n from 1 to m, as `1/7`")),
        }
    }
}
