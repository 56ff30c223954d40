//! Inheritance: a parent with a `discriminator` is one of the components that extend it by `allOf`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Canon;
use super::schema::component;
use crate::diagnostics::pointer::Pointer;

impl Canon<'_> {
    /// Adds a `oneOf` of its children to a parent that does not list them.
    pub(super) fn list_children(&mut self, parent: &str, schema: &mut Value) {
        let Some(schema) = schema.as_object_mut() else { return };
        let lists_variants = ["anyOf", "oneOf"].iter().any(|key| schema.contains_key(*key));
        if lists_variants || !schema.contains_key("discriminator") {
            return;
        }
        let children = self.children(parent);
        let references = children.iter().map(|name| {
            let pointer = Pointer(vec!["components".into(), "schemas".into(), name.clone()]);
            Value::Object(Map::from_iter([("$ref".to_owned(), pointer.to_string().into())]))
        });
        let references: Vec<Value> = references.collect();
        if !references.is_empty() {
            schema.insert("oneOf".to_owned(), references.into());
        }
        for name in children {
            if self.queued.insert(name.clone()) {
                self.queue.push(name);
            }
        }
    }

    /// Returns the components that extend a component, directly or not.
    fn children(&self, parent: &str) -> BTreeSet<String> {
        let schemas = self.root.get("components").and_then(|components| components.get("schemas"));
        let schemas = schemas.and_then(Value::as_object);
        let mut family = BTreeSet::from([parent.to_owned()]);
        loop {
            let extends = |schema: &Value| parents(schema).iter().any(|name| family.contains(name));
            let found: Vec<String> = schemas
                .into_iter()
                .flatten()
                .filter(|(name, schema)| !family.contains(*name) && extends(schema))
                .map(|(name, _)| name.clone())
                .collect();
            if found.is_empty() {
                break;
            }
            family.extend(found);
        }
        family.remove(parent);
        family
    }
}

/// Returns the components to which the `allOf` of a schema refers.
fn parents(schema: &Value) -> Vec<String> {
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let references = parts.filter_map(|part| part.get("$ref").and_then(Value::as_str));
    let pointers = references.filter_map(Pointer::from_fragment);
    pointers.filter_map(|pointer| component(&pointer).map(str::to_owned)).collect()
}
