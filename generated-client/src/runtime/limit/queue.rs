//! The queue of requests that wait for a permit, and its order.
//!
//! A future that waits may never be polled again: its owner keeps it and awaits something else, perhaps a later request
//! of the same client. So no waiter relies on another waiter being polled. Each has its own timer for when the budget
//! opens, later for waiters further back. The first waiter to find the budget open wakes all waiters ahead of it, and
//! passes those that have not polled within [`GRACE`]. A waiter that was passed keeps its rank for when it is polled
//! again.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::budget::Budget;
use super::permit::Permit;
use super::{Priority, RateLimit, RateLimitStatus};
use crate::runtime::clock::{Clock, Sleep};
use crate::runtime::sync::{Arc, AtomicU64, Mutex, MutexGuard, Ordering, PoisonError};

/// How long a woken waiter has to poll before others pass it.
pub(crate) const GRACE: Duration = Duration::from_millis(5);

/// The most waiters ahead for which a waiter looks later.
const MAX_TURNS: usize = 200;

/// The order of waiters: interactive requests first, those of one priority in order of arrival.
pub(super) type Rank = (Priority, u64);

/// The budget of a client and its clones.
#[derive(Clone)]
pub(crate) struct Limiter {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) clock: std::sync::Arc<dyn Clock>,
    /// How many waiters came.
    numbers: AtomicU64,
    inner: Mutex<Inner>,
}

pub(super) struct Inner {
    pub(super) budget: Budget,
    /// In ascending order of ranks.
    waiters: VecDeque<Waiter>,
    grace: Duration,
}

struct Waiter {
    rank: Rank,
    /// Absent once the waiter was woken.
    waker: Option<Waker>,
    polled: Duration,
    /// When a waiter behind this one woke it; absent once it has polled since.
    called: Option<Duration>,
}

impl Limiter {
    pub(crate) fn new(config: RateLimit, clock: std::sync::Arc<dyn Clock>) -> Self {
        Self::with_grace(config, clock, GRACE)
    }

    /// Creates a limiter with another [`GRACE`], for tests that show its purpose.
    pub(crate) fn with_grace(config: RateLimit, clock: std::sync::Arc<dyn Clock>, grace: Duration) -> Self {
        let budget = Budget::new(config);
        let inner = Inner { budget, waiters: VecDeque::new(), grace };
        Self { shared: Arc::new(Shared { clock, numbers: AtomicU64::new(0), inner: Mutex::new(inner) }) }
    }

    /// Waits for the permit to send one request. If the wait would end after the deadline, fails at once with the
    /// minimum wait.
    pub(crate) async fn acquire(
        &self,
        priority: Priority,
        deadline: Option<Duration>,
    ) -> Result<Permit, Duration> {
        let number = self.shared.numbers.fetch_add(1, Ordering::Relaxed);
        let rank = (priority, number);
        let grant = Acquire::new(Arc::clone(&self.shared), rank, deadline).await?;
        Ok(Permit::new(Arc::clone(&self.shared), rank, grant))
    }

    pub(crate) fn is_unlimited(&self) -> bool {
        self.shared.lock().1.budget.is_unlimited()
    }

    pub(crate) fn status(&self) -> RateLimitStatus {
        let (now, mut inner) = self.shared.lock();
        inner.budget.expire(now);
        let (limit, budget) = inner.budget.limits();
        RateLimitStatus {
            limit,
            budget,
            used: inner.budget.used(),
            waiting: inner.waiters.len(),
            blocked_for: inner.budget.blocked_until().saturating_sub(now),
        }
    }
}

impl std::fmt::Debug for Limiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.status().fmt(f)
    }
}

impl Shared {
    /// Takes the lock and then reads the clock, so that time never decreases for the budget. Nothing panics while the
    /// lock is held, so a poisoned lock is still consistent.
    pub(super) fn lock(&self) -> (Duration, MutexGuard<'_, Inner>) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        (self.clock.now(), inner)
    }

