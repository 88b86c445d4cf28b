//! When a request may be sent: article pages of a host one at a time and apart, pictures several at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedMutexGuard, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, sleep_until};

use super::{Jitter, Want};

/// How much longer than the pace a gap may be.
const UNEVEN: f64 = 0.2;

/// The longest pace; a larger number would only overflow the clock.
const SLOWEST: Duration = Duration::from_hours(24);

/// When requests may be sent, for all hosts.
#[derive(Debug)]
pub(super) struct Pace {
    gap: Duration,
    jitter: Mutex<Jitter>,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    pictures: Semaphore,
}

/// When the next article page of one host may be asked.
#[derive(Debug)]
pub(super) struct Host {
    turn: Arc<tokio::sync::Mutex<()>>,
    next: Mutex<Instant>,
}

/// The right to send one request; kept until its answer is read.
#[derive(Debug)]
pub(super) enum Turn<'a> {
    /// The only article page of a host.
    Article { _turn: OwnedMutexGuard<()>, host: Arc<Host>, gap: Duration },
    /// One of several pictures; no permit where the semaphore is closed, which it never is.
    Picture { _permit: Option<SemaphorePermit<'a>> },
}

impl Pace {
    /// A pace of its own for every host.
    pub(super) fn new(gap: Duration, image_concurrency: usize, jitter: Jitter) -> Self {
        let permits = image_concurrency.clamp(1, Semaphore::MAX_PERMITS);
        let gap = gap.min(SLOWEST);
        Self { gap, jitter: Mutex::new(jitter), hosts: Mutex::default(), pictures: Semaphore::new(permits) }
    }

    /// Waits until a request to a host may be sent.
    pub(super) async fn turn(&self, host: &str, want: Want) -> Turn<'_> {
        match want {
            Want::Article => self.article_turn(self.host(host)).await,
            Want::Picture => Turn::Picture { _permit: self.pictures.acquire().await.ok() },
        }
    }

    /// Waits after a failure; article pages of the host wait with it, since it is the host that needs rest.
    pub(super) async fn rest(&self, host: &str, want: Want, pause: Duration) {
        match want {
            Want::Article => self.host(host).postpone(Instant::now() + pause),
            Want::Picture => sleep(pause).await,
        }
    }

    /// A number from 0 up to 1.
    pub(super) fn jitter(&self) -> f64 {
        lock(&self.jitter).next()
    }

    async fn article_turn(&self, host: Arc<Host>) -> Turn<'static> {
        let turn = Arc::clone(&host.turn).lock_owned().await;
        // The time may be put off while we wait for it.
        while host.next() > Instant::now() {
            sleep_until(host.next()).await;
        }
        host.postpone(Instant::now() + self.gap.mul_f64(1.0 + UNEVEN * self.jitter()));
        Turn::Article { _turn: turn, host, gap: self.gap }
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = lock(&self.hosts);
        Arc::clone(hosts.entry(name.to_owned()).or_insert_with(|| Arc::new(Host::free())))
    }
}

impl Turn<'_> {
    /// Counts the pace from now: the host has the request only now, since connecting to it took its time.
    pub(super) fn arrived(&self) {
        if let Self::Article { host, gap, .. } = self {
            host.postpone(Instant::now() + *gap);
        }
    }
}

impl Host {
    fn free() -> Self {
        Self { turn: Arc::default(), next: Mutex::new(Instant::now()) }
    }

    fn next(&self) -> Instant {
        *lock(&self.next)
    }

    fn postpone(&self, until: Instant) {
        let mut next = lock(&self.next);
        *next = until.max(*next);
    }
}

/// Locks; what a panicking thread left behind is a number or a whole map entry, so it is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;

    use super::*;

    const GAP: Duration = Duration::from_secs(5);
    const ANSWER: Duration = Duration::from_secs(2);

    /// The seconds at which requests are sent that all wait for their turn, each taking `answer` to be answered.
    async fn starts(pace: Pace, requests: &[(&str, Want)], answer: Duration) -> Vec<u64> {
        let (pace, begin) = (Arc::new(pace), Instant::now());
        let mut asking = JoinSet::new();
        for (host, want) in requests {
            let (pace, host, want) = (Arc::clone(&pace), (*host).to_owned(), *want);
            asking.spawn(async move {
                let _turn = pace.turn(&host, want).await;
                let start = begin.elapsed();
                sleep(answer).await;
                start.as_secs()
            });
        }
        let mut starts = asking.join_all().await;
        starts.sort_unstable();
        starts
    }

    #[tokio::test(start_paused = true)]
    async fn pages_of_a_host_start_a_pace_apart() {
        let pace = Pace::new(GAP, 8, Jitter::None);
        assert_eq!(starts(pace, &[("a", Want::Article); 4], ANSWER).await, [0, 5, 10, 15]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_page_is_waited_for() {
        let pace = Pace::new(GAP, 8, Jitter::None);
        assert_eq!(starts(pace, &[("a", Want::Article); 3], GAP * 2).await, [0, 10, 20]);
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_do_not_wait_for_each_other() {
        let pace = Pace::new(GAP, 8, Jitter::None);
        let requests = [("a", Want::Article), ("b", Want::Article), ("a", Want::Article), ("b", Want::Article)];
        assert_eq!(starts(pace, &requests, ANSWER).await, [0, 0, 5, 5]);
    }

    #[tokio::test(start_paused = true)]
    async fn pictures_go_several_at_a_time_without_a_gap() {
        let pace = Pace::new(GAP, 3, Jitter::None);
        assert_eq!(starts(pace, &[("a", Want::Picture); 7], ANSWER).await, [0, 0, 0, 2, 2, 2, 4]);
    }

    #[tokio::test(start_paused = true)]
    async fn jitter_only_lengthens_the_gap() {
        let pace = Pace::new(Duration::from_secs(100), 8, Jitter::Seeded(1));
        let starts = starts(pace, &[("a", Want::Article); 50], ANSWER).await;
        let gaps: Vec<u64> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|gap| (100..=120).contains(gap)), "{gaps:?}");
        assert!(gaps.iter().any(|gap| *gap != gaps[0]), "{gaps:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_pace_counts_from_when_the_host_has_the_request() {
        let (pace, begin) = (Pace::new(GAP, 8, Jitter::None), Instant::now());
        let turn = pace.turn("a", Want::Article).await;
        sleep(ANSWER).await;
        turn.arrived();
        drop(turn);
        drop(pace.turn("a", Want::Article).await);
        assert_eq!(begin.elapsed(), ANSWER + GAP);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_needs_rest_gets_it_from_those_already_waiting() {
        let (pace, begin) = (Arc::new(Pace::new(GAP, 8, Jitter::None)), Instant::now());
        drop(pace.turn("a", Want::Article).await);
        let waiting = {
            let pace = Arc::clone(&pace);
            tokio::spawn(async move { drop(pace.turn("a", Want::Article).await) })
        };
        tokio::task::yield_now().await;
        pace.rest("a", Want::Article, Duration::from_mins(1)).await;
        assert_eq!(begin.elapsed(), Duration::ZERO);
        waiting.await.expect("its turn");
        assert_eq!(begin.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn absurd_numbers_do_no_harm() {
        let pace = Pace::new(Duration::MAX, usize::MAX, Jitter::None);
        assert_eq!(starts(pace, &[("a", Want::Article); 2], ANSWER).await, [0, 86_400]);
        let pace = Pace::new(Duration::ZERO, 0, Jitter::None);
        assert_eq!(starts(pace, &[("a", Want::Picture); 2], ANSWER).await, [0, 2]);
    }
}
