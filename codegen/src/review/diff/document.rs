//! Compares two documents: the properties of the documents themselves, and the operations, which it matches first.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::fact::{Anchor, Details, Difference, Pair, Payload, Search};
use super::kind::ChangeKind;
use super::view::Node;
use crate::api::location::{Location, normalized_path};
use crate::diagnostics::pointer::{Pointer, child};
use crate::document::METHODS;

/// The one vendor extension that is part of the interface.
pub(super) const AVAILABILITY: &str = "x-fern-availability";

/// The differences between two documents, and the payloads for counterexamples.
pub(super) struct Comparison<'d> {
    pub(super) documents: Pair<&'d Value>,
    pub(super) differences: Vec<Difference<'d>>,
    pub(super) payloads: Vec<Payload<'d>>,
    /// Components that differ, or refer to one that does.
    changed: BTreeSet<&'d str>,
    /// The pairs of schemas around the current one, so that recursion ends.
    pub(super) open: Vec<Pair<Pointer>>,
}

/// An operation or webhook of a document.
#[derive(Clone, Debug)]
pub(super) struct Operation<'d> {
    pub(super) method: &'d str,
    /// The template, or the name of a webhook.
    pub(super) path: &'d str,
    pub(super) webhook: bool,
    pub(super) pointer: Pointer,
    pub(super) value: &'d Value,
}

impl Operation<'_> {
    pub(super) fn name(&self) -> String {
        let kind = if self.webhook { "WEBHOOK " } else { "" };
        format!("{kind}{} {}", self.method.to_uppercase(), self.path)
    }
}

/// All operations, in the order of the document.
pub(super) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut out = Vec::new();
    for section in ["paths", "webhooks"] {
        for (path, item) in child(document, section).and_then(Value::as_object).into_iter().flatten() {
            for method in METHODS {
                if let Some(value) = child(item, method) {
                    let pointer = Pointer(vec![section.to_owned(), path.clone(), method.to_owned()]);
                    out.push(Operation { method, path, webhook: section == "webhooks", pointer, value });
                }
            }
        }
    }
    out
}

/// Compares two canonical documents.
pub(super) fn compare<'d>(old: &'d Value, new: &'d Value) -> Comparison<'d> {
    let mut comparison = Comparison {
        documents: Pair { old, new },
        differences: Vec::new(),
        payloads: Vec::new(),
        changed: changed_components(old, new),
        open: Vec::new(),
    };
    comparison.document();
    comparison.operations();
    comparison
}

impl<'d> Comparison<'d> {
    fn document(&mut self) {
        for (kind, path) in [
            (ChangeKind::DocumentVersionChanged, ["info", "version"].as_slice()),
            (ChangeKind::ServersChanged, &["servers"]),
            (ChangeKind::SecuritySchemesChanged, &["components", "securitySchemes"]),
        ] {
            let pointer = Pointer(path.iter().copied().map(str::to_owned).collect());
            let read = |document: &Value| pointer.find(document).cloned().unwrap_or_default();
            let (old, new) = (read(self.documents.old), read(self.documents.new));
            if old != new {
                let anchor = Anchor { removed: new.is_null(), pointer };
                let details = Details::new(old, new);
                self.operation_difference("*".into(), kind, details, anchor, Search::None);
            }
        }
    }

    fn operations(&mut self) {
        let (old, new) = (operations(self.documents.old), operations(self.documents.new));
        let pairs = matching(&old, &new);
        let added: Vec<&Operation<'_>> = new
            .iter()
            .enumerate()
            .filter(|(b, _)| !pairs.iter().any(|pair| pair.new == *b))
            .map(|it| it.1)
            .collect();
        for (index, removed) in
            old.iter().enumerate().filter(|(a, _)| !pairs.iter().any(|pair| pair.old == *a))
        {
            let details = Details::new(removed.path, probable_successor(removed, &added));
            let anchor = Anchor::old(removed.pointer.clone());
            let search = Search::Operation(index);
            self.operation_difference(
                removed.name().into(),
                ChangeKind::OperationRemoved,
                details,
                anchor,
                search,
            );
        }
        for added in added {
            let details = Details::new(Value::Null, added.path);
            let anchor = Anchor::new(added.pointer.clone());
            let kind = ChangeKind::OperationAdded;
            self.operation_difference(added.name().into(), kind, details, anchor, Search::None);
        }
        for pair in pairs {
            if let (Some(before), Some(after)) = (old.get(pair.old), new.get(pair.new)) {
                self.operation(pair.old, Pair { old: before, new: after });
            }
        }
    }

