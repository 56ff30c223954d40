//! Compares the parameters of two operations.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::comparison::{Comparison, Operation};
use super::difference::{Anchor, Details, Pair, ParameterKey, Payload};
use super::interface::AVAILABILITY;
use super::kind::{ChangeKind, PayloadKind};
use super::operation::{Operations, has_flag};
use super::view::Node;
use crate::api::location::{Location, ParameterLocation};
use crate::diagnostics::pointer::{Pointer, child};
use crate::document::path_template::template_parameters;

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
    pub(super) fn parameters(&mut self, operations: &Operations<'_, 'd>) {
        let (before, after) = (parameters(operations.old), parameters(operations.new));
        let moved = moved(&before, &after);
        let is_moved = |key: &ParameterKey| moved.iter().any(|pair| pair.old == key);
        let removed =
            |parameter: &&Parameter<'d>| !after.contains_key(&parameter.key) && !is_moved(&parameter.key);
        for removed in before.values().filter(removed) {
            let anchor = Anchor::old(removed.pointer.clone());
            self.parameter_differs(operations, removed, ChangeKind::Removed, Details::default(), anchor);
        }
        for (key, parameter) in &after {
            let before_move = moved.iter().find(|pair| pair.new == key).and_then(|pair| before.get(pair.old));
            match before.get(key).or(before_move) {
                Some(earlier) => self.parameter(operations, earlier, parameter),
                None => {
                    let is_required = parameter.is_required();
                    let kind =
                        if is_required { ChangeKind::AddedRequired } else { ChangeKind::AddedOptional };
                    let anchor = Anchor::new(parameter.pointer.clone());
                    self.parameter_differs(operations, parameter, kind, Details::default(), anchor);
                }
            }
        }
    }

    fn parameter(&mut self, operations: &Operations<'_, 'd>, old: &Parameter<'d>, new: &Parameter<'d>) {
        let scalar = self.is_scalar(old) && self.is_scalar(new);
        let mut differ = |kind, details| {
            let anchor = Anchor::new(new.pointer.clone());
            self.parameter_differs(operations, new, kind, details, anchor);
        };
        if old.key.location != new.key.location {
            differ(ChangeKind::Moved, Details::new(old.key.location.name(), new.key.location.name()));
        }
        let (was, is) = (old.is_required(), new.is_required());
        if was != is {
            let kind = if is { ChangeKind::BecameRequired } else { ChangeKind::BecameOptional };
            differ(kind, Details::new(was, is));
        }
        let (was, is) = (old.is_deprecated(), new.is_deprecated());
        if was != is {
            let kind = if is { ChangeKind::Deprecated } else { ChangeKind::Undeprecated };
            differ(kind, Details::new(was, is));
        }
        let (was, is) = (has_flag(old.value, "allowEmptyValue"), has_flag(new.value, "allowEmptyValue"));
        if was != is {
            let kind = if is { ChangeKind::EmptyValuePermitted } else { ChangeKind::EmptyValueForbidden };
            differ(kind, Details::new(was, is));
        }
        let (was, is) = (old.serialization(), new.serialization());
        if was != is && old.key.location == new.key.location {
            let same = scalar && [&was, &is].into_iter().all(writes_scalar_plainly);
            differ(ChangeKind::SerializationChanged, Details::new(was, is).except_if(same));
        }
        const COMPARED: [&str; 9] = [
            "name",
            "in",
            "required",
            "deprecated",
            "allowEmptyValue",
            "style",
            "explode",
            "schema",
            "content",
        ];
        let objects = Pair { old: (old.value, &old.pointer), new: (new.value, &new.pointer) };
        self.other_keywords(&operations.name, &new.location, objects, &COMPARED);
        if let (Some(before), Some(after)) = (parameter_schema(old), parameter_schema(new)) {
            let payload = Payload {
                kind: PayloadKind::Parameter,
                old_operation: operations.old_index,
                parameter: Some(new.key.clone()),
                is_text: media_type(new.value).is_none(),
                nodes: Pair { old: before, new: after },
            };
            self.schemas(&operations.name, &new.location, payload);
        }
    }

    /// Whether the values of a parameter are strings, numbers or booleans.
    fn is_scalar(&self, parameter: &Parameter<'d>) -> bool {
        let node = child(parameter.value, "schema").map(|schema| Node::new(Pointer::default(), schema));
        node.is_some_and(|node| {
            // The schema belongs to one of the documents, and references to the other lead nowhere or to the same name.
            [self.documents.old, self.documents.new].into_iter().all(|root| {
                let view = node.view(root);
                let is_scalar = |types: &std::collections::BTreeSet<&str>| {
                    !types.contains("array") && !types.contains("object")
                };
                view.alternatives.iter().all(|it| it.types.as_ref().is_some_and(is_scalar))
            })
        })
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
}

