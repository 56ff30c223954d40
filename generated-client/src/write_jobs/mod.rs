//! Writes go on after the server has answered: jobs, and how they end.

mod status;
mod wait;

use serde::{Deserialize, Serialize};

pub use status::{WriteOutcome, WriteState, WriteStatus};
pub use wait::WaitForWrite;

use crate::Client;
use crate::error::Result;
use crate::operation::{Effect, Method, Operation};
use crate::request::Request;

/// The answer of a write: it names the job that carries the write out.
///
/// Every generated receipt is one, wherever it has the id, and so is a bare id that was kept somewhere.
pub trait Receipt {
    /// The id of the job.
    fn job_id(&self) -> &str;

    /// A handle on the job, to keep.
    fn job(&self) -> WriteJob {
        WriteJob { job_id: self.job_id().to_owned() }
    }
}

impl Receipt for str {
    fn job_id(&self) -> &str {
        self
    }
}

impl Receipt for String {
    fn job_id(&self) -> &str {
        self
    }
}

/// A handle on a write job. It survives in a database as JSON (`{"job_id":"…"}`), so that another process can wait for the
/// job after a restart.
///
/// ```
/// use propexo::{Receipt, WriteJob};
///
/// let job: WriteJob = serde_json::from_str(r#"{"job_id":"4711"}"#)?;
/// assert_eq!(job, "4711".job());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WriteJob {
    /// The id of the job.
    pub job_id: String,
}

impl WriteJob {
    /// The job of an id.
    pub fn new(job_id: impl Into<String>) -> Self {
        Self { job_id: job_id.into() }
    }
}

impl Receipt for WriteJob {
    fn job_id(&self) -> &str {
        &self.job_id
    }
}

/// What came of the order to try a failed write again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetriedWrite {
    /// Whether the server took the order.
    pub accepted: bool,
    /// The new job; the failed one stays as it is.
    pub job: WriteJob,
}

impl Receipt for RetriedWrite {
    fn job_id(&self) -> &str {
        &self.job.job_id
    }
}

impl Client {
    /// Write jobs: how a write went, waiting for its end, and trying again.
    #[must_use]
    pub fn write_jobs(&self) -> WriteJobs<'_> {
        WriteJobs { client: self }
    }
}

/// Write jobs; see [`Client::write_jobs`].
#[derive(Clone, Copy, Debug)]
pub struct WriteJobs<'a> {
    client: &'a Client,
}

const STATUS: Operation =
    Operation::new("write_jobs.status", Method::Get, "/v1/admin/write-status/{root_job_id}", Effect::Read);

const RETRY: Operation =
    Operation::new("write_jobs.retry", Method::Post, "/v1/admin/retry-write/{root_job_id}", Effect::Write);

impl WriteJobs<'_> {
    /// How a write is going, asked once: `GET /v1/admin/write-status/{root_job_id}`.
    ///
    /// # Errors
    ///
    /// Those of any request.
    pub async fn status(&self, job: &(impl Receipt + ?Sized)) -> Result<WriteStatus> {
        status_request(self.client, job.job_id()).send().await
    }

    /// Waits until a write has ended, for five minutes unless something else is said.
    ///
    /// It asks after a second, then less and less often, within the rate limit of the client and behind interactive
    /// requests. Giving the future up loses nothing: the job goes on at the server, and can be waited for again.
    ///
    /// ```no_run
    /// # async fn run(client: propexo::Client, receipt: propexo::WriteJob) -> propexo::Result<()> {
    /// use propexo::WriteOutcome;
    ///
    /// match client.write_jobs().wait(&receipt).await? {
    ///     WriteOutcome::Success { created_record_id: Some(id) } => println!("created {id}"),
    ///     WriteOutcome::Success { created_record_id: None } => println!("done; the record comes with the next sync"),
    ///     WriteOutcome::StillPending { job, .. } => println!("keep {job:?} and ask later"),
    ///     ended => println!("{:?}", ended.errors()),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the requests, after the usual retries. A write that failed is no error but an outcome.
    pub fn wait(&self, job: &(impl Receipt + ?Sized)) -> WaitForWrite {
        WaitForWrite::new(self.client.clone(), job.job())
    }

    /// Orders a failed write to be tried again: `POST /v1/admin/retry-write/{root_job_id}`.
    ///
    /// # Errors
    ///
    /// Those of any request; the server refuses a job that has not failed.
    pub async fn retry(&self, job: &(impl Receipt + ?Sized)) -> Result<RetriedWrite> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default = "yes")]
            success: bool,
            job_id: String,
        }
        const fn yes() -> bool {
            true
        }
        let request = Request::<Answer>::new(self.client, &RETRY).path("root_job_id", job.job_id());
        let Answer { success, job_id } = request.send().await?;
        Ok(RetriedWrite { accepted: success, job: WriteJob { job_id } })
    }
}

fn status_request(client: &Client, job_id: &str) -> Request<WriteStatus> {
    Request::new(client, &STATUS).path("root_job_id", job_id)
}
