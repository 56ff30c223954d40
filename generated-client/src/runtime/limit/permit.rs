//! The permit to send one request.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::Report;
use super::queue::{Acquire, Grant, Rank, Shared};
use crate::runtime::sync::Arc;

/// The permit to send one request. Dropping it releases it.
pub(crate) struct Permit {
    shared: Arc<Shared>,
    rank: Rank,
    grant: Grant,
    report: Option<Report>,
    /// Whether it was granted in the poll that is running, so that its place is valid.
    is_fresh: bool,
    /// The wait for another place, after the request lost its own.
    renewal: Option<Acquire>,
}

impl Permit {
    pub(super) const fn new(shared: Arc<Shared>, rank: Rank, grant: Grant) -> Self {
        Self { shared, rank, grant, report: None, is_fresh: true, renewal: None }
    }

    /// Must be ready before each poll of the request. A request that was not polled for more than a window may have
    /// lost its place; then it waits for another, because it may reach the network only now.
    pub(crate) fn poll_valid(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.renewal.is_none() {
            if self.polled() {
                return Poll::Ready(());
            }
            self.renewal = Some(Acquire::new(Arc::clone(&self.shared), self.rank, None));
        }
        let Some(renewal) = &mut self.renewal else { return Poll::Ready(()) };
        // The request may have been sent long ago, so the earlier moment is kept.
        if let Ok(grant) = ready!(Pin::new(renewal).poll(context)) {
            self.grant.id = grant.id;
        }
        self.renewal = None;
        Poll::Ready(())
    }

    /// Records that the request is polled; returns false if it has lost its place.
    pub(crate) fn polled(&mut self) -> bool {
        if std::mem::take(&mut self.is_fresh) {
            return true;
        }
        let (now, mut inner) = self.shared.lock();
        inner.budget.polled(self.grant.id, now)
    }

    /// Records what the response reports.
    pub(crate) fn received(mut self, report: Report) {
        self.report = Some(report);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let (Grant { id, sent }, report) = (self.grant, self.report);
        self.shared.change(|budget, now| budget.release(id, sent, now, report));
    }
}
