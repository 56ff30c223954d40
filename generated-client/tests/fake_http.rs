//! A fake over HTTP: real connections, the commands of its page, and deliveries to a receiver.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "leads", feature = "fake-server"))]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::HeaderMap;
use axum::routing::post;
use propexo::fake::{Fake, FakeServer, Fault};
use propexo::leads::Lead;
use propexo::webhook;
use propexo::{Client, RetryPolicy};
use serde_json::{Value, json};

const SECRET: &str = "0123456789";

async fn served(fake: &Fake) -> (FakeServer, Client) {
    let server = fake.serve("127.0.0.1:0").await.unwrap();
    let client =
        Client::builder().token("any").base_url(server.url()).retry(RetryPolicy::none()).build().unwrap();
    (server, client)
}

/// Sends a command of the page.
async fn command(server: &FakeServer, name: &str, data: &Value) -> u16 {
    let request = reqwest::Client::new().post(format!("{}/_fake/{name}", server.url()));
    let request = request.header("content-type", "application/json").body(data.to_string());
    request.send().await.unwrap().status().as_u16()
}

async fn state(server: &FakeServer, seen: usize) -> Value {
    let url = format!("{}/_fake/state?seen={seen}", server.url());
    serde_json::from_str(&reqwest::get(url).await.unwrap().text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn clients_read_over_http() {
    let fake = Fake::builder().records::<Lead>(30).build();
    let (server, client) = served(&fake).await;
    let page = client.leads().list().limit(20).send().await.unwrap();
    assert_eq!((page.results.len(), page.meta.total), (20, Some(30)));
    let address = server.url().trim_start_matches("http://").to_owned();
    drop(server);
    tokio::task::yield_now().await;
    assert!(std::net::TcpListener::bind(address).is_ok(), "the server stops when it is dropped");
}

#[tokio::test]
async fn faults_break_connections() {
    let fake = Fake::builder().build();
    let (_server, client) = served(&fake).await;
    for fault in [Fault::ResetBefore, Fault::ResetAfter, Fault::Truncated, Fault::Unreachable] {
        fake.faults().once(fault);
        let error = client.leads().list().send().await.unwrap_err();
        assert!(matches!(error, propexo::Error::Transport(_)), "{fault:?}: {error}");
    }
    fake.faults().once(Fault::ServerError);
    assert_eq!(client.leads().list().send().await.unwrap_err().status(), Some(500));
    assert!(client.leads().list().send().await.is_ok());
}

#[tokio::test]
async fn the_page_shows_requests_and_plans_faults() {
    let fake = Fake::builder().seed(7).build();
    let (server, client) = served(&fake).await;
    let page = reqwest::get(server.url()).await.unwrap();
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(page.text().await.unwrap().contains("<title>"));

    assert_eq!(command(&server, "fault", &json!({ "fault": "ServerError", "share": 1 })).await, 200);
    assert_eq!(client.leads().list().send().await.unwrap_err().status(), Some(500));
    assert_eq!(command(&server, "clear", &json!({})).await, 200);
    assert!(client.leads().list().send().await.is_ok());
    let shown = state(&server, 0).await;
    assert_eq!(shown["requests"][0]["operation"], "GET /v1/leads/");
    assert_eq!(
        (&shown["requests"][0]["status"], &shown["requests"][1]["status"]),
        (&json!(200), &json!(500))
    );
    assert_eq!((&shown["budget"]["used"], &shown["seed"]), (&json!(2), &json!(7)));
    assert_eq!(state(&server, 2).await["requests"], json!([]));

    for (name, data) in [
        ("fault", json!({ "fault": "Earthquake", "share": 1 })),
        ("fault", json!({ "fault": "ServerError", "share": 2 })),
        ("webhook", json!({ "url": "file:///etc/passwd" })),
        ("event", json!({ "trigger": "PET_ADOPTED" })),
        ("next-write", json!({ "state": "SUCCESS" })),
        ("other", json!({})),
    ] {
        assert_eq!(command(&server, name, &data).await, 400, "{name}");
    }
    let url = format!("{}/_fake/sync", server.url());
    let foreign = reqwest::Client::new().post(url).body("{}").send().await.unwrap();
    assert_eq!(foreign.status(), 400, "a form of another page is refused");
}

#[tokio::test]
async fn events_reach_a_receiver_until_it_accepts_them() {
    let received: Arc<Mutex<Vec<bool>>> = Arc::default();
    let log = Arc::clone(&received);
    let receiver = axum::Router::new().route(
        "/hook",
        post(move |headers: HeaderMap, body: axum::body::Bytes| async move {
            let signature = headers["propexo-signature"].to_str().unwrap();
            log.lock().unwrap().push(webhook::receive(SECRET, signature, &body).is_ok());
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, receiver).await });

    let fake = Fake::builder().integration("RESMAN").build();
    let (server, _) = served(&fake).await;
    assert_eq!(command(&server, "webhook", &json!({ "url": url, "secret": SECRET })).await, 200);
    assert_eq!(
        command(&server, "event", &json!({ "trigger": "JOB_FAILURE", "data": { "job_id": "j" } })).await,
        200
    );
    assert_eq!(command(&server, "sync", &json!({})).await, 200);
    for _ in 0..200 {
        if received.lock().unwrap().len() == 2 && state(&server, 0).await["waiting_deliveries"] == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(*received.lock().unwrap(), [true, true]);
    assert_eq!(state(&server, 0).await["waiting_deliveries"], 0);
}
