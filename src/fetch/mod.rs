//! Asks hosts for pages and pictures; the only module that opens a socket to them.

use std::future::Future;

use crate::model::Page;

mod error;

pub use error::FetchError;

/// What is asked for; hosts are paced and answers limited by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// An article page: one at a time per host, seconds apart.
    Article,
    /// A picture: several at a time, up to 50 MiB.
    Picture,
}

/// One question to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The address, free of private parameters.
    pub url: String,
    /// What is asked for.
    pub want: Want,
}

/// A source of pages: the network, or a folder of saved ones.
pub trait Fetch: Send + Sync {
    /// Answers a request.
    ///
    /// # Errors
    /// When no usable answer could be had; a page that says "deleted" is an answer.
    fn get(&self, request: &Request) -> impl Future<Output = Result<Page, FetchError>> + Send;

    /// How many requests were sent so far, retries included.
    fn requests(&self) -> u64;
}
