//! Restores schemas: moves components with derived names back to their place, and undoes what the export adds.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::letters::letters;
use super::moves::Moves;
use super::place::component;
use crate::diagnostics::pointer::Pointer;

/// The deepest place, in steps, to which a component is moved. The canonical form rejects such a document.
const MAX_STEPS: usize = 120;
/// What the export writes for a schema without keywords.
const ANY: &str = "Any type";

/// Restores all schemas of a document.
pub(super) fn restore(document: &mut Value, derived: &BTreeSet<String>, moves: &mut Moves) {
    let schemas = document.get_mut("components").and_then(|components| components.get_mut("schemas"));
    let mut kept = schemas.and_then(Value::as_object_mut).map(std::mem::take).unwrap_or_default();
    let mut inline = Map::new();
    for (name, schema) in std::mem::take(&mut kept) {
        let schemas = if derived.contains(&name) { &mut inline } else { &mut kept };
        schemas.insert(name.clone(), without_own_title(schema, &name));
    }
    let mut restorer = Restorer { inline, moves };
    let mut at = Vec::new();
    for section in ["paths", "webhooks"] {
        if let Some(section_node) = document.get_mut(section) {
            at.push(section.to_owned());
            restorer.holders(section_node, &mut at);
            at.pop();
        }
    }
    at.extend(["components".to_owned(), "schemas".to_owned()]);
    for (name, schema) in &mut kept {
        at.push(name.clone());
        restorer.schema(schema, &mut at);
        at.pop();
    }
    // What no reference reaches stays.
    kept.append(&mut restorer.inline);
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut)
        && components.contains_key("schemas")
    {
        components.insert("schemas".into(), Value::Object(kept));
    }
}

/// Removes a title that only repeats the component's name.
fn without_own_title(mut schema: Value, name: &str) -> Value {
    if let Some(schema) = schema.as_object_mut()
        && schema.get("title").and_then(Value::as_str).is_some_and(|title| letters(title) == letters(name))
    {
        schema.shift_remove("title");
    }
    schema
}

struct Restorer<'m> {
    /// The components to move to their place, until they are moved.
    inline: Map<String, Value>,
    moves: &'m mut Moves,
}

