//! The program as its users run it, without the settings of whoever runs the tests.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::path::Path;
use std::process::{Command, Output};

/// The command, in a folder.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wxarchive"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("WXARCHIVE_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments);
    command
}

/// How it ended and what it said, on both outputs.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    said(&command(folder, arguments).output().expect("the program runs"))
}

/// How a program ended and what it said, on both outputs.
pub(crate) fn said(output: &Output) -> (Option<i32>, String) {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

/// How it ended, and what it said on each output.
pub(crate) fn outputs(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = command(folder, arguments).output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("utf-8");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}
