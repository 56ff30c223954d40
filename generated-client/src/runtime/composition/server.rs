//! A server that counts requests per minute, as Propexo does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::executor::TestClock;
use crate::runtime::clock::Clock;
use crate::runtime::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};

pub(super) const ROWS_PER_PAGE: u64 = 3;

/// When the server counts a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CountedWhen {
    /// When it is sent.
    Sent,
    /// When its response is read, which may be long after it was sent.
    Polled,
}

#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) clock: TestClock,
    pub(super) limit: u64,
    pub(super) counted_when: CountedWhen,
    /// How long the first minute of the server lasts after the client starts.
    pub(super) phase: Duration,
    pub(super) reports_limit: bool,
    pub(super) latency: Duration,
    /// When all write jobs have ended.
    pub(super) jobs_end: Duration,
    pub(super) counts: Arc<Mutex<Counts>>,
}

#[derive(Debug, Default)]
pub(super) struct Counts {
    minute: u64,
    used: u64,
    pub(super) most_used: u64,
    pub(super) requests: u64,
}

impl Server {
    fn count(&self) -> u64 {
        let mut counts = self.counts.lock().unwrap();
        let minute = (self.clock.now() + self.phase).as_secs() / 60;
        if minute != counts.minute {
            counts.minute = minute;
            counts.used = 0;
        }
        counts.used += 1;
        counts.requests += 1;
        counts.most_used = counts.most_used.max(counts.used);
        counts.used
    }

    fn respond(&self, request: &HttpRequest, used: u64) -> HttpResponse {
        let query = request.query();
        let number = |name: &str| {
            query.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.parse::<u64>().ok())
        };
        let body = match request.operation().name {
            "list" => {
                let (offset, total) = (number("offset").unwrap_or(0), number("total").unwrap_or(0));
                let end = (offset + ROWS_PER_PAGE).min(total);
                let rows: Vec<Value> = (offset..end).map(|row| json!({ "id": row.to_string() })).collect();
                json!({ "results": rows, "meta": { "limit": ROWS_PER_PAGE, "total": total, "hasMore": end < total } })
            }
            _ => {
                json!({ "write_status": if self.clock.now() < self.jobs_end { "PENDING" } else { "SUCCESS" } })
            }
        };
        let response = HttpResponse::json(200, &body);
        if !self.reports_limit {
            return response;
        }
        response
            .with_header("x-ratelimit-limit", self.limit.to_string())
            .with_header("x-ratelimit-remaining", self.limit.saturating_sub(used).to_string())
    }
}

impl Transport for Server {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        let server = self.clone();
        let sent = (self.counted_when == CountedWhen::Sent).then(|| self.count());
        let arrival = self.clock.sleep(self.latency);
        Box::pin(async move {
            arrival.await;
            let used = sent.unwrap_or_else(|| server.count());
            Ok(server.respond(&request, used))
        })
    }
}
