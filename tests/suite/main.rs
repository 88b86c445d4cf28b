//! The one test binary; each module tests one area through the library's public face.

mod corpus_pages;
mod golden;
mod parse;
mod parse_text;
mod tree;
