//! What an export loses: the only differences between the clients of a document and of its export.

use serde_json::{Map, Value, json};

/// Whether the export keeps a union of strings, such as date and date-time, or writes one string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strings {
    Kept,
    Collapsed,
}

/// Removes from a document what its export loses: titles of variants, `x-fern-availability`, `deprecated` of parameters,
/// values of enums of numbers, `additionalProperties: true`, which is the default, and, if collapsed, the alternatives of
/// strings.
pub(crate) fn lose(document: &mut Value, strings: Strings) {
    if let Some(document) = document.as_object_mut() {
        for (_, section) in document.iter_mut().filter(|(key, _)| *key != "info") {
            node(section, strings, false);
        }
    }
}

fn node(value: &mut Value, strings: Strings, names: bool) {
    match value {
        Value::Object(map) => {
            if !names {
                object(map, strings);
            }
            map.iter_mut().for_each(|(key, value)| node(value, strings, key == "properties" && !names));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| node(value, strings, false)),
        _ => {}
    }
}

fn object(map: &mut Map<String, Value>, strings: Strings) {
    map.shift_remove("x-fern-availability");
    if map.get("title").is_some_and(Value::is_string) {
        map.shift_remove("title");
    }
    if map.contains_key("in") && map.contains_key("name") {
        map.shift_remove("deprecated");
    }
    if map.get("additionalProperties").is_some_and(|it| *it == true || *it == json!({})) {
        map.shift_remove("additionalProperties");
    }
    if map.get("enum").is_some_and(|it| it.as_array().is_some_and(|list| list.iter().any(Value::is_number))) {
        map.shift_remove("enum");
    }
    for key in ["anyOf", "oneOf"] {
        let Some(list) = map.get(key).and_then(Value::as_array).filter(|_| strings == Strings::Collapsed)
        else {
            continue;
        };
        let alternatives: Vec<&Value> = list.iter().filter(|it| it["type"] != "null").collect();
        let null = alternatives.len() < list.len() || list.iter().any(is_nullable);
        if alternatives.len() > 1 && alternatives.into_iter().all(is_string) {
            map.retain(|key, _| matches!(key.as_str(), "description" | "deprecated"));
            map.insert("type".into(), if null { json!(["string", "null"]) } else { json!("string") });
        }
    }
}

fn is_nullable(schema: &Value) -> bool {
    schema["type"].as_array().is_some_and(|types| types.contains(&json!("null")))
}

fn is_string(schema: &Value) -> bool {
    let is_type = match &schema["type"] {
        Value::Array(types) => types.iter().all(|it| it == "string" || it == "null"),
        one => one == "string",
    };
    is_type && schema.get("enum").is_none()
}

/// Writes `oneOf` for `anyOf`, as an export does.
pub(crate) fn write_one_of(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(list) = map.get("anyOf").filter(|list| list.is_array()).cloned() {
                map.shift_remove("anyOf");
                map.insert("oneOf".into(), list);
            }
            map.values_mut().for_each(write_one_of);
        }
        Value::Array(list) => list.iter_mut().for_each(write_one_of),
        _ => {}
    }
}
