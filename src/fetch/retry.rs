//! How often and how long after a failure a request is tried again.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};

use super::FetchError;

/// How often and how long after a failure a request is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often a request is sent at most, the first time included.
    pub tries: u32,
    /// The same where the answer did not come in time, which has cost as long as the timeouts allow.
    pub slow_tries: u32,
    /// The wait after the first failure; it doubles with each.
    pub first_wait: Duration,
    /// The longest wait; a host that asks for more is left alone.
    pub longest_wait: Duration,
}

/// What makes waiting times uneven, so that requests do not come in step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jitter {
    /// Even waiting times.
    None,
    /// Pseudo-random numbers from a seed.
    Seeded(u64),
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { tries: 4, slow_tries: 2, first_wait: Duration::from_secs(1), longest_wait: Duration::from_mins(1) }
    }
}

impl RetryPolicy {
    /// How often a request that fails like this is sent at most.
    pub(super) fn tries_after(&self, error: &FetchError) -> u32 {
        match error {
            FetchError::Timeout { .. } => self.slow_tries.min(self.tries),
            error if error.is_transient() => self.tries,
            _ => 1,
        }
    }

    /// How long to wait before the next try, after `tries` of them; `None` where the host asks for too much.
    ///
    /// `asked` is what the host asks for, and never waited for less: to come earlier is what gets a client blocked.
    pub(super) fn wait(&self, tries: u32, asked: Option<Duration>, jitter: f64) -> Option<Duration> {
        let asked = asked.unwrap_or_default();
        if asked > self.longest_wait {
            return None;
        }
        let doubled = self.first_wait.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(self.longest_wait);
        Some(asked.max(doubled.mul_f64(0.5 + 0.5 * (1.0 - jitter))))
    }
}

impl Jitter {
    /// A seed that differs from run to run.
    #[must_use]
    pub fn random() -> Self {
        Self::Seeded(RandomState::new().build_hasher().finish())
    }

    /// The next number, from 0 up to 1 (`SplitMix64`).
    pub(super) fn next(&mut self) -> f64 {
        let Self::Seeded(state) = self else { return 0.0 };
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = *state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let top = u32::try_from((bits ^ (bits >> 31)) >> 32).unwrap_or_default();
        f64::from(top) / (f64::from(u32::MAX) + 1.0)
    }
}

/// Reads `Retry-After`: seconds or a date (RFC 9110 §10.2.3); a date that has passed means now.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = rfc2822::parse(value).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        tries: 4,
        slow_tries: 2,
        first_wait: Duration::from_secs(1),
        longest_wait: Duration::from_secs(3),
    };

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits = [1, 2, 3, 4, u32::MAX].map(|tries| POLICY.wait(tries, None, 0.0).map(|wait| wait.as_secs()));
        assert_eq!(waits, [1, 2, 3, 3, 3].map(Some));
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let url = String::new;
        assert_eq!(POLICY.tries_after(&FetchError::Empty { url: url() }), 4);
        assert_eq!(POLICY.tries_after(&FetchError::Timeout { url: url() }), 2);
        assert_eq!(POLICY.tries_after(&FetchError::Status { url: url(), status: 503 }), 4);
        assert_eq!(POLICY.tries_after(&FetchError::Status { url: url(), status: 404 }), 1);
        assert_eq!(POLICY.tries_after(&FetchError::RedirectLoop { url: url() }), 1);
    }

    #[test]
    fn a_host_is_never_asked_earlier_than_it_wants() {
        let asked = |seconds| POLICY.wait(1, Some(Duration::from_secs(seconds)), 0.9);
        assert_eq!(asked(2), Some(Duration::from_secs(2)));
        assert_eq!(asked(4), None);
    }

    #[test]
    fn jitter_takes_off_at_most_half() {
        let mut jitter = Jitter::Seeded(7);
        for _ in 0..1000 {
            let wait = POLICY.wait(1, None, jitter.next()).expect("a wait");
            assert!(wait > Duration::from_millis(499) && wait <= Duration::from_secs(1), "{wait:?}");
        }
        assert_eq!(Jitter::None.next().to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-23T06:00:00Z".parse().expect("a time");
        let read = |value| retry_after(value, now).map(|wait| wait.as_secs());
        assert_eq!(read(" 120 "), Some(120));
        assert_eq!(read("Mon, 23 Nov 2026 06:01:30 GMT"), Some(90));
        assert_eq!(read("Mon, 23 Nov 2026 05:00:00 GMT"), Some(0));
        assert_eq!(read("99999999999999999999999"), Some(u64::MAX));
        assert_eq!(read("soon"), None);
        assert_eq!(read(""), None);
        assert_eq!(read("-1"), None);
    }
}
