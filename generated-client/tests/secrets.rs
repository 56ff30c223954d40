//! Neither the token nor anything about a person gets into a log, a `Debug` or an error.

// Helpers of tests may panic, too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fmt::Write as _;
use std::time::Duration;

use common::client;
use propexo::transport::{Failure, HttpResponse, MemoryTransport};
use propexo::{Client, Effect, Error, Method, Operation, Page, Redirect, Request, Secret};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const CREATE: Operation = Operation::new("things.create", Method::Post, "/v1/things/{id}", Effect::Write);
const LIST: Operation = Operation::new("things.list", Method::Get, "/v1/things/", Effect::Read);

/// What must not be seen: the token of [`client`], and everything that tests send and servers answer.
const HIDDEN: [&str; 4] = ["hunter2-token", "pass-word-1", "jane@example.org", "signature=s3cr3t"];

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Credentials {
    user: String,
    password: Secret,
}

fn assert_hidden(shown: &str) {
    for hidden in HIDDEN {
        assert!(!shown.contains(hidden), "{hidden} is seen in: {shown}");
    }
}

/// An answer that says everything which must not be seen, in every place that an answer has.
fn leaky(status: u16) -> HttpResponse {
    let all = HIDDEN.join(" ");
    let issue = json!({ "code": all, "message": all, "path": [all, HIDDEN[2]], "keys": HIDDEN });
    let error =
        json!({ "code": all, "message": all, "details": { "details": { "issues": [issue], "more": all } } });
    let rows = json!([{ "id": 1, "rent": all }, { "id": all }]);
    HttpResponse::json(status, &json!({ "error": error, "results": rows, "meta": { "total": all } }))
        .with_header("set-cookie", all.clone())
        .with_header("x-request-id", all.clone())
        .with_header("location", format!("https://files.test/{all}"))
}

/// Makes every kind of call and failure, and gives all that can be printed of it, the chains of errors included.
async fn exercise() -> String {
    let mut shown = String::new();
    let server = MemoryTransport::new()
        .fail(Failure::Connect)
        .answer_with(leaky(429))
        .answer_with(leaky(400))
        .answer_with(leaky(401))
        .answer_with(leaky(502))
        .answer_with(leaky(200))
        .answer_with(leaky(200))
        .answer_with(leaky(200))
        .answer_with(leaky(302))
        .answer_with(HttpResponse::new(503).with_body(HIDDEN.join("\n")))
        .fail(Failure::Other);
    let client = client(&server);
    let body = Credentials { user: HIDDEN[2].to_owned(), password: Secret::from(HIDDEN[1]) };
    write!(
        shown,
        "{client:?} {:?} {body:?}",
        Client::builder().token(HIDDEN[0]).default_header("k", HIDDEN[1])
    )
    .unwrap();
    shown = shown.replace(HIDDEN[2], "");
    let create = || {
        let request = Request::<f64>::new(&client, &CREATE).path("id", HIDDEN[2]).query("email", HIDDEN[2]);
        request.header("x-key", HIDDEN[1]).json(&body)
    };
    let list = || Request::<Page<Row>>::new(&client, &LIST).query("email", HIDDEN[2]);
    write!(shown, "{:?} {:?} {:?} {:?}", create(), create().send(), list().items(), list().pages()).unwrap();
    let mut errors: Vec<Error> = Vec::new();
    for _ in 0..4 {
        errors.push(create().send().await.unwrap_err());
    }
    match list().send_page().await {
        Ok(page) => write!(shown, "{:?} {:?}", page.rejected, page.results.len()).unwrap(),
        Err(error) => errors.push(error),
    }
    errors.push(Request::<Page<f64>>::new(&client, &LIST).send().await.unwrap_err());
    let redirect = Request::<Redirect>::new(&client, &LIST).send_redirect().await;
    write!(shown, "{redirect:?}").unwrap();
    write!(shown, "{:?}", list().send_raw().await).unwrap();
    errors.push(
        create().path("id", "").json(&json!(1)).body_field("extra", HIDDEN[2]).send().await.unwrap_err(),
    );
    errors.push(create().send().await.unwrap_err());
    for error in &errors {
        write!(shown, "\n{error} {error:?}").unwrap();
        let mut source = std::error::Error::source(error);
        while let Some(error) = source {
            write!(shown, "\n{error} {error:?}").unwrap();
            source = error.source();
        }
    }
    for request in server.requests() {
        write!(shown, "\n{request:?}").unwrap();
    }
    shown
}

#[derive(Debug, Deserialize)]
struct Row {
    #[allow(dead_code)]
    id: i64,
    #[allow(dead_code)]
    rent: f64,
}

#[tokio::test(start_paused = true)]
async fn what_is_printed_of_calls_and_errors_hides_everything() {
    let shown = exercise().await;
    assert!(shown.contains("400 Bad Request") && shown.contains("results[0].rent"), "{shown}");
    assert_hidden(&shown);
}

#[cfg(feature = "tracing")]
#[tokio::test(start_paused = true)]
async fn spans_and_events_hide_everything_and_tell_the_route() {
    use std::io;
    use std::sync::{Arc, Mutex};

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

#[tokio::test(start_paused = true)]
async fn a_time_out_hides_everything() {
    #[derive(Clone, Debug)]
    struct Silent;
    impl propexo::transport::Transport for Silent {
        fn send(&self, _: propexo::transport::HttpRequest) -> propexo::transport::Exchange {
            Box::pin(std::future::pending())
        }
    }
    let request = Request::<Value>::new(&client(&Silent), &CREATE).path("id", HIDDEN[2]);
    let error = request.timeout(Duration::from_secs(1)).send().await.unwrap_err();
    assert_hidden(&format!("{error} {error:?}"));
}
