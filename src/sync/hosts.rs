//! Gives up hosts that can't be reached: old issues show hundreds of pictures of hosts that are no more.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::fetch::FetchError;

/// How many requests to a host, each tried several times, must fail before it is given up.
const PATIENCE: u32 = 3;

/// What this run knows of the hosts of pictures.
#[derive(Debug, Default)]
pub(super) struct Hosts(Mutex<HashMap<String, Reach>>);

/// Whether a host was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// It has answered something; what fails later is the affair of that one picture.
    Answered,
    /// So many requests got no connection or no answer in time, and none got one.
    Silent(u32),
}

impl Hosts {
    /// Whether a host may be asked; the reason where it is given up.
    pub(super) fn may_ask(&self, url: &str) -> Result<(), String> {
        let host = host(url);
        match self.reaches().get(host) {
            Some(Reach::Silent(PATIENCE..)) => Err(format!(
                "did not ask `{url}`: {host} could not be reached for {PATIENCE} other pictures; run again later"
            )),
            _ => Ok(()),
        }
    }

    /// Notes how a request ended.
    pub(super) fn note(&self, url: &str, error: Option<&FetchError>) {
        let is_silence = matches!(error, Some(FetchError::Connection { .. } | FetchError::Timeout { .. }));
        let mut reaches = self.reaches();
        let reach = reaches.entry(host(url).to_owned()).or_insert(Reach::Silent(0));
        *reach = match *reach {
            Reach::Silent(failed) if is_silence => Reach::Silent(failed.saturating_add(1)),
            Reach::Silent(_) | Reach::Answered => Reach::Answered,
        };
    }

    fn reaches(&self) -> MutexGuard<'_, HashMap<String, Reach>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The host of an address, with its port.
fn host(url: &str) -> &str {
    url.split(['/', '?', '#']).nth(2).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_never_answers_is_given_up_and_others_are_not() {
        let hosts = Hosts::default();
        let silence = FetchError::Timeout { url: String::new() };
        for index in 0..3 {
            let url = format!("https://dead.example.org/{index}.png");
            assert_eq!(hosts.may_ask(&url), Ok(()));
            hosts.note(&url, Some(&silence));
        }
        let why = hosts.may_ask("https://dead.example.org/4.png?x").expect_err("given up");
        assert!(why.contains("dead.example.org could not be reached"), "{why}");
        assert_eq!(hosts.may_ask("https://alive.example.org/"), Ok(()));
    }

    #[test]
    fn a_host_that_has_answered_is_asked_on() {
        let hosts = Hosts::default();
        let url = "https://example.org/a.png";
        hosts.note(url, Some(&FetchError::Status { url: url.to_owned(), status: 404 }));
        for _ in 0..9 {
            hosts.note(url, Some(&FetchError::Timeout { url: url.to_owned() }));
        }
        assert_eq!(hosts.may_ask(url), Ok(()));
    }
}
