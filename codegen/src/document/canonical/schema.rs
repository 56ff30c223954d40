//! Schemas in the canonical form: machine-named components inlined, sets sorted, prose removed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Canon, Options, copy, insert_unless_empty, to_object};
use crate::diagnostics::pointer::{At, Pointer};
use crate::document::METHODS;

/// Keywords that are copied unchanged, in this order. In the second array, `false` is equivalent to absence.
const PLAIN: [&str; 18] = [
    "format",
    "const",
    "default",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "contentEncoding",
    "contentMediaType",
    "discriminator",
];
const FLAGS: [&str; 5] = ["nullable", "uniqueItems", "readOnly", "writeOnly", "deprecated"];
/// Keywords whose value is a schema, an array of schemas or a map of schemas.
const SCHEMA: [&str; 11] = [
    "items",
    "additionalProperties",
    "not",
    "contains",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "if",
    "then",
    "else",
    "additionalItems",
];
const SCHEMA_LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
const SCHEMA_MAP: [&str; 3] = ["properties", "patternProperties", "dependentSchemas"];
/// Annotations, which are not part of the interface.
const PROSE: [&str; 9] =
    ["title", "summary", "description", "example", "examples", "externalDocs", "xml", "$comment", "$schema"];

impl<'v> Canon<'v> {
    pub(super) fn schema(&mut self, raw: &'v Value, at: &At<'_>) -> Value {
        self.schema_with(raw, at, false)
    }

    /// Converts a schema; `variant` if it is a variant of a union, whose title is its name.
    fn schema_with(&mut self, raw: &'v Value, at: &At<'_>, variant: bool) -> Value {
        if !self.enter(at) {
            return Value::Null;
        }
        let raw = match raw {
            Value::Object(raw) => raw,
            Value::Bool(true) => return Value::Object(Map::new()),
            Value::Bool(false) => {
                return Value::Object([("not".to_owned(), Value::Object(Map::new()))].into_iter().collect());
            }
            _ => {
                self.error(at, "a schema is an object", "");
                return Value::Null;
            }
        };
        match raw.get("$ref") {
            Some(Value::String(target)) => self.reference(raw, target, at, variant),
            Some(_) => {
                self.error(&at.key("$ref"), "`$ref` is a text", "");
                Value::Null
            }
            None => Value::Object(self.keywords(raw, at, variant)),
        }
    }

    fn reference(&mut self, raw: &'v Map<String, Value>, target: &str, at: &At<'_>, variant: bool) -> Value {
        let Some(pointer) = self.resolve(target, at) else { return Value::Null };
        let mut siblings = self.keywords(raw, at, variant);
        if let Some(name) = component(&pointer)
            && (!is_machine_made(name) || self.recursive.contains(name))
        {
            if self.queued.insert(name.to_owned()) {
                self.queue.push(name.to_owned());
            }
            let mut out = Map::new();
            out.insert("$ref".into(), Pointer(pointer.0.clone()).to_string().into());
            out.append(&mut siblings);
            return Value::Object(out);
        }
        let root = self.root;
        let Some(found) = pointer.find(root) else { return Value::Null };
        // The schema that holds this `$ref` is being read, either by another `$ref` or where it is.
        if self.inlining.contains(&pointer) || at.pointer().0.starts_with(&pointer.0) {
            let what = format!("`{target}` contains itself by this `$ref`");
            let help = "move that schema to `components/schemas`, and refer to it there";
            self.error(&at.key("$ref"), what, help);
            return Value::Null;
        }
        self.inlining.push(pointer);
        let mut inlined = self.schema_with(found, at, variant);
        self.inlining.pop();
        // The title and description next to the `$ref` override those of its target.
        for words in ["title", "description"].into_iter().filter(|words| siblings.contains_key(*words)) {
            inlined.as_object_mut().and_then(|inlined| inlined.shift_remove(words));
        }
        match inlined {
            Value::Object(inlined) if siblings.is_empty() => Value::Object(inlined),
            Value::Object(mut inlined) if siblings.keys().all(|key| !inlined.contains_key(key)) => {
                inlined.append(&mut siblings);
                Value::Object(in_order(inlined))
            }
            // Both have the same keyword, and both apply.
            Value::Object(inlined) => {
                let mut out = Map::new();
                out.insert(
                    "allOf".into(),
                    Value::Array(vec![Value::Object(inlined), Value::Object(siblings)]),
                );
                Value::Object(out)
            }
            other => other,
        }
    }

