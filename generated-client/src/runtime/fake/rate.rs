//! The rate limit: fixed windows, a zone of delayed responses, and refusals.

use std::time::Duration;

/// The length of a window.
const WINDOW: Duration = Duration::from_secs(60);

/// How long a response is delayed from 80 % of the limit on.
pub(super) const SLOW_DELAY: Duration = Duration::from_secs(2);

/// The effect of the rate limit on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    Free,
    Slow,
    Refused,
}

/// The limit, and the count of the current window.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    /// The number of requests that the server accepts in each minute.
    pub(super) limit: u32,
    /// The number of requests that other programs send in each minute.
    pub(super) others: u32,
    window: u64,
    used: u32,
}

impl Rate {
    pub(super) fn new(limit: u32, others: u32) -> Self {
        Self { limit, others, window: 0, used: 0 }
    }

    /// Counts a request; returns its zone and the number of requests left in the window.
    pub(super) fn count(&mut self, now: Duration) -> (Zone, u32) {
        self.enter(now);
        self.used = self.used.saturating_add(1);
        let used = self.used(now);
        let zone = if used > self.limit {
            Zone::Refused
        } else if u64::from(used) * 5 >= u64::from(self.limit) * 4 {
            Zone::Slow
        } else {
            Zone::Free
        };
        (zone, self.limit.saturating_sub(used))
    }

    /// Returns the number of requests in the current window, with those of other programs.
    pub(super) fn used(&mut self, now: Duration) -> u32 {
        self.enter(now);
        let elapsed = now.as_secs() % WINDOW.as_secs();
        let others = u64::from(self.others) * elapsed / WINDOW.as_secs();
        self.used.saturating_add(u32::try_from(others).unwrap_or(u32::MAX))
    }

    fn enter(&mut self, now: Duration) {
        let window = now.as_secs() / WINDOW.as_secs();
        if window != self.window {
            (self.window, self.used) = (window, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn delays_from_80_percent_and_refuses_beyond_the_limit() {
        let mut rate = Rate::new(150, 0);
        let counted: Vec<_> = (0..152).map(|_| rate.count(SECOND)).collect();
        assert_eq!((counted[0], counted[118]), ((Zone::Free, 149), (Zone::Free, 31)));
        assert_eq!((counted[119], counted[149]), ((Zone::Slow, 30), (Zone::Slow, 0)));
        assert_eq!((counted[150], counted[151]), ((Zone::Refused, 0), (Zone::Refused, 0)));
    }

    #[test]
    fn counts_from_zero_in_each_minute() {
        let mut rate = Rate::new(2, 0);
        let left = [1, 59, 60, 119].map(|second| rate.count(second * SECOND).1);
        assert_eq!(left, [1, 0, 1, 0]);
    }

    #[test]
    fn other_programs_use_the_budget_evenly() {
        let mut rate = Rate::new(100, 60);
        assert_eq!(rate.count(SECOND).1, 98);
        assert_eq!(rate.count(30 * SECOND).1, 68);
        assert_eq!(rate.count(61 * SECOND).1, 98);
    }
}