impl Restorer<'_> {
    /// Restores the schemas of parameters, bodies and responses below a node.
    fn holders(&mut self, node: &mut Value, at: &mut Vec<String>) {
        match node {
            Value::Object(map) => {
                for (key, value) in map.iter_mut().filter(|(key, _)| !key.starts_with("example")) {
                    at.push(key.clone());
                    if key == "schema" {
                        self.schema(value, at)
                    } else {
                        self.holders(value, at)
                    }
                    at.pop();
                }
            }
            Value::Array(list) => {
                for (index, value) in list.iter_mut().enumerate() {
                    at.push(index.to_string());
                    self.holders(value, at);
                    at.pop();
                }
            }
            _ => {}
        }
    }

    fn schema(&mut self, node: &mut Value, at: &mut Vec<String>) {
        let mut null = false;
        loop {
            if let Some((union, index)) = self.nullable_alternative(node) {
                null = true;
                self.unwrap(node, union, index, at);
            } else if !self.move_in(node, at) {
                break;
            }
        }
        let Some(schema) = node.as_object_mut() else { return };
        if null {
            permit_null(schema);
        }
        undo_additions(schema);
        for (key, value) in schema.iter_mut() {
            at.push(key.clone());
            match (key.as_str(), value) {
                ("properties" | "patternProperties", Value::Object(map)) => {
                    for (name, value) in map.iter_mut() {
                        at.push(name.clone());
                        self.schema(value, at);
                        at.pop();
                    }
                }
                ("oneOf" | "anyOf" | "allOf" | "prefixItems", Value::Array(list)) => {
                    for (index, value) in list.iter_mut().enumerate() {
                        at.push(index.to_string());
                        self.schema(value, at);
                        at.pop();
                    }
                }
                ("items" | "additionalProperties" | "not" | "propertyNames", value) => self.schema(value, at),
                _ => {}
            }
            at.pop();
        }
    }

    /// Replaces a reference to a component with a derived name by the component. Returns whether there was one.
    fn move_in(&mut self, node: &mut Value, at: &[String]) -> bool {
        let Some(name) = node.get("$ref").and_then(component).filter(|_| at.len() < MAX_STEPS) else {
            return false;
        };
        let Some(Value::Object(mut schema)) = self.inline.shift_remove(&name) else { return false };
        self.moves.record(at, Pointer(vec!["components".into(), "schemas".into(), name]));
        add_siblings(&mut schema, node, "$ref");
        *node = Value::Object(schema);
        true
    }

    /// Returns the union and the index in it of the alternative that a union with `null` only makes nullable.
    fn nullable_alternative(&self, node: &Value) -> Option<(&'static str, usize)> {
        let union = ["oneOf", "anyOf"].into_iter().find(|key| node.get(key).is_some())?;
        let list = node.get(union)?.as_array().filter(|list| list.len() == 2)?;
        let is_null = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("null");
        let index = list.iter().position(|schema| !is_null(schema))?;
        let schema = list.get(index).filter(|_| list.iter().any(is_null))?;
        let schema = match schema.get("$ref") {
            Some(reference) => self.inline.get(&component(reference)?)?,
            None => schema,
        };
        ["type", "oneOf", "anyOf"].iter().any(|key| schema.get(key).is_some()).then_some((union, index))
    }

    /// Replaces a union with `null` by its other alternative.
    fn unwrap(&mut self, node: &mut Value, union: &str, index: usize, at: &[String]) {
        let alternative = node.get_mut(union).and_then(|list| list.get_mut(index)).map(Value::take);
        let Some(Value::Object(mut schema)) = alternative else { return };
        let published = self.moves.published(&Pointer(at.to_vec()));
        self.moves.record(at, published.child(union).child(index.to_string()));
        add_siblings(&mut schema, node, union);
        *node = Value::Object(schema);
    }
}

/// Adds the keywords next to a reference or a union to the schema that replaces it; they take precedence.
fn add_siblings(schema: &mut Map<String, Value>, node: &mut Value, replaced: &str) {
    let siblings = node.as_object_mut().map(std::mem::take).unwrap_or_default();
    schema.extend(siblings.into_iter().filter(|(key, _)| key != replaced));
}

/// Lets a schema accept `null`.
fn permit_null(schema: &mut Map<String, Value>) {
    let accepts_null = |schema: &Value| match schema.get("type") {
        Some(Value::Array(types)) => types.contains(&json!("null")),
        one => one == Some(&json!("null")),
    };
    match schema.get_mut("type") {
        Some(Value::Array(types)) if !types.contains(&json!("null")) => types.push(json!("null")),
        Some(one @ Value::String(_)) => *one = json!([one.take(), "null"]),
        Some(_) => {}
        None => {
            for key in ["oneOf", "anyOf"] {
                if let Some(list) = schema.get_mut(key).and_then(Value::as_array_mut)
                    && !list.iter().any(accepts_null)
                {
                    list.push(json!({"type": "null"}));
                }
            }
        }
    }
}

/// Removes what the export adds to a schema.
fn undo_additions(schema: &mut Map<String, Value>) {
    let any = json!({"description": ANY});
    let is_number = schema.get("type").is_some_and(|ty| is_type(ty, "number"));
    if is_number && schema.get("format") == Some(&json!("double")) {
        schema.shift_remove("format");
    }
    if schema.len() == 1 && schema.get("description") == Some(&json!(ANY)) {
        schema.clear();
    }
    if !schema.contains_key("properties") && schema.get("additionalProperties") == Some(&any) {
        schema.shift_remove("additionalProperties");
    }
}

fn is_type(types: &Value, name: &str) -> bool {
    match types {
        Value::Array(list) => list.contains(&json!(name)),
        one => one == name,
    }
}
