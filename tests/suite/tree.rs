//! A compact notation of what a page was read as: one line a block, one quoted piece a run.

#![expect(clippy::unwrap_used, reason = "writing to a string does not fail")]

use std::fmt::Write;

use wxarchive::model::{Article, Block, Card, Image, ImageUrl, Inline, InlineKind, ListKind, Oddities, Style};
use wxarchive::parse::{Notice, Parsed};

/// What a page turned out to be.
pub(crate) fn parsed(parsed: &Parsed) -> String {
    match parsed {
        Parsed::Article(article) => format!("{}\n{}", metadata(article), blocks(&article.body)),
        Parsed::Gone(notice) => format!("gone: {}\n", self::notice(notice)),
        Parsed::Blocked(notice) => format!("blocked: {}\n", self::notice(notice)),
        Parsed::Moved(url) => format!("moved: {}\n", url.canonical()),
        Parsed::Unknown(why) => format!("unknown: {why}\n"),
    }
}

/// Blocks, then what could not be kept whole.
pub(crate) fn fragment(body: &[Block], oddities: &Oddities) -> String {
    let mut text = blocks(body);
    for (oddity, count) in oddities.iter() {
        writeln!(text, "! {}", oddity.describe(count)).unwrap();
    }
    text
}

/// Blocks, inner ones indented.
pub(crate) fn blocks(blocks: &[Block]) -> String {
    let mut text = String::new();
    write_blocks(&mut text, blocks, 0);
    text
}

fn notice(notice: &Notice) -> String {
    format!("{} message={:?} account={:?}", notice.state.name(), notice.message, notice.account)
}

fn metadata(article: &Article) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            writeln!(text, "{name}: {value}").unwrap();
        }
    };
    let optional = |value: &Option<String>| value.clone().map(|value| format!("{value:?}")).unwrap_or_default();
    line("kind", format!("{:?}", article.kind));
    line("key", article.key.as_ref().map(ToString::to_string).unwrap_or_default());
    line("short code", article.short_code.as_ref().map(ToString::to_string).unwrap_or_default());
    line("sn", optional(&article.sn));
    line("title", format!("{:?}", article.title));
    line("account", format!("{:?}", article.account));
    line("author", optional(&article.author));
    line("description", optional(&article.description));
    line("published", article.published.map(|time| time.to_string()).unwrap_or_default());
    line("modified", article.modified.map(|time| time.to_string()).unwrap_or_default());
    line("cover", article.cover.as_ref().map(ToString::to_string).unwrap_or_default());
    line("origin", format!("{:?}", article.origin));
    line("reprint", article.reprint.as_ref().map(|reprint| format!("{reprint:?}")).unwrap_or_default());
    line("source", optional(&article.source_url));
    line("tags", article.tags.join(", "));
    line("region", optional(&article.region));
    for (oddity, count) in article.oddities.iter() {
        line("!", oddity.describe(count));
    }
    text
}

fn write_blocks(text: &mut String, blocks: &[Block], depth: usize) {
    let indent = "  ".repeat(depth);
    for block in blocks {
        text.push_str(&indent);
        match block {
            Block::Heading(heading) => writeln!(text, "h{} {}", heading.level, runs(&heading.content)),
            Block::Paragraph(content) => writeln!(text, "p {}", runs(content)),
            Block::Code { language, text: code } => {
                writeln!(text, "code {}{}", language.as_deref().unwrap_or("-"), indented(code, &indent))
            }
            Block::Math(formula) => writeln!(text, "math{}", indented(formula, &indent)),
            Block::Rule => writeln!(text, "rule"),
            Block::Quote(blocks) => {
                text.push_str("quote\n");
                write_blocks(text, blocks, depth + 1);
                Ok(())
            }
            Block::List(list) => {
                match list.kind {
                    ListKind::Bullet => text.push_str("ul\n"),
                    ListKind::Ordered { start } => writeln!(text, "ol {start}").unwrap(),
                }
                for item in &list.items {
                    writeln!(text, "{indent}  -").unwrap();
                    write_blocks(text, item, depth + 2);
                }
                Ok(())
            }
            Block::Table(table) => {
                text.push_str("table\n");
                let rows =
                    table.header.iter().map(|row| ("head", row)).chain(table.rows.iter().map(|row| ("row", row)));
                for (kind, row) in rows {
                    let cells: Vec<String> = row.iter().map(|cell| runs(cell)).collect();
                    writeln!(text, "{indent}  {kind} | {} |", cells.join(" | ")).unwrap();
                }
                Ok(())
            }
            Block::Footnotes(notes) => {
                text.push_str("footnotes\n");
                for note in notes {
                    writeln!(text, "{indent}  [{}] {}", note.label, runs(&note.content)).unwrap();
                }
                Ok(())
            }
        }
        .unwrap();
    }
}

fn indented(code: &str, indent: &str) -> String {
    code.split('\n').fold(String::new(), |mut lines, line| {
        write!(lines, "\n{indent}  {line:?}").unwrap();
        lines
    })
}

fn runs(content: &[Inline]) -> String {
    content.iter().map(run).collect::<Vec<_>>().join(" ")
}

fn run(run: &Inline) -> String {
    let mut text = match &run.kind {
        InlineKind::Text(words) => format!("{words:?}"),
        InlineKind::Code(words) => format!("code{words:?}"),
        InlineKind::Math(formula) => format!("math{formula:?}"),
        InlineKind::Image(image) => self::image(image),
        InlineKind::Break => "br".to_owned(),
        InlineKind::FootnoteRef(label) => format!("ref[{label}]"),
        InlineKind::Card(card) => self::card(card),
    };
    for (style, name) in [
        (Style::STRONG, "strong"),
        (Style::EMPHASIS, "em"),
        (Style::STRIKE, "strike"),
        (Style::SUPERSCRIPT, "sup"),
        (Style::SUBSCRIPT, "sub"),
    ] {
        if run.style.contains(style) {
            write!(text, ".{name}").unwrap();
        }
    }
    if let Some(target) = &run.link {
        write!(text, "->{target}").unwrap();
    }
    text
}

fn image(image: &Image) -> String {
    let size = image.size.map(|(width, height)| format!(" {width}x{height}")).unwrap_or_default();
    format!("image({} {:?}{size})", image.url, image.alt)
}

fn card(card: &Card) -> String {
    let mut text = format!("card({} {:?}", card.kind.label(), card.name);
    for part in [card.detail.as_deref(), card.url.as_deref(), card.cover.as_ref().map(ImageUrl::as_str)] {
        write!(text, " {}", part.map_or_else(|| "-".to_owned(), |part| format!("{part:?}"))).unwrap();
    }
    text + ")"
}
