//! The real transport against a faulty server on loopback.
//!
//! Real sockets need real time; the limits are short, so the tests take a few seconds.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "reqwest")]

mod common;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::next;
use propexo::transport::TransportErrorKind;
use propexo::{Client, Error, Idempotency, Method, Operation, Page, Request, RetryPolicy};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const READ: Operation = Operation::new("read", Method::Get, "/read", Idempotency::Safe);
const WRITE: Operation = Operation::new("write", Method::Post, "/write", Idempotency::NotIdempotent);
const UPDATE: Operation = Operation::new("update", Method::Put, "/update", Idempotency::NotIdempotent);

/// The behaviour of the server on one connection.
#[derive(Clone, Debug)]
enum Act {
    /// Responds, and closes.
    Respond(String),
    /// Closes without reading.
    Close,
    /// Reads the request and closes.
    ReadAndClose,
    /// Reads the request and never responds.
    Stall,
    /// Sends these bytes, and closes.
    Raw(&'static [u8]),
    /// Sends these bytes, and resets the connection.
    Reset(&'static [u8]),
    /// Sends a response byte by byte, with this delay between bytes.
    Drip(Duration),
}

fn ok(body: &Value) -> Act {
    let body = body.to_string();
    Act::Respond(format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

/// A server that performs one act per connection; the last one is repeated.
struct Server {
    base_url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let act = acts[acts.len().min(number + 1) - 1].clone();
                tokio::spawn(play(stream, act, Arc::clone(&seen)));
            }
        });
        Self { base_url, requests }
    }

    fn client(&self) -> Client {
        builder(&self.base_url).build().unwrap()
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn builder(base_url: &str) -> propexo::ClientBuilder {
    Client::builder()
        .token("hunter2-token")
        .base_url(base_url)
        .timeout(Duration::from_secs(60))
        .retry(RetryPolicy::default().first_wait(Duration::from_millis(1)))
}

async fn play(mut stream: TcpStream, act: Act, seen: Arc<Mutex<Vec<String>>>) {
    if matches!(act, Act::Close) {
        return;
    }
    let request = read(&mut stream).await;
    seen.lock().unwrap().push(request);
    // The client may disconnect during the act, which is not an error of the server.
    match act {
        Act::Respond(text) => drop(stream.write_all(text.as_bytes()).await),
        Act::Raw(bytes) => drop(stream.write_all(bytes).await),
        Act::Reset(bytes) => {
            drop(stream.write_all(bytes).await);
            // Without this delay the reset overtakes the sent bytes.
            tokio::time::sleep(Duration::from_millis(20)).await;
            stream.set_zero_linger().unwrap();
        }
        Act::Stall => drop(stream.read_u8().await),
        Act::Drip(pause) => {
            let Act::Respond(text) = ok(&json!({ "slow": "but whole" })) else { return };
            for byte in text.bytes() {
                if stream.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(pause).await;
            }
        }
        Act::Close | Act::ReadAndClose => {}
    }
}

/// Reads the head and the body of a request.
async fn read(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let count = stream.read_buf(&mut request).await.unwrap_or(0);
        let head = request.windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|end| end + 4);
        let length = head.map(|end| end + content_length(&String::from_utf8_lossy(&request[..end])));
        if count == 0 || length.is_some_and(|length| request.len() >= length) {
            return String::from_utf8_lossy(&request).into_owned();
        }
    }
}

fn content_length(head: &str) -> usize {
    let mut headers = head.lines().filter_map(|line| line.split_once(": "));
    let length = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    length.map_or(0, |(_, length)| length.parse().unwrap())
}

/// Returns a short name of the outcome of an act, and the number of requests.
async fn outcome(operation: &'static Operation, act: Act) -> (String, usize) {
    // A short timeout only if nothing else ends the attempt: a busy machine is slow.
    let timeout = if matches!(act, Act::Stall | Act::Drip(_)) { 200 } else { 60_000 };
    let server = Server::start(vec![act, ok(&json!("again"))]).await;
    let request = Request::<Value>::new(&server.client(), operation).timeout(Duration::from_millis(timeout));
    let result = request.json(&json!({ "a": 1 })).send().await;
    let text = match result {
        Ok(value) => value.to_string(),
        Err(Error::Transport(error)) => format!("{:?}", error.kind()),
        Err(Error::Timeout(_)) => "Timeout".to_owned(),
        Err(Error::Decode(error)) => error.reason().to_owned(),
        Err(other) => panic!("{other}"),
    };
    (text, server.requests().len())
}

const TRUNCATED: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"a\":";
const BAD_CHUNKS: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"a\":\r\nZZ\r\n";
const GARBAGE: &[u8] = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
const HALF_A_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-le";

#[tokio::test]
async fn retries_read_after_every_connection_fault() {
    for act in [
        Act::Close,
        Act::ReadAndClose,
        Act::Stall,
        Act::Reset(b""),
        Act::Reset(TRUNCATED),
        Act::Raw(TRUNCATED),
        Act::Raw(BAD_CHUNKS),
        Act::Raw(GARBAGE),
        Act::Raw(HALF_A_HEAD),
        Act::Drip(Duration::from_millis(20)),
    ] {
        assert_eq!(outcome(&READ, act.clone()).await.0, "\"again\"", "{act:?}");
    }
}

