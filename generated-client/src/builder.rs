//! Builds a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::client::{Client, Config};
use crate::clock::{Clock, TokioClock};
use crate::credential::{Added, Credential};
use crate::environment::Environment;
use crate::error::{ConfigError, Result};
use crate::headers::{self, Headers};
use crate::limit::{Limiter, RateLimit};
use crate::retry::{RetryBudget, RetryPolicy};
use crate::transport::{MAX_RESPONSE_BYTES, Transport};

/// Default timeout of an attempt. The server delays responses by two seconds when the rate limit is nearly used up, and
/// asks the vendor's system for some of them.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Default timeout for establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Builds a [`Client`]. A token and an environment (or a base URL) are required; everything else has a default.
#[must_use = "a builder does nothing until `build` is called"]
#[derive(Clone)]
pub struct ClientBuilder {
    token: Option<String>,
    credentials: Vec<Credential>,
    base_url: Option<String>,
    user_agent: String,
    headers: Vec<(String, String)>,
    timeout: Duration,
    connect_timeout: Duration,
    deadline: Option<Duration>,
    max_response_bytes: usize,
    retry: RetryPolicy,
    rate_limit: RateLimit,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    strict_responses: bool,
    validate_requests: bool,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            token: None,
            credentials: Vec::new(),
            base_url: None,
            user_agent: concat!("propexo-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            headers: Vec::new(),
            timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            deadline: None,
            max_response_bytes: MAX_RESPONSE_BYTES,
            retry: RetryPolicy::default(),
            rate_limit: RateLimit::default(),
            transport: None,
            clock: None,
            strict_responses: false,
            validate_requests: false,
        }
    }
}

