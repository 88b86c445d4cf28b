//! The command line: one file per command, each with its arguments and a `run`.

mod add;
mod check;
mod completions;
mod convert;
mod demo;
mod diff;
mod environment;
mod exit;
mod export;
mod fetching;
mod forget;
mod gc;
mod import;
mod links;
mod list;
mod log;
mod man;
mod mirror;
mod period;
mod publish;
mod reconvert;
mod relink;
mod repair;
mod report;
mod restore;
mod runtime;
mod settings;
mod show;
mod sync;
mod undo;
mod unified;
mod verify;

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use exit::{Exit, Failure};
use report::Reporter;
use settings::Settings;

/// Keeps what a newsletter recommends: archives linked WeChat articles and their pictures as plain files.
#[derive(Debug, Parser)]
#[command(name = "wxarchive", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// The last lines of every help.
const EXIT_CODES: &str = "Exit codes: 0 all done; 1 done, but some links could not be archived; 2 wrong arguments or \
configuration; 3 the site blocked us, stopped early; 4 the archive is damaged, locked or of a newer format";

/// Options that every command takes.
#[derive(Debug, Args)]
struct Global {
    /// The folder of the archive [default: archive]
    #[arg(long, global = true, value_name = "DIR", env = "WXARCHIVE_ARCHIVE")]
    archive: Option<PathBuf>,
    /// The configuration file [default: the nearest wxarchive.toml, from the first PATH upwards, then from the
    /// current folder upwards]
    #[arg(long, global = true, value_name = "FILE", env = "WXARCHIVE_CONFIG")]
    config: Option<PathBuf>,
    /// Print JSON Lines on standard output: one object per event, a summary at the end
    #[arg(long, global = true)]
    json: bool,
    /// Print only what went wrong
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "verbose")]
    quiet: u8,
    /// Print every issue and picture as well
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// When to use colour and progress bars
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: When,
}

/// When to use colour and progress bars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Archive every article and picture that the issues link, and write their ledgers
    Sync(sync::Args),
    /// Archive single articles
    Add(add::Args),
    /// List every WeChat link of the issues; asks no network
    Links(links::Args),
    /// Tell the state of every link of the issues; changes no issue
    Check(check::Args),
    /// Write archived articles as pages of the newsletter's site
    Publish(publish::Args),
    /// Propose new addresses for links that can no longer be read; writes only with `--write`
    Relink(relink::Args),
    /// Turn a saved page into Markdown on standard output
    Convert(convert::Args),
    /// List the articles of the archive
    List(list::Args),
    /// Print an article of the archive
    Show(show::Args),
    /// Put the pictures of the archive into a folder ready to be served, with a manifest
    Mirror(mirror::Args),
    /// Tell the history of an article: its versions, and what the site said when
    Log(log::Args),
    /// Compare two versions of an article
    Diff(diff::Args),
    /// Make an older version of an article the one that its index.md shows
    Restore(restore::Args),
    /// Take an article out of the archive for good
    Forget(forget::Args),
    /// Read stored pages again with this program; asks no network
    Reconvert(reconvert::Args),
    /// Mend what verify finds, from a copy, from what the archive has, or by asking the site
    Repair(repair::Args),
    /// Copy the archive into a form that other programs check
    Export(export::Args),
    /// Make an archive of an export of one, the very same files
    Import(import::Args),
    /// Remove what nothing in the archive refers to
    Gc(gc::Args),
    /// Check every file, hash and reference of the archive; changes nothing
    Verify(verify::Args),
    /// Do the whole job against a built-in sample site on loopback
    Demo(demo::Args),
    /// Print the completions for a shell
    Completions(completions::Args),
    /// Print the manual page
    Man(man::Args),
}

/// Reads the arguments, runs the command and reports what went wrong.
pub(crate) fn main() -> Exit {
    let matches = environment::without_empty(Cli::command()).try_get_matches();
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return report::usage(&error),
    };
    let reporter = Reporter::new(&cli.global);
    match run(cli, &reporter) {
        Ok(Exit::Done) if reporter.has_failed() => Exit::Incomplete,
        Ok(exit) => exit,
        Err(failure) => reporter.failure(&failure),
    }
}

fn run(cli: Cli, reporter: &Reporter) -> Result<Exit, Failure> {
    let Cli { global, command } = cli;
    let settings = |paths: &[PathBuf]| Settings::load(&global, paths);
    match command {
        Command::Sync(args) => sync::run(&args, &settings(&args.paths)?, reporter),
        Command::Add(args) => add::run(&args, &settings(&[])?, reporter),
        Command::Links(args) => links::run(&args, &settings(&args.paths)?, reporter),
        Command::Check(args) => check::run(&args, &settings(&args.paths)?, reporter),
        Command::Publish(args) => publish::run(&args, &settings(&[])?, reporter),
        Command::Relink(args) => relink::run(&args, &settings(&args.paths)?, reporter),
        Command::Convert(args) => convert::run(&args, reporter),
        Command::List(args) => list::run(&args, &settings(&[])?, reporter),
        Command::Show(args) => show::run(&args, &settings(&[])?, reporter),
        Command::Mirror(args) => mirror::run(&args, &settings(&[])?, reporter),
        Command::Log(args) => log::run(&args, &settings(&[])?, reporter),
        Command::Diff(args) => diff::run(&args, &settings(&[])?, reporter),
        Command::Restore(args) => restore::run(&args, &settings(&[])?, reporter),
        Command::Forget(args) => forget::run(&args, &settings(&[])?, reporter),
        Command::Reconvert(args) => reconvert::run(&args, &settings(&[])?, reporter),
        Command::Repair(args) => repair::run(&args, &settings(&[])?, reporter),
        Command::Export(args) => export::run(&args, &settings(&[])?, reporter),
        Command::Import(args) => import::run(&args, &settings(&[])?, reporter),
        Command::Gc(args) => gc::run(&args, &settings(&[])?, reporter),
        Command::Verify(args) => verify::run(&args, &settings(&[])?, reporter),
        Command::Demo(args) => demo::run(&args, reporter),
        Command::Completions(args) => completions::run(&args, reporter),
        Command::Man(args) => man::run(&args, reporter),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn arguments_of_every_command_are_sound() {
        super::Cli::command().debug_assert();
    }
}
