//! Finds counterexamples: the smallest value or request that one document permits and the other does not. A change of the
//! severity error has one (`witness` in reports).

use std::collections::BTreeMap;
use std::rc::Rc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::accepts::accepts;
use super::document::{Comparison, Operation, operations};
use super::fact::{Difference, Pair, Payload, SchemaSearch, Search, ValueStep};
use super::kind::{ChangeKind, Direction, PayloadKind};
use super::operation::{parameter_schema, parameters};
use super::sample::{Sampler, in_order};
use super::view::Node;
use crate::api::location::{Location, ParameterLocation, Segment};
use crate::diagnostics::pointer::child;

/// The values at the edges of constraints that are tried.
const MAX_TRIES: usize = 300;

/// What a URL does not need to encode.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The reason why a change that may break callers breaks none.
const NO_VALUE: &str = "the other constraints permit no value that shows it";

/// Searches for counterexamples in two documents.
pub(super) struct Prover<'c, 'd> {
    samplers: Pair<Sampler<'d>>,
    payloads: &'c [Payload<'d>],
    old_operations: Vec<Operation<'d>>,
}

/// The sides of a payload. A caller of the old document meets an API of the new one, so the producer of a request follows
/// the old document, and the producer of a response the new one.
struct Sides<'d> {
    direction: Direction,
    producer: Sampler<'d>,
    consumer: Sampler<'d>,
}

impl<'d> Sides<'d> {
    fn producers<T>(&self, pair: Pair<T>) -> T {
        match self.direction {
            Direction::Request => pair.old,
            Direction::Response => pair.new,
        }
    }

    fn consumers<T>(&self, pair: Pair<T>) -> T {
        self.producers(pair.swap())
    }

    /// Whether the value is valid for the producer and invalid for the consumer.
    fn show_difference(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        self.producer.accepts(self.producers(nodes.each_ref()), value)
            && !self.consumer.accepts(self.consumers(nodes.each_ref()), value)
    }

    /// Adds properties to an object that are invalid for the alternatives of the consumer, so that none of them accepts the
    /// object for another reason.
    fn with_invalid_properties(&self, nodes: &Pair<Node<'d>>, value: Value) -> Value {
        let Value::Object(mut object) = value else { return value };
        let consumer = self.consumers(nodes.each_ref());
        for alternative in consumer.view(self.consumer.root).alternatives {
            for (name, node) in alternative.properties() {
                if !object.contains_key(name) {
                    let candidates = [json!(0), json!(""), json!(false), json!([]), json!({})];
                    let invalid = candidates.into_iter().find(|it| !self.consumer.accepts(&node, it));
                    object.extend(invalid.map(|invalid| (name.to_owned(), invalid)));
                }
            }
        }
        Value::Object(object)
    }
}

impl<'c, 'd> Prover<'c, 'd> {
    pub(super) fn new(comparison: &'c Comparison<'d>) -> Self {
        let Pair { old, new } = comparison.documents;
        Prover {
            samplers: Pair { old: Sampler { root: old }, new: Sampler { root: new } },
            payloads: &comparison.payloads,
            old_operations: operations(old),
        }
    }

