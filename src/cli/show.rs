//! `wxarchive show ID`: an article of the archive.

use std::path::Path;

use anyhow::anyhow;

use wxarchive::archive::{Archive, Entry, Lookup};
use wxarchive::model::redact;

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;

/// Print an article of the archive
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder's name or a unique beginning of it, `biz/mid/idx`, a short code or an address
    #[arg(value_name = "ID")]
    id: String,
    /// An older version [default: the newest]
    #[arg(long, value_name = "N")]
    version: Option<u32>,
    /// Print the page as the site sent it, less private values
    #[arg(long)]
    raw: bool,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let mut archive = Archive::open_lazily(&settings.archive)?;
    archive.reach_id(&args.id)?;
    let entry = find(&archive, &args.id)?;
    let absent = |number| {
        Failure::usage(anyhow!("`{}` has no version {number}; the newest is {}", entry.name(), entry.manifest.version))
    };
    if args.raw {
        let number = args.version.unwrap_or(entry.manifest.version);
        let manifest = archive.manifest(entry, number)?.ok_or_else(|| absent(number))?;
        reporter.bytes(&archive.page(&manifest.page)?);
        return Ok(Exit::Done);
    }
    let text = match args.version {
        None => archive.head(entry)?,
        Some(number) => archive.version(entry, number)?.ok_or_else(|| absent(number))?,
    };
    reporter.document(&text);
    Ok(Exit::Done)
}

/// Finds the one article that an ID names.
pub(super) fn find<'a>(archive: &'a Archive, id: &str) -> Result<&'a Entry, Failure> {
    match archive.lookup(id) {
        Lookup::Found(entry) => Ok(entry),
        Lookup::Missing => {
            Err(Failure::usage(anyhow!("`{}` is not in the archive; `wxarchive list` shows what is", redact(id))))
        }
        Lookup::Ambiguous(dirs) => {
            let names: Vec<String> = dirs.iter().map(|dir: &&Path| dir.display().to_string()).collect();
            Err(Failure::usage(anyhow!(
                "`{}` means several articles; give more of the name, or biz/mid/idx:\n  {}",
                redact(id),
                names.join("\n  ")
            )))
        }
    }
}
