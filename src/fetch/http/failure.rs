//! Tells from an error of the HTTP library what went wrong.

use std::error::Error;
use std::io;
use std::time::Duration;

use url::Url;

use crate::fetch::{FetchError, Refusal, RetryPolicy, address};

/// A request that failed, and how long the host wants to be left alone.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: FetchError,
    pub(super) asked_wait: Option<Duration>,
}

impl Failure {
    /// The error to report, once no further try is made.
    pub(super) fn give_up(self, retry: &RetryPolicy) -> FetchError {
        match (self.error, self.asked_wait) {
            (FetchError::Status { url, status }, Some(wait)) if wait > retry.longest_wait => {
                FetchError::Busy { url, status, wait }
            }
            (error, _) => error,
        }
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self { error, asked_wait: None }
    }
}

/// What went wrong before an answer began.
pub(super) fn of_sending(error: reqwest::Error, url: &Url) -> FetchError {
    let shown = address::shown(url);
    if error.is_timeout() {
        return FetchError::Timeout { url: shown };
    }
    let error = error.without_url();
    if let Some(refusal) = causes(&error).find_map(|cause| cause.downcast_ref::<Refusal>()) {
        return FetchError::Refused { url: shown, refusal: refusal.clone() };
    }
    let why = innermost(&error);
    let is_tls = causes(&error).any(<dyn Error>::is::<rustls::Error>);
    if is_tls { FetchError::Tls { url: shown, why } } else { FetchError::Connection { url: shown, why } }
}

/// What went wrong while the body was read.
pub(super) fn of_reading(error: reqwest::Error, url: &Url) -> FetchError {
    let shown = address::shown(url);
    if error.is_timeout() {
        return FetchError::Timeout { url: shown };
    }
    FetchError::Truncated { url: shown, why: innermost(&error.without_url()) }
}

/// The message of the last cause; those above it only say that something failed.
fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// An error and its causes. An `io::Error` hides the error it was made of from `source`.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let first: &(dyn Error + 'static) = error;
    std::iter::successors(Some(first), |cause| {
        let cause: &(dyn Error + 'static) = *cause;
        let made_of = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        made_of.map_or_else(|| cause.source(), |inner| Some(inner))
    })
}