    /// The counterexample of a difference, or the reason why it breaks no caller.
    pub(super) fn counterexample(&self, difference: &Difference<'d>) -> Result<Value, &'static str> {
        match &difference.search {
            Search::Operation(index) => {
                let operation = self.old_operations.get(*index).ok_or(NO_VALUE)?;
                Ok(self.request(operation, difference))
            }
            Search::Schema(search) => self.value(search),
            Search::None => Err(NO_VALUE),
        }
    }

    /// The smallest request that the old document permits.
    fn request(&self, operation: &Operation<'d>, difference: &Difference<'d>) -> Value {
        let parameter = match difference.location.segments() {
            [Segment::Parameters(ParameterLocation::Query), Segment::Parameter(name)]
                if difference.kind == ChangeKind::SerializationChanged =>
            {
                Some((&**name, "a,b"))
            }
            _ => None,
        };
        let mut out = Map::new();
        out.insert("request".to_owned(), self.request_line(operation, parameter).into());
        let old = &difference.details.old;
        let is_media_type = difference.kind == ChangeKind::ContentTypeRemoved;
        if let Some(body) = child(operation.value, "requestBody") {
            let media_type =
                child(body, "content").and_then(Value::as_object).and_then(|it| it.values().next());
            let is_needed = child(body, "required") == Some(&Value::Bool(true))
                || (is_media_type && difference.location == Location::request());
            if let Some(schema) = media_type.and_then(|it| child(it, "schema")).filter(|_| is_needed) {
                let body = self.samplers.old.smallest(&Node::new(operation.pointer.clone(), schema));
                out.insert("body".to_owned(), body.unwrap_or_default());
            }
        }
        if is_media_type {
            out.insert("content_type".to_owned(), old.clone());
        }
        if difference.kind == ChangeKind::ResponseStatusRemoved {
            out.insert("status".to_owned(), old.clone());
        }
        Value::Object(out)
    }

    /// `METHOD /path?query` with the required parameters, and another query parameter.
    fn request_line(&self, operation: &Operation<'d>, parameter: Option<(&str, &str)>) -> String {
        if operation.webhook {
            // The API sends it, to a URL that is not in the document.
            return operation.name();
        }
        let mut path_values: BTreeMap<usize, String> = BTreeMap::new();
        let mut query = Vec::new();
        for required in parameters(operation).into_values().filter(|it| it.is_required()) {
            let schema = parameter_schema(&required);
            let value = schema.and_then(|schema| self.parameter_value(&schema));
            let value = encode(value.as_deref().unwrap_or("1"));
            match (required.position, required.key.location) {
                (Some(position), _) => {
                    path_values.insert(position, value);
                }
                (None, ParameterLocation::Query) => {
                    query.push(format!("{}={value}", encode(&required.key.name)));
                }
                _ => {}
            }
        }
        query.extend(parameter.map(|(name, value)| format!("{}={}", encode(name), encode(value))));
        let mut path = String::new();
        for (index, part) in operation.path.split('{').enumerate() {
            match part.split_once('}') {
                // A parameter that is not declared has a value too.
                Some((_, rest)) if index > 0 => {
                    path += path_values.get(&(index - 1)).map_or("1", String::as_str);
                    path += rest;
                }
                _ => path += part,
            }
        }
        let separator = if query.is_empty() { "" } else { "?" };
        format!("{} {path}{separator}{}", operation.method.to_uppercase(), query.join("&"))
    }

    /// A value of a parameter that is not empty, because an empty one is not a path segment.
    fn parameter_value(&self, schema: &Node<'d>) -> Option<String> {
        let sampler = self.samplers.old;
        let text = |value: Value| match value {
            Value::String(text) if !text.is_empty() => Some(text),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        };
        let values = sampler.edges(schema).into_iter().filter(|value| sampler.accepts(schema, value));
        let texts: Vec<String> = values.filter_map(text).collect();
        // One that needs no encoding is easier to read.
        let is_plain = |text: &&String| text.chars().all(char::is_alphanumeric);
        texts.iter().find(is_plain).or(texts.first()).cloned()
    }

    /// The smallest value of a payload that shows a difference.
    fn value(&self, search: &SchemaSearch<'d>) -> Result<Value, &'static str> {
        let payload = self.payloads.get(search.payload).ok_or(NO_VALUE)?;
        let Pair { old, new } = self.samplers;
        let sides = match payload.kind.direction() {
            Direction::Request => Sides { direction: Direction::Request, producer: old, consumer: new },
            Direction::Response => Sides { direction: Direction::Response, producer: new, consumer: old },
        };
        let (nodes, union) = (&search.nodes, &search.union);
        let outer_steps = search.steps.get(..union.depth).unwrap_or_default();
        let inner_steps = search.steps.get(union.depth..).unwrap_or_default();
        let mut edges = sides.producer.edges(sides.producers(nodes.each_ref()));
        edges.extend(sides.consumer.edges(sides.consumers(nodes.each_ref())));
        let too_long = search.violated.as_ref().and_then(too_long);
        let violates =
            |edge: &Value| search.violated.as_ref().is_none_or(|it| !accepts(&Value::Null, it, edge));
        // A value that shows no difference in the node shows none around it.
        let is_nested = !Rc::ptr_eq(&union.nodes, nodes);
        let candidates = in_order(edges)
            .into_iter()
            .chain(too_long)
            .filter(violates)
            .filter(|edge| !is_nested || sides.show_difference(nodes, edge))
            .take(MAX_TRIES);
        let mut shown_in_union = false;
        for mut edge in candidates {
            let union_node = sides.producers(union.nodes.each_ref());
            let Some(mut value) = wrap(&sides, union_node, inner_steps, &mut edge) else { continue };
            if !sides.show_difference(&union.nodes, &value) {
                value = sides.with_invalid_properties(&union.nodes, value);
                if !sides.show_difference(&union.nodes, &value) {
                    continue;
                }
            }
            shown_in_union = true;
            let root = sides.producers(payload.nodes.each_ref());
            let Some(value) = wrap(&sides, root, outer_steps, &mut value) else { continue };
            if sides.show_difference(&payload.nodes, &value) {
                let value = minimize(value, &|value| sides.show_difference(&payload.nodes, value));
                return Ok(self.describe(payload, value));
            }
        }
        let is_union = union.nodes.old.view(old.root).is_union() || union.nodes.new.view(new.root).is_union();
        Err(match (shown_in_union, is_union) {
            (true, _) => "no value of the whole body shows it",
            (false, true) => "another variant accepts every value that shows it",
            (false, false) => NO_VALUE,
        })
    }

    fn describe(&self, payload: &Payload<'d>, value: Value) -> Value {
        let text = match &value {
            Value::String(text) => Some(text.clone()),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        };
        let mut out = json!({ "direction": payload.kind.direction().name(), "value": value });
        if let (PayloadKind::Parameter, Some(parameter), Some(operation), Some(text)) =
            (payload.kind, &payload.parameter, self.old_operations.get(payload.old_operation), text)
            && parameter.location == ParameterLocation::Query
        {
            out["request"] = self.request_line(operation, Some((&parameter.name, &text))).into();
        }
        out
    }
}

/// The string that is too long by one, for a constraint beyond the lengths that samples have: files are strings of many
/// megabytes.
fn too_long(violated: &Value) -> Option<Value> {
    const MAX_LENGTH: u64 = 1 << 27;
    let length = violated.get("maxLength").and_then(Value::as_u64).filter(|length| *length < MAX_LENGTH)?;
    Some("a".repeat(usize::try_from(length).ok()? + 1).into())
}

/// The smallest value of the producer that has `leaf` at the end of these steps. Takes the leaf out, because it may be large.
fn wrap<'d>(sides: &Sides<'d>, node: &Node<'d>, steps: &[ValueStep], leaf: &mut Value) -> Option<Value> {
    let Some((first, rest)) = steps.split_first() else { return Some(leaf.take()) };
    let view = node.view(sides.producer.root);
    let (chosen, rest) = match first {
        ValueStep::Alternative(indices) => (Some(sides.producers(*indices)), rest),
        _ => (None, steps),
    };
    let Some((step, below)) = rest.split_first() else { return Some(leaf.take()) };
    let candidates =
        view.alternatives.iter().enumerate().filter(|(index, _)| chosen.is_none_or(|it| it == *index));
    for (_, alternative) in candidates {
        let mut wrap_property = |name: &str, node: &Node<'d>| {
            let mut object = sides.producer.required_properties(alternative, 0)?;
            object.insert(name.to_owned(), wrap(sides, node, below, leaf)?);
            Some(Value::Object(object))
        };
        let value = match step {
            ValueStep::Alternative(_) => None,
            ValueStep::Property(name) => {
                alternative.properties().get(name.as_str()).and_then(|node| wrap_property(name, node))
            }
            ValueStep::AdditionalProperty => alternative
                .additional()
                .and_then(|(pointer, schema)| wrap_property("x", &Node::new(pointer, schema))),
            ValueStep::Item => alternative.items().and_then(|items| {
                let item = wrap(sides, &items, below, leaf)?;
                let min = alternative.constraint("minItems").and_then(|it| it.as_u64()).unwrap_or(1);
                Some(array_with(sides.producer, &items, item, min.clamp(1, 64) as usize))
            }),
        };
        if value.is_some() {
            return value;
        }
    }
    None
}

