//! Finds counterexamples: the smallest value or request that one document permits and the other does not (`witness` in
//! reports).
//!
//! A counterexample is about its own difference: another value at the location of the difference makes it valid for the side
//! that rejects it.

use serde_json::{Value, json};

use super::accepts::accepts;
use super::document::{Comparison, Operation, operations};
use super::fact::{Difference, Found, Pair, Payload, SchemaSearch, Search, Union, ValueStep};
use super::kind::{ChangeKind, Direction, PayloadKind};
use super::minimize::minimize;
use super::sample::{Sampler, in_order};
use super::view::{Alternative, Node, View};
use crate::location::{Location, ParameterLocation, Segment};

/// The values at the edges of constraints that are tried.
const MAX_TRIES: usize = 300;
/// The valid values that are tried in the place of one that is not.
const MAX_REPAIRS: usize = 8;

/// A counterexample of a difference.
pub(super) struct Proof {
    pub(super) counterexample: Value,
    /// The value with another part, or none, at the location of the difference. `None` if the counterexample is a request, or
    /// the whole payload.
    pub(super) repaired: Option<Value>,
}

/// Searches for counterexamples in two documents.
pub(super) struct Prover<'c, 'd> {
    comparison: &'c Comparison<'d>,
    old_operations: Vec<Operation<'d>>,
}

/// The sides of a payload. A caller of the old document meets an API of the new one, so the producer of a request follows
/// the old document, and the producer of a response the new one.
struct Sides<'c, 'd> {
    direction: Direction,
    producer: &'c Sampler<'d>,
    consumer: &'c Sampler<'d>,
}

impl<'d> Sides<'_, 'd> {
    fn producers<T>(&self, pair: Pair<T>) -> T {
        match self.direction {
            Direction::Request => pair.old,
            Direction::Response => pair.new,
        }
    }

    fn consumers<T>(&self, pair: Pair<T>) -> T {
        self.producers(pair.swap())
    }

    fn producer_accepts(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        self.producer.surely_accepts(self.producers(nodes.each_ref()), value)
    }

    fn consumer_accepts(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        self.consumer.accepts(self.consumers(nodes.each_ref()), value)
    }

    /// Whether the value is valid for the producer and invalid for the consumer.
    fn show_difference(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        !self.consumer_accepts(nodes, value) && self.producer_accepts(nodes, value)
    }

    fn consumer_surely_accepts(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        self.consumer.surely_accepts(self.consumers(nodes.each_ref()), value)
    }

    /// Whether the value is valid for both.
    fn accept(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        self.consumer_surely_accepts(nodes, value) && self.producer_accepts(nodes, value)
    }

    /// The smallest value that both accept, if one is found.
    fn common(&self, nodes: &Pair<Node<'d>>) -> Option<Value> {
        let (producer, consumer) = (self.producers(nodes.each_ref()), self.consumers(nodes.each_ref()));
        let smallest = [self.producer.smallest(producer), self.consumer.smallest(consumer)];
        let mut candidates: Vec<Value> = smallest.into_iter().flatten().collect();
        if let Some(found) = candidates.iter().find(|value| self.accept(nodes, value)) {
            return Some(found.clone());
        }
        candidates = self.producer.edges(producer);
        candidates.extend(self.consumer.edges(consumer));
        in_order(candidates).into_iter().find(|value| self.accept(nodes, value))
    }

    /// Adds properties to an object that are invalid for the other alternatives of the consumer, so that none of them accepts
    /// the object.
    fn with_invalid_properties(&self, union: &Union<'d>, value: &Value) -> Value {
        let Value::Object(mut object) = value.clone() else { return value.clone() };
        let view = self.consumers(union.nodes.each_ref()).view(self.consumer.root);
        let own_index = self.consumers(union.alternative);
        let own = view.alternatives.get(own_index).map(Alternative::properties).unwrap_or_default();
        let others = view.alternatives.iter().enumerate().filter(|(index, _)| *index != own_index);
        for (name, node) in others.flat_map(|(_, alternative)| alternative.properties()) {
            if !object.contains_key(name) && !own.contains_key(name) {
                object.extend(self.consumer.invalid(&node).map(|invalid| (name.to_owned(), invalid)));
            }
        }
        Value::Object(object)
    }
}

impl<'c, 'd> Prover<'c, 'd> {
    pub(super) fn new(comparison: &'c Comparison<'d>) -> Self {
        Prover { comparison, old_operations: operations(comparison.documents.old) }
    }

