//! Builds a client.

mod base_url;

#[cfg(feature = "tracing")]
pub(crate) use base_url::host;

use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::runtime::client::{Client, Config, DefaultHeaders};
use crate::runtime::clock::{Clock, TokioClock};
use crate::runtime::credential::{Added, Credential};
use crate::runtime::environment::Environment;
use crate::runtime::error::{ConfigError, Result};
use crate::runtime::headers::{self, Headers};
use crate::runtime::limit::{Limiter, RateLimit};
use crate::runtime::retry::{RetryBudget, RetryPolicy};
use crate::runtime::transport::{Connection, MAX_RESPONSE_BYTES, Transport};

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
    /// By the names of the methods that set them.
    credentials: Vec<(&'static str, Credential)>,
    base_url: Option<String>,
    user_agent: String,
    headers: Vec<(String, String)>,
    timeout: Duration,
    connection: Connection,
    allow_plain_http: bool,
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
            connection: Connection { timeout: CONNECT_TIMEOUT, proxy: None, root_certificates: Vec::new() },
            allow_plain_http: false,
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
    /// Reads the token from `PROPEXO_TOKEN`, or else from `PROPEXO_API_KEY`, and the environment from
    /// `PROPEXO_ENVIRONMENT`; further settings can follow. If `PROPEXO_BASE_URL` is set, it replaces the environment, for
    /// a mock server or a proxy.
    ///
    /// # Errors
    ///
    /// [`Error::Config`](crate::Error::Config) if one of them is absent or invalid.
    pub fn from_env() -> Result<Self> {
        Self::from_variables(|name| std::env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let fault =
            |name: &str, what: &str| ConfigError::new(format!("the environment variable {name} {what}"));
        let read = |name: &str| match variable(name).map(OsString::into_string) {
            Some(Ok(value)) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
            Some(Err(_)) => Err(fault(name, "is not valid UTF-8")),
            None => Ok(None),
        };
        let token = match read("PROPEXO_TOKEN")? {
            Some(token) => Some(token),
            None => read("PROPEXO_API_KEY")?,
        };
        let token = token.ok_or_else(|| {
            fault(
                "PROPEXO_TOKEN",
                "is not set: the API token, as Propexo's dashboard shows it (PROPEXO_API_KEY is read too)",
            )
        })?;
        if let Some(base_url) = read("PROPEXO_BASE_URL")? {
            return Ok(Self::default().token(token).base_url(base_url));
        }
        let name = read("PROPEXO_ENVIRONMENT")?
            .ok_or_else(|| fault("PROPEXO_ENVIRONMENT", "is not set: `production` or `sandbox`"))?;
        let environment = Environment::from_name(name.trim())
            .ok_or_else(|| fault("PROPEXO_ENVIRONMENT", "is neither `production` nor `sandbox`"))?;
        Ok(Self::default().token(token).environment(environment))
    }

    /// Sets the API token, as shown in Propexo's dashboard. Surrounding whitespace is removed.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Adds a credential other than the token.
    #[doc(hidden)]
    pub fn credential(mut self, name: &'static str, credential: Credential) -> Self {
        self.credentials.push((name, credential));
        self
    }

    /// Sets the environment of Propexo to call.
    pub fn environment(self, environment: Environment) -> Self {
        self.base_url(environment.base_url())
    }

    /// Sets another base URL, such as `http://localhost:4010/propexo`: paths are appended to it.
    ///
    /// The token is sent there, so the default transport accepts plain HTTP for a server on the same machine only; see
    /// [`allow_plain_http`](Self::allow_plain_http).
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Permits the default transport to send the token over plain HTTP to another machine; false by default. For a proxy
    /// that adds TLS, in a network where no other party reads the token.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Sets a proxy for all requests, such as `http://user:password@proxy:3128`, in place of those in the environment
    /// variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. Only the default transport uses it.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.connection.proxy = Some(url.into());
        self
    }

    /// Adds a root certificate, in PEM, to those of the platform, for example of a proxy that inspects TLS. Only the
    /// default transport uses it.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.connection.root_certificates.push(pem.into());
        self
    }

    /// Sets the timeout of each attempt; 60 seconds by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the timeout for establishing a connection; 10 seconds by default. Only the default transport uses it.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connection.timeout = timeout;
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
    /// [`TransportErrorKind::TooLarge`](crate::runtime::transport::TransportErrorKind::TooLarge), and the rest of it is not read. The body of any
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

    /// Sets the transport, such as [`MemoryTransport`](crate::runtime::transport::MemoryTransport).
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
        let base_url = base_url::checked(base_url)?;
        let (bare, headers, added) = self.checked_headers()?;
        let bearer = self.token.as_deref().map(bearer).transpose()?;
        let transport = match self.transport {
            Some(transport) => transport,
            None if base_url::is_exposed(&base_url) && !self.allow_plain_http => {
                return Err(ConfigError::new(
                    "the base URL is plain HTTP, so others could read the token: use https, or call \
                     `allow_plain_http(true)` on the builder if a proxy adds TLS",
                )
                .into());
            }
            None => default_transport(&base_url, &self.connection)?,
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(TokioClock::default()));
        Ok(Client {
            config: Arc::new(Config {
                base_url,
                headers: DefaultHeaders::new(headers, bearer).into(),
                bare,
                added,
                credentials: self.credentials,
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
            }),
        })
    }

    /// Returns the headers of every request without credentials and with all of them, and what these add to headers.
    fn checked_headers(&self) -> Result<(Headers, Headers, Added), ConfigError> {
        if self.token.is_none() && self.credentials.is_empty() {
            return Err(no_token());
        }
        let mut headers = Headers::default();
        headers.set("accept", "application/json");
        headers.set("user-agent", self.user_agent.as_str());
        for (name, value) in &self.headers {
            headers.set(name.as_str(), value.as_str());
        }
        let bare = headers.clone();
        if let Some(token) = &self.token {
            headers.set("authorization", bearer(token)?);
        }
        let mut added = Added::default();
        self.credentials.iter().for_each(|(_, credential)| credential.apply(&mut headers, &mut added));
        for (name, value) in headers.iter() {
            if let Some(fault) = headers::fault(name, value) {
                return Err(ConfigError::new(format!("the header {name:?} cannot be sent: {fault}")));
            }
        }
        Ok((bare, headers, added))
    }
}

