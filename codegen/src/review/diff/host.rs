//! Builds payloads around a part: what the producer and the consumer both require, and nothing else.

use serde_json::{Map, Value};

use super::difference::{Pair, Union, ValueStep};
use super::kind::Direction;
use super::pattern;
use super::sample::{Sampler, in_order};
use super::view::{Alternative, Node, View};

/// The depth of required objects within required objects.
const MAX_DEPTH: usize = 8;
/// The pairs of alternatives that are tried.
const MAX_PAIRS: usize = 64;

/// The sides of a payload. A caller of the old document meets an API of the new one, so the producer of a request follows
/// the old document, and the producer of a response the new one.
pub(super) struct Sides<'c, 'd> {
    pub(super) direction: Direction,
    pub(super) producer: &'c Sampler<'d>,
    pub(super) consumer: &'c Sampler<'d>,
}

impl<'d> Sides<'_, 'd> {
    pub(super) fn producers<T>(&self, pair: Pair<T>) -> T {
        match self.direction {
            Direction::Request => pair.old,
            Direction::Response => pair.new,
        }
    }

    pub(super) fn consumers<T>(&self, pair: Pair<T>) -> T {
        self.producers(pair.swap())
    }

    fn producer_accepts(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        self.producer.surely_accepts(self.producers(nodes.each_ref()), value)
    }

    fn consumer_accepts(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        self.consumer.accepts(self.consumers(nodes.each_ref()), value)
    }

    /// Whether the value is valid for the producer and invalid for the consumer.
    pub(super) fn show_difference(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        !self.consumer_accepts(nodes, value) && self.producer_accepts(nodes, value)
    }

    pub(super) fn consumer_surely_accepts(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        self.consumer.surely_accepts(self.consumers(nodes.each_ref()), value)
    }

    /// Whether the value is valid for both.
    pub(super) fn accept(&self, nodes: &Pair<Node<'d>>, value: &Value) -> bool {
        self.consumer_surely_accepts(nodes, value) && self.producer_accepts(nodes, value)
    }

    /// The smallest value that both accept, if one is found.
    fn common(&self, nodes: &Pair<Node<'d>>, depth: usize) -> Option<Value> {
        let (producer, consumer) = (self.producers(nodes.each_ref()), self.consumers(nodes.each_ref()));
        let accepted = |values: Vec<Value>| values.into_iter().find(|value| self.accept(nodes, value));
        let smallest = [self.producer.smallest(producer), self.consumer.smallest(consumer)];
        accepted(smallest.into_iter().flatten().collect())
            .or_else(|| {
                let mut edges = self.producer.edges(producer);
                edges.extend(self.consumer.edges(consumer));
                accepted(in_order(edges))
            })
            .or_else(|| accepted(self.objects(producer, consumer, depth)))
    }

    /// Objects with what an alternative of each side requires.
    fn objects(&self, producer: &Node<'d>, consumer: &Node<'d>, depth: usize) -> Vec<Value> {
        if depth > MAX_DEPTH {
            return Vec::new();
        }
        let (given, asked) = (producer.view(self.producer.root), consumer.view(self.consumer.root));
        let pairs = given
            .alternatives
            .iter()
            .flat_map(|one| asked.alternatives.iter().map(move |other| (one, other)));
        let objects =
            pairs.filter(|(one, other)| one.may_be("object") && other.may_be("object")).take(MAX_PAIRS);
        objects
            .filter_map(|(one, other)| self.required_by_both(one, other, None, depth))
            .map(Value::Object)
            .collect()
    }

    /// The properties that both alternatives require, except for one.
    fn required_by_both(
        &self,
        producer: &Alternative<'d>,
        consumer: &Alternative<'d>,
        except: Option<&str>,
        depth: usize,
    ) -> Option<Map<String, Value>> {
        let mut object = Map::new();
        for name in producer.required().union(&consumer.required()).filter(|name| Some(**name) != except) {
            let value =
                self.common_part(property_node(producer, name), property_node(consumer, name), depth + 1)?;
            object.insert((*name).to_owned(), value);
        }
        Some(object)
    }

    /// A value that both parts accept; a missing part accepts every value.
    fn common_part(
        &self,
        producer: Option<Node<'d>>,
        consumer: Option<Node<'d>>,
        depth: usize,
    ) -> Option<Value> {
        match (producer, consumer) {
            (Some(one), Some(other)) => self.common(&self.pair(one, other), depth),
            (Some(one), None) => self.producer.smallest(&one),
            (None, Some(other)) => self.consumer.smallest(&other),
            (None, None) => Some(Value::Null),
        }
    }

    /// The nodes of the producer and of the consumer as those of the old and of the new document.
    fn pair<T>(&self, producer: T, consumer: T) -> Pair<T> {
        let pair = Pair { old: producer, new: consumer };
        match self.direction {
            Direction::Request => pair,
            Direction::Response => pair.swap(),
        }
    }

    /// Adds properties to an object that are invalid for the other alternatives of the consumer, so that none of them accepts
    /// the object.
    pub(super) fn with_invalid_properties(&self, union: &Union<'d>, value: &Value) -> Value {
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

/// The smallest values, valid for both sides except for the leaves, that have the leaves at the end of these steps. Takes the
/// leaves out, because they may be large.
pub(super) fn wrap<'d>(
    sides: &Sides<'_, 'd>,
    nodes: &Pair<Node<'d>>,
    steps: &[ValueStep],
    leaves: &mut (Value, Option<Value>),
) -> Option<(Value, Option<Value>)> {
    let given = sides.producers(nodes.each_ref()).view(sides.producer.root);
    let asked = sides.consumers(nodes.each_ref()).view(sides.consumer.root);
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
    let given = alternatives(&given, chosen.map(|it| sides.producers(it)));
    let asked = alternatives(&asked, chosen.map(|it| sides.consumers(it)));
    for (producer, consumer) in
        given.iter().flat_map(|one| asked.iter().map(move |other| (one, other))).take(16)
    {
        let (Some(one), Some(other)) = (part(producer, step), part(consumer, step)) else { continue };
        let inner = sides.pair(one, other);
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
        ValueStep::AdditionalProperty => {
            alternative.additional().map(|(pointer, schema)| Node::new(pointer, schema))
        }
        ValueStep::Pattern(pattern) => alternative.patterns().remove(pattern.as_str()),
        ValueStep::Item => alternative.items(),
        ValueStep::Position(index) => {
            alternative.prefix_items().into_iter().nth(*index).or_else(|| alternative.items())
        }
    }
}

