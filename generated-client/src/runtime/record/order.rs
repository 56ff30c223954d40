//! The order in which a server sends the properties of a struct.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// Remembers which property came first, and which after each of them: a server keeps to one order. The reader checks
/// each guess, so threads need no synchronization.
pub struct Order([AtomicU8; PLACES]);

/// More properties than all but a few structs have.
pub(super) const PLACES: usize = 128;

impl Order {
    pub const fn unknown() -> Self {
        Self([const { AtomicU8::new(0) }; PLACES])
    }

    /// Returns the property expected at a turn: turn 0 is the first, turn `n + 1` follows the property `n`.
    pub fn guess(&self, turn: usize) -> usize {
        self.0.get(turn).map_or(turn, |member| member.load(Relaxed).into())
    }

    /// Records that another property came at this turn.
    pub fn learn(&self, turn: usize, member: usize) {
        if let (Some(place), Ok(member)) = (self.0.get(turn), member.try_into()) {
            place.store(member, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_learnt_order() {
        let order = Order::unknown();
        assert_eq!(order.guess(0), 0);
        order.learn(0, 3);
        order.learn(4, 1);
        assert_eq!([0, 4, 0].map(|turn| order.guess(turn)), [3, 1, 3]);
        order.learn(0, 300);
        order.learn(PLACES, 5);
        assert_eq!([0, PLACES, usize::MAX].map(|turn| order.guess(turn)), [3, PLACES, usize::MAX]);
    }
}
