//! A clock that advances only when no task can run, and an executor that polls in a seeded order.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use crate::runtime::clock::{Clock, Sleep};

/// A timer that is due later than this after all other tasks are done is ignored.
const NEVER: Duration = Duration::from_secs(7 * 24 * 3600);

/// A schedule that needs more polls than this makes no progress.
const MAX_POLLS: u32 = 50_000;

#[derive(Clone, Debug, Default)]
pub(super) struct TestClock(Arc<Mutex<Timers>>);

#[derive(Debug, Default)]
struct Timers {
    now: Duration,
    next: u64,
    due: BTreeMap<(Duration, u64), Waker>,
}

impl TestClock {
    fn timers(&self) -> MutexGuard<'_, Timers> {
        self.0.lock().unwrap()
    }

    /// Advances to the next timer; returns false if there is none.
    fn advance(&self) -> bool {
        let mut timers = self.timers();
        let Some((due, waker)) = timers.due.pop_first() else { return false };
        if due.0 > timers.now.saturating_add(NEVER) {
            return false;
        }
        timers.now = timers.now.max(due.0);
        drop(timers);
        waker.wake();
        true
    }
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        self.timers().now
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let mut timers = self.timers();
        timers.next += 1;
        let key = (timers.now.saturating_add(duration), timers.next);
        drop(timers);
        Box::pin(TestSleep { clock: self.clone(), key })
    }
}

struct TestSleep {
    clock: TestClock,
    key: (Duration, u64),
}

impl Future for TestSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut timers = self.clock.timers();
        if timers.now >= self.key.0 {
            timers.due.remove(&self.key);
            return Poll::Ready(());
        }
        timers.due.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for TestSleep {
    fn drop(&mut self) {
        self.clock.timers().due.remove(&self.key);
    }
}

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// A task, which may be abandoned after some polls.
pub(super) struct Task {
    work: Option<Work>,
    woken: Arc<Woken>,
    polls_left: u32,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Task {
    pub(super) fn new(work: impl Future<Output = ()> + 'static) -> Self {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        Self { work: Some(Box::pin(work)), woken, polls_left: u32::MAX }
    }

    /// Polls the task at most `polls` times; afterwards it keeps its resources.
    pub(super) fn abandoned_after(mut self, polls: u32) -> Self {
        self.polls_left = polls;
        self
    }

    fn is_unfinished(&self) -> bool {
        self.work.is_some() && self.polls_left > 0
    }

    fn is_ready(&self) -> bool {
        self.is_unfinished() && self.woken.0.load(Ordering::SeqCst)
    }

    fn poll(&mut self) {
        self.woken.0.store(false, Ordering::SeqCst);
        self.polls_left -= 1;
        let waker = Waker::from(Arc::clone(&self.woken));
        if let Some(work) = &mut self.work
            && work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready()
        {
            self.work = None;
        }
    }
}

/// Polls woken tasks in random order until all tasks that are not abandoned are done. Returns how many of these hang.
pub(super) fn run(tasks: &mut [Task], clock: &TestClock, random: &mut fastrand::Rng) -> usize {
    for _ in 0..MAX_POLLS {
        let ready: Vec<usize> =
            tasks.iter().enumerate().filter(|(_, task)| task.is_ready()).map(|(index, _)| index).collect();
        let unfinished = tasks.iter().filter(|task| task.is_unfinished()).count();
        match random.choice(&ready) {
            _ if unfinished == 0 => return 0,
            Some(index) => tasks[*index].poll(),
            None if clock.advance() => {}
            None => break,
        }
    }
    tasks.iter().filter(|task| task.is_unfinished()).count()
}
