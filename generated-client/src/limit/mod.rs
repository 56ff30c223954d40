//! The rate limit: one budget for a client and all its clones.
//!
//! The server counts requests per minute. From four fifths of the limit on it delays every answer by two seconds, and
//! beyond the limit it refuses. So requests wait here for their turn: as few per minute as keep out of the slow zone,
//! those that somebody waits for ahead of bulk work.

mod budget;
mod permit;
mod queue;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub(crate) use budget::Report;
pub(crate) use permit::Permit;
#[cfg(test)]
pub(crate) use queue::GRACE;
pub(crate) use queue::Limiter;

/// The minute over which the server counts.
pub(crate) const WINDOW: Duration = Duration::from_secs(60);

/// How much of Propexo's rate limit a client uses. It is learnt from the answers; what is set here holds until then.
///
/// ```
/// use propexo::RateLimit;
///
/// // A contract of 600 requests a minute, of which other programs need half.
/// let limit = RateLimit::per_minute(600).share(0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct RateLimit {
    per_minute: u32,
    share: f64,
}

impl Default for RateLimit {
    /// What the usual contract has, of which the part is used that the server answers without delay.
    fn default() -> Self {
        Self::per_minute(150)
    }
}

impl RateLimit {
    /// Requests that the contract allows in a minute, until the server says otherwise.
    pub const fn per_minute(requests: u32) -> Self {
        Self { per_minute: requests, share: 0.8 }
    }

    /// The part of the limit to stay below, 0.8 by default. With 1.0 bulk work is faster and every answer slower: above
    /// 0.8 the server delays each by two seconds.
    pub const fn share(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    /// No limit on this side: requests go out as they come, and 429 is for the caller to deal with.
    pub const fn off() -> Self {
        Self { per_minute: 0, share: f64::INFINITY }
    }

    pub(crate) const fn is_off(&self) -> bool {
        self.share == f64::INFINITY
    }

    /// Requests a minute that stay below the share of `limit`; never none.
    pub(crate) fn budget(&self, limit: u64) -> u64 {
        // Exact for any limit that a contract has.
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let edge = (limit as f64 * self.share.clamp(0.0, 1.0)).ceil() as u64;
        edge.saturating_sub(1).max(1)
    }

    pub(crate) const fn start(&self) -> u64 {
        self.per_minute as u64
    }
}

/// Which requests go first when the rate limit makes them wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody waits for the answer. The default of a single request.
    #[default]
    Interactive,
    /// Part of a long piece of work: it is spread over the minute and leaves room for the others. The default of
    /// `pages` and `items`.
    Bulk,
}

/// What a client knows of its rate limit at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitStatus {
    /// Requests a minute that the server allows, as it said last.
    pub limit: u64,
    /// How many of them this client makes at most.
    pub budget: u64,
    /// How many are used up in the running minute, by this client or, as far as the server says so, by others too.
    pub used: u64,
    /// Requests that wait for their turn.
    pub waiting: usize,
    /// For how long nothing is sent at all, after the server has refused a request.
    pub blocked_for: Duration,
}
