//! Typical combinations of requests, lists and waits, on a paused clock. `src/runtime/composition` tests random combinations.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{client, next};
use futures_util::StreamExt;
use propexo::transport::{HttpRequest, HttpResponse, MemoryTransport, Transport, TransportFuture};
use propexo::{Client, Idempotency, Method, Operation, Page, Priority, RateLimit, Request, RetryPolicy};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

const LIST: Operation = Operation::new("things.list", Method::Get, "/list", Idempotency::Safe);
const GET: Operation = Operation::new("things.get", Method::Get, "/one", Idempotency::Safe);
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// A server of a list with a response delay; it counts requests per minute and reports the count.
#[derive(Clone, Debug)]
struct Server {
    latency: Duration,
    limit: u64,
    rows: u64,
    counts: Arc<Mutex<(Option<Instant>, u64)>>,
    /// The largest count of a minute.
    most: Arc<AtomicUsize>,
}

impl Server {
    fn new(latency: u64, limit: u64) -> Self {
        let latency = Duration::from_millis(latency);
        Self { latency, limit, rows: 10_000, counts: Arc::default(), most: Arc::default() }
    }

    fn count(&self) -> u64 {
        let mut counts = self.counts.lock().unwrap();
        if counts.0.is_none_or(|start| start.elapsed() >= Duration::from_secs(60)) {
            *counts = (Some(Instant::now()), 0);
        }
        counts.1 += 1;
        self.most.fetch_max(usize::try_from(counts.1).unwrap(), Ordering::SeqCst);
        counts.1
    }
}

impl Transport for Server {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        let server = self.clone();
        Box::pin(async move {
            sleep(server.latency).await;
            let used = server.count();
            let query = request.query();
            let number = |name: &str, default: u64| {
                query.iter().find(|(key, _)| key == name).map_or(default, |(_, value)| value.parse().unwrap())
            };
            let body = match request.path() {
                "/list" => {
                    let (offset, limit) = (number("offset", 0), number("limit", 10));
                    let end = (offset + limit).min(number("rows", server.rows));
                    let rows: Vec<Value> = (offset..end).map(|id| json!({ "id": id.to_string() })).collect();
                    let total = number("rows", server.rows);
                    json!({ "results": rows, "meta": { "limit": limit, "total": total, "hasMore": end < total } })
                }
                _ => json!({ "write_status": "SUCCESS" }),
            };
            Ok(HttpResponse::json(200, &body)
                .with_header("x-ratelimit-limit", server.limit.to_string())
                .with_header("x-ratelimit-remaining", server.limit.saturating_sub(used).to_string()))
        })
    }
}

fn list(client: &Client) -> Request<Page<Value>> {
    Request::new(client, &LIST)
}

fn get(client: &Client) -> Request<Value> {
    Request::new(client, &GET)
}

#[tokio::test(start_paused = true)]
async fn a_list_inside_the_loop_of_a_prefetching_list_reads_every_row() {
    for (latency, rows) in [(0, 1_250), (0, 1_500), (0, 2_000), (80, 1_500)] {
        let server = Server { rows, ..Server::new(latency, 150) };
        let client = client(&server);
        let mut seen = 0;
        let work = async {
            let mut outer = list(&client).query("limit", 250).items().prefetch(4);
            while let Some(row) = outer.next_item().await {
                assert_eq!(row.unwrap()["id"], seen.to_string());
                let mut inner = list(&client).query("rows", 1).items();
                while let Some(row) = inner.next_item().await {
                    row.unwrap();
                }
                seen += 1;
            }
        };
        timeout(24 * HOUR, work).await.expect("every row comes");
        assert_eq!(seen, rows);
        assert!(server.most.load(Ordering::SeqCst) <= 119);
    }
}

#[tokio::test(start_paused = true)]
async fn writes_are_waited_for_inside_the_loops_of_several_prefetching_lists() {
    let server = Server::new(50, 150);
    let client = client(&server);
    let export = |client: Client| async move {
        let mut items = list(&client).items().prefetch(4);
        for _ in 0..200 {
            items.next_item().await.unwrap().unwrap();
            assert!(client.write_jobs().wait("job").deadline(24 * HOUR).await.unwrap().is_success());
        }
    };
    let tasks: Vec<_> = (0..3).map(|_| tokio::spawn(export(client.clone()))).collect();
    for task in tasks {
        timeout(20 * HOUR, task).await.expect("no task hangs").unwrap();
    }
    assert!(server.most.load(Ordering::SeqCst) <= 119);
}

#[tokio::test(start_paused = true)]
async fn busy_reader_does_not_delay_bulk_requests_of_other_tasks() {
    let client = client(&Server::new(50, 150));
    let reader = tokio::spawn({
        let client = client.clone();
        async move {
            let mut pages = list(&client).pages().prefetch(4);
            // Reads quickly until the rate limit makes it wait, and is then busy with the rows that it has.
            while client.rate_limit().waiting == 0 {
                pages.next_page().await.unwrap();
            }
            sleep(2 * HOUR).await;
            drop(pages);
        }
    });
    sleep(55 * SECOND).await;
    let start = Instant::now();
    get(&client).priority(Priority::Bulk).send().await.unwrap();
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    reader.abort();
}

