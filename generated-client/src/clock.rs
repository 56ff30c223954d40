//! Time, as the client sees it.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// What a [`Clock`] gives to wait on.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where a client takes the time from: time-outs, back-off and rate limit.
///
/// [`TokioClock`] serves unless the client runs on another executor; under
/// [`tokio::time::pause`](https://docs.rs/tokio/latest/tokio/time/fn.pause.html) it stands still as the rest of
/// tokio's time does, so a test of hours takes milliseconds.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time since a fixed point of the past; never goes back.
    fn now(&self) -> Duration;

    /// Completes after a while.
    fn sleep(&self, duration: Duration) -> Sleep;

    /// The calendar time, for a server that names the moment to come back at.
    fn calendar(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// The clock of tokio, which needs a runtime with timers.
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
