//! The program that is killed: it exports all residents into a journal, and continues where the journal ends.
//!
//! For some rows it reads another list; for others it writes and waits for the end of the write.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use propexo::billing_and_payments::CreateResidentCharge;
use propexo::models::Resident;
use propexo::{Client, Clock, RetryPolicy, Sleep, WriteOutcome};
use serde::{Deserialize, Serialize};

use super::journal::{Entry, Journal, WriteProgress};

/// What to export, and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) base_url: String,
    pub(crate) journal: PathBuf,
    /// Rows per page.
    pub(crate) page: u64,
    /// The units of the property are listed for every row whose offset is a multiple of this.
    pub(crate) list_every: u64,
    /// A charge is written for every row whose offset is a multiple of this.
    pub(crate) write_every: u64,
    /// The speed of the client's clock, as a multiple of real time.
    pub(crate) clock_speed: u32,
    /// How long to look for a job in the write log; every job has ended by then.
    pub(crate) job_limit: Duration,
}

/// The number of times that a call is repeated after the client's retries have failed.
const MAX_CALLS: u32 = 20;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Exports the rows that are not in the journal yet.
pub(crate) async fn run(plan: Plan) -> Outcome {
    let client = Client::builder()
        .token("any")
        .base_url(&plan.base_url)
        .clock(FastClock::new(plan.clock_speed))
        // Few attempts, so that failed calls reach the caller.
        .retry(RetryPolicy::default().max_attempts(2).first_wait(Duration::from_millis(5)))
        .timeout(Duration::from_secs(60) * plan.clock_speed)
        .build()?;
    let journal = Journal::open(&plan.journal)?;
    Exporter { client, journal, plan }.export().await
}

struct Exporter {
    client: Client,
    journal: Journal,
    plan: Plan,
}

impl Exporter {
    async fn export(mut self) -> Outcome {
        let list = self.client.residents().list().limit(self.plan.page).order_by("created_at:asc");
        let mut residents = list.offset(self.journal.rows()).items().prefetch(4);
        let mut failures = 0;
        loop {
            let at = residents.offset();
            let (id, resident) = match residents.next_item().await {
                None => return Ok(()),
                Some(Ok(resident)) => (resident.id.to_string(), Some(resident)),
                // A row that does not decode is consumed; any other error concerns the page, which is requested
                // again.
                Some(Err(propexo::Error::Decode(bad))) if residents.offset() > at => {
                    (id_of(bad.body())?, None)
                }
                Some(Err(_)) if failures < MAX_CALLS => {
                    failures += 1;
                    continue;
                }
                Some(Err(error)) => return Err(error.into()),
            };
            failures = 0;
            let units = match &resident {
                Some(resident) if at.is_multiple_of(self.plan.list_every) => {
                    Some(self.units(resident).await?)
                }
                _ => None,
            };
            if at.is_multiple_of(self.plan.write_every) {
                self.charge(at).await?;
            }
            self.journal.push(&Entry::Row { at, id, rejected: resident.is_none(), units })?;
        }
    }

    /// Counts the units of the property of a resident.
    async fn units(&self, resident: &Resident) -> Outcome<u64> {
        let property = resident.property_id.as_ref().ok_or("the resident has no property")?;
        let list = self.client.units().list().property_id(property).limit(20);
        let mut units = list.items();
        let mut failures = 0;
        loop {
            let at = units.offset();
            match units.next_item().await {
                None => return Ok(units.offset()),
                Some(Err(error)) if units.offset() == at => {
                    failures += 1;
                    if failures > MAX_CALLS {
                        return Err(error.into());
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// Writes the charge of a row, once, and waits for its end.
    async fn charge(&mut self, at: u64) -> Outcome {
        loop {
            let entry = match self.journal.write() {
                WriteProgress::None => {
                    self.journal.push(&Entry::Intent { at })?;
                    self.send(at).await
                }
                // Whether the server received it is unknown, after a failure as well as after a kill.
                WriteProgress::Intended => match self.find(at).await? {
                    Some(job_id) => Some(Entry::Job { at, job_id, found: true }),
                    None => self.send(at).await,
                },
                WriteProgress::Accepted(job_id) => Some(self.wait(at, job_id).await?),
                WriteProgress::Ended => return Ok(()),
            };
            if let Some(entry) = entry {
                self.journal.push(&entry)?;
            }
        }
    }

    async fn send(&self, at: u64) -> Option<Entry> {
        let charge =
            CreateResidentCharge::new("integration_1").amount_in_cents(100).description(description(at));
        let sent = self.client.billing_and_payments().create_resident_charge(charge).send().await;
        sent.ok().map(|receipt| Entry::Job { at, job_id: receipt.job_id().to_owned(), found: false })
    }

    async fn wait(&self, at: u64, job_id: &str) -> Outcome<Entry> {
        let tick = Duration::from_millis(20) * self.plan.clock_speed;
        // A deadline of the client's clock, which is that much faster than the server.
        let deadline = Duration::from_secs(300) * self.plan.clock_speed;
        let wait = self.client.write_jobs().wait(job_id).poll_interval(tick).deadline(deadline);
        let outcome = match wait.await? {
            WriteOutcome::Success { .. } => "SUCCESS",
            WriteOutcome::PartialSuccess { .. } => "PARTIAL_SUCCESS",
            WriteOutcome::Failure { .. } => "FAILURE",
            pending => return Err(format!("{pending:?}").into()),
        };
        Ok(Entry::Outcome { at, outcome: outcome.to_owned() })
    }

    /// The job of a row's charge, if the server has one.
    ///
    /// The write log contains only ended jobs, so this searches until every job has had the time to end.
    async fn find(&self, at: u64) -> Outcome<Option<String>> {
        let mut end = None;
        loop {
            let begun = Instant::now();
            if let Some(job_id) = self.find_logged(at).await? {
                return Ok(Some(job_id));
            }
            if begun > *end.get_or_insert_with(|| Instant::now() + self.plan.job_limit) {
                return Ok(None);
            }
            tokio::time::sleep(self.plan.job_limit / 4).await;
        }
    }

    async fn find_logged(&self, at: u64) -> Outcome<Option<String>> {
        let parameters = serde_json::json!({ "description": description(at) });
        let find = || self.client.write_jobs().find_recent(&parameters, SystemTime::UNIX_EPOCH).into_future();
        Ok(insist(find).await?.first().map(|log| log.job.job_id.clone()))
    }
}

/// The description of a charge, unique to its row.
pub(crate) fn description(at: u64) -> String {
    format!("row {at}")
}

/// Makes a call until it succeeds.
async fn insist<T, F: Future<Output = propexo::Result<T>>>(
    mut call: impl FnMut() -> F,
) -> propexo::Result<T> {
    for _ in 1..MAX_CALLS {
        if let Ok(value) = call().await {
            return Ok(value);
        }
    }
    call().await
}

/// The id of a row that does not decode.
pub(crate) fn id_of(row: &[u8]) -> serde_json::Result<String> {
    #[derive(Deserialize)]
    struct Row {
        id: String,
    }
    serde_json::from_slice(row).map(|row: Row| row.id)
}

/// A clock that runs at a multiple of real time.
#[derive(Debug)]
pub(crate) struct FastClock {
    start: tokio::time::Instant,
    speed: u32,
}

impl FastClock {
    pub(crate) fn new(speed: u32) -> Self {
        Self { start: tokio::time::Instant::now(), speed }
    }
}

impl Clock for FastClock {
    fn now(&self) -> Duration {
        self.start.elapsed() * self.speed
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration / self.speed))
    }
}
