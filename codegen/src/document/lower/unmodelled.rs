//! Removes keywords that no Rust type expresses, with a warning, unless they change the type of a value.

use serde_json::{Map, Value};

use super::Schema;
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

/// Keywords that only add constraints; without them the client accepts more values.
const NARROWING: [&str; 13] = [
    "not",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "additionalItems",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependentRequired",
];

/// The keywords that the other rules and `openapiv3` read.
const KNOWN: [&str; 42] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contentEncoding",
    "contentMediaType",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "readOnly",
    "required",
    "summary",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "xml",
    "examples",
];

pub(super) fn rule(schema: &mut Schema, at: &At<'_>, diagnostics: &mut Diagnostics) {
    let is_unknown = |key: &&String| {
        !KNOWN.contains(&key.as_str()) && !NARROWING.contains(&key.as_str()) && !key.starts_with("x-")
    };
    for key in schema.keys().filter(is_unknown).cloned().collect::<Vec<_>>() {
        schema.shift_remove(&key);
        let what = format!("`{key}` is no keyword that the client knows, and is ignored");
        diagnostics.warning(&at.key(&key), what, "correct its spelling, or begin it with `x-`");
    }
    for key in NARROWING {
        if schema.shift_remove(key).is_some() {
            diagnostics.warning(&at.key(key), format!("`{key}` is not checked by the client"), "");
        }
    }
    let encoding = schema.shift_remove("contentEncoding");
    let media = schema.shift_remove("contentMediaType");
    let format = match (encoding.as_ref().and_then(Value::as_str), media.as_ref().and_then(Value::as_str)) {
        (Some("base64"), _) => Some("byte"),
        (Some("binary"), _) | (None, Some("application/octet-stream")) => Some("binary"),
        (None, Some(media)) if ["audio/", "image/", "video/"].iter().any(|kind| media.starts_with(kind)) => {
            Some("binary")
        }
        _ => None,
    };
    if let Some(format) = format.filter(|_| !schema.contains_key("format")) {
        schema.insert("format".into(), format.into());
        schema.entry("type").or_insert_with(|| "string".into());
    }
    if schema.shift_remove("patternProperties").is_some() {
        let what = "members matched by a pattern are read as members of any name and value";
        diagnostics.warning(&at.key("patternProperties"), what, "");
        schema.entry("additionalProperties").or_insert(Value::Bool(true));
    }
    let tuple =
        schema.shift_remove("prefixItems").is_some() || schema.get("items").is_some_and(Value::is_array);
    if tuple {
        diagnostics.warning(at, "a list with a schema for each position is read as a list of any values", "");
        schema.insert("items".into(), Value::Object(Map::new()));
    }
    if schema.get("items").is_some_and(Value::is_boolean)
        || (schema.get("type") == Some(&"array".into()) && !schema.contains_key("items"))
    {
        schema.insert("items".into(), Value::Object(Map::new()));
    }
}
