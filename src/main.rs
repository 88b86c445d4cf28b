//! The `wxarchive` program: arguments in, report out, exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main().into()
}
