//! Waiting for writes to end.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::client;
use propexo::transport::{HttpRequest, HttpResponse, MemoryTransport, TransportError, TransportErrorKind};
use propexo::{
    Client, Error, JobReference, Priority, RateLimit, WriteJob, WriteOutcome, WriteReceipt, WriteState,
    WriteStatus,
};
use serde_json::{Value, json};
use tokio::time::Instant;

fn status(state: &str) -> Value {
    json!({ "write_status": state, "errors": [], "created_record_id": null })
}

async fn outcome(last: Value) -> WriteOutcome {
    let server = MemoryTransport::new()
        .respond(200, status("PENDING"))
        .respond(200, status("QUEUED"))
        .respond(200, last);
    let outcome = client(&server).write_jobs().wait(WriteJob::new("job/7")).await.unwrap();
    assert_eq!(server.requests().len(), 3);
    assert_eq!(server.requests()[2].url(), "http://test/v1/admin/write-status/job%2F7");
    outcome
}

/// A server that always does the same, and the times of its requests.
fn always(
    response: impl Fn() -> Result<HttpResponse, TransportError> + Send + Sync + 'static,
) -> (MemoryTransport, impl Fn() -> Vec<Duration>) {
    let times = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let asked = times.clone();
    let start = Instant::now();
    let server = MemoryTransport::handler(move |_: &HttpRequest| {
        asked.lock().unwrap().push(start.elapsed());
        response()
    });
    (server, move || times.lock().unwrap().clone())
}

fn gaps(times: &[Duration]) -> Vec<Duration> {
    std::iter::once(&Duration::ZERO).chain(times).zip(times).map(|(before, after)| *after - *before).collect()
}

