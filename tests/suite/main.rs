//! The one test binary; each module tests one area through the library's public face.

mod archive;
mod cli;
mod corpus_issues;
mod corpus_pages;
mod crash;
mod fetch;
mod golden;
mod image;
mod issues;
mod keeping;
mod keeping_cli;
mod layers;
mod markdown;
mod mending;
mod parse;
mod parse_text;
mod sample;
mod server;
mod steps;
mod sync;
mod tree;
mod urls;
mod verify;
