//! The queue of the rate limiter under a model checker, which tries interleavings of threads at every lock.
//!
//! The queue is compiled here with the checker's locks in place of those of std; see `src/runtime/sync.rs`.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]
// The model uses only a part of the limiter.
#![allow(dead_code, unused_imports, unreachable_pub)]

#[path = "../src/runtime/limit/mod.rs"]
mod limit;

/// The modules that the limiter names.
mod runtime {
    pub(crate) use super::{clock, sync};
}

mod sync {
    pub(crate) use std::sync::PoisonError;

    pub(crate) use shuttle::sync::atomic::{AtomicU64, Ordering};
    pub(crate) use shuttle::sync::{Arc, Mutex, MutexGuard};
}

mod clock {
    use std::collections::BTreeMap;
    use std::fmt;
    use std::pin::Pin;
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    pub(crate) type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

    pub(crate) trait Clock: fmt::Debug + Send + Sync + 'static {
        fn now(&self) -> Duration;
        fn sleep(&self, duration: Duration) -> Sleep;
    }

    /// A clock that moves on request. It uses a lock of std because the model covers only the queue.
    #[derive(Clone, Debug, Default)]
    pub(crate) struct ModelClock(Arc<Mutex<Timers>>);

    #[derive(Debug, Default)]
    struct Timers {
        now: Duration,
        next: u64,
        due: BTreeMap<(Duration, u64), Option<Waker>>,
    }

    impl ModelClock {
        /// Moves on to the next timer, if there is one.
        pub(crate) fn advance(&self) {
            let mut timers = self.0.lock().unwrap();
            let Some(((due, _), waker)) = timers.due.pop_first() else { return };
            timers.now = timers.now.max(due);
            drop(timers);
            waker.into_iter().for_each(Waker::wake);
        }
    }

    impl Clock for ModelClock {
        fn now(&self) -> Duration {
            self.0.lock().unwrap().now
        }

        fn sleep(&self, duration: Duration) -> Sleep {
            let mut timers = self.0.lock().unwrap();
            timers.next += 1;
            let key = (timers.now.saturating_add(duration), timers.next);
            drop(timers);
            Box::pin(ModelSleep { clock: self.clone(), key })
        }
    }

    struct ModelSleep {
        clock: ModelClock,
        key: (Duration, u64),
    }

    impl Future for ModelSleep {
        type Output = ();

        fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
            let mut timers = self.clock.0.lock().unwrap();
            if timers.now >= self.key.0 {
                return Poll::Ready(());
            }
            timers.due.insert(self.key, Some(context.waker().clone()));
            Poll::Pending
        }
    }

    impl Drop for ModelSleep {
        fn drop(&mut self) {
            self.clock.0.lock().unwrap().due.remove(&self.key);
        }
    }
}

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Poll, ready};
use std::time::Duration;

use clock::{Clock, ModelClock};
use limit::{Limiter, Permit, Priority, RateLimit, Report};
use shuttle::future::block_on;
use shuttle::thread;

const SCHEDULES: usize = 1_000;
const WINDOW: Duration = Duration::from_secs(60);

/// A limiter with a budget of two requests a minute, and threads that acquire permits while time passes.
struct Model {
    clock: ModelClock,
    limiter: Limiter,
    /// The time at which each permit was granted.
    granted: Arc<std::sync::Mutex<Vec<Duration>>>,
    working: Arc<AtomicUsize>,
    polling: Arc<AtomicUsize>,
}

impl Model {
    fn new() -> Self {
        let clock = ModelClock::default();
        let limiter = Limiter::new(RateLimit::per_minute(3), Arc::new(clock.clone()));
        Self { clock, limiter, granted: Arc::default(), working: Arc::default(), polling: Arc::default() }
    }

