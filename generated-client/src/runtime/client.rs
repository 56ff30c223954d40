//! The client.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::runtime::builder::{ClientBuilder, bearer};
use crate::runtime::clock::Clock;
use crate::runtime::credential::{self, Added, Credential};
use crate::runtime::error::Result;
use crate::runtime::headers::Headers;
use crate::runtime::limit::{Limiter, RateLimitStatus};
use crate::runtime::operation::Operation;
use crate::runtime::retry::{RetryBudget, RetryPolicy};
use crate::runtime::transport::Transport;

/// A client for Propexo: cheap to clone, and clones share connections, rate limit and retry budget.
///
/// Every group of operations is a method of the client. [`Client::builder`] and [`Client::from_env`] create one.
#[derive(Clone)]
pub struct Client {
    pub(crate) config: Arc<Config>,
}

/// The settings of a client; fixed once it is built.
pub(crate) struct Config {
    /// Without a trailing slash.
    pub(crate) base_url: String,
    pub(crate) headers: RwLock<DefaultHeaders>,
    /// The headers of every request, without credentials.
    pub(crate) bare: Headers,
    /// What credentials add to every request in addition to headers.
    pub(crate) added: Added,
    /// The credentials other than the token, by name.
    pub(crate) credentials: Vec<(&'static str, Credential)>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    /// For each attempt.
    pub(crate) timeout: Duration,
    /// For each whole call.
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_response_bytes: usize,
    pub(crate) retry: RetryPolicy,
    pub(crate) retry_budget: RetryBudget,
    pub(crate) limiter: Limiter,
    pub(crate) strict_responses: bool,
    pub(crate) validate_requests: bool,
}

/// The headers of every request, including the token; built once, so that requests share them.
#[derive(Default)]
pub(crate) struct DefaultHeaders {
    plain: Headers,
    of_body: Headers,
    /// The value of the header with the token.
    bearer: Option<String>,
}

impl DefaultHeaders {
    pub(crate) fn new(plain: Headers, bearer: Option<String>) -> Self {
        let mut of_body = plain.clone();
        of_body.set("content-type", "application/json");
        Self { plain, of_body, bearer }
    }
}

impl Config {
    /// Returns the headers of a request.
    pub(crate) fn headers(&self, has_body: bool) -> Headers {
        let headers = self.headers.read().unwrap_or_else(PoisonError::into_inner);
        if has_body { &headers.of_body } else { &headers.plain }.clone()
    }

    /// Returns the headers of a request to an operation, and what its credentials add to them.
    pub(crate) fn authorized(&self, operation: &Operation, has_body: bool) -> (Headers, Cow<'_, Added>) {
        let Some(alternatives) = operation.security else {
            return (self.headers(has_body), Cow::Borrowed(&self.added));
        };
        let bearer = self.headers.read().unwrap_or_else(PoisonError::into_inner).bearer.clone();
        let given = |name: &str| self.credentials.iter().find(|(known, _)| *known == name);
        let is_token = |name: &str| name == credential::TOKEN;
        let has = |name: &str| if is_token(name) { bearer.is_some() } else { given(name).is_some() };
        let mut headers = self.bare.clone();
        let mut added = Added::default();
        if has_body {
            headers.set("content-type", "application/json");
        }
        for name in credential::chosen(alternatives, has) {
            match (given(name), &bearer) {
                (Some((_, credential)), _) => credential.apply(&mut headers, &mut added),
                (None, Some(bearer)) => headers.set("authorization", bearer.as_str()),
                (None, None) => {}
            }
        }
        (headers, Cow::Owned(added))
    }
}

impl Client {
    /// Returns a builder without token and environment.
    ///
    /// ```
    /// # #[cfg(any(feature = "rustls", feature = "native-tls"))]
    /// # fn build() -> propexo::Result<()> {
    /// use propexo::{Client, Environment};
    ///
    /// let client = Client::builder().token("…").environment(Environment::Sandbox).build()?;
    /// # Ok(()) }
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Builds a client from `PROPEXO_TOKEN` (or else `PROPEXO_API_KEY`) and `PROPEXO_ENVIRONMENT` (`production` or `sandbox`).
    ///
    /// # Errors
    ///
    /// [`Error::Config`](crate::Error::Config) if one of them is absent or invalid.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// Replaces the token of this client and all its clones, for calls that begin from now on. Connections, rate limit
    /// and requests in flight are kept.
    ///
    /// # Errors
    ///
    /// [`Error::Config`](crate::Error::Config) if the token is empty or contains a character that no token has; the old
    /// one is kept.
    pub fn set_token(&self, token: impl Into<String>) -> Result<()> {
        let value = bearer(&token.into())?;
        let mut headers = self.config.headers.write().unwrap_or_else(PoisonError::into_inner);
        headers.plain.set("authorization", value.as_str());
        headers.of_body.set("authorization", value.as_str());
        headers.bearer = Some(value);
        Ok(())
    }

    /// Returns the base URL, to which all paths are appended.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.config.base_url
    }

    /// Returns whether requests are validated against the constraints of the API document before they are sent.
    #[must_use]
    pub fn validates_requests(&self) -> bool {
        self.config.validate_requests
    }

    /// Returns the current state of the rate limit.
    #[must_use]
    pub fn rate_limit(&self) -> RateLimitStatus {
        self.config.limiter.status()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.config.base_url)
            .field("headers", &self.config.headers(false))
            .field("transport", &self.config.transport)
            .field("rate_limit", &self.config.limiter)
            .finish_non_exhaustive()
    }
}
