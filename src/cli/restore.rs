//! `wxarchive restore ID N`: makes a version the one that is shown.

use anyhow::anyhow;
use jiff::Timestamp;

use wxarchive::archive::Writer;

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;
use super::show;

/// Make an older version of an article the one that its index.md shows
///
/// No version is changed or removed. Newer versions are still archived, but not shown, until the newest is restored.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder's name or a unique beginning of it, `biz/mid/idx`, a short code or an address
    #[arg(value_name = "ID")]
    id: String,
    /// The number of the version
    #[arg(value_name = "N")]
    version: u32,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let now = Timestamp::now();
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let mut writer = Writer::open(&settings.archive, now)?;
    let entry = show::find(&writer, &args.id)?;
    let (key, name, newest) = (entry.manifest.article.clone(), entry.name(), entry.manifest.version);
    if writer.manifest(entry, args.version)?.is_none() {
        return Err(Failure::usage(anyhow!("`{name}` has no version {}; the newest is {newest}", args.version)));
    }
    writer.restore(&key, args.version, now)?;
    reporter.text(&format!("{name}/index.md shows version {}\n", args.version));
    Ok(Exit::Done)
}
