//! Actions with `x-if-absent: true`: they add operations that upstream may publish later.
//!
//! Where the document has such an operation, its interface is that of the document; only names and documentation are
//! taken from the action. The differences between the two are reported, because hand-written code may rely on them.

use serde_json::{Map, Value};

use super::Change;
use crate::diagnostics::pointer::Pointer;

/// Keywords of an operation that name it: the action's take precedence.
const NAMES: [&str; 2] = ["operationId", "tags"];

/// The result of an action.
#[derive(Default)]
pub(super) struct Outcome {
    /// The nodes that the action added.
    pub(super) changes: Vec<Change>,
    /// What the document has already: `POST /leads`.
    pub(super) present: Vec<String>,
    /// The differences between the document and the action.
    pub(super) differences: Vec<String>,
}

struct Absent {
    overlay: usize,
    action: usize,
    outcome: Outcome,
}

/// Adds the parts of `update` that the node at `target` lacks.
pub(super) fn add(node: &mut Value, update: &Value, target: &Pointer, source: (usize, usize)) -> Outcome {
    let mut absent = Absent { overlay: source.0, action: source.1, outcome: Outcome::default() };
    absent.add(node, update, target, &Pointer::default());
    absent.outcome
}

impl Absent {
    fn record(&mut self, target: Pointer, update: Pointer) {
        let (overlay, action) = (self.overlay, self.action);
        self.outcome.changes.push(Change { target, update: Some(update), before: 0, overlay, action });
    }

    fn add(&mut self, node: &mut Value, update: &Value, at: &Pointer, from: &Pointer) {
        match (node, update) {
            (Value::Object(node), Value::Object(update)) => {
                for (key, value) in update {
                    let (at, from) = (at.child(key), from.child(key));
                    match node.get_mut(key) {
                        None => {
                            node.insert(key.clone(), value.clone());
                            self.record(at, from);
                        }
                        Some(Value::Object(old)) if value.get("responses").is_some() => {
                            self.operation(old, value, &at, &from);
                        }
                        Some(old) if matches!(at.0.as_slice(), [paths, _] if paths == "paths") => {
                            self.add(old, value, &at, &from);
                        }
                        // A value that is equal upstream does no harm, so it needs no note.
                        Some(old) if old != value => {
                            self.outcome.present.push(key.clone());
                            self.compare(old, value, &mut vec![key.clone()]);
                        }
                        Some(_) => {}
                    }
                }
            }
            (Value::Array(node), Value::Array(update)) => {
                for (index, value) in update.iter().enumerate() {
                    if !node.iter().any(|old| is_same(old, value)) {
                        self.record(at.child(node.len().to_string()), from.child(index.to_string()));
                        node.push(value.clone());
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes names and documentation of an operation from the action, and compares the interface.
    fn operation(&mut self, node: &mut Map<String, Value>, update: &Value, at: &Pointer, from: &Pointer) {
        let path = at.0.iter().rev().take(2).map(String::as_str).collect::<Vec<_>>();
        if let [method, path] = path.as_slice() {
            self.outcome.present.push(format!("{} {path}", method.to_uppercase()));
        }
        let mut update = update.clone();
        for (key, value) in update.as_object_mut().into_iter().flatten() {
            if NAMES.contains(&key.as_str()) || is_documentation(key) {
                node.insert(key.clone(), value.take());
                self.record(at.child(key), from.child(key));
            }
        }
        let mut node_value = Value::Object(std::mem::take(node));
        self.document(&mut node_value, &update, at, from);
        self.compare(&node_value, &update, &mut Vec::new());
        if let Value::Object(value) = node_value {
            *node = value;
        }
    }

    /// Adds the documentation of the parts that both have.
    fn document(&mut self, node: &mut Value, update: &Value, at: &Pointer, from: &Pointer) {
        let (Value::Object(node), Value::Object(update)) = (node, update) else { return };
        for (key, value) in update {
            let (at, from) = (at.child(key), from.child(key));
            match node.get_mut(key) {
                Some(old) => self.document(old, value, &at, &from),
                None if is_documentation(key) && value.is_string() => {
                    node.insert(key.clone(), value.clone());
                    self.record(at, from);
                }
                None => {}
            }
        }
    }

    fn compare(&mut self, node: &Value, update: &Value, place: &mut Vec<String>) {
        match (node, update) {
            (Value::Object(node), Value::Object(update)) => {
                for (key, theirs, ours) in union(node, update) {
                    // These steps are in every place, and say nothing.
                    let is_step = !matches!(key, "content" | "application/json" | "schema" | "properties");
                    if is_step {
                        place.push(key.to_owned());
                    }
                    match (theirs, ours) {
                        (Some(theirs), Some(ours)) => self.compare(theirs, ours, place),
                        (Some(_), None) => self.differ(place, "only upstream"),
                        _ => self.differ(place, "not upstream"),
                    }
                    if is_step {
                        place.pop();
                    }
                }
            }
            (Value::Array(node), Value::Array(update)) => {
                for (list, other, whose) in [(node, update, "only upstream"), (update, node, "not upstream")]
                {
                    for value in list.iter().filter(|value| !other.iter().any(|other| is_same(other, value)))
                    {
                        place.push(value.get("name").unwrap_or(value).to_string());
                        self.differ(place, whose);
                        place.pop();
                    }
                }
            }
            (theirs, ours) if theirs != ours => {
                self.differ(place, &format!("upstream {theirs}, here {ours}"));
            }
            _ => {}
        }
    }

    fn differ(&mut self, place: &[String], how: &str) {
        self.outcome.differences.push(format!("{}: {how}", place.join(".")));
    }
}

/// Returns the keywords of both schemas that belong to the interface. `oneOf` and `anyOf` are one keyword: exports of
/// documentation sites write the former for both.
fn union<'v>(
    node: &'v Map<String, Value>,
    update: &'v Map<String, Value>,
) -> Vec<(&'v str, Option<&'v Value>, Option<&'v Value>)> {
    let other = |key: &str| match key {
        "anyOf" => "oneOf".to_owned(),
        "oneOf" => "anyOf".to_owned(),
        key => key.to_owned(),
    };
    let find = |map: &'v Map<String, Value>, key: &str| map.get(key).or_else(|| map.get(&other(key)));
    let is_interface = |key: &str| !is_documentation(key) && !NAMES.contains(&key);
    let ours = update.iter().filter(|(_, value)| !value.is_null());
    let mut out: Vec<_> = ours.map(|(key, value)| (key.as_str(), find(node, key), Some(value))).collect();
    let only = node.iter().filter(|(key, _)| find(update, key).is_none());
    out.extend(only.map(|(key, value)| (key.as_str(), Some(value), None)));
    out.retain(|(key, ..)| is_interface(key));
    out
}

/// Whether two elements of an array describe the same thing: they are equal, or have the same name and location.
fn is_same(one: &Value, other: &Value) -> bool {
    let named = |value: &Value| Some((value.get("name")?.clone(), value.get("in").cloned()));
    one == other || named(one).is_some_and(|name| Some(name) == named(other))
}

/// Whether a keyword documents, or is a hint for the generator.
fn is_documentation(key: &str) -> bool {
    matches!(key, "description" | "summary") || key.starts_with("x-")
}
