//! The state of the budget, and the decision whether a request may be sent now. Pure: time is an argument.
//!
//! Two rules hold at once, and both are needed:
//!
//! 1. *Own record.* A request occupies a place from when it is sent until one window after its response. The server
//!    counted it between these two moments, so no minute of the server contains more of our requests than there are
//!    places, wherever its minutes begin and however slow the network is.
//! 2. *The server's count.* Each response reports how much of the minute is used, including requests of other programs
//!    with the same token. The sum of that count and the requests in flight stays below the budget until the minute of
//!    that count is certainly over.
//!
//! Neither rule waits for a particular response, because the future that would receive it may never be polled again. A
//! request in flight whose future has not been polled for [`UNPOLLED_AFTER`] loses its place when another request needs
//! it; when it is polled again, it acquires a place before it continues.

use std::time::Duration;

use super::{Priority, RateLimit, WINDOW};

/// Requests in flight at once while the server's count is unknown; further ones follow at the pace of the budget.
const MAX_PROBES: u32 = 8;

/// The divisor of the part of the budget that bulk requests leave free, so that an interactive request seldom waits.
const RESERVE_PART: u64 = 20;

/// Longest time for which one 429 response stops a client: a wrong `Retry-After` must not stop it for good.
const MAX_BLOCK: Duration = Duration::from_secs(300);

/// How long a request takes at most to reach the server once it was polled, connecting included.
const DELIVERY: Duration = Duration::from_secs(15);

/// How long a request keeps its place while its future is not polled: until what was sent at the last poll does not count
/// any more at the server.
const UNPOLLED_AFTER: Duration = WINDOW.saturating_add(DELIVERY);

/// The rate limit headers and the status of a response.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// `x-ratelimit-limit`.
    pub(crate) limit: Option<u64>,
    /// `x-ratelimit-remaining`.
    pub(crate) remaining: Option<u64>,
    /// The status was 429.
    pub(crate) refused: bool,
    /// `Retry-After`.
    pub(crate) retry_after: Option<Duration>,
    /// What is added to the wait after a refusal, so that several clients do not return at the same moment.
    pub(crate) jitter: Duration,
}

/// The server's count of a minute.
#[derive(Clone, Copy)]
struct Count {
    used: u64,
    /// When the first response of this minute arrived: the minute began no later.
    since: Duration,
    /// When the response with the highest count arrived.
    seen: Duration,
}

/// A request that was sent and has no response yet.
#[derive(Clone, Copy)]
struct InFlight {
    id: u64,
    /// When its future was last polled.
    polled: Duration,
}

impl InFlight {
    const fn gives_way_at(self) -> Duration {
        self.polled.saturating_add(UNPOLLED_AFTER)
    }
}

pub(super) struct Budget {
    config: RateLimit,
    limit: u64,
    count: Option<Count>,
    /// The server's responses do not report the limit.
    silent: bool,
    /// In ascending order of ids.
    in_flight: Vec<InFlight>,
    next_id: u64,
    /// When requests of the last window received their response, in ascending order.
    received: Vec<Duration>,
    blocked_until: Duration,
    next_bulk: Duration,
    /// When all requests that were sent without a known count of the server, and have no response, would have been sent
    /// at the pace of the budget.
    probed_until: Duration,
}

impl Budget {
    pub(super) fn new(config: RateLimit) -> Self {
        Self {
            config,
            limit: config.start(),
            count: None,
            silent: false,
            in_flight: Vec::new(),
            next_id: 0,
            received: Vec::new(),
            blocked_until: Duration::ZERO,
            next_bulk: Duration::ZERO,
            probed_until: Duration::ZERO,
        }
    }

    /// Removes entries older than one window.
    pub(super) fn expire(&mut self, now: Duration) {
        let expired = self.received.partition_point(|at| *at + WINDOW <= now);
        self.received.drain(..expired);
        if self.count.is_some_and(|count| count.since + WINDOW <= now) {
            self.count = None;
        }
    }

