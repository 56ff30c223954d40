//! Finds the alternatives of two unions that are the same.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde_json::Value;

use super::difference::Pair;
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

/// What the matching compares, computed once per alternative.
struct Features<'v, 'd> {
    alternative: &'v Alternative<'d>,
    properties: BTreeSet<&'d str>,
    format: Option<&'d Value>,
    is_enum: bool,
}

impl<'v, 'd> Features<'v, 'd> {
    fn of(alternative: &'v Alternative<'d>) -> Self {
        Features {
            alternative,
            properties: alternative.properties().into_keys().collect(),
            format: alternative.get("format").map(|(_, format)| format),
            is_enum: alternative.values().is_some(),
        }
    }

    fn common_properties(&self, other: &Features<'_, '_>) -> usize {
        self.properties.iter().filter(|name| other.properties.contains(*name)).count()
    }

    /// Whether two alternatives have at least half of all their properties in common.
    fn have_half_in_common(&self, other: &Features<'_, '_>) -> bool {
        let common = self.common_properties(other);
        2 * common >= (self.properties.len() + other.properties.len() - common).max(1)
    }

    fn is(&self, other: &Features<'_, '_>, wanted: Likeness) -> bool {
        let (a, b) = (self.alternative, other.alternative);
        let same_title = a.title() == b.title();
        let same_types = || a.types == b.types && (same_title || self.have_half_in_common(other));
        let same_sort = || self.is_enum == other.is_enum;
        match wanted {
            Likeness::Equal => same_title && a.same_as(b, true),
            Likeness::SameSchema => a.same_as(b, true) || a.same_as(b, false),
            Likeness::SameTitle => same_title && a.title().is_some(),
            Likeness::SameFormat => same_types() && same_sort() && self.format == other.format,
            Likeness::SameSort => same_types() && same_sort(),
            Likeness::SameTypes => same_types(),
        }
    }
}

/// The pairs of indices of alternatives that are the same, in the order of the old ones.
pub(super) fn matching(old: &[Alternative<'_>], new: &[Alternative<'_>]) -> Vec<Pair<usize>> {
    if old.len() == 1 && new.len() == 1 {
        return vec![Pair { old: 0, new: 0 }];
    }
    let (old, new): (Vec<_>, Vec<_>) =
        (old.iter().map(Features::of).collect(), new.iter().map(Features::of).collect());
    let mut free_old: BTreeSet<usize> = (0..old.len()).collect();
    let mut free_new: BTreeSet<usize> = (0..new.len()).collect();
    let mut pairs: Vec<Pair<usize>> = Vec::new();
    for wanted in Likeness::DESCENDING {
        for (a, one) in old.iter().enumerate() {
            if !free_old.contains(&a) {
                continue;
            }
            let candidates = free_new.iter().filter_map(|b| Some((*b, new.get(*b)?)));
            let candidates = candidates.filter(|(_, other)| one.is(other, wanted));
            // Two equal alternatives: the first is as good as any.
            let best = if wanted == Likeness::Equal {
                { candidates }.next()
            } else {
                candidates.max_by_key(|(b, other)| (one.common_properties(other), Reverse(*b)))
            };
            if let Some((b, _)) = best {
                free_old.remove(&a);
                free_new.remove(&b);
                pairs.push(Pair { old: a, new: b });
            }
        }
    }
    pairs.sort_unstable();
    pairs
}
