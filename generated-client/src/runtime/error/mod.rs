//! The error type of this crate.

mod api;
mod decode;
mod issue;

use std::fmt;
use std::time::Duration;

pub use api::ApiError;
pub(crate) use api::retry_after;
pub use decode::DecodeError;
pub use issue::Issue;

use crate::runtime::operation::Operation;
use crate::runtime::shown::shown;
use crate::runtime::transport::TransportErrorKind;
use crate::runtime::validation::ValidationError;

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason why a call failed.
///
/// `Display` and `Debug` show operations, sizes, paths and statuses, never the content of a body, a URL or the token,
/// so errors are safe to log. [`ApiError::body`] and [`DecodeError::snippet`] return the content.
///
/// ```
/// # fn show(error: propexo::Error) {
/// use propexo::Error;
///
/// match &error {
///     Error::Api(api) if api.status() == 404 => println!("no such record"),
///     Error::Api(api) => {
///         for issue in api.issues() {
///             println!("{}: {}", issue.path(), issue.message());
///         }
///     }
///     Error::Decode(decode) => println!("{} is not what the document says", decode.path()),
///     other => println!("{other}"),
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The configuration of the client is invalid.
    Config(ConfigError),
    /// The request violates a known constraint; nothing was sent.
    Validation(Box<ValidationError>),
    /// The connection failed before the response was complete.
    Transport(Box<ConnectionError>),
    /// A timeout passed before the response was complete.
    Timeout(TimeoutError),
    /// The wait for the rate limit would have passed the deadline of the call; nothing was sent.
    RateLimited(RateLimitedError),
    /// The server responded with a status outside 200 to 299, declared in the API document or not.
    Api(Box<ApiError>),
    /// The server responded with a success, but the body does not match the API document.
    Decode(Box<DecodeError>),
}

impl Error {
    /// Returns the error response of the server, if this is one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the status, if there was a complete response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api(error) => Some(error.status()),
            Self::Decode(error) => error.status(),
            _ => None,
        }
    }

    /// Returns whether the rate limit is the reason, either by a 429 of the server or by the client's own budget.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        matches!(self, Self::RateLimited(_)) || self.status() == Some(429)
    }

    /// Returns whether a timeout or a deadline passed.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Returns whether the server may have acted on the request although the call failed.
    ///
    /// True for a write that timed out, whose connection broke after it was sent, or whose response is a redirect, a
    /// 5xx or undecodable. Before you send it again, find out what happened: by [`job_id`](Self::job_id), or by
    /// [`WriteJobs::find_recent`](crate::WriteJobs::find_recent).
    ///
    /// False where the server has certainly not acted: the request was not sent, there was no connection, or the server
    /// refused it with a 4xx, including 429. Always false for operations that [`Operation::is_repeatable`].
    ///
    /// ```no_run
    /// # #[cfg(feature = "leads")]
    /// # async fn run(client: propexo::Client) -> propexo::Result<()> {
    /// use propexo::leads::CreateLead;
    /// use std::time::SystemTime;
    ///
    /// let lead = CreateLead::new("integration id").first_name("Ada").email_1("ada@example.com");
    /// let since = SystemTime::now();
    /// match client.leads().create(lead.clone()).send().await {
    ///     Ok(receipt) => println!("accepted as job {}", receipt.job_id()),
    ///     Err(error) if error.may_have_acted() => {
    ///         let found = client.write_jobs().find_recent(&lead, since).await?;
    ///         println!("{} jobs may be this write", found.len());
    ///     }
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        if self.operation().is_some_and(Operation::is_repeatable) {
            return false;
        }
        match self {
            Self::Config(_) | Self::Validation(_) | Self::RateLimited(_) => false,
            Self::Transport(error) => error.may_have_acted(),
            Self::Timeout(_) | Self::Decode(_) => true,
            Self::Api(error) => !matches!(error.status(), 400..=499),
        }
    }

    /// Returns the id of the write job, if a response that does not decode contains one.
    #[must_use]
    pub fn job_id(&self) -> Option<&str> {
        match self {
            Self::Decode(error) => error.job_id(),
            _ => None,
        }
    }

    /// Returns the operation that failed; nothing if there was no request yet, or for the echo in a receipt.
    #[must_use]
    pub fn operation(&self) -> Option<&Operation> {
        match self {
            Self::Config(_) => None,
            Self::Validation(error) => error.operation(),
            Self::Transport(error) => Some(&error.operation),
            Self::Timeout(error) => Some(&error.operation),
            Self::RateLimited(error) => Some(&error.operation),
            Self::Api(error) => Some(error.operation()),
            Self::Decode(error) => error.operation(),
        }
    }
}

