//! The outcome of one attempt.

use super::Accept;
use crate::runtime::error::{ApiError, ConnectionError, Error, Result, TimeoutError};
use crate::runtime::operation::Operation;
use crate::runtime::retry::is_transient;
use crate::runtime::transport::{HttpResponse, TransportError, TransportErrorKind};

/// The outcome of one attempt.
pub(super) enum Outcome {
    Response(HttpResponse),
    Failed(TransportError),
    TimedOut(TimeoutError),
}

impl Outcome {
    /// Returns whether a retry may succeed and cannot do harm.
    pub(super) fn is_retryable(&self, operation: &Operation) -> bool {
        match self {
            Self::Response(response) => match response.status() {
                429 => true,
                status => is_transient(status) && operation.is_repeatable(),
            },
            Self::Failed(error) => match error.kind() {
                TransportErrorKind::Connect => true,
                TransportErrorKind::Send | TransportErrorKind::Receive => operation.is_repeatable(),
                // The response to a retry would be as large.
                TransportErrorKind::TooLarge { .. } | TransportErrorKind::Other => false,
            },
            // After the deadline of the call there is not enough time for a retry.
            Self::TimedOut(error) => !error.is_deadline() && operation.is_repeatable(),
        }
    }

    pub(super) fn is_success(&self) -> bool {
        matches!(self, Self::Response(response) if response.is_success())
    }

    /// Returns whether the server refused the request because of the rate limit.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Response(response) if response.status() == 429)
    }

    /// Converts the last outcome into the result of the call.
    pub(super) fn into_result(
        self,
        operation: Operation,
        accept: Accept,
        attempts: u32,
    ) -> Result<HttpResponse> {
        match self {
            Self::Response(response) if accept.takes(response.status()) => Ok(response),
            Self::Response(response) => Err(ApiError::new(operation, response, attempts).into()),
            Self::Failed(error) => {
                let kind = error.kind();
                let source = error.into_source();
                Err(Error::Transport(Box::new(ConnectionError { operation, kind, attempts, source })))
            }
            Self::TimedOut(error) => Err(Error::Timeout(error)),
        }
    }
}
