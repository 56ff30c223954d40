//! The rate limit: one budget for a client and all its clones.
//!
//! The server counts requests per minute. From four fifths of the limit on it delays every response by two seconds, and
//! beyond the limit it refuses. So requests wait here for a permit: the budget stays below four fifths, and interactive
//! requests go ahead of bulk requests.

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

/// How much of Propexo's rate limit a client uses. The limit is learnt from responses; until then the configured one
/// applies.
///
/// ```
/// use propexo::RateLimit;
///
/// // A contract of 600 requests a minute, of which other programs need half.
/// let limit = RateLimit::per_minute(600).utilization(0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct RateLimit {
    per_minute: u32,
    utilization: f64,
}

impl Default for RateLimit {
    /// 150 requests per minute, the usual contract, of which a share of 0.8 is used without delay.
    fn default() -> Self {
        Self::per_minute(150)
    }
}

impl RateLimit {
    /// Sets the number of requests per minute that the contract permits, until the server reports another limit.
    pub const fn per_minute(requests: u32) -> Self {
        Self { per_minute: requests, utilization: 0.8 }
    }

    /// Sets the part of the limit to stay below, from 0.0 to 1.0; 0.8 by default. With 1.0 bulk requests have a higher
    /// throughput but each response is slower: above 0.8 the server delays each by two seconds.
    pub const fn utilization(mut self, utilization: f64) -> Self {
        self.utilization = utilization;
        self
    }

    /// Disables the client-side rate limit: requests are sent at once, and the caller handles 429.
    pub const fn unlimited() -> Self {
        Self { per_minute: 0, utilization: f64::INFINITY }
    }

    pub(crate) const fn is_unlimited(&self) -> bool {
        self.utilization == f64::INFINITY
    }

    /// Returns the requests per minute that stay below the share of `limit`; at least one.
    pub(crate) fn budget(&self, limit: u64) -> u64 {
        // Exact for any realistic limit.
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let edge = (limit as f64 * self.utilization.clamp(0.0, 1.0)).ceil() as u64;
        edge.saturating_sub(1).max(1)
    }

    pub(crate) const fn start(&self) -> u64 {
        self.per_minute as u64
    }
}

/// The order of requests that wait for the rate limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// A caller waits for the response. The default of a single request.
    #[default]
    Interactive,
    /// Part of a long task: spread over the minute, and leaves a reserve for interactive requests. The default of
    /// `pages` and `items`.
    Bulk,
}

/// The current state of the rate limit, as far as the client knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitStatus {
    /// Requests per minute that the server permits, as last reported.
    pub limit: u64,
    /// Requests per minute that this client makes at most.
    pub budget: u64,
    /// Requests in the current minute, by this client and, as far as the server reports it, by others.
    pub used: u64,
    /// Requests that wait for a permit.
    pub waiting: usize,
    /// How long no request is sent, after the server has refused one.
    pub blocked_for: Duration,
}
