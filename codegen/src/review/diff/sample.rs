//! Generates small values of a schema: the smallest one, and those at the edges of its constraints.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use serde_json::{Map, Number, Value, json};

use super::accepts::{accepts, surely_accepts};
use super::pattern;
use super::view::{Alternative, Node, NodeId, View};

/// The depth of a value: a schema that requires itself has no smallest value.
const MAX_DEPTH: usize = 24;
/// The size of a value: one that requires two others, which require two others, has no end.
const MAX_SIZE: usize = 10_000;
/// The length of strings and arrays at the edge of a constraint.
const MAX_LENGTH: usize = 4_096;
/// The variants of a union that a value is made valid or invalid for.
const MAX_OTHERS: usize = 16;

/// A string of each common format.
const STRINGS: [&str; 14] = [
    "",
    "a",
    "0",
    "12345",
    "2000-01-01",
    "2000-01-01T00:00:00Z",
    "00:00:00Z",
    "P1D",
    "a@b.co",
    "https://a.b",
    "00000000-0000-0000-0000-000000000000",
    "1.1.1.1",
    "::1",
    "/",
];

/// Generates values of the schemas of a document.
#[derive(Debug)]
pub(super) struct Sampler<'d> {
    pub(super) root: &'d Value,
    /// The smallest values that were found.
    smallest: RefCell<HashMap<NodeId, Value>>,
    search: RefCell<Search>,
}

/// The nodes without a smallest value.
#[derive(Debug, Default)]
struct Search {
    /// There is none, or it is not found.
    failed: HashSet<NodeId>,
    /// None was found during the current search, perhaps because the search is inside of another node.
    failed_now: HashSet<NodeId>,
    /// They are being searched.
    open: Vec<NodeId>,
}

impl<'d> Sampler<'d> {
    pub(super) fn new(root: &'d Value) -> Self {
        Sampler { root, smallest: RefCell::default(), search: RefCell::default() }
    }

    /// Whether all parts of the node accept the value.
    pub(super) fn accepts(&self, node: &Node<'d>, value: &Value) -> bool {
        node.parts.iter().all(|(_, schema)| accepts(self.root, schema, value))
    }

    /// Whether all parts of the node accept the value, and every pattern in them can be read.
    pub(super) fn surely_accepts(&self, node: &Node<'d>, value: &Value) -> bool {
        node.parts.iter().all(|(_, schema)| surely_accepts(self.root, schema, value))
    }

    /// The smallest value that the node accepts, if one is found.
    pub(super) fn smallest(&self, node: &Node<'d>) -> Option<Value> {
        let id = node.id(self.root);
        if let Some(found) = self.smallest.borrow().get(&id) {
            return Some(found.clone());
        }
        {
            let mut search = self.search.borrow_mut();
            let has_failed = search.failed.contains(&id) || search.failed_now.contains(&id);
            if has_failed || search.open.contains(&id) || search.open.len() > MAX_DEPTH {
                return None;
            }
            search.open.push(id.clone());
        }
        let fits = |value: &Value| size(value) <= MAX_SIZE && self.surely_accepts(node, value);
        let found = self.edges(node).into_iter().find(fits);
        let mut search = self.search.borrow_mut();
        search.open.pop();
        match &found {
            Some(value) => {
                self.smallest.borrow_mut().insert(id, value.clone());
            }
            None if search.open.is_empty() => {
                search.failed.insert(id);
            }
            None => {
                search.failed_now.insert(id);
            }
        }
        if search.open.is_empty() {
            search.failed_now.clear();
        }
        found
    }

    /// Values just inside and outside of the node's constraints, the shortest first.
    pub(super) fn edges(&self, node: &Node<'d>) -> Vec<Value> {
        self.edges_at(node, 0)
    }

    fn edges_at(&self, node: &Node<'d>, depth: usize) -> Vec<Value> {
        if depth > MAX_DEPTH {
            return Vec::new();
        }
        let view = node.view(self.root);
        let mut out = Vec::new();
        for (index, alternative) in view.alternatives.iter().enumerate() {
            self.edges_of(alternative, depth, &mut out);
            if view.exclusive && alternative.may_be("object") {
                let required = self.required_properties(alternative);
                out.extend(required.map(|object| self.distinguished(&view, index, object)));
            }
        }
        let objects = view.alternatives.iter().filter(|it| view.is_union() && it.may_be("object"));
        let objects: Vec<_> =
            objects.take(MAX_OTHERS).filter_map(|it| self.required_properties(it)).collect();
        for (index, object) in objects.iter().enumerate() {
            // Of several alternatives at once.
            let merged =
                |other: &Map<String, Value>| object.clone().into_iter().chain(other.clone()).collect();
            out.extend(objects.iter().skip(index + 1).map(|other| Value::Object(merged(other))));
        }
        out.push(Value::Null);
        in_order(out)
    }

