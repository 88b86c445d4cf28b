//! Settings from the environment: a variable that is empty says nothing.

use clap::Command;
use clap::builder::Resettable;

/// The command without the variables that are empty, as `WXARCHIVE_PACE=` is in many a workflow.
pub(super) fn without_empty(command: Command) -> Command {
    let is_empty = |name: &std::ffi::OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| match arg.get_env() {
        Some(name) if is_empty(name) => arg.env(Resettable::Reset),
        _ => arg,
    });
    command.mut_subcommands(without_empty)
}
