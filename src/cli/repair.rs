//! `wxarchive repair`: mends what `verify` finds.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::verify::{Finding, Severity};
use wxarchive::archive::{Faults, Maintenance};
use wxarchive::sync::derive;

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::Settings;

/// Mend what verify finds, from a copy or from what the archive has
///
/// A file is replaced only by bytes whose hash is right, or by what is derived from such bytes. What can't be mended
/// is listed, and nothing of it is removed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Another copy of the archive, from which whole files are taken
    #[arg(long, value_name = "DIR")]
    copy: Option<PathBuf>,
}

/// A finding that is mended or left, as `--json` prints it.
#[derive(Debug, Serialize)]
struct FindingEvent<'a> {
    event: &'static str,
    #[serde(flatten)]
    finding: &'a Finding,
    severity: Severity,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let maintenance = Maintenance::open(&settings.archive, Timestamp::now(), Faults::default())?;
    let repaired = maintenance.repair(args.copy.as_deref(), &derive)?;
    tell("mended", &repaired.mended, reporter);
    tell("left", &repaired.left, reporter);
    let worst = repaired.left.iter().map(|finding| finding.code.severity()).max();
    Ok(match worst {
        Some(Severity::Error) => Exit::Archive,
        Some(Severity::Warning) => Exit::Incomplete,
        Some(Severity::Note) | None => Exit::Done,
    })
}

fn tell(event: &'static str, findings: &[Finding], reporter: &Reporter) {
    for finding in findings {
        let Finding { code, path, detail } = finding;
        let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        let line = format!("{event:>7}  {} {}  {path}{detail}", code.number(), code.name());
        reporter.item(&FindingEvent { event, finding, severity: code.severity() }, &line);
    }
}