/// An array of `length` that begins with an item; the others differ from it if possible.
fn array_with<'d>(sampler: Sampler<'d>, items: &Node<'d>, item: Value, length: usize) -> Value {
    let others = sampler.edges(items).into_iter().filter(|it| sampler.accepts(items, it) && *it != item);
    let mut array: Vec<Value> = others.take(length - 1).collect();
    while array.len() + 1 < length {
        array.push(item.clone());
    }
    array.insert(0, item);
    Value::Array(array)
}

/// The value without every part that it shows the difference without.
fn minimize(mut value: Value, shows_difference: &dyn Fn(&Value) -> bool) -> Value {
    let mut is_smaller = true;
    while is_smaller {
        is_smaller = part_paths(&value).iter().any(|path| {
            let Some(removed) = remove(&mut value, path) else { return false };
            let still_shows = shows_difference(&value);
            if !still_shows {
                insert(&mut value, path, removed);
            }
            still_shows
        });
    }
    value
}

/// The paths of all properties and items, by their indices, from the outside in.
fn part_paths(value: &Value) -> Vec<Vec<usize>> {
    let parts: Vec<&Value> = match value {
        Value::Object(object) => object.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => return Vec::new(),
    };
    let with_inner = |(index, part): (usize, &Value)| {
        let inner = part_paths(part).into_iter().map(move |path| [vec![index], path].concat());
        std::iter::once(vec![index]).chain(inner).collect::<Vec<_>>()
    };
    parts.into_iter().enumerate().flat_map(with_inner).collect()
}

/// The object or array that has a part, and the index of the part.
fn parent<'v>(value: &'v mut Value, path: &[usize]) -> Option<(&'v mut Value, usize)> {
    let (index, above) = path.split_last()?;
    let found = above.iter().try_fold(value, |value, index| match value {
        Value::Object(object) => object.values_mut().nth(*index),
        Value::Array(items) => items.get_mut(*index),
        _ => None,
    })?;
    Some((found, *index))
}

/// Removes a part; returns it with its key, which is empty for an item.
fn remove(value: &mut Value, path: &[usize]) -> Option<(String, Value)> {
    match parent(value, path)? {
        (Value::Object(object), index) => {
            let name = object.keys().nth(index)?.clone();
            object.shift_remove_entry(&name)
        }
        (Value::Array(items), index) if index < items.len() => Some((String::new(), items.remove(index))),
        _ => None,
    }
}

fn insert(value: &mut Value, path: &[usize], (name, part): (String, Value)) {
    match parent(value, path) {
        Some((Value::Object(object), index)) => {
            object.shift_insert(index, name, part);
        }
        Some((Value::Array(items), index)) => items.insert(index, part),
        _ => {}
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
