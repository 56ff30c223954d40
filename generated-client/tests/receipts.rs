//! Receipts: the response of a write only has to name its job, and an error reports whether the server may have
//! acted.

#![cfg(all(feature = "leads", feature = "appointments"))]
// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::client;
use propexo::appointments::CheckAvailability;
use propexo::leads::CreateLead;
use propexo::resman::{CreateLeadAppointment, CreateLeadAppointmentRequired};
use propexo::transport::{
    HttpRequest, HttpResponse, MemoryTransport, Transport, TransportErrorKind, TransportFuture,
};
use propexo::{
    Client, DateOrDateTime, Error, Idempotency, JobReference, Method, Operation, Request, Result, WriteJob,
    WriteReceipt,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use serde::Deserialize;
use serde_json::{Value, json};

/// Creates a lead on a server that responds with a body.
async fn created(body: impl Into<Vec<u8>>) -> Result<WriteReceipt> {
    let server = MemoryTransport::new().respond_with(HttpResponse::new(200).with_body(body.into()));
    client(&server).leads().create(CreateLead::new("i")).send().await
}

fn tour() -> CreateLeadAppointment {
    CreateLeadAppointment::new(CreateLeadAppointmentRequired {
        integration_id: "i".into(),
        lead_id: "l".into(),
        lead_source_id: "s".into(),
        appointment_date: DateOrDateTime::from("2027-01-01"),
        appointment_time: "10:00:00".into(),
    })
}

#[tokio::test]
async fn a_receipt_needs_only_its_job_id() {
    for body in [
        json!({ "job_id": "j", "data": {} }),
        json!({ "job_id": "j", "data": null }),
        json!({ "job_id": "j" }),
        json!({ "job_id": "j", "data": [] }),
        json!({ "job_id": "j", "data": "odd", "result": 7 }),
        json!({ "job_id": null, "meta": { "job_id": "j" }, "data": {} }),
        json!({ "meta": { "job_id": "j" }, "result": { "integration_id": "i" } }),
        json!({ "meta": { "job_id": "j" }, "result": null }),
        json!({ "meta": { "job_id": "j" } }),
        json!({ "meta": null, "results": [{ "job": { "job_id": "j" } }] }),
        json!([{ "job_id": "j" }]),
    ] {
        let generic = created(body.to_string()).await.unwrap();
        assert_eq!((generic.job_id(), generic.job()), ("j", WriteJob::new("j")), "{body}");
        assert_eq!(generic.raw(), body.to_string());
        let server = MemoryTransport::new().respond(200, body.clone());
        let vendor = client(&server).resman().create_lead_appointment(tour()).send().await.unwrap();
        assert_eq!(vendor, generic, "{body}");
    }
    assert_eq!(created(r#"{"job_id":4711}"#).await.unwrap().job_id(), "4711");
}

#[tokio::test]
async fn receipt_decodes_despite_an_echo_that_is_not_unicode() {
    let lone = created(r#"{"data":{"notes":"cut emoji \ud83d","\udc00":0},"job_id":"j"}"#).await.unwrap();
    assert_eq!(lone.job_id(), "j");
    let echo = json!({ "notes": "cut emoji \u{fffd}", "\u{fffd}": 0 });
    assert_eq!(lone.echo::<Value>().unwrap(), Some(echo));
    let invalid = created(b"{\"data\":{\"notes\":\"\xff\"},\"job_id\":\"j\"}".as_slice()).await.unwrap();
    assert_eq!(invalid.job_id(), "j");
    assert_eq!(invalid.echo::<Value>().unwrap(), Some(json!({ "notes": "\u{fffd}" })));
}

#[tokio::test]
async fn a_response_without_a_job_id_does_not_decode() {
    for body in [r#"{"data":{}}"#, r#"{"job_id":"","meta":{"job_id":null}}"#, "null", "[]", "7"] {
        let error = created(body).await.unwrap_err();
        let Error::Decode(decode) = &error else { panic!("{error}") };
        assert_eq!(
            (decode.reason(), decode.job_id(), error.job_id()),
            ("missing field `job_id`", None, None)
        );
        assert!(error.may_have_acted() && error.status() == Some(200), "{body}");
        assert_eq!(decode.operation().unwrap().name, "leads.create");
    }
    for body in ["", "<html>maintenance</html>", r#"{"job_id":"cut of"#, r#"{"job_id":47"#] {
        let error = created(body).await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)) && error.may_have_acted(), "{error}");
        assert_eq!(error.job_id(), None, "{body}");
    }
}

#[tokio::test]
async fn a_decode_error_of_a_write_has_the_job_id_of_the_body() {
    let error = created(r#"{"meta": {"job_id" : "j"}, "result": {"notes": "jane@exa"#).await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)) && error.may_have_acted());
    assert_eq!(error.job_id(), Some("j"));
    assert!(!format!("{error} {error:?}").contains("jane"));

    // A write whose response has data of its own, which a receipt would hide.
    let odd = json!({ "meta": { "job_id": "j" }, "result": "closed" });
    let server = MemoryTransport::new().respond(200, odd.clone());
    let availability = client(&server).appointments().check_availability(CheckAvailability::new("i"));
    let error = availability.send().await.unwrap_err();
    assert_eq!((error.job_id(), error.may_have_acted()), (Some("j"), true));

    let server = MemoryTransport::new().respond(200, odd);
    let error = client(&server).leads().get("j").send().await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)));
    assert_eq!((error.job_id(), error.may_have_acted()), (None, false), "a read has no job");
}

