//! Requests on the wire, and their responses.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{client, client_at};
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::{Client, Error, Idempotency, Method, Operation, Redirect, Request};
use serde_json::value::RawValue;
use serde_json::{Value, json};

const LIST: Operation = Operation::new("things.list", Method::Get, "/v1/things/", Idempotency::Safe);
const GET: Operation = Operation::new("things.get", Method::Get, "/v1/things/{id}", Idempotency::Safe);
const CREATE: Operation =
    Operation::new("things.create", Method::Post, "/v1/things/", Idempotency::NotIdempotent);

#[tokio::test]
async fn method_path_query_and_headers_go_as_they_are_set() {
    let server = MemoryTransport::new().respond(200, json!({}));
    let request = Request::<Value>::new(&client(&server), &LIST)
        .query("limit", 5)
        .query("order-by", "created_at:desc")
        .query("limit", 50)
        .query_list("status", ["A B", "C"])
        .header("x-trace", 7);
    request.send().await.unwrap();
    let [sent] = server.requests().try_into().unwrap();
    assert_eq!(sent.method(), Method::Get);
    assert_eq!(
        sent.url(),
        "http://test/v1/things/?limit=50&order-by=created_at%3Adesc&status=A%20B&status=C"
    );
    assert_eq!(sent.query()[2], ("status".to_owned(), "A B".to_owned()));
    assert_eq!(sent.header("authorization"), Some("Bearer hunter2-token"));
    assert_eq!(sent.header("accept"), Some("application/json"));
    assert_eq!(sent.header("x-trace"), Some("7"));
    assert!(sent.header("user-agent").unwrap().starts_with("propexo-rust/"));
    assert_eq!(sent.header("content-type"), None);
    assert_eq!(sent.body(), None);
}

#[tokio::test]
async fn array_in_the_query_replaces_an_earlier_one_in_its_position() {
    let server = MemoryTransport::new().respond(200, json!({}));
    let request = Request::<Value>::new(&client(&server), &LIST).query_list("a", [1, 2]).query("b", 3);
    request.query_list("a", [4]).send().await.unwrap();
    assert_eq!(server.requests()[0].url(), "http://test/v1/things/?a=4&b=3");
}

#[tokio::test]
async fn a_base_url_may_have_a_path_with_or_without_a_slash() {
    for base in ["http://test/prefix", "http://test/prefix/"] {
        let server = MemoryTransport::new().respond(200, json!({}));
        Request::<Value>::new(&client_at(base, &server), &GET).path("id", "a/b").send().await.unwrap();
        assert_eq!(server.requests()[0].url(), "http://test/prefix/v1/things/a%2Fb");
        assert_eq!(server.requests()[0].path(), "/prefix/v1/things/a%2Fb");
    }
}

