//! Real pages and issues, where the folder with them is there; they are other people's writing and no part of this
//! project.

#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test says what it could not check")]

use std::fs;
use std::path::PathBuf;

use crate::files::paths;

/// The folder that `WXARCHIVE_CORPUS` names, or a word on stderr that there is none.
pub(crate) fn corpus() -> Option<PathBuf> {
    let found = std::env::var_os("WXARCHIVE_CORPUS").map(PathBuf::from).filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("WXARCHIVE_CORPUS names no folder of real pages and issues: nothing was checked");
    }
    found
}

/// The folder with the issues of one newsletter.
pub(crate) fn newsletter() -> Option<PathBuf> {
    Some(corpus()?.join("issues/sofastack")).filter(|folder| folder.is_dir())
}

/// Those issues, with their paths.
pub(crate) fn issues() -> Option<Vec<(PathBuf, String)>> {
    let folder = newsletter()?;
    let issues = paths(&folder).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    Some(issues.map(|path| (path.clone(), fs::read_to_string(folder.join(path)).expect("an issue"))).collect())
}
