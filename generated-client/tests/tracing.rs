//! The output of the `tracing` feature, and the logs of the layers below. This is the only test of its binary,
//! because `tracing` caches for the whole program which events have subscribers.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "tracing", feature = "reqwest", feature = "all-groups"))]

mod common;
#[rustfmt::skip]
mod generated;
mod support;

use std::io;
use std::sync::{Arc, Mutex};

use common::leaky;
use propexo::webhooks::CreateWebhook;
use propexo::{Client, RetryPolicy};
use support::instance::HIDDEN;
use support::secrecy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tracing_subscriber::util::SubscriberInitExt;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);
impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn spans_and_events_hide_secrets_and_contain_the_route() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let guard = subscriber.set_default();
    let paused = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    paused.block_on(async {
        leaky::exercise().await;
        secrecy::exercise(&support::operations(generated::GROUPS)).await;
    });
    // Sockets do not work with paused time.
    Builder::new_current_thread().enable_all().build().unwrap().block_on(over_sockets());
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    leaky::assert_hidden(&log);
    assert!(!log.contains(HIDDEN), "a secret is logged");
    for part in [
        "operation=\"things.create\"",
        "http.request.method=\"POST\"",
        "url.template=\"/v1/things/{id}\"",
        "http.request.resend_count=1",
        "http.response.status_code=400",
        "tries again",
        "url.template=\"/v1/admin/integrations/\"",
        // A line of the HTTP library: its log is part of the searched output.
        "starting new connection",
    ] {
        assert!(log.contains(part), "{part} is missing");
    }
}

/// Sends secrets to a server on loopback, which responds once and disconnects once.
async fn over_sockets() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let server = async {
        for response in
            ["HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\nhunter2-", "HTTP/1.1 hunter2"]
        {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_buf(&mut Vec::with_capacity(4096)).await.unwrap();
            stream.write_all(response.as_bytes()).await.unwrap();
        }
    };
    let client =
        Client::builder().token(format!("{HIDDEN}-token")).base_url(base_url).retry(RetryPolicy::none());
    let client = client.build().unwrap();
    let calls = async {
        for _ in 0..2 {
            let webhook = CreateWebhook::new(vec![], "https://example.com").secret(HIDDEN);
            let request = client.webhooks().create(webhook).query("who", HIDDEN);
            let error = request.send().await.unwrap_err();
            assert!(!secrecy::chain(&error).contains(HIDDEN), "{}", secrecy::chain(&error));
        }
    };
    tokio::join!(server, calls);
}
