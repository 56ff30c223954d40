//! Tests of what generated code calls: bodies and responses other than JSON, array and object parameters, credentials.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ParameterIn, Request, Style};
use crate::runtime::credential::Credential;
use crate::runtime::record::record;
use crate::runtime::transport::{HttpRequest, HttpResponse, MemoryTransport};
use crate::runtime::value::Upload;
use crate::{Client, Error, Idempotency, Method, Operation, Patch};

const POST: Operation =
    Operation::new("things.post", Method::Post, "/things/{id}", Idempotency::NotIdempotent);
const GET: Operation = Operation::new("things.get", Method::Get, "/things", Idempotency::Safe);

#[derive(Clone, PartialEq)]
struct Form {
    amount: f64,
    expand: Option<Vec<String>>,
    file: Option<Upload>,
    files: Option<Vec<Upload>>,
    meta: Option<BTreeMap<String, Value>>,
    note: Patch<String>,
}

record!(Form {
    "amount" => amount: Required { maximum: 10.0 },
    "expand" => expand: Optional,
    "file" => file: Optional,
    "files" => files: Optional,
    "meta" => meta: Optional,
    "note" => note: Optional,
});

fn form() -> Form {
    Form { amount: 2.0, expand: None, file: None, files: None, meta: None, note: Patch::Absent }
}

fn client(server: &MemoryTransport) -> Client {
    Client::builder().token("t").base_url("http://test").transport(server.clone()).build().unwrap()
}

async fn sent(make: impl FnOnce(Request<()>) -> Request<()>) -> HttpRequest {
    let server = MemoryTransport::new().respond(200, json!({}));
    make(Request::new(&client(&server), &POST).path("id", "7")).send().await.unwrap();
    server.requests().remove(0)
}