fn pending(outcome: WriteOutcome) -> (WriteJob, Option<std::sync::Arc<Error>>) {
    let WriteOutcome::StillPending { job, last_error } = outcome else { panic!("{outcome:?}") };
    (job, last_error)
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn returns_each_end_of_a_write() {
    let created = outcome(json!({ "write_status": "SUCCESS", "errors": [], "created_record_id": "r" })).await;
    assert_eq!(created, WriteOutcome::Success { created_record_id: Some("r".to_owned()) });
    let later = outcome(json!({ "write_status": "SUCCESS", "errors": null })).await;
    assert_eq!((later.is_success(), later.created_record_id()), (true, None));
    let part =
        outcome(json!({ "write_status": "PARTIAL_SUCCESS", "errors": ["e"], "created_record_id": "r" }))
            .await;
    assert_eq!((part.created_record_id(), part.errors()), (Some("r"), &["e".to_owned()][..]));
    let failed = outcome(json!({ "write_status": "FAILURE", "errors": ["a", "b"] })).await;
    assert_eq!(failed, WriteOutcome::Failure { errors: vec!["a".to_owned(), "b".to_owned()] });
}

#[tokio::test(start_paused = true)]
async fn reads_an_odd_status_body_whose_state_is_readable() {
    let odd = outcome(json!({
        "write_status": "PARTIAL_SUCCESS", "errors": [{ "message": "obj" }, 7, "plain"], "created_record_id": 7,
    }))
    .await;
    assert_eq!(odd.created_record_id(), Some("7"));
    assert_eq!(odd.errors(), [r#"{"message":"obj"}"#, "7", "plain"]);
    let single = outcome(json!({ "write_status": "FAILURE", "errors": { "message": "obj" } })).await;
    assert_eq!(single.errors(), [r#"{"message":"obj"}"#]);
    let cut = r#"{"write_status":"FAILURE","errors":["cut \ud83d"]}"#;
    let server = MemoryTransport::new().respond_with(HttpResponse::new(200).with_body(cut));
    let failed = client(&server).write_jobs().wait("job").await.unwrap();
    assert_eq!(failed.errors(), ["cut \u{fffd}"]);
}

#[tokio::test(start_paused = true)]
async fn is_still_pending_at_the_deadline() {
    let (server, times) = always(|| Ok(HttpResponse::json(200, &status("PENDING"))));
    let start = Instant::now();
    let outcome = client(&server).write_jobs().wait("job").deadline(120 * SECOND).await.unwrap();
    assert_eq!(start.elapsed(), 120 * SECOND);
    assert_eq!(outcome, WriteOutcome::StillPending { job: WriteJob::new("job"), last_error: None });
    let gaps = gaps(&times());
    assert_eq!(gaps[0], SECOND);
    assert!(gaps[1] > SECOND && gaps[1] < 2 * SECOND, "{gaps:?}");
    assert!(gaps.iter().all(|gap| *gap <= 15 * SECOND), "{gaps:?}");
    assert!((8..=16).contains(&gaps.len()), "asked {} times in two minutes", gaps.len());
}

#[tokio::test(start_paused = true)]
async fn goes_on_after_every_passing_failure() {
    type Trouble = fn() -> Result<HttpResponse, TransportError>;
    let troubles: [(Trouble, &str); 10] = [
        (|| Err(TransportError::new(TransportErrorKind::Connect, "refused")), "no connection"),
        (|| Err(TransportError::new(TransportErrorKind::Send, "reset")), "broke"),
        (|| Err(TransportError::new(TransportErrorKind::Receive, "reset")), "broke off"),
        (|| Ok(HttpResponse::new(408)), "408"),
        (|| Ok(HttpResponse::new(429)), "429"),
        (|| Ok(HttpResponse::new(500)), "500"),
        (|| Ok(HttpResponse::new(502)), "502"),
        (|| Ok(HttpResponse::new(599)), "599"),
        (|| Ok(HttpResponse::new(200).with_body("<html>maintenance</html>")), "not JSON"),
        (|| Ok(HttpResponse::json(200, &json!({ "errors": [] }))), "write_status"),
    ];
    for (trouble, message) in troubles {
        let server = MemoryTransport::new();
        let server = match trouble() {
            Ok(response) => server.respond_with(response),
            Err(error) => server.fail(error.kind()),
        };
        let server = server.respond(200, status("SUCCESS"));
        let done = client(&server).write_jobs().wait("job").await.unwrap();
        assert!(done.is_success() && server.requests().len() == 2, "{message}");

        let (server, times) = always(trouble);
        let start = Instant::now();
        let wait = client(&server).write_jobs().wait("job").deadline(60 * SECOND);
        let (job, last_error) = pending(wait.await.unwrap());
        let shown = last_error.unwrap().to_string();
        assert!(job.job_id == "job" && shown.contains(message), "{message}: {shown}");
        assert_eq!(start.elapsed(), 60 * SECOND, "{message}");
        // Each poll is one request; after a 429 the limiter delays the next one by a minute.
        assert!(times().len() <= 10, "{message}: {:?}", times());
    }
}

#[tokio::test(start_paused = true)]
async fn forgets_the_error_after_a_poll_that_succeeds() {
    let server = MemoryTransport::new().fail(TransportErrorKind::Send).respond(200, status("PENDING"));
    let wait = client(&server).write_jobs().wait("job").poll_interval(SECOND).deadline(4 * SECOND);
    assert_eq!(pending(wait.await.unwrap()).1.map(|error| error.to_string()), None);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn ends_near_the_deadline_without_an_error_of_the_poll_that_was_cut() {
    let server = MemoryTransport::handler(|_| Err(TransportError::new(TransportErrorKind::Receive, "reset")));
    let start = Instant::now();
    let wait = client(&server).write_jobs().wait("job").deadline(Duration::from_millis(1_400));
    assert!(pending(wait.await.unwrap()).1.is_some());
    assert_eq!((start.elapsed(), server.requests().len()), (Duration::from_millis(1_400), 1));

    // A server that never responds: each poll lasts as long as the client's timeout, the last one until the deadline.
    let wait = client(&Silent).write_jobs().wait("job").deadline(50 * SECOND);
    let start = Instant::now();
    let last_error = pending(wait.await.unwrap()).1.unwrap();
    assert!(last_error.is_timeout(), "{last_error}");
    assert_eq!(start.elapsed(), 50 * SECOND);
}

#[derive(Clone, Debug)]
struct Silent;

impl propexo::transport::Transport for Silent {
    fn send(&self, _: HttpRequest) -> propexo::transport::TransportFuture {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_poll_interval_stays_and_doubles_only_after_failures() {
    let responses = std::sync::atomic::AtomicUsize::new(0);
    let (server, times) =
        always(move || match responses.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            3..=5 => Ok(HttpResponse::new(500)),
            7 => Ok(HttpResponse::json(200, &status("SUCCESS"))),
            _ => Ok(HttpResponse::json(200, &status("PENDING"))),
        });
    let wait = client(&server).write_jobs().wait("job").poll_interval(5 * SECOND);
    assert!(wait.await.unwrap().is_success());
    let seconds: Vec<u64> = gaps(&times()).iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [5, 5, 5, 5, 10, 15, 15, 5]);
}

#[tokio::test(start_paused = true)]
async fn an_interval_of_zero_asks_at_once_and_then_ten_times_a_second() {
    let (server, times) = always(|| Ok(HttpResponse::json(200, &status("PENDING"))));
    let client = Client::builder()
        .token("t")
        .base_url("http://test")
        .transport(server)
        .rate_limit(RateLimit::unlimited());
    let wait =
        client.build().unwrap().write_jobs().wait("job").poll_interval(Duration::ZERO).deadline(SECOND);
    pending(wait.await.unwrap());
    let millis: Vec<u128> = times().iter().map(Duration::as_millis).collect();
    assert_eq!(millis, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
}

#[tokio::test(start_paused = true)]
async fn takes_the_longest_times_there_are() {
    let server = MemoryTransport::new().respond(200, status("PENDING")).respond(200, status("SUCCESS"));
    let wait = client(&server).write_jobs().wait("job").deadline(Duration::MAX);
    assert!(wait.await.unwrap().is_success());
    let server = MemoryTransport::new();
    let wait = client(&server).write_jobs().wait("job").poll_interval(Duration::MAX).deadline(SECOND);
    pending(wait.await.unwrap());
    let wait =
        client(&server).write_jobs().wait("job").poll_interval(Duration::ZERO).deadline(Duration::ZERO);
    pending(wait.await.unwrap());
    assert!(server.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn can_continue_in_another_process() {
    let server = MemoryTransport::new().respond(200, status("PENDING")).respond(200, status("SUCCESS"));
    let first = client(&server);
    let receipt = WriteReceipt::new("job");
    let hurry =
        tokio::time::timeout(Duration::from_millis(1_100), first.write_jobs().wait(&receipt).into_future())
            .await;
    assert!(hurry.is_err());
    let kept = serde_json::to_string(&receipt.job()).unwrap();
    assert_eq!(kept, r#"{"job_id":"job"}"#);
    let again: WriteJob = serde_json::from_str(&kept).unwrap();
    assert!(client(&server).write_jobs().wait(&again).await.unwrap().is_success());
}

#[tokio::test(start_paused = true)]
async fn waits_as_long_as_a_refusal_asks_for() {
    for limit in [RateLimit::default(), RateLimit::unlimited()] {
        let (server, times) = always(|| Ok(HttpResponse::new(429).with_header("retry-after", "20")));
        let client = Client::builder().token("t").base_url("http://test").rate_limit(limit).transport(server);
        let wait = client.build().unwrap().write_jobs().wait("job").deadline(50 * SECOND);
        assert!(pending(wait.await.unwrap()).1.unwrap().is_rate_limited());
        let times = times();
        assert!(times.len() == 3 && gaps(&times)[1..].iter().all(|gap| *gap >= 20 * SECOND), "{times:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn does_not_ask_where_a_refusal_outlasts_the_deadline() {
    let server = MemoryTransport::handler(|_| Ok(HttpResponse::new(429).with_header("retry-after", "50")));
    let client = client(&server);
    for _ in 0..2 {
        let wait = client.write_jobs().wait("job").deadline(10 * SECOND);
        assert!(pending(wait.await.unwrap()).1.unwrap().is_rate_limited());
    }
    assert_eq!(server.requests().len(), 1, "the second wait knew that there was no use in asking");
}

#[tokio::test(start_paused = true)]
async fn ends_with_a_permanent_error() {
    for code in [302, 400, 401, 403, 404, 410] {
        let server = MemoryTransport::new()
            .respond(code, json!({ "error": { "code": "not_found", "message": "no such job yet" } }));
        let error = client(&server).write_jobs().wait("job").await.unwrap_err();
        assert_eq!((error.status(), server.requests().len()), (Some(code), 1));
        assert_eq!(error.api().unwrap().code(), Some("not_found"));
    }
    let server = MemoryTransport::new().fail(TransportErrorKind::Other);
    assert!(matches!(client(&server).write_jobs().wait("job").await, Err(Error::Transport(_))));
    assert!(matches!(client(&server).write_jobs().wait("").await, Err(Error::Validation(_))));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn precedes_bulk_work_unless_configured_otherwise() {
    for (priority, first) in [(None, "/v1/admin/write-status/job"), (Some(Priority::Bulk), "/bulk")] {
        let server = MemoryTransport::handler(|_| Ok(HttpResponse::json(200, &status("SUCCESS"))));
        let client = Client::builder().token("t").base_url("http://test").transport(server.clone());
        let client = client.rate_limit(RateLimit::per_minute(2)).build().unwrap();
        // The only permit of the minute is taken, so the others queue.
        client.write_jobs().status("first").send().await.unwrap();
        const BULK: propexo::Operation =
            propexo::Operation::new("bulk", propexo::Method::Get, "/bulk", propexo::Idempotency::Safe);
        let bulk = propexo::Request::<Value>::new(&client, &BULK).priority(Priority::Bulk);
        let bulk = tokio::spawn(bulk.send());
        let wait = client.write_jobs().wait("job");
        let wait = priority.into_iter().fold(wait, propexo::WaitForWrite::priority);
        assert!(wait.await.unwrap().is_success());
        bulk.await.unwrap().unwrap();
        assert_eq!(server.requests()[1].path(), first);
    }
}

#[tokio::test]
async fn refuses_an_empty_id_before_anything_is_sent() {
    let server = MemoryTransport::new();
    let status = client(&server).write_jobs().status("").send().await;
    assert!(matches!(status, Err(Error::Validation(_))));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn status_and_retry_are_requests_like_any_other() {
    fn is_kept<T: Clone + std::fmt::Debug + Send + Sync + 'static>(_: &T) {}
    let server = MemoryTransport::new()
        .respond(200, status("PENDING"))
        .respond(200, json!({ "success": true, "job_id": "new" }))
        .respond(200, json!({ "success": false, "meta": { "job_id": 8 } }));
    let client = client(&server);
    let status = client.write_jobs().status(WriteJob::new("old")).timeout(SECOND).priority(Priority::Bulk);
    is_kept(&status);
    let WriteStatus { state, errors, .. } = tokio::spawn(status.send()).await.unwrap().unwrap();
    assert_eq!((state, errors.len()), (WriteState::Pending, 0));

    let retry = client.write_jobs().retry("old").header("x-reason", "test");
    is_kept(&retry);
    let retried = tokio::spawn(retry.clone().send()).await.unwrap().unwrap();
    assert_eq!((retried.accepted, retried.job_id()), (true, "new"));
    let refused = retry.send().await.unwrap();
    assert_eq!((refused.accepted, refused.job_id()), (false, "8"));
    let sent = &server.requests()[1];
    assert_eq!((sent.method().as_str(), sent.url()), ("POST", "http://test/v1/admin/retry-write/old"));
    assert_eq!((sent.header("x-reason"), server.requests()[0].timeout()), (Some("test"), Some(SECOND)));
}

#[tokio::test(start_paused = true)]
async fn many_jobs_are_waited_for_within_the_rate_limit() {
    let server = MemoryTransport::handler(|request| {
        let done = request.url().ends_with("99");
        Ok(HttpResponse::json(200, &status(if done { "SUCCESS" } else { "PENDING" })))
    });
    let client = client(&server);
    let start = Instant::now();
    let waits: Vec<_> = (0..100)
        .map(|job| client.write_jobs().wait(job.to_string()).deadline(60 * SECOND))
        .map(|wait| tokio::spawn(wait.into_future()))
        .collect();
    for wait in waits {
        wait.await.unwrap().unwrap();
    }
    assert!(start.elapsed() <= 61 * SECOND);
    assert!(server.requests().len() <= 119 + 1, "{} requests in a minute", server.requests().len());
}

#[test]
fn outcomes_with_equal_content_are_equal() {
    let pending = |job: &str| WriteOutcome::StillPending { job: WriteJob::new(job), last_error: None };
    let success = |id: Option<&str>| WriteOutcome::Success { created_record_id: id.map(str::to_owned) };
    let failure =
        |errors: &[&str]| WriteOutcome::Failure { errors: errors.iter().map(|e| (*e).to_owned()).collect() };
    let all = [pending("a"), pending("b"), success(None), success(Some("a")), failure(&[]), failure(&["a"])];
    for (at, one) in all.iter().enumerate() {
        for (other_at, other) in all.iter().enumerate() {
            assert_eq!(one == other, at == other_at, "{one:?} {other:?}");
        }
    }
}
