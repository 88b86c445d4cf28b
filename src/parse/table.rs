//! Reads tables; those that only lay things out are unwrapped.

use super::body::Walk;
use super::code;
use super::dom::{Element, Node};
use super::flatten::flatten;
use super::flow::{Around, Flow};
use super::style::{Css, Display};
use crate::model::{Block, Cell, InlineKind, Oddity, Style, Table};

/// Cells that a merged cell may cover; a page can ask for any number.
const WIDEST: usize = 100;

/// Cells of a table at most, covered ones among them; a larger one is read as its cells one after another.
const MOST_CELLS: usize = 100_000;

/// Reads a table.
pub(super) fn read(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
    flow.end_line();
    for caption in element.elements().filter(|child| child.name() == "caption") {
        walk.element(caption, around, flow);
    }
    let rows: Vec<Row<'_>> = rows(element).filter(is_shown).map(Row::of).filter(|row| !row.cells.is_empty()).collect();
    if let [Row { cells, .. }] = rows.as_slice()
        && let [numbers, lines] = cells.as_slice()
        && is_numbered_code(*numbers, *lines)
    {
        return cells.iter().for_each(|cell| code::read_block(walk, *cell, around, flow));
    }
    let mut cells: Vec<Vec<Vec<Block>>> =
        rows.iter().map(|row| row.cells.iter().map(|cell| walk.styled(*cell, row.around(around))).collect()).collect();
    let has_header = rows.len() > 1 && rows[0].is_header() && rows[0].cells.len() > 1;
    let width = |row: &Row<'_>| row.cells.iter().map(|cell| span(*cell).0).sum::<usize>();
    let is_huge = rows.iter().map(width).max().unwrap_or(0) * rows.len() > MOST_CELLS;
    // A header tells of data, unless there are headings or tables of their own below it.
    let is_headed = has_header && !cells.iter().skip(1).flatten().flatten().any(is_section);
    if is_huge || !is_headed && is_layout(&cells) {
        if holds_words_side_by_side(&cells) {
            walk.oddities.add(Oddity::TableTakenApart);
        }
        return cells.into_iter().flatten().for_each(|blocks| flow.extend(blocks));
    }
    let titles = cells.iter().take_while(|row| is_title(row)).count();
    cells.drain(..titles).flatten().for_each(|blocks| flow.extend(blocks));
    let rows = &rows[titles..];
    let mut grid: Vec<Vec<Cell>> = Vec::new();
    let mut covered = Covered::default();
    for (row, blocks) in rows.iter().zip(cells) {
        let cells =
            row.cells.iter().zip(blocks).map(|(cell, blocks)| (span(*cell), self::cell(walk, blocks))).collect();
        grid.push(covered.place(cells));
    }
    covered.count(walk);
    let has_header = rows.first().is_some_and(Row::is_header) || has_bold_header(&grid);
    flow.push(Block::Table(finish(grid, has_header)));
}

/// Whether the first row is bold in each cell, and the next is not: the site's own editor knows no header.
fn has_bold_header(grid: &[Vec<Cell>]) -> bool {
    let is_bold = |cell: &Cell| !cell.is_empty() && cell.iter().all(|run| run.style.contains(Style::STRONG));
    match grid {
        [first, second, ..] => first.len() > 1 && first.iter().all(is_bold) && !second.iter().all(is_bold),
        _ => false,
    }
}

/// Whether a row is the line numbers of code, counted from any number, and as many lines without `pre` around them.
fn is_numbered_code(numbers: Element<'_>, lines: Element<'_>) -> bool {
    let numbers = code::lines(numbers);
    let counted: Vec<Option<u32>> = numbers.lines().map(|number| number.trim().parse().ok()).collect();
    let is_next =
        |pair: &[Option<u32>]| pair[0].is_some() && pair[0].and_then(|number| number.checked_add(1)) == pair[1];
    counted.len() > 1
        && counted.windows(2).all(is_next)
        && is_all_code(lines)
        && code::lines(lines).lines().count() == counted.len()
}

