//! Where a link goes from now on: a page of the site, a file of the repository, or the Wayback Machine.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use wxarchive::archive::Archive;
use wxarchive::check::{CheckedIssue, CheckedLink};
use wxarchive::model::ArticleUrl;
use wxarchive::publish::{relative, slug};
use wxarchive::relink::NoTarget;

use super::pages::{Linked, Pages};
use crate::cli::exit::Failure;
use crate::cli::report::Reporter;
use crate::cli::settings::{BaseUrl, Settings};

/// Where the copies are.
#[derive(Debug, clap::Args)]
pub(super) struct TargetArgs {
    /// Link the pages that `publish` wrote, by the address of their folder [default: `site_base_url` of wxarchive.toml]
    #[arg(long, value_name = "URL", group = "target", value_parser = BaseUrl::parse)]
    base_url: Option<String>,
    /// The folder that `publish` wrote pages to; only links to these are proposed [default: `pages` of wxarchive.toml,
    /// or where `publish` wrote them last]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["in_repository", "wayback"])]
    pages: Option<PathBuf>,
    /// Link the files of the archive, by their path from the issue; for issues that are read on a forge
    #[arg(long, group = "target")]
    in_repository: bool,
    /// Link the Wayback Machine
    #[arg(long, group = "target")]
    wayback: bool,
}

/// The chosen kind of copies.
#[derive(Debug)]
pub(super) enum Targets {
    /// Pages of the site, below this address.
    Site { base: String, pages: Pages },
    /// Files of this archive.
    Files(PathBuf),
    /// The Wayback Machine.
    Wayback,
    /// Nothing was said.
    None,
}

impl Targets {
    /// Reads the flags and the configuration file.
    pub(super) fn of(args: &TargetArgs, settings: &Settings, known: Option<&Archive>) -> Result<Self, Failure> {
        if args.wayback {
            return Ok(Self::Wayback);
        }
        if args.in_repository {
            let archive = std::fs::canonicalize(&settings.archive).unwrap_or_else(|_| settings.archive.clone());
            return Ok(Self::Files(archive));
        }
        let configured = settings.file.site_base_url.as_ref().map(|base| base.0.as_str());
        let Some(base) = args.base_url.as_deref().or(configured) else { return Ok(Self::None) };
        if !(base.starts_with("https://") || base.starts_with("http://") || base.starts_with('/')) {
            return Err(Failure::usage(anyhow!("`{base}` is no base address: expected https://… or /…")));
        }
        let pages = Pages::find(args.pages.as_deref(), settings, known)?;
        Ok(Self::Site { base: base.trim_end_matches('/').to_owned(), pages })
    }

    /// Says what is missing where links can't go anywhere.
    pub(super) fn require(&self) -> Result<(), Failure> {
        match self {
            Self::None => Err(Failure::usage(anyhow!(
                "say where the copies are: `--base-url URL` for pages of `publish`, `--in-repository` or `--wayback`"
            ))),
            _ => Ok(()),
        }
    }

    /// The new address of a link.
    pub(super) fn target(&self, issue: &CheckedIssue<'_>, link: &CheckedLink<'_>) -> Result<String, NoTarget> {
        match self {
            Self::Site { base, pages } => {
                let page = slug(link.entry.ok_or(NoTarget::NoCopy)?);
                if pages.may_have(&page) { Ok(format!("{base}/{page}/")) } else { Err(NoTarget::NoPage) }
            }
            Self::Files(archive) => file(archive, issue, link).ok_or(NoTarget::NoCopy),
            Self::Wayback => wayback(link).ok_or(NoTarget::NoCopy),
            Self::None => Err(NoTarget::NoCopy),
        }
    }

    /// Says what is not known of the addresses.
    pub(super) fn tell(&self, linked: &Linked<'_>, reporter: &Reporter) {
        match self {
            Self::Site { pages, .. } => pages.tell(linked, reporter),
            Self::Wayback if linked.links > 0 => reporter
                .note("the addresses at the Wayback Machine are not verified: whether it has copies was not asked"),
            _ => {}
        }
    }
}

fn file(archive: &Path, issue: &CheckedIssue<'_>, link: &CheckedLink<'_>) -> Option<String> {
    // An issue that was read a moment ago and is gone gets no links.
    let issue = std::fs::canonicalize(&issue.file.path).ok()?;
    Some(relative(issue.parent()?, &archive.join(&link.entry?.dir).join("index.md")))
}

/// The copy from the day of publication on; without a time of its own the machine shows its first one.
fn wayback(link: &CheckedLink<'_>) -> Option<String> {
    let published = link.entry.and_then(|entry| entry.manifest.meta.published);
    let day = published.map_or_else(|| "2".to_owned(), day_in_china);
    Some(format!("https://web.archive.org/web/{day}/{}", link.link.article().map(ArticleUrl::canonical)?))
}

/// The day at the publisher's: the one before it has no copy yet.
fn day_in_china(time: Timestamp) -> String {
    TimeZone::fixed(Offset::constant(8)).to_datetime(time).strftime("%Y%m%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_has_the_day_of_its_publisher() {
        assert_eq!(day_in_china("2018-04-05T16:30:00Z".parse().expect("a time")), "20180406");
    }

    #[test]
    fn files_are_reached_from_the_folder_of_the_issue() {
        let file = Path::new("/site/archive/articles/2022/a/index.md");
        assert_eq!(relative(Path::new("/site/content/blog"), file), "../../archive/articles/2022/a/index.md");
        assert_eq!(relative(Path::new("/site"), file), "archive/articles/2022/a/index.md");
    }
}
