//! Operations as plain `'static` data.

use std::fmt;

/// A constant description of an operation, without its arguments: for logs, for metrics, and for a
/// [`Transport`](crate::runtime::transport::Transport) that distinguishes calls.
///
/// The generated methods pass it with every request. To call an operation that is missing from the API document, define
/// a constant and use it with [`Request::new`](crate::Request::new).
///
/// ```
/// use propexo::{Idempotency, Method, Operation};
///
/// const PING: Operation = Operation::new("ping", Method::Get, "/v1/ping/{id}", Idempotency::Safe);
/// assert_eq!(PING.to_string(), "GET /v1/ping/{id}");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Operation {
    /// Group and method of this crate, such as `leads.list`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path template of the API document, with parameters in braces and with or without a trailing slash.
    pub path: &'static str,
    /// Whether the operation may be repeated.
    pub idempotency: Idempotency,
    /// The credentials to send: alternatives, each with the names of credentials that belong together. `None` sends all
    /// that the client has.
    pub(crate) security: Option<Security>,
}

/// Alternatives, each with the names of credentials that belong together.
pub(crate) type Security = &'static [&'static [&'static str]];

impl Operation {
    /// Creates the description of an operation.
    #[must_use]
    pub const fn new(
        name: &'static str,
        method: Method,
        path: &'static str,
        idempotency: Idempotency,
    ) -> Self {
        Self { name, method, path, idempotency, security: None }
    }

    /// Sends only the credentials of one of these alternatives.
    #[must_use]
    #[doc(hidden)]
    pub const fn secured_by(mut self, alternatives: Security) -> Self {
        self.security = Some(alternatives);
        self
    }

    /// Returns whether a request may be repeated after a failure that leaves unknown whether the server acted on it.
    ///
    /// True for reads, except by `POST`: an operation that the API document calls a read may still start a job there.
    #[must_use]
    pub const fn is_repeatable(&self) -> bool {
        matches!(self.idempotency, Idempotency::Safe) && !matches!(self.method, Method::Post)
    }
}

impl fmt::Display for Operation {
    /// Shows method and path template, without arguments.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Whether an operation may be repeated, in the terms of HTTP semantics (RFC 9110).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// Changes nothing.
    Safe,
    /// Changes data at Propexo or at the vendor; sent twice, it may change them twice.
    NotIdempotent,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `HEAD`
    Head,
    /// `OPTIONS`
    Options,
    /// `TRACE`
    Trace,
}

impl Method {
    /// Returns the method as sent over the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn post_is_never_repeatable() {
        let read = |method| Operation::new("x", method, "/", Idempotency::Safe).is_repeatable();
        assert!(read(Method::Get));
        assert!(!read(Method::Post));
        assert!(!Operation::new("x", Method::Put, "/", Idempotency::NotIdempotent).is_repeatable());
    }
}
