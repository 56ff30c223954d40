//! Tests of the client of `integers.yaml`.

use propexo::Client;
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::volumes::{Volume, VolumeRequired};

#[test]
fn largest_integer_is_sent_and_read() {
    let json = r#"{"id":18446744073709551615,"parts":[18446744073709551614],"size":9007199254740993}"#;
    let server = MemoryTransport::new().respond_with(HttpResponse::new(200).with_body(json));
    let client = Client::builder().token("t").base_url("http://test").transport(server.clone()).build().unwrap();
    let body = Volume::new(VolumeRequired { id: u64::MAX, size: 9_007_199_254_740_993 }).parts(vec![u64::MAX - 1]);
    let volume = client.volumes().update(u64::MAX, body.clone()).send().blocking().unwrap();
    assert_eq!(volume, body);
    let request = &server.requests()[0];
    assert_eq!(request.path(), "/volumes/18446744073709551615");
    assert_eq!(request.body().unwrap().as_bytes(), json.as_bytes());
}

#[test]
fn reads_whole_floats_and_rejects_what_is_no_such_integer() {
    let read = |size: &str| serde_json::from_str::<Volume>(&format!(r#"{{"id": 1, "size": {size}}}"#));
    assert_eq!(read("3.0").unwrap().size, 3);
    for size in ["-1", "-1.0", "0.5", "18446744073709551616"] {
        assert!(read(size).is_err(), "{size}");
    }
}
