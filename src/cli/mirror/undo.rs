//! `mirror --undo`: takes a run of `--rewrite --write` back.

use jiff::Timestamp;

use wxarchive::archive::{Archive, Writer};
use wxarchive::edit::Kind;

use super::rewrite::note_heads;
use crate::cli::exit::{Exit, Failure};
use crate::cli::report::Reporter;
use crate::cli::settings::Settings;
use crate::cli::undo;

pub(super) fn run(name: &str, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    // A folder that is no archive is told, not made one.
    Archive::open(&settings.archive)?;
    let mut writer = Writer::open(&settings.archive, Timestamp::now())?;
    let (run, exit) = undo::take_back(&writer, Kind::Mirror, name, reporter)?;
    note_heads(&mut writer, &run)?;
    Ok(exit)
}
