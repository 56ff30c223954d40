//! What an operation is, as plain `'static` data.

use std::fmt;

/// What is known about an operation before any argument is given: for logs, for metrics, and for a
/// [`Transport`](crate::transport::Transport) that wants to tell calls apart.
///
/// The generated methods hand it on with every request. To call something that the API document does not
/// have, write one down and use it with [`Request::new`](crate::Request::new).
///
/// ```
/// use propexo::{Effect, Method, Operation};
///
/// const PING: Operation = Operation::new("ping", Method::Get, "/v1/ping/{id}", Effect::Read);
/// assert_eq!(PING.to_string(), "GET /v1/ping/{id}");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Operation {
    /// Group and method of this crate, such as `leads.list`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path as the API document writes it, arguments in braces, trailing slash or not.
    pub path: &'static str,
    /// Whether sending it twice may do harm.
    pub effect: Effect,
}

impl Operation {
    /// Describes an operation.
    #[must_use]
    pub const fn new(name: &'static str, method: Method, path: &'static str, effect: Effect) -> Self {
        Self { name, method, path, effect }
    }

    /// Whether a request may be sent again after a failure that leaves open if the server acted on it.
    ///
    /// True for reads, save those by `POST`: what the document calls a read may still start a job there.
    #[must_use]
    pub const fn is_repeatable(&self) -> bool {
        matches!(self.effect, Effect::Read) && !matches!(self.method, Method::Post)
    }
}

impl fmt::Display for Operation {
    /// Method and path template, without any argument.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Whether an operation changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Only looks.
    Read,
    /// Changes something at Propexo or at the vendor behind it; sent twice, it may do so twice.
    Write,
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
    /// The method as it goes over the wire.
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
    fn a_read_by_post_is_not_repeatable() {
        let read = |method| Operation::new("x", method, "/", Effect::Read).is_repeatable();
        assert!(read(Method::Get));
        assert!(!read(Method::Post));
        assert!(!Operation::new("x", Method::Put, "/", Effect::Write).is_repeatable());
    }
}
