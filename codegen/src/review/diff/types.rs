//! Compares the types of two alternatives.

use serde_json::Value;

use super::difference::Pair;
use super::view::Alternative;

/// The types whose values are text in a parameter.
const SCALARS: [&str; 4] = ["boolean", "integer", "number", "string"];

/// Compares types of the same payload.
#[derive(Clone, Copy)]
pub(super) struct Types<'d> {
    /// The values are written as text.
    pub(super) is_text: bool,
    pub(super) documents: Pair<&'d Value>,
}

impl<'d> Types<'d> {
    /// Whether `large`, which is a schema of the new document if `is_new`, permits every type of `small`.
    ///
    /// In a parameter every scalar is text, so a string permits all of them, and an array of one item is written as the item.
    pub(super) fn permit(self, large: &Alternative<'d>, small: &Alternative<'d>, is_new: bool) -> bool {
        let (Some(all), Some(some)) = (&large.types, &small.types) else { return large.types.is_none() };
        let permits = |one: &str| {
            all.contains(one)
                || (one == "integer" && all.contains("number"))
                || (self.is_text
                    && SCALARS.contains(&one)
                    && (all.contains("string") || self.item_permits(large, one, is_new)))
        };
        some.iter().all(|one| permits(one))
    }

    /// Whether an array permits one item of a type.
    fn item_permits(self, array: &Alternative<'d>, one: &str, is_new: bool) -> bool {
        let root = if is_new { self.documents.new } else { self.documents.old };
        let permits_one = array.constraint("minItems").is_none_or(|min| min.as_f64() <= Some(1.0));
        let item_permits = |item: &Alternative<'_>| {
            item.types.as_ref().is_none_or(|types| {
                types.contains(one)
                    || types.contains("string")
                    || (one == "integer" && types.contains("number"))
            })
        };
        array.types.as_ref().is_some_and(|types| types.contains("array"))
            && permits_one
            && array.items().is_none_or(|items| items.view(root).alternatives.iter().any(item_permits))
    }
}

/// Whether two alternatives have a type in common.
pub(super) fn have_common(a: &Alternative<'_>, b: &Alternative<'_>) -> bool {
    match (&a.types, &b.types) {
        (Some(a), Some(b)) => a.iter().any(|one| b.contains(one)),
        _ => true,
    }
}
