//! Compares two operations: parameters, bodies, responses, and the keywords of the operation itself.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::document::{AVAILABILITY, Comparison, Operation};
use super::fact::{Anchor, Details, Difference, Pair, ParameterKey, Payload, Search};
use super::kind::{ChangeKind, PayloadKind};
use super::schema::Cursor;
use super::view::Node;
use crate::api::location::{Location, ParameterLocation, template_parameters};
use crate::diagnostics::pointer::{Pointer, child};

/// A pair of operations during the comparison.
struct Operations<'o, 'd> {
    old: &'o Operation<'d>,
    new: &'o Operation<'d>,
    /// The index of the old operation.
    old_index: usize,
    name: Rc<str>,
}

/// A body in one document.
struct Body<'d> {
    value: &'d Value,
    pointer: Pointer,
}

/// A parameter in one document.
pub(super) struct Parameter<'d> {
    pub(super) key: ParameterKey,
    /// Of a path parameter: its position in the template.
    pub(super) position: Option<usize>,
    pub(super) location: Location,
    pub(super) pointer: Pointer,
    value: &'d Value,
}

impl<'d> Comparison<'d> {
    pub(super) fn operation(&mut self, old_index: usize, Pair { old, new }: Pair<&Operation<'d>>) {
        let operations = Operations { old, new, old_index, name: new.name().into() };
        self.path(&operations);
        self.operation_keywords(&operations);
        self.parameters(&operations);
        self.request_body(&operations);
        self.responses(&operations);
    }

    fn operation_differs(
        &mut self,
        operations: &Operations<'_, 'd>,
        location: &Location,
        kind: ChangeKind,
        details: Details,
        anchor: Anchor,
    ) {
        self.differences.push(Difference {
            operation: Rc::clone(&operations.name),
            location: location.clone(),
            kind,
            payload: None,
            details,
            anchor,
            search: Search::Operation(operations.old_index),
        });
    }

    fn path(&mut self, operations: &Operations<'_, 'd>) {
        let path_item = Pointer(operations.new.pointer.0.iter().take(2).cloned().collect());
        let mut differ = |location: &Location, kind, old: &str, new: &str| {
            self.operation_differs(
                operations,
                location,
                kind,
                Details::new(old, new),
                Anchor::new(path_item.clone()),
            );
        };
        let (before, after) = (operations.old.path, operations.new.path);
        if before.ends_with('/') != after.ends_with('/') && !operations.new.webhook {
            differ(&Location::path(), ChangeKind::OperationTrailingSlashChanged, before, after);
        }
        for (index, (was, is)) in template_parameters(before).zip(template_parameters(after)).enumerate() {
            if was != is {
                differ(&Location::path_parameter(index), ChangeKind::PathParameterRenamed, was, is);
            }
        }
    }

    /// The keywords of the operation itself.
    fn operation_keywords(&mut self, operations: &Operations<'_, 'd>) {
        let (old, new) = (operations.old.value, operations.new.value);
        let (was, is) = (has_flag(old, "deprecated"), has_flag(new, "deprecated"));
        if was != is {
            let kind = if is { ChangeKind::OperationDeprecated } else { ChangeKind::OperationUndeprecated };
            self.keyword(operations, kind, "deprecated", Details::new(was, is));
        }
        let keyword = |of: &Value, key: &str| child(of, key).cloned().unwrap_or_default();
        for (kind, key) in [
            (ChangeKind::OperationAvailabilityChanged, AVAILABILITY),
            (ChangeKind::OperationTagsChanged, "tags"),
            (ChangeKind::OperationIdChanged, "operationId"),
        ] {
            let (was, is) = (keyword(old, key), keyword(new, key));
            if was != is {
                self.keyword(operations, kind, key, Details::new(was, is));
            }
        }
        let security = |document: &Value, of: &Value| {
            let own = child(of, "security").or_else(|| child(document, "security"));
            own.cloned().unwrap_or_else(|| json!([]))
        };
        let (was, is) = (security(self.documents.old, old), security(self.documents.new, new));
        if was != is {
            let kind = ChangeKind::OperationSecurityChanged;
            self.keyword(operations, kind, "security", Details::new(was, is));
        }
    }

    fn keyword(&mut self, operations: &Operations<'_, 'd>, kind: ChangeKind, key: &str, details: Details) {
        let Operation { value, pointer, .. } = operations.new;
        let pointer = if child(value, key).is_some() { pointer.child(key) } else { pointer.clone() };
        self.operation_differs(operations, &Location::default(), kind, details, Anchor::new(pointer));
    }

