//! Reads one HTTP answer: status, redirect, and the body up to its limit.

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use url::Url;

use super::failure::{self, Failure};
use crate::fetch::{FetchError, Want, address, retry};

/// What one request came back with.
#[derive(Debug)]
pub(super) enum Answer {
    /// A success, read to its end.
    Whole { status: u16, content_type: Option<String>, bytes: Vec<u8> },
    /// Another address to ask.
    Redirect { status: u16, to: Url },
}

/// Reads an answer.
pub(super) async fn read(response: Response, url: &Url, want: Want) -> Result<Answer, Failure> {
    let status = response.status();
    let location = status.is_redirection().then(|| header(&response, LOCATION)).flatten();
    if let Some(location) = location {
        return Ok(Answer::Redirect { status: status.as_u16(), to: address::redirected(url, &location)? });
    }
    // Not 202, 204 or 206: they say themselves that this is no whole page, and a firewall's challenge comes as 202.
    if !matches!(status, StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION) {
        let asked_wait = header(&response, RETRY_AFTER).and_then(|value| retry::retry_after(&value, Timestamp::now()));
        let error = FetchError::Status { url: address::shown(url), status: status.as_u16() };
        return Err(Failure { error, asked_wait });
    }
    let content_type = header(&response, CONTENT_TYPE);
    let bytes = body(response, url, want.limit()).await?;
    Ok(Answer::Whole { status: status.as_u16(), content_type, bytes })
}

/// Reads a body, counting after decompression: a few kilobytes can unpack to gigabytes.
async fn body(mut response: Response, url: &Url, limit: usize) -> Result<Vec<u8>, FetchError> {
    let too_large = || FetchError::TooLarge { url: address::shown(url), limit };
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| failure::of_reading(error, url))? {
        if bytes.len() + piece.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&piece);
    }
    if bytes.is_empty() { Err(FetchError::Empty { url: address::shown(url) }) } else { Ok(bytes) }
}

/// A header as text; one with foreign bytes counts as absent, since nothing here depends on it being right.
fn header(response: &Response, name: HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
