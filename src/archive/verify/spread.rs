//! Spreads work over the cores of the machine, and gives back what came of it in the order of the work.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Does work in parts of at most so many items, as many parts at a time as the machine has cores.
pub(super) fn spread<T: Sync, R: Send>(items: &[T], size: usize, work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let parts: Vec<&[T]> = items.chunks(size.max(1)).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(parts.len());
    if threads < 2 {
        return parts.into_iter().map(work).collect();
    }
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(parts.len())));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(part) = parts.get(place) else { break };
                    let result = work(part);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_work() {
        let numbers: Vec<usize> = (0..1000).collect();
        for size in [0, 1, 7, 1000, 5000] {
            let doubled = spread(&numbers, size, |part| part.iter().map(|number| number * 2).collect::<Vec<_>>());
            assert_eq!(doubled.concat(), numbers.iter().map(|number| number * 2).collect::<Vec<_>>(), "{size}");
        }
        assert!(spread(&[0_u8; 0], 7, <[u8]>::len).is_empty());
    }
}
