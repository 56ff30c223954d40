//! Write jobs: each ends some time after its request was accepted.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};

use super::calendar;
use super::log::RecordedWrite;
use super::store::Row;
use crate::WriteState;

/// How a job ends.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) state: WriteState,
    pub(super) errors: Vec<String>,
}

/// What a job changes when it succeeds.
#[derive(Clone, Debug)]
pub(super) enum Effect {
    /// No record that can be read.
    Nothing,
    /// Adds a record.
    Create { collection: usize, row: Row },
    /// Changes properties of a record.
    Update { collection: usize, id: String, changes: Row },
}

/// The job of a write.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) id: String,
    /// `POST /v1/leads/`.
    pub(super) operation: String,
    /// The first segment of the path that is not a version: `leads`.
    pub(super) category: String,
    pub(super) integration_id: String,
    pub(super) vendor: String,
    pub(super) parameters: Value,
    pub(super) created: Duration,
    pub(super) outcome: Outcome,
    pub(super) effect: Effect,
    /// The id of the new record, if the vendor's system reports it.
    pub(super) record_id: Option<String>,
    pub(super) has_ended: bool,
}

impl Job {
    /// Returns the state of the write.
    pub(super) fn state(&self) -> &WriteState {
        if self.has_ended { &self.outcome.state } else { &WriteState::Pending }
    }

    /// Returns what a test sees of the job.
    pub(super) fn recorded(&self) -> RecordedWrite {
        RecordedWrite {
            operation: self.operation.clone(),
            body: self.parameters.clone(),
            job_id: self.id.clone(),
            state: self.state().clone(),
        }
    }

    /// Returns the response of the status operation.
    pub(super) fn status(&self) -> Value {
        let errors = if self.has_ended { self.outcome.errors.as_slice() } else { &[] };
        let is_done = matches!(self.state(), WriteState::Success | WriteState::PartialSuccess);
        let record = self.record_id.as_ref().filter(|_| is_done);
        json!({ "write_status": self.state().as_str(), "errors": errors, "created_record_id": record })
    }

    /// Returns the entry of the write log.
    pub(super) fn log_entry(&self) -> Value {
        let has_failed = self.outcome.state == WriteState::Failure;
        json!({
            "id": format!("log_{}", self.id),
            "job_id": self.id,
            "job_log_id": format!("log_{}", self.id),
            "job_type": "WRITE",
            "name": self.operation,
            "parameters": self.parameters,
            "status": if has_failed { "FAILURE" } else { "SUCCESS" },
            "error": self.outcome.errors.first(),
            "created_at": calendar::date_time(calendar::unix_millis(self.created)),
            "integration_id": self.integration_id,
            "vendor": self.vendor,
        })
    }
}

/// All jobs, in the order of their creation.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    jobs: Vec<Job>,
    /// The jobs that have not ended, by the time of their end.
    pending: BTreeSet<(Duration, usize)>,
    /// The outcomes of the next writes.
    planned: VecDeque<Outcome>,
    /// The share of writes that fail.
    pub(super) failure_rate: f64,
}

impl Jobs {
    pub(super) fn all(&self) -> &[Job] {
        &self.jobs
    }

    pub(super) fn get(&self, id: &str) -> Option<&Job> {
        self.jobs.iter().rev().find(|job| job.id == id)
    }

    /// Returns the id of the next job.
    pub(super) fn next_id(&self) -> String {
        format!("job_{}", self.jobs.len() + 1)
    }

    /// Sets the outcome of the next write that has none.
    pub(super) fn plan(&mut self, outcome: Outcome) {
        self.planned.push_back(outcome);
    }

    /// Returns the outcome of a new write.
    pub(super) fn draw(&mut self, rng: &mut Rng) -> Outcome {
        let fails = self.failure_rate > 0.0 && rng.f64() < self.failure_rate;
        self.planned.pop_front().unwrap_or_else(|| match fails {
            true => {
                Outcome { state: WriteState::Failure, errors: vec!["the vendor's system refused".to_owned()] }
            }
            false => Outcome { state: WriteState::Success, errors: Vec::new() },
        })
    }

    pub(super) fn start(&mut self, job: Job, duration: Duration) {
        self.pending.insert((job.created.saturating_add(duration), self.jobs.len()));
        self.jobs.push(job);
    }

    /// Returns when the next job ends.
    pub(super) fn next_end(&self) -> Option<Duration> {
        self.pending.first().map(|(end, _)| *end)
    }

    /// Ends the next job and returns it.
    pub(super) fn end_next(&mut self) -> Option<Job> {
        let (_, index) = self.pending.pop_first()?;
        let job = self.jobs.get_mut(index)?;
        job.has_ended = true;
        Some(job.clone())
    }
}