/// The value around a part, without the part.
pub(super) enum Surrounding {
    Object(Map<String, Value>, String),
    /// The items before the part and behind it.
    Array(Vec<Value>, Vec<Value>),
}

impl Surrounding {
    /// What both sides require.
    pub(super) fn of<'d>(
        sides: &Sides<'_, 'd>,
        producer: &Alternative<'d>,
        consumer: &Alternative<'d>,
        step: &ValueStep,
    ) -> Option<Self> {
        let common = |one, other| sides.common_part(one, other, 0);
        let own = match step {
            ValueStep::Property(name) => name.clone(),
            ValueStep::AdditionalProperty => "x".to_owned(),
            ValueStep::Pattern(pattern) => pattern::string(pattern, 0)?,
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
                let min =
                    |of: &Alternative<'d>| of.constraint("minItems").and_then(|it| it.as_u64()).unwrap_or(1);
                let length = usize::try_from(min(producer).max(min(consumer)).clamp(1, 64)).ok()?;
                let missing = length.saturating_sub(before.len() + 1);
                let after = match (producer.items(), consumer.items()) {
                    _ if missing == 0 => Vec::new(),
                    (Some(one), Some(other)) => {
                        let nodes = sides.pair(one.clone(), other);
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
        Some(Surrounding::Object(sides.required_by_both(producer, consumer, Some(&own), 0)?, own))
    }

    pub(super) fn with(&self, part: Option<Value>) -> Value {
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

/// The node of a property, declared or not; `None` if it may have any value.
pub(super) fn property_node<'d>(alternative: &Alternative<'d>, name: &str) -> Option<Node<'d>> {
    let declared = alternative.properties().remove(name);
    declared.or_else(|| alternative.additional().map(|(pointer, schema)| Node::new(pointer, schema)))
}