    pub(super) fn samplers(&self) -> &Pair<Sampler<'d>> {
        &self.comparison.graph.samplers
    }

    /// The counterexample of a difference; `None` if none is found.
    pub(super) fn counterexample(&self, difference: &Difference<'d>) -> Option<Proof> {
        match &difference.search {
            Search::Operation(index) => {
                let request = self.request(self.old_operations.get(*index)?, difference);
                Some(Proof { counterexample: request, repaired: None })
            }
            Search::Schema(search) => self.value(&difference.found, search, &difference.location),
            Search::None => None,
        }
    }

    /// The smallest value of a payload that shows a difference.
    fn value(&self, found: &Found<'d>, search: &SchemaSearch<'d>, location: &Location) -> Option<Proof> {
        let payload = self.comparison.payloads.get(search.payload)?;
        let nodes = found.nodes.as_ref()?;
        let Pair { old, new } = self.samplers();
        let sides = match payload.kind.direction() {
            Direction::Request => Sides { direction: Direction::Request, producer: old, consumer: new },
            Direction::Response => Sides { direction: Direction::Response, producer: new, consumer: old },
        };
        let mut edges = sides.producer.edges(sides.producers(nodes.each_ref()));
        edges.extend(sides.consumer.edges(sides.consumers(nodes.each_ref())));
        let violated = violated(found, sides.direction, location);
        let too_long = violated.as_ref().and_then(too_long);
        let edges = in_order(edges);
        let violates = |edge: &&Value| violated.as_ref().is_none_or(|it| !accepts(&Value::Null, it, edge));
        let candidates = edges
            .iter()
            .chain(&too_long)
            .filter(violates)
            .filter(|edge| sides.show_difference(nodes, edge))
            .take(MAX_TRIES);
        // Those that are valid for both are the clearest.
        let for_both = edges.iter().filter(|edge| sides.accept(nodes, edge));
        let for_consumer = edges.iter().filter(|edge| sides.consumer_surely_accepts(nodes, edge));
        let valid: Vec<&Value> = for_both.chain(for_consumer).take(MAX_REPAIRS).collect();
        let mut tries = 0;
        for edge in candidates {
            for repaired in repairs(&sides, found, location, edge, &valid) {
                tries += 1;
                if tries > MAX_TRIES {
                    return None;
                }
                let position = Position { sides: &sides, payload, search, found };
                if let Some((value, repaired)) = position.place(edge, repaired) {
                    let counterexample = self.describe(payload, value);
                    return Some(Proof { counterexample, repaired });
                }
            }
        }
        None
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

/// The position of a difference in a payload.
struct Position<'p, 'd> {
    sides: &'p Sides<'p, 'd>,
    payload: &'p Payload<'d>,
    search: &'p SchemaSearch<'d>,
    found: &'p Found<'d>,
}

impl<'d> Position<'_, 'd> {
    /// The smallest payload with a value at the position that shows the difference, and one with the repaired value, or none
    /// there, which the consumer accepts.
    fn place(&self, edge: &Value, repaired: Option<Value>) -> Option<(Value, Option<Value>)> {
        let (sides, root) = (self.sides, &self.payload.nodes);
        let shows = |value: &Value, repaired: Option<&Value>| {
            sides.show_difference(root, value)
                && repaired.is_none_or(|repaired| sides.consumer_surely_accepts(root, repaired))
        };
        let mut leaves = (edge.clone(), repaired);
        let outermost = std::iter::successors(self.search.unions.as_deref(), |it| it.outer.as_deref()).last();
        let Some(union) = outermost else {
            let pair = wrap(sides, root, &self.search.steps, &mut leaves)?;
            return shows(&pair.0, pair.1.as_ref()).then(|| minimize(pair, &shows));
        };
        let steps = self.search.steps.get(union.depth..)?;
        let inner = if self.found.alternative.is_some() && steps.len() == 1 {
            leaves
        } else {
            wrap(sides, &union.nodes, steps, &mut leaves)?
        };
        let more = |value: &Value| sides.with_invalid_properties(union, value);
        let candidates = [inner.clone(), (more(&inner.0), inner.1.as_ref().map(more))];
        candidates.into_iter().find_map(|mut inner| {
            let pair = wrap(sides, root, self.search.steps.get(..union.depth)?, &mut inner)?;
            shows(&pair.0, pair.1.as_ref()).then(|| minimize(pair, &shows))
        })
    }
}

