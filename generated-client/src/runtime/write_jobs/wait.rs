//! Waiting for the end of a write.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::WriteOutcome;
use crate::Client;
use crate::runtime::error::{ApiError, Error, Result};
use crate::runtime::limit::Priority;
use crate::runtime::receipt::WriteJob;
use crate::runtime::retry::RetryPolicy;
use crate::runtime::transport::TransportErrorKind;

/// The default deadline.
const DEADLINE: Duration = Duration::from_secs(300);
const FIRST_INTERVAL: Duration = Duration::from_secs(1);
const MIN_INTERVAL: Duration = Duration::from_millis(100);
const MAX_INTERVAL: Duration = Duration::from_secs(15);
const GROWTH: f64 = 1.5;

/// Longer than any poll takes, and short enough to be added to the time of the clock.
const MAX_POLL: Duration = Duration::from_secs(3_600);

/// Waits for the end of a write when it is awaited; see [`WriteJobs::wait`](super::WriteJobs::wait).
#[must_use = "does not wait until it is awaited"]
#[derive(Clone, Debug)]
pub struct WaitForWrite {
    client: Client,
    job: WriteJob,
    deadline: Duration,
    poll_interval: Option<Duration>,
    priority: Priority,
}

impl WaitForWrite {
    pub(super) fn new(client: Client, job: WriteJob) -> Self {
        Self { client, job, deadline: DEADLINE, poll_interval: None, priority: Priority::Interactive }
    }

    /// Sets the deadline; five minutes by default. No poll begins at the deadline or after it.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the wait before each poll, including the first. Zero polls at once, and later polls wait at least a tenth
    /// of a second. After a failed poll the interval doubles up to 15 seconds until one succeeds. By default the
    /// interval grows from one second to 15.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = Some(interval);
        self
    }

    /// Sets the priority of the polls when they wait for the rate limit; [`Priority::Interactive`] by default.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    async fn run(self) -> Result<WriteOutcome> {
        let clock = &*self.client.config.clock;
        let end = clock.now().saturating_add(self.deadline);
        let left = || end.saturating_sub(clock.now());
        let mut interval = self.poll_interval.unwrap_or(FIRST_INTERVAL);
        let mut last_error = None;
        loop {
            clock.sleep(interval.min(left())).await;
            if left().is_zero() {
                return Ok(WriteOutcome::StillPending { job: self.job, last_error });
            }
            let request = self.client.write_jobs().status(&self.job).priority(self.priority);
            match request.retry(RetryPolicy::none()).deadline(left().min(MAX_POLL)).send().await {
                Ok(status) => match WriteOutcome::of(status) {
                    Some(outcome) => return Ok(outcome),
                    None => {
                        last_error = None;
                        interval = self.next_interval(interval, false);
                    }
                },
                Err(error) if is_passing(&error) => {
                    let asked = error.api().and_then(ApiError::retry_after).unwrap_or_default();
                    interval = self.next_interval(interval, true).max(asked);
                    // An error of the server is more informative than a missing permit for the next poll.
                    if last_error.is_none() || !matches!(error, Error::RateLimited(_)) {
                        last_error = Some(Arc::new(error));
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns the interval after a poll that failed, or that found the write pending.
    fn next_interval(&self, interval: Duration, failed: bool) -> Duration {
        match self.poll_interval {
            Some(fixed) if failed => {
                interval.max(MIN_INTERVAL).saturating_mul(2).min(fixed.max(MAX_INTERVAL))
            }
            Some(fixed) => fixed.max(MIN_INTERVAL),
            // Random jitter, so that many jobs of one moment are not polled at one moment.
            None => {
                interval.min(MAX_INTERVAL).mul_f64(GROWTH * (0.9 + 0.2 * fastrand::f64())).min(MAX_INTERVAL)
            }
        }
    }
}

/// Returns whether another poll may succeed where this one failed.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Transport(error) => error.kind() != TransportErrorKind::Other,
        Error::Timeout(_) | Error::RateLimited(_) | Error::Decode(_) => true,
        Error::Api(error) => matches!(error.status(), 408 | 429 | 500..),
        Error::Config(_) | Error::Validation(_) => false,
    }
}

impl IntoFuture for WaitForWrite {
    type Output = Result<WriteOutcome>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
