//! Requests and responses, as bytes and headers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::{TransportError, TransportErrorKind};
use crate::Headers;
use crate::runtime::json;
use crate::runtime::operation::{Method, Operation};

/// The default maximum size of a response body: 64 MiB.
pub(crate) const MAX_RESPONSE_BYTES: usize = 64 << 20;

/// A request body; retries share its bytes instead of copying them.
#[derive(Clone, PartialEq, Eq)]
pub struct Body(Arc<[u8]>);

impl Body {
    /// Returns the bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Body {
    /// Shows the size only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

/// A request as passed to a [`Transport`](super::Transport).
///
/// `Debug` shows the path template, not the URL, which holds ids and filters.
#[derive(Clone, PartialEq)]
pub struct HttpRequest {
    operation: Operation,
    url: String,
    headers: Headers,
    body: Option<Body>,
    timeout: Option<Duration>,
    max_response_bytes: usize,
}

impl HttpRequest {
    /// Creates a request, for tests of a transport.
    #[must_use]
    pub fn new(operation: Operation, url: impl Into<String>, headers: Headers, body: Option<Body>) -> Self {
        let max_response_bytes = MAX_RESPONSE_BYTES;
        Self { operation, url: url.into(), headers, body, timeout: None, max_response_bytes }
    }

    pub(crate) fn with_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.timeout = timeout;
        self
    }

    pub(crate) fn with_max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = limit;
        self
    }

    /// Returns the operation.
    #[must_use]
    pub const fn operation(&self) -> &Operation {
        &self.operation
    }

    /// Returns the method.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.operation.method
    }

    /// Returns the whole URL, encoded.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the path of the URL, encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        let target = self.target();
        target.split('?').next().unwrap_or(target)
    }

    /// Returns the path and the query of the URL, encoded.
    pub(crate) fn target(&self) -> &str {
        let after_scheme = self.url.find("://").map_or(0, |at| at + 3);
        let rest = self.url.get(after_scheme..).unwrap_or_default();
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    }

    /// Returns the query parameters, decoded, in order.
    #[must_use]
    pub fn query(&self) -> Vec<(String, String)> {
        query_pairs(self.url.split_once('?').map_or("", |(_, query)| query))
    }

    /// Returns all headers, including the token's.
    #[must_use]
    pub const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Returns the first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// Returns the body, if there is one.
    #[must_use]
    pub const fn body(&self) -> Option<&Body> {
        self.body.as_ref()
    }

    /// Returns the body as JSON; `null` if it is absent or not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        self.body.as_ref().and_then(|body| json::read(body.as_bytes()).ok()).unwrap_or_default()
    }

    /// Returns the timeout of this attempt. The client enforces it; this is for information.
    #[must_use]
    pub const fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Returns the largest response body that the client accepts, in bytes after decompression.
    ///
    /// A transport should stop reading beyond it and return the bytes read so far by
    /// [`HttpResponse::with_truncated_body`]. The client checks the body of every response in any case.
    #[must_use]
    pub const fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }
}

/// Returns the parameters of a query, decoded, in order.
pub(crate) fn query_pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// Returns a percent-encoded part of a URL, decoded; invalid UTF-8 is replaced by U+FFFD.
pub(crate) fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("operation", &format_args!("{}", self.operation))
            .field("headers", &self.headers)
            .field("body", &self.body)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A response, as a [`Transport`](super::Transport) and `send_raw` return it.
///
/// `Debug` shows the size of the body, not its content.
#[derive(Clone, PartialEq)]
pub struct HttpResponse {
    status: u16,
    headers: Headers,
    body: Vec<u8>,
    truncated: bool,
}

impl HttpResponse {
    /// Creates a response without headers and body.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self { status, headers: Headers::default(), body: Vec::new(), truncated: false }
    }

    /// Creates a response with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::new(status).with_header("content-type", "application/json").with_body(body.to_string())
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the beginning of a body that is larger than [`HttpRequest::max_response_bytes`].
    ///
    /// The client fails with [`TransportErrorKind::TooLarge`] if the status is a success, and keeps the truncated body otherwise.
    #[must_use]
    pub fn with_truncated_body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { truncated: true, ..self.with_body(body) }
    }

    /// Returns the status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Returns whether the status is in 200 to 299.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Returns all headers.
    #[must_use]
    pub const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Returns the first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// Returns the body as received.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns whether the body was larger than `max_response_bytes`, so that only its beginning was kept.
    #[must_use]
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Returns the body as a string; invalid UTF-8 is replaced by U+FFFD.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Returns the body.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    #[cfg(any(feature = "reqwest", feature = "http"))]
    pub(crate) fn set_headers(&mut self, headers: Headers) {
        self.headers = headers;
    }

    /// Enforces the maximum size of the body. An error keeps its status and a truncated body.
    pub(crate) fn limited(mut self, limit: usize) -> Result<Self, TransportError> {
        self.truncated |= self.body.len() > limit;
        self.body.truncate(limit);
        if self.truncated && self.is_success() {
            return Err(TransportError::new(
                TransportErrorKind::TooLarge { limit },
                "the rest of the body was discarded",
            ));
        }
        Ok(self)
    }

    pub(crate) fn into_parts(self) -> (u16, Headers, Vec<u8>) {
        (self.status, self.headers, self.body)
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .finish()
    }
}