    /// Returns whether a request may be sent now; otherwise the earliest moment at which that can change.
    pub(super) fn check(&self, now: Duration, priority: Priority) -> Result<(), Duration> {
        if self.config.is_unlimited() {
            return Ok(());
        }
        let opens = self
            .own_record_opens(now, priority)
            .max(self.count_opens(now, priority))
            .max(self.blocked_until)
            .max(if priority == Priority::Bulk { self.next_bulk } else { Duration::ZERO });
        if opens > now { Err(opens) } else { Ok(()) }
    }

    /// The first rule: returns when a place becomes free.
    fn own_record_opens(&self, now: Duration, priority: Priority) -> Duration {
        let excess = self.excess(priority);
        let reclaimable = self.in_flight.len() - to_usize(self.polled_lately(now));
        let Some(last) = excess.checked_sub(reclaimable).and_then(|missing| missing.checked_sub(1)) else {
            return now;
        };
        let received = self.received.get(last).map(|at| *at + WINDOW);
        received.into_iter().chain(self.next_unpolled(now)).min().unwrap_or(now)
    }

    /// Returns how many places are missing for one more request.
    fn excess(&self, priority: Priority) -> usize {
        (self.in_flight.len() + self.received.len() + 1).saturating_sub(to_usize(self.budget(priority)))
    }

    /// The second rule: returns when the server's count permits a request.
    fn count_opens(&self, now: Duration, priority: Priority) -> Duration {
        match self.count {
            Some(count) if count.used.saturating_add(self.polled_lately(now)) >= self.budget(priority) => {
                self.next_unpolled(now).into_iter().fold(count.since + WINDOW, Duration::min)
            }
            None if !self.silent => {
                self.probed_until.saturating_sub(self.probe_interval() * (MAX_PROBES - 1))
            }
            _ => now,
        }
    }

    /// Returns the number of requests in flight whose futures were polled lately.
    fn polled_lately(&self, now: Duration) -> u64 {
        self.in_flight.iter().filter(|request| request.gives_way_at() > now).count() as u64
    }

    /// Returns when the next request in flight stops counting, unless its future is polled until then.
    fn next_unpolled(&self, now: Duration) -> Option<Duration> {
        self.in_flight.iter().map(|request| request.gives_way_at()).filter(|at| *at > now).min()
    }

    fn probe_interval(&self) -> Duration {
        WINDOW.div_f64(to_f64(to_usize(self.budget(Priority::Interactive))))
    }

