//! Tests of the client of `read_only.yaml`.

use propexo::logins::Login;
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::Client;
use serde_json::json;

#[test]
fn received_value_is_sent_without_read_only_properties() {
    let received = json!({"id": 7, "email": "a@b", "device": {"seen": "today", "name": "x"}});
    let answer = received.clone();
    let server = MemoryTransport::handler(move |_| Ok(HttpResponse::json(201, &answer)));
    let client = Client::builder().token("t").base_url("http://test").transport(server.clone()).build().unwrap();
    let login = client.logins().create(Login::new("a@b")).send().blocking().unwrap();
    assert_eq!(login.id, Some(7));
    // On its own, the value keeps everything.
    assert_eq!(serde_json::to_value(&login).unwrap(), received);
    let _ = client.logins().create(login.clone()).send().blocking();
    let _ = client.logins().update_all(vec![login.clone()]).send().blocking();
    let _ = client.logins().replace(login).send().blocking();
    let requests = server.requests();
    assert_eq!(requests[0].json(), json!({"email": "a@b"}));
    assert_eq!(requests[1].json(), json!({"email": "a@b", "device": {"name": "x"}}));
    assert_eq!(requests[2].json(), json!([{"email": "a@b", "device": {"name": "x"}}]));
    let form = String::from_utf8_lossy(requests[3].body().unwrap().as_bytes()).into_owned();
    assert!(form.contains("email=a%40b") && !form.contains("id=") && !form.contains("seen"), "{form}");
}
