//! `wxarchive convert FILE|-`: a saved page to Markdown, for other programs and for a look.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::ValueEnum;
use serde_json::json;

use wxarchive::archive::Digest;
use wxarchive::markdown::{self, FrontMatter, Pictures};
use wxarchive::model::{Article, Block, ImageUrl, Oddities, Page};
use wxarchive::parse::{Headings, Parsed, Unreadable, fragment_of, parse_with};

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
    /// Write drawings that have no address of their own to this folder
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
    /// Which lines are headings
    #[arg(long, value_enum, default_value_t)]
    headings: HeadingLines,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Which lines are headings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum HeadingLines {
    /// Those marked as such in the page
    #[default]
    Marked,
    /// Short lines that are bold or large as a whole as well
    Guessed,
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
    let mut page = Page { asked: name.clone(), url: String::new(), status: 200, content_type: None, bytes };
    let headings = match args.headings {
        HeadingLines::Marked => Headings::Marked,
        HeadingLines::Guessed => Headings::Guessed,
    };
    let refuse = |why: String| Err(Failure::incomplete(anyhow!("`{name}` is not converted: {why}")));
    match parse_with(&page, headings) {
        Parsed::Article(article) => print_article(args, &article, reporter).map(|()| Exit::Done),
        // A bare body may be the page's own element, which makes it look like a page that is cut off.
        Parsed::Unknown(Unreadable::Unrecognised | Unreadable::CutOff) if is_fragment(&page.bytes) => {
            print_fragment(args, &page.bytes, reporter).map(|()| Exit::Done)
        }
        // No cut page goes into an archive, but a person who has nothing else wants what there is.
        Parsed::Unknown(Unreadable::CutOff) => {
            page.bytes.extend_from_slice(b"</script></html>");
            let Parsed::Article(article) = parse_with(&page, headings) else {
                return refuse(Unreadable::CutOff.to_string());
            };
            reporter.warning(&format!("`{name}` is cut off: what it has is converted, its end may be missing"));
            print_article(args, &article, reporter).map(|()| Exit::Incomplete)
        }
        parsed => refuse(why_not(parsed)),
    }
}

fn why_not(parsed: Parsed) -> String {
    match parsed {
        Parsed::Gone(notice) => {
            format!("the page says {} ({})", notice.state.name(), notice.message.unwrap_or_default())
        }
        Parsed::Blocked(_) => "the site showed a block page in place of the article".to_owned(),
        Parsed::Moved(target) => format!("the account moved; the article is at {}", target.canonical()),
        Parsed::Unknown(why) => why.to_string(),
        Parsed::Article(article) => article.title,
    }
}

fn print_article(args: &Args, article: &Article, reporter: &Reporter) -> Result<(), Failure> {
    let drawings = Drawings::of(&article.body, args.pictures.as_deref())?;
    let front = FrontMatter::of(article, &drawings.places);
    let text = markdown::document(&front, &article.body, &drawings.places);
    drawings.tell(&article.oddities, reporter);
    reporter.document(&match args.format {
        Format::Markdown => text,
        Format::Json => json_of(article, &text),
    });
    Ok(())
}

fn print_fragment(args: &Args, bytes: &[u8], reporter: &Reporter) -> Result<(), Failure> {
    let (blocks, oddities) = fragment_of(bytes).map_err(|why| Failure::incomplete(anyhow!("not converted: {why}")))?;
    let drawings = Drawings::of(&blocks, args.pictures.as_deref())?;
    drawings.tell(&oddities, reporter);
    let text = markdown::body(&blocks, &drawings.places) + "\n";
    reporter.document(&match args.format {
        Format::Markdown => text,
        Format::Json => pretty(&json!({ "oddities": oddities, "markdown": text, "body": blocks })),
    });
    Ok(())
}

/// Drawings that stand in the page as markup and so have no address: written as files where a folder is given.
struct Drawings {
    places: Pictures,
    left_out: usize,
}

impl Drawings {
    fn of(blocks: &[Block], folder: Option<&Path>) -> Result<Self, Failure> {
        let mut drawings = Self { places: Pictures::new(), left_out: 0 };
        for (image, _) in Block::images(blocks) {
            let Some(bytes) = image.data().filter(|_| image.as_str().starts_with("data:image/svg+xml")) else {
                continue;
            };
            let place = match folder {
                Some(folder) => write_drawing(folder, &bytes).map_err(Failure::incomplete)?,
                None => String::new(),
            };
            drawings.left_out += usize::from(place.is_empty());
            drawings.places.insert(image.key(), place);
        }
        Ok(drawings)
    }

    /// Says what could not be kept whole, and what was left out.
    fn tell(&self, oddities: &Oddities, reporter: &Reporter) {
        reporter.oddities(oddities);
        if self.left_out > 0 {
            let count = self.left_out;
            reporter.note(&format!("{count} of the pictures have no address; `--pictures DIR` writes them to files"));
        }
    }
}

fn write_drawing(folder: &Path, bytes: &[u8]) -> anyhow::Result<String> {
    let path = folder.join(format!("{}.svg", Digest::of(bytes)));
    std::fs::create_dir_all(folder).with_context(|| format!("could not make folder `{}`", folder.display()))?;
    std::fs::write(&path, bytes).with_context(|| format!("could not write `{}`", path.display()))?;
    Ok(path.to_string_lossy().replace('\\', "/"))
}

/// Whether a file is a piece of HTML without a page around it.
fn is_fragment(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    start.contains('<') && !start.contains("<html") && !start.contains("<!doctype") && !start.contains("<head")
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("could not read standard input")?;
        return Ok(bytes);
    }
    std::fs::read(file).with_context(|| format!("could not read `{}`", file.display()))
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
        "cover": article.cover.as_ref().map(ImageUrl::label),
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
