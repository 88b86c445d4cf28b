//! `wxarchive man`: the manual page.

use clap::CommandFactory as _;

use super::exit::{Exit, Failure};
use super::report::Reporter;

/// Print the manual page
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args, reporter: &Reporter) -> Result<Exit, Failure> {
    let mut command = super::Cli::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        clap_mangen::Man::new(subcommand.clone()).render(&mut page)?;
    }
    reporter.bytes(&page);
    Ok(Exit::Done)
}
