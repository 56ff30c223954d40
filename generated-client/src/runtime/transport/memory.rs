//! A transport without a network, for tests.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture};

type Handler = dyn Fn(&HttpRequest) -> Result<HttpResponse, TransportError> + Send + Sync;

/// Responds from a queue or by a function, and records every request: for tests.
///
/// Clones share queue and record, so a test keeps one and passes the other to the client.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use propexo::transport::MemoryTransport;
/// use propexo::{Client, Idempotency, Method, Operation, Request};
/// use serde_json::{Value, json};
///
/// const GREET: Operation = Operation::new("greet", Method::Get, "/greet/{name}", Idempotency::Safe);
///
/// let server = MemoryTransport::new().respond(200, json!({ "hello": "Ada" }));
/// let client = Client::builder()
///     .token("t")
///     .base_url("http://test")
///     .transport(server.clone())
///     .build()?;
/// let response: Value = Request::new(&client, &GREET).path("name", "Ada").send().await?;
/// assert_eq!(response["hello"], "Ada");
/// assert_eq!(server.requests()[0].path(), "/greet/Ada");
/// # Ok::<(), propexo::Error>(()) }).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct MemoryTransport {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<VecDeque<Result<HttpResponse, TransportError>>>,
    handler: Option<Box<Handler>>,
    seen: Mutex<Vec<HttpRequest>>,
}

impl MemoryTransport {
    /// Creates a transport without responses: a request without one fails.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a transport that responds by a function once the queue is empty.
    pub fn handler<F>(respond: F) -> Self
    where
        F: Fn(&HttpRequest) -> Result<HttpResponse, TransportError> + Send + Sync + 'static,
    {
        Self { shared: Arc::new(Shared { handler: Some(Box::new(respond)), ..Shared::default() }) }
    }

    /// Queues a JSON response.
    #[must_use]
    pub fn respond(self, status: u16, body: serde_json::Value) -> Self {
        self.respond_with(HttpResponse::json(status, &body))
    }

    /// Queues a response.
    #[must_use]
    pub fn respond_with(self, response: HttpResponse) -> Self {
        locked(&self.shared.queue).push_back(Ok(response));
        self
    }

    /// Queues a failure.
    #[must_use]
    pub fn fail(self, kind: TransportErrorKind) -> Self {
        locked(&self.shared.queue).push_back(Err(TransportError::new(kind, "a failure made by the test")));
        self
    }

    /// Returns all requests so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        locked(&self.shared.seen).clone()
    }
}

impl Transport for MemoryTransport {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        // The response is chosen when the request is sent, not when its future is first polled, so that both have the
        // same order.
        let queued = locked(&self.shared.queue).pop_front();
        let response = match (queued, &self.shared.handler) {
            (Some(response), _) => response,
            (None, Some(handler)) => handler(&request),
            (None, None) => {
                let message = format!("MemoryTransport has no response left for {}", request.operation());
                Err(TransportError::new(TransportErrorKind::Other, message))
            }
        };
        locked(&self.shared.seen).push(request);
        Box::pin(std::future::ready(response))
    }
}

impl fmt::Debug for MemoryTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTransport")
            .field("queued", &locked(&self.shared.queue).len())
            .field("seen", &locked(&self.shared.seen).len())
            .finish_non_exhaustive()
    }
}

/// Nothing can panic while these locks are held, so a poisoned lock is still consistent.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
