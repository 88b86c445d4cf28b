//! `wxarchive publish DIR`: archived articles as pages of the newsletter's site.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::{Archive, Entry, refuse_inside};
use wxarchive::check::Verdict;
use wxarchive::publish::{Layout, NOTICE, Others, Published, Selection, Style, publish, remember};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::{BaseUrl, Settings};

/// Write archived articles as pages of the newsletter's site
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the pages, as content/zh/wechat; other files in it are never touched
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The site generator; `plain` is Markdown as a forge shows it
    #[arg(long, value_name = "LAYOUT", value_parser = layouts())]
    layout: Layout,
    /// Articles in these states [default: all that are gone for good]
    #[arg(long, value_name = "STATES", value_delimiter = ',', conflicts_with = "all")]
    states: Vec<Verdict>,
    /// Every article, readable or not
    #[arg(long)]
    all: bool,
    /// Remove pages that earlier runs wrote of other articles; issues may link them
    #[arg(long)]
    prune: bool,
    /// Where the folder `images` of the archive is on the web; without it pictures are copied beside the pages
    #[arg(long, value_name = "URL", value_parser = BaseUrl::parse)]
    cdn: Option<String>,
    /// The words at the head of every page, with {account} {published} {archived} {url} in them
    #[arg(long, value_name = "TEXT", default_value = NOTICE, hide_default_value = true, value_parser = parse_notice)]
    notice: String,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Summary {
    event: &'static str,
    pages: usize,
    kept: usize,
    orphans: usize,
    written: usize,
    same: usize,
    removed: usize,
    foreign: usize,
    damaged: usize,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    refuse_inside(&settings.archive, &args.folder)?;
    let archive = Archive::open(&settings.archive)?;
    let entries: Vec<&Entry> = archive.entries().filter(|entry| is_wanted(args, entry)).collect();
    let style = Style { layout: args.layout, cdn: args.cdn.clone(), notice: args.notice.clone() };
    let others = if args.prune { Others::Remove } else { Others::Keep };
    let selection = Selection { entries: &entries, others };
    let published = publish(&archive, &selection, &args.folder, &style).map_err(Failure::incomplete)?;
    if let Err(error) = remember(&archive, &args.folder, Timestamp::now()) {
        reporter.warning(&format!("`relink` will not know of these pages by itself: {error}"));
    }
    tell(args, &published, reporter);
    Ok(if published.foreign.is_empty() && published.damaged.is_empty() { Exit::Done } else { Exit::Incomplete })
}

fn tell(args: &Args, published: &Published, reporter: &Reporter) {
    for path in &published.foreign {
        reporter.warning(&format!("`{}` is not as this program wrote it and was left as it is", path.display()));
    }
    for (picture, why) in &published.damaged {
        reporter.warning(&format!("`{}` is not published: {why}; run `wxarchive repair`", picture.display()));
    }
    let summary = Summary {
        event: "summary",
        pages: published.pages,
        kept: published.kept,
        orphans: published.orphans,
        written: published.written,
        same: published.same,
        removed: published.removed,
        foreign: published.foreign.len(),
        damaged: published.damaged.len(),
    };
    if reporter.is_json() {
        reporter.object(&summary);
    }
    reporter.text(&format!(
        "{} pages in `{}`: {} files written, {} as before, {} removed\n",
        summary.pages,
        args.folder.display(),
        summary.written,
        summary.same,
        summary.removed
    ));
    if published.kept > 0 {
        let kept = published.kept;
        reporter.note(&format!("{kept} of them only since they were published before; `--prune` would remove them"));
    }
    if published.orphans > 0 {
        let orphans = published.orphans;
        reporter.note(&format!("{orphans} more are of articles that this archive does not have, and were left alone"));
    }
}

/// Reads the name of a layout.
fn layouts() -> impl TypedValueParser<Value = Layout> {
    let layout = |name: String| Layout::ALL.into_iter().find(|layout| layout.name() == name);
    PossibleValuesParser::new(Layout::ALL.map(Layout::name)).try_map(move |name| layout(name).ok_or("no layout"))
}

/// Reads the words of the notice; a name in brackets that stands for nothing would be published as it is.
fn parse_notice(text: &str) -> Result<String, String> {
    const NAMES: [&str; 4] = ["account", "published", "archived", "url"];
    let mut names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    match names.find(|name| !NAMES.contains(name)) {
        Some(name) => Err(format!("`{{{name}}}` stands for nothing; there are {{{}}}", NAMES.join("} {"))),
        None => Ok(text.to_owned()),
    }
}

fn is_wanted(args: &Args, entry: &Entry) -> bool {
    let verdict = entry.state.current().map_or(Verdict::Live, |dated| Verdict::of(dated.state));
    args.all || if args.states.is_empty() { verdict.is_gone() } else { args.states.contains(&verdict) }
}
