//! The `tracing` feature: a span for each call, an event for each attempt. Without it, this does nothing.
//!
//! A span holds the path template, never a URL, which holds ids and filters. Field names follow OpenTelemetry.

use std::time::Duration;

use crate::call::Outcome;
use crate::operation::Operation;

#[cfg(feature = "tracing")]
mod enabled {
    use tracing::Instrument;
    use tracing::field::Empty;

    use super::{Duration, Operation, Outcome};

    /// The span of a call.
    pub(crate) struct Span(tracing::Span);

    impl Span {
        pub(crate) fn new(operation: &Operation) -> Self {
            Self(tracing::info_span!(
                target: "propexo",
                "call",
                operation = operation.name,
                http.request.method = operation.method.as_str(),
                url.template = operation.path,
                http.request.attempt = Empty,
                http.response.status_code = Empty,
            ))
        }

        /// Runs a future inside the span.
        pub(crate) fn follow<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
            future.instrument(self.0.clone())
        }

        pub(crate) fn attempt(&self, attempt: u32) {
            self.0.record("http.request.attempt", attempt);
        }

        pub(crate) fn outcome(&self, outcome: &Outcome) {
            match outcome {
                Outcome::Answer(response) => {
                    let (status, bytes) = (response.status(), response.body().len());
                    self.0.record("http.response.status_code", status);
                    tracing::debug!(target: "propexo", status, bytes, "answered");
                }
                Outcome::Failed(error) => {
                    tracing::debug!(target: "propexo", failure = ?error.kind(), "no answer");
                }
                Outcome::TimedOut(error) => {
                    tracing::debug!(target: "propexo", limit = ?error.limit(), "no answer in time");
                }
            }
        }

        pub(crate) fn retry(&self, wait: Duration) {
            tracing::warn!(target: "propexo", ?wait, "tries again");
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod disabled {
    use super::{Duration, Operation, Outcome};

    /// The span of a call.
    pub(crate) struct Span;

    #[allow(clippy::unused_self)]
    impl Span {
        pub(crate) const fn new(_: &Operation) -> Self {
            Self
        }

        pub(crate) fn follow<F: Future>(&self, future: F) -> F {
            future
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
