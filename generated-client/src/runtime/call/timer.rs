//! The time that an attempt may take.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::Duration;

use crate::runtime::clock::{Clock, Sleep};

/// How late a poll may come after the timer has woken the task. A later poll shows that the future was not polled in between.
const TOLERANCE: Duration = Duration::from_millis(50);

/// The longest time between two polls of a future that is awaited. It is shorter than the time after which a request in
/// flight may lose its place in the rate limit.
const MAX_INTERVAL: Duration = Duration::from_secs(30);

/// Counts the time for which a future is polled.
///
/// A caller may leave a future alone, such as that of a prefetched page, and poll it again much later. It did not wait for
/// the response in between, so that time does not count. The timer wakes the task at intervals, so that a late poll is
/// noticed before much of the time has passed. On a busy runtime the timer itself is late; a task that is polled as soon
/// as it is woken has waited, so there the interval counts.
pub(super) struct Timer {
    clock: Arc<dyn Clock>,
    interval: Duration,
    due: Duration,
    /// When it was last polled.
    polled: Duration,
    /// When it wakes the task.
    wakes: Duration,
    sleep: Sleep,
    alarm: Option<Arc<Alarm>>,
}

/// Wakes a task, and records when.
struct Alarm {
    task: Waker,
    clock: Arc<dyn Clock>,
    woken: Mutex<Option<Duration>>,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        *self.woken.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.clock.now());
        self.task.wake_by_ref();
    }
}

impl Timer {
    pub(super) fn new(clock: Arc<dyn Clock>, limit: Duration) -> Self {
        let now = clock.now();
        let interval = (limit / 4).min(MAX_INTERVAL);
        let (due, wakes) = (now.saturating_add(limit), now.saturating_add(interval));
        let sleep = clock.sleep(interval);
        Self { clock, interval, due, polled: now, wakes, sleep, alarm: None }
    }

    /// Ready once the time is over.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let alarm = self.alarm(context.waker());
            let woken = self.sleep.as_mut().poll(&mut Context::from_waker(&alarm.into()));
            let now = self.clock.now();
            let left = self.due.saturating_sub(self.polled);
            let was_polled = now <= self.polled.saturating_add(self.interval + TOLERANCE);
            self.polled = now;
            if woken.is_pending() && now >= self.due && was_polled {
                return Poll::Ready(());
            }
            ready!(woken);
            if now > self.wakes.saturating_add(TOLERANCE) {
                let waited = if self.was_woken_just_before(now) { self.interval } else { Duration::ZERO };
                self.due = now.saturating_add(left.saturating_sub(waited));
            }
            if now >= self.due {
                return Poll::Ready(());
            }
            self.wakes = self.due.min(now.saturating_add(self.interval));
            self.sleep = self.clock.sleep(self.wakes.saturating_sub(now));
        }
    }

    fn alarm(&mut self, task: &Waker) -> Arc<Alarm> {
        let current = self.alarm.take().filter(|alarm| alarm.task.will_wake(task));
        let alarm = current.unwrap_or_else(|| {
            Arc::new(Alarm { task: task.clone(), clock: Arc::clone(&self.clock), woken: Mutex::new(None) })
        });
        self.alarm = Some(Arc::clone(&alarm));
        alarm
    }

    fn was_woken_just_before(&self, now: Duration) -> bool {
        let woken = |alarm: &Arc<Alarm>| *alarm.woken.lock().unwrap_or_else(PoisonError::into_inner);
        self.alarm.as_ref().and_then(woken).is_some_and(|woken| now <= woken.saturating_add(TOLERANCE))
    }
}
