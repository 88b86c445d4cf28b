//! A body that is sent as an [`Answer`](super::Answer) wants it, to its end or not.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Interval, interval};

/// How often a slow body has another byte: far more often than any client loses patience.
const DRIP: Duration = Duration::from_millis(5);

/// A body under way.
#[derive(Debug)]
pub(super) struct Play {
    next: Option<Bytes>,
    then: Then,
}

/// What comes after the bytes.
#[derive(Debug)]
enum Then {
    End,
    Flush,
    BreakOff,
    Drip(Interval),
    Again(Bytes),
}

impl Play {
    /// The bytes and the end.
    pub(super) fn whole(body: Bytes) -> Self {
        Self { next: Some(body), then: Then::End }
    }

    /// Half of the bytes and no end.
    pub(super) fn truncated(body: &Bytes) -> Self {
        Self { next: Some(body.slice(..body.len() / 2)), then: Then::Flush }
    }

    /// The bytes, and then one at a time.
    pub(super) fn drip(body: Bytes) -> Self {
        Self { next: Some(body), then: Then::Drip(interval(DRIP)) }
    }

    /// The bytes over and over.
    pub(super) fn endless(body: Bytes) -> Self {
        let body = if body.is_empty() { Bytes::from_static(b" ") } else { body };
        Self { next: Some(body.clone()), then: Then::Again(body) }
    }
}

impl Body for Play {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.next.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        Poll::Ready(match &mut self.then {
            Then::End => None,
            // What is written is sent when there is nothing more to write for now; after an error it is not.
            Then::Flush => {
                self.then = Then::BreakOff;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Then::BreakOff => Some(Err(io::ErrorKind::ConnectionAborted.into())),
            Then::Drip(interval) => {
                ready!(interval.poll_tick(context));
                Some(Ok(Frame::data(Bytes::from_static(b" "))))
            }
            Then::Again(bytes) => Some(Ok(Frame::data(bytes.clone()))),
        })
    }

    /// Known for a whole body only, so that an empty one is said to be empty.
    fn size_hint(&self) -> SizeHint {
        match (&self.then, &self.next) {
            (Then::End, Some(bytes)) => SizeHint::with_exact(bytes.len() as u64),
            (Then::End, None) => SizeHint::with_exact(0),
            _ => SizeHint::default(),
        }
    }
}