    /// Adds properties to an object that are invalid for the other alternatives of a `oneOf`.
    fn distinguished(&self, view: &View<'d>, index: usize, mut object: Map<String, Value>) -> Value {
        let own = view.alternatives.get(index).map(Alternative::properties).unwrap_or_default();
        let others = view.alternatives.iter().enumerate().filter(|(other, _)| *other != index);
        for (_, other) in others.take(MAX_OTHERS) {
            let properties = other.properties();
            let mut free = properties
                .iter()
                .filter(|(name, _)| !own.contains_key(*name) && !object.contains_key(**name));
            let invalid = free.find_map(|(name, node)| Some(((*name).to_owned(), self.invalid(node)?)));
            object.extend(invalid);
        }
        Value::Object(object)
    }

    /// A short value that a node rejects.
    pub(super) fn invalid(&self, node: &Node<'d>) -> Option<Value> {
        let candidates = [json!(0), json!(""), json!(false), json!([]), json!({})];
        candidates.into_iter().find(|it| !self.accepts(node, it))
    }

    fn edges_of(&self, of: &Alternative<'d>, depth: usize, out: &mut Vec<Value>) {
        out.extend(of.values().into_iter().flatten().cloned());
        for key in ["not", "if"] {
            if let Some((pointer, schema)) = of.get(key) {
                out.extend(self.edges_at(&Node::new(pointer, schema), depth + 1));
            }
        }
        if of.may_be("boolean") {
            out.extend([json!(false), json!(true)]);
        }
        if of.may_be("integer") || of.may_be("number") {
            out.extend(numbers(of));
        }
        if of.may_be("string") {
            out.extend(strings(of));
        }
        if of.may_be("array") {
            self.arrays(of, depth, out);
        }
        if of.may_be("object") {
            self.objects(of, depth, out);
        }
    }

    fn arrays(&self, of: &Alternative<'d>, depth: usize, out: &mut Vec<Value>) {
        out.push(json!([]));
        let prefix: Vec<Value> = of.prefix_items().iter().map_while(|node| self.smallest(node)).collect();
        for length in 1..=prefix.len() {
            out.push(prefix.iter().take(length).cloned().collect());
        }
        let items: Vec<Value> = match of.items() {
            Some(node) => {
                let edges = self.edges_at(&node, depth + 1);
                edges.into_iter().filter(|value| self.accepts(&node, value)).take(MAX_LENGTH).collect()
            }
            None => vec![json!(null), json!(false), json!(0)],
        };
        let with_prefix = |items: Vec<Value>| Value::Array(prefix.iter().cloned().chain(items).collect());
        if let Some((pointer, schema)) = of.get("contains")
            && let Some(contained) = self.smallest(&Node::new(pointer, schema))
        {
            for length in lengths(of, "minContains", "maxContains") {
                out.push(with_prefix(vec![contained.clone(); length]));
            }
        }
        let Some(first) = items.first() else { return };
        for length in lengths(of, "minItems", "maxItems") {
            // Different items if there are enough, and equal ones.
            if items.len() >= length {
                out.push(with_prefix(items.iter().take(length).cloned().collect()));
            }
            out.push(with_prefix(vec![first.clone(); length]));
        }
        out.push(Value::Array(vec![first.clone(), first.clone()]));
    }

    fn objects(&self, of: &Alternative<'d>, depth: usize, out: &mut Vec<Value>) {
        out.push(json!({}));
        let Some(base) = self.required_properties(of) else { return };
        let with = |name: &str, value: Value| {
            let mut object = base.clone();
            object.insert(name.to_owned(), value);
            Value::Object(object)
        };
        let properties = of.properties();
        let extra = self.additional_value(of).unwrap_or_default();
        let mut filled = base.clone();
        for length in lengths(of, "minProperties", "maxProperties") {
            let optional = properties.iter().filter(|(name, _)| !base.contains_key(**name));
            for (name, node) in optional {
                if filled.len() < length
                    && let Some(value) = self.smallest(node)
                {
                    filled.insert((*name).to_owned(), value);
                }
            }
            while filled.len() < length {
                filled.insert(format!("x{}", filled.len()), extra.clone());
            }
            out.push(Value::Object(filled.clone()));
        }
        out.push(with("x", extra.clone()));
        for key in ["dependentSchemas", "dependentRequired"] {
            for name in of.get(key).and_then(|(_, all)| all.as_object()).into_iter().flat_map(Map::keys) {
                let value = properties.get(name.as_str()).and_then(|node| self.smallest(node));
                out.push(with(name, value.unwrap_or_else(|| extra.clone())));
            }
        }
        let patterns = of.get("patternProperties").and_then(|(_, all)| all.as_object());
        for name in patterns.into_iter().flat_map(Map::keys).filter_map(|it| pattern::string(it, 0)) {
            out.extend([json!(null), json!(0), json!("")].map(|value| with(&name, value)));
        }
        if let Some((pointer, schema)) = of.get("propertyNames") {
            let names = self.edges_at(&Node::new(pointer, schema), depth + 1);
            out.extend(names.iter().filter_map(Value::as_str).take(64).map(|name| with(name, extra.clone())));
        }
        out.push(Value::Object(base));
    }

    /// A value of the properties that an alternative does not declare.
    fn additional_value(&self, of: &Alternative<'d>) -> Option<Value> {
        match of.additional() {
            Some((at, schema)) if schema.is_object() => self.smallest(&Node::new(at, schema)),
            _ => Some(Value::Null),
        }
    }

