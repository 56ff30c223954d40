//! Waiting for the end of a write.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use super::{WriteJob, WriteOutcome, WriteStatus, status_request};
use crate::Client;

use crate::error::{Error, Result};
use crate::limit::Priority;

/// How long to wait, unless something else is said.
const DEADLINE: Duration = Duration::from_secs(300);
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(15);
const GROWTH: f64 = 1.5;

/// Waits for the end of a write when it is awaited; see [`WriteJobs::wait`](super::WriteJobs::wait).
#[must_use = "nobody waits until this is awaited"]
#[derive(Clone, Debug)]
pub struct WaitForWrite {
    client: Client,
    job: WriteJob,
    deadline: Duration,
    first_wait: Duration,
    longest_wait: Duration,
}

impl WaitForWrite {
    pub(super) fn new(client: Client, job: WriteJob) -> Self {
        Self { client, job, deadline: DEADLINE, first_wait: FIRST_WAIT, longest_wait: LONGEST_WAIT }
    }

    /// Gives up after this long; five minutes by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long to wait before asking first, and at most between two times; one and fifteen seconds by default. A first wait
    /// of zero asks at once.
    pub fn every(mut self, first: Duration, longest: Duration) -> Self {
        self.first_wait = first;
        self.longest_wait = longest;
        self
    }

    async fn run(self) -> Result<WriteOutcome> {
        let Self { client, job, deadline, first_wait, longest_wait } = self;
        let clock = &*client.config().clock;
        let end = clock.now() + deadline;
        let mut last: Option<WriteStatus> = None;
        let mut wait = first_wait;
        loop {
            let left = end.saturating_sub(clock.now());
            if wait >= left {
                clock.sleep(left).await;
                return Ok(WriteOutcome::StillPending { job, last });
            }
            clock.sleep(wait).await;
            let left = end.saturating_sub(clock.now());
            let request = status_request(&client, &job.job_id).priority(Priority::Bulk).deadline(left);
            match request.send().await {
                Ok(status) => match WriteOutcome::of(status) {
                    Ok(outcome) => return Ok(outcome),
                    Err(pending) => last = Some(pending),
                },
                // That there was no room to ask says nothing about the write.
                Err(error) if error.is_rate_limited() => {}
                // Our own deadline, not a fault of the server's.
                Err(Error::Timeout(error)) if error.is_deadline() => {
                    return Ok(WriteOutcome::StillPending { job, last });
                }
                Err(error) => return Err(error),
            }
            // A little by chance, so that many jobs of one moment are not asked for in one moment.
            let longer = wait.max(Duration::from_millis(100)).mul_f64(GROWTH * (0.9 + 0.2 * fastrand::f64()));
            wait = longer.min(longest_wait);
        }
    }
}

impl IntoFuture for WaitForWrite {
    type Output = Result<WriteOutcome>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<WriteOutcome>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Display for WriteJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.job_id)
    }
}
