//! Whether and when to try again.

use std::time::Duration;

/// How often and for how long a request is tried again.
///
/// What is tried again at all is not for choosing. A read is, after a broken connection, a time-out and the statuses 429,
/// 502, 503 and 504. A write is only where the server has surely not acted on it: when there was no connection, and after
/// 429. In between lies a wait that doubles, shortened by chance so that many clients do not come back at once; where the
/// server says how long to wait, that is waited for.
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
    /// Four attempts within two minutes, which is enough to sit out a minute of the rate limit.
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
    /// One attempt only.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Attempts in all, the first included; at least one.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The wait before the second attempt; it doubles from then on.
    pub const fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// The longest wait between two attempts that the client chooses itself.
    pub const fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// No attempt begins later than this after the first one did.
    pub const fn give_up_after(mut self, time: Duration) -> Self {
        self.give_up_after = time;
        self
    }

    /// When the last attempt may begin, if the first one began at `started`.
    pub(crate) const fn gives_up_at(&self, started: Duration) -> Duration {
        started.saturating_add(self.give_up_after)
    }

    /// How long to wait before the attempt after `attempt`, if there is to be one. `asked` is what the server asks for,
    /// `elapsed` the time since the first attempt began.
    pub(crate) fn wait(&self, attempt: u32, asked: Option<Duration>, elapsed: Duration) -> Option<Duration> {
        if attempt >= self.max_attempts {
            return None;
        }
        let doubled = self.first_wait.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        // Between the half and the whole.
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
    fn waits_double_up_to_the_longest_and_vary() {
        let policy = RetryPolicy::default().max_attempts(99).first_wait(SECOND).longest_wait(8 * SECOND);
        for (attempt, most) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (40, 8)] {
            for _ in 0..100 {
                let wait = policy.wait(attempt, None, Duration::ZERO).unwrap();
                assert!(wait <= most * SECOND && wait >= most * SECOND / 2, "{attempt}: {wait:?}");
            }
        }
    }

    #[test]
    fn what_the_server_asks_for_is_waited_for() {
        assert_eq!(RetryPolicy::default().wait(1, Some(30 * SECOND), Duration::ZERO), Some(30 * SECOND));
    }

    #[test]
    fn there_is_an_end_by_number_and_by_time() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(4, None, Duration::ZERO), None);
        assert_eq!(policy.wait(1, None, 121 * SECOND), None);
        assert_eq!(policy.wait(1, Some(121 * SECOND), Duration::ZERO), None);
        assert_eq!(RetryPolicy::none().wait(1, None, Duration::ZERO), None);
    }
}