/// The values to try in the place of one that shows a difference.
fn repairs<'d>(
    sides: &Sides<'_, 'd>,
    found: &Found<'d>,
    location: &Location,
    edge: &Value,
    valid: &[&Value],
) -> Vec<Option<Value>> {
    let property = match (found.kind, location.segments().last()) {
        (
            ChangeKind::AddedRequired
            | ChangeKind::BecameRequired
            | ChangeKind::BecameOptional
            | ChangeKind::Removed
            | ChangeKind::Added
            | ChangeKind::Forbidden,
            Some(Segment::Property(name)),
        ) if found.segments.last().is_some() => Some(name),
        _ => None,
    };
    let Some(name) = property else {
        if valid.is_empty() {
            return vec![None];
        }
        return valid.iter().map(|value| Some((*value).clone())).collect();
    };
    let mut object = edge.clone();
    let Some(keywords) = object.as_object_mut() else { return Vec::new() };
    if keywords.shift_remove(&**name).is_some() {
        return vec![Some(object)];
    }
    let Some(nodes) = &found.nodes else { return Vec::new() };
    let views = Pair {
        old: sides.producers(Pair { old: &nodes.old, new: &nodes.new }).view(sides.producer.root),
        new: sides.consumers(Pair { old: &nodes.old, new: &nodes.new }).view(sides.consumer.root),
    };
    let mut candidates: Vec<Value> = Vec::new();
    for (view, sampler) in [(&views.old, sides.producer), (&views.new, sides.consumer)] {
        for node in view.alternatives.iter().filter_map(|it| property_node(it, name)) {
            candidates.extend(sampler.edges(&node).into_iter().filter(|value| sampler.accepts(&node, value)).take(4));
        }
    }
    candidates.push(Value::Null);
    let with = |value: Value| {
        let mut object = edge.clone();
        object.as_object_mut()?.insert(name.to_string(), value);
        Some(object)
    };
    candidates.into_iter().map(with).filter(Option::is_some).take(MAX_REPAIRS).collect()
}

/// The node of a property, declared or not; `None` if it may have any value.
fn property_node<'d>(alternative: &Alternative<'d>, name: &str) -> Option<Node<'d>> {
    let declared = alternative.properties().remove(name);
    declared.or_else(|| alternative.additional().map(|(pointer, schema)| Node::new(pointer, schema)))
}

/// A schema that a value has to violate to show the difference; `None` if it is not a single keyword.
fn violated(found: &Found<'_>, direction: Direction, location: &Location) -> Option<Value> {
    let details = &found.details;
    match found.kind {
        ChangeKind::BecameNullable | ChangeKind::BecameNotNullable => {
            Some(json!({ "not": { "type": "null" } }))
        }
        ChangeKind::EnumValueRemoved => Some(json!({ "not": { "const": details.old } })),
        ChangeKind::EnumIntroduced => Some(json!({ "enum": details.new })),
        ChangeKind::EnumDropped => Some(json!({ "enum": details.old })),
        ChangeKind::ConstraintTightened => Some(details.new.clone()),
        ChangeKind::AddedRequired
        | ChangeKind::BecameRequired
        | ChangeKind::BecameOptional
        | ChangeKind::Removed
        | ChangeKind::Added => match location.segments().last() {
            Some(Segment::Property(name)) => {
                let required = json!({ "required": [&**name] });
                let has_it = matches!(
                    (found.kind, direction),
                    (ChangeKind::Removed, Direction::Request) | (ChangeKind::Added, Direction::Response)
                );
                Some(if has_it { json!({ "not": required }) } else { required })
            }
            _ => None,
        },
        _ => None,
    }
}

/// The string that is too long by one, for a constraint beyond the lengths that samples have: files are strings of many
/// megabytes.
fn too_long(violated: &Value) -> Option<Value> {
    const MAX_LENGTH: u64 = 1 << 27;
    let length = violated.get("maxLength").and_then(Value::as_u64).filter(|length| *length < MAX_LENGTH)?;
    Some("a".repeat(usize::try_from(length).ok()? + 1).into())
}

/// The smallest values, valid for both sides except for the leaves, that have the leaves at the end of these steps. Takes the
/// leaves out, because they may be large.
fn wrap<'d>(
    sides: &Sides<'_, 'd>,
    nodes: &Pair<Node<'d>>,
    steps: &[ValueStep],
    leaves: &mut (Value, Option<Value>),
) -> Option<(Value, Option<Value>)> {
    let views = Pair { old: sides.producers(nodes.each_ref()).view(sides.producer.root), new: sides.consumers(nodes.each_ref()).view(sides.consumer.root) };
    let (chosen, rest) = match steps.split_first() {
        Some((ValueStep::Alternative(indices), rest)) => (Some(*indices), rest),
        _ => (None, steps),
    };
    let Some((step, below)) = rest.split_first() else {
        return Some((leaves.0.take(), leaves.1.take()));
    };
    let alternatives = |view: &View<'d>, chosen: Option<usize>| -> Vec<Alternative<'d>> {
        let all = view.alternatives.iter().enumerate();
        all.filter(|(index, _)| chosen.is_none_or(|it| it == *index)).map(|it| it.1.clone()).collect()
    };
    let given = alternatives(&views.old, chosen.map(|it| sides.producers(it)));
    let asked = alternatives(&views.new, chosen.map(|it| sides.consumers(it)));
    for (producer, consumer) in given.iter().flat_map(|one| asked.iter().map(move |other| (one, other))).take(16) {
        let (Some(one), Some(other)) = (part(producer, step), part(consumer, step)) else { continue };
        let inner = sides.producers(Pair { old: Pair { old: one.clone(), new: other.clone() }, new: Pair { old: other, new: one } });
        let surrounding = Surrounding::of(sides, producer, consumer, step)?;
        let (value, repaired) = wrap(sides, &inner, below, leaves)?;
        return Some((surrounding.with(Some(value)), Some(surrounding.with(repaired))));
    }
    None
}

