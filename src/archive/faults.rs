//! Faults on purpose: makes one file operation fail, so that tests can show what a crash at any point leaves behind.
//!
//! The write path asks before every operation. A program that is not under test has no plan, and nothing fails.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The program dies: this operation is never made, nor any after it, and nothing is tidied up.
    Death,
    /// The system refuses the operation with this error number.
    Refusal(i32),
    /// Half of the bytes are written before the disk is full; another operation than a write fails as a whole.
    ShortWrite,
}

/// Which operation goes wrong, if any, and how many there were.
#[derive(Debug, Clone, Default)]
pub struct Faults(Option<Arc<Plan>>);

#[derive(Debug)]
struct Plan {
    at: u64,
    fault: Fault,
    made: AtomicU64,
}

/// The number of `ENOSPC`, the same on every Unix.
const NO_SPACE: i32 = 28;

impl Faults {
    /// Lets the operation with this number fail, counted from 1.
    #[must_use]
    pub fn at(step: u64, fault: Fault) -> Self {
        Self(Some(Arc::new(Plan { at: step, fault, made: AtomicU64::new(0) })))
    }

    /// Only counts.
    #[must_use]
    pub fn counting() -> Self {
        Self::at(u64::MAX, Fault::Death)
    }

    /// How many operations were made or tried.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.0.as_ref().map_or(0, |plan| plan.made.load(Ordering::Relaxed))
    }

    /// Asks before an operation.
    pub(super) fn step(&self) -> io::Result<()> {
        self.step_writing(0).map_or_else(Err, |_| Ok(()))
    }

    /// Asks before writing so many bytes: how many may be written, all of them or half before the disk is full.
    pub(super) fn step_writing(&self, length: usize) -> io::Result<usize> {
        let Some(plan) = &self.0 else { return Ok(length) };
        let number = plan.made.fetch_add(1, Ordering::Relaxed) + 1;
        let is_dead = plan.fault == Fault::Death && number >= plan.at;
        match plan.fault {
            Fault::Death if is_dead && length > 1 => Ok(length / 2),
            Fault::Death if is_dead => Err(io::Error::other("the program is dead")),
            Fault::Refusal(number_of_error) if number == plan.at => Err(io::Error::from_raw_os_error(number_of_error)),
            Fault::ShortWrite if number == plan.at && length > 1 => Ok(length / 2),
            Fault::ShortWrite if number == plan.at => Err(io::Error::from_raw_os_error(NO_SPACE)),
            _ => Ok(length),
        }
    }

    /// The error of a write that was cut short.
    pub(super) fn short_write(&self) -> io::Error {
        if self.is_dead() { io::Error::other("the program is dead") } else { io::Error::from_raw_os_error(NO_SPACE) }
    }

    /// Whether the program is dead, and so tidies up nothing.
    pub(super) fn is_dead(&self) -> bool {
        self.0.as_ref().is_some_and(|plan| plan.fault == Fault::Death && plan.made.load(Ordering::Relaxed) >= plan.at)
    }
}
