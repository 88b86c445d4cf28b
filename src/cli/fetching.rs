//! The flags of commands that ask for pages, and the source of pages they make.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use jiff::SignedDuration;

use wxarchive::fetch::{ConnectTo, Http, HttpOptions, Replay};
use wxarchive::sync::{Gone, Policy, saved_pages};

use super::exit::Failure;
use super::report::Reporter;
use super::settings::{File, Pace};

/// Flags of every command that asks for pages.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct FetchArgs {
    /// Read saved pages of a folder instead of asking the network; pictures are not asked for either
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
    /// Seconds between two article pages of one host [default: 5]
    #[arg(long, value_name = "SECONDS", env = "WXARCHIVE_PACE")]
    pace: Option<Pace>,
    /// How many pictures are fetched at once [default: 8]
    #[arg(long, value_name = "N", env = "WXARCHIVE_IMAGE_CONCURRENCY")]
    image_concurrency: Option<NonZeroUsize>,
    /// Ask for at most so many article pages
    #[arg(long, value_name = "N")]
    pub(crate) max: Option<usize>,
    /// An HTTP proxy, http://host:port; the environment's are never used
    #[arg(long, value_name = "URL", env = "WXARCHIVE_PROXY")]
    proxy: Option<String>,
    /// The User-Agent header [default: a desktop browser's]
    #[arg(long, value_name = "TEXT", env = "WXARCHIVE_USER_AGENT")]
    user_agent: Option<String>,
    /// Connect to another place for a host, as in curl; empty HOST or PORT means any
    #[arg(long, value_name = "HOST:PORT:ADDR:PORT", value_parser = ConnectTo::parse)]
    connect_to: Vec<ConnectTo>,
    /// Trust the certificates of this PEM file instead of the system's
    #[arg(long, value_name = "PEM")]
    cacert: Option<PathBuf>,
}

/// Flags of `sync` and `add`: what to ask for once more.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct AgainArgs {
    /// Ask again for articles last seen longer ago than this, as 30d, 12h, 90m or 0s
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    refresh: Option<SignedDuration>,
    /// Ask again for articles known to be gone
    #[arg(long)]
    retry_gone: bool,
}

impl AgainArgs {
    /// When to ask the site again, and how often at most.
    pub(crate) fn policy(self, fetch: &FetchArgs) -> Policy {
        let gone = if self.retry_gone { Gone::Retry } else { Gone::Trust };
        Policy { refresh: self.refresh, gone, max: fetch.max, patience: None }
    }
}

/// A source of pages.
pub(crate) enum Fetcher {
    /// The site.
    Network(Box<Http>),
    /// A folder.
    Folder(Replay),
}

impl FetchArgs {
    /// Makes the source of pages that the flags ask for.
    pub(crate) fn fetcher(&self, file: &File, reporter: &Reporter) -> Result<Fetcher, Failure> {
        let Some(folder) = &self.from else {
            let http = Http::new(&self.options(file)?).map_err(Failure::usage)?;
            return Ok(Fetcher::Network(Box::new(http)));
        };
        if !folder.is_dir() {
            return Err(Failure::usage(anyhow!("`{}` is no folder", folder.display())));
        }
        let (pages, errors) = saved_pages(folder);
        for error in errors {
            reporter.warning(&error);
        }
        Ok(Fetcher::Folder(Replay::new(pages)))
    }

    fn options(&self, file: &File) -> Result<HttpOptions, Failure> {
        let mut options = HttpOptions::default();
        if let Some(Pace(pace)) = self.pace.or(file.pace) {
            options.pace = pace;
        }
        if let Some(concurrency) = self.image_concurrency.or(file.image_concurrency) {
            options.image_concurrency = concurrency.get();
        }
        if let Some(user_agent) = &self.user_agent {
            options.user_agent.clone_from(user_agent);
        }
        options.proxy.clone_from(&self.proxy);
        options.connect_to.clone_from(&self.connect_to);
        if let Some(path) = &self.cacert {
            let pem = std::fs::read(path).with_context(|| format!("could not read `{}`", path.display()));
            options.ca_pem = Some(pem.map_err(Failure::usage)?);
        }
        Ok(options)
    }
}

/// Reads a number and a unit of time.
pub(super) fn parse_age(text: &str) -> Result<SignedDuration, String> {
    let wrong = || format!("`{text}` is no age: expected a number and one of s m h d w, as 30d");
    let at = text.find(|char: char| !char.is_ascii_digit()).ok_or_else(wrong)?;
    let number: i64 = text[..at].parse().map_err(|_| wrong())?;
    let unit = match &text[at..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err(wrong()),
    };
    number.checked_mul(unit).map(SignedDuration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_a_number_and_a_unit() {
        assert_eq!(parse_age("30d"), Ok(SignedDuration::from_hours(720)));
        assert_eq!(parse_age("0s"), Ok(SignedDuration::ZERO));
        for wrong in ["", "30", "d", "-1d", "3 d", "99999999999999999999w", "9999999999999999w"] {
            assert!(parse_age(wrong).is_err(), "{wrong}");
        }
    }
}
