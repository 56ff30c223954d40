//! Type arrays and `null`: `[T, "null"]` and unions with `null` become `nullable`, arrays of several types a union.

use serde_json::{Map, Value};

use super::Schema;
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

pub(super) fn rule(schema: &mut Schema, at: &At<'_>, diagnostics: &mut Diagnostics) {
    type_list(schema, at, diagnostics);
    null_in_union(schema, "anyOf");
    null_in_union(schema, "oneOf");
    null_in_enum(schema);
}

fn type_list(schema: &mut Schema, at: &At<'_>, diagnostics: &mut Diagnostics) {
    let mut types: Vec<Value> = match schema.get("type") {
        Some(Value::Array(list)) => list.clone(),
        Some(one) => vec![one.clone()],
        None => return,
    };
    let all = types.len();
    types.retain(|one| one.as_str() != Some("null"));
    if types.len() < all {
        schema.insert("nullable".into(), Value::Bool(true));
    }
    match types.as_slice() {
        // Only null: an `enum` of one value, without a type.
        [] => {
            schema.shift_remove("type");
            schema.insert("enum".into(), Value::Array(vec![Value::Null]));
        }
        [one] => {
            schema.insert("type".into(), one.clone());
        }
        _ if schema.contains_key("anyOf") || schema.contains_key("oneOf") => {
            let help = "name one type, or move the union's alternatives into their own schemas";
            diagnostics.error(&at.key("type"), "a list of types next to a union is not supported", help);
        }
        _ => {
            let alternatives = types.iter().map(|one| Value::Object(alternative(schema, one))).collect();
            schema.retain(|key, _| is_of_every_type(key));
            schema.insert("anyOf".into(), Value::Array(alternatives));
        }
    }
}

/// Returns the part of a schema that applies to one type of its type array.
fn alternative(schema: &Schema, one: &Value) -> Schema {
    let mut out = Map::new();
    out.insert("type".into(), one.clone());
    for (key, value) in schema.iter().filter(|(key, _)| !is_of_every_type(key) && *key != "type") {
        let of: &[&str] = match key.as_str() {
            "minLength" | "maxLength" | "pattern" | "format" => &["string"],
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                &["number", "integer"]
            }
            "items" | "minItems" | "maxItems" | "uniqueItems" => &["array"],
            "properties" | "required" | "additionalProperties" | "minProperties" | "maxProperties" => {
                &["object"]
            }
            _ => &["string", "number", "integer", "boolean", "array", "object"],
        };
        if one.as_str().is_some_and(|one| of.contains(&one)) {
            out.insert(key.clone(), value.clone());
        }
    }
    if let Some(values) = out.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|value| is_a(value, one.as_str().unwrap_or_default()));
    }
    out
}

fn is_of_every_type(key: &str) -> bool {
    matches!(key, "nullable" | "title" | "description" | "deprecated" | "default" | "readOnly" | "writeOnly")
        || key.starts_with("x-")
}

pub(super) fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => value.is_object(),
    }
}

/// Removes `null` from a union. It is last in the canonical form, so no other variant changes its index.
fn null_in_union(schema: &mut Schema, key: &str) {
    let Some(list) = schema.get_mut(key).and_then(Value::as_array_mut) else { return };
    let all = list.len();
    // Variants are lowered already: `type: 'null'` has become an `enum` of null.
    let only_null = |one: &Value| {
        one.get("type").is_none()
            && one.get("enum").and_then(Value::as_array).is_some_and(|v| v.as_slice() == [Value::Null])
    };
    list.retain(|one| !only_null(one));
    if list.is_empty() {
        schema.shift_remove(key);
        schema.insert("enum".into(), Value::Array(vec![Value::Null]));
    } else if list.len() < all {
        schema.insert("nullable".into(), Value::Bool(true));
    }
}

/// Removes null from `enum`, where `nullable` expresses it.
fn null_in_enum(schema: &mut Schema) {
    let values = schema.get("enum").and_then(Value::as_array);
    if values.is_some_and(|values| values.len() > 1 && values.contains(&Value::Null))
        && !schema.contains_key("type")
    {
        schema.insert("nullable".into(), Value::Bool(true));
    }
    if schema.get("nullable") == Some(&Value::Bool(true))
        && let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut)
        && values.len() > 1
    {
        values.retain(|value| !value.is_null());
    } else if schema.contains_key("type")
        && let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut)
    {
        // The type excludes null, so the value cannot occur.
        values.retain(|value| !value.is_null());
    }
}
