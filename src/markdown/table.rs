//! Writes GFM tables.

use super::inline::{Flow, Surroundings, push_inline};
use crate::model::{Cell, Inline, Table};

/// Appends a table. One without a header gets an empty one, since GFM knows no other; short rows are filled up.
pub(super) fn push_table(out: &mut String, table: &Table, prefix: &str, surroundings: &Surroundings<'_>) {
    let rows = table.header.iter().chain(&table.rows);
    let columns = rows.map(Vec::len).max().unwrap_or(0);
    let row = |out: &mut String, cells: &[Cell]| {
        for column in 0..columns {
            out.push_str(if column == 0 { "|" } else { " |" });
            push_cell(out, cells.get(column).map_or(&[][..], Vec::as_slice), surroundings);
        }
        out.push_str(" |");
    };
    row(out, table.header.as_deref().unwrap_or(&[]));
    out.push('\n');
    out.push_str(prefix);
    out.push('|');
    out.push_str(&" --- |".repeat(columns));
    for cells in &table.rows {
        out.push('\n');
        out.push_str(prefix);
        row(out, cells);
    }
}

/// Appends a blank and the content of a cell. A pipe is escaped wherever it stands, in code and addresses as well.
fn push_cell(out: &mut String, cell: &[Inline], surroundings: &Surroundings<'_>) {
    let mut content = String::new();
    push_inline(&mut content, cell, Flow::Cell, "", surroundings);
    out.push(' ');
    out.push_str(&content.replace('|', "\\|"));
}
