//! Tests of the client of `security.yaml`.

use propexo::guarded::Basic;
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::{Client, ClientBuilder};

/// The credentials of a request.
fn sent(builder: ClientBuilder, path: &str) -> Vec<String> {
    let server = MemoryTransport::handler(|_| Ok(HttpResponse::new(204)));
    let client = builder.base_url("http://test").transport(server.clone()).build().unwrap();
    let guarded = client.guarded();
    match path {
        "/either" => guarded.either().send().blocking(),
        "/open" => guarded.open().send().blocking(),
        "/optional" => guarded.optional().send().blocking(),
        _ => guarded.basic(Basic::default()).send().blocking(),
    }
    .unwrap();
    let request = &server.requests()[0];
    let header = |name: &str| request.header(name).map(|value| format!("{name}: {value}"));
    let headers = ["authorization", "x-app-id", "cookie"].into_iter().filter_map(header);
    headers.chain(request.query().into_iter().map(|(name, value)| format!("{name}={value}"))).collect()
}

fn all() -> ClientBuilder {
    Client::builder().token("t").app_id("id").app_key("key").session("s").basic("u", "p")
}

#[test]
fn sends_what_the_operation_asks_for_and_nothing_else() {
    assert_eq!(sent(all(), "/either"), ["x-app-id: id", "app_key=key"]);
    assert_eq!(sent(all(), "/open"), [""; 0]);
    assert_eq!(sent(all(), "/optional"), ["cookie: SID=s"]);
    assert_eq!(sent(all(), "/basic"), ["authorization: Basic dTpw"]);
}

#[test]
fn sends_other_alternative_if_one_is_incomplete() {
    let partial = || Client::builder().app_id("id");
    assert_eq!(sent(partial().token("t"), "/either"), ["authorization: Bearer t"]);
    assert_eq!(sent(partial(), "/either"), [""; 0]);
    assert_eq!(sent(partial(), "/optional"), [""; 0]);
}

#[test]
fn new_token_is_sent() {
    let server = MemoryTransport::handler(|_| Ok(HttpResponse::new(204)));
    let client = Client::builder().token("t").base_url("http://test").transport(server.clone()).build().unwrap();
    client.set_token("new").unwrap();
    client.guarded().either().send().blocking().unwrap();
    client.guarded().basic(Basic::default()).send().blocking().unwrap();
    assert_eq!(server.requests()[0].header("authorization"), Some("Bearer new"));
    assert_eq!(server.requests()[1].header("authorization"), None);
    assert_eq!(server.requests()[1].header("content-type"), Some("application/json"));
}
