//! Puts unions back into the canonical order after an overlay has given their variants titles, so that a document with
//! these titles and one without have the same variants in the same order.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Applied, find_mut};
use crate::diagnostics::pointer::Pointer;

impl Applied {
    /// Sorts the unions whose variants have new titles by `rank`, and adjusts the recorded changes.
    pub(crate) fn sort_titled<K: Ord>(&mut self, document: &mut Value, rank: fn(&Value) -> K) {
        let unions: BTreeSet<Pointer> =
            self.changes.iter().filter_map(|change| union(&change.target)).collect();
        for pointer in unions {
            let Some(list) = find_mut(document, &pointer).and_then(Value::as_array_mut) else { continue };
            let mut variants: Vec<(usize, Value)> = std::mem::take(list).into_iter().enumerate().collect();
            variants.sort_by_cached_key(|(_, variant)| rank(variant));
            let (order, sorted): (Vec<usize>, Vec<Value>) = variants.into_iter().unzip();
            *list = sorted;
            for change in &mut self.changes {
                let moved = change.target.0.strip_prefix(pointer.0.as_slice()).and_then(|rest| {
                    let old: usize = rest.first()?.parse().ok()?;
                    order.iter().position(|index| *index == old)
                });
                if let Some(index) = moved
                    && let Some(step) = change.target.0.get_mut(pointer.0.len())
                {
                    *step = index.to_string();
                }
            }
        }
    }
}

/// Returns the union of a variant whose title changed.
fn union(target: &Pointer) -> Option<Pointer> {
    match target.0.as_slice() {
        [union @ .., _, title] if title == "title" => match union.last()?.as_str() {
            "anyOf" | "oneOf" => Some(Pointer(union.to_vec())),
            _ => None,
        },
        _ => None,
    }
}
