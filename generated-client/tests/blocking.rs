//! The client in synchronous programs.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "blocking")]

mod common;

use std::time::{Duration, SystemTime};

use common::client;
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::{
    Client, Error, Idempotency, Method, Operation, Page, Request, RetryPolicy, WriteJob, WriteOutcome,
    WriteState,
};
use serde_json::{Value, json};

const LIST: Operation = Operation::new("things.list", Method::Get, "/v1/things/", Idempotency::Safe);

fn page(first: u64, more: bool) -> Value {
    json!({ "results": [{ "id": first }, { "id": first + 1 }], "meta": { "hasMore": more } })
}

#[test]
fn requests_lists_and_jobs_work_without_a_runtime() {
    let done = json!({ "write_status": "SUCCESS", "errors": [], "created_record_id": null });
    let server = MemoryTransport::new()
        .respond(200, json!(1))
        .respond(200, page(1, true))
        .respond(200, page(3, false))
        .respond(200, page(1, false))
        .respond(200, done.clone())
        .respond(200, done)
        .respond(200, json!({ "results": { "logs": [{ "job_id": "job" }] } }));
    let client = client(&server);
    assert_eq!(Request::<i64>::new(&client, &LIST).send().blocking().unwrap(), 1);
    let list = || Request::<Page<Value>>::new(&client, &LIST);
    let mut rows = list().items().blocking();
    assert_eq!(rows.by_ref().filter(Result::is_ok).count(), 4);
    assert_eq!(rows.get().offset(), 4);
    assert!(rows.next().is_none());
    assert_eq!(list().pages().blocking().count(), 1);
    let wait = client.write_jobs().wait("job").poll_interval(Duration::ZERO);
    assert_eq!(wait.blocking().unwrap(), WriteOutcome::Success { created_record_id: None });
    assert_eq!(client.write_jobs().status("job").send().blocking().unwrap().state, WriteState::Success);
    let found = client.write_jobs().find_recent(&(), SystemTime::now()).blocking().unwrap();
    assert_eq!(found[0].job, WriteJob::new("job"));
}

#[test]
fn retries_and_timeouts_work() {
    let server = MemoryTransport::new().respond_with(HttpResponse::new(503)).respond(200, json!(2));
    let policy = RetryPolicy::default().first_wait(Duration::from_millis(1));
    let client =
        Client::builder().token("t").base_url("http://test").transport(server).retry(policy).build().unwrap();
    assert_eq!(Request::<i64>::new(&client, &LIST).send().blocking().unwrap(), 2);
}

#[test]
fn threads_may_share_a_client() {
    let server = MemoryTransport::handler(|_| Ok(HttpResponse::json(200, &json!(3))));
    let client = client(&server);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(Request::<i64>::new(&client, &LIST).send().blocking().unwrap(), 3));
        }
    });
}

#[tokio::test]
async fn returns_error_within_asynchronous_code() {
    let server = MemoryTransport::new().respond(200, page(1, false));
    let request = Request::<Page<Value>>::new(&client(&server), &LIST);
    assert!(matches!(request.clone().send().blocking(), Err(Error::Config(_))));
    let mut rows = request.items().blocking();
    assert!(matches!(rows.next(), Some(Err(Error::Config(_)))));
    assert!(rows.next().is_none());
    assert!(server.requests().is_empty());
}

#[test]
fn works_on_threads_that_may_block() {
    let server = MemoryTransport::handler(|_| Ok(HttpResponse::json(200, &json!(3))));
    let client = client(&server);
    for mut builder in
        [tokio::runtime::Builder::new_current_thread(), tokio::runtime::Builder::new_multi_thread()]
    {
        let client = client.clone();
        let blocking = async {
            tokio::task::spawn_blocking(move || Request::<i64>::new(&client, &LIST).send().blocking()).await
        };
        assert_eq!(builder.build().unwrap().block_on(blocking).unwrap().unwrap(), 3);
    }
}

#[cfg(feature = "reqwest")]
#[test]
fn flood_of_informational_responses_does_not_outlast_the_timeout() {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        while stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").is_ok() {}
    });
    let client = Client::builder().token("t").base_url(base_url).timeout(Duration::from_secs(1));
    let client = client.retry(RetryPolicy::none()).build().unwrap();
    let start = std::time::Instant::now();
    let error = Request::<Value>::new(&client, &LIST).send().blocking().unwrap_err();
    // A machine under load is slow, but the server never ends.
    assert!(error.is_timeout() && start.elapsed() < Duration::from_secs(5), "{error} {:?}", start.elapsed());
}
