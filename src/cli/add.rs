//! `wxarchive add URL…`: the main job for single articles.

use anyhow::anyhow;

use wxarchive::model::{ArticleUrl, Key, UrlKind, redact};
use wxarchive::sync::plan_urls;

use super::exit::{Exit, Failure};
use super::fetching::{AgainArgs, FetchArgs};
use super::report::Reporter;
use super::settings::Settings;
use super::sync::{Work, archive};

/// Archive single articles
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Addresses of articles, `biz/mid/idx` or `s/CODE`
    #[arg(value_name = "URL", required = true)]
    urls: Vec<String>,
    #[command(flatten)]
    fetch: FetchArgs,
    #[command(flatten)]
    again: AgainArgs,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let urls: Result<Vec<ArticleUrl>, Failure> = args.urls.iter().map(|written| read(written)).collect();
    let jobs = plan_urls(urls?);
    let fetcher = args.fetch.fetcher(&settings.file, reporter)?;
    let work = Work { issues: &[], jobs: &jobs, policy: args.again.policy(&args.fetch) };
    archive(&work, &fetcher, &settings.archive, reporter)
}

fn read(written: &str) -> Result<ArticleUrl, Failure> {
    let by_key = || Some(ArticleUrl::new(written.parse::<Key>().ok()?, None));
    ArticleUrl::parse(written).or_else(by_key).ok_or_else(|| {
        let shown = redact(written);
        Failure::usage(match UrlKind::of(written) {
            UrlKind::Malformed { why, .. } => anyhow!("`{shown}` names no article: {why}"),
            UrlKind::Other => anyhow!("`{shown}` is no address on mp.weixin.qq.com"),
            kind => anyhow!("`{shown}` names no article: its kind is {}", kind.name()),
        })
    })
}
