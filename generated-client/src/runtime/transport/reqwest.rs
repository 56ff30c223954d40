//! The default transport, over `reqwest`.

use std::time::Duration;

use bytes::Bytes;
use tokio::task::JoinHandle;

use super::{
    Connection, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use crate::Headers;
use crate::runtime::headers::is_framing;
use crate::runtime::operation::Method;

/// HTTP by `reqwest`: connections are pooled and shared, redirects are not followed.
///
/// Uses the proxies in `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. Requests and decompresses compressed responses with
/// the feature `gzip` only.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: ::reqwest::Client,
}

impl ReqwestTransport {
    /// Creates a transport.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if the TLS library cannot be initialized, for example without root certificates.
    pub fn new(connect_timeout: Duration) -> Result<Self, TransportError> {
        Self::with(&Connection { timeout: connect_timeout, proxy: None, root_certificates: Vec::new() })
    }

    pub(crate) fn with(connection: &Connection) -> Result<Self, TransportError> {
        let other =
            |error: ::reqwest::Error| TransportError::new(TransportErrorKind::Other, error.without_url());
        let mut builder = ::reqwest::Client::builder()
            .redirect(::reqwest::redirect::Policy::none())
            .connect_timeout(connection.timeout)
            // The client retries, since only it knows which requests may be repeated.
            .retry(::reqwest::retry::never())
            // Another crate may have enabled these features of reqwest, which turns them on for every client.
            .no_brotli()
            .no_deflate()
            .no_zstd();
        #[cfg(not(feature = "gzip"))]
        {
            builder = builder.no_gzip();
        }
        if let Some(proxy) = &connection.proxy {
            builder = builder.proxy(::reqwest::Proxy::all(proxy).map_err(other)?);
        }
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        for pem in &connection.root_certificates {
            builder = builder.tls_certs_merge(certificates(pem)?);
        }
        #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
        if !connection.root_certificates.is_empty() {
            let message = "a root certificate needs one of the features `rustls` and `native-tls`";
            return Err(TransportError::new(TransportErrorKind::Other, message));
        }
        Ok(Self { client: builder.build().map_err(other)? })
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn certificates(pem: &[u8]) -> Result<Vec<::reqwest::Certificate>, TransportError> {
    match ::reqwest::Certificate::from_pem_bundle(pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        Ok(_) => Err(TransportError::new(TransportErrorKind::Other, "the PEM contains no root certificate")),
        Err(error) => Err(TransportError::new(TransportErrorKind::Other, error)),
    }
}

impl From<::reqwest::Client> for ReqwestTransport {
    /// Creates a transport over your own client, for example with a proxy or certificates. The client should not follow
    /// redirects, since the token would be sent along, and should not retry, since it does not know which requests may
    /// be repeated.
    fn from(client: ::reqwest::Client) -> Self {
        Self { client }
    }
}

impl Transport for ReqwestTransport {
    fn runs_in_background(&self) -> bool {
        true
    }

    fn send(&self, request: HttpRequest) -> TransportFuture {
        let client = self.client.clone();
        Box::pin(async move {
            // A separate task: the bodies of responses whose futures are not polled would fill the flow-control window
            // of an HTTP/2 connection, and block all other requests on it.
            let exchange = exchange(client, request);
            #[cfg(feature = "tracing")]
            let exchange = tracing::Instrument::in_current_span(exchange);
            let mut task = AbortOnDrop(tokio::spawn(exchange));
            // A task that did not complete may have sent the request.
            (&mut task.0)
                .await
                .unwrap_or_else(|error| Err(TransportError::new(TransportErrorKind::Send, error)))
        })
    }
}

/// A task that is aborted when its future is dropped.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn exchange(client: ::reqwest::Client, request: HttpRequest) -> Result<HttpResponse, TransportError> {
    let limit = request.max_response_bytes();
    let request = convert(&client, &request)?;
    let mut response =
        client.execute(request).await.map_err(|error| failed(TransportErrorKind::Send, error))?;
    let mut buffered = HttpResponse::new(response.status().as_u16());
    let mut headers = Headers::default();
    for (name, value) in response.headers() {
        headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    buffered.set_headers(headers);
    // The body of an error is read as far as the limit permits.
    if buffered.is_success() && response.content_length().is_some_and(|length| length > limit as u64) {
        return Ok(buffered.with_truncated_body([]));
    }
    let mut body = Vec::new();
    while let Some(mut chunk) =
        response.chunk().await.map_err(|error| failed(TransportErrorKind::Receive, error))?
    {
        let room = limit - body.len();
        let is_too_large = chunk.len() > room;
        chunk.truncate(room);
        body.extend_from_slice(&chunk);
        if is_too_large {
            return Ok(buffered.with_truncated_body(body));
        }
    }
    Ok(buffered.with_body(body))
}

fn convert(client: &::reqwest::Client, request: &HttpRequest) -> Result<::reqwest::Request, TransportError> {
    let method = match request.method() {
        Method::Get => ::reqwest::Method::GET,
        Method::Post => ::reqwest::Method::POST,
        Method::Put => ::reqwest::Method::PUT,
        Method::Patch => ::reqwest::Method::PATCH,
        Method::Delete => ::reqwest::Method::DELETE,
        Method::Head => ::reqwest::Method::HEAD,
        Method::Options => ::reqwest::Method::OPTIONS,
        Method::Trace => ::reqwest::Method::TRACE,
    };
    let mut builder = client.request(method, request.url());
    for (name, value) in request.headers().iter().filter(|(name, _)| !is_framing(name)) {
        let mut value = ::reqwest::header::HeaderValue::from_str(value)
            .map_err(|error| TransportError::new(TransportErrorKind::Other, error))?;
        // Keeps tokens, keys and cookies out of the logs of the layers below.
        value.set_sensitive(!crate::runtime::headers::is_harmless(name));
        builder = builder.header(name, value);
    }
    if let Some(body) = request.body() {
        builder = builder.body(Bytes::from_owner(body.clone()));
    }
    builder.build().map_err(|error| failed(TransportErrorKind::Other, error))
}

/// Determines how far the exchange came. Removes the URL from the error, since it holds ids and filters.
fn failed(otherwise: TransportErrorKind, error: ::reqwest::Error) -> TransportError {
    let failure = if error.is_builder() {
        TransportErrorKind::Other
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else {
        otherwise
    };
    TransportError::new(failure, error.without_url())
}