    fn parameters(&mut self, operations: &Operations<'_, 'd>) {
        let (before, after) = (parameters(operations.old), parameters(operations.new));
        for removed in before.values().filter(|parameter| !after.contains_key(&parameter.key)) {
            let anchor = Anchor::old(removed.pointer.clone());
            self.parameter_differs(operations, removed, ChangeKind::Removed, Details::default(), anchor);
        }
        for (key, parameter) in &after {
            let mut differ = |kind, details| {
                let anchor = Anchor::new(parameter.pointer.clone());
                self.parameter_differs(operations, parameter, kind, details, anchor);
            };
            let is = parameter.is_required();
            let Some(earlier) = before.get(key) else {
                let kind = if is { ChangeKind::AddedRequired } else { ChangeKind::AddedOptional };
                differ(kind, Details::default());
                continue;
            };
            let was = earlier.is_required();
            if was != is {
                let kind = if is { ChangeKind::BecameRequired } else { ChangeKind::BecameOptional };
                differ(kind, Details::new(was, is));
            }
            let (was, is) = (earlier.is_deprecated(), parameter.is_deprecated());
            if was != is {
                let kind = if is { ChangeKind::Deprecated } else { ChangeKind::Undeprecated };
                differ(kind, Details::new(was, is));
            }
            let (was, is) = (earlier.serialization(), parameter.serialization());
            if was != is {
                differ(ChangeKind::SerializationChanged, Details::new(was, is));
            }
            let (Some(old), Some(new)) = (parameter_schema(earlier), parameter_schema(parameter)) else {
                continue;
            };
            let (kind, nodes) = (PayloadKind::Parameter, Pair { old, new });
            self.payload(operations, &parameter.location, kind, Some(key.clone()), nodes);
        }
    }

    fn parameter_differs(
        &mut self,
        operations: &Operations<'_, 'd>,
        parameter: &Parameter<'_>,
        kind: ChangeKind,
        details: Details,
        anchor: Anchor,
    ) {
        self.operation_differs(operations, &parameter.location, kind, details, anchor);
        if let Some(difference) = self.differences.last_mut() {
            difference.payload = Some(PayloadKind::Parameter);
        }
    }

    fn request_body(&mut self, operations: &Operations<'_, 'd>) {
        let body = |operation: &Operation<'d>| {
            let pointer = operation.pointer.child("requestBody");
            child(operation.value, "requestBody").map(|value| Body { value, pointer })
        };
        let location = Location::request();
        let mut differ = |kind, details: Details, anchor| {
            // The request of a webhook is one that callers receive.
            self.operation_differs(
                operations,
                &location,
                kind,
                details.except_if(operations.new.webhook),
                anchor,
            );
        };
        match (body(operations.old), body(operations.new)) {
            (None, None) => {}
            (None, Some(new)) => {
                let kind = if has_flag(new.value, "required") {
                    ChangeKind::RequestBodyAddedRequired
                } else {
                    ChangeKind::RequestBodyAddedOptional
                };
                differ(kind, Details::default(), Anchor::new(new.pointer));
            }
            (Some(old), None) => {
                differ(ChangeKind::RequestBodyRemoved, Details::default(), Anchor::old(old.pointer));
            }
            (Some(old), Some(new)) => {
                let (was, is) = (has_flag(old.value, "required"), has_flag(new.value, "required"));
                if was != is {
                    let kind = if is {
                        ChangeKind::RequestBodyBecameRequired
                    } else {
                        ChangeKind::RequestBodyBecameOptional
                    };
                    differ(kind, Details::new(was, is), Anchor::new(new.pointer.clone()));
                }
                let kind = if operations.new.webhook { PayloadKind::Response } else { PayloadKind::Request };
                self.content(operations, &location, kind, Pair { old, new });
            }
        }
    }

    fn responses(&mut self, operations: &Operations<'_, 'd>) {
        let responses = |of: &Operation<'d>| child(of.value, "responses").and_then(Value::as_object);
        let (Some(before), Some(after)) = (responses(operations.old), responses(operations.new)) else {
            return;
        };
        let pointer = |of: &Operation<'_>, status: &str| of.pointer.child("responses").child(status);
        for status in before.keys().filter(|status| !after.contains_key(*status)) {
            let details = Details::new(status.as_str(), Value::Null).except_if(!status.starts_with('2'));
            let anchor = Anchor::old(pointer(operations.old, status));
            let kind = ChangeKind::ResponseStatusRemoved;
            self.operation_differs(operations, &Location::response(status), kind, details, anchor);
        }
        for (status, value) in after {
            let location = Location::response(status);
            let new = Body { value, pointer: pointer(operations.new, status) };
            let Some(earlier) = before.get(status) else {
                let details = Details::new(Value::Null, status.as_str());
                let kind = ChangeKind::ResponseStatusAdded;
                self.operation_differs(operations, &location, kind, details, Anchor::new(new.pointer));
                continue;
            };
            let old = Body { value: earlier, pointer: pointer(operations.old, status) };
            let kind = if operations.new.webhook { PayloadKind::Request } else { PayloadKind::Response };
            self.content(operations, &location, kind, Pair { old, new });
        }
    }

    /// The media types of a body, and their schemas.
    fn content(
        &mut self,
        operations: &Operations<'_, 'd>,
        location: &Location,
        kind: PayloadKind,
        bodies: Pair<Body<'d>>,
    ) {
        let media_types = |body: &Body<'d>| -> BTreeMap<&'d str, &'d Value> {
            let content = child(body.value, "content").and_then(Value::as_object);
            content.into_iter().flatten().map(|(name, media_type)| (name.as_str(), media_type)).collect()
        };
        let pointer = |body: &Body<'_>, name: &str| body.pointer.child("content").child(name);
        let (before, after) = (media_types(&bodies.old), media_types(&bodies.new));
        for name in before.keys().filter(|name| !after.contains_key(*name)) {
            let details = Details::new(*name, Value::Null);
            let anchor = Anchor::old(pointer(&bodies.old, name));
            self.operation_differs(operations, location, ChangeKind::ContentTypeRemoved, details, anchor);
        }
        for (name, media_type) in after {
            let Some(earlier) = before.get(name) else {
                let details = Details::new(Value::Null, name);
                let anchor = Anchor::new(pointer(&bodies.new, name));
                self.operation_differs(operations, location, ChangeKind::ContentTypeAdded, details, anchor);
                continue;
            };
            let node = |body: &Body<'_>, media_type: &'d Value| {
                let schema = child(media_type, "schema").unwrap_or(&Value::Bool(true));
                Node::new(pointer(body, name).child("schema"), schema)
            };
            let nodes = Pair { old: node(&bodies.old, earlier), new: node(&bodies.new, media_type) };
            self.payload(operations, location, kind, None, nodes);
        }
    }

    fn payload(
        &mut self,
        operations: &Operations<'_, 'd>,
        location: &Location,
        kind: PayloadKind,
        parameter: Option<ParameterKey>,
        nodes: Pair<Node<'d>>,
    ) {
        let cursor = Cursor {
            operation: Rc::clone(&operations.name),
            location: location.clone(),
            kind,
            payload: self.payloads.len(),
            steps: Rc::default(),
            union: None,
        };
        let old_operation = operations.old_index;
        self.payloads.push(Payload { kind, old_operation, parameter, nodes: nodes.clone() });
        self.node(&nodes.old, &nodes.new, &cursor);
    }
}

