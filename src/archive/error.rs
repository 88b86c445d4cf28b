//! What can go wrong with an archive.

use std::io;
use std::path::PathBuf;

/// Why the archive could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The system refused a file operation.
    #[error("could not {doing} `{path}`: {source}")]
    Io {
        /// The operation, as `write`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another program is writing.
    #[error("the archive is in use: {holder}; wait for it to end, nothing was changed")]
    Locked {
        /// Who holds the lock and since when, as far as the lock file tells.
        holder: String,
    },
    /// The archive may only be read.
    #[error(
        "the archive `{path}` can't be written: {source}; make it writable for you, or name a copy with `--archive`"
    )]
    ReadOnly {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A symbolic link stands where a file or folder of the archive should be.
    #[error("`{path}` is a symbolic link, and nothing is written where it leads; put a real one in its place")]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// There is no archive in the folder.
    #[error("there is no archive in `{path}`; make one with `wxarchive sync`, or name another with `--archive`")]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// The folder has all that an archive has but what says so.
    #[error("`{path}` lacks its file FORMAT, without which it is not read; `wxarchive repair` writes it anew")]
    NoFormat {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds something else.
    #[error("`{path}` is no archive: it has files but no FORMAT; choose an empty or new folder with `--archive`")]
    NotAnArchive {
        /// The folder.
        path: PathBuf,
    },
    /// The folder that something is to be written into has files.
    #[error("`{path}` has files in it; choose an empty or new folder")]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The folder that something is to be written into is inside of one that takes nothing else.
    #[error("`{path}` is inside of `{folder}`, which holds nothing but its own files; choose a folder beside it")]
    Inside {
        /// The folder.
        path: PathBuf,
        /// The folder that it is inside of.
        folder: PathBuf,
    },
    /// The archive was made by a later program.
    #[error("`{path}` says `{found}`, this program reads `wxarchive 1`; use a newer wxarchive")]
    NewerFormat {
        /// The FORMAT file.
        path: PathBuf,
        /// Its first line.
        found: String,
    },
    /// A folder is no export that this program can go on with or read back.
    #[error("`{path}` is no OCFL export of an archive: {why}")]
    NotAnExport {
        /// The folder.
        path: PathBuf,
        /// Why not, and what to do.
        why: &'static str,
    },
    /// An export has something that the archive has no more, and an OCFL object can't lose anything.
    #[error(
        "`{path}` is of something that the archive has no more, as after `wxarchive forget`, and an export keeps all; \
         export into a new folder, then delete the old one"
    )]
    Outlived {
        /// The folder of the object.
        path: PathBuf,
    },
    /// What was forgotten is still there.
    #[error("`{path}` is of a forgotten article; remove it with `wxarchive gc`, then export again")]
    NotForgotten {
        /// The file or folder.
        path: PathBuf,
    },
    /// Another program wrote while this one read.
    #[error("`{path}` changed while it was read; run this again")]
    Changed {
        /// The file or folder.
        path: PathBuf,
    },
    /// A file is not there that others tell of.
    #[error(
        "`{path}` is lost: other files tell of it; `wxarchive repair --copy DIR` brings it back from a copy of the archive"
    )]
    Lost {
        /// The file.
        path: PathBuf,
    },
    /// The dated states of an article are not there, and others tell that they were.
    #[error(
        "`{path}` is lost: other files tell of it; `wxarchive repair --copy DIR` brings it back from a copy of the \
         archive, `wxarchive repair` makes it anew as far as the versions tell"
    )]
    StatesLost {
        /// The file.
        path: PathBuf,
    },
    /// A file that is made of others does not say what it should.
    #[error(
        "`{path}` is damaged: {why}; `wxarchive repair` makes it anew, with `--copy DIR` from a copy of the archive"
    )]
    Derived {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A file does not say what it should.
    #[error("`{path}` is damaged: {why}; restore it from a copy of the archive with `wxarchive repair --copy DIR`")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl ArchiveError {
    /// Whether the disk refuses the name of a file, so that others can still be written.
    #[must_use]
    pub fn is_about_the_name(&self) -> bool {
        use io::ErrorKind::{InvalidFilename, IsADirectory, NotADirectory};
        match self {
            Self::Io { source, .. } => matches!(source.kind(), InvalidFilename | IsADirectory | NotADirectory),
            _ => false,
        }
    }

    /// Makes the error of a failed file operation; for `map_err`.
    pub(super) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }

    /// A file that does not say what it should.
    pub(super) fn damaged(path: impl Into<PathBuf>, why: impl std::fmt::Display) -> Self {
        Self::Damaged { path: path.into(), why: format!("{why}") }
    }
}
