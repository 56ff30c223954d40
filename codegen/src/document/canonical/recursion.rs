//! Finds recursive machine-named components, which cannot be inlined.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::schema::{component, is_machine_made};
use crate::diagnostics::pointer::Pointer;
use crate::document::graph::{Edges, cycles};

/// Returns the machine-named components that reach themselves through machine-named components only.
pub(super) fn recursive_machine_components(root: &Value) -> BTreeSet<String> {
    let schemas = root.get("components").and_then(|components| components.get("schemas"));
    let schemas: BTreeMap<&str, &Value> = schemas
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.as_str(), schema))
        .filter(|(name, _)| is_machine_made(name))
        .collect();
    let mut edges: Edges<&str> = BTreeMap::new();
    for (from, schema) in &schemas {
        let mut targets = BTreeSet::new();
        references(schema, &mut targets);
        // The names in the map live as long as the document.
        let targets = targets.iter().filter_map(|target| schemas.get_key_value(target.as_str()));
        edges.insert(from, targets.map(|(name, _)| *name).collect());
    }
    cycles(&edges).into_keys().map(str::to_owned).collect()
}

/// Collects the machine-named components to which a node refers.
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
    fn finds_components_that_reach_themselves() {
        let reference = |name: &str| serde_json::json!({ "$ref": format!("#/components/schemas/{name}") });
        let document = serde_json::json!({"components": {"schemas": {
            "_before_get_output": reference("_a_get_output"),
            "_a_get_output": {"items": reference("_b_get_output")},
            "_b_get_output": {"properties": {"a": reference("_a_get_output"), "between": reference("_between_get_output")}},
            "_between_get_output": reference("_self_get_output"),
            "_self_get_output": {"anyOf": [reference("_self_get_output"), reference("_after_get_output")]},
            "_after_get_output": {"type": "string"},
            "_by_name_get_output": reference("Named"),
            "Named": reference("_by_name_get_output"),
        }}});
        let found: Vec<String> = recursive_machine_components(&document).into_iter().collect();
        assert_eq!(found, ["_a_get_output", "_b_get_output", "_self_get_output"]);
    }
}
