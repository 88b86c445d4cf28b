//! Asks hosts for pages and pictures; the only module that opens a socket to them.
//!
//! What is asked is paced ([`HttpOptions::pace`]), guarded (public addresses only), limited in size and tried again
//! where that can help. What an answer means is for others: a page that says "deleted" is an answer like any other.

use std::future::Future;

use crate::model::Page;

mod address;
mod connect_to;
mod error;
mod guard;
mod http;
mod options;
mod pace;
mod replay;
mod retry;

pub use connect_to::ConnectTo;
pub use error::FetchError;
pub use guard::Refusal;
pub use http::Http;
pub use options::{HttpOptions, NameLookup, OptionError, Timeouts};
pub use replay::Replay;
pub use retry::{Jitter, RetryPolicy};

/// What is asked for; hosts are paced and answers limited by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// An article page: one at a time per host, seconds apart, up to 16 MiB.
    Article,
    /// A picture: several at a time, up to 50 MiB.
    Picture,
}

impl Want {
    /// The most bytes an answer may have, after decompression.
    #[must_use]
    pub fn limit(self) -> usize {
        match self {
            Self::Article => 16 << 20,
            Self::Picture => 50 << 20,
        }
    }
}

/// One question to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The address, free of private parameters.
    pub url: String,
    /// What is asked for.
    pub want: Want,
}

impl Request {
    /// Asks for an article page.
    #[must_use]
    pub fn article(url: impl Into<String>) -> Self {
        Self { url: url.into(), want: Want::Article }
    }

    /// Asks for a picture.
    #[must_use]
    pub fn picture(url: impl Into<String>) -> Self {
        Self { url: url.into(), want: Want::Picture }
    }
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