    /// Changes the budget, and wakes all waiters if it opens earlier than they expect.
    pub(super) fn change(&self, change: impl FnOnce(&mut Budget, Duration)) {
        let (now, mut inner) = self.lock();
        inner.budget.expire(now);
        let before = inner.opens(now);
        change(&mut inner.budget, now);
        let after = inner.opens(now);
        let is_earlier = before.iter().zip(after).any(|(before, after)| after < *before);
        let woken = if is_earlier { inner.waiters.len() } else { 0 };
        let wakers: Vec<Waker> =
            inner.waiters.range_mut(..woken).filter_map(|waiter| waiter.waker.take()).collect();
        drop(inner);
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Inner {
    /// Returns when the budget opens for each priority.
    fn opens(&self, now: Duration) -> [Duration; 2] {
        [Priority::Interactive, Priority::Bulk]
            .map(|priority| self.budget.check(now, priority).err().unwrap_or(now))
    }

    /// Returns the index of a waiter, or the index at which it would be inserted.
    fn position(&self, rank: Rank) -> Result<usize, usize> {
        self.waiters.binary_search_by_key(&rank, |waiter| waiter.rank)
    }

    /// Removes a waiter. Returns it, and the waker of the first remaining waiter that was not woken yet: both are for after
    /// the lock, because dropping a waker may run code of the executor.
    fn leave(&mut self, rank: Rank) -> Option<(Waiter, Option<Waker>)> {
        let index = self.position(rank).ok()?;
        let left = self.waiters.remove(index)?;
        Some((left, self.waiters.iter_mut().find_map(|waiter| waiter.waker.take())))
    }
}

/// A request that waits for its permit.
pub(super) struct Acquire {
    shared: Arc<Shared>,
    rank: Rank,
    deadline: Option<Duration>,
    timer: Option<(Duration, Sleep)>,
    is_queued: bool,
}

/// The place of one request in the budget.
#[derive(Clone, Copy)]
pub(super) struct Grant {
    /// The id of the request in the budget.
    pub(super) id: u64,
    pub(super) sent: Duration,
}

/// The result of a check by a waiter.
enum Look {
    Granted(Grant),
    /// The deadline passes before a permit is available, which takes at least this long.
    TooLate(Duration),
    /// Check again at this moment.
    Again(Duration),
}

impl Acquire {
    pub(super) fn new(shared: Arc<Shared>, rank: Rank, deadline: Option<Duration>) -> Self {
        Self { shared, rank, deadline, timer: None, is_queued: false }
    }

    fn look(&mut self, waker: &Waker) -> Look {
        let (now, mut guard) = self.shared.lock();
        let inner = &mut *guard;
        inner.budget.expire(now);
        let position = inner.position(self.rank);
        let (Ok(index) | Err(index)) = position;
        let grace = inner.grace;
        let is_passed =
            |waiter: &Waiter| waiter.called.is_some_and(|called| called.saturating_add(grace) <= now);
        let ahead = inner.waiters.range(..index).filter(|waiter| !is_passed(waiter)).count();
        let opens = inner.budget.check(now, self.rank.0).err();
        let is_late = self.deadline.is_some_and(|deadline| deadline < now);
        if opens.is_none() && ahead == 0 && !is_late {
            let id = inner.budget.acquire(now, self.rank.0);
            let left = inner.leave(self.rank);
            drop(guard);
            self.is_queued = false;
            left.and_then(|(_, next)| next).into_iter().for_each(Waker::wake);
            return Look::Granted(Grant { id, sent: now });
        }
        let earliest = opens.unwrap_or(now);
        if self.deadline.is_some_and(|deadline| deadline < earliest || deadline <= now) {
            return Look::TooLate(earliest.saturating_sub(now));
        }
        let mut called = Vec::new();
        let turns = if opens.is_some() {
            ahead.min(MAX_TURNS)
        } else {
            // A waiter that has just checked checks again by itself; waking it could wake this one, which shares its
            // task.
            let is_idle = |waiter: &&mut Waiter| waiter.polled.saturating_add(grace) <= now;
            for waiter in inner.waiters.range_mut(..index).filter(is_idle) {
                waiter.called.get_or_insert(now);
                called.extend(waiter.waker.take());
            }
            1
        };
        let own = Waiter { rank: self.rank, waker: Some(waker.clone()), polled: now, called: None };
        let replaced = match position {
            Ok(index) => Some(std::mem::replace(&mut inner.waiters[index], own)),
            Err(index) => {
                inner.waiters.insert(index, own);
                None
            }
        };
        drop(guard);
        drop(replaced);
        self.is_queued = true;
        called.into_iter().for_each(Waker::wake);
        let again = earliest.saturating_add(grace.saturating_mul(u32::try_from(turns).unwrap_or(u32::MAX)));
        Look::Again(self.deadline.map_or(again, |deadline| again.min(deadline)))
    }
}

impl Future for Acquire {
    type Output = Result<Grant, Duration>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let moment = match self.look(context.waker()) {
                Look::Granted(grant) => return Poll::Ready(Ok(grant)),
                Look::TooLate(wait) => return Poll::Ready(Err(wait)),
                Look::Again(moment) => moment,
            };
            if self.timer.as_ref().is_none_or(|(set, _)| *set != moment) {
                let wait = moment.saturating_sub(self.shared.clock.now());
                self.timer = Some((moment, self.shared.clock.sleep(wait)));
            }
            let Some((_, timer)) = &mut self.timer else { return Poll::Pending };
            match timer.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => self.timer = None,
            }
        }
    }
}

impl Drop for Acquire {
    /// Leaves the queue, whether the permit was granted or the caller gave up.
    fn drop(&mut self) {
        if !self.is_queued {
            return;
        }
        let (_, mut inner) = self.shared.lock();
        let left = inner.leave(self.rank);
        drop(inner);
        left.and_then(|(_, next)| next).into_iter().for_each(Waker::wake);
    }
}
