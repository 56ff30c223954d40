//! Receives webhooks: `cargo run -p examples --example webhook_receiver --features webhook`.
//!
//! Listens on `WEBHOOK_ADDRESS` (`127.0.0.1:8080`) with the secret `PROPEXO_WEBHOOK_SECRET`, or, given `PROPEXO_TOKEN`,
//! `PROPEXO_ENVIRONMENT` and `PROPEXO_WEBHOOK_ID`, with the secret that Propexo has for that webhook. Without any of
//! these it plays both sides once.

mod support;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use propexo::webhook::{self, Event};
use propexo::{Client, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn main() -> support::Outcome {
    support::block_on(run())
}

async fn run() -> support::Outcome {
    let secret = match (std::env::var("PROPEXO_WEBHOOK_SECRET"), support::is_live()) {
        (Ok(secret), _) => Some(Secret::from(secret)),
        (Err(_), true) => Some(registered_secret().await?),
        (Err(_), false) => None,
    };
    let Some(secret) = secret else {
        println!(
            "neither PROPEXO_TOKEN nor PROPEXO_WEBHOOK_SECRET is set: playing both sides inside this program.\n"
        );
        return play_both_sides().await;
    };
    let address = std::env::var("WEBHOOK_ADDRESS").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}/propexo", listener.local_addr()?);
    axum::serve(listener, receiver(secret)).await?;
    Ok(())
}

fn receiver(secret: Secret) -> Router {
    Router::new().route("/propexo", post(receive)).with_state(Arc::new(secret))
}

/// Handles one delivery. The body is taken as bytes, since the signature covers these.
async fn receive(State(secret): State<Arc<Secret>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature =
        headers.get(webhook::SIGNATURE_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let event = match webhook::receive(secret.expose(), signature, &body) {
        Ok(event) => event,
        Err(webhook::WebhookError::Signature) => return StatusCode::UNAUTHORIZED,
        Err(error) => {
            eprintln!("{error}");
            return StatusCode::BAD_REQUEST;
        }
    };
    // Long-running work belongs into a queue, since the sender waits for the response.
    match event {
        Event::WriteOperationFailure(failure) => {
            println!("job {} failed: {:?}", failure.root_job_id, failure.errors)
        }
        Event::SyncComplete(sync) => println!("synced {:?}: time to fetch them", sync.models_synced),
        Event::DataNew(change) | Event::DataUpdate(change) => {
            let object = change.object.as_ref().map_or("record", |object| object.as_str());
            println!("{object} {} changed", change.record_id.unwrap_or_default());
        }
        other => println!("{:?}", other.trigger()),
    }
    StatusCode::NO_CONTENT
}

/// Returns the secret of the webhook that is registered at Propexo.
async fn registered_secret() -> support::Outcome<Secret> {
    let id = support::setting("PROPEXO_WEBHOOK_ID")?;
    let webhook = Client::from_env()?.webhooks().get(id).send().await?.into_inner();
    Ok(webhook.secret.ok_or("this webhook has no secret")?)
}

/// Starts the receiver and calls it as Propexo would, once with a valid and once with a forged signature.
async fn play_both_sides() -> support::Outcome {
    let secret = Secret::from("0123456789");
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, receiver(secret.clone())).into_future());
    let body = r#"{"trigger":"WRITE_OPERATION_FAILURE","data":{"event":"WRITE_OPERATION_FAILURE","integration_id":"i",
        "vendor":"BUILDIUM","root_job_id":"4711","write_status":"FAILURE","errors":["no such unit"]}}"#;
    for signature in [webhook::sign(secret.expose(), body.as_bytes())?, "00".repeat(32)] {
        let mut stream = TcpStream::connect(address).await?;
        let head = format!(
            "POST /propexo HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n{}: {signature}\r\n\r\n",
            body.len(),
            webhook::SIGNATURE_HEADER,
        );
        stream.write_all((head + body).as_bytes()).await?;
        let mut response = String::new();
        stream.read_to_string(&mut response).await?;
        println!("received {}", response.lines().next().unwrap_or_default());
    }
    Ok(())
}