impl ClientBuilder {
    /// Reads token and environment from `PROPEXO_TOKEN` and `PROPEXO_ENVIRONMENT`; further settings can follow.
    ///
    /// # Errors
    ///
    /// [`Error::Config`](crate::Error::Config) if one of them is absent or invalid.
    pub fn from_env() -> Result<Self> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let read = |name: &str, what: &str| {
            let value = variable(name).filter(|value| !value.trim().is_empty());
            value.ok_or_else(|| {
                ConfigError::new(format!("the environment variable {name} is not set: {what}"))
            })
        };
        let token = read("PROPEXO_TOKEN", "the API token, as Propexo's dashboard shows it")?;
        let name = read("PROPEXO_ENVIRONMENT", "`production` or `sandbox`")?;
        let environment = Environment::from_name(name.trim()).ok_or_else(|| {
            ConfigError::new(
                "the environment variable PROPEXO_ENVIRONMENT is neither `production` nor `sandbox`",
            )
        })?;
        Ok(Self::default().token(token).environment(environment))
    }

    /// Sets the API token, as shown in Propexo's dashboard. Surrounding whitespace is removed.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Adds a credential other than the token.
    #[allow(dead_code)] // The API may have tokens only.
    pub(crate) fn credential(mut self, credential: Credential) -> Self {
        self.credentials.push(credential);
        self
    }

    /// Sets the environment of Propexo to call.
    pub fn environment(self, environment: Environment) -> Self {
        self.base_url(environment.base_url())
    }

    /// Sets another base URL, such as `http://localhost:4010/propexo`: paths are appended to it.
    ///
    /// The token is sent there, so use plain HTTP only for a server on the same machine.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Sets the timeout of each attempt; 60 seconds by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the timeout for establishing a connection; 10 seconds by default. Only the default transport uses it.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the deadline of a whole call: waiting for the rate limit, all attempts and the waits between them. None by
    /// default; without one, bulk requests wait for the rate limit as long as it takes.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets the largest response body to accept, in bytes after decompression; 64 MiB by default.
    ///
    /// A larger body of a successful response is [`Error::Transport`](crate::Error::Transport) with
    /// [`TransportErrorKind::TooLarge`](crate::transport::TransportErrorKind::TooLarge), and the rest of it is not read. The body of any
    /// other status is truncated, so that the status is kept. A smaller `limit` makes the pages of a list smaller.
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = limit;
        self
    }

    /// Sets the number and the timing of retries.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets how much of Propexo's rate limit is used.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = limit;
        self
    }

    /// Sets the `User-Agent` header, in place of this crate's name.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Adds a header to every request.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the transport, such as [`MemoryTransport`](crate::transport::MemoryTransport).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Fails a whole page if one of its rows does not decode; false by default. For tests that monitor the API.
    pub fn strict_responses(mut self, strict: bool) -> Self {
        self.strict_responses = strict;
        self
    }

    /// Validates requests against the constraints of the API document before they are sent; false by default, since the
    /// document has been wrong before and the server decides.
    pub fn validate_requests(mut self, validate: bool) -> Self {
        self.validate_requests = validate;
        self
    }

    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Config`](crate::Error::Config) if a required setting is missing or a setting is invalid.
    pub fn build(self) -> Result<Client> {
        let base_url = self.base_url.as_deref().ok_or_else(|| {
            ConfigError::new("no environment is chosen: call `environment` or `base_url` on the builder")
        })?;
        let base_url = checked_base_url(base_url)?;
        let (headers, added) = self.checked_headers()?;
        let mut headers_of_body = headers.clone();
        headers_of_body.set("content-type", "application/json");
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(&base_url, self.connect_timeout)?,
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(TokioClock::default()));
        Ok(Client::new(Config {
            base_url,
            headers,
            headers_of_body,
            added,
            transport,
            limiter: Limiter::new(self.rate_limit, Arc::clone(&clock)),
            clock,
            timeout: self.timeout,
            deadline: self.deadline,
            max_response_bytes: self.max_response_bytes,
            retry: self.retry,
            retry_budget: RetryBudget::default(),
            strict_responses: self.strict_responses,
            validate_requests: self.validate_requests,
        }))
    }

    fn checked_headers(&self) -> Result<(Headers, Added), ConfigError> {
        let token = self.token.as_deref().map(str::trim).filter(|token| !token.is_empty());
        if token.is_none() && self.credentials.is_empty() {
            return Err(ConfigError::new("no token is given: call `token` on the builder"));
        }
        if token.is_some_and(|token| {
            token.contains(char::is_whitespace) || headers::fault("authorization", token).is_some()
        }) {
            return Err(ConfigError::new("the token holds a character that no token has"));
        }
        let mut headers = Headers::default();
        headers.set("accept", "application/json");
        headers.set("user-agent", self.user_agent.as_str());
        for (name, value) in &self.headers {
            headers.set(name.as_str(), value.as_str());
        }
        if let Some(token) = token {
            headers.set("authorization", format!("Bearer {token}"));
        }
        let mut added = Added::default();
        self.credentials.iter().for_each(|credential| credential.apply(&mut headers, &mut added));
        for (name, value) in headers.iter() {
            if let Some(fault) = headers::fault(name, value) {
                return Err(ConfigError::new(format!("the header {name:?} cannot be sent: {fault}")));
            }
        }
        Ok((headers, added))
    }
}

/// Checks a base URL and removes slashes at its end.
fn checked_base_url(text: &str) -> Result<String, ConfigError> {
    let fault = |what: &str| Err(ConfigError::new(format!("the base URL {what}")));
    let text = text.trim();
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return fault("does not start with https:// or http://");
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.starts_with(':') {
        return fault("has no host");
    }
    if host.contains('@') {
        return fault("holds a user; the token is given to the builder");
    }
    if text.contains(['?', '#']) {
        return fault("has a query or a fragment, which no path can be appended to");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return fault("holds a character that an address does not have");
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[cfg(feature = "reqwest")]
fn default_transport(base_url: &str, connect_timeout: Duration) -> Result<Arc<dyn Transport>, ConfigError> {
    if cfg!(not(any(feature = "rustls", feature = "native-tls"))) && base_url.starts_with("https://") {
        return Err(ConfigError::new(
            "https needs one of the features `rustls` and `native-tls`, or a transport of your own",
        ));
    }
    let transport = crate::transport::ReqwestTransport::new(connect_timeout)
        .map_err(|error| ConfigError::with_source("the transport cannot be set up", error.into_source()))?;
    Ok(Arc::new(transport))
}

#[cfg(not(feature = "reqwest"))]
fn default_transport(_: &str, _: Duration) -> Result<Arc<dyn Transport>, ConfigError> {
    Err(ConfigError::new(
        "there is no transport: enable the feature `rustls` or `native-tls`, or call `transport` on the builder",
    ))
}

impl fmt::Debug for ClientBuilder {
    /// Omits the token and the values of headers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("ClientBuilder")
            .field("token", &self.token.as_ref().map(|_| format_args!("[redacted]").to_string()))
            .field("base_url", &self.base_url)
            .field("headers", &names)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::MemoryTransport;

    fn builder() -> ClientBuilder {
        Client::builder().token("t").base_url("http://test").transport(MemoryTransport::new())
    }

    fn fault(builder: ClientBuilder) -> String {
        builder.build().unwrap_err().to_string()
    }

    #[test]
    fn requires_token_and_environment() {
        let nothing = || Client::builder().transport(MemoryTransport::new());
        assert!(fault(nothing().token("t")).contains("environment"));
        assert!(fault(nothing().environment(Environment::Sandbox)).contains("token"));
        assert!(fault(nothing().environment(Environment::Sandbox).token("  ")).contains("token"));
        let client = nothing().environment(Environment::Sandbox).token(" t\n").build().unwrap();
        assert_eq!(client.base_url(), Environment::Sandbox.base_url());
    }

    #[test]
    fn checks_base_url_and_removes_trailing_slash() {
        assert_eq!(builder().base_url("http://h:1/a/b/").build().unwrap().base_url(), "http://h:1/a/b");
        for bad in [
            "h",
            "ftp://h",
            "https://",
            "https://u:p@h",
            "https://h?x",
            "https://h#x",
            "https://h/ä",
            "http:///x",
        ] {
            assert!(fault(builder().base_url(bad)).contains("the base URL"), "{bad}");
        }
    }

    #[test]
    fn rejects_token_with_line_break_without_showing_it() {
        let shown = fault(builder().token("se\ncret"));
        assert!(shown.contains("the token") && !shown.contains("cret"));
        assert!(!format!("{:?}", builder().token("hunter2")).contains("hunter2"));
        assert!(!format!("{:?}", builder().token("hunter2").build().unwrap()).contains("hunter2"));
    }

    #[test]
    fn names_invalid_default_header() {
        assert!(fault(builder().default_header("x y", "1")).contains("x y"));
    }

    #[test]
    fn requires_both_environment_variables() {
        let from = |pairs: &'static [(&str, &str)]| {
            ClientBuilder::from_variables(|name| {
                pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(from(&[]).unwrap_err().to_string().contains("PROPEXO_TOKEN"));
        assert!(from(&[("PROPEXO_TOKEN", "t")]).unwrap_err().to_string().contains("PROPEXO_ENVIRONMENT"));
        let invalid = from(&[("PROPEXO_TOKEN", "t"), ("PROPEXO_ENVIRONMENT", "prod")]);
        assert!(invalid.unwrap_err().to_string().contains("`production`"));
        let good = from(&[("PROPEXO_TOKEN", "t"), ("PROPEXO_ENVIRONMENT", "sandbox")]).unwrap();
        assert_eq!(good.base_url.as_deref(), Some(Environment::Sandbox.base_url()));
    }

    #[cfg(not(feature = "reqwest"))]
    #[test]
    fn names_missing_transport_feature() {
        let built = Client::builder().token("t").environment(Environment::Sandbox).build();
        assert!(built.unwrap_err().to_string().contains("`rustls`"));
    }
}
