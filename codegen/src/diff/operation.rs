//! Two operations side by side: parameters, bodies, answers, and what is said of the whole.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::document::{AVAILABILITY, Comparison, Operation, shared};
use super::fact::{Fact, Part, Proof, Root};
use super::schema::Place;
use super::view::Node;
use crate::pointer::{Pointer, child};

/// A pair of operations while it is compared.
struct Pair<'o, 'd> {
    old: &'o Operation<'d>,
    new: &'o Operation<'d>,
    /// Their indices.
    indices: (usize, usize),
    name: Rc<str>,
}

/// A difference of an operation that is not inside of a schema.
struct Found {
    stem: &'static str,
    part: Option<Part>,
    location: String,
    old: Value,
    new: Value,
    harmless: bool,
    removed: bool,
    pointer: Pointer,
}

/// A parameter and where it stands.
pub(super) struct Param<'d> {
    /// Place and name; a path parameter's name is its position, `#0`, and header names have no case.
    key: (String, String),
    pub(super) location: String,
    pub(super) at: Pointer,
    value: &'d Value,
}

impl<'d> Comparison<'d> {
    pub(super) fn operation(&mut self, old: (usize, &Operation<'d>), new: (usize, &Operation<'d>)) {
        let pair = Pair { old: old.1, new: new.1, indices: (old.0, new.0), name: shared(&new.1.name()) };
        self.path(&pair);
        self.whole(&pair);
        self.params(&pair);
        self.body(&pair);
        self.answers(&pair);
    }

    fn differ(&mut self, pair: &Pair<'_, 'd>, found: Found) {
        self.facts.push(Fact {
            operation: pair.name.to_string(),
            location: found.location,
            stem: found.stem,
            part: found.part,
            harmless: found.harmless,
            old: found.old,
            new: found.new,
            removed: found.removed,
            pointer: found.pointer,
            proof: Proof::Operation(pair.indices.0),
        });
    }

    fn path(&mut self, pair: &Pair<'_, 'd>) {
        let item = |operation: &Operation<'_>| Pointer(operation.at.0.iter().take(2).cloned().collect());
        let found = |stem, location: &str, old: Value, new: Value| Found {
            stem,
            part: None,
            location: location.to_owned(),
            old,
            new,
            harmless: false,
            removed: false,
            pointer: item(pair.new),
        };
        let (before, after) = (pair.old.path, pair.new.path);
        if before.ends_with('/') != after.ends_with('/') && !pair.new.webhook {
            self.differ(pair, found("op-path-trailing-slash-changed", "path", json!(before), json!(after)));
        }
        let (before, after) = (arguments(before), arguments(after));
        for (index, (was, is)) in before.iter().zip(&after).enumerate().filter(|(_, (was, is))| was != is) {
            self.differ(pair, found("path-param-renamed", &format!("path.#{index}"), json!(was), json!(is)));
        }
    }

