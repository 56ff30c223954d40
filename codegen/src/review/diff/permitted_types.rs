//! The JSON types that a schema permits.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The types that all these parts of a schema permit, and whether null is one of them.
pub(super) fn types_of<'d>(
    parts: impl Iterator<Item = &'d Map<String, Value>> + Clone,
) -> (Option<BTreeSet<&'d str>>, bool) {
    let mut types: Option<BTreeSet<&'d str>> = None;
    let mut nullable = false;
    for keywords in parts.clone() {
        let stated: Option<BTreeSet<&'d str>> = match keywords.get("type") {
            Some(Value::String(one)) => Some([one.as_str()].into_iter().collect()),
            Some(Value::Array(list)) => Some(list.iter().filter_map(Value::as_str).collect()),
            _ => None,
        };
        nullable |= keywords.get("nullable") == Some(&Value::Bool(true));
        types = match (types, stated) {
            (Some(a), Some(b)) => Some(intersection(&a, &b)),
            (a, b) => a.or(b),
        };
    }
    let values = || parts.clone().filter_map(|it| it.get("enum")?.as_array()).flatten();
    if types.is_none() && values().next().is_some() && values().all(Value::is_null) {
        return (Some(BTreeSet::new()), true);
    }
    let by_type = match types.as_mut() {
        Some(types) => types.remove("null"),
        None => values().any(Value::is_null),
    };
    (types, nullable || by_type)
}

fn intersection<'d>(a: &BTreeSet<&'d str>, b: &BTreeSet<&'d str>) -> BTreeSet<&'d str> {
    let both = a.iter().filter(|one| b.contains(*one) || (**one == "integer" && b.contains("number")));
    let narrowed = b.iter().filter(|one| **one == "integer" && a.contains("number"));
    both.chain(narrowed).copied().collect()
}
