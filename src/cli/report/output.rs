//! Standard output and error. A reader that goes away ends the printing, never the work.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

/// How many bytes of many lines are written at once.
const WRITTEN_AT_ONCE: usize = 64 << 10;

/// Standard output, until its reader goes away.
#[derive(Debug, Default)]
pub(super) struct Output {
    is_closed: AtomicBool,
    has_failed: AtomicBool,
}

impl Output {
    /// Prints a value as one line of JSON.
    pub(super) fn json(&self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(line) => self.line(&line),
            Err(error) => error_line(&format!("could not print as JSON: {error}")),
        }
    }

    /// Prints a line.
    pub(super) fn line(&self, line: &str) {
        self.bytes(format!("{line}\n").as_bytes());
    }

    /// Prints lines, many at a time.
    pub(super) fn lines(&self, lines: impl Iterator<Item = String>) {
        let mut text = String::new();
        for line in lines {
            text.push_str(&line);
            text.push('\n');
            if text.len() >= WRITTEN_AT_ONCE {
                self.bytes(text.as_bytes());
                text.clear();
            }
        }
        self.bytes(text.as_bytes());
    }

    /// Whether something could not be written, other than to a reader that went away.
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    /// Prints bytes.
    pub(super) fn bytes(&self, bytes: &[u8]) {
        if self.is_closed.load(Ordering::Relaxed) {
            return;
        }
        let mut stdout = io::stdout().lock();
        if let Err(error) = stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            self.is_closed.store(true, Ordering::Relaxed);
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.has_failed.store(true, Ordering::Relaxed);
                error_line(&format!("could not write to standard output: {error}"));
            }
        }
    }
}

/// Prints a line on standard error; where even that fails there is nowhere left to say so.
pub(super) fn error_line(line: &str) {
    writeln!(io::stderr().lock(), "{line}").unwrap_or_default();
}
