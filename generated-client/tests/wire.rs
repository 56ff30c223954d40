//! Calls every operation over the in-memory transport and validates the requests and responses against the API's
//! document.
//!
//! The validation does not share code with the generator: another YAML reader reads the document, this test makes the
//! requests, and `jsonschema` validates the bodies.

#![cfg(feature = "all-groups")]
// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[rustfmt::skip]
mod generated;
mod support;

use std::collections::BTreeSet;

use propexo::transport::{HttpRequest, HttpResponse, MemoryTransport, TransportError, TransportErrorKind};
use propexo::{Client, RateLimit};
use serde_json::json;
use support::document::{Document, Operation};
use support::instance::{Fill, loss};
use support::{Call, Given};

fn calls() -> impl Iterator<Item = &'static Call> {
    generated::GROUPS.iter().flat_map(|group| group.iter())
}

#[test]
fn every_operation_of_the_description_can_be_called_and_no_other() {
    let described: BTreeSet<(String, String)> = Document::load()
        .operations()
        .map(|operation| (operation.method.clone(), operation.path.clone()))
        .collect();
    let callable: BTreeSet<(String, String)> =
        calls().map(|call| (call.method.to_owned(), call.path.to_owned())).collect();
    assert_eq!(callable, described);
    assert_eq!(calls().count(), described.len(), "an operation is callable under two names");
}

/// The example is compiled as a doc test.
#[test]
fn the_documentation_of_every_operation_names_its_method_and_path_and_shows_a_call() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/generated");
    let texts: String = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| std::fs::read_to_string(entry.unwrap().path().join("requests.rs")).ok())
        .collect();
    for operation in Document::load().operations() {
        let wire = format!("/// `{} {}`", operation.method.to_uppercase(), operation.path);
        // With the response, if the operation has one.
        let lines = [format!("{wire}\n"), format!("{wire} returns")];
        let documented: Vec<&str> = lines.iter().flat_map(|line| texts.split(line).skip(1)).collect();
        let [documented] = documented[..] else { panic!("{wire} is there {} times", documented.len()) };
        let (docs, _) = documented.split_once("pub fn ").unwrap();
        assert!(
            docs.contains("/// ```no_run\n") && docs.contains(".await?"),
            "{wire} has no example: {docs}"
        );
    }
}

#[tokio::test]
async fn requests_match_the_description() {
    let document = Document::load();
    let mut sent = 0;
    for operation in document.operations() {
        let call =
            calls().find(|call| call.method == operation.method && call.path == operation.path).unwrap();
        for fill in Fill::all() {
            let server = MemoryTransport::new().respond_with(HttpResponse::json(
                if operation.redirects { 302 } else { 200 },
                &operation.response(Fill::Everything { variant: 0 }).unwrap_or_default(),
            ));
            let given = Given::of(&operation, fill);
            // A redirect without an address is an error, but its request has been sent.
            let _ = (call.run)(client(&server), given.clone()).await;
            let [request] = server.requests().try_into().unwrap_or_else(|all: Vec<_>| {
                panic!("{operation} sent {} requests with {fill:?}", all.len());
            });
            judge(&operation, &given, &request, fill);
            sent += 1;
        }
    }
    println!("requests judged: {sent}");
}

fn judge(operation: &Operation, given: &Given, request: &HttpRequest, fill: Fill) {
    let context = format!("{operation} ({fill:?})");
    assert_eq!(request.method().as_str(), operation.method.to_uppercase(), "{context}");
    assert_eq!(request.path(), operation.path_with(&given.path), "{context}");
    assert_eq!(request.header("authorization"), Some("Bearer token-of-the-test"), "{context}");
    assert_eq!(request.header("accept"), Some("application/json"), "{context}");

    let mut expected: Vec<(String, String)> = Vec::new();
    for (name, value) in &given.query {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        expected.extend(values.iter().map(|value| (name.clone(), support::wire_text(value))));
    }
    let mut query = request.query();
    query.sort();
    expected.sort();
    assert_eq!(query, expected, "{context}");

    match (&given.body, &operation.body) {
        (Some(body), Some(schema)) => {
            assert_eq!(request.header("content-type"), Some("application/json"), "{context}");
            let sent = request.json();
            assert_eq!(support::judge::faults(schema, &sent), Vec::<String>::new(), "{context}: {sent}");
            assert_eq!(loss(body, &sent, None), None, "{context}\n given {body}\n sent  {sent}");
        }
        _ => assert_eq!(request.body(), None, "{context}"),
    }
}

#[tokio::test]
async fn responses_decode_and_encode_without_loss() {
    let document = Document::load();
    let mut received = 0;
    for operation in document.operations().filter(|operation| !operation.redirects) {
        let call =
            calls().find(|call| call.method == operation.method && call.path == operation.path).unwrap();
        for fill in Fill::all() {
            let Some(response) = operation.response(fill) else { continue };
            let schema = operation.response_schema().unwrap();
            assert_eq!(
                support::judge::faults(schema, &response),
                Vec::<String>::new(),
                "the test made a wrong response"
            );
            let server = MemoryTransport::new().respond_with(HttpResponse::json(200, &response));
            let given = Given::of(&operation, Fill::Required);
            let again = (call.run)(client(&server), given).await.unwrap_or_else(|error| {
                panic!("{operation} ({fill:?}): {error}\n{response}");
            });
            assert_eq!(
                loss(&response, &again, Some(schema)),
                None,
                "{operation} ({fill:?})\n  was {response}\n  is  {again}"
            );
            received += 1;
        }
    }
    println!("responses judged: {received}");
}

