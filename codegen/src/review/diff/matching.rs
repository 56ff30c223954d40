//! Finds the alternatives of two unions that are the same.

use std::cmp::Reverse;

use super::fact::Pair;
use super::view::Alternative;

/// The reason to consider two alternatives the same one. A change of only the title is not a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// They are equal.
    Equal,
    /// They are equal except for the title.
    SameSchema,
    /// They have the same title.
    SameTitle,
    /// They have the same types and format, and both are enums or neither is.
    SameFormat,
    /// They have the same types, and both are enums or neither is.
    SameSort,
    /// They have the same types.
    SameTypes,
}

impl Likeness {
    /// From the strongest reason to the weakest.
    const DESCENDING: [Likeness; 6] = [
        Likeness::Equal,
        Likeness::SameSchema,
        Likeness::SameTitle,
        Likeness::SameFormat,
        Likeness::SameSort,
        Likeness::SameTypes,
    ];
}

fn likeness(a: &Alternative<'_>, b: &Alternative<'_>) -> Option<Likeness> {
    let same_title = a.title() == b.title();
    let format = |it: &Alternative<'_>| it.get("format").map(|(_, format)| format.clone());
    let same_sort = a.values().is_some() == b.values().is_some();
    if a.same_as(b) {
        return Some(if same_title { Likeness::Equal } else { Likeness::SameSchema });
    }
    if same_title && a.title().is_some() {
        return Some(Likeness::SameTitle);
    }
    if a.types != b.types || (!same_title && !have_half_in_common(a, b)) {
        return None;
    }
    Some(match same_sort {
        true if format(a) == format(b) => Likeness::SameFormat,
        true => Likeness::SameSort,
        false => Likeness::SameTypes,
    })
}

/// Whether two alternatives have at least half of all their properties in common.
fn have_half_in_common(a: &Alternative<'_>, b: &Alternative<'_>) -> bool {
    let common = common_properties(a, b);
    2 * common >= (a.properties().len() + b.properties().len() - common).max(1)
}

fn common_properties(a: &Alternative<'_>, b: &Alternative<'_>) -> usize {
    let (a, b) = (a.properties(), b.properties());
    a.keys().filter(|name| b.contains_key(*name)).count()
}

/// The pairs of indices of alternatives that are the same, in the order of the old ones.
pub(super) fn matching(old: &[Alternative<'_>], new: &[Alternative<'_>]) -> Vec<Pair<usize>> {
    if old.len() == 1 && new.len() == 1 {
        return vec![Pair { old: 0, new: 0 }];
    }
    let mut pairs: Vec<Pair<usize>> = Vec::new();
    for wanted in Likeness::DESCENDING {
        for (a, one) in old.iter().enumerate() {
            if pairs.iter().any(|pair| pair.old == a) {
                continue;
            }
            let best = new
                .iter()
                .enumerate()
                .filter(|(b, other)| {
                    likeness(one, other) == Some(wanted) && !pairs.iter().any(|pair| pair.new == *b)
                })
                .max_by_key(|(b, other)| (common_properties(one, other), Reverse(*b)));
            pairs.extend(best.map(|(b, _)| Pair { old: a, new: b }));
        }
    }
    pairs.sort_unstable();
    pairs
}
