//! Compares the responses of two operations, their headers, and the media types of bodies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::comparison::Comparison;
use super::difference::{Anchor, Details, Pair};
use super::kind::{ChangeKind, PayloadKind};
use super::operation::{Body, Operations, has_flag};
use super::parameter::schema_of;
use super::view::Node;
use crate::api::location::{Location, Segment};
use crate::diagnostics::pointer::{Pointer, child};

impl<'d> Comparison<'d> {
    pub(super) fn responses(&mut self, operations: &Operations<'_, 'd>) {
        let responses = |of: &'d Value| -> BTreeMap<&'d str, &'d Value> {
            let all = child(of, "responses").and_then(Value::as_object);
            all.into_iter().flatten().map(|(status, response)| (status.as_str(), response)).collect()
        };
        let (before, after) = (responses(operations.old.value), responses(operations.new.value));
        let old_body = |status: &str, value: &'d Value| {
            let pointer = operations.old.pointer.child("responses").child(status);
            Body { value, pointer }
        };
        let new_body = |status: &str, value: &'d Value| {
            let pointer = operations.new.pointer.child("responses").child(status);
            Body { value, pointer }
        };
        let statuses: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        for status in statuses {
            let location = Location::response(status);
            let old = before.get(status).map(|value| old_body(status, value));
            let new = after.get(status).map(|value| new_body(status, value));
            let (old, new) = match (old, new) {
                (Some(old), Some(new)) => (Some(old), Some(new)),
                (Some(old), None) => {
                    let range = range_of(status, &after).map(|(range, value)| new_body(range, value));
                    let in_range =
                        |other: &&str| range_name(other).is_some_and(|it| it.eq_ignore_ascii_case(status));
                    let has_part = after.keys().any(in_range);
                    let is_exceptional = !status.starts_with('2') || range.is_some() || has_part;
                    let details = Details::new(status, Value::Null).except_if(is_exceptional);
                    let (kind, anchor) =
                        (ChangeKind::ResponseStatusRemoved, Anchor::old(old.pointer.clone()));
                    self.operation_differs(operations, &location, kind, details, anchor);
                    (Some(old), range)
                }
                (None, Some(new)) => {
                    let details = Details::new(Value::Null, status);
                    let (kind, anchor) = (ChangeKind::ResponseStatusAdded, Anchor::new(new.pointer.clone()));
                    self.operation_differs(operations, &location, kind, details, anchor);
                    (range_of(status, &before).map(|(range, value)| old_body(range, value)), Some(new))
                }
                (None, None) => (None, None),
            };
            if let (Some(old), Some(new)) = (old, new) {
                self.response(operations, &location, Pair { old, new });
            }
        }
    }

    fn response(&mut self, operations: &Operations<'_, 'd>, location: &Location, bodies: Pair<Body<'d>>) {
        let kind = if operations.new.webhook { PayloadKind::Request } else { PayloadKind::Response };
        let Pair { old, new } = &bodies;
        let objects = Pair { old: (old.value, &old.pointer), new: (new.value, &new.pointer) };
        self.other_keywords(&operations.name, location, objects, &["headers", "content"]);
        self.headers(operations, location, kind, &bodies);
        self.content(operations, location, kind, &bodies);
    }

    fn headers(
        &mut self,
        operations: &Operations<'_, 'd>,
        location: &Location,
        kind: PayloadKind,
        bodies: &Pair<Body<'d>>,
    ) {
        let headers = |body: &Body<'d>| -> BTreeMap<&'d str, (&'d Value, Pointer)> {
            let all = child(body.value, "headers").and_then(Value::as_object).into_iter().flatten();
            let pointer = |name: &str| body.pointer.child("headers").child(name);
            all.map(|(name, value)| (name.as_str(), (value, pointer(name)))).collect()
        };
        let (before, after) = (headers(&bodies.old), headers(&bodies.new));
        let is_required = |header: &Value| has_flag(header, "required");
        let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        for name in names {
            let location = location.child(Segment::Header(name.into()));
            let mut differ = |change, details, anchor| {
                self.operation_differs(operations, &location, change, details, anchor);
                if let Some(difference) = self.differences.last_mut() {
                    difference.payload = Some(kind);
                }
            };
            match (before.get(name), after.get(name)) {
                (Some((old, pointer)), None) => {
                    let exceptional = kind == PayloadKind::Response && !is_required(old);
                    let details = Details::default().except_if(exceptional);
                    differ(ChangeKind::Removed, details, Anchor::old(pointer.clone()));
                }
                (None, Some((new, pointer))) => {
                    let change = match kind {
                        PayloadKind::Response => ChangeKind::Added,
                        _ if is_required(new) => ChangeKind::AddedRequired,
                        _ => ChangeKind::AddedOptional,
                    };
                    differ(change, Details::default(), Anchor::new(pointer.clone()));
                }
                (Some((old, old_pointer)), Some((new, new_pointer))) => {
                    let anchor = || Anchor::new(new_pointer.clone());
                    let (was, is) = (is_required(old), is_required(new));
                    if was != is {
                        let change = if is { ChangeKind::BecameRequired } else { ChangeKind::BecameOptional };
                        differ(change, Details::new(was, is), anchor());
                    }
                    let (was, is) = (has_flag(old, "deprecated"), has_flag(new, "deprecated"));
                    if was != is {
                        let change = if is { ChangeKind::Deprecated } else { ChangeKind::Undeprecated };
                        differ(change, Details::new(was, is), anchor());
                    }
                    let content = |it: &Value| {
                        let content = child(it, "content").and_then(Value::as_object);
                        content.map(|it| it.keys().cloned().collect::<Vec<_>>())
                    };
                    if content(old) != content(new) {
                        let details = Details::new(content(old), content(new));
                        self.operation_differs(
                            operations,
                            &location,
                            ChangeKind::OperationKeywordChanged,
                            details,
                            anchor(),
                        );
                    }
                    let objects = Pair { old: (*old, old_pointer), new: (*new, new_pointer) };
                    let compared = ["required", "deprecated", "schema", "content"];
                    self.other_keywords(&operations.name, &location, objects, &compared);
                    let nodes = (schema_of(old, old_pointer), schema_of(new, new_pointer));
                    if let (Some(old), Some(new)) = nodes {
                        self.payload(operations, &location, kind, Pair { old, new });
                    }
                }
                (None, None) => {}
            }
        }
    }

    /// The media types of a body, and their schemas.
    pub(super) fn content(
        &mut self,
        operations: &Operations<'_, 'd>,
        location: &Location,
        kind: PayloadKind,
        bodies: &Pair<Body<'d>>,
    ) {
        let (before, after) = (media_types(&bodies.old), media_types(&bodies.new));
        for (_, removed) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
            let details = Details::new(removed.name, Value::Null);
            let anchor = Anchor::old(removed.pointer.clone());
            self.operation_differs(operations, location, ChangeKind::ContentTypeRemoved, details, anchor);
        }
        for (key, new) in &after {
            let anchor = || Anchor::new(new.pointer.clone());
            let Some(old) = before.get(key) else {
                let details = Details::new(Value::Null, new.name);
                self.operation_differs(operations, location, ChangeKind::ContentTypeAdded, details, anchor());
                continue;
            };
            if !old.name.eq_ignore_ascii_case(new.name) {
                let change = ChangeKind::ContentTypeParametersChanged;
                self.operation_differs(
                    operations,
                    location,
                    change,
                    Details::new(old.name, new.name),
                    anchor(),
                );
            }
            let encoding = |it: &MediaType<'d>| child(it.value, "encoding").cloned().unwrap_or_default();
            let (was, is) = (encoding(old), encoding(new));
            if was != is {
                let anchor = Anchor::new(new.pointer.child("encoding"));
                self.operation_differs(
                    operations,
                    location,
                    ChangeKind::EncodingChanged,
                    Details::new(was, is),
                    anchor,
                );
            }
            let objects = Pair { old: (old.value, &old.pointer), new: (new.value, &new.pointer) };
            self.other_keywords(&operations.name, location, objects, &["schema", "encoding"]);
            let node = |it: &MediaType<'d>| {
                let schema = child(it.value, "schema").unwrap_or(&Value::Bool(true));
                Node::new(it.pointer.child("schema"), schema)
            };
            self.payload(operations, location, kind, Pair { old: node(old), new: node(new) });
        }
    }
}

