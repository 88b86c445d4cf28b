//! What drives requests and the work beside them.

use std::io;
use std::num::NonZero;
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// The most threads of a kind: one reads a page, one unpacks a picture, one writes. Each keeps the memory that the
/// pages it worked on have taken, tens of megabytes, so that the runtime's own limit of 512 costs hundreds.
const MOST_THREADS: usize = 3;

/// Makes the runtime, with few threads, and few more for work that takes a while.
///
/// # Errors
/// When the system grants no threads.
pub(super) fn runtime() -> io::Result<Runtime> {
    let cores = available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
    // Looking a name up blocks too, and must not wait for the page in hand: hence two at least.
    Builder::new_multi_thread().worker_threads(cores).max_blocking_threads(cores.max(2)).enable_all().build()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::{Arc, Mutex};
    use std::thread;

    use super::*;

    #[test]
    fn work_beside_the_downloads_is_done_on_few_threads() {
        let threads = Arc::new(Mutex::new(HashSet::new()));
        let runtime = runtime().expect("a runtime");
        let work =
            |threads: Arc<Mutex<HashSet<_>>>| move || threads.lock().expect("a set").insert(thread::current().id());
        runtime.block_on(async {
            let all: Vec<_> = (0..200).map(|_| tokio::task::spawn_blocking(work(Arc::clone(&threads)))).collect();
            for done in all {
                done.await.expect("done");
            }
        });
        assert!(threads.lock().expect("a set").len() <= MOST_THREADS);
        assert!(runtime.metrics().num_workers() <= MOST_THREADS);
    }
}
