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
    let absent = archive.lookup_absent(&args.id).and_then(|key| archive.history_of_absent(&key));
    let moments = match absent {
        Some(moments) => moments,
        None => archive.history(show::find(&archive, &args.id)?)?,
    };
    for moment in moments {
        reporter.item(&moment, &line(&moment));
    }
    Ok(Exit::Done)
}

fn line(moment: &Moment) -> String {
    match moment {
        Moment::Version { version, why, at, converter, modified, title } => {
            let edited = modified.filter(|_| *why != Why::Reconverted);
            let edited = edited.map_or_else(String::new, |time| format!(", edited by its author {time}"));
            let by = if *why == Why::Reconverted { format!(" by wxarchive {converter}") } else { String::new() };
            format!("{at}  version {version} ({}{by}{edited})  {title}", word(*why))
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
        Moment::Restored { version, at } => {
            let when = at.map_or_else(|| "on a day that was not noted".to_owned(), |at| at.to_string());
            format!("{when}  version {version} restored; index.md shows it, whatever newer versions come")
        }
        Moment::Forgotten { at, reason } => format!("{at}  forgotten: {reason}"),
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
