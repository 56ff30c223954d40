//! Finds counterexamples: the smallest value or request that one document permits and the other does not (`witness` in
//! reports).
//!
//! A counterexample is about its own difference: another value at the location of the difference makes it valid for the side
//! that rejects it.

use serde_json::{Value, json};

use super::accepts::accepts;
use super::comparison::{Comparison, Operation};
use super::difference::{Difference, Finding, Pair, Payload, SchemaSearch, Search, ValueStep};
use super::document::operations;
use super::host::{Sides, Surrounding, property_node, wrap};
use super::kind::{ChangeKind, Direction, PayloadKind};
use super::minimize::minimize;
use super::sample::{Sampler, in_order};
use super::view::Node;
use crate::api::location::{Location, ParameterLocation, Segment};

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
    fn value(&self, found: &Finding<'d>, search: &SchemaSearch<'d>, location: &Location) -> Option<Proof> {
        let payload = self.comparison.payloads.get(search.payload)?;
        let nodes = found.nodes.as_ref()?;
        let Pair { old, new } = self.samplers();
        let sides = match payload.kind.direction() {
            Direction::Request => Sides { direction: Direction::Request, producer: old, consumer: new },
            Direction::Response => Sides { direction: Direction::Response, producer: new, consumer: old },
        };
        let position = Position { sides: &sides, payload, search, found };
        let candidates = match property(found, location) {
            Some(name) => objects(&sides, found, nodes, name),
            None => values(&sides, found, nodes),
        };
        let (value, repaired) = candidates
            .into_iter()
            .filter(|(value, _)| sides.show_difference(nodes, value))
            .take(MAX_TRIES)
            .find_map(|(value, repaired)| position.place(value, repaired))?;
        Some(Proof { counterexample: self.describe(payload, value), repaired })
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
            let request = self.request_line(operation, Some((&parameter.name, &text)));
            out.as_object_mut().map(|out| out.insert("request".to_owned(), request.into()));
        }
        out
    }
}

/// The position of a difference in a payload.
struct Position<'p, 'd> {
    sides: &'p Sides<'p, 'd>,
    payload: &'p Payload<'d>,
    search: &'p SchemaSearch<'d>,
    found: &'p Finding<'d>,
}

impl<'d> Position<'_, 'd> {
    /// The smallest payload with a value at the position that shows the difference, and one with the repaired value, or none
    /// there, which the consumer accepts.
    fn place(&self, value: Value, repaired: Option<Value>) -> Option<(Value, Option<Value>)> {
        let (sides, root) = (self.sides, &self.payload.nodes);
        let shows = |value: &Value, repaired: Option<&Value>| {
            sides.show_difference(root, value)
                && repaired.is_none_or(|repaired| sides.consumer_surely_accepts(root, repaired))
        };
        let mut leaves = (value, repaired);
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

/// A value that may show a difference, with one that the consumer accepts in its place.
type Candidate = (Value, Option<Value>);

/// Values at the edges of constraints, the smallest first.
fn values<'d>(sides: &Sides<'_, 'd>, found: &Finding<'d>, nodes: &Pair<Node<'d>>) -> Vec<Candidate> {
    let mut edges = sides.producer.edges(sides.producers(nodes.each_ref()));
    edges.extend(sides.consumer.edges(sides.consumers(nodes.each_ref())));
    let violated = violated(found);
    let too_long = violated.as_ref().and_then(too_long);
    let edges = in_order(edges);
    // Those that are valid for both are the clearest.
    let for_both = edges.iter().filter(|edge| sides.accept(nodes, edge));
    let for_consumer = edges.iter().filter(|edge| sides.consumer_surely_accepts(nodes, edge));
    let mut valid: Vec<Option<&Value>> = for_both.chain(for_consumer).take(MAX_REPAIRS).map(Some).collect();
    if valid.is_empty() {
        valid.push(None);
    }
    let violates = |edge: &&Value| violated.as_ref().is_none_or(|it| !accepts(&Value::Null, it, edge));
    let shows = |edge: &&Value| sides.show_difference(nodes, edge);
    let candidates = edges.iter().chain(&too_long).filter(violates).filter(shows).take(MAX_TRIES);
    candidates.flat_map(|edge| valid.iter().map(move |valid| (edge.clone(), valid.cloned()))).collect()
}

