//! Which attempts are retried, and which are not.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::client;
use propexo::transport::{
    HttpRequest, HttpResponse, MemoryTransport, Transport, TransportError, TransportErrorKind,
    TransportFuture,
};
use propexo::{Client, Error, Idempotency, Method, Operation, RateLimit, Request, RetryPolicy};
use serde_json::{Value, json};

const READ: Operation = Operation::new("read", Method::Get, "/r", Idempotency::Safe);

/// A failure of an attempt.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Status(u16),
    Failed(TransportErrorKind),
    TimeOut,
}

/// Fails once, then responds; counts the requests that reach it.
#[derive(Clone, Debug)]
struct Server {
    trouble: Trouble,
    requests: Arc<AtomicUsize>,
}

impl Transport for Server {
    fn send(&self, _: HttpRequest) -> TransportFuture {
        let first = self.requests.fetch_add(1, Ordering::SeqCst) == 0;
        let trouble = self.trouble;
        Box::pin(async move {
            match trouble {
                _ if !first => Ok(HttpResponse::json(200, &json!({}))),
                Trouble::Status(status) => Ok(HttpResponse::new(status)),
                Trouble::Failed(failure) => Err(TransportError::new(failure, "made by the test")),
                Trouble::TimeOut => std::future::pending().await,
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn sends_write_once_if_the_server_may_have_acted() {
    use Idempotency::{NotIdempotent as Write, Safe as Read};
    let troubles = [
        Trouble::Failed(TransportErrorKind::Connect),
        Trouble::Status(429),
        Trouble::Failed(TransportErrorKind::Send),
        Trouble::Failed(TransportErrorKind::Receive),
        Trouble::TimeOut,
        Trouble::Status(502),
        Trouble::Status(503),
        Trouble::Status(504),
        Trouble::Status(408),
        Trouble::Status(500),
        Trouble::Status(520),
        Trouble::Status(529),
        Trouble::Status(400),
        Trouble::Status(501),
        Trouble::Status(530),
        Trouble::Failed(TransportErrorKind::Other),
    ];
    // The failures above that are followed by a second attempt.
    let (always, if_repeatable) = (0..2, 0..12);
    let operations = [
        (Method::Get, Read, &if_repeatable),
        (Method::Put, Read, &if_repeatable),
        (Method::Delete, Read, &if_repeatable),
        (Method::Post, Read, &always),
        (Method::Get, Write, &always),
        (Method::Post, Write, &always),
        (Method::Put, Write, &always),
        (Method::Delete, Write, &always),
    ];
    for (method, effect, retried) in operations {
        let operation: &'static Operation = Box::leak(Box::new(Operation::new("x", method, "/x", effect)));
        for (place, trouble) in troubles.into_iter().enumerate() {
            let server = Server { trouble, requests: Arc::default() };
            let result = Request::<Value>::new(&client(&server), operation).send().await;
            let sent = server.requests.load(Ordering::SeqCst);
            let again = retried.contains(&place);
            println!(
                "{method:6} {effect:5?} {trouble:?}: {}",
                if again { "tried again" } else { "given up" }
            );
            assert_eq!(sent, 1 + usize::from(again), "{method} {effect:?} {trouble:?}");
            assert_eq!(result.is_ok(), again, "{method} {effect:?} {trouble:?}");
        }
    }
}

/// A client of a server that always returns the same response.
fn always(response: HttpResponse) -> (Client, MemoryTransport) {
    let server = MemoryTransport::handler(move |_| Ok(response.clone()));
    (client(&server), server)
}

#[tokio::test(start_paused = true)]
async fn limits_the_number_of_attempts() {
    let (client, server) = always(HttpResponse::new(503));
    let error = Request::<Value>::new(&client, &READ).send().await.unwrap_err();
    assert_eq!(server.requests().len(), 4);
    assert!(error.to_string().ends_with("after 4 attempts"), "{error}");
    assert_eq!(error.api().unwrap().attempts(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_request_may_have_a_policy_of_its_own() {
    let (client, server) = always(HttpResponse::new(503));
    let request = Request::<Value>::new(&client, &READ);
    request.clone().retry(RetryPolicy::none()).send().await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
    request.retry(RetryPolicy::default().max_attempts(2)).send().await.unwrap_err();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn waits_as_long_as_the_server_asks_for() {
    let busy = HttpResponse::new(503).with_header("retry-after", "17");
    let server = MemoryTransport::new().respond_with(busy).respond(200, json!(1));
    let start = tokio::time::Instant::now();
    Request::<Value>::new(&client(&server), &READ).send().await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 17);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_is_not_begun() {
    let (client, server) = always(HttpResponse::new(503).with_header("retry-after", "100"));
    let start = tokio::time::Instant::now();
    let error =
        Request::<Value>::new(&client, &READ).deadline(Duration::from_secs(60)).send().await.unwrap_err();
    assert_eq!((error.status(), server.requests().len()), (Some(503), 1));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_the_call_in_the_middle_of_an_attempt() {
    #[derive(Clone, Debug)]
    struct Slow;
    impl Transport for Slow {
        fn send(&self, _: HttpRequest) -> TransportFuture {
            Box::pin(async {
                tokio::time::sleep(Duration::from_secs(4)).await;
                Ok(HttpResponse::new(503))
            })
        }
    }
    let start = tokio::time::Instant::now();
    let request = Request::<Value>::new(&client(&Slow), &READ).deadline(Duration::from_secs(10));
    let Err(Error::Timeout(error)) = request.send().await else { panic!("no time-out") };
    assert!(error.is_deadline());
    assert_eq!(
        (error.limit(), error.attempts(), start.elapsed()),
        (Duration::from_secs(10), 3, Duration::from_secs(10))
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_waited_out_by_the_client_and_its_clones() {
    let refusal = HttpResponse::new(429).with_header("retry-after", "40");
    let server = MemoryTransport::new().respond_with(refusal).respond(200, json!(1)).respond(200, json!(2));
    let client = client(&server);
    let other = client.clone();
    let start = tokio::time::Instant::now();
    let first = Request::<Value>::new(&client, &READ).send();
    let second = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(other.rate_limit().blocked_for.as_secs(), 35);
        Request::<Value>::new(&other, &READ).send().await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.unwrap(), second.unwrap()), (json!(1), json!(2)));
    assert_eq!(start.elapsed().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn lasting_refusal_is_reported_as_the_server_sent_it() {
    let (client, _) =
        always(HttpResponse::json(429, &json!({ "error": { "code": "too_many", "message": "m" } })));
    let error =
        Request::<Value>::new(&client, &READ).deadline(Duration::from_secs(30)).send().await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.api().unwrap().code(), Some("too_many"));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_could_not_go_in_time_is_not_made() {
    let (client, server) = always(HttpResponse::new(429).with_header("retry-after", "50"));
    let request = Request::<Value>::new(&client, &READ).deadline(Duration::from_secs(10));
    request.clone().send().await.unwrap_err();
    let Err(Error::RateLimited(error)) = request.send().await else { panic!("it was made") };
    assert_eq!((error.wait().as_secs(), server.requests().len()), (50, 1));
}

#[tokio::test(start_paused = true)]
async fn without_a_limiter_a_refusal_is_waited_out_all_the_same() {
    let refusal = HttpResponse::new(429).with_header("retry-after", "9");
    let server = MemoryTransport::new().respond_with(refusal).respond(200, json!(1));
    let client = Client::builder()
        .token("t")
        .base_url("http://test")
        .transport(server)
        .rate_limit(RateLimit::unlimited());
    let start = tokio::time::Instant::now();
    Request::<Value>::new(&client.build().unwrap(), &READ).send().await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 9);
}

#[tokio::test(start_paused = true)]
async fn raw_response_is_that_of_the_last_attempt() {
    let (client, server) = always(HttpResponse::new(502).with_body("html"));
    let response = Request::<Value>::new(&client, &READ).send_raw().await.unwrap();
    assert_eq!((response.status(), server.requests().len()), (502, 4));
}

/// Returns when each of ten clients sends its second request, if all of them send the first at one moment.
async fn returns_of_ten_clients(refusal: &HttpResponse, limit: RateLimit) -> Vec<Duration> {
    let start = tokio::time::Instant::now();
    let mut returns = Vec::new();
    for _ in 0..10 {
        let server = MemoryTransport::new().respond_with(refusal.clone()).respond(200, json!(1));
        let client = Client::builder().token("t").base_url("http://test").transport(server).rate_limit(limit);
        let client = client.build().unwrap();
        returns.push(tokio::spawn(async move {
            Request::<Value>::new(&client, &READ).send().await.unwrap();
            start.elapsed()
        }));
    }
    let mut times = Vec::new();
    for task in returns {
        times.push(task.await.unwrap());
    }
    times.sort();
    times.dedup_by_key(|time| time.as_millis());
    times
}

#[tokio::test(start_paused = true)]
async fn clients_return_at_different_moments() {
    for status in [429, 503] {
        for asked in ["0", "20", "Thu, 01 Jan 1970 00:00:00 GMT"] {
            let refusal = HttpResponse::new(status).with_header("retry-after", asked);
            for limit in [RateLimit::default(), RateLimit::unlimited()] {
                // Ten random moments within 500 milliseconds: fewer than four different ones are next to impossible.
                let times = returns_of_ten_clients(&refusal, limit).await;
                assert!(times.len() > 3, "{status} {asked}: {times:?}");
                let earliest = Duration::from_secs(asked.parse().unwrap_or(0));
                assert!(times.iter().all(|time| *time >= earliest), "{status} {asked}: {times:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn clones_share_a_budget_of_retries() {
    let (first, server) = always(HttpResponse::new(503));
    for _ in 0..1_000 {
        Request::<Value>::new(&first.clone(), &READ).send().await.unwrap_err();
    }
    assert_eq!(server.requests().len(), 1_100);
}

#[tokio::test(start_paused = true)]
async fn time_in_the_queue_counts_towards_the_end_of_retries() {
    let server = MemoryTransport::new()
        .respond_with(HttpResponse::new(429).with_header("retry-after", "40"))
        .respond_with(HttpResponse::new(503));
    let client = client(&server);
    Request::<Value>::new(&client, &READ).retry(RetryPolicy::none()).send().await.unwrap_err();
    let policy = RetryPolicy::default().give_up_after(Duration::from_secs(30));
    let error = Request::<Value>::new(&client, &READ).retry(policy).send().await.unwrap_err();
    assert_eq!((error.status(), error.api().unwrap().attempts()), (Some(503), 1));
}

#[tokio::test(start_paused = true)]
async fn accepts_largest_numbers_in_headers_and_settings() {
    let largest = u64::MAX.to_string();
    for status in [200, 429, 503] {
        for remaining in ["0", &largest] {
            let response = HttpResponse::json(status, &json!(1))
                .with_header("x-ratelimit-limit", &largest)
                .with_header("x-ratelimit-remaining", remaining)
                .with_header("retry-after", &largest);
            let server = MemoryTransport::new().respond_with(response).respond(200, json!(1));
            let policy = RetryPolicy::default()
                .first_wait(Duration::MAX)
                .longest_wait(Duration::MAX)
                .give_up_after(Duration::from_secs(60));
            let client = Client::builder().token("t").base_url("http://test").transport(server).retry(policy);
            let client = client.timeout(Duration::MAX).deadline(Duration::MAX).build().unwrap();
            let first = Request::<Value>::new(&client, &READ).send().await;
            assert_eq!(first.is_ok(), status == 200, "{status} {remaining}");
            assert!(client.rate_limit().blocked_for <= Duration::from_secs(360));
        }
    }
}
