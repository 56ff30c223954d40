//! A response that redirects to another URL.

use std::fmt;

use crate::runtime::call::ReceivedResponse;
use crate::runtime::error::{DecodeError, Error, Result};
use crate::runtime::json::Fault;

/// The target of a redirect response, usually a URL that is signed for a short time.
///
/// The URL grants access to the content, so `Debug` hides it. The client does not follow it, and the token must not be
/// sent there.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Redirect {
    status: u16,
    location: String,
}

impl Redirect {
    /// Returns the status of the response, such as 302.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Returns the URL.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }
}

impl fmt::Debug for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redirect")
            .field("status", &self.status)
            .field("location", &format_args!("<{} bytes>", self.location.len()))
            .finish()
    }
}

/// Reads the URL from a response.
pub(crate) fn read(received: ReceivedResponse) -> Result<Redirect> {
    let response = &received.response;
    if let Some(location) = response.header("location").filter(|_| !response.is_success()) {
        return Ok(Redirect { status: response.status(), location: location.to_owned() });
    }
    let reason = "there is no redirect, though this operation redirects";
    let fault =
        Fault { path: String::new(), reason: reason.to_owned(), offset: 0, detail: reason.to_owned() };
    let status = response.status();
    Err(Error::from(DecodeError::new(received.operation, status, received.response.into_body(), fault)))
}