fn text(request: &HttpRequest) -> String {
    String::from_utf8(request.body().unwrap().as_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn serializes_form_with_configured_styles() {
    let list = || Some(vec!["a b".to_owned(), "c&d".to_owned()]);
    let meta = || Some(BTreeMap::from([("k".to_owned(), json!(["v"]))]));
    let plain = Form { expand: list(), meta: meta(), note: Patch::Null, ..form() };
    let request = sent(|request| request.form(&plain, &[])).await;
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(text(&request), "amount=2&expand=a%20b&expand=c%26d&meta=%7B%22k%22%3A%5B%22v%22%5D%7D&note=");
    let styles = [("expand", Style::Deep), ("meta", Style::Deep)];
    let request = sent(|request| request.form(&plain, &styles)).await;
    assert_eq!(text(&request), "amount=2&expand%5B0%5D=a%20b&expand%5B1%5D=c%26d&meta%5Bk%5D%5B0%5D=v&note=");
    let request = sent(|request| request.form(&plain, &[("expand", Style::Joined(','))])).await;
    assert!(text(&request).contains("expand=a%20b%2Cc%26d&"));
}

#[tokio::test]
async fn writes_multipart_with_files_last() {
    let body = Form {
        amount: 1.5,
        file: Some(Upload::new([0xff, 0, 13, 10]).name("a \"b\"\r\n.png").content_type("image/png")),
        files: Some(vec![b"first file".as_slice().into(), b"two".as_slice().into()]),
        meta: Some(BTreeMap::from([("k".to_owned(), json!(1))])),
        note: Patch::Value("n\u{e9}".to_owned()),
        ..form()
    };
    let request =
        sent(|request| request.multipart(&body, &[("note", "text/markdown"), ("files", "text/css")])).await;
    let media_type = request.header("content-type").unwrap();
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let part = |head: &str, bytes: &[u8]| {
        let head = format!("--{boundary}\r\ncontent-disposition: form-data; {head}\r\n\r\n");
        [head.as_bytes(), bytes, b"\r\n"].concat()
    };
    let expected = [
        part("name=\"amount\"", b"1.5"),
        part("name=\"meta\"\r\ncontent-type: application/json", br#"{"k":1}"#),
        part("name=\"note\"\r\ncontent-type: text/markdown", "n\u{e9}".as_bytes()),
        part(
            "name=\"file\"; filename=\"a %22b%22%0D%0A.png\"\r\ncontent-type: image/png",
            &[0xff, 0, 13, 10],
        ),
        part("name=\"files\"; filename=\"files\"\r\ncontent-type: text/css", b"first file"),
        part("name=\"files\"; filename=\"files\"\r\ncontent-type: text/css", b"two"),
        format!("--{boundary}--\r\n").into_bytes(),
    ];
    assert_eq!(request.body().unwrap().as_bytes(), expected.concat());
    assert!(boundary.len() >= 32 && !format!("{body:?}").contains("first file"));
}

#[tokio::test]
async fn sends_strings_and_bytes_with_media_type() {
    let request = sent(|request| request.text("a,b\n", "text/csv")).await;
    assert_eq!((request.header("content-type"), &*text(&request)), (Some("text/csv"), "a,b\n"));
    let request = sent(|request| request.bytes([0xff, 0], "application/octet-stream")).await;
    assert_eq!(request.body().unwrap().as_bytes(), [0xff, 0]);
    let request = sent(|request| request.bytes([1], "image/*").header("Content-Type", "image/png")).await;
    assert_eq!(request.header("content-type"), Some("image/png"));
    let patch = json!([{"op": "remove"}]);
    let request = sent(|request| request.json(&patch).content_type("application/json-patch+json")).await;
    assert_eq!(
        (request.header("content-type"), request.json()),
        (Some("application/json-patch+json"), patch)
    );
}

#[tokio::test]
async fn rejects_body_that_cannot_be_serialized() {
    let server = MemoryTransport::new();
    let request = || Request::<()>::new(&client(&server), &POST).path("id", "7");
    let file = |file: Upload| Form { file: Some(file), ..form() };
    for request in [
        request().form(&Form { amount: f64::NAN, ..form() }, &[]),
        request().form(&file(Upload::new([0xff])), &[]),
        request().form(&vec![1_i64], &[]),
        request().multipart(&vec![1_i64], &[]),
        request().multipart(&Form { amount: f64::NAN, ..form() }, &[]),
        request().multipart(&file(Upload::new([1]).content_type("a\r\nb: c")), &[]),
        request().styled(ParameterIn::Query, "a", Style::Deep, &BTreeMap::from([(vec![1], 2)])),
    ] {
        assert!(matches!(request.send().await, Err(Error::Validation(_))));
    }
    let strict = Client::builder().token("t").base_url("http://test").validate_requests(true);
    let strict = strict.transport(server.clone()).build().unwrap();
    let too_much = Form { amount: 11.0, ..form() };
    let request = Request::<()>::new(&strict, &POST).path("id", "7");
    assert!(matches!(request.clone().form(&too_much, &[]).send().await, Err(Error::Validation(_))));
    assert!(matches!(request.multipart(&too_much, &[]).send().await, Err(Error::Validation(_))));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn sends_array_and_object_parameters_in_their_location() {
    let filter = json!({"gt": 1, "in": ["a", "b"]});
    let request = sent(|request| {
        let request = request.styled(ParameterIn::Query, "deep", Style::Deep, &filter);
        let request = request.styled(ParameterIn::Query, "json", Style::Json, &filter);
        let request = request.styled(ParameterIn::Query, "spread", Style::Repeated, &json!({"x": [1, 2]}));
        let request = request.styled(ParameterIn::Header, "x-filter", Style::Json, &filter);
        request.cookie("a", "1; x=2").cookie("b", 2).cookie("b", 3).accepting("text/csv")
    })
    .await;
    let pairs: Vec<String> =
        request.query().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let json = r#"{"gt":1,"in":["a","b"]}"#;
    assert_eq!(
        pairs,
        ["deep[gt]=1", "deep[in][0]=a", "deep[in][1]=b", &format!("json={json}"), "x=1", "x=2"]
    );
    assert_eq!(request.header("x-filter"), Some(json));
    assert_eq!(request.header("cookie"), Some("a=1%3B%20x=2; b=3"));
    assert_eq!(request.header("accept"), Some("text/csv"));
}

#[tokio::test]
async fn sends_credentials_with_every_call_and_hides_them_in_logs() {
    let server = MemoryTransport::new().respond(200, json!({}));
    let builder = Client::builder().base_url("http://test").transport(server.clone());
    let client = builder
        .credential("basic", Credential::Basic("jane".to_owned(), "hunter2".to_owned()))
        .credential("key", Credential::Header("X-Key", "hunter3".to_owned()))
        .credential("query", Credential::Query("key", "hunter4".to_owned()))
        .credential("session", Credential::Cookie("sid", "hunter5".to_owned()));
    let client = client.build().unwrap();
    let request = Request::<()>::new(&client, &GET).query("a", 1).cookie("b", 2);
    let shown = format!("{client:?} {request:?}");
    request.send().await.unwrap();
    let [sent] = server.requests().try_into().unwrap();
    assert_eq!(sent.header("authorization"), Some("Basic amFuZTpodW50ZXIy"));
    assert_eq!(sent.header("x-key"), Some("hunter3"));
    assert_eq!(sent.url(), "http://test/things?a=1&key=hunter4");
    assert_eq!(sent.header("cookie"), Some("sid=hunter5; b=2"));
    assert!(!format!("{shown} {sent:?}").contains("hunter"), "{shown} {sent:?}");
}

#[tokio::test]
async fn permits_client_with_explicit_no_credential() {
    let server = MemoryTransport::new().respond(200, json!({}));
    let builder = || Client::builder().base_url("http://test").transport(server.clone());
    assert!(builder().build().is_err());
    let client = builder().credential("", Credential::None).build().unwrap();
    Request::<()>::new(&client, &GET).send().await.unwrap();
    assert_eq!(server.requests()[0].header("authorization"), None);
    let bad = builder().credential("key", Credential::Header("x-key", "a\nb".to_owned())).build();
    let shown = bad.unwrap_err().to_string();
    assert!(shown.contains("x-key") && !shown.contains("a\n"), "{shown}");
}

#[tokio::test]
async fn reads_responses_as_string_bytes_or_nothing() {
    let response = |body: &[u8]| HttpResponse::new(200).with_body(body);
    let server = MemoryTransport::new()
        .respond_with(response("a,\u{e9}".as_bytes()))
        .respond_with(response(&[0xff, 0]))
        .respond_with(response(b"ok\xff"))
        .respond_with(HttpResponse::new(204))
        .respond(200, json!("x"))
        .respond_with(HttpResponse::new(204));
    let client = client(&server);
    assert_eq!(Request::<String>::new(&client, &GET).send_text().await.unwrap(), "a,\u{e9}");
    assert_eq!(Request::<Vec<u8>>::new(&client, &GET).send_bytes().await.unwrap(), [0xff, 0]);
    let error = Request::<String>::new(&client, &GET).send_text().await.unwrap_err();
    assert!(matches!(&error, Error::Decode(_)) && error.to_string().contains("UTF-8"), "{error}");
    assert_eq!(Request::<Option<String>>::new(&client, &GET).send().await.unwrap(), None);
    assert_eq!(Request::<Option<String>>::new(&client, &GET).send().await.unwrap(), Some("x".to_owned()));
    let error = Request::<String>::new(&client, &GET).send().await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
}
