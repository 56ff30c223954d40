//! The requests that a fake has received.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::fault::Fault;
use crate::WriteState;

/// The number of requests that are kept.
const MAX_REQUESTS: usize = 50_000;

/// A request that a fake has received, and the status of its response.
///
/// `Debug` shows the operation and the status; the path, the query and the body are personal data.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// Method and path template, such as `POST /v1/leads/`; `POST <no operation>` if there is none.
    pub operation: String,
    /// The path with its parameters, decoded.
    pub path: String,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The body as JSON; null if it is absent or not JSON.
    pub body: Value,
    /// The status of the response; `None` if the connection broke.
    pub status: Option<u16>,
    /// How long the response was delayed, by the rate limit for example.
    pub delay: Duration,
    /// What went wrong.
    pub fault: Option<Fault>,
    /// When the request arrived, since the start of the fake.
    pub time: Duration,
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("fault", &self.fault)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

/// A write that a fake has accepted, and its job.
///
/// `Debug` shows the operation and the state.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordedWrite {
    /// Method and path template, such as `POST /v1/leads/`.
    pub operation: String,
    /// The body of the request.
    pub body: Value,
    /// The id of the job.
    pub job_id: String,
    /// The state of the job.
    pub state: WriteState,
}

impl fmt::Debug for RecordedWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedWrite")
            .field("operation", &self.operation)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The latest requests.
#[derive(Debug, Default)]
pub(super) struct Log {
    requests: VecDeque<RecordedRequest>,
    /// The number of all requests.
    pub(super) count: usize,
}

impl Log {
    pub(super) fn add(&mut self, request: RecordedRequest) {
        self.count += 1;
        self.requests.push_back(request);
        if self.requests.len() > MAX_REQUESTS {
            self.requests.pop_front();
        }
    }

    pub(super) fn requests(&self) -> impl DoubleEndedIterator<Item = &RecordedRequest> {
        self.requests.iter()
    }
}
