//! Writes an article as CommonMark + GFM with front matter.
//!
//! What is written reads back, with any reader of CommonMark, tables, strikethrough, footnotes and math, as the same
//! text, emphasis, links, pictures, code, tables, lists, quotations and headings. What is brought into a common form
//! before is said where it is done: `run` (equal neighbours), `settle` (blanks), `address` (addresses that stand as
//! words), `edges` (punctuation at the edge of a bold run), `script` (raised digits), `math` (formulas that dollars
//! can't hold).
//!
//! ```text
//! blocks --block--> lines and prefixes
//!   content --run--> runs in common form --edges--> runs that can be marked --emphasis--> marks --inline--> text
//! ```

mod address;
mod block;
mod code;
mod edges;
mod emphasis;
mod escape;
mod flanking;
mod front_matter;
mod inline;
mod leaves;
mod line_start;
mod link;
mod math;
mod notes;
mod run;
mod script;
mod settle;
mod table;

use std::collections::HashMap;

pub use front_matter::FrontMatter;

use crate::model::{Block, ImageKey};

/// Where pictures lead: the address to write for each, as `images/ab/abcd.png`. Others keep their own address.
pub type Pictures = HashMap<ImageKey, String>;

/// Writes blocks as Markdown, without a line end after the last.
#[must_use]
pub fn body(blocks: &[Block], pictures: &Pictures) -> String {
    let body = inline::Body { pictures, notes: notes::Notes::of(blocks) };
    block::Writer::new(body).write(blocks)
}

/// Writes front matter and blocks as a file, with one line end after the last line.
#[must_use]
pub fn document(front_matter: &FrontMatter, blocks: &[Block], pictures: &Pictures) -> String {
    let mut document = front_matter.to_yaml();
    let body = body(blocks, pictures);
    if !body.is_empty() {
        document.push('\n');
        document.push_str(&body);
        document.push('\n');
    }
    document
}
