//! Sends requests by an HTTP client of your own: `cargo run -p examples --example own_http_client --features http`.
//!
//! The client is a `tower` service. Layers of `tower` around it, `reqwest-middleware` or a test server fit the same way.
//! This program calls a server of its own, which responds as Propexo does.

mod support;

use axum::Router;
use axum::routing::get;
use propexo::Client;
use propexo::transport::{TowerTransport, Transport, TransportError, TransportErrorKind};
use tokio::net::TcpListener;

/// A transport over a client with your own proxies, certificates or DNS. It must neither follow redirects nor retry.
fn transport(client: reqwest::Client) -> impl Transport {
    TowerTransport::new(tower::service_fn(move |request: http::Request<Vec<u8>>| {
        let client = client.clone();
        async move {
            let request = reqwest::Request::try_from(request).map_err(failed)?;
            let received = client.execute(request).await.map_err(failed)?;
            let mut response = http::Response::new(Vec::new());
            *response.status_mut() = received.status();
            *response.headers_mut() = received.headers().clone();
            *response.body_mut() = received.bytes().await.map_err(failed)?.to_vec();
            Ok::<_, TransportError>(response)
        }
    }))
}

/// Only without a connection has the server certainly not acted, so that a write may be repeated.
fn failed(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() { TransportErrorKind::Connect } else { TransportErrorKind::Send };
    TransportError::new(kind, error.without_url())
}

fn main() -> support::Outcome {
    support::block_on(run())
}

async fn run() -> support::Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let timezones = r#"{"timezones":[]}"#;
    tokio::spawn(
        axum::serve(listener, Router::new().route("/{*path}", get(move || async move { timezones })))
            .into_future(),
    );

    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()?;
    let client = Client::builder().token("none").base_url(base_url).transport(transport(http)).build()?;
    let response = client.timezones().list().send_raw().await?;
    println!("{} {}", response.status(), response.text());
    Ok(())
}