/// Whether all words of a cell are code, and none of what a block of code would lose is there.
fn is_all_code(cell: Element<'_>) -> bool {
    const LOST: [&str; 9] = ["a", "b", "strong", "pre", "table", "img", "ul", "ol", "blockquote"];
    let mut inside = vec![cell];
    while let Some(element) = inside.pop() {
        for node in element.children() {
            match node {
                Node::Text(text) if text.trim().is_empty() => {}
                Node::Text(_) => return false,
                Node::Element(child) if child.name() == "code" => {}
                Node::Element(child) => inside.push(child),
            }
        }
    }
    !cell.descendants().any(|found| LOST.contains(&found.name()))
}

/// Takes the header off, and makes all rows as wide as the widest.
fn finish(mut grid: Vec<Vec<Cell>>, has_header: bool) -> Table {
    let width = grid.iter().map(Vec::len).max().unwrap_or(0);
    for row in &mut grid {
        row.resize(width, Vec::new());
    }
    let mut rows = grid.into_iter();
    let header = if has_header { rows.next() } else { None };
    Table { header, rows: rows.collect() }
}

/// The rows, in the order they stand, those of inner tables left out.
fn rows(table: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    table.elements().flat_map(|child| {
        let is_row = child.name() == "tr";
        let inner = child.elements().filter(|row| row.name() == "tr");
        Some(child).into_iter().filter(move |_| is_row).chain(inner)
    })
}

/// Whether a row or cell is there for a reader.
fn is_shown(element: &Element<'_>) -> bool {
    Css::parse(element.attribute("style").unwrap_or_default()).display != Display::None
}

struct Row<'a> {
    element: Element<'a>,
    cells: Vec<Element<'a>>,
}

impl<'a> Row<'a> {
    fn of(row: Element<'a>) -> Self {
        let cells = row.elements().filter(|cell| matches!(cell.name(), "td" | "th")).filter(is_shown).collect();
        Self { element: row, cells }
    }

    /// The part of the table that the row stands in.
    fn part(&self) -> Option<Element<'a>> {
        self.element.parent().filter(|part| matches!(part.name(), "thead" | "tbody" | "tfoot"))
    }

    /// What is true in the row, by its own style and that of its part of the table.
    fn around<'b>(&self, around: Around<'b>) -> Around<'b> {
        let css = |element: Element<'a>| Css::parse(element.attribute("style").unwrap_or_default());
        let around = self.part().map_or(around, |part| around.within(part, css(part)));
        around.within(self.element, css(self.element))
    }

    fn is_header(&self) -> bool {
        self.part().is_some_and(|part| part.name() == "thead") || self.cells.iter().all(|cell| cell.name() == "th")
    }
}

/// Whether a table only lays things out: one cell a row, one row of cells that hold more than words, or cells that hold
/// headings or tables of their own in rows that aren't data.
fn is_layout(rows: &[Vec<Vec<Block>>]) -> bool {
    let is_words = |cell: &Vec<Block>| matches!(cell.as_slice(), [] | [Block::Paragraph(_)]);
    let widest = rows.iter().map(Vec::len).max().unwrap_or(0);
    widest < 2
        || rows.iter().flatten().flatten().any(is_section) && !is_data(rows)
        || rows.len() == 1 && !rows.iter().flatten().all(is_words)
}

/// Whether what stands beside what may have told a reader something.
fn holds_words_side_by_side(rows: &[Vec<Vec<Block>>]) -> bool {
    let has_words = |cell: &&Vec<Block>| {
        let mut has = false;
        cell.iter().for_each(|block| block.for_each_inline(&mut |run| has |= matches!(run.kind, InlineKind::Text(_))));
        has
    };
    let widest = rows.iter().map(Vec::len).max().unwrap_or(0);
    rows.len() > 1 && widest > 1 && rows.iter().flatten().filter(has_words).count() > 2
}