    fn keywords(&mut self, raw: &'v Map<String, Value>, at: &At<'_>, variant: bool) -> Map<String, Value> {
        let mut out = Map::new();
        if variant {
            copy(raw, &mut out, &["title"]);
        }
        self.prose(raw, &mut out);
        if let Some(types) = raw.get("type") {
            out.insert("type".into(), canonical_type(types));
        }
        copy(raw, &mut out, &PLAIN);
        self.copy_true(raw, &mut out, &FLAGS, at);
        for exclusive in ["exclusiveMinimum", "exclusiveMaximum"] {
            if out.get(exclusive) == Some(&Value::Bool(false)) {
                out.shift_remove(exclusive);
            }
        }
        if let Some(values) = self.list(raw, "enum", at) {
            out.insert("enum".into(), Value::Array(set(values)));
        }
        if raw.get("required").is_some_and(Value::is_boolean) {
            let what = "`required` is a list of properties, so a boolean is ignored";
            self.warning(&at.key("required"), what, "name the properties in the schema that has them");
        } else if let Some(required) = self.list(raw, "required", at) {
            insert_unless_empty(&mut out, "required", Value::Array(set(required)));
        }
        for key in SCHEMA_MAP {
            let at = at.key(key);
            let members = raw.get(key).and_then(|raw| self.object(raw, &format!("`{key}`"), &at));
            if let Some(members) = members {
                let mut schemas = BTreeMap::new();
                for (name, member) in members {
                    schemas.insert(name.as_str(), self.schema(member, &at.key(name)));
                }
                insert_unless_empty(&mut out, key, to_object(schemas));
            }
        }
        for key in SCHEMA {
            if let Some(schema) = raw.get(key) {
                let mut schema = match schema {
                    Value::Bool(flag) => Value::Bool(*flag),
                    // The tuple form of `items`, from before 2020-12.
                    Value::Array(list) => {
                        let at = at.key(key);
                        Value::Array(
                            list.iter().enumerate().map(|(i, s)| self.schema(s, &at.index(i))).collect(),
                        )
                    }
                    schema => self.schema(schema, &at.key(key)),
                };
                // It may be empty after inlining or after the removal of prose.
                if key == "additionalProperties" && schema.as_object().is_some_and(Map::is_empty) {
                    schema = Value::Bool(true);
                }
                out.insert(key.into(), schema);
            }
        }
        for key in SCHEMA_LIST {
            if let Some(list) = self.list(raw, key, at) {
                let at = at.key(key);
                let union = matches!(key, "anyOf" | "oneOf");
                let parts = list.iter().enumerate();
                let mut parts: Vec<(Value, &Value)> =
                    parts.map(|(i, raw)| (self.schema_with(raw, &at.index(i), union), raw)).collect();
                if union && self.options.keep_prose {
                    // Prose must not affect the order.
                    parts.sort_by_cached_key(|(_, raw)| variant_order(&self.without_prose(raw)));
                } else if union {
                    parts.sort_by_cached_key(|(part, _)| variant_order(part));
                }
                out.insert(key.into(), Value::Array(parts.into_iter().map(|(part, _)| part).collect()));
            }
        }
        self.other_keywords(raw, &mut out);
        if out.contains_key("deprecated") || raw.contains_key("x-fern-availability") {
            copy(raw, &mut out, &["x-fern-availability"]);
        }
        in_order(out)
    }

    /// Returns a variant of a union as it is without prose.
    fn without_prose(&self, raw: &'v Value) -> Value {
        let mut bare = Canon::with(self.root, Options::default(), self.recursive.clone());
        bare.nodes = self.nodes;
        bare.anchors = self.anchors.clone();
        bare.schema_with(raw, &At::ROOT, true)
    }

    /// Returns the elements of an array; reports any other type.
    fn list(&mut self, raw: &'v Map<String, Value>, key: &str, at: &At<'_>) -> Option<&'v Vec<Value>> {
        let raw = raw.get(key)?;
        if !raw.is_array() {
            self.error(&at.key(key), format!("`{key}` is a list"), "");
        }
        raw.as_array()
    }

    /// Copies unknown keywords, so that a later pass rejects them: nothing is dropped silently.
    fn other_keywords(&self, raw: &Map<String, Value>, out: &mut Map<String, Value>) {
        let mut others: BTreeMap<&str, Value> = BTreeMap::new();
        for (key, value) in raw {
            let key = key.as_str();
            let known = PLAIN.contains(&key)
                || FLAGS.contains(&key)
                || PROSE.contains(&key)
                || SCHEMA.contains(&key)
                || SCHEMA_LIST.contains(&key)
                || SCHEMA_MAP.contains(&key)
                || ["$ref", "type", "enum", "required", "$defs", "definitions", "$anchor", "$id"]
                    .contains(&key);
            let kept = !known || (key == "xml" && self.options.keep_unsupported);
            if kept && !key.starts_with("x-") {
                others.insert(key, value.clone());
            }
        }
        out.extend(others.into_iter().map(|(key, value)| (key.to_owned(), value)));
    }
}

