//! Bodies that are not quite JSON, and error messages about bodies.
#![cfg(feature = "leads")]
// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::client;
use propexo::leads::Lead;
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::{Error, Idempotency, Method, Operation, Page, Request};
use serde_json::{Value, json};

const READ: Operation = Operation::new("read", Method::Get, "/r", Idempotency::Safe);

fn server(body: impl Into<Vec<u8>>) -> MemoryTransport {
    let body = body.into();
    MemoryTransport::handler(move |_| Ok(HttpResponse::new(200).with_body(body.clone())))
}

async fn value(body: impl Into<Vec<u8>>) -> propexo::Result<Value> {
    Request::new(&client(&server(body)), &READ).send().await
}

async fn page(body: impl Into<Vec<u8>>) -> propexo::Result<Page<Value>> {
    Request::new(&client(&server(body)), &READ).send_page().await
}

#[tokio::test]
async fn skips_a_byte_order_mark() {
    assert_eq!(value("\u{feff}{\"a\":1}").await.unwrap(), json!({ "a": 1 }));
    assert_eq!(page("\u{feff}{\"results\":[1]}").await.unwrap().results, [1]);
    let broken = client(&server("\u{feff}{\"results\":[1,\"x\"]}"));
    let page = Request::<Page<i64>>::new(&broken, &READ).send_page().await.unwrap();
    assert_eq!((page.results, page.rejected[0].error.path()), (vec![1], "results[1]"));
}

#[tokio::test]
async fn replaces_lone_surrogates_and_keeps_the_row() {
    let page = page(r#"{"results":[{"id":"a\ud800b"},{"id":"\ud83d\ude00"}]}"#).await.unwrap();
    assert_eq!(page.results, [json!({ "id": "a\u{fffd}b" }), json!({ "id": "\u{1f600}" })]);
    assert!(page.rejected.is_empty());
    assert_eq!(value(r#""\udfff""#).await.unwrap(), "\u{fffd}");
}

#[tokio::test]
async fn error_response_with_a_lone_surrogate_keeps_its_code() {
    let body = r#"{"error":{"code":"invalid_request","message":"\ud800"}}"#;
    let server = MemoryTransport::new().respond_with(HttpResponse::new(400).with_body(body));
    let error = Request::<Value>::new(&client(&server), &READ).send().await.unwrap_err();
    assert_eq!(error.api().unwrap().code(), Some("invalid_request"));
    assert_eq!(error.api().unwrap().message(), Some("\u{fffd}"));
}

#[tokio::test]
async fn messages_are_short_and_printable() {
    let deep = format!("{{\"results\":[{{\"id\":\"a\",\"x\":{}", "[".repeat(1_000_000));
    let keys =
        "{\"results\":[{\"id\":\"a\",\"custom\":{\"jane@example.org \u{9b}31m\u{202e}\":NaN}}]}".to_owned();
    for body in [deep, keys] {
        let client = client(&server(body));
        let error = Request::<Page<Lead>>::new(&client, &READ).send_page().await.unwrap_err();
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(shown.len() <= 1024 && !shown.contains("jane"), "{shown}");
            assert!(!shown.chars().any(|char| char.is_control() || char == '\u{202e}'), "{shown}");
        }
    }
}

#[tokio::test]
async fn every_error_type_is_an_error_whose_chain_ends_at_the_source() {
    fn is_error(_: &(dyn std::error::Error + Send + Sync + 'static)) {}
    let server = MemoryTransport::new().respond(404, json!({})).respond(200, json!([]));
    let client = client(&server);
    let Error::Api(api) = Request::<Value>::new(&client, &READ).send().await.unwrap_err() else { panic!() };
    is_error(&*api);
    let Error::Decode(decode) = Request::<bool>::new(&client, &READ).send().await.unwrap_err() else {
        panic!()
    };
    is_error(&*decode);
    let error = Request::<Value>::new(&client, &READ).send().await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("no response left"), "{source}");
    for error in [Error::Api(api), Error::Decode(decode)] {
        assert!(std::error::Error::source(&error).is_none() && !error.to_string().contains('?'));
    }
}
