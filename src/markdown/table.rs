//! Writes GFM tables.

use super::inline::{Body, Flow, push_inline};
use crate::model::{Cell, Inline, Table};

/// Appends a table. One without a header gets an empty one, since GFM knows no other; readers fill up short rows.
pub(super) fn push_table(out: &mut String, table: &Table, prefix: &str, body: &Body<'_>) {
    let rows = table.header.iter().chain(&table.rows);
    let columns = rows.map(Vec::len).max().unwrap_or(0);
    let mut header = table.header.clone().unwrap_or_default();
    header.resize(columns, Cell::new());
    push_row(out, &header, body);
    out.extend(["\n", prefix, "|"]);
    out.push_str(&" --- |".repeat(columns));
    for row in &table.rows {
        out.extend(["\n", prefix]);
        push_row(out, row, body);
    }
}

/// Appends a row; one without cells gets an empty one.
fn push_row(out: &mut String, row: &[Cell], body: &Body<'_>) {
    out.push('|');
    for cell in row {
        push_cell(out, cell, body);
        out.push_str(" |");
    }
    if row.is_empty() {
        out.push_str("  |");
    }
}

/// Appends a blank and the content of a cell. A pipe is escaped wherever it stands, in code and addresses as well.
fn push_cell(out: &mut String, cell: &[Inline], body: &Body<'_>) {
    let mut content = String::new();
    push_inline(&mut content, cell, Flow::Cell, "", body);
    out.push(' ');
    out.push_str(&content.replace('|', "\\|"));
}
