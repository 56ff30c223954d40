//! Compares two operations: parameters, bodies, responses, and the keywords of the operation itself.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::{Value, json};

use super::comparison::{Comparison, Operation};
use super::difference::{Anchor, Details, Pair, Payload, Search};
use super::interface::{AVAILABILITY, without_prose};
use super::kind::{ChangeKind, PayloadKind};
use super::security;
use super::view::Node;
use crate::api::location::Location;
use crate::diagnostics::pointer::{Pointer, child};
use crate::document::path_template::template_parameters;

/// A pair of operations during the comparison.
pub(super) struct Operations<'o, 'd> {
    pub(super) old: &'o Operation<'d>,
    pub(super) new: &'o Operation<'d>,
    /// The index of the old operation.
    pub(super) old_index: usize,
    pub(super) name: Rc<str>,
}

/// A body in one document.
pub(super) struct Body<'d> {
    pub(super) value: &'d Value,
    pub(super) pointer: Pointer,
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

    pub(super) fn operation_differs(
        &mut self,
        operations: &Operations<'_, 'd>,
        location: &Location,
        kind: ChangeKind,
        details: Details,
        anchor: Anchor,
    ) {
        let (operation, search) = (Rc::clone(&operations.name), Search::Operation(operations.old_index));
        self.operation_difference(operation, kind, details, anchor, search);
        if let Some(difference) = self.differences.last_mut() {
            difference.location = location.clone();
        }
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
        let (before, after) = (&*operations.old.path, &*operations.new.path);
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
            (ChangeKind::OperationIdChanged, "operationId"),
        ] {
            let (was, is) = (keyword(old, key), keyword(new, key));
            if was != is {
                self.keyword(operations, kind, key, Details::new(was, is));
            }
        }
        let tags = |of: &'d Value| -> BTreeSet<&'d str> {
            let tags = child(of, "tags").and_then(Value::as_array);
            tags.into_iter().flatten().filter_map(Value::as_str).collect()
        };
        if tags(old) != tags(new) {
            let details = Details::new(keyword(old, "tags"), keyword(new, "tags"));
            self.keyword(operations, ChangeKind::OperationTagsChanged, "tags", details);
        }
        let inherited = |document: &Value, of: &Value, key: &str| {
            let root = || child(document, key).filter(|_| !operations.new.webhook);
            child(of, key).or_else(root).cloned().unwrap_or_else(|| json!([]))
        };
        let Pair { old: before, new: after } = self.documents;
        let both = |key: &str| (inherited(before, old, key), inherited(after, new, key));
        let (was, is) = both("security");
        if let Some(kind) = security::change(&was, &is) {
            self.keyword(operations, kind, "security", Details::new(was, is));
        }
        let has_own = child(old, "servers").is_some() || child(new, "servers").is_some();
        let (was, is) = both("servers");
        let (was, is) = (without_prose(&was), without_prose(&is));
        if has_own && was != is {
            self.keyword(operations, ChangeKind::ServersChanged, "servers", Details::new(was, is));
        }
        const COMPARED: [&str; 9] = [
            "tags",
            "operationId",
            "parameters",
            "requestBody",
            "responses",
            "callbacks",
            "deprecated",
            "security",
            "servers",
        ];
        let objects = Pair { old: (old, &operations.old.pointer), new: (new, &operations.new.pointer) };
        self.other_keywords(&operations.name, &Location::default(), objects, &COMPARED);
    }

    fn keyword(&mut self, operations: &Operations<'_, 'd>, kind: ChangeKind, key: &str, details: Details) {
        let Operation { value, pointer, .. } = operations.new;
        let pointer = if child(value, key).is_some() { pointer.child(key) } else { pointer.clone() };
        self.operation_differs(operations, &Location::default(), kind, details, Anchor::new(pointer));
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
                let objects = Pair { old: (old.value, &old.pointer), new: (new.value, &new.pointer) };
                self.other_keywords(&operations.name, &location, objects, &["content", "required"]);
                let kind = if operations.new.webhook { PayloadKind::Response } else { PayloadKind::Request };
                self.content(operations, &location, kind, &Pair { old, new });
            }
        }
    }

    pub(super) fn payload(
        &mut self,
        operations: &Operations<'_, 'd>,
        location: &Location,
        kind: PayloadKind,
        nodes: Pair<Node<'d>>,
    ) {
        let old_operation = operations.old_index;
        let payload = Payload { kind, old_operation, parameter: None, is_text: false, nodes };
        self.schemas(&operations.name, location, payload);
    }
}

pub(super) fn has_flag(value: &Value, key: &str) -> bool {
    child(value, key) == Some(&Value::Bool(true))
}
