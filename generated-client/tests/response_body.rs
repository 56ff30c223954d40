//! The size limit of a response body, and decompression.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::client;
use propexo::transport::{HttpResponse, MemoryTransport, TransportErrorKind};
use propexo::{Client, Error, Idempotency, Method, Operation, Page, Request};
use serde_json::{Value, json};

const READ: Operation = Operation::new("read", Method::Get, "/read", Idempotency::Safe);
const WRITE: Operation = Operation::new("write", Method::Post, "/write", Idempotency::NotIdempotent);
const DEFAULT: usize = 64 << 20;

/// A JSON string of this many bytes.
fn string(bytes: usize) -> Value {
    Value::from("x".repeat(bytes - 2))
}

fn read(client: &Client) -> Request<Value> {
    Request::new(client, &READ)
}

/// The limit that a response exceeded.
fn exceeded(error: &Error) -> usize {
    let Error::Transport(connection) = error else { panic!("{error}") };
    let TransportErrorKind::TooLarge { limit } = connection.kind() else { panic!("{error}") };
    assert_eq!(connection.attempts(), 1);
    limit
}

/// A client with a limit, and a server that always sends the same response.
fn always(limit: usize, response: HttpResponse) -> (Client, MemoryTransport) {
    let server = MemoryTransport::handler(move |_| Ok(response.clone()));
    let builder = Client::builder().token("t").base_url("http://test").transport(server.clone());
    (builder.max_response_bytes(limit).build().unwrap(), server)
}

#[tokio::test]
async fn refuses_a_body_of_one_byte_more_than_the_limit() {
    let (client, _) = always(100, HttpResponse::json(200, &string(100)));
    assert_eq!(read(&client).send().await.unwrap(), string(100));
    let too_large = HttpResponse::json(200, &string(101)).with_header("x-ratelimit-limit", "77");
    let (client, server) = always(100, too_large);
    let error = read(&client).send().await.unwrap_err();
    assert_eq!(exceeded(&error), 100);
    assert_eq!(client.rate_limit().limit, 77, "its headers count all the same");
    assert_eq!(
        error.to_string(),
        "GET /read: the response body is larger than 100 bytes \
         (`max_response_bytes` of the client or the request raises the limit)"
    );
    assert_eq!(exceeded(&read(&client).send_raw().await.unwrap_err()), 100);
    assert_eq!(server.requests().len(), 2, "retried");
}

#[tokio::test]
async fn limit_of_the_request_overrides_that_of_the_client() {
    let (client, server) = always(100, HttpResponse::json(200, &string(101)));
    read(&client).max_response_bytes(101).send().await.unwrap();
    assert_eq!(exceeded(&read(&client).max_response_bytes(99).send().await.unwrap_err()), 99);
    read(&client).send().await.unwrap_err();
    let limits: Vec<usize> = server.requests().iter().map(|request| request.max_response_bytes()).collect();
    assert_eq!(limits, [101, 99, 100], "what the transport receives");
}

#[tokio::test]
async fn limit_is_64_mib_by_default() {
    let server = MemoryTransport::new().respond(200, string(DEFAULT)).respond(200, string(DEFAULT + 1));
    let client = client(&server);
    read(&client).send().await.unwrap();
    assert_eq!(exceeded(&read(&client).send().await.unwrap_err()), DEFAULT);
}

#[tokio::test]
async fn pages_have_the_limit_of_their_request() {
    let page = json!({ "results": [string(100)], "meta": { "hasMore": true } });
    let (client, _) = always(200, HttpResponse::json(200, &page));
    let list = Request::<Page<Value>>::new(&client, &READ);
    list.clone().items().next_item().await.unwrap().unwrap();
    let error = list.max_response_bytes(100).items().next_item().await.unwrap().unwrap_err();
    assert_eq!(exceeded(&error), 100);
}

#[tokio::test]
async fn too_large_response_to_a_write_says_that_the_server_may_have_acted() {
    let (client, _) = always(10, HttpResponse::json(201, &string(11)));
    let error = Request::<Value>::new(&client, &WRITE).send().await.unwrap_err();
    let Error::Transport(connection) = error else { panic!("{error}") };
    assert!(connection.may_have_acted());
}

