//! Serves a fake over HTTP, with a page that shows what happens.

mod body;
mod control;

use std::io;
use std::net::ToSocketAddrs;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use self::body::Body;
use super::fault::Fault;
use super::handle::Fake;
use super::http::{Request, Response};
use crate::Headers;
use crate::runtime::operation::{Idempotency, Method, Operation};
use crate::transport::{HttpRequest, ReqwestTransport, Transport};

/// The largest request body that is read: files are uploaded in JSON.
const MAX_BODY: usize = 80 << 20;

/// How often deliveries to webhooks are looked for.
const DELIVERY_INTERVAL: Duration = Duration::from_millis(250);

/// The timeout of a receiver.
const RECEIVER_TIMEOUT: Duration = Duration::from_secs(10);

const DELIVERY: Operation = Operation::new("webhook", Method::Post, "/", Idempotency::NotIdempotent);

/// A fake that is served over HTTP. It stops when this is dropped.
#[derive(Debug)]
pub struct FakeServer {
    url: String,
    tasks: Vec<JoinHandle<()>>,
}

impl FakeServer {
    /// Returns the base URL for clients; the page is at `/`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Serves until the process ends.
    pub async fn run(mut self) {
        while let Some(mut task) = self.tasks.pop() {
            // A task that was aborted has nothing to say.
            let _ = (&mut task).await;
        }
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Fake {
    /// Serves the fake over HTTP at an address such as `127.0.0.1:8080`, for `curl`, for other languages, and for a
    /// browser: the page at `/` shows what the fake holds and receives. Port 0 selects a free one. Events of webhooks are
    /// sent to their URLs.
    ///
    /// The page needs no token, so bind a loopback address.
    ///
    /// # Errors
    ///
    /// That of binding the address.
    pub async fn serve(&self, address: impl ToSocketAddrs) -> io::Result<FakeServer> {
        let listener = bind(address)?;
        let url = format!("http://{}", listener.local_addr()?);
        let tasks = vec![tokio::spawn(accept(listener, self.clone())), tokio::spawn(deliver(self.clone()))];
        Ok(FakeServer { url, tasks })
    }
}

fn bind(address: impl ToSocketAddrs) -> io::Result<TcpListener> {
    let addresses: Vec<_> = address.to_socket_addrs()?.collect();
    let listener = std::net::TcpListener::bind(addresses.as_slice())?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

async fn accept(listener: TcpListener, fake: Fake) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(connection(stream, fake.clone()))),
            // For example too many open files: other tasks may close some.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Serves the requests of one connection until either side ends it.
async fn connection(stream: TcpStream, fake: Fake) {
    let service = service_fn(move |request| {
        let fake = fake.clone();
        async move { respond(&fake, request).await }
    });
    // An error means that one of the two ended the connection.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Ends the connection without a response.
#[derive(Debug)]
struct Reset;

impl std::fmt::Display for Reset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the fake resets the connection")
    }
}

impl std::error::Error for Reset {}

async fn respond(fake: &Fake, request: hyper::Request<Incoming>) -> Result<hyper::Response<Body>, Reset> {
    let method = request.method().as_str().to_owned();
    let target = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let (authorization, content_type) = (header("authorization"), header("content-type"));
    let Ok(body) = Limited::new(request.into_body(), MAX_BODY).collect().await else { return Err(Reset) };
    let body = body.to_bytes().to_vec();
    if let Some(response) = control::respond(fake, &method, &target, &content_type, &body) {
        return Ok(sent(fake, response));
    }
    let response = fake.shared().respond(&Request::new(&method, &target, &authorization, body));
    fake.shared().clock.sleep(response.delay).await;
    if response.fault.is_some_and(Fault::ends_connection) { Err(Reset) } else { Ok(sent(fake, response)) }
}

fn sent(fake: &Fake, response: Response) -> hyper::Response<Body> {
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        builder = builder.header(*name, value);
    }
    let body = |bytes, fault| Body::new(bytes, fault, Arc::clone(&fake.shared().clock));
    let response = builder.body(body(response.body, response.fault));
    response.unwrap_or_else(|_| hyper::Response::new(body(Vec::new(), None)))
}

/// Sends the events of webhooks to their URLs.
async fn deliver(fake: Fake) {
    let Ok(transport) = ReqwestTransport::new(RECEIVER_TIMEOUT) else { return };
    let transport = Arc::new(transport);
    loop {
        for delivery in fake.deliveries() {
            let mut headers = Headers::default();
            for (name, value) in &delivery.headers {
                headers.append(name.clone(), value.clone());
            }
            let body = Some(delivery.body.clone().into());
            let request = HttpRequest::new(DELIVERY, delivery.url.clone(), headers, body);
            let (fake, transport) = (fake.clone(), Arc::clone(&transport));
            // A slow receiver does not delay the others.
            drop(tokio::spawn(async move {
                let sent = tokio::time::timeout(RECEIVER_TIMEOUT, transport.send(request)).await;
                if matches!(sent, Ok(Ok(response)) if response.is_success()) {
                    fake.accept_delivery(&delivery);
                }
            }));
        }
        sleep(DELIVERY_INTERVAL).await;
    }
}
