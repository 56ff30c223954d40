//! The permit to send one request.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::Report;
use super::queue::{Acquire, Grant, Rank, Shared};
use crate::sync::Arc;

/// The permit to send one request. It is released when it is dropped.
pub(crate) struct Permit {
    shared: Arc<Shared>,
    rank: Rank,
    grant: Grant,
    report: Option<Report>,
    /// Where the request lost its place: the wait for another.
    renewal: Option<Acquire>,
}

impl Permit {
    pub(super) const fn new(shared: Arc<Shared>, rank: Rank, grant: Grant) -> Self {
        Self { shared, rank, grant, report: None, renewal: None }
    }

    /// Has to be ready before each poll of the request. A request that was not polled for more than a window may have lost
    /// its place to another; it waits for a place then, because it may go over the network only now.
    pub(crate) fn poll_valid(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.renewal.is_none() {
            let (now, mut inner) = self.shared.lock();
            if inner.budget.polled(self.grant.id, now) {
                return Poll::Ready(());
            }
            drop(inner);
            self.renewal = Some(Acquire::new(Arc::clone(&self.shared), self.rank, None));
        }
        let Some(renewal) = &mut self.renewal else { return Poll::Ready(()) };
        // It may have been sent long ago all the same, so the earlier moment stays.
        if let Ok(grant) = ready!(Pin::new(renewal).poll(context)) {
            self.grant.id = grant.id;
        }
        self.renewal = None;
        Poll::Ready(())
    }

    /// Records what the response reports.
    pub(crate) fn answered(mut self, report: Report) {
        self.report = Some(report);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let (Grant { id, sent }, report) = (self.grant, self.report);
        self.shared.change(|budget, now| budget.release(id, sent, now, report));
    }
}
