//! Time, as the client sees it.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// The future that [`Clock::sleep`] returns.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The source of time for timeouts, back-off and rate limit.
///
/// [`TokioClock`] is the default; a client on another executor needs its own clock. Under
/// [`tokio::time::pause`](https://docs.rs/tokio/latest/tokio/time/fn.pause.html) it is paused with the rest of tokio's
/// time, so a test of hours takes milliseconds.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Returns the time since a fixed point in the past; never decreases.
    fn now(&self) -> Duration;

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> Sleep;

    /// Returns the calendar time, to interpret dates in `Retry-After`.
    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// The clock of tokio; requires a runtime with timers.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    start: tokio::time::Instant,
}

impl Default for TokioClock {
    fn default() -> Self {
        Self { start: tokio::time::Instant::now() }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}