#[tokio::test]
async fn data_other_than_an_echo_stays_typed() {
    let body = json!({ "meta": { "job_id": "j" }, "result": [] });
    let server = MemoryTransport::new().respond(200, body);
    let client = client(&server);
    let availability =
        client.appointments().check_availability(CheckAvailability::new("i")).send().await.unwrap();
    assert!(availability.result.is_empty());
    assert_eq!(availability.job_id(), "j");
    drop(client.write_jobs().wait(&availability));
}

#[tokio::test]
async fn an_echo_is_decoded_on_request() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Echo {
        rent: f64,
        notes: Option<String>,
    }
    let echo = |body: Value| serde_json::from_value::<WriteReceipt>(body).unwrap().echo::<Echo>();
    let rent = json!({ "rent": 12.5, "more": [1] });
    for name in ["data", "result"] {
        let echo = echo(json!({ "job_id": "j", name: rent })).unwrap();
        assert_eq!(echo, Some(Echo { rent: 12.5, notes: None }));
    }
    assert_eq!(echo(json!({ "job_id": "j", "data": null, "result": rent })).unwrap().unwrap().rent, 12.5);
    for none in [json!({}), json!({ "data": null }), json!({ "result": null }), json!({ "other": rent })] {
        let mut body = none.clone();
        body["job_id"] = json!("j");
        assert_eq!(echo(body).unwrap(), None, "{none}");
    }
    assert_eq!(echo(json!([{ "job_id": "j" }])).unwrap(), None);

    let error = echo(json!({ "job_id": "j", "result": { "rent": "jane@example.org" } })).unwrap_err();
    let Error::Decode(decode) = &error else { panic!("{error}") };
    assert_eq!(
        (decode.path(), decode.reason(), decode.job_id()),
        ("result.rent", "string, expected f64", Some("j"))
    );
    assert_eq!((error.operation(), error.status(), error.may_have_acted()), (None, None, true));
    assert_eq!(
        error.to_string(),
        "the echo of a write (27 bytes) does not decode at result.rent: string, expected f64"
    );
    let list = echo(json!({ "job_id": "j", "data": [1] })).unwrap_err();
    assert!(matches!(list, Error::Decode(decode) if decode.path().starts_with("data")));
}