impl Parameter<'_> {
    /// A path parameter is required, whatever the document says.
    pub(super) fn is_required(&self) -> bool {
        self.key.location == ParameterLocation::Path || has_flag(self.value, "required")
    }

    fn is_deprecated(&self) -> bool {
        has_flag(self.value, "deprecated")
            || child(self.value, AVAILABILITY).is_some_and(|it| it == "deprecated")
    }

    /// `style` and `explode` with their defaults.
    fn serialization(&self) -> Value {
        let default = match self.key.location {
            ParameterLocation::Query | ParameterLocation::Cookie => "form",
            _ => "simple",
        };
        let style = child(self.value, "style").and_then(Value::as_str).unwrap_or(default);
        let explode = child(self.value, "explode").and_then(Value::as_bool).unwrap_or(style == "form");
        let mut out = Map::new();
        out.insert("style".to_owned(), style.into());
        out.insert("explode".to_owned(), explode.into());
        Value::Object(out)
    }
}

fn has_flag(value: &Value, key: &str) -> bool {
    child(value, key) == Some(&Value::Bool(true))
}

pub(super) fn parameters<'d>(operation: &Operation<'d>) -> BTreeMap<ParameterKey, Parameter<'d>> {
    let all = child(operation.value, "parameters").and_then(Value::as_array);
    let parameter = |(index, value): (usize, &'d Value)| {
        let text = |key: &str| child(value, key).and_then(Value::as_str).unwrap_or_default();
        let (location, name) = (ParameterLocation::from(text("in")), text("name"));
        let position = template_parameters(operation.path)
            .position(|parameter| location == ParameterLocation::Path && parameter == name);
        let key_name = match (position, &location) {
            (Some(position), _) => format!("#{position}"),
            (None, ParameterLocation::Header) => name.to_lowercase(),
            (None, _) => name.to_owned(),
        };
        let key = ParameterKey { location: location.clone(), name: key_name };
        Parameter {
            key,
            position,
            location: position.map_or_else(|| Location::parameter(location, name), Location::path_parameter),
            pointer: operation.pointer.child("parameters").child(index.to_string()),
            value,
        }
    };
    let all = all.into_iter().flatten().enumerate().map(parameter);
    all.map(|parameter| (parameter.key.clone(), parameter)).collect()
}

/// The schema of a parameter, or of its media type.
pub(super) fn parameter_schema<'d>(parameter: &Parameter<'d>) -> Option<Node<'d>> {
    if let Some(schema) = child(parameter.value, "schema") {
        return Some(Node::new(parameter.pointer.child("schema"), schema));
    }
    let (name, media_type) = child(parameter.value, "content").and_then(Value::as_object)?.iter().next()?;
    let pointer = parameter.pointer.child("content").child(name).child("schema");
    Some(Node::new(pointer, child(media_type, "schema")?))
}
