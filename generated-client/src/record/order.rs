//! The order in which a server sends the members of a struct.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// Which member came first the last time, and which after each of them: servers keep to an order of their own. It is a
/// guess that the reader checks, so that threads need not agree on it.
#[derive(Debug)]
pub(crate) struct Order([AtomicU8; PLACES]);

/// More than all but a few structs have members.
pub(crate) const PLACES: usize = 128;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_is_guessed_and_there_is_always_a_guess() {
        let order = Order::new();
        assert_eq!(order.guess(0), 0);
        order.learn(0, 3);
        order.learn(4, 1);
        assert_eq!([0, 4, 0].map(|turn| order.guess(turn)), [3, 1, 3]);
        order.learn(0, 300);
        order.learn(PLACES, 5);
        assert_eq!([0, PLACES, usize::MAX].map(|turn| order.guess(turn)), [3, PLACES, usize::MAX]);
    }
}
