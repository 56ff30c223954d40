//! Two documents side by side: what belongs to the document as a whole, and which operations are the same.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::fact::{Fact, Proof, Root};
use super::view::Node;
use crate::pointer::{Pointer, child};
use crate::snapshot::METHODS;

/// The one vendor extension that is part of the interface.
pub(super) const AVAILABILITY: &str = "x-fern-availability";

/// All facts of a comparison, and what its witnesses are made of.
pub(super) struct Comparison<'d> {
    pub(super) old: &'d Value,
    pub(super) new: &'d Value,
    pub(super) facts: Vec<Fact<'d>>,
    pub(super) roots: Vec<Root<'d>>,
    /// Components that differ or lead to one that does.
    changed: BTreeSet<&'d str>,
    /// Pairs of schemas that are being compared: recursion ends there.
    pub(super) open: Vec<(Pointer, Pointer)>,
}

/// An operation or webhook of a document.
#[derive(Clone, Debug)]
pub(super) struct Operation<'d> {
    pub(super) method: &'d str,
    /// The template, or the name of a webhook.
    pub(super) path: &'d str,
    pub(super) webhook: bool,
    pub(super) at: Pointer,
    pub(super) value: &'d Value,
}

impl Operation<'_> {
    pub(super) fn name(&self) -> String {
        let kind = if self.webhook { "WEBHOOK " } else { "" };
        format!("{kind}{} {}", self.method.to_uppercase(), self.path)
    }

    /// Its path without what may change while it stays the same operation: the names of its parameters, the last slash.
    fn bare_path(&self) -> String {
        let segment =
            |segment: &str| if segment.contains('{') { "{}".to_owned() } else { segment.to_owned() };
        self.path.trim_end_matches('/').split('/').map(segment).collect::<Vec<_>>().join("/")
    }
}

/// All operations, in the order of the document.
pub(super) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut out = Vec::new();
    for section in ["paths", "webhooks"] {
        for (path, item) in child(document, section).and_then(Value::as_object).into_iter().flatten() {
            for method in METHODS {
                if let Some(value) = child(item, method) {
                    let at = Pointer(vec![section.to_owned(), path.clone(), method.to_owned()]);
                    out.push(Operation { method, path, webhook: section == "webhooks", at, value });
                }
            }
        }
    }
    out
}

/// Compares two canonical documents.
pub(super) fn compare<'d>(old: &'d Value, new: &'d Value) -> Comparison<'d> {
    let changed = changed_components(old, new);
    let mut comparison =
        Comparison { old, new, facts: Vec::new(), roots: Vec::new(), changed, open: Vec::new() };
    comparison.document();
    comparison.operations();
    comparison
}

impl<'d> Comparison<'d> {
    fn document(&mut self) {
        let version = |document: &'d Value| document.pointer("/info/version").cloned().unwrap_or_default();
        self.of_document("document-version-changed", &version, "/info/version");
        let servers = |document: &'d Value| document.get("servers").cloned().unwrap_or_default();
        self.of_document("servers-changed", &servers, "/servers");
        let schemes = |document: &'d Value| {
            document.pointer("/components/securitySchemes").cloned().unwrap_or_default()
        };
        self.of_document("security-schemes-changed", &schemes, "/components/securitySchemes");
    }

    fn of_document(&mut self, stem: &'static str, read: &dyn Fn(&'d Value) -> Value, at: &str) {
        let (before, after) = (read(self.old), read(self.new));
        if before != after {
            let removed = after.is_null();
            let pointer = Pointer(at.split('/').skip(1).map(str::to_owned).collect());
            self.facts.push(Fact {
                operation: "*".to_owned(),
                location: String::new(),
                stem,
                part: None,
                harmless: false,
                old: before,
                new: after,
                removed,
                pointer,
                proof: Proof::None,
            });
        }
    }

    fn operations(&mut self) {
        let (old, new) = (operations(self.old), operations(self.new));
        let pairs = matched(&old, &new);
        for (index, gone) in
            old.iter().enumerate().filter(|(a, _)| !pairs.iter().any(|(other, _)| other == a))
        {
            let come = new.iter().enumerate().filter(|(b, _)| !pairs.iter().any(|(_, other)| other == b));
            let successor = probable_successor(gone, come.map(|(_, operation)| operation));
            self.of_operation("op-removed", index, gone, (json!(gone.path), json!(successor)), true);
        }
        for come in new.iter().enumerate().filter(|(b, _)| !pairs.iter().any(|(_, other)| other == b)) {
            self.of_operation("op-added", 0, come.1, (Value::Null, json!(come.1.path)), false);
        }
        for (a, b) in pairs {
            if let (Some(before), Some(after)) = (old.get(a), new.get(b)) {
                self.operation((a, before), (b, after));
            }
        }
    }

    fn of_operation(
        &mut self,
        stem: &'static str,
        index: usize,
        operation: &Operation<'d>,
        (old, new): (Value, Value),
        removed: bool,
    ) {
        self.facts.push(Fact {
            operation: operation.name(),
            location: String::new(),
            stem,
            part: None,
            harmless: false,
            old,
            new,
            removed,
            pointer: operation.at.clone(),
            proof: Proof::Operation(index),
        });
    }

    /// Nothing below differs, references followed.
    pub(super) fn is_same(&self, old: &Node<'d>, new: &Node<'d>) -> bool {
        let schemas = |node: &Node<'d>| node.parts.iter().map(|(_, schema)| *schema).collect::<Vec<_>>();
        schemas(old) == schemas(new) && !self.mentions_changed(new)
    }

    pub(super) fn mentions_changed(&self, node: &Node<'d>) -> bool {
        !self.changed.is_empty() && node.parts.iter().any(|(_, schema)| mentions(schema, &self.changed))
    }

    /// Registers a body or parameter, to make witnesses of.
    pub(super) fn root(&mut self, root: Root<'d>) -> usize {
        self.roots.push(root);
        self.roots.len() - 1
    }
}

