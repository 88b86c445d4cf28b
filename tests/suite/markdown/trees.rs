//! Random trees made of what breaks writers of Markdown.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use wxarchive::model::{Block, Footnote, Heading, Image, ImageUrl, Inline, InlineKind, List, ListKind, Style, Table};

/// Pieces of text that mean something to some reader somewhere.
const WORDS: &[&str] = &[
    "中文",
    "重点",
    "字",
    "a",
    "Word",
    "x1",
    "é",
    "1",
    "2024",
    "1.",
    "12)",
    "1. ",
    "- ",
    "-",
    "+ ",
    "+",
    "* ",
    "*",
    "**",
    "***",
    "_",
    "__",
    "snake_case",
    "# ",
    "#",
    "## ",
    "> ",
    ">",
    "=",
    "===",
    "---",
    "- - -",
    "|",
    "| a |",
    "|-|",
    ":-:",
    "~",
    "~~",
    "~~~",
    "`",
    "``",
    "```",
    "$",
    "$$",
    "$5",
    "\\",
    "\\\\",
    "\\*",
    "<",
    "<b>",
    "</b>",
    "<br>",
    "<!--",
    "<?",
    "<http://a.b>",
    "&",
    "&copy;",
    "&#38;",
    "&#x4e2d;",
    "[",
    "]",
    "(",
    ")",
    "[x]",
    "[ ] ",
    "[x](y)",
    "![x](y)",
    "[^1]",
    "[^1]: ",
    "[x]: y",
    "](",
    "!",
    "^",
    "^[",
    ":",
    "::",
    "。",
    "，",
    "：",
    "“",
    "”",
    "（",
    "）",
    "《",
    "》",
    "！",
    "…",
    "—",
    "·",
    "【",
    "】",
    ".",
    ",",
    "\"",
    "'",
    "?",
    " ",
    "  ",
    "\u{a0}",
    "\u{3000}",
    "\t",
    "\u{200b}",
    "\u{feff}",
    "\u{2028}",
    "🎉",
    "❤\u{fe0f}",
    "★",
    "→",
    "℃",
    "%",
    "C++",
    "＋",
    "￥",
    "https://a.b/c_d_e?f=*g*",
    "https://a.b/c",
    "https://a.b/%E4%BD?x=1&y",
    "HTTPS://a.b/x",
    "ftp://a.b/x",
    "http://xn--a.b/",
    "http://a.b/?x=1&y=2&copy;",
    "ftp://a.b/c).",
    "HTTPS://a.b",
    "https://中.b",
    "https://",
    "www.a.b",
    "www.a.b/c_d_",
    "www.",
    "a@b.c",
    "mailto:a@b.c",
    "@",
    "{",
    "}",
    "{{< x >}}",
    "http://",
    "/",
    ";",
    "H",
    "\u{301}",
];

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => vec(select(WORDS), 1..5).prop_map(|words| words.concat()),
        2 => select(WORDS).prop_map(str::to_owned),
        1 => select(&["中文", "，好", "word", "好。"][..]).prop_map(str::to_owned),
    ]
}

fn style() -> impl Strategy<Value = Style> {
    let (b, i, s) = (Style::STRONG, Style::EMPHASIS, Style::STRIKE);
    select(vec![Style::PLAIN, Style::PLAIN, Style::PLAIN, b, b, b, i, i, s, b | i, b | s, i | s, b | i | s])
}

fn link() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        6 => Just(None),
        2 => select(ADDRESSES).prop_map(|address| Some(address.to_owned())),
    ]
}

const ADDRESSES: &[&str] = &[
    "https://a.b/c",
    "https://a.b/c",
    "https://a.b/(x)",
    "https://a.b/x)y(",
    "https://a.b/?x=1&copy;=2&amp;y",
    "https://a.b/ 空 格",
    "https://a.b/c_d*e*~f~|g`h`$i$",
    "https://a.b/<x>\"y\"",
    "#x",
    "https://a.b/\\*",
    "javascript:x",
];

/// Formulas; those that can stand between dollars have an `ƒ` to be told from code by.
const FORMULAS: &[&str] = &[
    "ƒ",
    "ƒ_1*b_2",
    "\\frac{a}{ƒ}",
    "\\left\\{ ƒ \\right.",
    "a|ƒ",
    "\\|ƒ\\|",
    "}g{",
    "g\\$b",
    "g\\",
    "ƒ'(x) < 3 & y",
    "{g",
    "50\\%ƒ",
];

