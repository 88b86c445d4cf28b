//! The writer: what it writes reads back as the same, whatever stands in the text.

#![expect(clippy::unwrap_used, reason = "what a test does not expect may fail it")]

mod cases;
mod comrak;
mod conversions;
mod front_matter;
mod hostile;
mod normal;
mod notation;
mod pulldown;
mod readers;
mod trees;

use proptest::prelude::*;
use wxarchive::markdown::{Pictures, body};
use wxarchive::model::Block;

/// Writes a tree, and compares it with what both readers make of that.
fn reads_back(blocks: &[Block]) -> Result<(), TestCaseError> {
    let markdown = body(blocks, &Pictures::new()) + "\n";
    let written = normal::of_blocks(blocks);
    prop_assert_eq!(&comrak::read(&markdown), &written, "comrak reads\n{}\n", markdown);
    prop_assert_eq!(&pulldown::read(&markdown), &written, "pulldown-cmark reads\n{}\n", markdown);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn paragraphs_read_back_as_written(content in trees::content()) {
        reads_back(&[Block::Paragraph(content)])?;
    }

    #[test]
    fn trees_read_back_as_written(blocks in trees::blocks()) {
        reads_back(&blocks)?;
    }
}