    /// What is said of the operation as a whole.
    fn whole(&mut self, pair: &Pair<'_, 'd>) {
        let deprecated = |of: &Operation<'_>| child(of.value, "deprecated") == Some(&Value::Bool(true));
        let (was, is) = (deprecated(pair.old), deprecated(pair.new));
        if was != is {
            let stem = if is { "op-deprecated" } else { "op-undeprecated" };
            self.keyword(pair, stem, "deprecated", json!(was), json!(is));
        }
        let word = |of: &Operation<'_>, key: &str| child(of.value, key).cloned().unwrap_or_default();
        for (stem, key) in [
            ("op-availability-changed", AVAILABILITY),
            ("op-tags-changed", "tags"),
            ("op-id-changed", "operationId"),
        ] {
            let (was, is) = (word(pair.old, key), word(pair.new, key));
            if was != is {
                self.keyword(pair, stem, key, was, is);
            }
        }
        let security = |document: &Value, of: &Operation<'_>| {
            child(of.value, "security")
                .or_else(|| child(document, "security"))
                .cloned()
                .unwrap_or_else(|| json!([]))
        };
        let (was, is) = (security(self.old, pair.old), security(self.new, pair.new));
        if was != is {
            self.keyword(pair, "op-security-changed", "security", was, is);
        }
    }

    fn keyword(&mut self, pair: &Pair<'_, 'd>, stem: &'static str, key: &str, old: Value, new: Value) {
        let there = child(pair.new.value, key).is_some();
        let pointer = if there { pair.new.at.child(key) } else { pair.new.at.clone() };
        let found = Found {
            stem,
            part: None,
            location: String::new(),
            old,
            new,
            harmless: false,
            removed: false,
            pointer,
        };
        self.differ(pair, found);
    }

    fn params(&mut self, pair: &Pair<'_, 'd>) {
        let (before, after) = (params(pair.old), params(pair.new));
        let of = |param: &Param<'_>, stem, removed| Found {
            stem,
            part: Some(Part::Param),
            location: param.location.clone(),
            old: Value::Null,
            new: Value::Null,
            harmless: false,
            removed,
            pointer: param.at.clone(),
        };
        for gone in before.values().filter(|param| !after.contains_key(&param.key)) {
            self.differ(pair, of(gone, "removed", true));
        }
        for (key, param) in &after {
            let is = is_required(param);
            let Some(earlier) = before.get(key) else {
                self.differ(pair, of(param, if is { "added-required" } else { "added-optional" }, false));
                continue;
            };
            let was = is_required(earlier);
            if was != is {
                let stem = if is { "became-required" } else { "became-optional" };
                self.differ(pair, Found { old: json!(was), new: json!(is), ..of(param, stem, false) });
            }
            let deprecated = |param: &Param<'_>| {
                child(param.value, "deprecated") == Some(&Value::Bool(true))
                    || child(param.value, AVAILABILITY).is_some_and(|it| it == "deprecated")
            };
            let (was, is) = (deprecated(earlier), deprecated(param));
            if was != is {
                let stem = if is { "deprecated" } else { "undeprecated" };
                self.differ(pair, Found { old: json!(was), new: json!(is), ..of(param, stem, false) });
            }
            let (was, is) = (serialization(earlier), serialization(param));
            if was != is {
                self.differ(pair, Found { old: was, new: is, ..of(param, "serialization-changed", false) });
            }
            let (Some(old), Some(new)) = (param_schema(earlier), param_schema(param)) else { continue };
            let root = Root {
                part: Part::Param,
                operations: pair.indices,
                param: Some(key.clone()),
                old: old.clone(),
                new: new.clone(),
            };
            self.schemas(pair, &param.location, root, &old, &new);
        }
    }

    fn body(&mut self, pair: &Pair<'_, 'd>) {
        let body = |of: &Operation<'d>| child(of.value, "requestBody");
        let required = |body: &Value| child(body, "required") == Some(&Value::Bool(true));
        let part = if pair.new.webhook { Part::Response } else { Part::Request };
        let of = |stem, removed| Found {
            stem,
            part: None,
            location: "request".to_owned(),
            old: Value::Null,
            new: Value::Null,
            // What a webhook sends comes to the caller.
            harmless: pair.new.webhook,
            removed,
            pointer: if removed { &pair.old.at } else { &pair.new.at }.child("requestBody"),
        };
        match (body(pair.old), body(pair.new)) {
            (None, None) => {}
            (None, Some(body)) => {
                let stem = if required(body) {
                    "request-body-added-required"
                } else {
                    "request-body-added-optional"
                };
                self.differ(pair, of(stem, false));
            }
            (Some(_), None) => self.differ(pair, of("request-body-removed", true)),
            (Some(before), Some(after)) => {
                let (was, is) = (required(before), required(after));
                if was != is {
                    let stem =
                        if is { "request-body-became-required" } else { "request-body-became-optional" };
                    self.differ(pair, Found { old: json!(was), new: json!(is), ..of(stem, false) });
                }
                let ats = (pair.old.at.child("requestBody"), pair.new.at.child("requestBody"));
                self.content(pair, "request", part, (before, after), ats);
            }
        }
    }

    fn answers(&mut self, pair: &Pair<'_, 'd>) {
        let answers = |of: &Operation<'d>| child(of.value, "responses").and_then(Value::as_object);
        let (Some(before), Some(after)) = (answers(pair.old), answers(pair.new)) else { return };
        let part = if pair.new.webhook { Part::Request } else { Part::Response };
        let of = |stem, status: &str, removed| Found {
            stem,
            part: None,
            location: format!("response.{status}"),
            old: if removed { status.into() } else { Value::Null },
            new: if removed { Value::Null } else { status.into() },
            harmless: !status.starts_with('2'),
            removed,
            pointer: if removed { &pair.old.at } else { &pair.new.at }.child("responses").child(status),
        };
        for status in before.keys().filter(|status| !after.contains_key(*status)) {
            self.differ(pair, of("response-status-removed", status, true));
        }
        for (status, answer) in after {
            match before.get(status) {
                None => self.differ(pair, of("response-status-added", status, false)),
                Some(earlier) => {
                    let at = |of: &Operation<'_>| of.at.child("responses").child(status);
                    let ats = (at(pair.old), at(pair.new));
                    self.content(pair, &format!("response.{status}"), part, (earlier, answer), ats);
                }
            }
        }
    }

    /// The media types of a body or an answer, and their schemas.
    fn content(
        &mut self,
        pair: &Pair<'_, 'd>,
        location: &str,
        part: Part,
        (old, new): (&'d Value, &'d Value),
        (old_at, new_at): (Pointer, Pointer),
    ) {
        let media = |body: &'d Value| -> BTreeMap<&'d str, &'d Value> {
            let content = child(body, "content").and_then(Value::as_object);
            content.into_iter().flatten().map(|(name, media)| (name.as_str(), media)).collect()
        };
        let (before, after) = (media(old), media(new));
        let of = |stem, old: Value, new: Value, removed, pointer: Pointer| Found {
            stem,
            part: None,
            location: location.to_owned(),
            old,
            new,
            harmless: false,
            removed,
            pointer,
        };
        for name in before.keys().filter(|name| !after.contains_key(*name)) {
            let pointer = old_at.child("content").child(*name);
            self.differ(pair, of("content-type-removed", json!(name), Value::Null, true, pointer));
        }
        for (name, media) in after {
            let pointer = new_at.child("content").child(name);
            let Some(earlier) = before.get(name) else {
                self.differ(pair, of("content-type-added", Value::Null, json!(name), false, pointer));
                continue;
            };
            let schema = |at: &Pointer, media: &'d Value| {
                let found = child(media, "schema").unwrap_or(&Value::Bool(true));
                Node::new(at.child("content").child(name).child("schema"), found)
            };
            let (old, new) = (schema(&old_at, earlier), schema(&new_at, media));
            let root =
                Root { part, operations: pair.indices, param: None, old: old.clone(), new: new.clone() };
            self.schemas(pair, location, root, &old, &new);
        }
    }

    fn schemas(
        &mut self,
        pair: &Pair<'_, 'd>,
        location: &str,
        root: Root<'d>,
        old: &Node<'d>,
        new: &Node<'d>,
    ) {
        let part = root.part;
        let root = self.root(root);
        let place = Place {
            operation: Rc::clone(&pair.name),
            location: location.to_owned(),
            part,
            root,
            steps: Rc::default(),
            union: None,
        };
        self.node(old, new, &place);
    }
}