#[test]
fn a_receipt_is_kept_as_the_body_and_shows_no_echo() {
    fn is_kept<T: Clone + Send + Sync + 'static>(_: &T) {}
    let body = r#"{"meta":{"job_id":"j"},"result":{"email":"jane@example.org"}}"#;
    let receipt: WriteReceipt = serde_json::from_str(body).unwrap();
    is_kept(&receipt);
    assert_eq!(format!("{receipt:?}"), r#"WriteReceipt { job_id: "j", body: <61 bytes> }"#);
    assert_eq!(serde_json::to_string(&receipt).unwrap(), body);
    assert_eq!(
        serde_json::from_str::<WriteReceipt>(&serde_json::to_string(&receipt).unwrap()).unwrap(),
        receipt
    );
    assert_ne!(receipt, WriteReceipt::new("j"));
    assert_eq!(WriteReceipt::new("\"j\"").raw(), r#"{"job_id":"\"j\""}"#);
    assert_eq!(WriteReceipt::new("j").echo::<Value>().unwrap(), None);
}

#[tokio::test]
async fn an_own_operation_returns_a_receipt_too() {
    const OWN: Operation = Operation::new("own", Method::Post, "/v1/own", Idempotency::NotIdempotent);
    let body = json!({ "meta": { "job_id": "j" }, "result": { "name": "n" } });
    let server = MemoryTransport::new().respond(200, body.clone()).respond(200, body);
    let client = client(&server);
    let request = || Request::<WriteReceipt>::new(&client, &OWN).json(&json!({ "name": "n" }));
    assert_eq!(request().send().await.unwrap(), request().send_receipt().await.unwrap());
}

#[derive(Clone, Debug)]
struct Silent;

impl Transport for Silent {
    fn send(&self, _: HttpRequest) -> TransportFuture {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn errors_say_whether_the_server_may_have_acted() {
    const WRITE: Operation = Operation::new("write", Method::Put, "/x", Idempotency::NotIdempotent);
    const READ: Operation = Operation::new("read", Method::Get, "/x", Idempotency::Safe);
    const READ_BY_POST: Operation = Operation::new("search", Method::Post, "/x", Idempotency::Safe);
    async fn verdicts(client: &Client) -> [bool; 3] {
        let send = |operation: &'static Operation| Request::<WriteReceipt>::new(client, operation).send();
        [
            send(&WRITE).await.unwrap_err().may_have_acted(),
            send(&READ_BY_POST).await.unwrap_err().may_have_acted(),
            send(&READ).await.unwrap_err().may_have_acted(),
        ]
    }
    for (failure, ambiguous) in [
        (TransportErrorKind::Connect, false),
        (TransportErrorKind::Other, false),
        (TransportErrorKind::Send, true),
        (TransportErrorKind::Receive, true),
    ] {
        let failing = move |_: &HttpRequest| Err(propexo::transport::TransportError::new(failure, "made"));
        let client = client(&MemoryTransport::handler(failing));
        assert_eq!(verdicts(&client).await, [ambiguous, ambiguous, false], "{failure:?}");
    }
    for status in [301, 302, 400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504, 599] {
        let server = MemoryTransport::handler(move |_| Ok(HttpResponse::new(status)));
        let client = Client::builder().token("t").base_url("http://test").transport(server);
        let client = client.deadline(Duration::from_secs(300)).build().unwrap();
        let ambiguous = !(400..500).contains(&status);
        assert_eq!(verdicts(&client).await, [ambiguous, ambiguous, false], "{status}");
    }
    let server = MemoryTransport::handler(|_| Ok(HttpResponse::new(200).with_body("{}")));
    assert_eq!(verdicts(&client(&server)).await, [true, true, false]);
    assert_eq!(verdicts(&client(&Silent)).await, [true, true, false], "a time-out");

    let write = |client: &Client| Request::<WriteReceipt>::new(client, &WRITE);
    let error = write(&client(&Silent)).deadline(Duration::from_secs(1)).send().await.unwrap_err();
    assert!(error.is_timeout() && error.may_have_acted(), "a deadline in the middle of an attempt");
    let server = MemoryTransport::handler(|_| Ok(HttpResponse::new(429).with_header("retry-after", "50")));
    let refused = client(&server);
    write(&refused).deadline(Duration::from_secs(1)).send().await.unwrap_err();
    let error = write(&refused).deadline(Duration::from_secs(1)).send().await.unwrap_err();
    assert!(matches!(error, Error::RateLimited(_)) && !error.may_have_acted());
    let error = write(&refused).header("a\nb", 1).send().await.unwrap_err();
    assert!(matches!(error, Error::Validation(_)) && !error.may_have_acted());
    let error = Client::builder().build().unwrap_err();
    assert!(matches!(error, Error::Config(_)) && !error.may_have_acted());
}

/// JSON without a job.
fn anything() -> impl Strategy<Value = Value> {
    let name = || "[a-z\u{e9}\"\\\\]{0,6}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name(), inner, 0..4).prop_map(|all| all.into_iter().collect()),
        ]
    })
}

proptest! {
    // Equal bodies in each run.
    #![proptest_config(Config { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_json_with_a_job_id_somewhere_is_a_receipt(
        id in prop_oneof![".{1,12}".prop_map(Value::from), any::<u64>().prop_map(Value::from)],
        siblings in proptest::collection::vec((anything(), "[a-z_\"]{0,6}", any::<bool>()), 0..8),
    ) {
        let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let nested = siblings.into_iter().fold(json!({ "job_id": id }), |inner, (sibling, name, is_list)| {
            if is_list { json!([sibling, inner]) } else { json!({ "data": sibling, name: inner }) }
        });
        let receipt: WriteReceipt = serde_json::from_str(&nested.to_string()).unwrap();
        prop_assert_eq!(receipt.job_id(), text);
        prop_assert_eq!(serde_json::to_value(&receipt).unwrap(), nested);
    }

    #[test]
    fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..64), cut in 0_usize..80) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let whole = br#"{"meta":{"job_id":"j"},"data":{"job_id":7,"a":[null,"\u00e9"]}}"#;
        for body in [&body[..], &whole[..cut.min(whole.len())]] {
            let _ = runtime.block_on(created(body));
        }
    }
}
