//! `wxarchive show ID`: an article of the archive.

use std::path::Path;

use anyhow::anyhow;

use serde::Serialize;

use wxarchive::archive::{Archive, Entry, Lookup, StoredPage};
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
    /// Another version [default: the one that index.md shows]
    #[arg(long, value_name = "N")]
    version: Option<u32>,
    /// Print the page as the site sent it, less private values; of an article that was never had, the page that says so
    #[arg(long)]
    raw: bool,
}

/// A version as `--json` prints it.
#[derive(Debug, Serialize)]
struct VersionEvent<'a> {
    event: &'static str,
    article: String,
    dir: String,
    version: u32,
    markdown: &'a str,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let mut archive = Archive::open_lazily(&settings.archive)?;
    archive.reach_id(&args.id)?;
    if args.raw && reporter.is_json() {
        return Err(Failure::usage(anyhow!(
            "`--raw` prints the bytes of the page, which are no JSON; leave out `--json`"
        )));
    }
    if let Some(page) = evidence(&archive, &args.id).filter(|_| args.raw) {
        reporter.bytes(&archive.page(page)?);
        return Ok(Exit::Done);
    }
    let entry = find(&archive, &args.id)?;
    let absent = |number| {
        Failure::usage(anyhow!("`{}` has no version {number}; the newest is {}", entry.name(), entry.manifest.version))
    };
    let version = args.version.unwrap_or(entry.shown());
    if args.raw {
        let manifest = archive.manifest(entry, version)?.ok_or_else(|| absent(version))?;
        reporter.bytes(&archive.page(&manifest.page)?);
        return Ok(Exit::Done);
    }
    let text = match args.version {
        None => archive.head(entry)?,
        Some(number) => archive.version(entry, number)?.ok_or_else(|| absent(number))?,
    };
    if reporter.is_json() {
        let article = entry.manifest.article.to_string();
        reporter.object(&VersionEvent { event: "version", article, dir: entry.name(), version, markdown: &text });
    } else {
        reporter.document(&text);
    }
    Ok(Exit::Done)
}

/// The newest page that says what became of an article that was never had.
fn evidence<'a>(archive: &'a Archive, id: &str) -> Option<&'a StoredPage> {
    let state = archive.unarchived(&archive.lookup_absent(id)?)?;
    state.states.iter().rev().find_map(|dated| dated.evidence.as_ref())
}

/// What there is to say where no article is found.
fn missing(archive: &Archive, id: &str) -> String {
    let known = archive.lookup_absent(id);
    if let Some(tombstone) = known.as_ref().and_then(|key| archive.forgotten(key)) {
        return format!("`{}` is not in the archive any more; {}", redact(id), tombstone.describe());
    }
    match known.and_then(|key| archive.unarchived(&key)?.current().cloned()) {
        Some(dated) => format!(
            "`{}` was never in the archive: the site said `{}` on {}; `wxarchive log` tells all it said",
            redact(id),
            dated.state.name(),
            dated.until
        ),
        None => format!("`{}` is not in the archive; `wxarchive list` shows what is", redact(id)),
    }
}

/// Finds the one article that an ID names.
pub(super) fn find<'a>(archive: &'a Archive, id: &str) -> Result<&'a Entry, Failure> {
    match archive.lookup(id) {
        Lookup::Found(entry) => Ok(entry),
        Lookup::Missing => Err(Failure::usage(anyhow!(missing(archive, id)))),
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