/// The pairs of operations that are the same, by index in either document, in the order of the new one.
fn matched(old: &[Operation<'_>], new: &[Operation<'_>]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let exact = |a: &Operation<'_>, b: &Operation<'_>| a.path == b.path;
    let bare = |a: &Operation<'_>, b: &Operation<'_>| !a.webhook && a.bare_path() == b.bare_path();
    for test in [&exact as &dyn Fn(&Operation<'_>, &Operation<'_>) -> bool, &bare] {
        for (b, come) in new.iter().enumerate() {
            let fits = |(a, gone): &(usize, &Operation<'_>)| {
                let same = gone.webhook == come.webhook && gone.method == come.method && test(gone, come);
                same && !pairs.iter().any(|(taken, _)| taken == a)
            };
            if !pairs.iter().any(|(_, taken)| *taken == b)
                && let Some((a, _)) = old.iter().enumerate().find(fits)
            {
                pairs.push((a, b));
            }
        }
    }
    pairs.sort_by_key(|(_, b)| *b);
    pairs
}

/// The new operation of that method whose path is most like the one that is gone.
fn probable_successor<'o>(
    gone: &Operation<'_>,
    come: impl Iterator<Item = &'o Operation<'o>>,
) -> Option<String> {
    // Parameters and versions are alike in many paths, and say nothing.
    let is_version = |segment: &str| {
        segment.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let says_nothing = |segment: &&str| segment.is_empty() || segment.starts_with('{') || is_version(segment);
    let words = |path: &str| -> Vec<String> {
        path.split('/').filter(|segment| !says_nothing(segment)).map(str::to_owned).collect()
    };
    let before = words(&gone.bare_path());
    let score = |path: &str| {
        let after = words(path);
        let common = after.iter().filter(|word| before.contains(word)).count();
        // Twice the common words over all words, in thousandths.
        2_000 * common / (before.len() + after.len()).max(1)
    };
    come.filter(|it| it.method == gone.method && it.webhook == gone.webhook)
        .map(|it| (score(&it.bare_path()), it.path))
        .filter(|(score, _)| *score >= 700)
        .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, path)| path.to_owned())
}

fn changed_components<'d>(old: &'d Value, new: &'d Value) -> BTreeSet<&'d str> {
    let schemas = |document: &'d Value| -> Option<&'d Map<String, Value>> {
        document.pointer("/components/schemas").and_then(Value::as_object)
    };
    let empty: &'d Map<String, Value> = EMPTY.get_or_init(Map::new);
    let (before, after) = (schemas(old).unwrap_or(empty), schemas(new).unwrap_or(empty));
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).map(String::as_str).collect();
    let mut changed: BTreeSet<&str> =
        names.iter().copied().filter(|name| before.get(*name) != after.get(*name)).collect();
    loop {
        let more: Vec<&str> = after
            .iter()
            .filter(|(name, schema)| !changed.contains(name.as_str()) && mentions(schema, &changed))
            .map(|(name, _)| name.as_str())
            .collect();
        if more.is_empty() {
            return changed;
        }
        changed.extend(more);
    }
}

static EMPTY: std::sync::OnceLock<Map<String, Value>> = std::sync::OnceLock::new();

fn mentions(schema: &Value, names: &BTreeSet<&str>) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(key, value)| match value {
            Value::String(target) if key == "$ref" => Pointer::from_fragment(target)
                .and_then(|it| it.0.last().cloned())
                .is_some_and(|it| names.contains(it.as_str())),
            value => mentions(value, names),
        }),
        Value::Array(list) => list.iter().any(|item| mentions(item, names)),
        _ => false,
    }
}

/// A shared name, for the many places of one operation.
pub(super) fn shared(name: &str) -> Rc<str> {
    Rc::from(name)
}
