//! The one test binary; each module tests one area through the library's public face.

mod corpus_issues;
mod issues;
mod urls;
