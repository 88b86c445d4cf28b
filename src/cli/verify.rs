//! `wxarchive verify`: whether the archive is whole.

use std::time::{Duration, Instant, SystemTime};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use wxarchive::archive::verify::{Audit, Finding, PageCheck, Scope, Severity, Subset, verify};

use super::exit::{Exit, Failure};
use super::fetching::parse_age;
use super::report::Reporter;
use super::settings::Settings;

/// Check every file, hash and reference of the archive; changes nothing
///
/// Ends with 0 where nothing is wrong, 1 where `wxarchive repair` can mend everything from the archive itself, and 4
/// where something is damaged or missing that the archive has nowhere else.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Hash only part N of M of the files; structure and references are checked all the same
    #[arg(long, value_name = "N/M")]
    subset: Option<Subset>,
    /// Hash only files written within this age, as 7d, or since this day, as 2026-09-01
    #[arg(long, value_name = "AGE|DATE", value_parser = parse_newer)]
    newer: Option<Newer>,
    /// Unpack every raw page, instead of trusting the SHA-256 of its compressed file where a record has that
    #[arg(long)]
    unpack: bool,
}

/// From when on files are hashed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Newer {
    Within(Duration),
    Since(SystemTime),
}

/// A finding as `--json` prints it.
#[derive(Debug, Serialize)]
struct FindingEvent<'a> {
    event: &'static str,
    #[serde(flatten)]
    finding: &'a Finding,
    name: &'static str,
    severity: Severity,
    meaning: &'static str,
    mend: &'static str,
}

/// The last event.
#[derive(Debug, Serialize)]
struct SummaryEvent {
    event: &'static str,
    files: usize,
    checked: usize,
    bytes: u64,
    errors: usize,
    warnings: usize,
    notes: usize,
    seconds: f64,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let started = Instant::now();
    let newer = args.newer.map(|newer| match newer {
        Newer::Within(age) => SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH),
        Newer::Since(time) => time,
    });
    let pages = if args.unpack { PageCheck::Unpacked } else { PageCheck::Packed };
    let audit = verify(&settings.archive, &Scope { subset: args.subset, newer, pages })?;
    for finding in &audit.findings {
        tell(finding, reporter);
    }
    summarize(&audit, started.elapsed(), reporter);
    Ok(match audit.worst() {
        Some(Severity::Error) => Exit::Archive,
        Some(Severity::Warning) => Exit::Incomplete,
        Some(Severity::Note) | None => Exit::Done,
    })
}

fn tell(finding: &Finding, reporter: &Reporter) {
    let Finding { code, path, detail } = finding;
    let (name, severity) = (code.name(), code.severity());
    let (meaning, mend) = (code.meaning(), code.mend().command());
    let event = FindingEvent { event: "finding", finding, name, severity, meaning, mend };
    let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
    let line = format!("{:>7} {} {name}  {path}{detail}\n{:13}{meaning} ({mend})", severity.name(), code.number(), "");
    reporter.item(&event, &line);
}

fn summarize(audit: &Audit, took: Duration, reporter: &Reporter) {
    let count = |severity| audit.count(severity);
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    let Audit { files, checked, bytes, .. } = *audit;
    let seconds = (took.as_secs_f64() * 1000.0).round() / 1000.0;
    let summary = SummaryEvent { event: "summary", files, checked, bytes, errors, warnings, notes, seconds };
    let line = format!(
        "{files} files, {checked} of them hashed ({bytes} bytes) in {seconds} s: {errors} errors, {warnings} warnings, \
         {notes} notes"
    );
    reporter.item(&summary, &line);
}

fn parse_newer(text: &str) -> Result<Newer, String> {
    let wrong = || format!("`{text}` is no age and no day: expected as 7d, 12h or 2026-09-01");
    if let Ok(day) = text.parse::<Date>() {
        let since = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).map_err(|_| wrong())?;
        let seconds = u64::try_from(since.as_second()).map_err(|_| wrong())?;
        return Ok(Newer::Since(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)));
    }
    let age = parse_age(text).map_err(|_| wrong())?;
    Duration::try_from(age).map(Newer::Within).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_takes_an_age_or_a_day() {
        assert_eq!(parse_newer("2h"), Ok(Newer::Within(Duration::from_hours(2))));
        assert_eq!(parse_newer("1970-01-02"), Ok(Newer::Since(SystemTime::UNIX_EPOCH + Duration::from_hours(24))));
        assert!(parse_newer("yesterday").is_err());
    }
}
