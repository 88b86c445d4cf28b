//! `wxarchive completions SHELL`: completions for a shell.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::exit::{Exit, Failure};
use super::report::Reporter;

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[expect(clippy::unnecessary_wraps, reason = "every command has the same form")]
pub(crate) fn run(args: &Args, reporter: &Reporter) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "wxarchive", &mut script);
    reporter.bytes(&script);
    Ok(Exit::Done)
}
