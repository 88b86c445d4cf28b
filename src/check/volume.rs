//! The marks that tell the parts of a series apart: 上 and 下, （一） and （2）, #3.
//!
//! Two titles that differ in nothing else name two articles, however alike they look, so these are compared exactly.

use unicode_normalization::UnicodeNormalization as _;

/// The part of a series that a title names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Volume {
    /// 上, 中 or 下.
    Half(char),
    /// A number, in whatever digits.
    Number(u32),
}

/// The characters of numbers up to ten, in their order.
const NUMERALS: &str = "〇一二三四五六七八九十";

/// What may follow a mark at the end of a title.
const UNITS: [&str; 9] = ["篇", "集", "期", "章", "讲", "回", "部分", "弹", "部"];

/// Reads the marks of a title, in order.
pub(super) fn volumes(title: &str) -> Vec<Volume> {
    let folded: String = title.nfkc().collect::<String>().to_lowercase();
    let chars: Vec<char> = folded.trim().chars().collect();
    let mut found = Vec::new();
    for at in 0..chars.len() {
        let rest = &chars[at + 1..];
        match chars[at] {
            '(' | '[' | '【' | '#' | '第' | '之' | '其' | '卷' => found.extend(mark_after(chars[at], rest)),
            _ => {}
        }
    }
    if found.is_empty() {
        found.extend(last_mark(&folded));
    }
    found
}

/// The mark that a bracket or sign opens.
fn mark_after(sign: char, rest: &[char]) -> Option<Volume> {
    let end = rest.iter().take(6).position(|char| !is_mark(*char)).unwrap_or(rest.len().min(6));
    let volume = read(&rest[..end])?;
    let after: String = rest[end..].iter().take(2).collect();
    let closes = match sign {
        '#' => true,
        '其' | '卷' => {
            matches!(volume, Volume::Number(_)) && !rest.get(end).is_some_and(|char| char.is_alphanumeric())
        }
        '第' | '之' => {
            matches!(volume, Volume::Number(_)) && (sign == '之' || UNITS.iter().any(|unit| after.starts_with(unit)))
        }
        // `(1/2)`: the first of two.
        _ => after.starts_with([')', ']', '】', '/']) || UNITS.iter().any(|unit| after.starts_with(unit)),
    };
    closes.then_some(volume)
}

/// A mark that ends the title: `探索和思考 下`, `实践-上篇`.
fn last_mark(folded: &str) -> Option<Volume> {
    let bare = folded.trim_end_matches(|char: char| !char.is_alphanumeric());
    if let Some(number) = last_word(bare).and_then(roman).or_else(|| of_several(bare)) {
        return Some(Volume::Number(number));
    }
    let (bare, has_unit) = match UNITS.iter().find_map(|unit| bare.strip_suffix(unit)) {
        Some(bare) => (bare, true),
        None => (bare, false),
    };
    let last = bare.chars().last()?;
    let before = bare[..bare.len() - last.len_utf8()].chars().last()?;
    let stands_alone = has_unit || !before.is_alphanumeric();
    (matches!(last, '上' | '中' | '下') && stands_alone).then_some(Volume::Half(last))
}

/// The letters that end a title, where they are a word of their own: `探索 II`, `探索Ⅱ`.
fn last_word(bare: &str) -> Option<&str> {
    let start = bare.rfind(|char: char| !char.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
    let start = bare.ceil_char_boundary(start);
    (start > 0).then(|| &bare[start..])
}

/// `1/2` at the end of a title: the first of two.
fn of_several(bare: &str) -> Option<u32> {
    let (before, all) = bare.rsplit_once('/')?;
    let number = &before[before.trim_end_matches(|char: char| char.is_ascii_digit()).len()..];
    // A date has one more.
    if before[..before.len() - number.len()].ends_with('/') {
        return None;
    }
    let (number, all): (u32, u32) = (number.parse().ok()?, all.parse().ok()?);
    (number > 0 && number <= all).then_some(number)
}

fn roman(word: &str) -> Option<u32> {
    ["i", "ii", "iii", "iv"].iter().position(|known| *known == word).and_then(|at| u32::try_from(at + 1).ok())
}

fn is_mark(char: char) -> bool {
    char.is_ascii_digit() || NUMERALS.contains(char) || "上中下前后ivx".contains(char)
}

fn read(mark: &[char]) -> Option<Volume> {
    match mark {
        [half @ ('上' | '中' | '下')] => Some(Volume::Half(*half)),
        ['前'] => Some(Volume::Half('上')),
        ['后'] => Some(Volume::Half('下')),
        [] => None,
        digits if digits.iter().all(char::is_ascii_digit) => {
            digits.iter().collect::<String>().parse().ok().map(Volume::Number)
        }
        letters if letters.iter().all(char::is_ascii_alphabetic) => {
            roman(&letters.iter().collect::<String>()).map(Volume::Number)
        }
        numerals => numerals.iter().try_fold(0, |sum, char| Some(tens(sum, digit(*char)?))).map(Volume::Number),
    }
}

/// 十二 is 10 and 2, 二十 is 2 times 10, 二十一 is both.
fn tens(sum: u32, digit: u32) -> u32 {
    match (sum, digit) {
        (0, digit) => digit,
        (sum, 10) => sum * 10,
        (sum, digit) => sum + digit,
    }
}

fn digit(char: char) -> Option<u32> {
    NUMERALS.chars().position(|numeral| numeral == char).and_then(|place| u32::try_from(place).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_in_every_spelling() {
        for (title, expected) in [
            ("探索和思考(下)", vec![Volume::Half('下')]),
            ("探索和思考（上）", vec![Volume::Half('上')]),
            ("探索和思考 上篇", vec![Volume::Half('上')]),
            ("深入协议（2）｜再谈握手", vec![Volume::Number(2)]),
            ("源码系列（十二）", vec![Volume::Number(12)]),
            ("源码系列（二十一）", vec![Volume::Number(21)]),
            ("直播回顾 #7", vec![Volume::Number(7)]),
            ("第三期 周报", vec![Volume::Number(3)]),
            ("探索和思考 II", vec![Volume::Number(2)]),
            ("探索和思考Ⅰ", vec![Volume::Number(1)]),
            ("探索和思考（Ⅱ）", vec![Volume::Number(2)]),
            ("观测杂谈其二", vec![Volume::Number(2)]),
            ("观测杂谈 卷一：月面", vec![Volume::Number(1)]),
            ("观测杂谈 2/2", vec![Volume::Number(2)]),
            ("观测杂谈（1/2）", vec![Volume::Number(1)]),
            ("观测杂谈（后篇）", vec![Volume::Half('下')]),
            ("其中一颗星", vec![]),
            ("（前端）星图", vec![]),
            ("接口与 API", vec![]),
            ("2022/05/31", vec![]),
            ("天下大同", vec![]),
            ("线上", vec![]),
            ("2021 年的回顾", vec![]),
        ] {
            assert_eq!(volumes(title), expected, "{title}");
        }
    }
}