/// The parameters with the same name that are in another place, if there is one candidate.
fn moved<'p, 'd>(
    before: &'p BTreeMap<ParameterKey, Parameter<'d>>,
    after: &'p BTreeMap<ParameterKey, Parameter<'d>>,
) -> Vec<Pair<&'p ParameterKey>> {
    let is_other = |it: &&ParameterKey| it.location != ParameterLocation::Path;
    let removed = before.keys().filter(|key| !after.contains_key(*key)).filter(is_other);
    let added: Vec<&ParameterKey> =
        after.keys().filter(|key| !before.contains_key(*key)).filter(is_other).collect();
    let pair = |old: &'p ParameterKey| {
        let new = added.iter().find(|new| new.name.eq_ignore_ascii_case(&old.name))?;
        Some(Pair { old, new: *new })
    };
    removed.filter_map(pair).collect()
}

/// Whether a serialization writes a scalar as its text.
fn writes_scalar_plainly(serialization: &Value) -> bool {
    let style = child(serialization, "style").and_then(Value::as_str);
    style.is_some_and(|style| {
        ["form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"].contains(&style)
    })
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

    /// `style` and `explode` with their defaults, or the media type.
    fn serialization(&self) -> Value {
        let mut out = Map::new();
        if let Some(media_type) = media_type(self.value) {
            out.insert("content".to_owned(), media_type.0.as_str().into());
            return Value::Object(out);
        }
        let default = match self.key.location {
            ParameterLocation::Query | ParameterLocation::Cookie => "form",
            _ => "simple",
        };
        let style = child(self.value, "style").and_then(Value::as_str).unwrap_or(default);
        let explode = child(self.value, "explode").and_then(Value::as_bool).unwrap_or(style == "form");
        out.insert("style".to_owned(), style.into());
        out.insert("explode".to_owned(), explode.into());
        Value::Object(out)
    }
}

/// The media type of a parameter or header that has no `schema`.
fn media_type(value: &Value) -> Option<(&String, &Value)> {
    let content = child(value, "content").filter(|_| child(value, "schema").is_none());
    content.and_then(Value::as_object)?.iter().next()
}

pub(super) fn parameters<'d>(operation: &Operation<'d>) -> BTreeMap<ParameterKey, Parameter<'d>> {
    let all = child(operation.value, "parameters").and_then(Value::as_array);
    let parameter = |(index, value): (usize, &'d Value)| {
        let text = |key: &str| child(value, key).and_then(Value::as_str).unwrap_or_default();
        let (location, name) = (ParameterLocation::from(text("in")), text("name"));
        let position = template_parameters(&operation.path)
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
    schema_of(parameter.value, &parameter.pointer)
}

/// The schema of a parameter or header, or of its media type.
pub(super) fn schema_of<'d>(value: &'d Value, pointer: &Pointer) -> Option<Node<'d>> {
    if let Some(schema) = child(value, "schema") {
        return Some(Node::new(pointer.child("schema"), schema));
    }
    let (name, media_type) = child(value, "content").and_then(Value::as_object)?.iter().next()?;
    let pointer = pointer.child("content").child(name).child("schema");
    Some(Node::new(pointer, child(media_type, "schema")?))
}