/// The names in the braces of a path.
fn arguments(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

pub(super) fn params<'d>(of: &Operation<'d>) -> BTreeMap<(String, String), Param<'d>> {
    let arguments = arguments(of.path);
    let mut out = BTreeMap::new();
    for (index, value) in
        child(of.value, "parameters").and_then(Value::as_array).into_iter().flatten().enumerate()
    {
        let text = |key: &str| child(value, key).and_then(Value::as_str).unwrap_or_default();
        let (place, mut name) = (text("in").to_owned(), text("name").to_owned());
        if place == "path"
            && let Some(position) = arguments.iter().position(|argument| *argument == name)
        {
            name = format!("#{position}");
        }
        let location = format!("{place}.{name}");
        if place == "header" {
            name = name.to_lowercase();
        }
        let at = of.at.child("parameters").child(index.to_string());
        out.insert((place.clone(), name.clone()), Param { key: (place, name), location, at, value });
    }
    out
}

/// A path parameter is there whatever the document says.
fn is_required(param: &Param<'_>) -> bool {
    param.key.0 == "path" || child(param.value, "required") == Some(&Value::Bool(true))
}

/// `style` and `explode` with what their absence means.
fn serialization(param: &Param<'_>) -> Value {
    let usual = if matches!(param.key.0.as_str(), "query" | "cookie") { "form" } else { "simple" };
    let style = child(param.value, "style").and_then(Value::as_str).unwrap_or(usual);
    let explode = child(param.value, "explode").and_then(Value::as_bool).unwrap_or(style == "form");
    let mut out = Map::new();
    out.insert("style".to_owned(), style.into());
    out.insert("explode".to_owned(), explode.into());
    Value::Object(out)
}

/// The schema of a parameter, also where it is that of a media type.
pub(super) fn param_schema<'d>(param: &Param<'d>) -> Option<Node<'d>> {
    if let Some(schema) = child(param.value, "schema") {
        return Some(Node::new(param.at.child("schema"), schema));
    }
    let (name, media) = child(param.value, "content").and_then(Value::as_object)?.iter().next()?;
    Some(Node::new(param.at.child("content").child(name).child("schema"), child(media, "schema")?))
}

/// Parameters of an operation that have to be sent, with their schemas, and the names of all.
pub(super) fn required_params<'d>(of: &Operation<'d>) -> Vec<((String, String), Option<Node<'d>>)> {
    let all = params(of);
    let required: BTreeSet<_> =
        all.values().filter(|param| is_required(param)).map(|param| param.key.clone()).collect();
    all.into_values()
        .filter(|param| required.contains(&param.key))
        .map(|it| (it.key.clone(), param_schema(&it)))
        .collect()
}
