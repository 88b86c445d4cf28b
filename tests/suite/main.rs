//! The one test binary; each module tests one area through the library's public face.

mod archive;
mod cli;
mod corpus_issues;
mod fetch;
mod image;
mod layers;
mod server;
mod sync;