fn no_token() -> ConfigError {
    ConfigError::new("no token is given: call `token` on the builder")
}

/// Returns the value of the header with a token.
pub(crate) fn bearer(token: &str) -> Result<String, ConfigError> {
    let token = token.trim();
    if token.is_empty() {
        return Err(no_token());
    }
    if token.contains(char::is_whitespace) || headers::fault("authorization", token).is_some() {
        return Err(ConfigError::new("the token contains a character that no token has"));
    }
    Ok(format!("Bearer {token}"))
}

#[cfg(feature = "reqwest")]
fn default_transport(base_url: &str, connection: &Connection) -> Result<Arc<dyn Transport>, ConfigError> {
    if cfg!(not(any(feature = "rustls", feature = "native-tls"))) && base_url.starts_with("https://") {
        return Err(ConfigError::new(
            "https needs one of the features `rustls` and `native-tls`, or a transport of your own",
        ));
    }
    let transport = crate::runtime::transport::ReqwestTransport::with(connection)
        .map_err(|error| ConfigError::with_source("the transport cannot be set up", error.into_source()))?;
    Ok(Arc::new(transport))
}

#[cfg(not(feature = "reqwest"))]
fn default_transport(_: &str, _: &Connection) -> Result<Arc<dyn Transport>, ConfigError> {
    Err(ConfigError::new(
        "there is no transport: enable the feature `rustls` or `native-tls`, or call `transport` on the builder",
    ))
}

