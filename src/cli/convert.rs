//! `wxarchive convert FILE|-`: a saved page to Markdown, for other programs and for a look.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use clap::ValueEnum;
use serde_json::json;

use wxarchive::markdown::{self, FrontMatter, Pictures};
use wxarchive::model::{Article, Oddities, Page};
use wxarchive::parse::{Parsed, Unreadable, fragment, parse};

use super::exit::{Exit, Failure};
use super::report::Reporter;

/// Turn a saved page into Markdown on standard output
///
/// Pictures keep their original addresses. A file that is no page of the site but a bare piece of HTML, as editors
/// produce it, is converted as a body without front matter.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A saved page, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What to print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Front matter and Markdown
    #[default]
    Markdown,
    /// Metadata, the tree and what was lost
    Json,
}

pub(crate) fn run(args: &Args, reporter: &Reporter) -> Result<Exit, Failure> {
    let bytes = read(&args.file).map_err(Failure::usage)?;
    let name = args.file.display().to_string();
    let page = Page { asked: name.clone(), url: String::new(), status: 200, content_type: None, bytes };
    let pictures = Pictures::default();
    let refuse = |why: String| Err(Failure::incomplete(anyhow!("`{name}` is not converted: {why}")));
    match parse(&page) {
        Parsed::Article(article) => {
            let front = FrontMatter::of(&article, &pictures);
            let text = markdown::document(&front, &article.body, &pictures);
            reporter.oddities(&article.oddities);
            reporter.document(&match args.format {
                Format::Markdown => text,
                Format::Json => json_of(&article, &text),
            });
            Ok(Exit::Done)
        }
        Parsed::Gone(notice) => {
            refuse(format!("the page says {} ({})", notice.state.name(), notice.message.unwrap_or_default()))
        }
        Parsed::Blocked(notice) => {
            refuse(format!("the site showed a block page ({})", notice.message.unwrap_or_default()))
        }
        Parsed::Moved(target) => refuse(format!("the account moved; the article is at {}", target.canonical())),
        Parsed::Unknown(Unreadable::Unrecognised) if is_fragment(&page.bytes) => {
            let (blocks, oddities) = fragment(&String::from_utf8_lossy(&page.bytes));
            reporter.oddities(&oddities);
            reporter.document(&body_only(args.format, &blocks, &oddities));
            Ok(Exit::Done)
        }
        Parsed::Unknown(why) => refuse(why.to_string()),
    }
}

/// Whether a file is a piece of HTML without a page around it.
fn is_fragment(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    start.contains('<') && !start.contains("<html") && !start.contains("<!doctype") && !start.contains("<head")
}

fn read(file: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("could not read standard input")?;
        return Ok(bytes);
    }
    std::fs::read(file).with_context(|| format!("could not read `{}`", file.display()))
}

fn body_only(format: Format, blocks: &[wxarchive::model::Block], oddities: &Oddities) -> String {
    let text = markdown::body(blocks, &Pictures::default());
    match format {
        Format::Markdown => text,
        Format::Json => pretty(&json!({ "oddities": oddities, "markdown": text, "body": blocks })),
    }
}

fn json_of(article: &Article, text: &str) -> String {
    pretty(&json!({
        "kind": article.kind,
        "article": article.key,
        "short_code": article.short_code,
        "sn": article.sn,
        "title": article.title,
        "account": article.account,
        "author": article.author,
        "description": article.description,
        "published": article.published.map(|time| time.to_string()),
        "modified": article.modified.map(|time| time.to_string()),
        "cover": article.cover.as_ref().map(|cover| cover.label()),
        "origin": article.origin,
        "reprint": article.reprint,
        "source_url": article.source_url,
        "tags": article.tags,
        "region": article.region,
        "pictures": article.images().iter().map(|(image, _)| image.label()).collect::<Vec<_>>(),
        "oddities": article.oddities,
        "body": article.body,
        "markdown": text,
    }))
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
