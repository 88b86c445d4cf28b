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
//! issues      --check-->          a verdict for each link       from dated states and the issues themselves
//! verdicts    --relink-->         proposed edits                pure; only the bytes of links
//! edits       --edit-->           edited files, an undo record  whole files, and the way back
//! ```
//!
//! Pure modules take bytes, text and time as arguments: they open nothing, print nothing and read no clock. Nothing in
//! this library prints, exits or reads the environment; the binary does that.
//!
//! Comments cite as "anatomy §3.4" the sections of `docs/anatomy.md`: what the site's pages are made of.
//!
//! What never happens, and where it is kept: a notice becomes a version ([`parse`] tells them apart, [`sync`] refuses);
//! a version is changed or half there ([`archive`]); a private parameter is requested or stored ([`model`],
//! [`archive::scrub`]); an address of this machine's network is asked ([`fetch`]).
//!
//! - [`model`]: plain data: identities, addresses, pages, articles, the body as blocks
//! - [`issue`]: issues: links, pictures and front matter with their places
//! - [`parse`]: pages of the site: what kind of answer, and what the article says
//! - [`markdown`]: the writer of Markdown and front matter
//! - [`image`]: pictures by their bytes: type, size, whole or not
//! - [`fetch`]: the network, paced and guarded, or a folder of saved pages
//! - [`archive`]: the files on the disk
//! - [`sync`]: the main job: the order of the steps
//! - [`check`]: what became of every link of every issue, mismatches first
//! - [`publish`]: archived articles as pages of the newsletter's own site
//! - [`relink`]: which links get another address, and the new text of their issues
//! - [`edit`]: files of other people edited by spans of bytes, and the way back
//! - [`mirror`]: pictures as a folder or bucket ready to be served
//! - [`demo`]: a newsletter and a site of our own, for trying and testing

pub mod archive;
pub mod check;
pub mod demo;
pub mod edit;
pub mod fetch;
pub mod image;
pub mod issue;
pub mod markdown;
pub mod mirror;
pub mod model;
pub mod parse;
pub mod publish;
pub mod relink;
pub mod sync;