    /// Starts a thread that runs this with its own handle of the limiter.
    fn spawn<F: Future<Output = ()>>(&self, work: impl FnOnce(Handle) -> F + Send + 'static) {
        self.working.fetch_add(1, Ordering::SeqCst);
        let handle = Handle {
            clock: self.clock.clone(),
            limiter: self.limiter.clone(),
            granted: Arc::clone(&self.granted),
            polling: Arc::clone(&self.polling),
        };
        let working = Arc::clone(&self.working);
        thread::spawn(move || {
            block_on(work(handle));
            working.fetch_sub(1, Ordering::SeqCst);
        });
    }

    /// Lets time pass until all threads are done. The checker fails a schedule that does not end.
    fn run(self) {
        while self.working.load(Ordering::SeqCst) > 0 {
            if self.polling.load(Ordering::SeqCst) == 0 {
                self.clock.advance();
            }
            thread::yield_now();
        }
        let mut granted = self.granted.lock().unwrap().clone();
        granted.sort_unstable();
        for three in granted.windows(3) {
            assert!(three[2] - three[0] >= WINDOW, "three permits within a minute: {granted:?}");
        }
    }
}

struct Handle {
    clock: ModelClock,
    limiter: Limiter,
    granted: Arc<std::sync::Mutex<Vec<Duration>>>,
    polling: Arc<AtomicUsize>,
}

impl Handle {
    /// Polls a future; no time passes during a poll.
    fn poll<T>(&self, poll: impl FnOnce() -> Poll<T>) -> Poll<T> {
        self.polling.fetch_add(1, Ordering::SeqCst);
        let result = poll();
        self.polling.fetch_sub(1, Ordering::SeqCst);
        result
    }

    async fn acquire(&self, priority: Priority) -> Permit {
        let mut acquire = pin!(self.limiter.acquire(priority, None));
        let mut acquired = None;
        poll_fn(|context| {
            self.poll(|| {
                if acquired.is_none() {
                    let mut permit = ready!(acquire.as_mut().poll(context)).unwrap();
                    // As the client does, which polls the request in the same poll.
                    assert!(permit.poll_valid(context).is_ready());
                    acquired = Some(permit);
                    self.granted.lock().unwrap().push(self.clock.now());
                }
                Poll::Ready(())
            })
        })
        .await;
        acquired.unwrap()
    }

    async fn exchange(&self, priority: Priority) {
        self.acquire(priority).await.received(Report::default());
    }
}

/// Two threads share the budget with one that leaves a waiter and a request in flight unpolled.
fn unpolled_futures() {
    let model = Model::new();
    model.spawn(|handle| async move {
        let mut in_flight = handle.acquire(Priority::Bulk).await;
        let mut waiting = pin!(handle.acquire(Priority::Interactive));
        let _ = poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context).is_ready())).await;
        handle.exchange(Priority::Bulk).await;
        poll_fn(|context| handle.poll(|| in_flight.poll_valid(context))).await;
    });
    for priority in [Priority::Bulk, Priority::Interactive] {
        model.spawn(move |handle| async move { handle.exchange(priority).await });
    }
    model.run();
}

/// Three threads acquire permits, one of which gives up before it has one.
fn waiters_that_give_up() {
    let model = Model::new();
    model.spawn(|handle| async move {
        {
            let mut waiting = pin!(handle.acquire(Priority::Interactive));
            let _ = poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context).is_ready())).await;
        }
        handle.exchange(Priority::Interactive).await;
    });
    for _ in 0..2 {
        model.spawn(|handle| async move { handle.exchange(Priority::Bulk).await });
    }
    model.run();
}

#[test]
fn waiters_get_permits_within_the_budget_despite_unpolled_futures() {
    shuttle::check_random(unpolled_futures, SCHEDULES);
    shuttle::check_pct(unpolled_futures, SCHEDULES, 3);
}

#[test]
fn waiters_that_give_up_wake_the_next() {
    shuttle::check_random(waiters_that_give_up, SCHEDULES);
    shuttle::check_pct(waiters_that_give_up, SCHEDULES, 3);
}
