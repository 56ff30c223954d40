//! `Debug` and errors contain neither the token nor personal data. For logs see `tracing.rs`.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::client;
use common::leaky::{CREATE, HIDDEN, assert_hidden, exercise};
use propexo::Request;
use serde_json::Value;

#[tokio::test(start_paused = true)]
async fn output_of_calls_and_errors_hides_secrets() {
    let shown = exercise().await;
    assert!(shown.contains("400 Bad Request") && shown.contains("results[0].rent"), "{shown}");
    assert_hidden(&shown);
}

#[tokio::test(start_paused = true)]
async fn timeout_hides_secrets() {
    #[derive(Clone, Debug)]
    struct Silent;
    impl propexo::transport::Transport for Silent {
        fn send(&self, _: propexo::transport::HttpRequest) -> propexo::transport::TransportFuture {
            Box::pin(std::future::pending())
        }
    }
    let request = Request::<Value>::new(&client(&Silent), &CREATE).path("id", HIDDEN[2]);
    let error = request.timeout(Duration::from_secs(1)).send().await.unwrap_err();
    assert_hidden(&format!("{error} {error:?}"));
}
