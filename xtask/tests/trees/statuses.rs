//! Tests of the client of `statuses.yaml`.

use propexo::orders::CreateOrderResponse;
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::{Client, Error, Result};
use serde_json::json;

fn response(response: HttpResponse) -> Result<Option<CreateOrderResponse>> {
    let server = MemoryTransport::new().respond_with(response);
    let client = Client::builder().token("t").base_url("http://test").transport(server).build()?;
    client.orders().create().send().blocking()
}

#[test]
fn status_determines_variant_whatever_the_body_looks_like() {
    let looks_queued = json!({"id": "1", "eta": "soon"});
    let of = |status| response(HttpResponse::json(status, &looks_queued)).unwrap();
    assert!(matches!(of(200), Some(CreateOrderResponse::Ok(_))));
    assert!(matches!(of(201), Some(CreateOrderResponse::Ok(_))));
    assert!(matches!(of(202), Some(CreateOrderResponse::Accepted(_))));
    assert!(matches!(of(207), Some(CreateOrderResponse::Status2xx(_))));
}

#[test]
fn status_without_content_is_none_and_one_with_content_needs_it() {
    assert_eq!(response(HttpResponse::new(204)).unwrap(), None);
    assert!(matches!(response(HttpResponse::new(200)), Err(Error::Decode(_))));
    assert!(matches!(response(HttpResponse::json(202, &json!({"id": 1}))), Err(Error::Decode(_))));
}
