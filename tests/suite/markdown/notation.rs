//! A short notation for inline content, so that cases can be data.
//!
//! `words {b|bold} {bi|both} {s|struck} {@https://a.b|linked} {b@https://a.b|both}`, and of other kinds
//! `{code|x}`, `{bcode|x}`, `{math|x}`, `{img https://a.b/c|description}`, `{note|1}`, `{br}`.

use wxarchive::model::{Image, ImageUrl, Inline, InlineKind, Style};

/// Reads a line of the notation.
pub(super) fn content(line: &str) -> Vec<Inline> {
    let mut content = Vec::new();
    let mut rest = line;
    while let Some((words, after)) = rest.split_once('{') {
        let (run, after) = after.split_once('}').unwrap();
        content.extend(Some(Inline::text(words)).filter(|_| !words.is_empty()));
        content.push(self::run(run));
        rest = after;
    }
    content.extend(Some(Inline::text(rest)).filter(|_| !rest.is_empty()));
    content
}

fn run(run: &str) -> Inline {
    let (head, text) = run.split_once('|').unwrap_or((run, ""));
    let (head, argument) = head.strip_prefix("img ").map_or((head, ""), |argument| ("img", argument));
    let (head, link) = head.split_once('@').map_or((head, None), |(head, link)| (head, Some(link.to_owned())));
    let text = text.to_owned();
    let (letters, kind) = match head {
        "br" => ("", InlineKind::Break),
        "note" => ("", InlineKind::FootnoteRef(text)),
        "math" => ("", InlineKind::Math(text)),
        "img" => ("", InlineKind::Image(Image { url: ImageUrl::parse(argument).unwrap(), alt: text, size: None })),
        _ => match head.strip_suffix("code") {
            Some(letters) => (letters, InlineKind::Code(text)),
            None => (head, InlineKind::Text(text)),
        },
    };
    let style = letters.chars().map(style).fold(Style::PLAIN, |all, style| all | style);
    Inline { kind, style, link }
}

fn style(letter: char) -> Style {
    match letter {
        'b' => Style::STRONG,
        'i' => Style::EMPHASIS,
        's' => Style::STRIKE,
        '^' => Style::SUPERSCRIPT,
        '_' => Style::SUBSCRIPT,
        other => panic!("`{other}` is no style"),
    }
}
