//! When a failed attempt is retried.

use std::time::Duration;

/// The number and the timing of retries.
///
/// Which failures are retried is fixed. A read is retried after a broken connection, a timeout and the statuses 429,
/// 502, 503 and 504. A write is retried only where the server has certainly not acted on it: without a connection, and
/// after 429. The wait between attempts doubles and is randomly shortened, so that many clients do not retry at once.
/// Where the server asks for a longer wait, that wait is used.
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

    /// Sets the wait before the second attempt, which doubles for each further attempt; 500 milliseconds by default.
    pub const fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// Sets the longest wait between two attempts that the client chooses itself; 20 seconds by default.
    pub const fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// Sets the time after the start of the first attempt at which retries end; 120 seconds by default.
    pub const fn give_up_after(mut self, time: Duration) -> Self {
        self.give_up_after = time;
        self
    }

    /// Returns when the last attempt may begin, if the first one began at `started`.
    pub(crate) const fn gives_up_at(&self, started: Duration) -> Duration {
        started.saturating_add(self.give_up_after)
    }

    /// Returns the wait before the attempt after `attempt`, or nothing if there is none. `asked` is the wait that the
    /// server asks for, `elapsed` the time since the first attempt began.
    pub(crate) fn wait(&self, attempt: u32, asked: Option<Duration>, elapsed: Duration) -> Option<Duration> {
        if attempt >= self.max_attempts {
            return None;
        }
        let doubled = self.first_wait.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        // A random wait between half of the value and all of it.
        let chosen = doubled.min(self.longest_wait).mul_f64(0.5 + fastrand::f64() / 2.0);
        let wait = asked.map_or(chosen, |asked| asked.max(chosen));
        (elapsed.saturating_add(wait) <= self.give_up_after).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn doubles_waits_up_to_longest_with_jitter() {
        let policy = RetryPolicy::default().max_attempts(99).first_wait(SECOND).longest_wait(8 * SECOND);
        for (attempt, most) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (40, 8)] {
            for _ in 0..100 {
                let wait = policy.wait(attempt, None, Duration::ZERO).unwrap();
                assert!(wait <= most * SECOND && wait >= most * SECOND / 2, "{attempt}: {wait:?}");
            }
        }
    }

    #[test]
    fn honours_wait_of_server() {
        assert_eq!(RetryPolicy::default().wait(1, Some(30 * SECOND), Duration::ZERO), Some(30 * SECOND));
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
