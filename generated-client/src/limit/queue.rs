//! Who waits for the budget, and in which order.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::state::{State, Wait};
use super::{Priority, RateLimit, RateLimitStatus, Report};
use crate::clock::{Clock, Sleep};

/// The budget of a client and its clones.
#[derive(Clone)]
pub(crate) struct Limiter {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    inner: Mutex<Inner>,
}

struct Inner {
    state: State,
    /// In the order of the tickets: interactive requests stand before bulk ones, each kind in the order in which it came.
    waiting: VecDeque<(Ticket, Option<Waker>)>,
    next_number: u64,
}

type Ticket = (Priority, u64);

impl Limiter {
    pub(crate) fn new(config: RateLimit, clock: Arc<dyn Clock>) -> Self {
        let inner = Inner { state: State::new(config), waiting: VecDeque::new(), next_number: 0 };
        Self { shared: Arc::new(Shared { clock, inner: Mutex::new(inner) }) }
    }

    /// Waits for the turn of a request; gives up at once, with the time it would take at least, where that is after the
    /// deadline.
    pub(crate) fn acquire(&self, priority: Priority, deadline: Option<Duration>) -> Acquire {
        let mut inner = self.shared.lock();
        let ticket = (priority, inner.next_number);
        inner.next_number += 1;
        let (Ok(place) | Err(place)) = inner.place(ticket);
        inner.waiting.insert(place, (ticket, None));
        drop(inner);
        Acquire { shared: Arc::clone(&self.shared), ticket, deadline, alarm: None }
    }

    pub(crate) fn is_off(&self) -> bool {
        self.shared.lock().state.is_off()
    }

    pub(crate) fn status(&self) -> RateLimitStatus {
        let now = self.shared.clock.now();
        let mut inner = self.shared.lock();
        inner.state.forget(now);
        let (limit, budget) = inner.state.limits();
        RateLimitStatus {
            limit,
            budget,
            used: inner.state.used(),
            waiting: inner.waiting.len(),
            blocked_for: inner.state.blocked_until().saturating_sub(now),
        }
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.status().fmt(f)
    }
}

impl Shared {
    /// Nothing panics while the lock is held, so poison means nothing here.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Those who may go next, to be woken once the lock is free: the first of each kind, since a bulk request may have to
    /// wait where an interactive one has not.
    fn next_up(&mut self) -> impl Iterator<Item = Waker> + use<> {
        let (Ok(bulk) | Err(bulk)) = self.place((Priority::Bulk, 0));
        [0, bulk].map(|place| self.waiting.get_mut(place)?.1.take()).into_iter().flatten()
    }

    fn is_first(&self, ticket: Ticket) -> bool {
        self.waiting.front().is_some_and(|(first, _)| *first == ticket)
    }

    /// Where a ticket waits, or where it would.
    fn place(&self, ticket: Ticket) -> Result<usize, usize> {
        self.waiting.binary_search_by_key(&ticket, |(own, _)| *own)
    }

    /// Takes a ticket out of the queue; whether it was there.
    fn leave(&mut self, ticket: Ticket) -> bool {
        self.place(ticket).is_ok_and(|place| self.waiting.remove(place).is_some())
    }
}

/// A request that waits for its turn.
pub(crate) struct Acquire {
    shared: Arc<Shared>,
    ticket: Ticket,
    deadline: Option<Duration>,
    alarm: Option<(Duration, Sleep)>,
}

impl Acquire {
    /// Looks whether it is its turn; else says when to look again, where that is known.
    fn look(&self, waker: &Waker) -> Result<Result<Permit, Duration>, Option<Duration>> {
        let now = self.shared.clock.now();
        let mut inner = self.shared.lock();
        inner.state.forget(now);
        let wait = if inner.is_first(self.ticket) {
            match inner.state.room(now, self.ticket.0) {
                Ok(()) => {
                    inner.state.take(now, self.ticket.0);
                    inner.leave(self.ticket);
                    let next = inner.next_up();
                    drop(inner);
                    next.for_each(Waker::wake);
                    let shared = Arc::clone(&self.shared);
                    return Ok(Ok(Permit { shared, sent: now, report: None }));
                }
                Err(Wait::Until(moment)) => Some(moment),
                Err(Wait::Answer) => None,
            }
        } else {
            None
        };
        if let Some(deadline) = self.deadline {
            let moment = wait.unwrap_or(now);
            if moment > deadline || now >= deadline {
                return Ok(Err(moment.saturating_sub(now)));
            }
        }
        if let Ok(place) = inner.place(self.ticket) {
            inner.waiting[place].1 = Some(waker.clone());
        }
        Err(wait.into_iter().chain(self.deadline).min())
    }
}

impl Future for Acquire {
    type Output = Result<Permit, Duration>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let moment = match self.look(context.waker()) {
                Ok(result) => return Poll::Ready(result),
                Err(None) => return Poll::Pending,
                Err(Some(moment)) => moment,
            };
            if self.alarm.as_ref().is_none_or(|(set, _)| *set != moment) {
                let wait = moment.saturating_sub(self.shared.clock.now());
                self.alarm = Some((moment, self.shared.clock.sleep(wait)));
            }
            let Some((_, alarm)) = &mut self.alarm else { return Poll::Pending };
            match alarm.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => self.alarm = None,
            }
        }
    }
}

impl Drop for Acquire {
    /// Leaves the queue, whether it had its turn or was given up.
    fn drop(&mut self) {
        let mut inner = self.shared.lock();
        if inner.leave(self.ticket) {
            let next = inner.next_up();
            drop(inner);
            next.for_each(Waker::wake);
        }
    }
}

/// The right to make one request. Dropped, it counts as made.
pub(crate) struct Permit {
    shared: Arc<Shared>,
    sent: Duration,
    report: Option<Report>,
}

impl Permit {
    /// Takes what the answer says.
    pub(crate) fn answered(mut self, report: Report) {
        self.report = Some(report);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let now = self.shared.clock.now();
        let mut inner = self.shared.lock();
        inner.state.give_back(self.sent, now, self.report);
        let next = inner.next_up();
        drop(inner);
        next.for_each(Waker::wake);
    }
}
