//! How the program ends.

use std::process::ExitCode;

use wxarchive::archive::ArchiveError;

/// The exit codes, a contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done.
    Done,
    /// Done, but some links could not be archived; each is listed.
    Incomplete,
    /// Wrong arguments or configuration.
    Usage,
    /// The site blocked us; stopped early.
    Blocked,
    /// The archive is damaged, locked or of a newer format.
    Archive,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Incomplete => 1,
            Exit::Usage => 2,
            Exit::Blocked => 3,
            Exit::Archive => 4,
        })
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
            ArchiveError::NotAnArchive { .. } | ArchiveError::Missing { .. } | ArchiveError::NotEmpty { .. } => {
                Exit::Usage
            }
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
