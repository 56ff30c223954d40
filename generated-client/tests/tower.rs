//! The types of the crate `http`, and a transport over a `tower` service.
#![cfg(feature = "http")]
// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Arc;

use common::client;
use propexo::transport::{
    Body, HttpRequest, HttpResponse, TowerTransport, TransportError, TransportErrorKind,
};
use propexo::{Error, Headers, Idempotency, Method, Operation, Request, RetryPolicy};
use serde_json::{Value, json};

const WRITE: Operation =
    Operation::new("things.create", Method::Post, "/things/{id}", Idempotency::NotIdempotent);

#[test]
fn request_survives_the_conversion() {
    let mut headers = Headers::default();
    headers.set("authorization", "Bearer t");
    headers.append("x-many", "1");
    headers.append("x-many", "2");
    let url = "https://example.com/things/a%2Fb?x=1";
    let request = HttpRequest::new(WRITE, url, headers, Some(Body::from(b"{}".to_vec())));
    let converted = http::Request::<Vec<u8>>::try_from(request.clone()).unwrap();
    assert_eq!((converted.method().as_str(), converted.uri().to_string().as_str()), ("POST", url));
    assert_eq!(converted.extensions().get::<Operation>(), Some(&WRITE));
    assert!(converted.headers()["authorization"].is_sensitive());
    assert_eq!(HttpRequest::try_from(converted).unwrap(), request);
    let foreign = http::Request::new(Vec::new());
    assert_eq!(HttpRequest::try_from(foreign).unwrap_err().kind(), TransportErrorKind::Other);
}

#[test]
fn response_survives_the_conversion() {
    let response = HttpResponse::new(429).with_header("retry-after", "7").with_body("text");
    let converted = http::Response::<Vec<u8>>::try_from(response.clone()).unwrap();
    assert_eq!((converted.status().as_u16(), converted.body().as_slice()), (429, &b"text"[..]));
    assert_eq!(HttpResponse::from(converted), response);
    assert!(http::Response::<Vec<u8>>::try_from(HttpResponse::new(7)).is_err());
}

#[tokio::test(start_paused = true)]
async fn calls_a_service() {
    let service = tower::service_fn(|request: http::Request<Vec<u8>>| async move {
        assert_eq!(request.headers()["authorization"], "Bearer hunter2-token");
        assert!(!request.headers().contains_key("content-length"));
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        Ok::<_, std::io::Error>(http::Response::new(json!({ "echo": body }).to_string().into_bytes()))
    });
    let client = client(&Arc::new(TowerTransport::new(service)));
    let request = Request::<Value>::new(&client, &WRITE).path("id", "1").json(&json!({ "a": 1 }));
    let echo = request.header("content-length", 0).send().await.unwrap();
    assert_eq!(echo, json!({ "echo": { "a": 1 } }));
}

#[tokio::test(start_paused = true)]
async fn error_of_a_service_may_say_how_far_it_came() {
    for (error, kind) in [
        (Box::<dyn std::error::Error + Send + Sync>::from("reset"), TransportErrorKind::Send),
        (TransportError::new(TransportErrorKind::Connect, "refused").into(), TransportErrorKind::Connect),
    ] {
        let error = std::sync::Mutex::new(Some(error));
        let error = Arc::new(error);
        let service = tower::service_fn(move |_: http::Request<Vec<u8>>| {
            let error = error.lock().unwrap().take().unwrap();
            async move { Err::<http::Response<Vec<u8>>, _>(error) }
        });
        let client = client(&Arc::new(TowerTransport::new(service)));
        let request = Request::<Value>::new(&client, &WRITE).path("id", "1").retry(RetryPolicy::none());
        let Err(Error::Transport(error)) = request.send().await else { panic!("{kind:?}") };
        assert_eq!(error.kind(), kind);
    }
}
