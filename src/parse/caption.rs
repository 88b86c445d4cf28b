//! Reads the short texts of posts, wherever and however a page keeps them.

use super::body;
use super::escape::html_decode;
use super::markup::visible_length;
use super::meta::{Source, words};
use super::{script, time};
use crate::model::{Article, Block, Inline, InlineKind, Oddities};

/// A caption: HTML with line feeds, its words escaped twice.
pub(super) fn blocks(caption: &str, pictures: &[String]) -> (Vec<Block>, Oddities) {
    let caption = if caption.contains('\n') { caption.to_owned() } else { caption.replace("\\n", "\n") };
    let (mut blocks, oddities) = body::read_caption(&caption.replace('\n', "<br>"), pictures);
    for block in &mut blocks {
        let Block::Paragraph(content) = block else { continue };
        for run in content {
            if let InlineKind::Text(text) = &mut run.kind
                && text.contains('&')
            {
                *text = html_decode(text);
            }
        }
    }
    (blocks, oddities)
}

/// A title for a post whose author gave none: its first words, else who published it and when.
pub(super) fn title(article: &Article) -> String {
    let words = shortened(&first_words(&article.body), 30);
    if !words.is_empty() {
        return words;
    }
    let date = article.published.map(time::date);
    let parts = [Some(article.account.name.clone()), date].into_iter().flatten().filter(|part| !part.is_empty());
    let title = parts.collect::<Vec<_>>().join(" ");
    if title.is_empty() { "无标题".to_owned() } else { title }
}

/// The first words of the first line that has any; posts begin with their pictures.
fn first_words(blocks: &[Block]) -> String {
    let lines = blocks.iter().filter_map(|block| match block {
        Block::Paragraph(content) => Some(content),
        Block::Heading(heading) => Some(&heading.content),
        _ => None,
    });
    let words = |run: &Inline| match &run.kind {
        InlineKind::Text(words) => Some(words.clone()),
        _ => None,
    };
    let mut firsts = lines.map(|content| {
        let runs = content.iter().map(words).skip_while(Option::is_none);
        runs.map_while(|words| words).collect::<String>()
    });
    firsts.find(|words| !words.trim().is_empty()).unwrap_or_default()
}

/// The text that a page of about 2019 writes into its content by `document.write` or `innerHTML`.
pub(super) fn written_by_script(source: &Source<'_>) -> Option<String> {
    let content = source.outline.element("js_content")?;
    ["document.write(", ".innerHTML ="].iter().find_map(|call| {
        let (_, rest) = content.split_once(call)?;
        let mut left = script::MOST_VALUES;
        let (value, _) = script::read(rest.trim_start(), &mut left);
        value.text().map(str::to_owned)
    })
}

/// The beginning of a text, up to a number of characters, at the end of a sentence if there is one.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let line = words(text.trim().lines().next().unwrap_or_default());
    let Some((end, _)) = line.char_indices().nth(most) else { return line };
    let begin = &line[..end];
    let sentence = begin.char_indices().rfind(|(_, char)| "。！？!?；".contains(*char));
    match sentence.filter(|(at, _)| *at >= 15) {
        Some((at, char)) => begin[..at + if char == '。' || char == '；' { 0 } else { char.len_utf8() }].to_owned(),
        None => format!("{}…", begin.trim_end()),
    }
}

/// What the page's own script put into an element; there, line ends are blanks.
pub(super) fn rendered(source: &Source<'_>, id: &str) -> Option<String> {
    source.outline.element(id).filter(|html| visible_length(html) > 0).map(|html| html.replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shortened_at_a_sentence_or_with_an_ellipsis() {
        assert_eq!(shortened("短文\n第二行", 30), "短文");
        assert_eq!(
            shortened("一二三四五六七八九十。一二三四五六七八九十一二三四五六七八九十", 20),
            "一二三四五六七八九十"
        );
        assert_eq!(shortened("一二三四五六七八九十一二三四", 10), "一二三四五六七八九十…");
    }
}