/// The property whose presence differs.
fn property<'l>(found: &Finding<'_>, location: &'l Location) -> Option<&'l str> {
    match (found.kind, found.segments.last(), location.segments().last()) {
        (
            ChangeKind::AddedRequired
            | ChangeKind::BecameRequired
            | ChangeKind::BecameOptional
            | ChangeKind::Removed
            | ChangeKind::Added
            | ChangeKind::Forbidden,
            Some(Segment::Property(_)),
            Some(Segment::Property(name)),
        ) => Some(name),
        _ => None,
    }
}

/// Objects with and without a property.
fn objects<'d>(
    sides: &Sides<'_, 'd>,
    found: &Finding<'d>,
    nodes: &Pair<Node<'d>>,
    name: &str,
) -> Vec<Candidate> {
    let given = sides.producers(nodes.each_ref()).view(sides.producer.root);
    let asked = sides.consumers(nodes.each_ref()).view(sides.consumer.root);
    let is_chosen = |index: usize, chosen: Option<usize>| chosen.is_none_or(|chosen| chosen == index);
    let chosen =
        (found.alternative.map(|it| sides.producers(it)), found.alternative.map(|it| sides.consumers(it)));
    let step = ValueStep::Property(name.to_owned());
    let mut out = Vec::new();
    for (index, producer) in given.alternatives.iter().enumerate().filter(|(it, _)| is_chosen(*it, chosen.0))
    {
        for (other, consumer) in
            asked.alternatives.iter().enumerate().filter(|(it, _)| is_chosen(*it, chosen.1))
        {
            if index != other && chosen.0.is_none() && given.alternatives.len() == asked.alternatives.len() {
                continue;
            }
            let Some(around) = Surrounding::of(sides, producer, consumer, &step) else { continue };
            let mut values: Vec<Value> = Vec::new();
            for (alternative, sampler) in [(producer, sides.producer), (consumer, sides.consumer)] {
                if let Some(node) = property_node(alternative, name) {
                    let valid =
                        sampler.edges(&node).into_iter().filter(|value| sampler.accepts(&node, value));
                    values.extend(valid.take(MAX_REPAIRS));
                }
            }
            values.push(Value::Null);
            for with in values.into_iter().map(|value| around.with(Some(value))) {
                out.push((around.with(None), Some(with.clone())));
                out.push((with, Some(around.with(None))));
            }
        }
    }
    out
}

/// A schema that a value has to violate to show the difference; `None` if it is not a single keyword.
fn violated(found: &Finding<'_>) -> Option<Value> {
    let details = &found.details;
    match found.kind {
        ChangeKind::BecameNullable | ChangeKind::BecameNotNullable => {
            Some(json!({ "not": { "type": "null" } }))
        }
        ChangeKind::EnumValueRemoved => Some(json!({ "not": { "const": details.old } })),
        ChangeKind::EnumIntroduced => Some(json!({ "enum": details.new })),
        ChangeKind::EnumDropped => Some(json!({ "enum": details.old })),
        ChangeKind::ConstraintTightened => Some(details.new.clone()),
        _ => None,
    }
}

/// The string that is too long by one, for a constraint beyond the lengths that samples have. None for files: their strings
/// of many megabytes would be larger than both documents.
fn too_long(violated: &Value) -> Option<Value> {
    const MAX_LENGTH: u64 = 1 << 16;
    let length = violated.get("maxLength").and_then(Value::as_u64).filter(|length| *length < MAX_LENGTH)?;
    Some("a".repeat(usize::try_from(length).ok()? + 1).into())
}
