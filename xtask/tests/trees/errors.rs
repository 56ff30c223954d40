//! Tests of the client of `errors.yaml`.

use propexo::parcels::{ListParcelsError, NoParcel};
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::{ApiError, Client, Error};
use serde_json::{Value, json};

fn error(status: u16, body: Value) -> ApiError {
    let server = MemoryTransport::new().respond_with(HttpResponse::json(status, &body));
    let client = Client::builder().token("t").base_url("http://test").transport(server).build().unwrap();
    match client.parcels().list().send().blocking() {
        Err(Error::Api(error)) => *error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn body_decodes_as_type_of_its_status() {
    assert_eq!(error(404, json!({"parcel": 7})).body_as::<NoParcel>().unwrap().parcel, 7);
    assert_eq!(error(418, json!({"title": "tea"})).body_as::<ListParcelsError>().unwrap().title, "tea");
}

#[test]
fn other_body_is_a_decode_error_with_status_and_path() {
    let error = error(404, json!({"parcel": "seven"})).body_as::<NoParcel>().unwrap_err();
    assert_eq!((error.status(), error.path()), (Some(404), "parcel"));
    assert!(!error.to_string().contains("seven"), "{error}");
}
