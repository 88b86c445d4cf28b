//! Cases whose Markdown is pinned: `UPDATE=1 cargo test` rewrites what is expected, and the diff is read.

use std::fs;
use std::path::{Path, PathBuf};

use wxarchive::markdown::{Pictures, body};
use wxarchive::model::{Block, Card, CardKind, Cell, Footnote, Heading, Inline, InlineKind, List, ListKind, Table};

use super::{notation, reads_back};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/markdown")
}

fn updates() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// What is written for one line of the notation, on one line: a line end shows as `⏎`.
fn written(line: &str) -> String {
    let blocks = [Block::Paragraph(notation::content(line))];
    reads_back(&blocks).unwrap();
    body(&blocks, &Pictures::new()).replace('\n', "⏎")
}

#[test]
fn inline_content_is_written_as_expected() {
    let path = fixtures().join("inline.txt");
    let cases = fs::read_to_string(&path).unwrap();
    let mut actual = String::new();
    for line in cases.lines().filter(|line| !line.starts_with("> ")) {
        actual.push_str(line);
        actual.push('\n');
        if let Some(content) = line.strip_prefix("< ") {
            actual.extend(["> ", &written(content), "\n"]);
        }
    }
    if updates() {
        fs::write(&path, &actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    for (actual, expected) in actual.lines().zip(expected.lines()) {
        assert_eq!(actual, expected);
    }
    assert_eq!(actual.len(), expected.len(), "a case has no expectation");
}

/// Compares what is written for blocks with the file of that name.
pub(super) fn check(name: &str, blocks: &[Block]) {
    let path = fixtures().join("blocks").join(name).with_extension("md");
    let actual = body(blocks, &Pictures::new()) + "\n";
    if updates() {
        fs::write(&path, &actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(actual, expected, "{name}");
}

/// Blocks of one paragraph each, in the notation.
fn paragraphs(lines: &[&str]) -> Vec<Block> {
    lines.iter().map(|line| Block::Paragraph(notation::content(line))).collect()
}

fn bullets(items: Vec<Vec<Block>>) -> Block {
    Block::List(List { kind: ListKind::Bullet, items })
}

fn numbers(start: u32, items: Vec<Vec<Block>>) -> Block {
    Block::List(List { kind: ListKind::Ordered { start }, items })
}

fn code(language: &str, text: &str) -> Block {
    Block::Code { language: Some(language.to_owned()), text: text.to_owned() }
}

fn row(cells: &[&str]) -> Vec<Cell> {
    cells.iter().map(|cell| notation::content(cell)).collect()
}

fn heading(level: u8, content: &str) -> Block {
    Block::Heading(Heading { level, content: notation::content(content) })
}

#[test]
fn lists_are_tight_where_they_can_be() {
    let nested = bullets(vec![paragraphs(&["一之一"]), paragraphs(&["一之二"])]);
    let mut first = paragraphs(&["一"]);
    first.push(nested.clone());
    let mut loose = paragraphs(&["一", "又一"]);
    loose.push(nested);
    check(
        "lists",
        &[
            bullets(vec![first.clone(), paragraphs(&["二"])]),
            bullets(vec![loose, paragraphs(&["二"])]),
            numbers(9, vec![first, paragraphs(&["二"])]),
            numbers(1, vec![paragraphs(&["另一个"]), Vec::new(), paragraphs(&["三"])]),
            bullets(vec![vec![code("sh", "a\n\nb")], vec![Block::Rule], vec![heading(3, "题")]]),
            bullets(vec![paragraphs(&["[ ] 不是任务", "x"]), vec![bullets(vec![paragraphs(&["深"])])]]),
            bullets(vec![vec![paragraphs(&["一"]).remove(0), numbers(3, vec![paragraphs(&["三"])])]]),
        ],
    );
}

#[test]
fn quotes_hold_everything() {
    let mut inside = paragraphs(&["一{br}二", "三"]);
    inside.extend([
        code("", "a\n\n> b"),
        bullets(vec![paragraphs(&["项"])]),
        Block::Quote(paragraphs(&["里"])),
        Block::Table(Table { header: None, rows: vec![row(&["甲", "乙"])] }),
        heading(2, "题"),
        Block::Rule,
    ]);
    check("quotes", &[Block::Quote(inside), Block::Quote(paragraphs(&["又一个"]))]);
}

#[test]
fn code_fences_outgrow_their_content() {
    check(
        "code",
        &[
            code("rust", "fn main() {}\n\n\tlet x = `y`;"),
            code("c++ title=x", "```\ninner\n````"),
            code("`x`", "~~~"),
            code("", "  两格\n末尾  "),
        ],
    );
}

#[test]
fn tables_keep_pipes_breaks_and_short_rows() {
    check(
        "tables",
        &[
            Block::Table(Table {
                header: Some(row(&["名|称", "{b|说明}"])),
                rows: vec![row(&["{code|a|b}", "一{br}二"]), row(&["{@https://a.b/?x=1|2|链|接}"]), row(&[])],
            }),
            Block::Table(Table {
                header: None,
                rows: vec![row(&["甲", "", "{code|a\\|b}"]), row(&["", "- 乙", "$5 $6"])],
            }),
        ],
    );
}

#[test]
fn formulas_are_display_math_or_a_fence() {
    let formulas = [
        "E = mc^2",
        "\\begin{aligned}\na &= b \\\\\n\n  &= c\n\\end{aligned}",
        "a\n+ b\n- c",
        "a % 注\n+ b",
        "\\text{价 $5}",
    ];
    check("formulas", &formulas.map(|formula| Block::Math(formula.to_owned())));
}

#[test]
fn footnotes_need_both_marker_and_entry() {
    let mut blocks = paragraphs(&["一{note|1}{note|2}，二{note|3}，三{note|1}[注]{note|2}{@https://a.b|链}"]);
    let entry = |label: &str, content: &str| Footnote { label: label.to_owned(), content: notation::content(content) };
    blocks.push(Block::Footnotes(vec![
        entry("1", "甲: {@https://a.b|https://a.b}"),
        entry("2", "乙{br}- 第二行{note|1}"),
        entry("4", "没有标记"),
        entry("1", "重复"),
        entry("x y", "标签不行"),
    ]));
    check("footnotes", &blocks);
}

#[test]
fn headings_are_one_line_and_rules_are_no_headings() {
    check(
        "headings",
        &[
            Block::Rule,
            heading(1, "一{br}二"),
            heading(6, "C #"),
            heading(9, "C#"),
            heading(2, "1. 题 {b|重}点"),
            paragraphs(&["段"]).remove(0),
            Block::Rule,
        ],
    );
}

#[test]
fn cards_are_named_in_one_line_and_linked_where_they_can_be() {
    let card = |kind, name: &str, detail: Option<&str>, url: Option<&str>| {
        let (detail, url) = (detail.map(str::to_owned), url.map(str::to_owned));
        let card = Card { kind, name: name.to_owned(), detail, url, id: None, alias: None, cover: None };
        Block::Paragraph(vec![Inline::plain(InlineKind::Card(card))])
    };
    check(
        "cards",
        &[
            card(CardKind::Audio, "早安", Some("主播"), None),
            card(CardKind::Video, "", None, Some("https://v.qq.com/x/wxv_1")),
            card(CardKind::Vote, "", None, None),
            card(CardKind::Article, "[Rust] 日报 *1*", Some("[Rust] 日报 *1*"), Some("https://a.b")),
        ],
    );
}
