//! Waiting for writes to end.

// Helpers of tests may panic, too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::client;
use propexo::transport::{Failure, HttpResponse, MemoryTransport};
use propexo::{Error, Receipt, WriteJob, WriteOutcome, WriteState};
use serde_json::{Value, json};

fn status(state: &str) -> Value {
    json!({ "write_status": state, "errors": [], "created_record_id": null })
}

async fn outcome(last: Value) -> WriteOutcome {
    let server =
        MemoryTransport::new().answer(200, status("PENDING")).answer(200, status("QUEUED")).answer(200, last);
    let outcome = client(&server).write_jobs().wait(&WriteJob::new("job/7")).await.unwrap();
    assert_eq!(server.requests().len(), 3);
    assert_eq!(server.requests()[2].url(), "http://test/v1/admin/write-status/job%2F7");
    outcome
}

#[tokio::test(start_paused = true)]
async fn each_end_of_a_write_is_told() {
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
async fn a_write_that_does_not_end_is_still_pending_at_the_deadline() {
    let server = MemoryTransport::handler(|_| Ok(HttpResponse::json(200, &status("PENDING"))));
    let client = client(&server);
    let start = tokio::time::Instant::now();
    let outcome = client.write_jobs().wait("job").deadline(Duration::from_secs(120)).await.unwrap();
    let WriteOutcome::StillPending { job, last } = outcome else { panic!("{outcome:?}") };
    assert_eq!(start.elapsed().as_secs(), 120);
    assert_eq!((job.job_id(), last.unwrap().state), ("job", WriteState::Pending));
    let asked = server.requests().len();
    assert!((8..=16).contains(&asked), "asked {asked} times in two minutes");
}

#[tokio::test(start_paused = true)]
async fn waiting_can_be_given_up_and_taken_up_again_in_another_process() {
    let server = MemoryTransport::new().answer(200, status("PENDING")).answer(200, status("SUCCESS"));
    let first = client(&server);
    let receipt = WriteJob::new("job");
    let hurry =
        tokio::time::timeout(Duration::from_millis(1_100), first.write_jobs().wait(&receipt).into_future())
            .await;
    assert!(hurry.is_err());
    let kept = serde_json::to_string(&receipt).unwrap();
    assert_eq!(kept, r#"{"job_id":"job"}"#);
    let again: WriteJob = serde_json::from_str(&kept).unwrap();
    assert!(client(&server).write_jobs().wait(&again).await.unwrap().is_success());
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_the_network_in_between_does_not_end_the_waiting() {
    let server = MemoryTransport::new()
        .fail(Failure::Send)
        .answer_with(HttpResponse::new(502))
        .answer(200, status("PENDING"))
        .answer_with(HttpResponse::new(429).with_header("retry-after", "20"))
        .answer(200, status("SUCCESS"));
    assert!(client(&server).write_jobs().wait("job").await.unwrap().is_success());
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_outlasts_the_deadline_is_still_pending() {
    let server = MemoryTransport::handler(|_| Ok(HttpResponse::new(429).with_header("retry-after", "50")));
    let client = client(&server);
    let wait = || client.write_jobs().wait("job").deadline(Duration::from_secs(10));
    for _ in 0..2 {
        assert!(matches!(wait().await, Ok(WriteOutcome::StillPending { last: None, .. })));
    }
    assert_eq!(server.requests().len(), 1, "the second wait knew that there was no use in asking");
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_server_ends_the_waiting() {
    let server =
        MemoryTransport::new().answer(404, json!({ "error": { "code": "not_found", "message": "m" } }));
    let error = client(&server).write_jobs().wait("job").await.unwrap_err();
    assert_eq!(error.api().unwrap().code(), Some("not_found"));
}

#[tokio::test]
async fn an_empty_id_is_refused_before_anything_is_sent() {
    let server = MemoryTransport::new();
    assert!(matches!(client(&server).write_jobs().status("").await, Err(Error::Validation(_))));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_failed_write_can_be_tried_again_as_a_new_job() {
    let server = MemoryTransport::new().answer(200, json!({ "success": true, "job_id": "new" }));
    let client = client(&server);
    let retried = client.write_jobs().retry("old").await.unwrap();
    assert_eq!((retried.accepted, retried.job_id()), (true, "new"));
    let sent = &server.requests()[0];
    assert_eq!((sent.method().as_str(), sent.url()), ("POST", "http://test/v1/admin/retry-write/old"));
}

#[tokio::test(start_paused = true)]
async fn many_jobs_are_waited_for_within_the_rate_limit() {
    let server = MemoryTransport::handler(|request| {
        let done = request.url().ends_with("99");
        Ok(HttpResponse::json(200, &status(if done { "SUCCESS" } else { "PENDING" })))
    });
    let client = client(&server);
    let start = tokio::time::Instant::now();
    let waits: Vec<_> = (0..100)
        .map(|job| client.write_jobs().wait(&job.to_string()).deadline(Duration::from_secs(60)))
        .map(|wait| tokio::spawn(wait.into_future()))
        .collect();
    for wait in waits {
        wait.await.unwrap().unwrap();
    }
    assert!(start.elapsed() <= Duration::from_secs(61));
    assert!(server.requests().len() <= 119 + 1, "{} requests in a minute", server.requests().len());
}
