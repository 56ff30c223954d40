//! The time that an attempt may take.

use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::clock::{Clock, Sleep};

/// How late a poll may come after the timer has woken the task. A later poll shows that the future was not polled in between.
const TOLERANCE: Duration = Duration::from_millis(50);

/// The longest time between two polls of a future that is awaited. It is shorter than the time after which a request in
/// flight may lose its place in the rate limit.
const MAX_INTERVAL: Duration = Duration::from_secs(30);

/// Counts the time for which a future is polled.
///
/// A caller may leave a future alone, such as that of a prefetched page, and poll it again much later. It did not wait for
/// the response in between, so that time does not count. The timer wakes the task at intervals, so that a late poll is
/// noticed before much of the time has passed.
pub(super) struct Timer<'a> {
    clock: &'a dyn Clock,
    interval: Duration,
    due: Duration,
    /// When it was last polled.
    polled: Duration,
    /// When it wakes the task.
    wakes: Duration,
    sleep: Sleep,
}

impl<'a> Timer<'a> {
    pub(super) fn new(clock: &'a dyn Clock, limit: Duration) -> Self {
        let now = clock.now();
        let interval = (limit / 4).min(MAX_INTERVAL);
        let (due, wakes) = (now.saturating_add(limit), now.saturating_add(interval));
        Self { clock, interval, due, polled: now, wakes, sleep: clock.sleep(interval) }
    }

    /// Ready once the time is over.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let woken = self.sleep.as_mut().poll(context);
            let now = self.clock.now();
            let left = self.due.saturating_sub(self.polled);
            self.polled = now;
            ready!(woken);
            if now > self.wakes.saturating_add(TOLERANCE) {
                self.due = now.saturating_add(left);
            }
            if now >= self.due {
                return Poll::Ready(());
            }
            self.wakes = self.due.min(now.saturating_add(self.interval));
            self.sleep = self.clock.sleep(self.wakes.saturating_sub(now));
        }
    }
}
