//! Calls and failures with secrets in every position, and all output that can be printed of them.

use std::fmt::Write as _;

use propexo::transport::{HttpResponse, MemoryTransport, TransportErrorKind};
use propexo::{Client, Error, Idempotency, Method, Operation, Page, Redirect, Request, Secret};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::client;

pub(crate) const CREATE: Operation =
    Operation::new("things.create", Method::Post, "/v1/things/{id}", Idempotency::NotIdempotent);
const LIST: Operation = Operation::new("things.list", Method::Get, "/v1/things/", Idempotency::Safe);

/// Must not be printed: the token of [`client`], and everything that tests send and servers respond with.
pub(crate) const HIDDEN: [&str; 4] = ["hunter2-token", "pass-word-1", "jane@example.org", "signature=s3cr3t"];

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Credentials {
    user: String,
    password: Secret,
}

pub(crate) fn assert_hidden(shown: &str) {
    for hidden in HIDDEN {
        assert!(!shown.contains(hidden), "{hidden} is seen in: {shown}");
    }
}

/// A response with every hidden value in every part of the response.
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

/// Makes every kind of call and failure, and returns all output that can be printed of it, including the error
/// chains.
pub(crate) async fn exercise() -> String {
    let mut shown = String::new();
    let server = MemoryTransport::new()
        .fail(TransportErrorKind::Connect)
        .respond_with(leaky(429))
        .respond_with(leaky(400))
        .respond_with(leaky(401))
        .respond_with(leaky(502))
        .respond_with(leaky(200))
        .respond_with(leaky(200))
        .respond_with(leaky(200))
        .respond_with(leaky(302))
        .respond_with(HttpResponse::new(503).with_body(HIDDEN.join("\n")))
        .fail(TransportErrorKind::Other);
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
