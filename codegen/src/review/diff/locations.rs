//! The nodes of the document at each location.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::operations;
use super::parameter::{parameter_schema, parameters};
use super::view::Node;
use crate::api::location::{Location, Segment};
use crate::diagnostics::pointer::{Pointer, child};

/// The locations of one operation, each with the nodes that describe it, the nearest first.
pub(crate) type Locations = BTreeMap<Location, Vec<Pointer>>;

/// The locations of an operation that are followed further: schemas that refer to each other would have too many.
const MAX_LOCATIONS: usize = 20_000;

/// The locations of all operations, by the names of the operations.
pub(crate) fn locations(document: &Value) -> BTreeMap<String, Locations> {
    let mut out = BTreeMap::new();
    for operation in operations(document) {
        let mut indexer = Indexer { document, open: Vec::new(), found: Locations::new() };
        indexer.found.insert(Location::default(), vec![operation.pointer.clone()]);
        for parameter in parameters(&operation).into_values() {
            indexer.found.insert(parameter.location.clone(), vec![parameter.pointer.clone()]);
            if let Some(schema) = parameter_schema(&parameter) {
                indexer.node(&schema, parameter.location);
            }
        }
        if let Some(body) = child(operation.value, "requestBody") {
            indexer.content(body, Location::request(), &operation.pointer.child("requestBody"));
        }
        let responses = child(operation.value, "responses").and_then(Value::as_object);
        for (status, response) in responses.into_iter().flatten() {
            let pointer = operation.pointer.child("responses").child(status);
            indexer.content(response, Location::response(status), &pointer);
        }
        out.insert(operation.name(), indexer.found);
    }
    out
}

struct Indexer<'d> {
    document: &'d Value,
    /// The schemas around the current one, so that recursion ends.
    open: Vec<Pointer>,
    found: Locations,
}

impl<'d> Indexer<'d> {
    fn content(&mut self, body: &'d Value, location: Location, pointer: &Pointer) {
        self.found.entry(location.clone()).or_default().push(pointer.clone());
        for (name, media_type) in child(body, "content").and_then(Value::as_object).into_iter().flatten() {
            if let Some(schema) = child(media_type, "schema") {
                let pointer = pointer.child("content").child(name).child("schema");
                self.node(&Node::new(pointer, schema), location.clone());
            }
        }
    }

    fn node(&mut self, node: &Node<'d>, location: Location) {
        let target = node.target(self.document);
        let pointers = self.found.entry(location.clone()).or_default();
        pointers.extend(node.parts.iter().map(|(pointer, _)| pointer.clone()));
        if self.open.contains(&target) || self.found.len() > MAX_LOCATIONS {
            return;
        }
        if let Some(pointers) = self.found.get_mut(&location).filter(|found| !found.contains(&target)) {
            pointers.push(target.clone());
        }
        self.open.push(target);
        let view = node.view(self.document);
        for (index, alternative) in view.alternatives.iter().enumerate() {
            let mut location = location.clone();
            if view.is_union() && !alternative.is_string() {
                location = location.child(Segment::Variant(view.label(index).into()));
                self.found.entry(location.clone()).or_default().push(alternative.pointer());
            }
            for (name, property) in alternative.properties() {
                self.node(&property, location.property(name));
            }
            if let Some(items) = alternative.items() {
                self.node(&items, location.child(Segment::Items));
            }
            if let Some((pointer, schema)) = alternative.additional() {
                self.node(&Node::new(pointer, schema), location.child(Segment::AdditionalProperties));
            }
        }
        self.open.pop();
    }
}
