//! Whether two titles name the same article, though editors shorten, rebrand and mistype them.

use unicode_normalization::UnicodeNormalization as _;

use super::volume::volumes;

/// What the comparison of two titles says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// They name the same article.
    Same,
    /// They name two articles.
    Other,
    /// Nothing can be said: one is no title, or they are in two languages.
    Unclear,
}

/// The longest part of a title that is compared, in characters.
const LONGEST: usize = 160;

/// The shortest words that are taken for a title, in characters without punctuation.
pub(super) const SHORTEST: usize = 6;

/// The share of common pairs of characters from which on two titles are the same.
const ALIKE: f64 = 0.5;

/// From this closeness on, one title may be a later name of the other.
const RENAMED: f64 = 0.15;

/// Compares what an issue calls an article with another name of it.
pub(super) fn compare(one: &str, other: &str) -> Likeness {
    let (first, second) = (bare(one), bare(other));
    if first.len() < SHORTEST || second.len() < SHORTEST {
        return if first == second && !first.is_empty() { Likeness::Same } else { Likeness::Unclear };
    }
    if differ(&volumes(one), &volumes(other)) || differ(&numbers(one), &numbers(other)) {
        return Likeness::Other;
    }
    match () {
        () if is_alike(&first, &second) || shares_a_part(one, other) => Likeness::Same,
        () if is_chinese(&first) != is_chinese(&second) || is_pointer(&first) || is_pointer(&second) => {
            Likeness::Unclear
        }
        () => Likeness::Other,
    }
}

/// Whether one title may be a later name of the other: they share words, and no part or number tells them apart.
pub(super) fn may_be_renamed(one: &str, other: &str) -> bool {
    let is_apart = differ(&volumes(one), &volumes(other)) || differ(&numbers(one), &numbers(other));
    !is_apart && closeness(one, other) >= RENAMED
}

/// How much two titles have in common, from 0 to 1, marks of volumes aside.
pub(super) fn closeness(one: &str, other: &str) -> f64 {
    let (one, other) = (bare(one), bare(other));
    if is_alike(&one, &other) { common_pairs(&one, &other).max(ALIKE) } else { common_pairs(&one, &other) }
}

/// The letters and digits of a title, folded so that spelling, case and punctuation don't count.
pub(super) fn fold(title: &str) -> String {
    bare(title).into_iter().collect()
}

/// The letters and digits of a text of any length, folded in the same way.
pub(super) fn fold_all(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|char| char.is_alphanumeric()).collect()
}

fn bare(title: &str) -> Vec<char> {
    title.nfkc().flat_map(char::to_lowercase).filter(|char| char.is_alphanumeric()).take(LONGEST).collect()
}

/// Whether both name something and neither names all that the other does.
fn differ<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.iter().any(|item| !other.contains(item)) && other.iter().any(|item| !one.contains(item))
}

/// The numbers of a title, as of a version or a year.
fn numbers(title: &str) -> Vec<String> {
    let folded: String = title.nfkc().take(LONGEST).collect();
    let runs = folded.split(|char: char| !char.is_ascii_digit());
    runs.filter(|run| !run.is_empty()).map(|run| run.trim_start_matches('0').to_owned()).collect()
}

/// Whether one holds the other, or most pairs of neighbouring characters are common.
fn is_alike(one: &[char], other: &[char]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    long.windows(short.len()).any(|window| window == short) || common_pairs(one, other) >= ALIKE
}

/// Dice's coefficient of the pairs of neighbouring characters, against the shorter title.
///
/// Against the shorter one, since editors leave whole halves of a title out.
#[expect(clippy::cast_precision_loss, reason = "a share of at most some hundred pairs")]
fn common_pairs(one: &[char], other: &[char]) -> f64 {
    let pairs = |chars: &[char]| {
        let mut pairs: Vec<[char; 2]> = chars.windows(2).map(|pair| [pair[0], pair[1]]).collect();
        pairs.sort_unstable();
        pairs
    };
    let (mine, mut theirs) = (pairs(one), pairs(other));
    let least = mine.len().min(theirs.len()).max(1);
    let mut common = 0_usize;
    for pair in mine {
        if let Ok(at) = theirs.binary_search(&pair) {
            theirs.remove(at);
            common += 1;
        }
    }
    common as f64 / least as f64
}

/// Whether a part between separators is the same in both: `series｜title` and `title：series`.
fn shares_a_part(one: &str, other: &str) -> bool {
    let parts = |title: &str| -> Vec<Vec<char>> {
        let pieces = title.split(|char: char| "|｜:：—–-丨·/ ".contains(char)).take(16);
        pieces.map(bare).filter(|part| part.len() >= SHORTEST + 2).collect()
    };
    let (mine, theirs) = (parts(one), parts(other));
    mine.iter().any(|part| theirs.iter().any(|their| part == their))
}

/// Words of a sentence that points at an article without naming it.
const POINTERS: [&str; 10] = ["这篇", "那篇", "这里", "点击", "点此", "链接", "原文", "上期", "戳", "详情"];

/// The longest words that point; what is longer and holds such a word is a title.
const LONGEST_POINTER: usize = 20;

/// Whether words only point at an article: `上周推荐的那篇`.
fn is_pointer(chars: &[char]) -> bool {
    let words: String = chars.iter().collect();
    chars.len() <= LONGEST_POINTER && POINTERS.iter().any(|pointer| words.contains(pointer))
}

/// Whether a title has Chinese words, be most of it English names.
fn is_chinese(chars: &[char]) -> bool {
    chars.iter().filter(|char| !char.is_ascii()).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_the_same_however_they_are_edited() {
        for (one, other) in [
            ("《潮汐表的读法》", "潮汐表的读法"),
            ("望远镜周报｜怎样给望远镜调焦", "怎样给望远镜调焦"),
            ("星河天文台开放日指南", "星河集团天文台开放日指南"),
            ("观测笔记（1）：月面", "观测笔记（一）月面"),
            ("rometheus 与时序数据的演进之路", "Prometheus 与时序数据的演进之路"),
            ("怎样给望远镜调焦?", "怎样给望远镜调焦？"),
        ] {
            assert_eq!(compare(one, other), Likeness::Same, "{one} / {other}");
        }
    }

    #[test]
    fn titles_are_others_where_a_part_or_a_number_differs() {
        for (one, other) in [
            ("深空摄影的探索和思考(上)", "深空摄影的探索和思考(下)"),
            ("观测笔记（1）：月面的环形山", "观测笔记（2）：月面的环形山"),
            ("赤道仪 4.0 正式发布，欢迎体验", "赤道仪 3.0 正式发布，欢迎体验"),
            ("怎样给望远镜调焦", "茶壶星座里的一壶好茶"),
        ] {
            assert_eq!(compare(one, other), Likeness::Other, "{one} / {other}");
        }
    }

    #[test]
    fn words_that_are_no_title_say_nothing() {
        for (one, other) in [
            ("原文", "怎样给望远镜调焦"),
            ("这篇文章", "怎样给望远镜调焦"),
            ("上个月推荐的那篇", "怎样给望远镜调焦"),
            ("How to focus a telescope", "怎样给望远镜调焦和维护"),
            ("", ""),
        ] {
            assert_eq!(compare(one, other), Likeness::Unclear, "{one} / {other}");
        }
    }
}
