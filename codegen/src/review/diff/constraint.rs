//! The keywords of schemas: which are constraints, which are annotations, and which constraint is stricter.

use serde_json::{Map, Value};

/// The keywords that constrain a value, each a change of its own, with the type that they apply to; empty for all types.
pub(super) const CONSTRAINTS: [(&str, &str); 31] = [
    ("minimum", "number"),
    ("maximum", "number"),
    ("exclusiveMinimum", "number"),
    ("exclusiveMaximum", "number"),
    ("multipleOf", "number"),
    ("minLength", "string"),
    ("maxLength", "string"),
    ("pattern", "string"),
    ("minItems", "array"),
    ("maxItems", "array"),
    ("uniqueItems", "array"),
    ("minProperties", "object"),
    ("maxProperties", "object"),
    ("contentEncoding", "string"),
    ("contentMediaType", "string"),
    ("contentSchema", "string"),
    ("not", ""),
    ("contains", "array"),
    ("minContains", "array"),
    ("maxContains", "array"),
    ("propertyNames", "object"),
    ("patternProperties", "object"),
    ("dependentSchemas", "object"),
    ("dependentRequired", "object"),
    ("dependencies", "object"),
    ("if", ""),
    ("then", ""),
    ("else", ""),
    ("unevaluatedProperties", "object"),
    ("unevaluatedItems", "array"),
    ("additionalItems", "array"),
];

/// The keywords that other rules compare.
const COMPARED: [&str; 16] = [
    "type",
    "enum",
    "const",
    "format",
    "allOf",
    "anyOf",
    "oneOf",
    "$ref",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "discriminator",
    "$defs",
    "definitions",
];

/// Keywords that say nothing about the validity of a value.
const ANNOTATIONS: [&str; 17] = [
    "title",
    "summary",
    "description",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
    "example",
    "examples",
    "externalDocs",
    "xml",
    "discriminator",
    "$comment",
    "$schema",
    "$defs",
    "definitions",
];

/// Whether a keyword says nothing about the validity of a value.
pub(super) fn is_annotation(key: &str) -> bool {
    key.starts_with("x-") || ANNOTATIONS.contains(&key)
}

/// Whether no rule compares a keyword.
pub(super) fn is_unknown(key: &str) -> bool {
    let known = COMPARED.contains(&key) || CONSTRAINTS.iter().any(|(constraint, _)| *constraint == key);
    !known && (key == "xml" || !is_annotation(key))
}

/// The type that a constraint or a keyword of an object or array applies to; `None` if it applies to all.
pub(super) fn type_of(key: &str) -> Option<&'static str> {
    match key {
        "properties" | "required" | "additionalProperties" => Some("object"),
        "items" | "prefixItems" => Some("array"),
        _ => CONSTRAINTS
            .iter()
            .find(|(constraint, _)| *constraint == key)
            .map(|it| it.1)
            .filter(|it| !it.is_empty()),
    }
}

/// A constraint of one part of a schema; `None` if it has no effect. `exclusiveMinimum: true` of OpenAPI 3.0 counts as the
/// number of `minimum`.
pub(super) fn of_keywords(keywords: &Map<String, Value>, key: &str) -> Option<Value> {
    let flag = |name: &str| keywords.get(name) == Some(&Value::Bool(true));
    let value = match key {
        "minimum" if flag("exclusiveMinimum") => None,
        "maximum" if flag("exclusiveMaximum") => None,
        "exclusiveMinimum" if flag(key) => keywords.get("minimum"),
        "exclusiveMaximum" if flag(key) => keywords.get("maximum"),
        _ => keywords.get(key),
    }?;
    let has_effect = match key {
        "minLength" | "minItems" | "minProperties" => value.as_f64() != Some(0.0),
        "uniqueItems" => *value != Value::Bool(false),
        "unevaluatedProperties" | "unevaluatedItems" | "additionalItems" => *value != Value::Bool(true),
        "minContains" | "maxContains" => keywords.contains_key("contains"),
        "then" | "else" => keywords.contains_key("if"),
        "if" => keywords.contains_key("then") || keywords.contains_key("else"),
        _ => true,
    };
    has_effect.then(|| value.clone())
}

/// Whether a constraint permits less than another of the same keyword, if the two can be ordered.
pub(super) fn is_stricter(key: &str, a: &Value, b: &Value) -> bool {
    let (Some(x), Some(y)) = (a.as_f64(), b.as_f64()) else {
        return *a == Value::Bool(true) && *b != Value::Bool(true);
    };
    match key {
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" | "minContains" => x > y,
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" | "maxContains" => x < y,
        "multipleOf" => x > y && (x / y).fract() == 0.0,
        _ => false,
    }
}
