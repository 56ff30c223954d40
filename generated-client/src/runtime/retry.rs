//! Decides whether and when a failed attempt is retried.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The number and the timing of retries.
///
/// Which failures are retried is fixed. A read is retried after a broken connection, a timeout and the statuses 408, 429,
/// 500, 502, 503, 504 and 520 to 529. A write is retried only where the server has certainly not acted on it: without a
/// connection, and after 429.
///
/// The wait between attempts is a random part of a time that doubles, so that many clients do not retry at once. If the
/// server asks for a wait, the random part is added to it.
///
/// A client and its clones share a budget of retries: it starts with 500 tokens, a retry takes 5, a success after retries
/// returns 5, and any other success returns one. While fewer than 5 tokens are left, failures are returned without a
/// retry, so that a server in trouble does not receive several times as many requests. A retry after 429 is free, because
/// its wait protects the server.
///
/// ```
/// use std::time::Duration;
/// use propexo::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(8).give_up_after(Duration::from_secs(600));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
    give_up_after: Duration,
}

impl Default for RetryPolicy {
    /// At most four attempts within two minutes, enough to wait for the next minute of the rate limit.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(20),
            give_up_after: Duration::from_secs(120),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy without retries.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the number of attempts, including the first; 4 by default, at least one.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Sets the longest wait before the second attempt, which doubles for each further attempt; 500 milliseconds by
    /// default.
    pub const fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// Sets the longest wait between two attempts that the client chooses itself; 20 seconds by default.
    pub const fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// Sets the time after the start of the call at which retries end; 120 seconds by default. The wait for the rate
    /// limit counts.
    pub const fn give_up_after(mut self, time: Duration) -> Self {
        self.give_up_after = time;
        self
    }

    /// Returns when the last attempt may begin, if the call began at `started`.
    pub(crate) const fn gives_up_at(&self, started: Duration) -> Duration {
        started.saturating_add(self.give_up_after)
    }

    /// Returns a random wait before the attempt after `attempt`: any part of the current back-off ("full jitter").
    pub(crate) fn jitter(&self, attempt: u32) -> Duration {
        let doublings = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let longest = self.first_wait.saturating_mul(doublings).min(self.longest_wait);
        Duration::try_from_secs_f64(longest.as_secs_f64() * fastrand::f64()).unwrap_or(longest)
    }

    /// Returns the wait before the attempt after `attempt`, or `None` if that is not made. `asked` is the wait that the
    /// server asks for, `elapsed` the time since the call began.
    pub(crate) fn wait(&self, attempt: u32, asked: Option<Duration>, elapsed: Duration) -> Option<Duration> {
        if attempt >= self.max_attempts {
            return None;
        }
        let wait = asked.unwrap_or_default().saturating_add(self.jitter(attempt));
        (elapsed.saturating_add(wait) <= self.give_up_after).then_some(wait)
    }
}

/// Returns whether a response of this status is transient, so that a read is repeated. 520 to 529 are
/// Cloudflare's: it did not get a valid response from the server.
pub(crate) const fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502..=504 | 520..=529)
}

/// The retries that a client and its clones may still make: a token bucket, as in the SDKs of AWS.
pub(crate) struct RetryBudget(AtomicU32);

/// The tokens of a full budget.
const BUDGET: u32 = 500;
/// The tokens that a retry takes.
const COST: u32 = 5;

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(BUDGET))
    }
}

impl RetryBudget {
    /// Takes the tokens of a retry, or returns false if too few are left.
    pub(crate) fn try_take(&self) -> bool {
        self.update(|tokens| tokens.checked_sub(COST))
    }

    /// Returns tokens after a success, by the number of attempts that it took.
    pub(crate) fn on_success(&self, attempts: u32) {
        let returned = if attempts > 1 { COST } else { 1 };
        self.update(|tokens| (tokens < BUDGET).then(|| (tokens + returned).min(BUDGET)));
    }

    fn update(&self, change: impl Fn(u32) -> Option<u32>) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn doubles_waits_up_to_longest_with_full_jitter() {
        let policy = RetryPolicy::default().max_attempts(99).first_wait(SECOND).longest_wait(8 * SECOND);
        for (attempt, most) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (40, 8)] {
            let waits = || (0..100).map(|_| policy.wait(attempt, None, Duration::ZERO).unwrap());
            assert!(waits().all(|wait| wait <= most * SECOND), "{attempt}");
            // Each of them misses a part of the range with a chance of 0.75^100, about 10^-13.
            assert!(waits().any(|wait| wait < most * SECOND / 4), "{attempt}");
            assert!(waits().any(|wait| wait > most * SECOND * 3 / 4), "{attempt}");
        }
    }

    #[test]
    fn adds_jitter_to_wait_of_server() {
        for asked in [Duration::ZERO, 30 * SECOND] {
            let waits: std::collections::BTreeSet<_> = (0..10)
                .map(|_| RetryPolicy::default().wait(1, Some(asked), Duration::ZERO).unwrap())
                .collect();
            assert!(waits.len() > 1 && waits.iter().all(|wait| (asked..asked + SECOND / 2).contains(wait)));
        }
    }

    #[test]
    fn accepts_longest_durations() {
        let longest = RetryPolicy::default()
            .max_attempts(u32::MAX)
            .first_wait(Duration::MAX)
            .longest_wait(Duration::MAX)
            .give_up_after(Duration::MAX);
        for attempt in [0, 1, 2, 33, u32::MAX - 1] {
            assert!(longest.wait(attempt, Some(Duration::MAX), Duration::MAX).is_some());
            assert!(longest.wait(attempt, None, Duration::ZERO).is_some());
        }
        assert_eq!(longest.gives_up_at(Duration::MAX), Duration::MAX);
    }

    #[test]
    fn returns_tokens_after_success_up_to_initial_number() {
        let budget = RetryBudget::default();
        budget.on_success(1);
        assert_eq!((0..200).filter(|_| budget.try_take()).count(), 100);
        (0..4).for_each(|_| budget.on_success(1));
        assert!(!budget.try_take());
        budget.on_success(1);
        assert!(budget.try_take() && !budget.try_take());
        budget.on_success(2);
        assert!(budget.try_take() && !budget.try_take());
    }

    #[test]
    fn ends_after_attempts_or_time() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(4, None, Duration::ZERO), None);
        assert_eq!(policy.wait(1, None, 121 * SECOND), None);
        assert_eq!(policy.wait(1, Some(121 * SECOND), Duration::ZERO), None);
        assert_eq!(RetryPolicy::none().wait(1, None, Duration::ZERO), None);
    }
}