#[tokio::test(start_paused = true)]
async fn unpolled_requests_in_flight_do_not_delay_a_call() {
    // As many as may be in flight while the count of the server is unknown: for one list, and for two.
    for prefetch in [[8, 0], [4, 4]] {
        let client = client(&Server::new(200, 10_000));
        let mut lists = prefetch.map(|pages| list(&client).pages().prefetch(pages));
        for pages in &mut lists {
            pages.next_page().await.unwrap();
        }
        sleep(61 * SECOND).await;
        let start = Instant::now();
        get(&client).send().await.unwrap();
        assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn the_loser_of_a_race_may_be_kept_while_others_are_awaited() {
    let client = client(&Server::new(50, 4));
    let mut kept = Vec::new();
    for _ in 0..10 {
        let race =
            futures_util::future::select(get(&client).send(), get(&client).priority(Priority::Bulk).send());
        let race = timeout(HOUR, race).await.expect("one of both ends");
        let (futures_util::future::Either::Left((first, other))
        | futures_util::future::Either::Right((first, other))) = race;
        first.unwrap();
        kept.push(other);
    }
    timeout(HOUR, get(&client).send()).await.expect("kept futures block no other").unwrap();
}

#[tokio::test(start_paused = true)]
async fn rows_are_worked_on_concurrently_with_calls_in_between() {
    let client = client(&Server { rows: 300, ..Server::new(50, 150) });
    let rows = list(&client).items().prefetch(8);
    let mut work = rows.map(|row| async { row.map(|_| get(&client).send())?.await }).buffer_unordered(8);
    let mut done = 0;
    let all = async {
        while let Some(result) = work.next().await {
            result.unwrap();
            // The requests in flight are not polled meanwhile.
            get(&client).priority(Priority::Bulk).send().await.unwrap();
            done += 1;
        }
    };
    timeout(24 * HOUR, all).await.expect("all rows are worked on");
    assert_eq!(done, 300);
}

#[tokio::test(start_paused = true)]
async fn busy_time_of_the_reader_does_not_count_against_the_timeout_of_a_prefetched_page() {
    for (prefetch, busy, deadline) in
        [(0, 2_000, None), (4, 2_000, None), (4, 10, None), (4, 90_000, Some(3))]
    {
        let builder =
            Client::builder().token("t").base_url("http://test").transport(Server::new(100, 10_000));
        let builder = builder.timeout(SECOND).retry(RetryPolicy::none());
        let builder = deadline.map_or(builder.clone(), |seconds| builder.deadline(seconds * SECOND));
        let mut pages = list(&builder.build().unwrap()).pages().prefetch(prefetch);
        for page in 0..6 {
            let rows = next(&mut pages).await.unwrap().unwrap().row_count();
            assert_eq!(rows, 10, "page {page}, {prefetch} ahead, busy for {busy} ms");
            sleep(Duration::from_millis(busy)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn response_slower_than_the_timeout_is_a_timeout_for_a_waiting_caller() {
    let builder = Client::builder().token("t").base_url("http://test").transport(Server::new(3_000, 150));
    let client = builder.timeout(SECOND).retry(RetryPolicy::none()).build().unwrap();
    let start = Instant::now();
    assert!(list(&client).items().prefetch(4).next_item().await.unwrap().unwrap_err().is_timeout());
    assert_eq!(start.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn endless_deadlines_and_huge_waits_do_not_overflow() {
    let ok = MemoryTransport::handler(|_| Ok(HttpResponse::json(200, &json!({ "write_status": "SUCCESS" }))));
    let endless = client(&ok);
    sleep(SECOND).await;
    get(&endless).deadline(Duration::MAX).timeout(Duration::MAX).send().await.unwrap();
    assert!(endless.write_jobs().wait("job").deadline(Duration::MAX).await.unwrap().is_success());

    let unavailable = MemoryTransport::handler(|_| {
        Ok(HttpResponse::new(503).with_header("retry-after", "18446744073709551615"))
    });
    let patient = RetryPolicy::default().give_up_after(Duration::MAX);
    let sent = get(&client(&unavailable)).retry(patient).deadline(HOUR).send().await;
    assert_eq!(sent.unwrap_err().status(), Some(503));

    let largest = Server::new(1_000, u64::MAX);
    *largest.counts.lock().unwrap() = (Some(Instant::now()), u64::MAX - 10);
    let client = client(&largest);
    let calls: Vec<_> = (0..3).map(|_| tokio::spawn(get(&client).send())).collect();
    for call in calls {
        timeout(HOUR, call).await.unwrap().unwrap().unwrap();
    }
}

/// Refuses the first request after a second, and responds to everything else at once.
#[derive(Clone, Debug, Default)]
struct RefusesOnce(Arc<Mutex<Vec<Instant>>>);

impl Transport for RefusesOnce {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        let begun = Arc::clone(&self.0);
        Box::pin(async move {
            if request.path() == "/one" {
                begun.lock().unwrap().push(Instant::now());
                if begun.lock().unwrap().len() == 1 {
                    sleep(SECOND).await;
                    return Ok(HttpResponse::new(429).with_header("retry-after", "10"));
                }
            }
            Ok(HttpResponse::json(200, &json!({})))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn no_attempt_begins_later_than_give_up_after_even_where_it_waits_for_the_rate_limit() {
    let server = RefusesOnce::default();
    let builder = Client::builder().token("t").base_url("http://test").transport(server.clone());
    let client = builder.rate_limit(RateLimit::per_minute(10)).build().unwrap();
    let first = tokio::spawn(get(&client).send());
    tokio::task::yield_now().await;
    let others: Vec<_> = (0..60).map(|_| tokio::spawn(list(&client).send())).collect();
    assert_eq!(first.await.unwrap().unwrap_err().status(), Some(429));
    let begun = server.0.lock().unwrap().clone();
    assert!(*begun.last().unwrap() - begun[0] <= Duration::from_secs(120), "{begun:?}");
    others.iter().for_each(tokio::task::JoinHandle::abort);
}