    /// Records that a request is sent, and returns its id.
    pub(super) fn acquire(&mut self, now: Duration, priority: Priority) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        if self.is_unlimited() {
            return id;
        }
        for _ in 0..self.excess(priority) {
            self.reclaim_place(now);
        }
        if self.count.is_none() && !self.silent {
            self.probed_until = self.probed_until.max(now) + self.probe_interval();
        }
        self.in_flight.push(InFlight { id, polled: now });
        if priority == Priority::Bulk {
            self.next_bulk = now + self.pace(now);
        }
        id
    }

    /// Removes the request in flight that was polled the longest time ago, if that is long enough.
    fn reclaim_place(&mut self, now: Duration) {
        let oldest = (0..self.in_flight.len())
            .min_by_key(|index| self.in_flight.get(*index).map(|request| request.polled));
        if let Some(index) = oldest
            && self.in_flight.get(index).is_some_and(|request| request.gives_way_at() <= now)
        {
            self.in_flight.remove(index);
        }
    }

    /// Records that the future of a request in flight is polled; returns false if the request has lost its place.
    pub(super) fn polled(&mut self, id: u64, now: Duration) -> bool {
        if self.is_unlimited() {
            return true;
        }
        match self.position(id).and_then(|index| self.in_flight.get_mut(index)) {
            Some(request) => {
                request.polled = now;
                true
            }
            None => false,
        }
    }

    fn position(&self, id: u64) -> Option<usize> {
        self.in_flight.binary_search_by_key(&id, |request| request.id).ok()
    }

    /// Records the response of a request, or that its future was dropped.
    pub(super) fn release(&mut self, id: u64, sent: Duration, now: Duration, report: Option<Report>) {
        if self.is_unlimited() {
            return;
        }
        if let Some(index) = self.position(id) {
            let request = self.in_flight.remove(index);
            // A request that was dropped unpolled was sent at its last poll; the server counted it soon after.
            let received =
                if report.is_some() { now } else { now.min(request.polled.saturating_add(DELIVERY)) };
            let position = self.received.partition_point(|at| *at <= received);
            self.received.insert(position, received);
            self.probed_until = self.probed_until.saturating_sub(self.probe_interval());
        }
        self.expire(now);
        let Some(report) = report else { return };
        if let Some(limit) = report.limit.filter(|limit| *limit > 0) {
            self.limit = limit;
        }
        match report.remaining {
            Some(remaining) => self.observe(self.limit.saturating_sub(remaining), sent, now),
            None if !report.refused => self.silent = self.count.is_none(),
            None => {}
        }
        if report.refused {
            let next_minute = self.count.map_or(now, |count| count.since) + WINDOW;
            let until = report.retry_after.map_or(next_minute, |wait| now + wait.min(MAX_BLOCK));
            self.blocked_until = self.blocked_until.max(until + report.jitter.min(WINDOW));
        }
    }

    fn observe(&mut self, used: u64, sent: Duration, now: Duration) {
        self.silent = false;
        match &mut self.count {
            Some(count) if used >= count.used => {
                count.used = used;
                count.seen = now;
            }
            // A response overtaken by a later one reports an older count. Only a response to a request that was sent
            // after the higher count had arrived shows that a new minute has begun.
            Some(count) if sent < count.seen => {}
            _ => self.count = Some(Count { used, since: now, seen: now }),
        }
    }

    /// Returns how long the next bulk request waits. Half of the budget is used without delay; the rest is spread over
    /// the time until places become free again, so that a place is soon free at any moment, also for an interactive
    /// request.
    fn pace(&self, now: Duration) -> Duration {
        let budget = to_usize(self.budget(Priority::Bulk));
        let own = (self.received.first().copied(), self.received.len());
        let counted = self.count.map_or((None, 0), |count| (Some(count.since), to_usize(count.used)));
        // Where other programs use the token, the server counts more requests than the own record.
        let (since, used) = if counted.1 > own.1 { counted } else { own };
        let left = budget.saturating_sub(used).saturating_sub(to_usize(self.polled_lately(now)));
        match since {
            Some(since) if left > 0 && left < budget / 2 => {
                (since + WINDOW).saturating_sub(now).div_f64(to_f64(left))
            }
            _ => Duration::ZERO,
        }
    }

    fn budget(&self, priority: Priority) -> u64 {
        let budget = self.config.budget(self.limit);
        match priority {
            Priority::Interactive => budget,
            Priority::Bulk => (budget - budget / RESERVE_PART).max(1),
        }
    }

    /// Returns the known number of requests in the current minute.
    pub(super) fn used(&self) -> u64 {
        let own = self.in_flight.len() + self.received.len();
        let counted = self.count.map_or(0, |count| count.used.saturating_add(self.in_flight.len() as u64));
        counted.max(own as u64)
    }

    pub(super) fn limits(&self) -> (u64, u64) {
        (self.limit, self.config.budget(self.limit))
    }

    pub(super) fn is_unlimited(&self) -> bool {
        self.config.is_unlimited()
    }

    pub(super) fn blocked_until(&self) -> Duration {
        self.blocked_until
    }
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Exact for any realistic budget.
#[expect(clippy::cast_precision_loss)]
fn to_f64(number: usize) -> f64 {
    number as f64
}
