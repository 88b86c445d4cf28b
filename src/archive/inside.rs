//! Paths that records name, read: each stays inside of the folder of the archive it belongs to.
//!
//! A record can come from anywhere. One that names `../../.ssh` or `/etc` is refused when it is read, so that no command
//! has to think of it.

use serde::de::Error;
use serde::{Deserialize as _, Deserializer};

use super::layout;

/// Reads the path of a picture.
pub(super) fn images<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    checked(String::deserialize(deserializer)?, layout::IMAGES)
}

/// Reads the path of an article's folder, where there is one.
pub(super) fn articles<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let path = Option::<String>::deserialize(deserializer)?;
    path.map(|path| checked(path, layout::ARTICLES)).transpose()
}

fn checked<E: Error>(path: String, folder: &str) -> Result<String, E> {
    if is_inside(&path, folder) {
        return Ok(path);
    }
    Err(E::custom(format!("`{}` is no path below `{folder}/`", path.escape_debug())))
}

/// Whether a path has only plain names, below a folder; what some systems take for a separator or a drive is not plain.
fn is_inside(path: &str, folder: &str) -> bool {
    let is_plain = |name: &str| !matches!(name, "" | "." | "..") && !name.contains(['\\', '\0']);
    path.strip_prefix(folder)
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|rest| rest.split('/').all(is_plain) && !rest.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_below_the_folder_are_read() {
        assert!(is_inside("images/ab/abcd.png", "images"));
        assert!(is_inside("articles/2022/2022-05-31-如何-3f9c21ab", "articles"));
        let hostile = [
            "",
            "images",
            "images/",
            "imagesx/a",
            "/images/a",
            "images/../a",
            "images/a/..",
            "images//a",
            "images/./a",
            "images/a\\..\\b",
            "images/c:x",
            "images/a\0",
            "../images/a",
            "articles/a",
        ];
        for path in hostile {
            assert!(!is_inside(path, "images"), "{path:?}");
        }
    }
}