    /// The required properties, each with its smallest value.
    pub(super) fn required_properties(&self, of: &Alternative<'d>) -> Option<Map<String, Value>> {
        let properties = of.properties();
        let mut out = Map::new();
        for name in of.required() {
            let value = match (properties.get(name), of.additional()) {
                (Some(node), _) => self.smallest(node)?,
                (None, Some((at, schema))) => self.smallest(&Node::new(at, schema))?,
                (None, None) => Value::Null,
            };
            out.insert(name.to_owned(), value);
        }
        Some(out)
    }
}

/// The number of values in a value.
fn size(value: &Value) -> usize {
    match value {
        Value::Object(object) => 1 + object.values().map(size).sum::<usize>(),
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// Sorts the shortest first, and removes duplicates.
pub(super) fn in_order(values: Vec<Value>) -> Vec<Value> {
    let mut keyed: Vec<(usize, String, Value)> = values
        .into_iter()
        .map(|value| {
            let text = value.to_string();
            (text.len(), text, value)
        })
        .collect();
    keyed.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    keyed.dedup_by(|a, b| a.1 == b.1);
    keyed.into_iter().map(|(_, _, value)| value).collect()
}

/// The lengths at the edges of two constraints.
fn lengths(of: &Alternative<'_>, min: &str, max: &str) -> Vec<usize> {
    let constraint =
        |key| of.constraint(key).and_then(|it| it.as_u64()).and_then(|it| usize::try_from(it).ok());
    let mut out = vec![1];
    for length in [constraint(min), constraint(max)].into_iter().flatten() {
        out.extend([length.saturating_sub(1), length, length.saturating_add(1)]);
    }
    out.retain(|length| (1..=MAX_LENGTH).contains(length));
    out.sort_unstable();
    out.dedup();
    out
}

fn numbers(of: &Alternative<'_>) -> Vec<Value> {
    let constraint = |key: &str| of.constraint(key).and_then(|it| it.as_f64());
    let mut out = vec![0.0, 1.0, -1.0, 0.5];
    let step = constraint("multipleOf").filter(|step| *step > 0.0);
    for bound in
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].into_iter().filter_map(constraint)
    {
        out.extend([bound, bound - 1.0, bound + 1.0, bound - 0.5, bound + 0.5, bound * 2.0]);
        out.extend(
            step.into_iter().flat_map(|step| [(bound / step).ceil() * step, (bound / step).floor() * step]),
        );
    }
    out.extend(step.into_iter().flat_map(|step| [step, step / 2.0, step * 2.0, step * 3.0]));
    out.into_iter().filter_map(json_number).map(Value::Number).collect()
}

/// Writes whole numbers without a fraction.
fn json_number(number: f64) -> Option<Number> {
    #[expect(clippy::cast_possible_truncation)] // Checked to be whole and small.
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Some((number as i64).into())
    } else {
        Number::from_f64(number)
    }
}

fn strings(of: &Alternative<'_>) -> Vec<Value> {
    let mut out: Vec<String> = STRINGS.map(str::to_owned).to_vec();
    for length in lengths(of, "minLength", "maxLength") {
        out.extend(["a", "0"].map(|one| one.repeat(length)));
        out.push(format!("https://a.b/{}", "a".repeat(length.saturating_sub(12))));
    }
    let lengths = lengths(of, "minLength", "maxLength");
    for one in of.all("pattern").filter_map(Value::as_str) {
        out.extend(pattern::string(one, 0));
        out.extend(lengths.iter().filter_map(|length| pattern::string(one, *length)));
    }
    out.into_iter().map(Value::String).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::pointer::Pointer;

    fn smallest(schema: &Value) -> Option<Value> {
        Sampler::new(&Value::Null).smallest(&Node::new(Pointer::default(), schema))
    }

    #[test]
    fn accepts_smallest_value() {
        for (schema, expected) in [
            (json!({"type": "string"}), json!("")),
            (json!({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}), json!("0000-00-00")),
            (json!({"type": "string", "enum": ["long one", "on"]}), json!("on")),
            (json!({"type": "integer", "exclusiveMinimum": 7}), json!(8)),
            (json!({"type": "number", "minimum": 7, "multipleOf": 5}), json!(10)),
            (json!({"type": "array", "minItems": 2, "items": {"type": "boolean"}}), json!([true, true])),
            (
                json!({"type": "array", "minItems": 2, "uniqueItems": true, "items": {"type": "boolean"}}),
                json!([true, false]),
            ),
            (
                json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]}),
                json!({"a": ""}),
            ),
        ] {
            assert_eq!(smallest(&schema), Some(expected), "{schema}");
        }
    }

    #[test]
    fn finds_no_value_of_schema_that_requires_itself() {
        let root = json!({"components": {"schemas": {"A": {
            "type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/A"}},
        }}}});
        let schema = json!({"$ref": "#/components/schemas/A"});
        assert_eq!(Sampler::new(&root).smallest(&Node::new(Pointer::default(), &schema)), None);
    }
}
