//! The `tracing` feature: a span for each call, an event for each attempt. Without it, this does nothing.
//!
//! A span holds the path template, never a URL, which holds ids and filters. Field names are those of the OpenTelemetry
//! conventions for HTTP clients, and `otel.kind` is for `tracing-opentelemetry`; `operation` is our own.

use std::time::Duration;

use super::outcome::Outcome;
use crate::runtime::error::Result;
use crate::runtime::operation::Operation;

#[cfg(feature = "tracing")]
mod enabled {
    use std::future::poll_fn;
    use std::pin::pin;

    use tracing::Instrument;
    use tracing::field::Empty;

    use super::{Duration, Operation, Outcome, Result};
    use crate::runtime::error::Error;
    use crate::runtime::transport::TransportErrorKind;

    /// The span of a call.
    pub(crate) struct Span(tracing::Span);

    impl Span {
        pub(crate) fn new(operation: &Operation, base_url: &str) -> Self {
            Self(tracing::info_span!(
                target: "propexo",
                "call",
                otel.kind = "client",
                operation = operation.name,
                http.request.method = operation.method.as_str(),
                url.template = operation.path,
                server.address = crate::runtime::builder::host(base_url),
                http.request.resend_count = Empty,
                http.response.status_code = Empty,
                error.type = Empty,
            ))
        }

        /// Runs a call inside the span, and records why it failed.
        pub(crate) async fn follow<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
            let result = call.instrument(self.0.clone()).await;
            if let Err(error) = &result {
                self.0.record("error.type", error_type(error).as_str());
            }
            result
        }

        /// Reports that a future waits, once.
        pub(crate) async fn wait<T>(&self, permit: impl Future<Output = T>) -> T {
            let mut permit = pin!(permit);
            let mut waits = false;
            poll_fn(|context| {
                let poll = permit.as_mut().poll(context);
                if poll.is_pending() && !std::mem::replace(&mut waits, true) {
                    tracing::debug!(target: "propexo", "waits for the rate limit");
                }
                poll
            })
            .await
        }

        pub(crate) fn attempt(&self, attempt: u32) {
            if attempt > 1 {
                self.0.record("http.request.resend_count", attempt - 1);
            }
        }

        pub(crate) fn outcome(&self, outcome: &Outcome) {
            match outcome {
                Outcome::Response(response) => {
                    let (status, bytes) = (response.status(), response.body().len());
                    self.0.record("http.response.status_code", status);
                    tracing::debug!(target: "propexo", status, bytes, "response");
                }
                Outcome::Failed(error) => {
                    tracing::debug!(target: "propexo", failure = ?error.kind(), "no response");
                }
                Outcome::TimedOut(error) => {
                    tracing::debug!(target: "propexo", limit = ?error.limit(), "no response in time");
                }
            }
        }

        pub(crate) fn retry(&self, wait: Duration) {
            tracing::warn!(target: "propexo", ?wait, "tries again");
        }
    }

    /// The status of an error response, or else the kind of the failure.
    fn error_type(error: &Error) -> String {
        match error {
            Error::Api(error) => return error.status().to_string(),
            Error::Transport(error) => match error.kind() {
                TransportErrorKind::Connect => "connect",
                TransportErrorKind::Send => "send",
                TransportErrorKind::Receive => "receive",
                TransportErrorKind::TooLarge { .. } => "too_large",
                TransportErrorKind::Other => "_OTHER",
            },
            Error::Timeout(_) => "timeout",
            Error::RateLimited(_) => "rate_limited",
            Error::Validation(_) => "invalid_request",
            Error::Config(_) | Error::Decode(_) => "_OTHER",
        }
        .to_owned()
    }
}

#[cfg(not(feature = "tracing"))]
mod disabled {
    use super::{Duration, Operation, Outcome, Result};

    /// The span of a call.
    pub(crate) struct Span;

    #[allow(clippy::unused_self)]
    impl Span {
        pub(crate) const fn new(_: &Operation, _: &str) -> Self {
            Self
        }

        pub(crate) fn follow<F: Future<Output = Result<T>>, T>(&self, call: F) -> F {
            call
        }

        pub(crate) fn wait<F: Future>(&self, permit: F) -> F {
            permit
        }

        pub(crate) const fn attempt(&self, _: u32) {}

        pub(crate) const fn outcome(&self, _: &Outcome) {}

        pub(crate) const fn retry(&self, _: Duration) {}
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) use disabled::Span;
#[cfg(feature = "tracing")]
pub(crate) use enabled::Span;
