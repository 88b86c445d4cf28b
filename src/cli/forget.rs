//! `wxarchive forget ID`: takes an article out of the archive.

use anyhow::anyhow;
use jiff::Timestamp;

use wxarchive::archive::{Faults, Writer};
use wxarchive::model::{ArticleUrl, Key};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;
use super::{gc, show};

/// Take an article out of the archive for good
///
/// Its versions, raw pages and pictures go, but for pictures that something else shows; a record with hashes, date
/// and reason stays in `forgotten/`, and the article is not archived again.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder's name or a unique beginning of it, `biz/mid/idx`, a short code or an address
    #[arg(value_name = "ID")]
    id: String,
    /// Why, for the record that stays
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    if args.reason.trim().is_empty() {
        return Err(Failure::usage(anyhow!("the reason is empty; say why in `--reason`, it is all that stays")));
    }
    let now = Timestamp::now();
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let mut writer = Writer::open_to_remove(&settings.archive, now, Faults::default())?;
    // One whose forgetting was cut short is found by its record alone.
    let key = ArticleUrl::parse(&args.id).map(|url| url.key().clone()).or_else(|| args.id.parse::<Key>().ok());
    let forgotten = key.and_then(|key| writer.forgotten(&key)).map(|tombstone| tombstone.article.clone());
    let key = match forgotten {
        Some(article) => article,
        None => show::find(&writer, &args.id)?.manifest.article.clone(),
    };
    gc::tell(&writer.forget(&key, &args.reason, now)?, reporter);
    reporter.note("mirrors keep the pictures they have; `wxarchive mirror --to DIR --prune` removes what is forgotten");
    Ok(Exit::Done)
}
