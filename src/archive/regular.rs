//! Reads files, and nothing but files: opening a pipe or a device could wait for ever, or do something.

use std::fs;
use std::io;
use std::path::Path;

/// Reads a file as a whole.
///
/// # Errors
/// When it can't be read, or is a pipe, a socket or a device.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    refuse_other(path)?;
    fs::read(path)
}

/// Reads a text as a whole.
///
/// # Errors
/// As [`read`], and when it is no UTF-8.
pub(super) fn read_to_string(path: &Path) -> io::Result<String> {
    refuse_other(path)?;
    fs::read_to_string(path)
}

/// Folders are let through: the system has an error of its own for who reads one.
fn refuse_other(path: &Path) -> io::Result<()> {
    let found = fs::metadata(path)?;
    if found.is_file() || found.is_dir() {
        Ok(())
    } else {
        Err(io::Error::other("it is no file; a pipe, a socket or a device is never opened"))
    }
}
