//! Pages, and rows that do not decode.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::client;
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::{Client, Error, Idempotency, Method, Operation, Page, Request, Single};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const LIST: Operation = Operation::new("things.list", Method::Get, "/v1/things/", Idempotency::Safe);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Thing {
    id: String,
    rent: Option<f64>,
}

fn list(body: &Value) -> Request<Page<Thing>> {
    Request::new(&client(&MemoryTransport::new().respond(200, body.clone())), &LIST)
}

#[tokio::test]
async fn page_decodes_and_encodes_without_loss() {
    let body = json!({
        "results": [{ "id": "a", "rent": 1.5 }, { "id": "b", "rent": null }],
        "meta": { "orderBy": [], "hasMore": null, "total": 2, "odd": 1 },
        "extra": { "x": 1 },
    });
    let page = list(&body).send_page().await.unwrap();
    assert_eq!(page.results.len(), 2);
    assert_eq!(page.meta.total, Some(2));
    assert!(page.rejected.is_empty());
    assert_eq!(serde_json::to_value(&page).unwrap(), body);
    assert_eq!(serde_json::from_value::<Page<Thing>>(body).unwrap(), page);
}

#[tokio::test]
async fn lists_rejected_rows_with_the_decoded_ones() {
    let mut rows: Vec<Value> = (0..250).map(|n| json!({ "id": n.to_string(), "rent": 1 })).collect();
    rows[3] = json!({ "id": null, "rent": 1 });
    rows[100] = json!({ "rent": 1 });
    rows[249] = json!({ "id": "x", "rent": "jane@example.org" });
    let page = list(&json!({ "results": rows, "meta": { "hasMore": true } })).send_page().await.unwrap();
    assert_eq!((page.results.len(), page.row_count()), (247, 250));
    assert_eq!(page.meta.has_more, Some(true));
    let rejected: Vec<_> =
        page.rejected.iter().map(|row| (row.index, row.error.path(), row.error.reason())).collect();
    assert_eq!(
        rejected,
        [
            (3, "results[3].id", "null, expected a string"),
            (100, "results[100]", "missing field `id`"),
            (249, "results[249].rent", "string, expected f64"),
        ]
    );
    let row: Value = serde_json::from_slice(page.rejected[2].error.body()).unwrap();
    assert_eq!(row, rows[249]);
    assert!(!format!("{:?}", page.rejected).contains("jane"));
}

#[tokio::test]
async fn strict_client_fails_the_page_at_its_first_invalid_row() {
    let server = MemoryTransport::new().respond(200, json!({ "results": [{ "id": "a" }, { "id": 7 }] }));
    let client =
        Client::builder().token("t").base_url("http://test").transport(server).strict_responses(true);
    let error = Request::<Page<Thing>>::new(&client.build().unwrap(), &LIST).send_page().await.unwrap_err();
    let Error::Decode(decode) = error else { panic!("{error}") };
    assert_eq!(decode.path(), "results[1].id");
}

#[tokio::test]
async fn body_that_is_not_a_page_is_an_error() {
    for (body, path) in [
        (json!({ "results": {} }), "results"),
        (json!({ "result": [] }), ""),
        (json!([]), ""),
        (json!({ "results": [{ "id": 1 }], "results2": 1 }), "none"),
    ] {
        match list(&body).send_page().await {
            Err(Error::Decode(decode)) => assert_eq!(decode.path(), path, "{body}"),
            Ok(page) => assert_eq!(page.rejected.len(), 1, "{body}"),
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn truncated_page_is_an_error() {
    let cut = HttpResponse::new(200).with_body(r#"{"results":[{"id":"a","rent":1},{"id":"b"#);
    let client = client(&MemoryTransport::new().respond_with(cut));
    let error = Request::<Page<Thing>>::new(&client, &LIST).send_page().await.unwrap_err();
    assert!(error.to_string().ends_with("at results[1].id: the text breaks off"), "{error}");
}

#[tokio::test]
async fn reports_row_with_invalid_utf8() {
    let body = b"{\"results\":[{\"id\":\"a\"},{\"id\":\"\xff\"}],\"meta\":{}}".to_vec();
    let client = client(&MemoryTransport::new().respond_with(HttpResponse::new(200).with_body(body)));
    let page = Request::<Page<Thing>>::new(&client, &LIST).send_page().await.unwrap();
    assert_eq!((page.results.len(), page.rejected[0].index), (1, 1));
    let error = &page.rejected[0].error;
    assert_eq!((error.path(), error.reason()), ("results[1].id", "not UTF-8"));
}

#[tokio::test]
async fn reports_first_error_of_a_response_without_its_strings() {
    for (body, expected) in [
        (
            &b"{\"results\":{\"id\":\"a\",\"rent\":1.0,\"note\":\"\xff\"},\"meta\":{}}"[..],
            "at results.note: not UTF-8",
        ),
        (b"{\"results\":{\"id\":\"a\",\"no\xff\":1}}", "at results: not UTF-8"),
        (b"{\"results\":{\"id\":\"a\"},\"rent\":\"\xc3", "at rent: the text breaks off"),
        (b"{\"results\":{\"id\":\"a\"}}\xff", "does not decode: not UTF-8"),
        (b"{name:\"Jos\xe9\"}", "does not decode: not JSON: key must be a string"),
        (b"<p>Jos\xe9</p>", "does not decode: not JSON: expected value"),
    ] {
        let client = client(&MemoryTransport::new().respond_with(HttpResponse::new(200).with_body(body)));
        let error = Request::<Single<Thing>>::new(&client, &LIST).send().await.unwrap_err();
        assert!(error.to_string().ends_with(expected), "{error}");
    }
}

#[tokio::test]
async fn unwraps_single_record_from_its_envelope() {
    let body = json!({ "results": { "id": "a", "rent": 2.0 }, "meta": { "orderBy": [] } });
    let client = client(&MemoryTransport::new().respond(200, body.clone()));
    let single = Request::<Single<Thing>>::new(&client, &LIST).send().await.unwrap();
    assert_eq!(serde_json::to_value(&single).unwrap(), body);
    assert_eq!(single.into_inner(), Thing { id: "a".to_owned(), rent: Some(2.0) });
}