const CODES: &[&str] =
    &["code", "a`b", "``", "`", " x ", " ", "a|b", "**x**", "<b>", "\\", "a  b", "$x$", "中", "a\\|b", "&amp;", "a\\"];

fn piece() -> impl Strategy<Value = (InlineKind, Style)> {
    let image = select(ADDRESSES).prop_filter_map("no address of a picture", ImageUrl::parse);
    let raised = select(&["2", "10-3", "10−3", "th", "note", "上标", "(n)"][..]);
    prop_oneof![
        24 => (words(), style()).prop_map(|(words, style)| (InlineKind::Text(words), style)),
        1 => raised.clone().prop_map(|text| (InlineKind::Text(text.to_owned()), Style::SUPERSCRIPT)),
        1 => raised.prop_map(|text| (InlineKind::Text(text.to_owned()), Style::SUBSCRIPT)),
        3 => (select(CODES), style()).prop_map(|(text, style)| (InlineKind::Code(text.to_owned()), style)),
        2 => select(FORMULAS).prop_map(|text| (InlineKind::Math(text.to_owned()), Style::PLAIN)),
        2 => (image, words()).prop_map(|(url, alt)| (InlineKind::Image(Image { url, alt, size: None }), Style::PLAIN)),
        3 => style().prop_map(|style| (InlineKind::Break, style)),
        1 => select(&["1", "2", "x y"][..]).prop_map(|label| (InlineKind::FootnoteRef(label.to_owned()), Style::PLAIN)),
    ]
}

pub(super) fn content() -> impl Strategy<Value = Vec<Inline>> {
    let inline = (piece(), link()).prop_map(|((kind, style), link)| Inline { kind, style, link });
    vec(inline, 1..7).prop_map(with_words_between)
}

/// Puts a word between formulas and code, which melt together where they touch.
fn with_words_between(content: Vec<Inline>) -> Vec<Inline> {
    let mut apart: Vec<Inline> = Vec::new();
    for inline in content {
        let is_verbatim = |inline: &Inline| matches!(inline.kind, InlineKind::Code(_) | InlineKind::Math(_));
        if is_verbatim(&inline) && apart.last().is_some_and(is_verbatim) {
            apart.push(Inline::text("字"));
        }
        apart.push(inline);
    }
    apart
}

fn leaf() -> impl Strategy<Value = Block> {
    let code = vec(select(&["", "a", "    b", "```", "~~~", "````x", "\t| x |", "- y", "$$", "<b>"][..]), 1..5);
    let language = select(&["", "rust", "c++"][..]);
    let cells = || vec(vec(prop_oneof![content(), Just(Vec::new())], 1..4), 0..3);
    let header = proptest::option::of(vec(content(), 1..4));
    let formula = vec(select(FORMULAS), 1..4);
    let note = (select(&["1", "2", "3"][..]), content());
    prop_oneof![
        8 => content().prop_map(Block::Paragraph),
        2 => (1..7_u8, content()).prop_map(|(level, content)| Block::Heading(Heading { level, content })),
        2 => (language, code).prop_map(|(language, lines)| Block::Code {
            language: Some(language.to_owned()).filter(|language| !language.is_empty()),
            text: lines.join("\n").trim_end_matches('\n').to_owned(),
        }),
        1 => formula.prop_map(|lines| Block::Math(lines.join("\n"))),
        2 => (header, cells()).prop_map(|(header, rows)| Block::Table(Table { header, rows })),
        1 => Just(Block::Rule),
        1 => vec(note, 1..3).prop_map(|notes| Block::Footnotes(
            notes.into_iter().map(|(label, content)| Footnote { label: label.to_owned(), content }).collect()
        )),
    ]
}

pub(super) fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let block = leaf().prop_recursive(3, 12, 3, |inner| {
        let kind = prop_oneof![
            2 => Just(ListKind::Bullet),
            1 => select(&[1, 0, 3, 10][..]).prop_map(|start| ListKind::Ordered { start }),
        ];
        let items = vec(vec(inner.clone(), 0..3), 1..3);
        prop_oneof![
            2 => (kind, items).prop_map(|(kind, items)| Block::List(List { kind, items })),
            1 => vec(inner, 1..3).prop_map(Block::Quote),
        ]
    });
    vec(block, 1..5)
}
