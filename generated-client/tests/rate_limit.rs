//! A bulk export concurrent with interactive calls, on a paused clock, against a server that counts requests as the
//! real one does.
//!
//! `cargo test --test rate_limit -- --nocapture` prints the throughput, which `cargo xtask bench` reads.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::next;
use propexo::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
use propexo::{Client, Idempotency, Method, Operation, Page, Priority, RateLimit, Request, RetryPolicy};
use serde_json::{Value, json};
use tokio::time::Instant;

const LIST: Operation = Operation::new("things.list", Method::Get, "/list", Idempotency::Safe);
const GET: Operation = Operation::new("things.get", Method::Get, "/one", Idempotency::Safe);

const MINUTE: Duration = Duration::from_secs(60);
const LIMIT: usize = 150;
const SLOW_FROM: usize = 120;
const PAGES: usize = 1_000;

/// The boundaries of the server's minutes, which clients do not know.
#[derive(Clone, Copy, Debug)]
enum Minutes {
    /// At fixed times.
    Fixed,
    /// With the first request after the end of the last minute.
    FromFirst,
    /// A sliding window of sixty seconds.
    Sliding,
}

#[derive(Debug)]
struct Count {
    minutes: Minutes,
    start: Instant,
    window: Instant,
    counted: VecDeque<Instant>,
    requests: usize,
    slow: usize,
    refused: usize,
}

/// A server with a rate limit behind a network.
#[derive(Clone, Debug)]
struct Server(Arc<Mutex<Count>>);

impl Server {
    fn new(minutes: Minutes) -> Self {
        // The first minute of the server began before the client started.
        let now = Instant::now();
        Self(Arc::new(Mutex::new(Count {
            minutes,
            start: now,
            window: now,
            counted: VecDeque::new(),
            requests: 0,
            slow: 0,
            refused: 0,
        })))
    }

    /// Counts a request and returns the number of requests in the current minute.
    fn count(&self) -> usize {
        let mut count = self.0.lock().unwrap();
        let now = Instant::now();
        match count.minutes {
            Minutes::Fixed => {
                // The server's minutes began 23 seconds before the client did.
                let since = |at: Instant| (at - count.start + Duration::from_secs(23)).as_secs() / 60;
                let this = since(now);
                let old = count.counted.iter().filter(|at| since(**at) != this).count();
                count.counted.drain(..old);
            }
            Minutes::FromFirst => {
                if count.counted.is_empty() || now >= count.window + MINUTE {
                    count.window = now;
                    count.counted.clear();
                }
            }
            Minutes::Sliding => {
                while count.counted.front().is_some_and(|at| *at + MINUTE <= now) {
                    count.counted.pop_front();
                }
            }
        }
        count.counted.push_back(now);
        count.requests += 1;
        let used = count.counted.len();
        count.slow += usize::from((SLOW_FROM..=LIMIT).contains(&used));
        count.refused += usize::from(used > LIMIT);
        used
    }

    /// Consumes a part of the limit, as another program with the same token does.
    fn use_up(&self, requests: usize) {
        for _ in 0..requests {
            self.count();
        }
        let mut count = self.0.lock().unwrap();
        (count.slow, count.refused, count.requests) = (0, 0, 0);
    }

    fn counts(&self) -> (usize, usize, usize) {
        let count = self.0.lock().unwrap();
        (count.requests, count.slow, count.refused)
    }
}

impl Transport for Server {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        let server = self.clone();
        // Network latency varies without randomness, so that failures are reproducible.
        let number = server.0.lock().unwrap().requests as u64;
        let latency = Duration::from_millis(60 + number * 37 % 180);
        Box::pin(async move {
            tokio::time::sleep(latency).await;
            let used = server.count();
            let limits = |response: HttpResponse| {
                response
                    .with_header("x-ratelimit-limit", LIMIT.to_string())
                    .with_header("x-ratelimit-remaining", LIMIT.saturating_sub(used).to_string())
            };
            if used > LIMIT {
                tokio::time::sleep(latency).await;
                return Ok(limits(HttpResponse::new(429)));
            }
            if used >= SLOW_FROM {
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            tokio::time::sleep(latency).await;
            let offset: usize = request
                .query()
                .iter()
                .find(|(name, _)| name == "offset")
                .map_or(0, |(_, n)| n.parse().unwrap());
            let rows: Vec<Value> = (0..10).map(|n| json!({ "id": offset + n })).collect();
            let meta = json!({ "orderBy": [], "hasMore": offset + 10 < PAGES * 10, "total": PAGES * 10 });
            Ok(limits(HttpResponse::json(200, &json!({ "results": rows, "meta": meta }))))
        })
    }
}

/// The result of an export and the concurrent interactive calls.
struct Outcome {
    time: Duration,
    requests: usize,
    slow: usize,
    refused: usize,
    /// The durations of the interactive calls, sorted.
    interactive: Vec<Duration>,
}