#[tokio::test]
async fn a_redirect_is_an_address_and_not_followed() {
    let document = Document::load();
    let redirecting: Vec<Operation> = document.operations().filter(|operation| operation.redirects).collect();
    assert_eq!(redirecting.len(), 1);
    for operation in redirecting {
        let call =
            calls().find(|call| call.method == operation.method && call.path == operation.path).unwrap();
        let address = "https://storage.test/log?signature=x%2Fy";
        let server =
            MemoryTransport::new().respond_with(HttpResponse::new(302).with_header("location", address));
        assert_eq!(
            (call.run)(client(&server), Given::of(&operation, Fill::Required)).await.unwrap(),
            json!(address)
        );
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn any_other_status_is_the_error_of_the_api() {
    let body =
        json!({ "error": { "code": "invalid_request", "message": "no", "details": { "issues": [] } } });
    for operation in Document::load().operations() {
        let call =
            calls().find(|call| call.method == operation.method && call.path == operation.path).unwrap();
        let server = MemoryTransport::new().respond(400, body.clone());
        let error = (call.run)(client(&server), Given::of(&operation, Fill::Required)).await.unwrap_err();
        let propexo::Error::Api(error) = error else { panic!("{operation}: {error}") };
        assert_eq!((error.status(), error.code()), (400, Some("invalid_request")), "{operation}");
    }
}

/// The server may have acted although its response is invalid, so a write is sent once, with any method.
#[tokio::test(start_paused = true)]
async fn retries_only_reads_after_a_fault() {
    type Trouble = fn() -> Result<HttpResponse, TransportError>;
    let troubles: [(Trouble, bool); 7] = [
        (|| Err(TransportError::new(TransportErrorKind::Send, "reset")), true),
        (|| Err(TransportError::new(TransportErrorKind::Receive, "reset")), true),
        (|| Ok(HttpResponse::new(502)), true),
        (|| Ok(HttpResponse::new(503)), true),
        (|| Ok(HttpResponse::new(504)), true),
        (|| Ok(HttpResponse::new(500)), true),
        (|| Ok(HttpResponse::new(501)), false),
    ];
    let (mut reads, mut writes) = (0, 0);
    for (operation, call) in support::operations(generated::GROUPS) {
        let is_read = operation.method == "get" && !operation.returns_receipt();
        for (trouble, passes) in troubles {
            let server = MemoryTransport::handler(move |_| trouble());
            let client = Client::builder().token("t").base_url("http://test").transport(server.clone());
            let client = client.rate_limit(RateLimit::unlimited()).build().unwrap();
            (call.run)(client, Given::of(&operation, Fill::Required)).await.unwrap_err();
            let attempts = server.requests().len();
            assert_eq!(attempts, if is_read && passes { 4 } else { 1 }, "{operation}, {:?}", trouble());
        }
        if is_read { reads += 1 } else { writes += 1 }
    }
    println!("reads: {reads}, writes: {writes}");
    assert!(reads > 0 && writes > 0);
}

#[tokio::test(start_paused = true)]
async fn both_kinds_of_receipt_lead_to_the_end_of_their_job() {
    use propexo::WriteOutcome;
    use propexo::eliseai::CreateAppointment;
    use propexo::leads::CreateLead;
    let server = MemoryTransport::handler(|request| {
        let response = match request.path() {
            "/v1/leads/" => json!({ "job_id": "j1", "data": {} }),
            "/crm/v1/appointments/eliseai" => json!({ "meta": { "job_id": "j2" }, "result": request.json() }),
            "/v1/admin/write-status/j1" | "/v1/admin/write-status/j2" => {
                json!({ "write_status": "SUCCESS", "errors": [], "created_record_id": request.path() })
            }
            other => panic!("{other} is asked for"),
        };
        Ok(HttpResponse::json(200, &response))
    });
    let client = client(&server);
    let generic = client.leads().create(CreateLead::new("i")).send().await.unwrap();
    let vendor = CreateAppointment::new("i", propexo::Date::from("2027-02-01"), "15:30:00");
    let vendor = client.eliseai().create_appointment(vendor).send().await.unwrap();
    assert_eq!((generic.job_id(), vendor.job_id()), ("j1", "j2"));
    for (job, at) in
        [(generic.job(), "/v1/admin/write-status/j1"), (vendor.job(), "/v1/admin/write-status/j2")]
    {
        let outcome = client.write_jobs().wait(job).await.unwrap();
        assert_eq!(outcome, WriteOutcome::Success { created_record_id: Some(at.to_owned()) });
    }
}

fn client(server: &MemoryTransport) -> Client {
    Client::builder()
        .token("token-of-the-test")
        .base_url("https://api.test")
        .transport(server.clone())
        .build()
        .unwrap()
}
