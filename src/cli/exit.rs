//! How the program ends.

use std::process::ExitCode;

use wxarchive::archive::ArchiveError;

/// The exit codes, a contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done.
    Done = 0,
    /// Done, but some links could not be archived; each is listed.
    Incomplete = 1,
    /// Wrong arguments or configuration.
    Usage = 2,
    /// The site blocked us; stopped early.
    Blocked = 3,
    /// The archive is damaged, locked or of a newer format.
    Archive = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The code to exit with.
    pub(crate) exit: Exit,
    /// What went wrong, with its causes.
    pub(crate) error: anyhow::Error,
}

impl Failure {
    /// Something the user asked for can't be.
    pub(crate) fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { exit: Exit::Usage, error: error.into() }
    }

    /// Something could not be done.
    pub(crate) fn incomplete(error: impl Into<anyhow::Error>) -> Self {
        Self { exit: Exit::Incomplete, error: error.into() }
    }
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        let exit = match error {
            ArchiveError::NotAnArchive { .. }
            | ArchiveError::Missing { .. }
            | ArchiveError::NoCopy { .. }
            | ArchiveError::NotEmpty { .. }
            | ArchiveError::Inside { .. }
            | ArchiveError::NotAnExport { .. }
            | ArchiveError::Outlived { .. } => Exit::Usage,
            _ => Exit::Archive,
        };
        Self { exit, error: error.into() }
    }
}

/// What an ordinary error of reading or writing means: the work is not done.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::incomplete(error)
    }
}
