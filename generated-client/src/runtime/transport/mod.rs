//! Transports: the trait, the default one over `reqwest`, and an in-memory one for tests.

mod memory;
mod message;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "http")]
mod tower;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

pub use memory::MemoryTransport;
pub(crate) use message::MAX_RESPONSE_BYTES;
pub use message::{Body, HttpRequest, HttpResponse};
#[cfg(feature = "fake")]
pub(crate) use message::{decoded, query_pairs};

#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;
#[cfg(feature = "http")]
pub use self::tower::TowerTransport;

/// How the default transport connects.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) timeout: Duration,
    pub(crate) proxy: Option<String>,
    /// In PEM.
    pub(crate) root_certificates: Vec<Vec<u8>>,
}

impl fmt::Debug for Connection {
    /// Omits the URL of the proxy, which may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("timeout", &self.timeout)
            .field("has_proxy", &self.proxy.is_some())
            .field("root_certificates", &self.root_certificates.len())
            .finish()
    }
}

/// The future that [`Transport::send`] returns.
pub type TransportFuture = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send>>;

/// Sends one request to the server and returns its response.
///
/// A transport does nothing else: the client handles retries, rate limit, timeouts and redirects. A transport must not
/// follow redirects, since the token would be sent along. On a timeout its future is dropped in the middle of an
/// exchange.
///
/// ```
/// use propexo::transport::{TransportFuture, HttpRequest, HttpResponse, Transport};
///
/// #[derive(Debug)]
/// struct Logging<T>(T);
///
/// impl<T: Transport> Transport for Logging<T> {
///     fn send(&self, request: HttpRequest) -> TransportFuture {
///         println!("{}", request.operation());
///         self.0.send(request)
///     }
/// }
/// ```
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Returns whether an exchange makes progress while its future is not polled, as a task of its own does. Then the
    /// response of a future that was left alone is read without waiting for the rate limit again. The default is false.
    fn runs_in_background(&self) -> bool {
        false
    }

    /// Sends the request and reads the whole response, whatever its status, up to [`HttpRequest::max_response_bytes`].
    fn send(&self, request: HttpRequest) -> TransportFuture;
}

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    fn runs_in_background(&self) -> bool {
        (**self).runs_in_background()
    }

    fn send(&self, request: HttpRequest) -> TransportFuture {
        (**self).send(request)
    }
}

/// How far an exchange came before it failed, which decides whether it may be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was established, so the server has received nothing.
    Connect,
    /// The connection broke before a response; the server may have acted.
    Send,
    /// The response is incomplete; the server has acted.
    Receive,
    /// The response body is larger than `max_response_bytes`; the server has acted. Not retried.
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Another failure, such as an invalid URL. Not retried.
    Other,
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection to the server",
            Self::Send => "the connection broke before there was a response",
            Self::Receive => "the response broke off",
            Self::TooLarge { limit } => {
                return write!(
                    f,
                    "the response body is larger than {limit} bytes (`max_response_bytes` of the client or the \
                     request raises the limit)"
                );
            }
            Self::Other => "the request could not be carried out",
        })
    }
}

/// The reason why a response is missing or incomplete.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl TransportError {
    /// Creates an error from a failure and its source: an error or a string.
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { kind, source: source.into() }
    }

    /// Returns how far the exchange came.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns the underlying error.
    #[must_use]
    pub fn into_source(self) -> Box<dyn std::error::Error + Send + Sync> {
        self.source
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}
