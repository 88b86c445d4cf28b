//! Asks the network over HTTP: follows redirects step by step, tries again, counts what it sends.
//!
//! Redirects are followed here and not by the library below, so that each step is guarded, paced and counted.

mod answer;
mod clients;
mod failure;
mod resolve;

use std::sync::atomic::{AtomicU64, Ordering};

use url::Url;

use super::pace::Pace;
use super::retry::RetryPolicy;
use super::{Fetch, FetchError, HttpOptions, OptionError, Request, Want, address};
use crate::model::Page;
use answer::Answer;
use clients::Clients;
use failure::Failure;

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// Where the site sends whom it takes for a machine. To be sent there is the whole answer: the rest of that address is
/// a private token, and asking for it would only be one more request from someone who was told to stop.
const CAPTCHA_PATH: &str = "/mp/wappoc_appmsgcaptcha";

/// The network, asked politely.
#[derive(Debug)]
pub struct Http {
    clients: Clients,
    pace: Pace,
    retry: RetryPolicy,
    sent: AtomicU64,
}

impl Http {
    /// Makes ready to ask; nothing is sent yet.
    ///
    /// # Errors
    /// When an option cannot be used, or the system has no certificates to trust.
    pub fn new(options: &HttpOptions) -> Result<Self, OptionError> {
        Ok(Self {
            clients: Clients::new(options)?,
            pace: Pace::new(options.pace, options.image_concurrency, options.jitter),
            retry: options.retry,
            sent: AtomicU64::new(0),
        })
    }

    /// Asks once, along redirects.
    async fn walk(&self, start: &Url, want: Want) -> Result<Page, Failure> {
        let mut steps = vec![start.clone()];
        loop {
            let url = steps.last().unwrap_or(start);
            let next = match self.send(url, want).await? {
                Answer::Whole { status, content_type, bytes } => return Ok(page(url, status, content_type, bytes)),
                Answer::Redirect { status, to } if to.path().starts_with(CAPTCHA_PATH) => {
                    return Ok(page(&to, status, None, Vec::new()));
                }
                Answer::Redirect { to, .. } => to,
            };
            if steps.contains(&next) {
                return Err(FetchError::RedirectLoop { url: address::shown(start) }.into());
            }
            if steps.len() > REDIRECTS {
                return Err(FetchError::TooManyRedirects { url: address::shown(start), limit: REDIRECTS }.into());
            }
            steps.push(next);
        }
    }

    /// Sends one request when its turn has come, and reads the answer.
    async fn send(&self, url: &Url, want: Want) -> Result<Answer, Failure> {
        let request = self
            .clients
            .request(url, want)
            .map_err(|refusal| FetchError::Refused { url: address::shown(url), refusal })?;
        let turn = self.pace.turn(url.host_str().unwrap_or_default(), want).await;
        self.sent.fetch_add(1, Ordering::Relaxed);
        let response = request.send().await;
        turn.arrived();
        let response = response.map_err(|error| failure::of_sending(error, url))?;
        answer::read(response, url, want).await
    }
}

impl Fetch for Http {
    async fn get(&self, request: &Request) -> Result<Page, FetchError> {
        let url = address::read(&request.url)?;
        let mut tries = 1;
        loop {
            let failure = match self.walk(&url, request.want).await {
                Ok(page) => return Ok(Page { asked: request.url.clone(), ..page }),
                Err(failure) => failure,
            };
            if tries >= self.retry.tries_after(&failure.error) {
                return Err(failure.give_up(&self.retry));
            }
            let Some(wait) = self.retry.wait(tries, failure.asked_wait, self.pace.jitter()) else {
                return Err(failure.give_up(&self.retry));
            };
            self.pace.rest(url.host_str().unwrap_or_default(), request.want, wait).await;
            tries += 1;
        }
    }

    fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// A page; the caller fills in what was asked, as it was asked.
fn page(url: &Url, status: u16, content_type: Option<String>, bytes: Vec<u8>) -> Page {
    Page { asked: String::new(), url: address::shown(url), status, content_type, bytes }
}
