//! The nodes that the pass has moved, so that messages point into the published file.

use std::collections::BTreeMap;

use crate::diagnostics::pointer::Pointer;

/// Maps pointers into the restored document to pointers into the published one.
#[derive(Debug, Default)]
pub struct Moves(BTreeMap<Vec<String>, Pointer>);

impl Moves {
    /// Records that the node at `to` was at `from` in the published document.
    pub(super) fn record(&mut self, to: &[String], from: Pointer) {
        self.0.insert(to.to_vec(), from);
    }

    /// Returns the position in the published document of a node of the restored one.
    pub fn published(&self, restored: &Pointer) -> Pointer {
        let steps = restored.0.as_slice();
        let moved = (0..=steps.len()).rev().find_map(|end| {
            let (start, rest) = steps.split_at_checked(end)?;
            Some((self.0.get(start)?, rest))
        });
        match moved {
            Some((from, rest)) => rest.iter().fold(from.clone(), |pointer, step| pointer.child(step)),
            None => restored.clone(),
        }
    }
}