impl fmt::Debug for ClientBuilder {
    /// Omits the token, the values of headers, and an invalid base URL, which may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base_url =
            self.base_url.as_deref().map(|url| base_url::checked(url).unwrap_or("<invalid>".into()));
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("ClientBuilder")
            .field("token", &self.token.as_ref().map(|_| format_args!("[redacted]").to_string()))
            .field("base_url", &base_url)
            .field("headers", &names)
            .field("timeout", &self.timeout)
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::transport::MemoryTransport;

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
        assert!(fault(builder().base_url("http://h:99999")).contains("the base URL"));
    }

    #[test]
    fn debug_hides_passwords() {
        let builder = builder().base_url("https://user:hunter2@example.com").proxy("http://u:hunter2@proxy");
        assert!(!format!("{builder:?}").contains("hunter2"));
    }

    #[cfg(feature = "reqwest")]
    #[test]
    fn requires_consent_to_send_token_over_plain_http() {
        let plain = || Client::builder().token("t").base_url("http://api.propexo.com");
        assert!(fault(plain()).contains("`allow_plain_http(true)`"));
        assert!(plain().allow_plain_http(true).build().is_ok());
        assert!(Client::builder().token("t").base_url("http://127.0.0.1:1").build().is_ok());
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    #[test]
    fn checks_proxy_and_root_certificates() {
        let client = || Client::builder().token("t").environment(Environment::Sandbox);
        let proxied = client().proxy("http://user:hunter2@proxy:3128").build().unwrap();
        assert!(!format!("{proxied:?}").contains("hunter2"), "{proxied:?}");
        assert!(fault(client().proxy("http://h:99999")).contains("transport"));
        assert!(client().root_certificate("no certificate").build().is_err());
    }

    #[test]
    fn replaces_token_of_all_clones() {
        let server = MemoryTransport::new();
        let client = builder().transport(server.clone()).build().unwrap();
        let other = client.clone();
        assert_eq!(client.config.headers(false).get("authorization"), Some("Bearer t"));
        other.set_token(" new\n").unwrap();
        for has_body in [false, true] {
            assert_eq!(client.config.headers(has_body).get("authorization"), Some("Bearer new"));
        }
        assert_eq!(client.config.headers(true).get("content-type"), Some("application/json"));
        for bad in ["", "a b", "a\u{e9}"] {
            assert!(client.set_token(bad).is_err());
        }
        assert_eq!(client.config.headers(false).get("authorization"), Some("Bearer new"));
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
                pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
            })
        };
        assert!(from(&[]).unwrap_err().to_string().contains("PROPEXO_TOKEN"));
        assert!(from(&[("PROPEXO_TOKEN", "t")]).unwrap_err().to_string().contains("PROPEXO_ENVIRONMENT"));
        let invalid = from(&[("PROPEXO_TOKEN", "t"), ("PROPEXO_ENVIRONMENT", "prod")]);
        assert!(invalid.unwrap_err().to_string().contains("`production`"));
        let good = from(&[("PROPEXO_TOKEN", "t"), ("PROPEXO_ENVIRONMENT", "sandbox")]).unwrap();
        assert_eq!(good.base_url.as_deref(), Some(Environment::Sandbox.base_url()));
        let local = [
            ("PROPEXO_TOKEN", "t"),
            ("PROPEXO_BASE_URL", "http://localhost:1"),
            ("PROPEXO_ENVIRONMENT", "x"),
        ];
        let local = ClientBuilder::from_variables(|name| {
            local.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
        });
        assert_eq!(local.unwrap().base_url.as_deref(), Some("http://localhost:1"));
        let other = [("PROPEXO_TOKEN", " "), ("PROPEXO_API_KEY", "key"), ("PROPEXO_ENVIRONMENT", "sandbox")];
        let other = ClientBuilder::from_variables(|name| {
            other.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
        });
        assert_eq!(other.unwrap().token.as_deref(), Some("key"));
    }

    #[cfg(unix)]
    #[test]
    fn names_environment_variable_that_is_not_utf8() {
        use std::os::unix::ffi::OsStringExt;
        let invalid = ClientBuilder::from_variables(|_| Some(OsString::from_vec(vec![0xff])));
        assert_eq!(
            invalid.unwrap_err().to_string(),
            "the environment variable PROPEXO_TOKEN is not valid UTF-8"
        );
    }

    #[cfg(not(feature = "reqwest"))]
    #[test]
    fn names_missing_transport_feature() {
        let built = Client::builder().token("t").environment(Environment::Sandbox).build();
        assert!(built.unwrap_err().to_string().contains("`rustls`"));
    }
}
