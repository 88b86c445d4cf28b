//! Which module may name which: the table of the library's layers, held by reading the `use` lines.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::files::paths;

/// Each module and the modules it may name; those of one row never name each other.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("issue", &["model"]),
    ("parse", &["model"]),
    ("markdown", &["model"]),
    ("image", &["model"]),
    ("fetch", &["model"]),
    ("archive", &["model"]),
    ("demo", &["model"]),
    ("mirror", &["model", "image", "archive"]),
    ("sync", &["model", "issue", "parse", "markdown", "image", "fetch", "archive"]),
    ("check", &["model", "issue", "archive", "sync"]),
    ("edit", &["issue", "archive"]),
    ("relink", &["model", "issue", "archive", "sync", "check", "edit"]),
    ("publish", &["model", "issue", "markdown", "archive", "edit"]),
];

/// Foreign crates and the only places that may name them.
const DOORS: &[(&str, &[&str])] = &[
    ("scraper", &["src/parse/dom.rs", "src/parse/tree.rs"]),
    ("html5ever", &["src/parse/tree.rs", "src/parse/reference.rs"]),
    ("simdutf8", &["src/parse/text.rs"]),
    ("reqwest", &["src/fetch/http"]),
    ("pulldown_cmark", &["src/issue/"]),
    ("image::", &["src/image/", "src/sync/", "src/mirror/"]),
    ("jpeg_encoder", &["src/image/"]),
    ("png", &["src/image/"]),
    ("webp", &["src/image/"]),
    ("opendal", &["src/mirror/bucket.rs", "src/mirror/refusal.rs"]),
    ("similar", &["src/sync/diff.rs", "src/cli/unified.rs"]),
    ("zstd", &["src/archive/packed.rs"]),
    ("rusqlite", &["src/archive/index.rs"]),
    ("tempfile", &["src/archive/write.rs"]),
    ("hyper", &["src/demo/server"]),
    ("rcgen", &["src/demo/server"]),
    ("clap", &["src/cli/"]),
    ("anyhow", &["src/cli/"]),
    ("indicatif", &["src/cli/report"]),
    ("console", &["src/cli/report"]),
];

#[test]
fn modules_name_only_the_layers_below() {
    let mut wrong = Vec::new();
    for (module, allowed) in LAYERS {
        for file in sources(&Path::new("src").join(module)) {
            for named in named_modules(&fs::read_to_string(&file).expect("a source file")) {
                if named != *module && !allowed.contains(&named.as_str()) {
                    wrong.push(format!("{} names crate::{named}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_library_is_in_the_table() {
    let library = fs::read_to_string("src/lib.rs").expect("src/lib.rs");
    let declared: BTreeSet<&str> =
        library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(declared, LAYERS.iter().map(|(module, _)| *module).collect());
}

#[test]
fn crates_that_are_banned_are_not_in_the_tree() {
    let lock = fs::read_to_string("Cargo.lock").expect("Cargo.lock");
    for banned in ["openssl", "openssl-sys", "native-tls", "aws-lc-sys", "cmake", "html2md", "serde_yaml"] {
        assert!(!lock.contains(&format!("name = \"{banned}\"\n")), "{banned} is in Cargo.lock");
    }
}

#[test]
fn foreign_crates_are_named_behind_their_doors() {
    let mut wrong = Vec::new();
    assert!(sources(Path::new("src")).len() > 50, "the sources are not where they were");
    for file in sources(Path::new("src")) {
        let path = file.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&file).expect("a source file");
        for (foreign, doors) in DOORS {
            let name = foreign.trim_end_matches(':');
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            if names(&code.join("\n"), name) && !doors.iter().any(|door| path.starts_with(door)) {
                wrong.push(format!("{path} names {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether code names a foreign crate by a path that begins with it.
fn names(text: &str, foreign: &str) -> bool {
    let path = format!("{foreign}::");
    let is_path = |at: usize| !text[..at].ends_with(|char: char| char.is_alphanumeric() || "_:".contains(char));
    text.match_indices(&path).any(|(at, _)| is_path(at))
}

fn named_modules(text: &str) -> BTreeSet<String> {
    let after = text.split("crate::").skip(1);
    let names = after.map(|rest| rest.chars().take_while(|char| char.is_ascii_lowercase() || *char == '_').collect());
    names.filter(|name: &String| !name.is_empty()).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let below = if folder.is_dir() { paths(folder) } else { Vec::new() };
    let mut files: Vec<PathBuf> = below.into_iter().map(|path| folder.join(path)).collect();
    files.push(folder.with_extension("rs"));
    files.retain(|file| file.is_file() && file.extension().is_some_and(|extension| extension == "rs"));
    files
}
