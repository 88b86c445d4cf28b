//! `wxarchive diff ID [A] [B]`: what is different between two versions.

use anyhow::anyhow;
use serde::Serialize;

use wxarchive::archive::{Archive, Entry, Manifest};
use wxarchive::sync::{Change, Difference, Piece, diff};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;
use super::show;

/// Compare two versions of an article: words, pictures, metadata
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder's name or a unique beginning of it, `biz/mid/idx`, a short code or an address
    #[arg(value_name = "ID")]
    id: String,
    /// The older version [default: the one before B]
    #[arg(value_name = "A")]
    before: Option<u32>,
    /// The newer version [default: the newest]
    #[arg(value_name = "B")]
    after: Option<u32>,
}

/// What is different, as `--json` prints it.
#[derive(Debug, Serialize)]
struct DifferenceEvent<'a> {
    event: &'static str,
    before: u32,
    after: u32,
    #[serde(flatten)]
    difference: &'a Difference,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let mut archive = Archive::open_lazily(&settings.archive)?;
    archive.reach_id(&args.id)?;
    let entry = show::find(&archive, &args.id)?;
    let after = args.after.unwrap_or(entry.manifest.version);
    let before = match args.before {
        Some(before) => before,
        None if after > 1 => after - 1,
        None => return Err(Failure::usage(anyhow!("`{}` has one version, and nothing to compare", entry.name()))),
    };
    let (old, new) = (read(&archive, entry, before)?, read(&archive, entry, after)?);
    let difference = diff((&old.0, &old.1), (&new.0, &new.1));
    let event = DifferenceEvent { event: "difference", before, after, difference: &difference };
    reporter.item(&event, &text(&difference));
    Ok(Exit::Done)
}

fn read(archive: &Archive, entry: &Entry, number: u32) -> Result<(Manifest, String), Failure> {
    let newest = entry.manifest.version;
    let absent = || Failure::usage(anyhow!("`{}` has no version {number}; the newest is {newest}", entry.name()));
    let manifest = archive.manifest(entry, number)?.ok_or_else(absent)?;
    Ok((manifest, archive.version(entry, number)?.ok_or_else(absent)?))
}

fn text(difference: &Difference) -> String {
    if difference.is_empty() {
        return "no difference".to_owned();
    }
    let fields = difference
        .metadata
        .iter()
        .map(|field| format!("{}: [-{}-] {{+{}+}}", field.field, plain(&field.before), plain(&field.after)));
    let removed = difference.removed_pictures.iter().map(|file| format!("picture [-{file}-]"));
    let added = difference.added_pictures.iter().map(|file| format!("picture {{+{file}+}}"));
    let sentences = difference.text.iter().map(|pieces| pieces.iter().map(marked).collect::<String>());
    let lines = fields.chain(removed).chain(added).chain(sentences);
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<String>>().join("\n")
}

/// A value for people; of one with parts, as an account or a list of tags, the parts that it has.
fn plain(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(parts) => {
            let known = parts.iter().filter(|(_, part)| !part.is_null());
            known.map(|(name, part)| format!("{name} {}", plain(part))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn marked(piece: &Piece) -> String {
    match piece.change {
        Change::Same => piece.text.clone(),
        Change::Removed => format!("[-{}-]", piece.text),
        Change::Added => format!("{{+{}+}}", piece.text),
    }
}
