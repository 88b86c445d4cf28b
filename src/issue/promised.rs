//! Links that lead to a picture, though their words promise an article: those of the recommended reading, those whose
//! words are a title in 《》, and those whose words are known as a title.

use std::ops::Range;

use super::outline::{Outline, Target};
use super::position::Positions;
use super::{front_matter, title};

/// A link with the words of an article and the address of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureLink {
    /// The bytes of the address in the file, and no others.
    pub span: Range<usize>,
    /// The line of the first byte, from 1.
    pub line: usize,
    /// The column of the first byte, in characters from 1.
    pub column: usize,
    /// The address as written.
    pub url: String,
    /// The words of the link.
    pub title: String,
    /// Whether the issue itself promises an article; else its words may be anything.
    pub is_promised: bool,
}

/// What the file names of pictures end with.
const ENDINGS: [&str; 8] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".image"];

/// Hosts that serve nothing but pictures, under names that don't say so.
const HOSTS: [&str; 2] = ["gw.alipayobjects.com/mdn/", "mmbiz.qpic.cn/"];

/// Finds the links with words that lead to a picture.
#[must_use]
pub fn picture_links(text: &str) -> Vec<PictureLink> {
    let body = front_matter::read(text).map_or(0, |head| head.front_matter.span.end);
    let outline = Outline::read(text, body);
    let mut positions = Positions::new(text);
    let mut found = Vec::new();
    for link in &outline.links {
        let Target::Inline(span) = &link.target else { continue };
        let url = &text[span.clone()];
        let title = title::one_line(&link.words);
        let has_words = title.chars().filter(|char| char.is_alphabetic()).count() > 3 && !title.contains("://");
        if !link.holds_picture && has_words && is_picture(url) {
            let is_promised = outline.section(link.range.start).is_some() || title.starts_with('《');
            let (line, column) = positions.of(span.start);
            found.push(PictureLink { span: span.clone(), line, column, url: url.to_owned(), title, is_promised });
        }
    }
    found
}

fn is_picture(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or(url).to_ascii_lowercase();
    ENDINGS.iter().any(|ending| path.ends_with(ending)) || HOSTS.iter().any(|host| path.contains(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_in_a_recommended_section_promise_an_article() {
        let text = "[产品截图说明](https://a.example/x.png)\n\n### 推荐阅读\n\n[怎样观测一颗彗星](https://a.example/x.PNG?w=1)\n\n\
            [![图片](https://a.example/b.png)](https://a.example/c.png) [图](https://a.example/d.png) \
            [怎样观测](https://a.example/x)\n";
        let found = picture_links(text);
        assert_eq!(
            found.iter().map(|link| (link.line, link.title.as_str(), link.is_promised)).collect::<Vec<_>>(),
            [(1, "产品截图说明", false), (5, "怎样观测一颗彗星", true)]
        );
        assert!(picture_links("- [《星》的观测](https://a.example/x.png)\n")[0].is_promised);
        assert_eq!(&text[found[1].span.clone()], "https://a.example/x.PNG?w=1");
    }
}
