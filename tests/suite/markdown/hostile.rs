//! Trees no page should have: long runs of one character, deep nesting, wide tables.

use wxarchive::markdown::{Pictures, body};
use wxarchive::model::{Block, Inline, InlineKind, List, ListKind, Style, Table};

use super::{comrak, normal, pulldown};

const LONG: usize = 50_000;

fn written(blocks: &[Block]) -> String {
    body(blocks, &Pictures::new())
}

#[test]
fn long_runs_of_one_character_take_linear_time() {
    for piece in [
        "*",
        "_",
        "~",
        "`",
        "$",
        "[",
        "]",
        "<",
        ">",
        "&",
        "\\",
        "!",
        "|",
        "#",
        "-",
        "1",
        " ",
        "（",
        "）",
        "“",
        "。",
        "[x](",
        "<a@",
        "](",
        "&a",
        "*a",
        "_a ",
        "`a",
        "[^",
        "![",
        "🎉",
        "www.",
        "(www.",
        "://",
        "http://a.",
        "http://a)",
        "http://a，",
        "https://中",
    ] {
        let text = piece.repeat(LONG / piece.len());
        for style in [Style::PLAIN, Style::STRONG, Style::STRONG | Style::STRIKE] {
            let run = Inline { kind: InlineKind::Text(text.clone()), style, link: None };
            let linked = Inline { link: Some(format!("https://a.b/{text}")), ..run.clone() };
            let content = vec![Inline::text("字"), run, Inline::text("字"), linked];
            assert!(written(&[Block::Paragraph(content)]).len() > LONG / 2, "{piece}");
        }
    }
}

#[test]
fn many_small_runs_take_linear_time() {
    let styles = [Style::STRONG, Style::EMPHASIS, Style::STRONG | Style::EMPHASIS, Style::STRIKE, Style::PLAIN];
    let run = |index: usize| Inline {
        kind: match index % 11 {
            7 => InlineKind::Break,
            8 => InlineKind::Code("`".into()),
            _ => InlineKind::Text(["一", "。", " ", "*"][index % 4].into()),
        },
        style: styles[index % styles.len()],
        link: (index % 13 < 6).then(|| "https://a.b".to_owned()),
    };
    let content: Vec<Inline> = (0..100_000).map(run).collect();
    assert!(written(&[Block::Paragraph(content)]).len() > 100_000);
}

#[test]
fn very_many_lines_of_code_begin_with_little() {
    const LINES: usize = 200_000;
    let mut block = Block::Code { language: None, text: "a\n".repeat(LINES) };
    for _ in 0..12 {
        block = Block::Quote(vec![block]);
    }
    let markdown = written(&[block]);
    assert!((LINES * 2..LINES * 8).contains(&markdown.len()), "{}", markdown.len());
}

#[test]
fn nesting_beyond_what_readers_follow_is_written_flat() {
    let mut block = Block::Paragraph(vec![Inline::text("深")]);
    for depth in 0..2_000 {
        let inner = vec![block];
        block = if depth % 2 == 0 {
            Block::Quote(inner)
        } else {
            Block::List(List { kind: ListKind::Bullet, items: vec![inner] })
        };
    }
    let markdown = written(&[block]);
    assert!(markdown.ends_with("深") && markdown.len() < 200, "{markdown}");
}

#[test]
fn a_ragged_table_does_not_grow() {
    let rows = std::iter::once(vec![Vec::new(); 5_000]).chain(vec![vec![Vec::new()]; 5_000]).collect();
    assert!(written(&[Block::Table(Table { header: None, rows })]).len() < 200_000);
}

#[test]
fn line_ends_and_marks_inside_words_become_blanks() {
    let words = "\u{feff}一\r\n# 二\n- 三\0";
    let blocks = [Block::Paragraph(vec![Inline::text(words)])];
    assert_eq!(written(&blocks), "一 # 二 - 三");
}

/// Every character may stand first or last in a bold run, between letters and between brackets, for both readers.
#[test]
fn both_readers_see_bold_runs_that_begin_with_any_character() {
    let chars: Vec<char> = (0x21..0x1_0000).chain(0x1_f000..0x1_fb00).filter_map(char::from_u32).collect();
    let is_kept = |char: &char| !char.is_whitespace() && *char != '\u{feff}';
    for chunk in chars.into_iter().filter(is_kept).collect::<Vec<_>>().chunks(64) {
        let bold = |text: String| Inline { kind: InlineKind::Text(text), style: Style::STRONG, link: None };
        let around = |char: &char| {
            [
                Inline::text("字"),
                bold(format!("{char}中{char}")),
                Inline::text("字（"),
                bold(format!("{char}")),
                Inline::text("）"),
            ]
        };
        let paragraph = |char: &char| Block::Paragraph(around(char).into());
        let blocks: Vec<Block> = chunk.iter().map(paragraph).collect();
        let (markdown, expected) = (written(&blocks) + "\n", normal::of_blocks(&blocks));
        for read in [comrak::read(&markdown), pulldown::read(&markdown)] {
            for ((char, expected), read) in chunk.iter().zip(&expected.nodes).zip(&read.nodes) {
                assert_eq!(read, expected, "{char:?}");
            }
        }
    }
}