#[tokio::test]
async fn keeps_the_status_of_an_error_and_truncates_its_body() {
    let (client, _) = always(10, HttpResponse::json(404, &string(11)));
    let error = read(&client).send().await.unwrap_err();
    assert_eq!((error.status(), error.api().unwrap().body()), (Some(404), &b"\"xxxxxxxxx"[..]));
    let raw = read(&client).send_raw().await.unwrap();
    assert!(raw.is_truncated() && raw.body().len() == 10);
    let (client, _) = always(10, HttpResponse::json(404, &string(10)));
    assert!(!read(&client).send_raw().await.unwrap().is_truncated());
}

#[cfg(feature = "reqwest")]
mod sockets {
    use std::io::{Read as _, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use allocation_counter::measure;
    use flate2::Compression;
    use propexo::RetryPolicy;

    use super::*;

    /// A server that writes the same response to every connection.
    struct Server {
        base_url: String,
        /// The heads of the requests, and whether the response to each was written completely.
        exchanges: Receiver<(String, bool)>,
    }

    impl Server {
        /// `respond` writes a complete response including its head; the connection is closed afterwards.
        fn start(respond: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + 'static) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let base_url = format!("http://{}", listener.local_addr().unwrap());
            let (send, exchanges) = channel();
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    let mut stream = stream.unwrap();
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let mut byte = [0];
                        stream.read_exact(&mut byte).unwrap();
                        head.extend(byte);
                    }
                    let written = respond(&mut stream).is_ok();
                    let head = String::from_utf8(head).unwrap();
                    // The test may have ended.
                    let _ = send.send((head, written));
                }
            });
            Self { base_url, exchanges }
        }

        /// Sends this head, then repeats this body as long as the client reads.
        fn endless(head: &'static str, body: Vec<u8>) -> Self {
            Self::start(move |stream| {
                stream.write_all(head.as_bytes())?;
                loop {
                    stream.write_all(&body)?;
                }
            })
        }

        fn fixed(response: impl Into<Vec<u8>>) -> Self {
            let response = response.into();
            Self::start(move |stream| stream.write_all(&response))
        }

        fn client(&self) -> Client {
            let builder = Client::builder().token("t").base_url(&self.base_url);
            builder.retry(RetryPolicy::default().first_wait(Duration::from_millis(1))).build().unwrap()
        }

        /// The head of the next request, and whether the response was written completely.
        fn exchange(&self) -> (String, bool) {
            self.exchanges.recv_timeout(Duration::from_secs(60)).unwrap()
        }
    }

    /// Sends a request, and returns the peak number of allocated bytes.
    fn peak(request: Request<Value>) -> (propexo::Result<Value>, u64) {
        let mut result = None;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let counted = measure(|| result = Some(runtime.block_on(request.send())));
        (result.unwrap(), counted.bytes_max)
    }

    fn response(headers: &str, body: &[u8]) -> Vec<u8> {
        let length = body.len();
        let head =
            format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
        [head.as_bytes(), body].concat()
    }

    const ENDLESS: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

    #[test]
    fn gives_an_endless_body_up_and_drops_the_connection() {
        let chunk = format!("100000\r\n{}\r\n", " ".repeat(0x10_0000));
        let server = Server::endless(ENDLESS, chunk.into_bytes());
        let (result, peak) = peak(read(&server.client()));
        let error = result.unwrap_err();
        assert_eq!(exceeded(&error), DEFAULT);
        assert!(error.to_string().contains("67108864 bytes (`max_response_bytes`"), "{error}");
        // A buffer that doubles when it is full holds twice the limit, and its predecessor.
        assert!(peak < 4 * DEFAULT as u64, "{peak}");
        assert!(!server.exchange().1, "the client still reads");
    }

    #[test]
    fn refuses_a_content_length_beyond_the_limit_before_the_body() {
        for (length, limit) in [("9223372036854775807", DEFAULT), ("101", 100)] {
            // The server sends no byte of the body, so a client that waits for one fails.
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
            let server = Server::fixed(head);
            let (result, peak) = peak(read(&server.client()).max_response_bytes(limit));
            assert_eq!(exceeded(&result.unwrap_err()), limit);
            assert!(peak < 1 << 20, "{peak}");
        }
    }

    #[test]
    fn allocates_nothing_on_the_word_of_a_content_length() {
        let server = Server::fixed("HTTP/1.1 200 OK\r\ncontent-length: 67108864\r\n\r\n{");
        let (result, peak) = peak(read(&server.client()).retry(RetryPolicy::none()));
        let Err(Error::Transport(error)) = result else { panic!("{result:?}") };
        assert_eq!(error.kind(), TransportErrorKind::Receive);
        assert!(peak < 1 << 20, "{peak}");
    }

    #[tokio::test]
    async fn accepts_a_body_of_exactly_the_limit() {
        let chunked = format!("{ENDLESS}64\r\n{}\r\n0\r\n\r\n", string(100));
        for response in [response("", string(100).to_string().as_bytes()), chunked.into_bytes()] {
            let server = Server::fixed(response);
            let request = || read(&server.client());
            assert_eq!(request().max_response_bytes(100).send().await.unwrap(), string(100));
            assert_eq!(exceeded(&request().max_response_bytes(99).send().await.unwrap_err()), 99);
            assert_eq!(request().max_response_bytes(usize::MAX).send().await.unwrap(), string(100));
        }
    }

    #[tokio::test]
    async fn keeps_the_status_of_an_error_with_an_endless_body() {
        for head in [
            "HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\n",
            "HTTP/1.1 302 Found\r\ncontent-length: 9223372036854775807\r\n\r\n",
        ] {
            let server = Server::endless(head, b"5\r\nabcde\r\n".to_vec());
            let error = read(&server.client()).max_response_bytes(10).send().await.unwrap_err();
            assert!(head.contains(&error.status().unwrap().to_string()), "{error}");
            assert_eq!(error.api().unwrap().body().len(), 10);
        }
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// reqwest has both features in this build, as if another crate had enabled them.
    #[tokio::test]
    async fn decompresses_no_encoding_but_that_of_an_enabled_feature() {
        let body = b"\"decompressed\"";
        for (encoding, bytes, enabled) in
            [("gzip", gzip(body), cfg!(feature = "gzip")), ("deflate", deflate(body), false)]
        {
            let server = Server::fixed(response(&format!("content-encoding: {encoding}\r\n"), &bytes));
            let raw = read(&server.client()).send_raw().await.unwrap();
            let sent = server.exchange().0.to_ascii_lowercase();
            let asked = sent.lines().find_map(|line| line.strip_prefix("accept-encoding: "));
            assert_eq!(asked, cfg!(feature = "gzip").then_some("gzip"));
            assert_eq!(raw.body(), if enabled { &body[..] } else { &bytes }, "{encoding}");
        }
    }

    /// The compressed size of a gigabyte of zeros.
    #[cfg(feature = "gzip")]
    fn bomb() -> Vec<u8> {
        // Independent blocks of a megabyte: one of them is compressed and repeated.
        let mut encoder = flate2::Compress::new(Compression::best(), false);
        let mut block = Vec::with_capacity(1 << 16);
        let status = encoder.compress_vec(&[0; 1 << 20], &mut block, flate2::FlushCompress::Full).unwrap();
        assert_eq!((status, encoder.total_in()), (flate2::Status::Ok, 1 << 20));
        [b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec(), block.repeat(1 << 10)].concat()
    }

    #[cfg(feature = "gzip")]
    #[test]
    fn limits_the_decompressed_size() {
        const LIMIT: usize = 4 << 20;
        let bomb = bomb();
        assert!(bomb.len() < LIMIT, "its content-length is within the limit: {}", bomb.len());
        let server = Server::fixed(response("content-encoding: gzip\r\n", &bomb));
        let (result, peak) = peak(read(&server.client()).max_response_bytes(LIMIT));
        assert_eq!(exceeded(&result.unwrap_err()), LIMIT);
        assert!(peak < 4 * LIMIT as u64, "{peak}");
    }

    #[cfg(feature = "gzip")]
    #[tokio::test]
    async fn decompresses_up_to_the_limit() {
        let server =
            Server::fixed(response("content-encoding: gzip\r\n", &gzip(string(1000).to_string().as_bytes())));
        let request = || read(&server.client());
        assert_eq!(request().max_response_bytes(1000).send().await.unwrap(), string(1000));
        assert_eq!(exceeded(&request().max_response_bytes(999).send().await.unwrap_err()), 999);
    }
}
