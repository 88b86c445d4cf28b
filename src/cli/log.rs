//! `wxarchive log ID`: what happened to an article.

use wxarchive::archive::{Archive, Moment, Why};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;
use super::show;

/// Tell the history of an article: its versions, and what the site said when
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder's name or a unique beginning of it, `biz/mid/idx`, a short code or an address
    #[arg(value_name = "ID")]
    id: String,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let mut archive = Archive::open_lazily(&settings.archive)?;
    archive.reach_id(&args.id)?;
    let entry = show::find(&archive, &args.id)?;
    for moment in archive.history(entry)? {
        reporter.item(&moment, &line(&moment));
    }
    Ok(Exit::Done)
}

fn line(moment: &Moment) -> String {
    match moment {
        Moment::Version { version, why, at, modified, title } => {
            let edited = modified.map_or_else(String::new, |time| format!(", edited by its author {time}"));
            format!("{at}  version {version} ({}{edited})  {title}", word(*why))
        }
        Moment::State { dated, after } => {
            let name = dated.state.name();
            let when = match after {
                Some(after) => format!("between {after} and {}", dated.since),
                None => format!("from {}", dated.since),
            };
            let seen = if dated.until > dated.since { format!(", still on {}", dated.until) } else { String::new() };
            let message = dated.message.as_ref().map_or_else(String::new, |message| format!(": {message}"));
            format!("{}  {name} {when}{seen}{message}", dated.since)
        }
    }
}

fn word(why: Why) -> &'static str {
    match why {
        Why::New => "new",
        Why::Edited => "edited",
        Why::Reconverted => "reconverted",
        Why::Corrected => "corrected",
        Why::Imported => "imported",
    }
}
