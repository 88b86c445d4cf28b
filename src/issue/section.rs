//! Which headings open the recommended reading of an issue.

/// What a line of words stands as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A heading of Markdown.
    Heading,
    /// A line of its own that only looks like one: bold, or plain words before the links.
    Line,
}

/// What the heading of a recommended section ends with, series and topic standing before it.
const ENDINGS: [&str; 28] = [
    "推荐阅读",
    "阅读推荐",
    "相关阅读",
    "系列阅读",
    "特辑阅读",
    "延伸阅读",
    "扩展阅读",
    "拓展阅读",
    "更多阅读",
    "精选阅读",
    "推荐文章",
    "文章推荐",
    "博文推荐",
    "好文推荐",
    "美文推荐",
    "相关文章",
    "精选文章",
    "精彩文章",
    "往期文章",
    "往期推荐",
    "往期精选",
    "往期回顾",
    "本周推荐",
    "每周推荐",
    "本期推荐",
    "recommended reading",
    "recommended articles",
    "further reading",
];

/// Words too common to open a section unless they are a heading by themselves.
const WHOLE_HEADINGS: [&str; 5] = ["文章", "推荐", "好文", "articles", "reading"];

/// The longest heading that was seen has 28 characters; a sentence that ends alike is longer.
const LONGEST: usize = 40;

/// Whether words open a recommended section, decoration and blanks aside.
pub(super) fn is_recommended(words: &str, standing: Standing) -> bool {
    if words.len() > LONGEST * 8 {
        return false;
    }
    let bare = words.trim_matches(|char: char| !char.is_alphanumeric());
    if bare.is_empty() || bare.chars().count() > LONGEST {
        return false;
    }
    let lower = bare.to_lowercase();
    ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || standing == Standing::Heading && (WHOLE_HEADINGS.contains(&lower.as_str()) || is_daily_news(&lower))
}

/// `GoCN 每日新闻（2020-10-17）`: the heading of each day's list in a newsletter that is nothing but lists.
fn is_daily_news(lower: &str) -> bool {
    lower.split_once("每日新闻").is_some_and(|(_, date)| date.chars().all(|char| !char.is_alphabetic()))
}

/// The heading as it is reported: blanks, stray signs of Markdown and a final colon taken off.
pub(super) fn name(words: &str) -> String {
    let is_decoration = |char: char| char.is_whitespace() || matches!(char, '*' | '#' | '_' | ':' | '：' | '\u{200b}');
    let inner = words.trim_matches(is_decoration);
    inner.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_opens_a_section() {
        let spellings = include_str!("../../tests/fixtures/sections.txt");
        let mut count = 0;
        for line in spellings.lines().filter(|line| !line.is_empty()) {
            let (verdict, words) = line.split_once('\t').unwrap();
            let words = words.replace("<NBSP>", "\u{a0}");
            let expected = verdict == "heading" || verdict == "line";
            let standing = if verdict.ends_with("line") { Standing::Line } else { Standing::Heading };
            assert_eq!(is_recommended(&words, standing), expected, "{line}");
            count += 1;
        }
        assert!(count > 70, "only {count} spellings");
    }
}
