//! Write jobs: a write continues after the server's response, and its job reports how it ends.

mod find;
mod log;
mod status;
mod wait;

use std::time::SystemTime;

use serde::Serialize;

pub use find::FindWrites;
pub use log::WriteLogEntry;
pub use status::{WriteOutcome, WriteState, WriteStatus};
pub use wait::WaitForWrite;

use crate::Client;
use crate::runtime::operation::{Idempotency, Method, Operation};
use crate::runtime::receipt::{JobReference, RetryResponse};
use crate::runtime::request::Request;

impl Client {
    /// Returns the operations on write jobs: reading their status, waiting for their end, retrying them, and finding
    /// one whose receipt was lost.
    #[must_use]
    pub fn write_jobs(&self) -> WriteJobs<'_> {
        WriteJobs { client: self }
    }
}

/// Operations on write jobs; see [`Client::write_jobs`].
#[derive(Clone, Copy, Debug)]
pub struct WriteJobs<'a> {
    client: &'a Client,
}

const STATUS: Operation = Operation::new(
    "write_jobs.status",
    Method::Get,
    "/v1/admin/write-status/{root_job_id}",
    Idempotency::Safe,
);

const RETRY: Operation = Operation::new(
    "write_jobs.retry",
    Method::Post,
    "/v1/admin/retry-write/{root_job_id}",
    Idempotency::NotIdempotent,
);

impl WriteJobs<'_> {
    /// Requests the current status of a write: `GET /v1/admin/write-status/{root_job_id}`.
    ///
    /// ```no_run
    /// # async fn run(client: propexo::Client) -> propexo::Result<()> {
    /// let status = client.write_jobs().status("4711").send().await?;
    /// println!("{}: {:?}", status.state, status.errors);
    /// # Ok(()) }
    /// ```
    pub fn status(&self, job: impl JobReference) -> Request<WriteStatus> {
        Request::new(self.client, &STATUS).path("root_job_id", job.job_id())
    }

    /// Waits until a write has ended, for five minutes by default.
    ///
    /// Polls after a second, then at growing intervals, within the rate limit of the client. Until the deadline, a
    /// transient failure only leads to the next poll: a connection that cannot be made or breaks, a timeout, 408, 429,
    /// a 5xx, a response that does not decode. Dropping the future loses nothing: the job continues on the server, and
    /// can be waited for again.
    ///
    /// ```no_run
    /// # async fn run(client: propexo::Client, receipt: propexo::WriteReceipt) -> propexo::Result<()> {
    /// use propexo::WriteOutcome;
    ///
    /// match client.write_jobs().wait(receipt.job()).await? {
    ///     WriteOutcome::Success { created_record_id: Some(id) } => println!("created {id}"),
    ///     WriteOutcome::Success { created_record_id: None } => println!("done; the record comes with the next sync"),
    ///     WriteOutcome::PartialSuccess { errors, .. } | WriteOutcome::Failure { errors } => println!("{errors:?}"),
    ///     WriteOutcome::StillPending { job, last_error } => println!("keep {job} and ask later: {last_error:?}"),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Failures that another poll would repeat: an id that cannot be sent, a status of 300 to 499 other than 408 and
    /// 429, and a request that the transport cannot send. A failed write is not an error but an outcome.
    pub fn wait(&self, job: impl JobReference) -> WaitForWrite {
        WaitForWrite::new(self.client.clone(), job.job())
    }

    /// Requests the retry of a failed write: `POST /v1/admin/retry-write/{root_job_id}`. The server refuses a job that
    /// has not failed.
    pub fn retry(&self, job: impl JobReference) -> Request<RetryResponse> {
        Request::new(self.client, &RETRY).path("root_job_id", job.job_id())
    }

    /// Searches the write log for the jobs of a write whose receipt was lost: `GET /v1/admin/logs/writes/`.
    ///
    /// `parameters` is the request body of the write and must serialize as an object; `()` finds all writes. An entry
    /// matches if it has each property of the body with an equal value, at any depth: numbers by value, strings
    /// exactly; null equals absent. `since` is a moment just before the write was sent. It is compared with the
    /// server's clock, so entries up to two minutes older are returned, too.
    ///
    /// An entry that cannot be compared may be the write and is returned, too: one whose date cannot be parsed, or
    /// whose parameters are absent or not an object. The newest entry usually comes first.
    ///
    /// Propexo does not document whether the log repeats a body exactly, nor when an entry appears; the status of an
    /// entry is success or failure, so a running job may be missing. **An empty result does not prove** that the server
    /// has not acted: search again later, and with fewer properties.
    ///
    /// ```no_run
    /// # async fn run(client: propexo::Client) -> propexo::Result<()> {
    /// use std::time::{Duration, SystemTime};
    /// use serde_json::json;
    ///
    /// let since = SystemTime::now() - Duration::from_secs(600);
    /// let body = json!({ "integration_id": "i", "notes": "Wants to see the pool." });
    /// for entry in client.write_jobs().find_recent(&body, since).integration_id("i").await? {
    ///     println!("{} of {}: {}", entry.job, entry.created_at, entry.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn find_recent(&self, parameters: &(impl Serialize + ?Sized), since: SystemTime) -> FindWrites {
        FindWrites::new(self.client.clone(), serde_json::to_value(parameters), since)
    }
}
