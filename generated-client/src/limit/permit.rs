//! The permit to send one request.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::Report;
use super::queue::{Acquire, Rank, Shared};
use crate::sync::Arc;

/// The permit to send one request. It is released when it is dropped.
pub(crate) struct Permit {
    shared: Arc<Shared>,
    rank: Rank,
    /// Under which the budget knows the request.
    id: u64,
    sent: Duration,
    report: Option<Report>,
    /// Where the request lost its place: the wait for another.
    renewal: Option<Acquire>,
}

impl Permit {
    pub(super) fn new(shared: Arc<Shared>, rank: Rank, id: u64) -> Self {
        let sent = shared.clock.now();
        Self { shared, rank, id, sent, report: None, renewal: None }
    }

    /// Has to be ready before each poll of the request. A request that was not polled for more than a window may have lost
    /// its place to another; it waits for a place then, because it may go over the network only now.
    pub(crate) fn poll_valid(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.renewal.is_none() {
            let (now, mut inner) = self.shared.lock();
            if inner.budget.polled(self.id, now) {
                return Poll::Ready(());
            }
            drop(inner);
            self.renewal = Some(Acquire::new(Arc::clone(&self.shared), self.rank, None));
        }
        let Some(renewal) = &mut self.renewal else { return Poll::Ready(()) };
        if let Ok(id) = ready!(Pin::new(renewal).poll(context)) {
            self.id = id;
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
        let (id, sent, report) = (self.id, self.sent, self.report);
        self.shared.change(|budget, now| budget.release(id, sent, now, report));
    }
}
