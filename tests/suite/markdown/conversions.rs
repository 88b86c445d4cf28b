//! From markup to Markdown in one step: a fixture for every construct of a body, and real pages where they are.
//!
//! Each fixture is named for the one thing it shows. What could not be kept whole stands below the Markdown, after `!`;
//! where nothing does, nothing is lost.

use std::fmt::Write as _;

use wxarchive::markdown::{Pictures, body};
use wxarchive::model::Page;
use wxarchive::parse::{Parsed, fragment, parse};

use super::reads_back;
use crate::corpus::corpus;
use crate::golden;

#[test]
fn every_construct_becomes_markdown_that_reads_back() {
    golden::check("conversions", |bytes| {
        let (blocks, oddities) = fragment(std::str::from_utf8(bytes).unwrap());
        reads_back(&blocks).unwrap();
        let mut written = body(&blocks, &Pictures::new()) + "\n";
        for (oddity, count) in oddities.iter() {
            writeln!(written, "! {}", oddity.describe(count)).unwrap();
        }
        written
    });
}

#[test]
fn every_real_page_reads_back() {
    for path in corpus().iter().flat_map(|corpus| golden::files(&corpus.join("pages"))) {
        let bytes = std::fs::read(&path).unwrap();
        let page = Page { asked: String::new(), url: String::new(), status: 200, content_type: None, bytes };
        let Parsed::Article(article) = parse(&page) else { panic!("{}: no article", path.display()) };
        reads_back(&article.body).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    }
}

#[test]
fn every_real_piece_reads_back() {
    for path in corpus().iter().flat_map(|corpus| golden::files(&corpus.join("fragments"))) {
        let (blocks, _) = fragment(&std::fs::read_to_string(&path).unwrap());
        reads_back(&blocks).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    }
}
