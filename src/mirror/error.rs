//! What can go wrong with a mirror.

use std::io;
use std::path::PathBuf;

use crate::archive::ArchiveError;

/// Why pictures could not be mirrored.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The archive can't be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The system refused a file operation.
    #[error("could not {doing} `{path}`: {source}; what is there stays whole, run the same command again")]
    Io {
        /// The operation, as `write`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another run has the folder.
    #[error("another run of mirror is writing `{path}`; wait for its end, then run the same command again")]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// Another run has written the manifest of a bucket since this one read it.
    #[error(
        "another run of mirror has written `{file}` meanwhile, so this one did not; the files that it uploaded stay, run \
         the same command again"
    )]
    Overtaken {
        /// The manifest.
        file: String,
    },
    /// The manifest is not one of this program.
    #[error("`{file}` is no manifest of a mirror: {why}; choose another folder, or remove that file")]
    Manifest {
        /// The file.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// What is set for a bucket is not enough.
    #[error("could not open `{what}`: {why}")]
    Settings {
        /// The bucket.
        what: String,
        /// What is missing, and what to do.
        why: String,
    },
    /// The store of a bucket refused an operation.
    #[error("could not {doing} `{what}`: {why}")]
    Bucket {
        /// The operation, as `upload`.
        doing: &'static str,
        /// The file or bucket.
        what: String,
        /// What the store said, and what to do.
        why: String,
    },
}

impl MirrorError {
    /// Makes the error of a failed file operation; for `map_err`.
    pub(super) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}
