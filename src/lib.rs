//! Keeps what a newsletter recommends: archives linked WeChat articles and their pictures as plain files.
//!
//! The way data flows:
//!
//! ```text
//! issue text  --issue::scan-->    Issue { links, images }       pure; byte spans, titles, sections
//! Link.url    --model-->          ArticleUrl                    pure; canonical, private parameters gone
//! ArticleUrl  --fetch::Fetch-->   Page                          the only socket
//! Page        --parse::parse-->   Parsed                        pure; Article, Gone, Moved, Blocked, Unknown
//! picture     --image::check-->   Checked                       pure; type and size from the bytes
//! Article     --markdown-->       text                          pure; byte-stable
//! all of it   --archive-->        plain files                   one atomic commit a version
//! archive     --mirror-->         a folder that is served       content-named, incremental
//! ```
//!
//! Pure modules take bytes, text and time as arguments: they open nothing, print nothing and read no clock.
//! Nothing in this library prints, exits or reads the environment but what stands below `cli`.

pub mod model;

pub mod issue;
pub mod parse;

pub mod markdown;

pub mod image;

pub mod fetch;

pub mod archive;

pub mod mirror;

pub mod sync;

pub mod demo;