impl Error {
    /// Returns the error of the variant.
    fn inner(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Config(error) => error,
            Self::Validation(error) => &**error,
            Self::Transport(error) => &**error,
            Self::Timeout(error) => error,
            Self::RateLimited(error) => error,
            Self::Api(error) => &**error,
            Self::Decode(error) => &**error,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.inner(), f)
    }
}

impl std::error::Error for Error {
    /// Returns the source of the error of the variant, which `Display` shows already.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner().source()
    }
}

/// The reason why a client cannot be built.
#[derive(Debug)]
pub struct ConfigError {
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ConfigError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    #[cfg(any(feature = "reqwest", feature = "blocking"))]
    pub(crate) fn with_source(
        message: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { message: message.into(), source: Some(source.into()) }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(f, |f| f.write_str(&self.message))
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

/// A call whose connection failed before the response was complete.
#[derive(Debug)]
pub struct ConnectionError {
    pub(crate) operation: Operation,
    pub(crate) kind: TransportErrorKind,
    pub(crate) attempts: u32,
    pub(crate) source: Box<dyn std::error::Error + Send + Sync>,
}

impl ConnectionError {
    /// Returns how far the last attempt came.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns the number of attempts.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns whether the server may have acted on a write: a connection was established. See
    /// [`Error::may_have_acted`].
    #[must_use]
    pub const fn may_have_acted(&self) -> bool {
        !self.operation.is_repeatable()
            && !matches!(self.kind, TransportErrorKind::Connect | TransportErrorKind::Other)
    }
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.kind)?;
        if self.attempts > 1 {
            write!(f, ", at the last of {} attempts", self.attempts)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConnectionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}

/// A call that timed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeoutError {
    pub(crate) operation: Operation,
    pub(crate) limit: Duration,
    pub(crate) attempts: u32,
    pub(crate) whole_call: bool,
}

impl TimeoutError {
    /// Returns the time limit that passed.
    #[must_use]
    pub const fn limit(&self) -> Duration {
        self.limit
    }

    /// Returns the number of attempts.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns whether the limit was the deadline of the whole call, including waits and retries, not the timeout of an
    /// attempt.
    #[must_use]
    pub const fn is_deadline(&self) -> bool {
        self.whole_call
    }
}

impl fmt::Display for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, limit, attempts, whole_call } = self;
        if *whole_call {
            write!(f, "{operation}: not done within {limit:?} ({attempts} attempts)")
        } else {
            write!(f, "{operation}: no response within {limit:?} at attempt {attempts}")
        }
    }
}

impl std::error::Error for TimeoutError {}

/// A call that was not sent, because the rate limit has no permit for it before its deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimitedError {
    pub(crate) operation: Operation,
    pub(crate) wait: Duration,
}

impl RateLimitedError {
    /// Returns the minimum wait until the next permit.
    #[must_use]
    pub const fn wait(&self) -> Duration {
        self.wait
    }
}

impl fmt::Display for RateLimitedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: not sent, since the rate limit has no room for another {:?} and the deadline is sooner",
            self.operation, self.wait
        )
    }
}

impl std::error::Error for RateLimitedError {}

/// Errors are `Send + Sync + 'static`.
const _: () = {
    const fn travels<T: std::error::Error + Send + Sync + 'static>() {}
    travels::<Error>();
    travels::<ApiError>();
    travels::<ConfigError>();
    travels::<ConnectionError>();
    travels::<DecodeError>();
    travels::<RateLimitedError>();
    travels::<TimeoutError>();
    travels::<ValidationError>();
};
impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(Box::new(error))
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

impl From<ValidationError> for Error {
    fn from(error: ValidationError) -> Self {
        Self::Validation(Box::new(error))
    }
}
