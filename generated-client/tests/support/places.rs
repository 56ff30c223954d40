//! Locations as paths: `results[].events[].name`. Properties of a map have the name `*`, alternatives have the path
//! of their union.

use std::collections::BTreeSet;

use serde_json::Value;

/// The locations in a schema of schemas that match.
pub(crate) fn of_schema(schema: &Value, kind: fn(&Value) -> bool) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    walk_schema(schema, kind, "", &mut places);
    places
}

fn walk_schema(schema: &Value, kind: fn(&Value) -> bool, path: &str, places: &mut BTreeSet<String>) {
    if kind(schema) {
        places.insert(path.to_owned());
    }
    for alternative in schema["anyOf"].as_array().into_iter().flatten() {
        walk_schema(alternative, kind, path, places);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        walk_schema(property, kind, &member(path, name), places);
    }
    if let Some(of) = schema.get("additionalProperties") {
        walk_schema(of, kind, &member(path, "*"), places);
    }
    if let Some(items) = schema.get("items") {
        walk_schema(items, kind, &format!("{path}[]"), places);
    }
}

/// The locations in an instance of strings that match.
pub(crate) fn of_texts(instance: &Value, kind: fn(&str) -> bool) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    walk_texts(instance, kind, "", &mut places);
    places
}

fn walk_texts(instance: &Value, kind: fn(&str) -> bool, path: &str, places: &mut BTreeSet<String>) {
    match instance {
        Value::String(text) if kind(text) => {
            places.insert(path.to_owned());
        }
        Value::Array(items) => {
            items.iter().for_each(|item| walk_texts(item, kind, &format!("{path}[]"), places))
        }
        Value::Object(members) => {
            for (name, value) in members {
                let name = if name == super::instance::KEY { "*" } else { name };
                walk_texts(value, kind, &member(path, name), places);
            }
        }
        _ => {}
    }
}

fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
