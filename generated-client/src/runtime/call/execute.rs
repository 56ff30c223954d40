//! Executes a call: waits for a permit and for the response, and retries where that is safe.

use std::future::poll_fn;
use std::task::{Poll, ready};
use std::time::Duration;

use super::outcome::Outcome;
use super::timer::Timer;
use super::{Accept, Call, ReceivedResponse, trace};
use crate::runtime::error::{Error, RateLimitedError, Result, TimeoutError, retry_after};
use crate::runtime::limit::{Permit, Report};
use crate::runtime::transport::{HttpRequest, HttpResponse};

/// The two time limits of an attempt.
#[derive(Clone, Copy)]
struct Limits {
    attempt: Duration,
    /// The deadline of the call, as its length and as a moment.
    call: Option<(Duration, Duration)>,
}

impl Call {
    /// Sends the request and waits for a success.
    pub(crate) async fn execute(self, accept: Accept) -> Result<ReceivedResponse> {
        let span = trace::Span::new(self.operation, self.client.base_url());
        span.follow(self.execute_in(accept, &span)).await
    }

    async fn execute_in(&self, accept: Accept, span: &trace::Span) -> Result<ReceivedResponse> {
        let config = &self.client.config;
        let operation = *self.operation;
        let started = config.clock.now();
        let limits = Limits {
            attempt: self.timeout.unwrap_or(config.timeout),
            call: self.deadline.or(config.deadline).map(|length| (length, started.saturating_add(length))),
        };
        let request = self.http_request()?.with_timeout(Some(limits.attempt));
        let policy = self.retry.unwrap_or(config.retry);
        let mut last: Option<Result<HttpResponse>> = None;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let call_ends = limits.call.map(|(_, end)| end);
            // The first attempt waits for the rate limit as long as it takes.
            let retries_end = (attempt > 1).then(|| policy.gives_up_at(started));
            let deadline = call_ends.into_iter().chain(retries_end).min();
            let permit = config.limiter.acquire(self.priority.unwrap_or_default(), deadline);
            let permit = match span.wait(permit).await {
                Ok(permit) => permit,
                // The previous outcome is more informative than a missed deadline.
                Err(wait) => {
                    let late = Error::RateLimited(RateLimitedError { operation, wait });
                    return last.unwrap_or(Err(late)).map(|response| self.received(response));
                }
            };
            span.attempt(attempt);
            let jitter = policy.jitter(attempt);
            let outcome = self.attempt(request.clone(), limits, permit, attempt, jitter).await;
            span.outcome(&outcome);
            let wait = if outcome.is_retryable(&operation) {
                let elapsed = config.clock.now().saturating_sub(started);
                policy
                    .wait(attempt, self.asked_wait(&outcome), elapsed)
                    .filter(|wait| limits.leave(self, *wait))
                    // The wait after a refusal protects the server already.
                    .filter(|_| outcome.is_refusal() || config.retry_budget.try_take())
            } else {
                None
            };
            let limiter_waits = outcome.is_refusal() && !config.limiter.is_unlimited();
            if outcome.is_success() {
                config.retry_budget.on_success(attempt);
            }
            let result = outcome.into_result(operation, accept, attempt);
            let Some(wait) = wait else { return result.map(|response| self.received(response)) };
            span.retry(wait);
            // The limiter knows how long a refusal lasts, and lets interactive requests go first afterwards.
            if !limiter_waits {
                config.clock.sleep(wait).await;
            }
            last = Some(result);
        }
    }

    /// Returns the wait that the server, or the limiter after a refusal, asks for before the next attempt.
    fn asked_wait(&self, outcome: &Outcome) -> Option<Duration> {
        let config = &self.client.config;
        let Outcome::Response(response) = outcome else { return None };
        let asked = retry_after(response.headers(), config.clock.system_time());
        if outcome.is_refusal() { asked.max(Some(config.limiter.status().blocked_for)) } else { asked }
    }

    async fn attempt(
        &self,
        request: HttpRequest,
        limits: Limits,
        mut permit: Permit,
        attempts: u32,
        jitter: Duration,
    ) -> Outcome {
        let config = &self.client.config;
        let operation = *self.operation;
        let left = limits.call.map(|(length, end)| (length, end.saturating_sub(config.clock.now())));
        let (limit, whole_call) = match left {
            Some((length, left)) if left < limits.attempt => (left, Some(length)),
            _ => (limits.attempt, None),
        };
        let max_response_bytes = request.max_response_bytes();
        let mut exchange = config.transport.send(request);
        let mut timer = None;
        let exchange = poll_fn(|context| {
            if config.transport.runs_in_background() {
                permit.polled();
            } else {
                ready!(permit.poll_valid(context));
            }
            match exchange.as_mut().poll(context) {
                Poll::Ready(result) => Poll::Ready(Some(result)),
                Poll::Pending => {
                    let timer =
                        timer.get_or_insert_with(|| Timer::new(std::sync::Arc::clone(&config.clock), limit));
                    timer.poll(context).map(|()| None)
                }
            }
        });
        match exchange.await {
            Some(Ok(response)) => {
                permit.received(Report {
                    limit: number(&response, "x-ratelimit-limit"),
                    remaining: number(&response, "x-ratelimit-remaining"),
                    refused: response.status() == 429,
                    retry_after: retry_after(response.headers(), config.clock.system_time()),
                    jitter,
                });
                response.limited(max_response_bytes).map_or_else(Outcome::Failed, Outcome::Response)
            }
            Some(Err(error)) => Outcome::Failed(error),
            None => Outcome::TimedOut(TimeoutError {
                operation,
                limit: whole_call.unwrap_or(limit),
                attempts,
                whole_call: whole_call.is_some(),
            }),
        }
    }

    fn received(&self, response: HttpResponse) -> ReceivedResponse {
        ReceivedResponse {
            operation: *self.operation,
            response,
            strict: self.client.config.strict_responses,
            keep_raw: self.keep_raw,
        }
    }
}

impl Limits {
    /// Returns whether the deadline of the call permits a wait of this length.
    fn leave(self, call: &Call, wait: Duration) -> bool {
        self.call.is_none_or(|(_, end)| call.client.config.clock.now().saturating_add(wait) < end)
    }
}

fn number(response: &HttpResponse, header: &str) -> Option<u64> {
    response.header(header)?.trim().parse().ok()
}
