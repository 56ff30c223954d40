//! The timeout of an attempt.

use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::clock::{Clock, Sleep};

/// Maximum delay of the poll that detects the timeout. A later poll shows that the future was not polled in between.
const TOLERANCE: Duration = Duration::from_millis(50);

/// Counts the time during which a future is polled.
///
/// A caller may leave a future unpolled, such as that of a prefetched page, and poll it again much later. It did not
/// wait for the response in between, so that time does not count.
pub(super) struct Timer<'a> {
    clock: &'a dyn Clock,
    due: Duration,
    /// The time of the last poll.
    polled: Duration,
    sleep: Sleep,
}

impl<'a> Timer<'a> {
    pub(super) fn new(clock: &'a dyn Clock, limit: Duration) -> Self {
        let now = clock.now();
        Self { clock, due: now.saturating_add(limit), polled: now, sleep: clock.sleep(limit) }
    }

    /// Is ready once the time is over.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let elapsed = self.sleep.as_mut().poll(context);
            let now = self.clock.now();
            let left = self.due.saturating_sub(self.polled);
            self.polled = now;
            ready!(elapsed);
            if now <= self.due.saturating_add(TOLERANCE) {
                return Poll::Ready(());
            }
            self.due = now.saturating_add(left);
            self.sleep = self.clock.sleep(left);
        }
    }
}
