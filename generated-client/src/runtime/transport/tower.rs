//! The `http` feature: conversions to and from the types of the crate `http`, and a transport over a `tower` service.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};

use ::http::{HeaderName, HeaderValue, Request, Response};
use tower_service::Service;

use super::{
    Body, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use crate::Headers;
use crate::runtime::headers::{is_framing, is_harmless};
use crate::runtime::operation::Operation;

/// Sends requests by a `tower` service: the way to a client of your own, to middleware and to test servers.
///
/// The service gets the [`Operation`] as an extension of the request. It must neither follow redirects nor retry. Its
/// errors are [`TransportErrorKind::Send`], so that no write is repeated, unless they are a [`TransportError`].
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use propexo::transport::TowerTransport;
/// use propexo::{Client, Idempotency, Method, Operation, Request};
///
/// const GREET: Operation = Operation::new("greet", Method::Get, "/greet", Idempotency::Safe);
///
/// let service = tower::service_fn(|request: http::Request<Vec<u8>>| async move {
///     assert_eq!(request.uri().path(), "/greet");
///     Ok::<_, std::io::Error>(http::Response::new(br#""hello""#.to_vec()))
/// });
/// let client =
///     Client::builder().token("t").base_url("http://test").transport(TowerTransport::new(service)).build()?;
/// let greeting: String = Request::new(&client, &GREET).send().await?;
/// assert_eq!(greeting, "hello");
/// # Ok::<(), propexo::Error>(()) }).unwrap();
/// ```
pub struct TowerTransport<S> {
    /// A service is cloned for each request, and need not be `Sync`.
    service: Mutex<S>,
}

impl<S> TowerTransport<S> {
    /// Creates a transport over a service.
    pub const fn new(service: S) -> Self {
        Self { service: Mutex::new(service) }
    }
}

impl<S> fmt::Debug for TowerTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerTransport").finish_non_exhaustive()
    }
}

impl<S> Transport for TowerTransport<S>
where
    S: Service<Request<Vec<u8>>, Response = Response<Vec<u8>>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    S::Future: Send,
{
    fn send(&self, request: HttpRequest) -> TransportFuture {
        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move {
            let request = Request::try_from(request)?;
            poll_fn(|context| service.poll_ready(context)).await.map_err(failed)?;
            service.call(request).await.map(HttpResponse::from).map_err(failed)
        })
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> TransportError {
    let error = error.into();
    error.downcast().map_or_else(|error| TransportError::new(TransportErrorKind::Send, error), |known| *known)
}

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Other, error)
}

impl TryFrom<HttpRequest> for Request<Vec<u8>> {
    type Error = TransportError;

    /// Fails if the URL is not one of the crate `http`. The [`Operation`] becomes an extension. Headers that say where the
    /// body ends are omitted, because only the service knows.
    fn try_from(request: HttpRequest) -> Result<Self, TransportError> {
        let body = request.body().map(|body| body.as_bytes().to_vec()).unwrap_or_default();
        let builder = Request::builder()
            .method(request.method().as_str())
            .uri(request.url())
            .extension(*request.operation());
        let mut converted = builder.body(body).map_err(other)?;
        for (name, value) in request.headers().iter().filter(|(name, _)| !is_framing(name)) {
            let (name, value) = header(name, value)?;
            converted.headers_mut().append(name, value);
        }
        Ok(converted)
    }
}

impl TryFrom<Request<Vec<u8>>> for HttpRequest {
    type Error = TransportError;

    /// Fails without an [`Operation`] among the extensions. An empty body is none.
    fn try_from(request: Request<Vec<u8>>) -> Result<Self, TransportError> {
        let (parts, body) = request.into_parts();
        let operation = parts.extensions.get::<Operation>();
        let operation =
            *operation.ok_or_else(|| other("the request has no `Operation` among its extensions"))?;
        let body = Some(body).filter(|body| !body.is_empty()).map(Body::from);
        Ok(Self::new(operation, parts.uri.to_string(), headers(&parts.headers), body))
    }
}

impl From<Response<Vec<u8>>> for HttpResponse {
    fn from(response: Response<Vec<u8>>) -> Self {
        let (parts, body) = response.into_parts();
        let mut converted = Self::new(parts.status.as_u16()).with_body(body);
        converted.set_headers(headers(&parts.headers));
        converted
    }
}

impl TryFrom<HttpResponse> for Response<Vec<u8>> {
    type Error = TransportError;

    /// Fails if the status or a header is not one of the crate `http`.
    fn try_from(response: HttpResponse) -> Result<Self, TransportError> {
        let (status, headers, body) = response.into_parts();
        let mut converted = Response::builder().status(status).body(body).map_err(other)?;
        for (name, value) in headers.iter() {
            let (name, value) = header(name, value)?;
            converted.headers_mut().append(name, value);
        }
        Ok(converted)
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), TransportError> {
    let mut value = HeaderValue::from_str(value).map_err(other)?;
    // Keeps tokens, keys and cookies out of the logs of the layers below.
    value.set_sensitive(!is_harmless(name));
    Ok((HeaderName::try_from(name).map_err(other)?, value))
}

fn headers(from: &::http::HeaderMap) -> Headers {
    let mut headers = Headers::default();
    for (name, value) in from {
        headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    headers
}