#[tokio::test]
async fn sends_body_as_json_with_added_properties() {
    let server = MemoryTransport::new().respond(200, json!({}));
    let body = json!({ "name": "Ada", "rent": 0.1, "old": 1 });
    let request = Request::<Value>::new(&client(&server), &CREATE).json(&body);
    request.body_field("new", json!([1])).body_field("old", 2).send().await.unwrap();
    let sent = &server.requests()[0];
    assert_eq!(sent.json(), json!({ "name": "Ada", "rent": 0.1, "old": 2, "new": [1] }));
    assert_eq!(sent.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn properties_next_to_an_added_one_keep_their_text_and_order() {
    let server = MemoryTransport::new().respond(200, json!({}));
    let body = r#"{"long":123456789012345678901234567890,"exact":1.50,"exact":1.5,"also":"\u00e9"}"#;
    let body = RawValue::from_string(body.to_owned()).unwrap();
    let request = Request::<Value>::new(&client(&server), &CREATE).json(&body);
    request.body_field("new", 1).body_field("exact", 2).send().await.unwrap();
    let sent = server.requests()[0].body().unwrap().as_bytes().to_vec();
    assert_eq!(
        String::from_utf8(sent).unwrap(),
        r#"{"long":123456789012345678901234567890,"also":"\u00e9","new":1,"exact":2}"#
    );
}

#[tokio::test]
async fn sends_nothing_if_the_request_is_invalid() {
    let server = MemoryTransport::new();
    let get = || Request::<Value>::new(&client(&server), &GET);
    let bad = [
        get().path("id", ""),
        get().path("id", ".."),
        get(),
        get().path("id", "x").header("bad name", 1),
        get().path("id", "x").header("x", "line\nbreak"),
        get().path("id", "x").json(&json!([1])).body_field("a", 1),
        get().path("id", "x").json(&std::collections::BTreeMap::from([(vec![1], 2)])),
    ];
    for request in bad {
        let error = request.send().await.unwrap_err();
        assert!(matches!(error, Error::Validation(_)), "{error}");
        assert_eq!(error.operation(), Some(&GET));
        assert!(!error.to_string().contains("line"), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_request_does_nothing_until_it_is_awaited_and_can_be_sent_again() {
    let server = MemoryTransport::new().respond(200, json!(1)).respond(200, json!(2));
    let request = Request::<i64>::new(&client(&server), &LIST);
    drop(request.clone().send());
    assert!(server.requests().is_empty());
    assert_eq!(request.clone().send().await.unwrap(), 1);
    assert_eq!(request.send().await.unwrap(), 2);
}

#[tokio::test]
async fn accepts_response_without_content_if_none_is_expected() {
    let empty = HttpResponse::new(204);
    let server = MemoryTransport::new().respond_with(empty).respond(200, json!({ "success": true }));
    let request = Request::<()>::new(&client(&server), &LIST);
    request.clone().send().await.unwrap();
    request.send().await.unwrap();
}

#[tokio::test]
async fn decode_error_reports_its_path() {
    #[derive(Debug, serde::Deserialize)]
    struct Thing {
        #[allow(dead_code)]
        sizes: Vec<f64>,
    }
    let server = MemoryTransport::new().respond(200, json!({ "sizes": [1, 2, "jane@example.org"] }));
    let error = Request::<Thing>::new(&client(&server), &LIST).send().await.unwrap_err();
    let Error::Decode(decode) = &error else { panic!("{error}") };
    assert_eq!((decode.path(), decode.status()), ("sizes[2]", Some(200)));
    assert!(decode.snippet().contains("jane@example.org"));
    assert_eq!(
        error.to_string(),
        "GET /v1/things/: the response (200, 34 bytes) does not decode at sizes[2]: string, expected f64"
    );
    assert!(!format!("{error:?}").contains("jane"));
}

#[tokio::test]
async fn any_status_but_success_is_an_api_error() {
    for status in [100, 199, 300, 302, 304, 400, 401, 404, 418, 500, 599] {
        let server = MemoryTransport::new().respond_with(HttpResponse::new(status).with_body("x"));
        let error = Request::<Value>::new(&client(&server), &CREATE).send().await.unwrap_err();
        assert_eq!(error.api().unwrap().status(), status);
        assert_eq!(error.api().unwrap().body(), b"x");
    }
}

#[tokio::test]
async fn returns_raw_response_of_any_status() {
    let server =
        MemoryTransport::new().respond_with(HttpResponse::new(418).with_header("a", "b").with_body("tea"));
    let response = Request::<Value>::new(&client(&server), &LIST).send_raw().await.unwrap();
    assert_eq!((response.status(), response.header("A"), &*response.text()), (418, Some("b"), "tea"));
}

#[tokio::test]
async fn expected_redirect_is_a_result_and_hides_its_address() {
    let moved = || HttpResponse::new(302).with_header("Location", "https://files.test/x?signature=s3cr3t");
    let server = MemoryTransport::new().respond_with(moved()).respond(200, json!({}));
    let request = Request::<Redirect>::new(&client(&server), &LIST);
    let redirect = request.clone().send_redirect().await.unwrap();
    assert_eq!(redirect.location(), "https://files.test/x?signature=s3cr3t");
    assert!(!format!("{redirect:?} {:?}", moved()).contains("s3cr3t"));
    assert!(matches!(request.send_redirect().await, Err(Error::Decode(_))));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn response_that_does_not_arrive_is_a_timeout() {
    #[derive(Debug)]
    struct Silent;
    impl propexo::transport::Transport for Silent {
        fn send(&self, _: propexo::transport::HttpRequest) -> propexo::transport::TransportFuture {
            Box::pin(std::future::pending())
        }
    }
    let client = Client::builder().token("t").base_url("http://test").transport(Silent).build().unwrap();
    let limit = std::time::Duration::from_secs(3);
    let error = Request::<Value>::new(&client, &CREATE).timeout(limit).send().await.unwrap_err();
    let Error::Timeout(timeout) = &error else { panic!("{error}") };
    assert_eq!(timeout.limit(), limit);
}

#[test]
fn debug_shows_neither_token_nor_arguments() {
    let server = MemoryTransport::new();
    let client = client(&server);
    let request = Request::<Value>::new(&client, &GET)
        .path("id", "jane")
        .query("email", "jane@example.org")
        .header("x-key", "jane-key")
        .json(&json!({ "password": "jane-password" }));
    let shown = format!("{client:?} {request:?} {:?}", request.clone().send());
    assert!(!shown.contains("jane") && !shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("GET /v1/things/{id}") && shown.contains("email"), "{shown}");
}

#[test]
fn futures_and_requests_travel_between_threads() {
    fn travels<T: Send + 'static>(_: &T) {}
    let client = client(&MemoryTransport::new());
    let request = Request::<Value>::new(&client, &LIST);
    travels(&request);
    travels(&request.send());
}

#[cfg(feature = "units")]
#[test]
fn a_cleared_field_is_sent_as_null() {
    let unit = propexo::units::CreateUnit::new("i", "p").bedrooms("2").clear_bedrooms();
    let sent = serde_json::to_value(unit).unwrap();
    assert_eq!(sent, json!({ "intgration_id": "i", "property_id": "p", "bedrooms": null }));
}

#[cfg(feature = "leads")]
#[test]
fn a_response_is_made_for_a_test() {
    let mut lead = propexo::leads::Lead::default();
    lead.id = "lead-1".into();
    assert_eq!((lead.id.as_str(), lead.email_1), ("lead-1", None));
}
