//! Sends a call.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::{Accept, Answered, Call};
use crate::clock::Clock;
use crate::error::{ApiError, ConnectionError, Error, Result, TimeoutError};
use crate::transport::{HttpRequest, HttpResponse, TransportError};

/// What came of one attempt.
enum Outcome {
    Answer(HttpResponse),
    Failed(TransportError),
    TimedOut,
}

impl Call {
    /// Sends the request and waits for a success.
    pub(crate) async fn execute(self, accept: Accept) -> Result<Answered> {
        let config = self.client.config();
        let timeout = self.timeout.unwrap_or(config.timeout);
        let request = self.http_request()?.with_timeout(Some(timeout));
        let operation = *self.operation;
        match self.attempt(request, timeout).await {
            Outcome::Answer(response) if accept.takes(response.status()) => {
                Ok(Answered { operation, response, strict: config.strict_responses })
            }
            Outcome::Answer(response) => Err(ApiError::new(operation, response, 1).into()),
            Outcome::Failed(error) => {
                let failure = error.failure();
                let source = error.into_source();
                Err(Error::Transport(Box::new(ConnectionError { operation, failure, attempts: 1, source })))
            }
            Outcome::TimedOut => Err(Error::Timeout(TimeoutError {
                operation,
                limit: timeout,
                attempts: 1,
                whole_call: false,
            })),
        }
    }

    async fn attempt(&self, request: HttpRequest, timeout: Duration) -> Outcome {
        let config = self.client.config();
        match within(&*config.clock, timeout, config.transport.send(request)).await {
            Some(Ok(response)) => Outcome::Answer(response),
            Some(Err(error)) => Outcome::Failed(error),
            None => Outcome::TimedOut,
        }
    }
}

/// Runs a future for at most this long; what it holds is dropped then.
async fn within<F: Future>(clock: &dyn Clock, limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut alarm = clock.sleep(limit);
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
    })
    .await
}