/// The range of statuses, such as `2XX`, that a status belongs to.
fn range_of<'d>(status: &str, responses: &BTreeMap<&'d str, &'d Value>) -> Option<(&'d str, &'d Value)> {
    let range = range_name(status)?;
    let found = responses.iter().find(|(key, _)| key.eq_ignore_ascii_case(&range))?;
    Some((*found.0, *found.1))
}

fn range_name(status: &str) -> Option<String> {
    let class = status.chars().next().filter(char::is_ascii_digit)?;
    let range = format!("{class}XX");
    (!status.eq_ignore_ascii_case(&range)).then_some(range)
}

struct MediaType<'d> {
    name: &'d str,
    pointer: Pointer,
    value: &'d Value,
}

/// The media types of a body, by their names in lower case without parameters; with them if that is ambiguous.
fn media_types<'d>(body: &Body<'d>) -> BTreeMap<String, MediaType<'d>> {
    let content = child(body.value, "content").and_then(Value::as_object);
    let mut out = BTreeMap::new();
    for (name, value) in content.into_iter().flatten() {
        let lower = name.to_lowercase();
        let essence = lower.split(';').next().unwrap_or_default().trim().to_owned();
        let key = if out.contains_key(&essence) { lower } else { essence };
        let pointer = body.pointer.child("content").child(name);
        out.insert(key, MediaType { name, pointer, value });
    }
    out
}
