//! Asks git which files have changes that are not committed, so that nobody's work is mixed with a repair.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::absolute;

/// Why git could not say.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no git to ask.
    #[error(
        "could not run git to see whether the issues have uncommitted changes: {0}; install it, or pass `--allow-dirty`"
    )]
    Missing(io::Error),
    /// Git refused.
    #[error("git could not tell the state of the files in `{repository}`: {said}; mend that, or pass `--allow-dirty`")]
    Refused {
        /// The repository.
        repository: PathBuf,
        /// Its message.
        said: String,
    },
}

/// How many files are asked for at once; the system limits how long a command may be.
const AT_ONCE: usize = 200;

/// The paths of those files that have changes which are not committed, or were never committed; files that are in no
/// repository are not asked for.
///
/// # Errors
/// When there is no git, or it refuses.
pub fn uncommitted(paths: &[&Path]) -> Result<Vec<PathBuf>, GitError> {
    let mut repositories: BTreeMap<PathBuf, Vec<(&Path, PathBuf)>> = BTreeMap::new();
    for path in paths {
        let place = absolute(path);
        if let Some(root) = place.ancestors().skip(1).find(|folder| folder.join(".git").exists()) {
            repositories.entry(root.to_owned()).or_default().push((path, place.clone()));
        }
    }
    let mut dirty = Vec::new();
    for (repository, files) in repositories {
        for some in files.chunks(AT_ONCE) {
            let listed = status(&repository, some.iter().map(|(_, absolute)| absolute.as_path()))?;
            let is_listed = |absolute: &Path| listed.iter().any(|name| repository.join(name) == absolute);
            dirty.extend(some.iter().filter(|(_, absolute)| is_listed(absolute)).map(|(path, _)| (*path).to_owned()));
        }
    }
    Ok(dirty)
}

/// The names of the changed files, from the folder of the repository.
fn status<'a>(repository: &Path, files: impl Iterator<Item = &'a Path>) -> Result<Vec<PathBuf>, GitError> {
    let mut command = Command::new("git");
    // Names may have `*` and `[` in them; and looking must not write an index.
    command.args(["--literal-pathspecs", "--no-optional-locks", "-C"]).arg(repository);
    command.args(["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--"]).args(files);
    let output = command.output().map_err(GitError::Missing)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(GitError::Refused { repository: repository.to_owned(), said });
    }
    let entries = output.stdout.split(|byte| *byte == 0);
    Ok(entries.filter_map(|entry| entry.get(3..)).map(|name| PathBuf::from(os_string(name))).collect())
}

#[cfg(unix)]
fn os_string(name: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(name)
}

#[cfg(not(unix))]
fn os_string(name: &[u8]) -> &OsStr {
    OsStr::new(std::str::from_utf8(name).unwrap_or_default())
}
