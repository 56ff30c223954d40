//! Where the locations of an operation (see `places`) stand in the document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::operations;
use super::operation::{param_schema, params};
use super::view::Node;
use crate::pointer::{Pointer, child};

/// Each location of one operation with the places that speak of it, the nearest first.
pub(crate) type Locations = BTreeMap<String, Vec<Pointer>>;

/// A schema that several branches share is not opened for each of them without end.
const MOST: usize = 20_000;

/// The locations of all operations, by the names of these.
pub(crate) fn locations(document: &Value) -> BTreeMap<String, Locations> {
    let mut out = BTreeMap::new();
    for operation in operations(document) {
        let mut walk = Walk { document, open: Vec::new(), found: Locations::new() };
        walk.found.insert(String::new(), vec![operation.at.clone()]);
        for param in params(&operation).into_values() {
            walk.found.insert(param.location.clone(), vec![param.at.clone()]);
            if let Some(schema) = param_schema(&param) {
                walk.node(&schema, param.location);
            }
        }
        if let Some(body) = child(operation.value, "requestBody") {
            walk.content(body, "request", &operation.at.child("requestBody"));
        }
        let answers = child(operation.value, "responses").and_then(Value::as_object);
        for (status, answer) in answers.into_iter().flatten() {
            let at = operation.at.child("responses").child(status);
            walk.content(answer, &format!("response.{status}"), &at);
        }
        out.insert(operation.name(), walk.found);
    }
    out
}

struct Walk<'d> {
    document: &'d Value,
    open: Vec<Pointer>,
    found: Locations,
}

impl<'d> Walk<'d> {
    fn content(&mut self, of: &'d Value, location: &str, at: &Pointer) {
        self.found.entry(location.to_owned()).or_default().push(at.clone());
        for (name, media) in child(of, "content").and_then(Value::as_object).into_iter().flatten() {
            if let Some(schema) = child(media, "schema") {
                let at = at.child("content").child(name).child("schema");
                self.node(&Node::new(at, schema), location.to_owned());
            }
        }
    }

    fn node(&mut self, node: &Node<'d>, location: String) {
        let places = self.found.entry(location.clone()).or_default();
        places.extend(node.parts.iter().map(|(at, _)| at.clone()));
        let target = node.target(self.document);
        if self.open.contains(&target) || self.found.len() > MOST {
            return;
        }
        if let Some(places) = self.found.get_mut(&location).filter(|places| !places.contains(&target)) {
            places.push(target.clone());
        }
        self.open.push(target);
        let view = node.view(self.document);
        for (index, alternative) in view.alternatives.iter().enumerate() {
            let location = if view.is_union() && !alternative.is_text() {
                let location = format!("{location}<{}>", view.label(index));
                self.found.entry(location.clone()).or_default().push(alternative.place());
                location
            } else {
                location.clone()
            };
            for (name, field) in alternative.properties() {
                self.node(&field, format!("{location}.{name}"));
            }
            if let Some(items) = alternative.items() {
                self.node(&items, format!("{location}[]"));
            }
            if let Some((at, schema)) = alternative.additional() {
                self.node(&Node::new(at, schema), format!("{location}{{}}"));
            }
        }
        self.open.pop();
    }
}
