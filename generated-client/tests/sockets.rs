//! Exports over real sockets: the futures of prefetched pages are not polled while the caller is busy with a row.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "reqwest")]

mod common {
    pub(crate) mod sockets;
}

use std::time::Duration;

use common::sockets::{ApiServer, http2_transport};
use propexo::{Client, Clock, Idempotency, Method, Operation, Page, RateLimit, Request, Sleep, TokioClock};
use serde_json::{Value, json};

const LIST: Operation = Operation::new("things.list", Method::Get, "/list", Idempotency::Safe);
const ONE: Operation = Operation::new("things.get", Method::Get, "/one", Idempotency::Safe);
const ROWS: usize = 1_500;

/// A clock on which a minute takes 0.3 seconds.
#[derive(Clone, Debug, Default)]
struct FastClock(TokioClock);

const SPEED: u32 = 200;

impl Clock for FastClock {
    fn now(&self) -> Duration {
        self.0.now() * SPEED
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.sleep(duration / SPEED)
    }
}

#[derive(Clone, Copy, Debug)]
enum Protocol {
    Http1,
    Http2,
}

impl Protocol {
    fn client(self, base_url: &str, rate_limit: RateLimit) -> Client {
        let builder = Client::builder().token("t").base_url(base_url).rate_limit(rate_limit);
        // No attempt times out: a minute of the clock is short for a real server.
        let builder = builder.clock(FastClock::default()).timeout(Duration::from_secs(1_000_000));
        match self {
            Self::Http1 => builder.build().unwrap(),
            Self::Http2 => builder.transport(http2_transport()).build().unwrap(),
        }
    }
}

/// A way to read the list.
struct Export {
    protocol: Protocol,
    server: ApiServer,
    per_minute: u32,
    limit: usize,
    prefetch: usize,
    /// Another list is read after this many rows.
    nested_every: usize,
    /// How long the caller is busy with the first row.
    busy: Duration,
}

impl Export {
    fn new(protocol: Protocol) -> Self {
        let server = ApiServer { rows: ROWS, rate_limit: Some(100_000), ..ApiServer::default() };
        let (per_minute, busy) = (100_000, Duration::ZERO);
        Self { protocol, server, per_minute, limit: 250, prefetch: 4, nested_every: 1, busy }
    }

    /// Reads the whole list, and another list within the loop; fails if that does not end.
    async fn run(self) {
        let base_url = self.server.start().await;
        let client = self.protocol.client(&base_url, RateLimit::per_minute(self.per_minute));
        let mut ids = Vec::new();
        let export = async {
            let list = || Request::<Page<Value>>::new(&client, &LIST);
            let mut rows = list().query("limit", self.limit).items().prefetch(self.prefetch);
            while let Some(row) = rows.next_item().await {
                ids.push(row.unwrap()["id"].as_str().unwrap().parse::<usize>().unwrap());
                if ids.len() == 1 {
                    FastClock::default().sleep(self.busy).await;
                    let one: Value = Request::new(&client, &ONE).send().await.unwrap();
                    assert_eq!(one, json!({}));
                    assert!(client.write_jobs().wait("job").await.unwrap().is_success());
                }
                if ids.len() % self.nested_every == 0 {
                    let mut nested = list().query("offset", ROWS - 1).items();
                    nested.next_item().await.unwrap().unwrap();
                    assert!(nested.next_item().await.is_none());
                }
            }
        };
        let ended = tokio::time::timeout(Duration::from_secs(20), export).await.is_ok();
        assert!(
            ended,
            "{:?} does not go on after {} rows: {:?}",
            self.protocol,
            ids.len(),
            client.rate_limit()
        );
        assert!(ids.into_iter().eq(0..ROWS));
    }
}

const PROTOCOLS: [Protocol; 2] = [Protocol::Http1, Protocol::Http2];

#[tokio::test]
async fn server_speaks_both_protocols() {
    for (protocol, version) in PROTOCOLS.into_iter().zip(["HTTP/1.1", "HTTP/2.0"]) {
        let client = protocol.client(&ApiServer::default().start().await, RateLimit::default());
        let response = Request::<Value>::new(&client, &ONE).send_raw().await.unwrap();
        assert_eq!(response.header("x-protocol"), Some(version));
    }
}

#[tokio::test]
async fn exports_with_a_list_for_each_row() {
    for protocol in PROTOCOLS {
        Export::new(protocol).run().await;
    }
}

/// Requests for prefetched pages and those of the loop wait for the same rate limit.
#[tokio::test]
async fn exports_within_a_small_rate_limit() {
    for protocol in PROTOCOLS {
        let mut export = Export::new(protocol);
        export.server.rate_limit = None;
        Export { per_minute: 40, limit: 100, nested_every: 10, ..export }.run().await;
    }
}

/// Eight requests are in flight, and the rate limit that the server reported has expired.
#[tokio::test]
async fn exports_where_a_row_takes_longer_than_the_rate_limit_is_known() {
    for protocol in PROTOCOLS {
        let busy = Duration::from_secs(61);
        Export { limit: 100, prefetch: 8, busy, ..Export::new(protocol) }.run().await;
    }
}

/// The bodies of four prefetched pages, six megabytes, are larger than the data that hyper accepts on an HTTP/2
/// connection before the bodies are read.
#[tokio::test]
async fn exports_pages_of_megabytes() {
    for protocol in PROTOCOLS {
        let mut export = Export::new(protocol);
        export.server.padding = 6_000;
        Export { nested_every: 10, ..export }.run().await;
    }
}

#[tokio::test]
async fn header_with_a_length_does_not_drop_the_body() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const WRITE: Operation =
        Operation::new("things.create", Method::Post, "/list", Idempotency::NotIdempotent);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::builder().token("t").base_url(format!("http://{}", listener.local_addr().unwrap()));
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(br#"{"a":1}"#) {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0, "the body is missing");
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
        String::from_utf8(request).unwrap()
    };
    let call = Request::<Value>::new(&client.build().unwrap(), &WRITE).json(&json!({ "a": 1 }));
    let call = call.header("Content-Length", 0).header("Transfer-Encoding", "chunked");
    let (request, sent) = tokio::join!(server, call.send());
    assert_eq!(sent.unwrap(), json!({}));
    assert!(request.contains("content-length: 7\r\n") && !request.contains("chunked"), "{request}");
}