/// Sorts keywords: type, content, constraints, annotations.
fn in_order(mut schema: Map<String, Value>) -> Map<String, Value> {
    const FIRST: [&str; 14] = [
        "title",
        "summary",
        "description",
        "$ref",
        "type",
        "format",
        "enum",
        "const",
        "allOf",
        "anyOf",
        "oneOf",
        "properties",
        "required",
        "items",
    ];
    const LAST: &str = "x-fern-availability";
    let rest = PROSE.iter().chain(&PLAIN).chain(&FLAGS).chain(&SCHEMA_MAP).chain(&SCHEMA).chain(&SCHEMA_LIST);
    let mut out = Map::new();
    for key in FIRST.iter().chain(rest) {
        if let Some(value) = schema.shift_remove(*key) {
            out.insert((*key).to_owned(), value);
        }
    }
    let last = schema.shift_remove(LAST);
    schema.sort_keys();
    out.append(&mut schema);
    out.extend(last.map(|value| (LAST.to_owned(), value)));
    out
}

/// Returns the canonical `type`: `[T]` is `T`, and `null` is last.
fn canonical_type(types: &Value) -> Value {
    match types {
        Value::Array(list) => {
            let mut list = set(list);
            list.sort_by_key(|one| one.as_str() == Some("null"));
            match list.as_slice() {
                [one] => one.clone(),
                _ => Value::Array(list),
            }
        }
        one => one.clone(),
    }
}

/// Returns an array that represents a set: sorted, without duplicates.
fn set(values: &[Value]) -> Vec<Value> {
    let mut values = values.to_vec();
    values.sort_by(|a, b| match (a, b) {
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => {
            a.as_f64().unwrap_or_default().total_cmp(&b.as_f64().unwrap_or_default())
        }
        _ => rank(a).cmp(&rank(b)).then_with(|| a.to_string().cmp(&b.to_string())),
    });
    values.dedup();
    values
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::String(_) => 0,
        Value::Number(_) => 1,
        Value::Bool(_) => 2,
        Value::Array(_) => 3,
        Value::Object(_) => 4,
        Value::Null => 5,
    }
}

/// Returns the sort key of a variant: JSON type, title and serialized form; `null` is last.
fn variant_order(variant: &Value) -> (u8, String, String) {
    let (kind, title) = variant_rank(variant);
    (kind, title, variant.to_string())
}

/// Returns the sort key of variants with different titles: JSON type and title; `null` is last.
pub(crate) fn variant_rank(variant: &Value) -> (u8, String) {
    let kind = match variant.get("type").and_then(Value::as_str) {
        Some("boolean") => 0,
        Some("integer") => 1,
        Some("number") => 2,
        Some("string") if variant.get("enum").is_some() => 3,
        Some("string") => 4,
        Some("array") => 5,
        Some("object") => 6,
        Some("null") => 9,
        _ if variant.get("$ref").is_some() => 7,
        _ => 8,
    };
    let title = variant.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    (kind, title)
}

/// Returns the component to which a pointer points, but not if it points inside.
pub(super) fn component(pointer: &Pointer) -> Option<&str> {
    match pointer.0.as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => Some(name),
        _ => None,
    }
}

/// Returns whether a tool generated a name: from a number, as `Enum12`, or from its place, as
/// `_v1_leads__get_output`. Such names are unstable, so nothing may depend on them.
pub fn is_machine_made(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    name.contains(['{', '/'])
        || is_derived(name)
        || (stem.len() < name.len() && matches!(stem, "Enum" | "Schema" | "Inline" | "Anonymous"))
}

/// Returns whether a name spells out a path, a method and a body. An underscore in front is not enough: people write
/// `_types.Sort`.
fn is_derived(name: &str) -> bool {
    let Some((rest, body)) = name.strip_prefix('_').and_then(|rest| rest.rsplit_once('_')) else {
        return false;
    };
    let method = rest.rsplit('_').next().unwrap_or_default();
    matches!(body, "input" | "output") && METHODS.contains(&method)
}

#[cfg(test)]
mod tests {
    use super::is_machine_made;

    #[test]
    fn machine_made_names_come_from_numbers_or_places() {
        for name in ["Enum12", "Schema1", "_v1_leads__get_output", "_v1_leads_{id}_put_input", "get /a"] {
            assert!(is_machine_made(name), "{name}");
        }
        for name in
            ["_types.Sort", "_global.get", "_id", "__typename", "Enum", "Lead2", "Model3", "_get_outputs"]
        {
            assert!(!is_machine_made(name), "{name}");
        }
    }
}
