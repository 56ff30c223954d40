//! Compares two documents: the properties of the documents themselves, and the operations, which it matches first.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::comparison::{Comparison, Operation};
use super::constraint;
use super::difference::{Anchor, Details, Difference, Finding, Pair, Search};
use super::graph::Graph;
use super::interface::without_prose;
use super::kind::ChangeKind;
use super::security;
use super::view::Node;
use crate::api::location::Location;
use crate::diagnostics::pointer::{Pointer, child};
use crate::document::METHODS;
use crate::document::path_template::normalized_path;

/// All operations with their callbacks, in the order of the document.
pub(super) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut out = Vec::new();
    for section in ["paths", "webhooks"] {
        let items = child(document, section).and_then(Value::as_object);
        for (path, item) in items.into_iter().flatten() {
            let pointer = Pointer(vec![section.to_owned(), path.clone()]);
            add_operations(item, path.into(), section == "webhooks", &pointer, &mut out);
        }
    }
    out
}

fn add_operations<'d>(
    item: &'d Value,
    path: Cow<'d, str>,
    webhook: bool,
    pointer: &Pointer,
    out: &mut Vec<Operation<'d>>,
) {
    for method in METHODS {
        let Some(value) = child(item, method) else { continue };
        let pointer = pointer.child(method);
        let operation = Operation { method, path: path.clone(), webhook, pointer: pointer.clone(), value };
        let name = operation.name();
        out.push(operation);
        for (callback, expressions) in
            child(value, "callbacks").and_then(Value::as_object).into_iter().flatten()
        {
            for (expression, item) in expressions.as_object().into_iter().flatten() {
                let pointer = pointer.child("callbacks").child(callback).child(expression);
                add_operations(
                    item,
                    format!("{expression} ({callback} of {name})").into(),
                    true,
                    &pointer,
                    out,
                );
            }
        }
    }
}

/// Compares two canonical documents.
pub(super) fn compare<'d>(old: &'d Value, new: &'d Value) -> Comparison<'d> {
    let mut comparison = Comparison {
        documents: Pair { old, new },
        differences: Vec::new(),
        payloads: Vec::new(),
        changed: changed_components(old, new),
        graph: Graph::new(old, new),
    };
    comparison.document();
    comparison.operations();
    comparison
}

impl<'d> Comparison<'d> {
    fn document(&mut self) {
        let Pair { old, new } = self.documents;
        security::compare_schemes(self, old, new);
        for (kind, path) in [
            (ChangeKind::DocumentVersionChanged, ["info", "version"].as_slice()),
            (ChangeKind::ServersChanged, &["servers"]),
        ] {
            let pointer = Pointer(path.iter().copied().map(str::to_owned).collect());
            let read = |document: &Value| without_prose(&pointer.find(document).cloned().unwrap_or_default());
            let (old, new) = (read(old), read(new));
            if old != new {
                let anchor = Anchor { removed: new.is_null(), pointer };
                self.operation_difference("*".into(), kind, Details::new(old, new), anchor, Search::None);
            }
        }
        const COMPARED: [&str; 8] =
            ["openapi", "info", "servers", "security", "tags", "paths", "webhooks", "components"];
        self.other_keywords(
            &"*".into(),
            &Location::default(),
            Pair { old: (old, &Pointer::default()), new: (new, &Pointer::default()) },
            &COMPARED,
        );
    }

    /// Reports the keywords of an object of OpenAPI that no rule compares.
    pub(super) fn other_keywords(
        &mut self,
        operation: &Rc<str>,
        location: &Location,
        objects: Pair<(&Value, &Pointer)>,
        compared: &[&str],
    ) {
        let keys = |of: (&Value, _)| -> BTreeSet<String> {
            let keywords = of.0.as_object().into_iter().flatten().map(|(key, _)| key);
            let is_other = |key: &&String| {
                !compared.contains(&key.as_str()) && !key.starts_with("x-") && !constraint::is_annotation(key)
            };
            keywords.filter(is_other).cloned().collect()
        };
        for key in keys(objects.old).union(&keys(objects.new)) {
            let (was, is) = (child(objects.old.0, key), child(objects.new.0, key));
            let without_prose = |value: Option<&Value>| value.map(without_prose);
            if without_prose(was) == without_prose(is) {
                continue;
            }
            let removed = is.is_none();
            let (_, pointer) = if removed { objects.old } else { objects.new };
            let anchor = Anchor { removed, pointer: pointer.child(key.as_str()) };
            let details = Details::new(json!({ key: was }), json!({ key: is }));
            let kind = ChangeKind::OperationKeywordChanged;
            self.operation_difference(Rc::clone(operation), kind, details, anchor, Search::None);
            if let Some(difference) = self.differences.last_mut() {
                difference.location = location.clone();
            }
        }
    }

    fn operations(&mut self) {
        let (old, new) = (operations(self.documents.old), operations(self.documents.new));
        let pairs = matching(&old, &new);
        let (matched_old, matched_new): (BTreeSet<usize>, BTreeSet<usize>) =
            pairs.iter().map(|pair| (pair.old, pair.new)).unzip();
        let is_added = |(index, _): &(usize, &Operation<'d>)| !matched_new.contains(index);
        let added: Vec<&Operation<'_>> = new.iter().enumerate().filter(is_added).map(|it| it.1).collect();
        for (index, removed) in old.iter().enumerate().filter(|(index, _)| !matched_old.contains(index)) {
            let details = Details::new(&*removed.path, probable_successor(removed, &added));
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
            let details = Details::new(Value::Null, &*added.path);
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

    pub(super) fn operation_difference(
        &mut self,
        operation: Rc<str>,
        kind: ChangeKind,
        details: Details,
        anchor: Anchor,
        search: Search<'d>,
    ) {
        let found = Finding { kind, details, anchor, segments: Vec::new(), alternative: None, nodes: None };
        let (location, found) = (Location::default(), Rc::new(found));
        self.differences.push(Difference { operation, location, payload: None, found, search });
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
    let same_path = |it: &Operation<'_>| Some(it.path.to_string());
    let similar_path = |it: &Operation<'_>| (!it.webhook).then(|| normalized_path(&it.path));
    for path in [&same_path as &dyn Fn(&Operation<'_>) -> Option<String>, &similar_path] {
        let key = |it: &Operation<'_>| Some((it.webhook, it.method.to_owned(), path(it)?));
        let (matched_old, matched_new): (BTreeSet<usize>, BTreeSet<usize>) =
            pairs.iter().map(|pair| (pair.old, pair.new)).unzip();
        let mut free: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (index, before) in old.iter().enumerate().filter(|(index, _)| !matched_old.contains(index)).rev()
        {
            if let Some(key) = key(before) {
                free.entry(key).or_default().push(index);
            }
        }
        for (index, after) in new.iter().enumerate().filter(|(index, _)| !matched_new.contains(index)) {
            let found = key(after).and_then(|key| free.get_mut(&key)?.pop());
            pairs.extend(found.map(|old| Pair { old, new: index }));
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
    let before = words(&removed.path);
    let similarity = |path: &str| {
        let after = words(path);
        let common = after.iter().filter(|word| before.contains(word)).count();
        // The Dice coefficient.
        2_000 * common / (before.len() + after.len()).max(1)
    };
    added
        .iter()
        .filter(|it| it.method == removed.method && it.webhook == removed.webhook)
        .map(|it| (similarity(&it.path), &*it.path))
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