/// Whether a block is what an article has between its paragraphs, and a cell of data seldom has.
fn is_section(block: &Block) -> bool {
    matches!(block, Block::Heading(_) | Block::Table(_))
}

/// Whether most rows of a table are rows of short lines, so that a reader needs to see what stands beside what.
fn is_data(rows: &[Vec<Vec<Block>>]) -> bool {
    let is_line = |cell: &Vec<Block>| matches!(cell.as_slice(), [] | [Block::Paragraph(_) | Block::Heading(_)]);
    let is_row =
        |row: &Vec<Vec<Block>>| row.iter().all(is_line) && row.iter().filter(|cell| !cell.is_empty()).count() >= 2;
    let data = rows.iter().filter(|row| is_row(row)).count();
    data >= 2 && data * 2 >= rows.len()
}

/// Whether a row above the others is one cell that holds a heading or the like, which can stand above the table.
fn is_title(row: &[Vec<Block>]) -> bool {
    row.len() == 1 && row.iter().flatten().any(is_section)
}

/// A cell's blocks on one line; between paragraphs and formulas stand breaks, which loses nothing.
fn cell(walk: &mut Walk<'_>, mut blocks: Vec<Block>) -> Cell {
    if !blocks.iter().all(|block| matches!(block, Block::Paragraph(_) | Block::Math(_))) {
        walk.oddities.add(Oddity::FlattenedCell);
    }
    for block in &mut blocks {
        let Block::Heading(heading) = block else { continue };
        heading.content.iter_mut().for_each(|run| run.style |= Style::STRONG);
    }
    with_blanks_at_pictures(flatten(&blocks))
}

/// Sets a blank for each break beside a picture on a line of its own: it shows that without a tag, being large.
fn with_blanks_at_pictures(mut content: Cell) -> Cell {
    let is_picture = |at: usize| matches!(content[at].kind, InlineKind::Image(_));
    let ends_line = |at: usize| at >= content.len() || content[at].kind == InlineKind::Break || is_picture(at);
    // Before the first run the index is past the end.
    let stands_alone = |at: usize| is_picture(at) && ends_line(at.wrapping_sub(1)) && ends_line(at + 1);
    let alone: Vec<usize> = (0..content.len()).filter(|at| stands_alone(*at)).collect();
    for at in alone.into_iter().flat_map(|at| [at.wrapping_sub(1), at + 1]) {
        if let Some(run) = content.get_mut(at).filter(|run| run.kind == InlineKind::Break) {
            run.kind = InlineKind::Text(" ".to_owned());
        }
    }
    content
}

/// How many columns and rows a cell covers.
fn span(cell: Element<'_>) -> (usize, usize) {
    let number = |name| cell.attribute(name).and_then(|span| span.trim().parse::<usize>().ok()).unwrap_or(1);
    (number("colspan").clamp(1, WIDEST), number("rowspan").clamp(1, 1000))
}

/// Places that cells of earlier rows cover; what a merged cell covers stays empty, so that its words stand once.
#[derive(Default)]
struct Covered {
    /// For each column, the rows it is still covered for.
    rows: Vec<usize>,
    merged: usize,
}

impl Covered {
    fn place(&mut self, cells: Vec<((usize, usize), Cell)>) -> Vec<Cell> {
        let mut placed = Vec::new();
        let mut next: Vec<usize> = self.rows.iter().map(|rows| rows.saturating_sub(1)).collect();
        for ((columns, rows), cell) in cells {
            while self.rows.get(placed.len()).is_some_and(|rows| *rows > 0) {
                placed.push(Vec::new());
            }
            self.merged += usize::from(columns > 1 || rows > 1);
            next.resize(next.len().max(placed.len() + columns), 0);
            next[placed.len()..placed.len() + columns].fill(rows - 1);
            placed.push(cell);
            placed.resize(placed.len() + columns - 1, Vec::new());
        }
        self.rows = next;
        placed
    }

    fn count(&self, walk: &mut Walk<'_>) {
        (0..self.merged).for_each(|_| walk.oddities.add(Oddity::MergedCells));
    }
}
