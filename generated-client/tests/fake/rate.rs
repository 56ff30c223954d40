//! The rate limit: fixed windows, a slow zone and rejections.

use std::time::Duration;

/// The number of requests that the server accepts per window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateLimit {
    pub(crate) limit: u64,
    pub(crate) window: Duration,
    /// By how much responses are delayed from 80 % of the limit on.
    pub(crate) slow_delay: Duration,
}

impl Default for RateLimit {
    /// The limit of the usual contract.
    fn default() -> Self {
        Self { limit: 150, window: Duration::from_secs(60), slow_delay: Duration::from_secs(2) }
    }
}

/// The effect of the rate limit on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    Free,
    Slow,
    Refused,
}

/// The count of the current window.
#[derive(Debug, Default)]
pub(super) struct Window {
    number: u128,
    used: u64,
}

impl Window {
    /// Counts a request; returns its zone and the number of requests left in the window.
    pub(super) fn count(&mut self, limit: &RateLimit, now: Duration) -> (Zone, u64) {
        let number = now.as_nanos() / limit.window.as_nanos().max(1);
        if number != self.number {
            *self = Self { number, used: 0 };
        }
        self.used += 1;
        let zone = if self.used > limit.limit {
            Zone::Refused
        } else if self.used * 5 >= limit.limit * 4 {
            Zone::Slow
        } else {
            Zone::Free
        };
        (zone, limit.limit.saturating_sub(self.used))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn slows_down_from_80_percent_and_refuses_beyond_the_limit() {
        let mut window = Window::default();
        let counted: Vec<_> = (0..152).map(|_| window.count(&RateLimit::default(), SECOND)).collect();
        assert_eq!(counted[0], (Zone::Free, 149));
        assert_eq!(counted[118], (Zone::Free, 31));
        assert_eq!(counted[119], (Zone::Slow, 30));
        assert_eq!(counted[149], (Zone::Slow, 0));
        assert_eq!(counted[150], (Zone::Refused, 0));
        assert_eq!(counted[151], (Zone::Refused, 0));
    }

    #[test]
    fn counts_from_zero_in_each_window() {
        let limit = RateLimit { limit: 2, ..RateLimit::default() };
        let mut window = Window::default();
        let mut count = |now| window.count(&limit, now).1;
        assert_eq!(
            [count(SECOND), count(59 * SECOND), count(60 * SECOND), count(119 * SECOND)],
            [1, 0, 1, 0]
        );
    }
}
