//! The order in which a server sends the members of a struct.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// Which member came first the last time, and which after each of them: servers keep to an order of their own. It is a
/// guess that the reader checks, so that threads need not agree on it.
#[derive(Debug)]
pub(crate) struct Order([AtomicU8; PLACES]);

/// As many as all but a few structs have members.
const PLACES: usize = 128;

impl Order {
    pub(crate) const fn new() -> Self {
        Self([const { AtomicU8::new(0) }; PLACES])
    }

    /// The member that comes at a turn: 0 for the first, `n + 1` for that after the member `n`.
    pub(crate) fn guess(&self, turn: usize) -> usize {
        self.0.get(turn).map_or(turn, |member| member.load(Relaxed).into())
    }

    /// Another member came there.
    pub(crate) fn learn(&self, turn: usize, member: usize) {
        if let (Some(place), Ok(member)) = (self.0.get(turn), member.try_into()) {
            place.store(member, Relaxed);
        }
    }
}
