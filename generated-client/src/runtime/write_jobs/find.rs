//! Finds the jobs of a write whose receipt was lost.

use std::collections::HashSet;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::WriteLogEntry;
use super::log::contains;
use crate::Client;
use crate::runtime::error::Result;
use crate::runtime::json::{self, reason};
use crate::runtime::operation::{Idempotency, Method, Operation};
use crate::runtime::record::unix_seconds;
use crate::runtime::request::Request;
use crate::runtime::validation::Violation;

const LOG: Operation =
    Operation::new("write_jobs.find_recent", Method::Get, "/v1/admin/logs/writes/", Idempotency::Safe);

/// Maximum number of entries on a page of the log.
const PAGE: usize = 100;

/// How far the server's clock may be behind ours.
const CLOCK_DIFFERENCE: Duration = Duration::from_secs(120);

const HOUR: Duration = Duration::from_secs(3_600);
/// The time ranges of the log, each with the maximum age of an entry that is certainly within it.
const TIME_RANGES: [(Duration, &str); 4] = [
    (HOUR, "hour"),
    (HOUR.saturating_mul(24), "day"),
    (HOUR.saturating_mul(24 * 7), "week"),
    (HOUR.saturating_mul(24 * 28), "month"),
];

/// The entries of a page of the log, not decoded yet, so that an invalid one does not affect the others.
struct Page(Vec<Box<RawValue>>);

impl<'de> Deserialize<'de> for Page {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Box::<RawValue>::deserialize(deserializer)?;
        let logs = json::property(&body, "results").and_then(|results| json::property(results, "logs"));
        let logs = logs.ok_or_else(|| D::Error::missing_field("results.logs"))?;
        serde_json::from_str(logs.get()).map(Self).map_err(D::Error::custom)
    }
}

/// Searches the write log when it is awaited; see [`WriteJobs::find_recent`](super::WriteJobs::find_recent).
#[must_use = "nothing is searched until this is awaited"]
#[derive(Clone, Debug)]
pub struct FindWrites {
    request: Request<Page>,
    parameters: Value,
    /// In seconds of Unix time.
    earliest: i64,
}

impl FindWrites {
    pub(super) fn new(client: Client, parameters: serde_json::Result<Value>, since: SystemTime) -> Self {
        let earliest = since.checked_sub(CLOCK_DIFFERENCE).unwrap_or(SystemTime::UNIX_EPOCH);
        let age = client.config.clock.system_time().duration_since(earliest).unwrap_or_default();
        let mut request = Request::new(&client, &LOG).query("limit", PAGE);
        if let Some((_, range)) = TIME_RANGES.iter().find(|(within, _)| age <= *within) {
            request = request.query("time_range", range);
        }
        let (parameters, fault) = match parameters {
            Ok(parameters @ (Value::Object(_) | Value::Null)) => (parameters, None),
            Ok(_) => (Value::Null, Some("not an object".to_owned())),
            Err(error) => {
                let reason = reason::without_values(&error);
                (Value::Null, Some(format!("cannot be written as JSON: {reason}")))
            }
        };
        let request = request.with_violations(fault.map(|fault| Violation::new("parameters", fault)));
        let earliest = earliest.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        Self { request, parameters, earliest: i64::try_from(earliest).unwrap_or(i64::MAX) }
    }

    /// Restricts the search to one integration.
    pub fn integration_id(mut self, integration_id: impl Into<String>) -> Self {
        self.request = self.request.query("integration_id", integration_id.into());
        self
    }

    /// Restricts the search to one category, such as `leads`, `events` or `resident_charges`.
    pub fn write_category(mut self, category: impl Into<String>) -> Self {
        self.request = self.request.query("write_category", category.into());
        self
    }

    async fn run(self) -> Result<Vec<WriteLogEntry>> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for page in 0_usize.. {
            let request = self.request.clone().query("offset", page * PAGE);
            let logs = request.send().await?.0;
            let mut moments = Vec::new();
            let mut is_new = false;
            for log in &logs {
                // The log grows during the read, which moves entries from page to page.
                let id = json::property(log, "id").unwrap_or(log).get();
                if !seen.insert(id.to_owned()) {
                    continue;
                }
                is_new = true;
                let Some(entry) = WriteLogEntry::read(log) else { continue };
                let moment = unix_seconds(entry.created_at.as_str());
                moments.extend(moment);
                if moment.is_none_or(|moment| moment >= self.earliest)
                    && contains(&entry.parameters, &self.parameters)
                {
                    found.push(entry);
                }
            }
            // If the newest entries come first, every entry after one that is too old is too old as well.
            let newest_first = moments.is_sorted_by(|before, after| before >= after);
            let is_past = newest_first && moments.last().is_some_and(|oldest| *oldest < self.earliest);
            if logs.len() < PAGE || !is_new || is_past {
                break;
            }
        }
        Ok(found)
    }
}

impl IntoFuture for FindWrites {
    type Output = Result<Vec<WriteLogEntry>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