    fn operation_difference(
        &mut self,
        operation: Rc<str>,
        kind: ChangeKind,
        details: Details,
        anchor: Anchor,
        search: Search<'d>,
    ) {
        let location = Location::default();
        self.differences.push(Difference {
            operation,
            location,
            kind,
            payload: None,
            details,
            anchor,
            search,
        });
    }

    /// Whether two nodes are equal, including everything that they refer to.
    pub(super) fn is_same(&self, old: &Node<'d>, new: &Node<'d>) -> bool {
        let schemas = |node: &Node<'d>| node.parts.iter().map(|(_, schema)| *schema).collect::<Vec<_>>();
        schemas(old) == schemas(new) && !self.refers_to_changed(new)
    }

    pub(super) fn refers_to_changed(&self, node: &Node<'d>) -> bool {
        !self.changed.is_empty() && node.parts.iter().any(|(_, schema)| refers_to(schema, &self.changed))
    }
}

/// The pairs of indices of operations that are the same, in the order of the new document.
fn matching(old: &[Operation<'_>], new: &[Operation<'_>]) -> Vec<Pair<usize>> {
    let mut pairs: Vec<Pair<usize>> = Vec::new();
    let same_path = |a: &Operation<'_>, b: &Operation<'_>| a.path == b.path;
    let similar_path = |a: &Operation<'_>, b: &Operation<'_>| {
        !a.webhook && normalized_path(a.path) == normalized_path(b.path)
    };
    for test in [&same_path as &dyn Fn(&Operation<'_>, &Operation<'_>) -> bool, &similar_path] {
        for (index, after) in new.iter().enumerate() {
            let matches = |(index, before): &(usize, &Operation<'_>)| {
                let same = before.webhook == after.webhook && before.method == after.method;
                same && test(before, after) && !pairs.iter().any(|pair| pair.old == *index)
            };
            if !pairs.iter().any(|pair| pair.new == index)
                && let Some((found, _)) = old.iter().enumerate().find(matches)
            {
                pairs.push(Pair { old: found, new: index });
            }
        }
    }
    pairs.sort_by_key(|pair| pair.new);
    pairs
}

/// The path of the added operation with the same method whose path is the most similar to that of a removed one.
fn probable_successor(removed: &Operation<'_>, added: &[&Operation<'_>]) -> Option<String> {
    /// In thousandths; below this, no path is named.
    const MIN_SIMILARITY: usize = 700;
    // Parameters and versions are the same in many paths.
    let is_version = |segment: &str| {
        segment.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_word = |segment: &&str| !segment.is_empty() && !segment.starts_with('{') && !is_version(segment);
    let words = |path: &str| -> Vec<String> {
        normalized_path(path).split('/').filter(is_word).map(str::to_owned).collect()
    };
    let before = words(removed.path);
    let similarity = |path: &str| {
        let after = words(path);
        let common = after.iter().filter(|word| before.contains(word)).count();
        // The Dice coefficient.
        2_000 * common / (before.len() + after.len()).max(1)
    };
    added
        .iter()
        .filter(|it| it.method == removed.method && it.webhook == removed.webhook)
        .map(|it| (similarity(it.path), it.path))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, path)| path.to_owned())
}

fn changed_components<'d>(old: &'d Value, new: &'d Value) -> BTreeSet<&'d str> {
    let schemas = |document: &'d Value| -> Option<&'d Map<String, Value>> {
        document.pointer("/components/schemas").and_then(Value::as_object)
    };
    let (before, after) = (schemas(old), schemas(new));
    let names = before.into_iter().chain(after).flat_map(Map::keys);
    let schema = |schemas: Option<&'d Map<String, Value>>, name: &str| schemas.and_then(|it| it.get(name));
    let mut changed: BTreeSet<&str> =
        names.map(String::as_str).filter(|name| schema(before, name) != schema(after, name)).collect();
    loop {
        let more: Vec<&str> = after
            .into_iter()
            .flatten()
            .filter(|(name, schema)| !changed.contains(name.as_str()) && refers_to(schema, &changed))
            .map(|(name, _)| name.as_str())
            .collect();
        if more.is_empty() {
            return changed;
        }
        changed.extend(more);
    }
}

fn refers_to(schema: &Value, components: &BTreeSet<&str>) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(key, value)| match value {
            Value::String(target) if key == "$ref" => Pointer::from_fragment(target)
                .and_then(|it| it.0.last().cloned())
                .is_some_and(|it| components.contains(it.as_str())),
            value => refers_to(value, components),
        }),
        Value::Array(items) => items.iter().any(|item| refers_to(item, components)),
        _ => false,
    }
}