/// The node of a part of an alternative.
fn part<'d>(alternative: &Alternative<'d>, step: &ValueStep) -> Option<Node<'d>> {
    match step {
        ValueStep::Alternative(_) => None,
        ValueStep::Property(name) => alternative.properties().remove(name.as_str()),
        ValueStep::AdditionalProperty => alternative.additional().map(|(pointer, schema)| Node::new(pointer, schema)),
        ValueStep::Item => alternative.items(),
        ValueStep::Position(index) => {
            alternative.prefix_items().into_iter().nth(*index).or_else(|| alternative.items())
        }
    }
}

/// The value around a part, without the part.
enum Surrounding {
    Object(serde_json::Map<String, Value>, String),
    /// The items before the part and behind it.
    Array(Vec<Value>, Vec<Value>),
}

impl Surrounding {
    /// What both sides require.
    fn of<'d>(
        sides: &Sides<'_, 'd>,
        producer: &Alternative<'d>,
        consumer: &Alternative<'d>,
        step: &ValueStep,
    ) -> Option<Self> {
        let pair = |one: Node<'d>, other: Node<'d>| {
            sides.producers(Pair { old: Pair { old: one.clone(), new: other.clone() }, new: Pair { old: other, new: one } })
        };
        let common = |one: Option<Node<'d>>, other: Option<Node<'d>>| match (one, other) {
            (Some(one), Some(other)) => sides.common(&pair(one, other)),
            (Some(one), None) => sides.producer.smallest(&one),
            (None, Some(other)) => sides.consumer.smallest(&other),
            (None, None) => Some(Value::Null),
        };
        let own = match step {
            ValueStep::Property(name) => name.as_str(),
            ValueStep::AdditionalProperty => "x",
            ValueStep::Position(index) => {
                let node = |of: &Alternative<'d>, index: usize| part(of, &ValueStep::Position(index));
                let item = |index: usize| common(node(producer, index), node(consumer, index));
                let before: Vec<Value> = (0..*index).map(item).collect::<Option<_>>()?;
                return Some(Surrounding::Array(before, Vec::new()));
            }
            ValueStep::Item | ValueStep::Alternative(_) => {
                let prefix = producer.prefix_items().len().max(consumer.prefix_items().len());
                let node = |of: &Alternative<'d>, index: usize| part(of, &ValueStep::Position(index));
                let item = |index: usize| common(node(producer, index), node(consumer, index));
                let before: Vec<Value> = (0..prefix).map(item).collect::<Option<_>>()?;
                let min = |of: &Alternative<'d>| of.constraint("minItems").and_then(|it| it.as_u64()).unwrap_or(1);
                let length = usize::try_from(min(producer).max(min(consumer)).clamp(1, 64)).ok()?;
                let missing = length.saturating_sub(before.len() + 1);
                let after = match (producer.items(), consumer.items()) {
                    _ if missing == 0 => Vec::new(),
                    (Some(one), Some(other)) => {
                        let nodes = pair(one.clone(), other);
                        let edges = sides.producer.edges(&one);
                        let mut valid: Vec<Value> =
                            edges.into_iter().filter(|it| sides.accept(&nodes, it)).take(missing).collect();
                        let fill = valid.first().cloned()?;
                        valid.resize(missing, fill);
                        valid
                    }
                    (one, other) => vec![common(one, other)?; missing],
                };
                return Some(Surrounding::Array(before, after));
            }
        };
        let mut object = serde_json::Map::new();
        for name in producer.required().union(&consumer.required()).filter(|name| **name != own) {
            let value = common(property_node(producer, name), property_node(consumer, name))?;
            object.insert((*name).to_owned(), value);
        }
        Some(Surrounding::Object(object, own.to_owned()))
    }

    fn with(&self, part: Option<Value>) -> Value {
        match self {
            Surrounding::Object(object, name) => {
                let mut object = object.clone();
                object.extend(part.map(|part| (name.clone(), part)));
                Value::Object(object)
            }
            Surrounding::Array(before, after) => {
                before.iter().cloned().chain(part).chain(after.iter().cloned()).collect()
            }
        }
    }
}