impl Outcome {
    fn print(&self, name: &str) {
        let Self { time, requests, slow, refused, interactive } = self;
        let per_minute = PAGES as f64 / time.as_secs_f64() * 60.0;
        let (median, worst) = (interactive[interactive.len() / 2], interactive[interactive.len() - 1]);
        println!(
            "{name:34} {per_minute:5.0} pages a minute, {requests} requests, {slow} delayed, {refused} refused; \
             interactive calls: median {median:.1?}, worst {worst:.1?}"
        );
    }
}

/// Reads 1,000 pages, with an interactive call every few seconds.
async fn export(server: &Server, limit: RateLimit, retry: RetryPolicy) -> Outcome {
    let client = Client::builder().token("t").base_url("http://test").transport(server.clone());
    let client = client.rate_limit(limit).retry(retry).build().unwrap();
    let start = Instant::now();
    let caller = client.clone();
    let interactive = tokio::spawn(async move {
        let mut times = Vec::new();
        for number in 0_u64.. {
            tokio::time::sleep(Duration::from_millis(1_500 + number * 811 % 5_000)).await;
            let asked = Instant::now();
            if Request::<Value>::new(&caller, &GET).send().await.is_err() {
                break;
            }
            times.push(asked.elapsed());
            if asked - start > 7 * MINUTE {
                break;
            }
        }
        times.sort_unstable();
        times
    });
    let mut pages = Request::<Page<Value>>::new(&client, &LIST).query("limit", 10).pages().prefetch(8);
    let mut rows = 0;
    while let Some(page) = next(&mut pages).await {
        rows += page.unwrap().results.len();
    }
    assert_eq!((rows, pages.report().repeated), (PAGES * 10, 0));
    let time = start.elapsed();
    let (requests, slow, refused) = server.counts();
    Outcome { time, requests, slow, refused, interactive: interactive.await.unwrap() }
}

#[tokio::test(start_paused = true)]
async fn an_export_meets_neither_the_slow_zone_nor_a_refusal() {
    // As far as is known, Propexo does not use the last one, so there the test only checks the limit.
    for (minutes, longest) in [(Minutes::Fixed, 10), (Minutes::FromFirst, 10), (Minutes::Sliding, 13)] {
        let outcome = export(&Server::new(minutes), RateLimit::default(), RetryPolicy::default()).await;
        outcome.print(&format!("propexo, minutes {minutes:?}"));
        assert_eq!((outcome.slow, outcome.refused), (0, 0), "{minutes:?}");
        assert!(outcome.time < longest * MINUTE, "{:?}", outcome.time);
        let worst = outcome.interactive[outcome.interactive.len() - 1];
        assert!(worst < Duration::from_secs(5), "an interactive call took {worst:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_naive_client_for_comparison() {
    let stubborn = RetryPolicy::default()
        .max_attempts(1_000)
        .give_up_after(60 * MINUTE)
        .longest_wait(Duration::from_secs(5));
    let outcome = export(&Server::new(Minutes::Fixed), RateLimit::unlimited(), stubborn).await;
    outcome.print("without a limiter, minutes Fixed");
    assert!(outcome.slow > 100 && outcome.refused > 100);
    let all = RateLimit::default().utilization(1.0);
    let outcome = export(&Server::new(Minutes::Fixed), all, RetryPolicy::default()).await;
    outcome.print("propexo with share(1.0), Fixed");
    assert_eq!(outcome.refused, 0);
}

#[tokio::test(start_paused = true)]
async fn leaves_another_program_its_part_of_the_limit() {
    let server = Server::new(Minutes::FromFirst);
    server.use_up(110);
    let client =
        Client::builder().token("t").base_url("http://test").transport(server.clone()).build().unwrap();
    let mut pages = Request::<Page<Value>>::new(&client, &LIST).query("limit", 10).pages().prefetch(4);
    for _ in 0..30 {
        next(&mut pages).await.unwrap().unwrap();
    }
    assert_eq!(server.counts().1, 0, "none was delayed");
}

#[tokio::test(start_paused = true)]
async fn use_by_another_program_delays_interactive_calls_too() {
    let server = Server::new(Minutes::FromFirst);
    server.use_up(100);
    let client =
        Client::builder().token("t").base_url("http://test").transport(server.clone()).build().unwrap();
    let calls: Vec<_> = (0..60).map(|_| tokio::spawn(Request::<Value>::new(&client, &GET).send())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let (requests, delayed, refused) = server.counts();
    assert_eq!((requests, delayed, refused), (60, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn an_interactive_call_overtakes_bulk_work_that_waits() {
    let server = Server::new(Minutes::FromFirst);
    let client =
        Client::builder().token("t").base_url("http://test").transport(server.clone()).build().unwrap();
    let bulk: Vec<_> = (0..400)
        .map(|_| tokio::spawn(Request::<Value>::new(&client, &GET).priority(Priority::Bulk).send()))
        .collect();
    tokio::time::sleep(Duration::from_secs(90)).await;
    let status = client.rate_limit();
    assert!(status.waiting > 150 && status.limit == 150 && status.budget == 119, "{status:?}");
    let start = Instant::now();
    Request::<Value>::new(&client, &GET).send().await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert!(client.rate_limit().waiting > 100);
    for task in bulk {
        task.abort();
        drop(task.await);
    }
    assert_eq!(client.rate_limit().waiting, 0, "those who gave up have left the queue");
}