#[tokio::test]
async fn sends_write_that_may_have_arrived_once() {
    for operation in [&WRITE, &UPDATE] {
        for (act, kind) in [
            (Act::ReadAndClose, "Send"),
            (Act::Stall, "Timeout"),
            (Act::Reset(b""), "Send"),
            (Act::Reset(TRUNCATED), "Receive"),
            (Act::Raw(TRUNCATED), "Receive"),
            (Act::Raw(BAD_CHUNKS), "Receive"),
            (Act::Raw(GARBAGE), "Send"),
            (Act::Raw(HALF_A_HEAD), "Send"),
            (Act::Drip(Duration::from_millis(20)), "Timeout"),
        ] {
            assert_eq!(outcome(operation, act.clone()).await, (kind.to_owned(), 1), "{operation} {act:?}");
        }
    }
}

#[tokio::test]
async fn retries_write_without_a_connection_and_reports_a_connect_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = builder(&base_url).build().unwrap();
    let error = Request::<Value>::new(&client, &WRITE).send().await.unwrap_err();
    let Error::Transport(connection) = &error else { panic!("{error}") };
    assert_eq!((connection.kind(), connection.attempts()), (TransportErrorKind::Connect, 4));
    assert!(!connection.may_have_acted());
    let mut chain = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        chain = format!("{chain} {error} {error:?}");
        source = error.source();
    }
    assert!(chain.to_lowercase().contains("refused"), "{chain}");
    assert!(!chain.contains("hunter2") && !chain.contains("/write?"), "{chain}");
}

#[tokio::test]
async fn ends_call_at_its_deadline_after_every_fault() {
    let reset = Act::Reset(TRUNCATED);
    for act in
        [Act::Stall, Act::Drip(Duration::from_millis(10)), Act::ReadAndClose, Act::Raw(TRUNCATED), reset]
    {
        let server = Server::start(vec![act]).await;
        let client = builder(&server.base_url).build().unwrap();
        let patient = RetryPolicy::default().max_attempts(1_000).first_wait(Duration::from_millis(20));
        let start = Instant::now();
        let call = Request::<Value>::new(&client, &READ).retry(patient).deadline(Duration::from_millis(200));
        call.send().await.unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn waits_for_slow_bytes_within_the_timeout() {
    let server = Server::start(vec![Act::Drip(Duration::from_micros(10))]).await;
    let client = builder(&server.base_url).build().unwrap();
    let response: Value = Request::new(&client, &READ).send().await.unwrap();
    assert_eq!(response["slow"], "but whole");
}

#[tokio::test]
async fn stream_loses_no_record_without_an_error() {
    let page = |from: usize, more: bool| {
        let rows: Vec<Value> = (from..from + 2).map(|id| json!({ "id": id })).collect();
        ok(&json!({ "results": rows, "meta": { "hasMore": more } }))
    };
    // The second page arrives only on the third attempt, the third page never.
    let mut acts = vec![page(0, true), Act::Reset(TRUNCATED), Act::ReadAndClose, page(2, true)];
    acts.push(Act::Raw(TRUNCATED));
    let server = Server::start(acts).await;
    let mut items = Request::<Page<Value>>::new(&server.client(), &READ).query("limit", 2).items();
    let mut rows = Vec::new();
    let error = loop {
        match next(&mut items).await {
            Some(Ok(row)) => rows.push(row["id"].as_u64().unwrap()),
            Some(Err(error)) => break error,
            None => panic!("the stream ended as if it were whole"),
        }
    };
    assert_eq!(rows, [0, 1, 2, 3]);
    assert!(matches!(error, Error::Transport(_)), "{error}");
    assert_eq!(items.offset(), 4, "where to go on");
    assert!(next(&mut items).await.is_none());
}

#[tokio::test]
async fn redirect_does_not_forward_the_token() {
    let other = Server::start(vec![ok(&json!(1))]).await;
    let redirect = format!(
        "HTTP/1.1 302 Found\r\nlocation: {}/elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        other.base_url
    );
    let server = Server::start(vec![Act::Respond(redirect)]).await;
    let error = Request::<Value>::new(&server.client(), &READ).send().await.unwrap_err();
    assert_eq!(error.status(), Some(302));
    assert!(server.requests()[0].contains("Bearer hunter2-token"));
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn large_body_arrives_complete_with_its_headers() {
    let server = Server::start(vec![ok(&json!(null))]).await;
    let client = builder(&server.base_url).build().unwrap();
    let file = json!({ "file_data": "A".repeat(3_000_000) });
    Request::<Value>::new(&client, &WRITE).query("x y", "ä").json(&file).send().await.unwrap();
    let request = server.requests().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /write?x%20y=%C3%A4 HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("content-type: application/json"));
    assert_eq!(body, file.to_string());
}

#[cfg(feature = "blocking")]
#[test]
fn blocking_and_asynchronous_calls_share_a_client() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    // The server runs on its own thread, which ends with the test.
    std::thread::spawn(move || {
        runtime().block_on(async {
            send.send(Server::start(vec![ok(&json!(1))]).await).unwrap();
            std::future::pending::<()>().await;
        });
    });
    let server = receive.recv().unwrap();
    let client = builder(&server.base_url).build().unwrap();
    let request = || Request::<i64>::new(&client, &READ);
    let runtime = runtime();
    for _ in 0..3 {
        assert_eq!(request().send().blocking().unwrap(), 1);
        assert_eq!(runtime.block_on(request().send()).unwrap(), 1);
    }
}
