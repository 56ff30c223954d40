//! What is known of the budget, and whether a request may go now. Pure: time comes in as an argument.
//!
//! Two rules hold at once, and both are needed:
//!
//! 1. *Own record.* A request occupies a place from when it is sent until a minute after its answer. The server counted
//!    it between these two moments, so no minute of the server's holds more of ours than there are places, wherever its
//!    minutes begin and however slow the network is.
//! 2. *The server's count.* Each answer says how much of the minute is used up, by other programs with the same token too.
//!    That count, and what is under way now, stay below the budget until the minute of that count is over for certain.

use std::time::Duration;

use super::{Priority, RateLimit, WINDOW};

/// Requests under way at once while nobody knows how much of the minute is left.
const PROBES: usize = 8;

/// The part of the budget that bulk work leaves alone, so that an interactive request seldom waits.
const RESERVE_PART: u64 = 20;

/// Longest time that one refusal stops a client: a mistaken `Retry-After` must not stop it for good.
const MAX_BLOCK: Duration = Duration::from_secs(300);

/// What an answer says about the rate limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// `x-ratelimit-limit`.
    pub(crate) limit: Option<u64>,
    /// `x-ratelimit-remaining`.
    pub(crate) remaining: Option<u64>,
    /// It was a 429.
    pub(crate) refused: bool,
    /// `Retry-After`.
    pub(crate) retry_after: Option<Duration>,
}

/// The server's count of a minute.
#[derive(Clone, Copy, Debug)]
struct Count {
    used: u64,
    /// When the first answer of this minute came: the minute began no later.
    since: Duration,
    /// When the highest count of it came.
    seen: Duration,
}

#[derive(Debug)]
pub(super) struct State {
    config: RateLimit,
    limit: u64,
    count: Option<Count>,
    /// The server answers without a word about the limit.
    silent: bool,
    in_flight: usize,
    /// When requests of the last minute were answered, in order.
    answered: Vec<Duration>,
    blocked_until: Duration,
    next_bulk: Duration,
}

/// Why a request may not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// Not before this moment.
    Until(Duration),
    /// Not before an answer comes.
    Answer,
}

impl State {
    pub(super) fn new(config: RateLimit) -> Self {
        Self {
            config,
            limit: config.start(),
            count: None,
            silent: false,
            in_flight: 0,
            answered: Vec::new(),
            blocked_until: Duration::ZERO,
            next_bulk: Duration::ZERO,
        }
    }

    /// Lets go of what a minute ago made count.
    pub(super) fn forget(&mut self, now: Duration) {
        let gone = self.answered.partition_point(|at| *at + WINDOW <= now);
        self.answered.drain(..gone);
        if self.count.is_some_and(|count| count.since + WINDOW <= now) {
            self.count = None;
        }
    }

    /// Whether a request may go now.
    pub(super) fn room(&self, now: Duration, priority: Priority) -> Result<(), Wait> {
        if self.config.is_off() {
            return Ok(());
        }
        if self.blocked_until > now {
            return Err(Wait::Until(self.blocked_until));
        }
        let budget = self.budget(priority);
        let excess = (self.in_flight as u64 + self.answered.len() as u64 + 1).saturating_sub(budget);
        if let Some(last) = usize::try_from(excess).ok().and_then(|excess| excess.checked_sub(1)) {
            return Err(self.answered.get(last).map_or(Wait::Answer, |at| Wait::Until(*at + WINDOW)));
        }
        match self.count {
            Some(count) if count.used + self.in_flight as u64 >= budget => {
                return Err(Wait::Until(count.since + WINDOW));
            }
            None if !self.silent && self.in_flight >= PROBES => return Err(Wait::Answer),
            _ => {}
        }
        if priority == Priority::Bulk && self.next_bulk > now {
            return Err(Wait::Until(self.next_bulk));
        }
        Ok(())
    }

    /// A request goes.
    pub(super) fn take(&mut self, now: Duration, priority: Priority) {
        self.in_flight += 1;
        if priority == Priority::Bulk {
            self.next_bulk = now + self.pace(now);
        }
    }

    /// The answer of a request came, or it was given up.
    pub(super) fn give_back(&mut self, sent: Duration, now: Duration, report: Option<Report>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if self.is_off() {
            return;
        }
        self.answered.push(now);
        self.forget(now);
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
            let turn = self.count.map_or(now, |count| count.since) + WINDOW;
            let until = report.retry_after.map_or(turn, |wait| now + wait.min(MAX_BLOCK));
            self.blocked_until = self.blocked_until.max(until);
        }
    }

    fn observe(&mut self, used: u64, sent: Duration, now: Duration) {
        self.silent = false;
        match &mut self.count {
            Some(count) if used >= count.used => {
                count.used = used;
                count.seen = now;
            }
            // An answer overtaken by a later one tells an older count. Only one to a request that was sent after the
            // higher count had come shows that a new minute has begun.
            Some(count) if sent < count.seen => {}
            _ => self.count = Some(Count { used, since: now, seen: now }),
        }
    }

    /// How long the next bulk request waits. Half of the budget goes as fast as it can; the rest is spread over the time until
    /// places are free again, so that one always is before long, for an interactive request too.
    fn pace(&self, now: Duration) -> Duration {
        let budget = to_usize(self.budget(Priority::Bulk));
        let own = (self.answered.first().copied(), self.answered.len());
        let counted = self.count.map_or((None, 0), |count| (Some(count.since), to_usize(count.used)));
        // Where other programs use the token, the server counts more than is on record here.
        let (since, used) = if counted.1 > own.1 { counted } else { own };
        let left = budget.saturating_sub(used + self.in_flight);
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

    /// How much of the minute is used up as far as is known.
    pub(super) fn used(&self) -> u64 {
        let own = self.in_flight + self.answered.len();
        let counted = self.count.map_or(0, |count| count.used + self.in_flight as u64);
        counted.max(own as u64)
    }

    pub(super) fn limits(&self) -> (u64, u64) {
        (self.limit, self.config.budget(self.limit))
    }

    pub(super) fn is_off(&self) -> bool {
        self.config.is_off()
    }

    pub(super) fn blocked_until(&self) -> Duration {
        self.blocked_until
    }
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Exact for any budget that a contract has.
#[allow(clippy::cast_precision_loss)]
fn to_f64(number: usize) -> f64 {
    number as f64
}
