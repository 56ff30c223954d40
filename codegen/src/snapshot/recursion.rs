//! Which machine-named components contain themselves, so that they cannot stand inline.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::schema::{component, is_machine_made};
use crate::pointer::Pointer;

type Edges<'v> = BTreeMap<&'v str, BTreeSet<&'v str>>;

/// Machine-named components that reach themselves through machine-named components only.
pub(super) fn recursive_machine_components(root: &Value) -> BTreeSet<String> {
    let schemas = root.get("components").and_then(|components| components.get("schemas"));
    let schemas: BTreeMap<&str, &Value> = schemas
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.as_str(), schema))
        .filter(|(name, _)| is_machine_made(name))
        .collect();
    let mut forth: Edges<'_> = BTreeMap::new();
    let mut back: Edges<'_> = BTreeMap::new();
    for (from, schema) in &schemas {
        let mut targets = BTreeSet::new();
        references(schema, &mut targets);
        // Names of the map live as long as the document.
        for (to, _) in targets.iter().filter_map(|target| schemas.get_key_value(target.as_str())) {
            forth.entry(from).or_default().insert(to);
            back.entry(to).or_default().insert(from);
        }
    }
    // Kosaraju: in the reverse order of their ends, walks against the edges gather what reaches one another.
    let mut ends = Vec::new();
    let mut seen = BTreeSet::new();
    for name in schemas.keys() {
        walk(name, &forth, &mut seen, &mut ends);
    }
    let mut circles = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for name in ends.into_iter().rev() {
        let mut circle = Vec::new();
        walk(name, &back, &mut seen, &mut circle);
        let with_itself = forth.get(name).is_some_and(|targets| targets.contains(name));
        if circle.len() > 1 || with_itself {
            circles.extend(circle.into_iter().map(str::to_owned));
        }
    }
    circles
}

/// Everything that is not seen yet and can be reached, in the order in which the walk leaves it. Not by recursion: a
/// chain may be longer than the stack.
fn walk<'v>(start: &'v str, edges: &Edges<'v>, seen: &mut BTreeSet<&'v str>, ends: &mut Vec<&'v str>) {
    let mut open = vec![(start, false)];
    while let Some((name, left)) = open.pop() {
        if left {
            ends.push(name);
        } else if seen.insert(name) {
            open.push((name, true));
            open.extend(edges.get(name).into_iter().flatten().map(|next| (*next, false)));
        }
    }
}

/// The machine-named components that a node refers to.
fn references(node: &Value, out: &mut BTreeSet<String>) {
    match node {
        Value::Object(members) => {
            if let Some(target) = members.get("$ref").and_then(Value::as_str)
                && let Some(pointer) = Pointer::from_fragment(target)
                && let Some(name) = component(&pointer)
                && is_machine_made(name)
            {
                out.insert(name.to_owned());
            }
            members.values().for_each(|member| references(member, out));
        }
        Value::Array(list) => list.iter().for_each(|item| references(item, out)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_reaches_itself_is_recursive() {
        let reference = |name: &str| serde_json::json!({ "$ref": format!("#/components/schemas/{name}") });
        let document = serde_json::json!({"components": {"schemas": {
            "_before": reference("_a"),
            "_a": {"items": reference("_b")},
            "_b": {"properties": {"a": reference("_a"), "between": reference("_between")}},
            "_between": reference("_self"),
            "_self": {"anyOf": [reference("_self"), reference("_after")]},
            "_after": {"type": "string"},
            "_by_name": reference("Named"),
            "Named": reference("_by_name"),
        }}});
        let found: Vec<String> = recursive_machine_components(&document).into_iter().collect();
        assert_eq!(found, ["_a", "_b", "_self"]);
    }
}
