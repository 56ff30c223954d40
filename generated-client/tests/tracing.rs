//! What the `tracing` feature tells. One test alone, since `tracing` keeps for the whole program who listens to what.
#![cfg(feature = "tracing")]
#![allow(clippy::unwrap_used)] // The lint knows test functions, not what they call.

mod common;

use std::io;
use std::sync::{Arc, Mutex};

use common::leaky::{assert_hidden, exercise};
use tracing_subscriber::util::SubscriberInitExt;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);
impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn spans_and_events_hide_everything_and_tell_the_route() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let guard = subscriber.set_default();
    exercise().await;
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_hidden(&log);
    for part in [
        "operation=\"things.create\"",
        "http.request.method=\"POST\"",
        "url.template=\"/v1/things/{id}\"",
        "http.request.attempt=2",
        "http.response.status_code=400",
        "tries again",
    ] {
        assert!(log.contains(part), "{part} is missing in {log}");
    }
}
