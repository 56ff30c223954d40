//! Proves that one schema accepts every value of another. What it does not prove may be true nevertheless.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::constraint::{self, is_annotation};
use super::difference::Pair;
use super::implication;
use super::matching::matching;
use super::sample::Sampler;
use super::view::{Alternative, Node, NodeId, View, permits_nothing};
use crate::diagnostics::pointer::Pointer;

/// The nested schemas of a proof; deeper ones are not proved.
const MAX_DEPTH: usize = 128;
/// The steps of all proofs of a comparison.
const MAX_STEPS: usize = 1_000_000;

const TYPES: [&str; 5] = ["array", "boolean", "number", "object", "string"];

/// A schema with the sampler of its document.
#[derive(Clone, Copy)]
pub(super) struct Schema<'s, 'd> {
    pub(super) sampler: &'s Sampler<'d>,
    pub(super) node: &'s Node<'d>,
}

impl<'s, 'd> Schema<'s, 'd> {
    fn at<'n>(self, node: &'n Node<'d>) -> Schema<'n, 'd>
    where
        's: 'n,
    {
        Schema { sampler: self.sampler, node }
    }

    fn view(self) -> View<'d> {
        self.node.view(self.sampler.root)
    }

    fn accepts(self, value: &Value) -> bool {
        self.sampler.accepts(self.node, value)
    }
}

/// The proofs of a comparison.
#[derive(Default)]
pub(super) struct Proofs {
    /// By the schema that accepts and the other one. A pair that is being proved counts as proved, so recursion ends: a
    /// value is finite.
    known: RefCell<HashMap<(NodeId, NodeId), bool>>,
    /// The pairs that count as proved, in the order in which their proofs began.
    trail: RefCell<Vec<(NodeId, NodeId)>>,
    depth: Cell<usize>,
    steps: Cell<usize>,
}

impl Proofs {
    /// Whether `large` accepts every value that `small` accepts. `same` returns whether two nodes are equal with everything
    /// that they refer to.
    pub(super) fn includes<'s, 'd>(
        &self,
        large: Schema<'s, 'd>,
        small: Schema<'s, 'd>,
        same: &dyn Fn(&Node<'d>, &Node<'d>) -> bool,
    ) -> bool {
        Proof { proofs: self, same }.includes(large, small)
    }

    /// Whether an alternative of `large` accepts every value of an alternative of `small`.
    pub(super) fn variant_includes<'s, 'd>(
        &self,
        (large, variant): (Schema<'s, 'd>, usize),
        small: (Schema<'s, 'd>, &Alternative<'d>),
        same: &dyn Fn(&Node<'d>, &Node<'d>) -> bool,
    ) -> bool {
        let proof = Proof { proofs: self, same };
        let view = large.view();
        !view.truncated
            && types(small.1).iter().all(|kind| proof.accepts_type(large, &view, Some(variant), small, kind))
    }
}

struct Proof<'p, 'd> {
    proofs: &'p Proofs,
    same: &'p dyn Fn(&Node<'d>, &Node<'d>) -> bool,
}

/// The types of an alternative without null.
fn types<'d>(of: &Alternative<'d>) -> Vec<&'d str> {
    let step = of.constraint("multipleOf").and_then(|step| step.as_f64());
    let is_whole = step.is_some_and(|step| step.fract() == 0.0);
    let mut types = of.types.as_ref().map_or_else(|| TYPES.to_vec(), |types| types.iter().copied().collect());
    types.iter_mut().filter(|kind| **kind == "number" && is_whole).for_each(|kind| *kind = "integer");
    types
}

impl<'d> Proof<'_, 'd> {
    fn includes(&self, large: Schema<'_, 'd>, small: Schema<'_, 'd>) -> bool {
        let key = (large.node.id(large.sampler.root), small.node.id(small.sampler.root));
        if let Some(known) = self.proofs.known.borrow().get(&key) {
            return *known;
        }
        let (depth, steps) = (self.proofs.depth.get(), self.proofs.steps.get());
        if depth > MAX_DEPTH || steps > MAX_STEPS {
            return false;
        }
        self.proofs.depth.set(depth + 1);
        self.proofs.steps.set(steps + 1);
        let start = self.proofs.trail.borrow().len();
        self.proofs.trail.borrow_mut().push(key.clone());
        self.proofs.known.borrow_mut().insert(key.clone(), true);
        let proved = self.is_proved(large, small);
        if !proved {
            // What was proved since may rest on it.
            let mut known = self.proofs.known.borrow_mut();
            for later in self.proofs.trail.borrow_mut().drain(start..) {
                known.remove(&later);
            }
            known.insert(key, false);
        }
        self.proofs.depth.set(depth);
        proved
    }

    fn is_proved(&self, large: Schema<'_, 'd>, small: Schema<'_, 'd>) -> bool {
        if (self.same)(large.node, small.node) {
            return true;
        }
        if small.accepts(&Value::Null) && !large.accepts(&Value::Null) {
            return false;
        }
        let (all, some) = (large.view(), small.view());
        if all.truncated || some.truncated {
            return false;
        }
        let accepts = |alternative: &Alternative<'d>| {
            let kinds = types(alternative);
            kinds.iter().all(|kind| self.accepts_type(large, &all, None, (small, alternative), kind))
        };
        some.alternatives.iter().all(accepts) || self.have_equal_variants((large, &all), (small, &some))
    }

    /// Whether two unions that are both `oneOf` have the same variants.
    fn have_equal_variants(&self, a: (Schema<'_, 'd>, &View<'d>), b: (Schema<'_, 'd>, &View<'d>)) -> bool {
        let (one, other) = (&a.1.alternatives, &b.1.alternatives);
        if !(a.1.exclusive && b.1.exclusive) || one.len() != other.len() {
            return false;
        }
        let pairs = matching(one, other);
        let includes =
            |large: Schema<'_, 'd>, x: &Alternative<'d>, small: Schema<'_, 'd>, y: &Alternative<'d>| {
                let kinds = types(y);
                kinds.iter().all(|kind| self.implies(large, x, (small, y), kind))
            };
        pairs.len() == one.len()
            && pairs.iter().all(|Pair { old, new }| match (one.get(*old), other.get(*new)) {
                (Some(x), Some(y)) => includes(a.0, x, b.0, y) && includes(b.0, y, a.0, x),
                _ => false,
            })
    }

    /// Whether some alternative, or the one with an index, accepts every value of one type of an alternative.
    fn accepts_type(
        &self,
        large: Schema<'_, 'd>,
        all: &View<'d>,
        only: Option<usize>,
        (small, alternative): (Schema<'_, 'd>, &Alternative<'d>),
        kind: &str,
    ) -> bool {
        let booleans = [Value::Bool(false), Value::Bool(true)];
        let values = alternative.values().or_else(|| (kind == "boolean").then(|| booleans.iter().collect()));
        if let (Some(values), None) = (&values, only) {
            return values.iter().all(|value| !small.accepts(value) || large.accepts(value));
        }
        let steps = self.proofs.steps.get() + all.alternatives.len();
        self.proofs.steps.set(steps);
        if steps > MAX_STEPS {
            return false;
        }
        let accepts = |(index, variant): (usize, &Alternative<'d>)| {
            let mut others = all.alternatives.iter().enumerate().filter(|(other, _)| *other != index);
            only.is_none_or(|only| only == index)
                && self.implies(large, variant, (small, alternative), kind)
                && (!all.exclusive || others.all(|(_, other)| are_disjoint(other, alternative, kind)))
        };
        all.alternatives.iter().enumerate().any(accepts)
    }

    /// Whether every value of one type of an alternative satisfies all keywords of another alternative.
    fn implies(
        &self,
        large: Schema<'_, 'd>,
        variant: &Alternative<'d>,
        small: (Schema<'_, 'd>, &Alternative<'d>),
        kind: &str,
    ) -> bool {
        variant.parts().all(|(pointer, keywords)| {
            keywords.iter().all(|(key, value)| {
                self.implies_keyword(large, (pointer, keywords), (key, value), small, kind)
            })
        })
    }

    fn implies_keyword(
        &self,
        large: Schema<'_, 'd>,
        (pointer, keywords): (&Pointer, &'d Map<String, Value>),
        (key, value): (&str, &'d Value),
        (small, given): (Schema<'_, 'd>, &Alternative<'d>),
        kind: &str,
    ) -> bool {
        let node = |key: &str, schema: &'d Value| Node::new(pointer.child(key), schema);
        let includes = |schema: &'d Value, other: &Node<'d>| {
            self.includes(large.at(&node(key, schema)), small.at(other))
        };
        match (key, kind) {
            ("allOf" | "anyOf" | "oneOf" | "$ref", _) => true,
            _ if is_annotation(key)
                || constraint::type_of(key)
                    .is_some_and(|own| own != kind && !(own == "number" && kind == "integer")) =>
            {
                true
            }
            ("type", _) => permits_type(value, kind),
            ("enum" | "const", _) => given.values().is_some_and(|values| {
                let one = |given: &&Value| match value {
                    Value::Array(list) if key == "enum" => list.contains(given),
                    other => other == *given,
                };
                values.iter().all(one)
            }),
            ("format", "string") => given.all("format").any(|format| format == value),
            ("format", _) => true,
            ("pattern", _) => value.as_str().is_some_and(|pattern| {
                let mut own = given.all("pattern").filter_map(Value::as_str);
                super::pattern::matches_all(pattern) || own.any(|own| super::pattern::are_equal(own, pattern))
            }),
            ("required", _) => {
                let required = given.required();
                value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .all(|name| required.contains(name))
            }
            ("properties", _) => {
                let own = given.properties();
                value.as_object().into_iter().flatten().all(|(name, schema)| {
                    match (own.get(name.as_str()), additional(given)) {
                        (Some(own), _) => self.includes(large.at(&node(name, schema)), small.at(own)),
                        (None, Additional::Forbidden) => true,
                        (None, Additional::Node(other)) => includes(schema, &other),
                        (None, Additional::Any) => is_empty(schema),
                    }
                })
            }
            ("additionalProperties", _) => {
                let declared = keywords.get("properties").and_then(Value::as_object);
                let is_free = |name: &str| !declared.is_some_and(|it| it.contains_key(name));
                !keywords.contains_key("patternProperties")
                    && given
                        .properties()
                        .iter()
                        .filter(|(name, _)| is_free(name))
                        .all(|(_, own)| includes(value, own))
                    && match additional(given) {
                        Additional::Forbidden => true,
                        Additional::Any => is_empty(value),
                        Additional::Node(other) => includes(value, &other),
                    }
            }
            ("items", _) => {
                let skipped = keywords.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                let prefix = given.prefix_items();
                let rest = given.items();
                skipped <= prefix.len()
                    && prefix.iter().skip(skipped).all(|item| includes(value, item))
                    && rest.map_or_else(|| is_empty(value), |rest| includes(value, &rest))
            }
            ("prefixItems", _) => {
                let prefix = given.prefix_items();
                let rest = given.items();
                value.as_array().into_iter().flatten().enumerate().all(|(index, schema)| {
                    match prefix.get(index).or(rest.as_ref()) {
                        Some(item) => includes(schema, item),
                        None => is_empty(schema),
                    }
                })
            }
            _ => self.implies_constraint(large, (pointer, keywords), key, (small, given), kind),
        }
    }

    fn implies_constraint(
        &self,
        large: Schema<'_, 'd>,
        (pointer, keywords): (&Pointer, &'d Map<String, Value>),
        key: &str,
        (small, given): (Schema<'_, 'd>, &Alternative<'d>),
        kind: &str,
    ) -> bool {
        // Of `exclusiveMinimum: true` and `minimum: 5`, only the first counts.
        let Some(constraint) = constraint::of_keywords(keywords, key) else { return true };
        if implication::is_implied(key, &constraint, given, kind) {
            return true;
        }
        let (Some(value), Some((other_pointer, other))) = (keywords.get(key), given.get(key)) else {
            return false;
        };
        let node = |pointer: &Pointer, schema: &'d Value| Node::new(pointer.clone(), schema);
        if (self.same)(&node(&pointer.child(key), value), &node(&other_pointer, other)) {
            return true;
        }
        let (a, b) = (node(&pointer.child(key), value), node(&other_pointer, other));
        match key {
            "propertyNames" | "contains" => self.includes(large.at(&a), small.at(&b)),
            "not" => self.includes(small.at(&b), large.at(&a)),
            _ => false,
        }
    }
}

/// What an alternative permits for properties that it does not declare.
enum Additional<'d> {
    Forbidden,
    Any,
    Node(Node<'d>),
}

fn additional<'d>(of: &Alternative<'d>) -> Additional<'d> {
    match of.additional() {
        // `additionalProperties` does not apply to properties that match a pattern.
        _ if of.get("patternProperties").is_some() => Additional::Any,
        Some((_, schema)) if permits_nothing(schema) => Additional::Forbidden,
        Some((pointer, schema)) => Additional::Node(Node::new(pointer, schema)),
        None => Additional::Any,
    }
}

/// Whether a schema certainly permits everything.
fn is_empty(schema: &Value) -> bool {
    *schema == Value::Bool(true)
        || schema.as_object().is_some_and(|keywords| keywords.keys().all(|key| is_annotation(key)))
}

fn permits_type(types: &Value, kind: &str) -> bool {
    let permits = |one: &str| one == kind || (one == "number" && kind == "integer");
    match types {
        Value::String(one) => permits(one),
        Value::Array(all) => all.iter().filter_map(Value::as_str).any(permits),
        _ => false,
    }
}

/// Whether no value of one type satisfies both alternatives. `false` if that is not known.
pub(super) fn are_disjoint(a: &Alternative<'_>, b: &Alternative<'_>, kind: &str) -> bool {
    let permits = a.may_be(kind) || (kind == "integer" && a.may_be("number"));
    if !permits {
        return true;
    }
    let differ = |a: &Alternative<'_>, b: &Alternative<'_>| match (a.values(), b.values()) {
        (Some(a), Some(b)) => !a.iter().any(|value| b.contains(value)),
        _ => false,
    };
    if differ(a, b) {
        return true;
    }
    let (own, other) = (a.properties(), b.properties());
    let required: BTreeSet<&str> = a.required().into_iter().chain(b.required()).collect();
    let is_closed = |it: &Alternative<'_>| matches!(additional(it), Additional::Forbidden);
    kind == "object"
        && required.iter().any(|name| match (own.get(name), other.get(name)) {
            (Some(x), Some(y)) => {
                // Without references: a discriminator is an inline constant.
                let (x, y) = (x.view(&Value::Null), y.view(&Value::Null));
                match (x.alternatives.as_slice(), y.alternatives.as_slice()) {
                    ([x], [y]) => differ(x, y),
                    _ => false,
                }
            }
            (None, Some(_)) => is_closed(a) && b.required().contains(name),
            (Some(_), None) => is_closed(b) && a.required().contains(name),
            (None, None) => false,
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn includes(large: &Value, small: &Value) -> bool {
        let samplers = [Sampler::new(large), Sampler::new(small)];
        let nodes = [large, small].map(|root| Node::new(Pointer::default(), root));
        let [a, b] = [0, 1].map(|index| Schema { sampler: &samplers[index], node: &nodes[index] });
        Proofs::default().includes(a, b, &|_, _| false)
    }

    #[test]
    fn proves_inclusion() {
        for (large, small) in [
            (json!({"type": "string"}), json!({"enum": ["a", "b"]})),
            (json!({"enum": ["x", "y"]}), json!({"anyOf": [{"const": "x"}, {"const": "y"}]})),
            (json!({"type": "integer", "exclusiveMinimum": 1}), json!({"type": "integer", "minimum": 5})),
            (
                json!({"type": "string", "pattern": r"^\d+$"}),
                json!({"type": "string", "pattern": "^[0-9]+$"}),
            ),
            (json!({"type": "number", "multipleOf": 1}), json!({"type": "integer"})),
            (
                json!({"type": "object", "properties": {"a": {"type": "number"}}}),
                json!({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}),
            ),
            (
                json!({"type": "array", "items": {"type": ["string", "null"]}}),
                json!({"type": "array", "items": {"type": "string"}, "minItems": 2}),
            ),
        ] {
            assert!(includes(&large, &small), "{large} {small}");
        }
    }

    #[test]
    fn proves_no_false_inclusion() {
        for (large, small) in [
            (json!({"enum": ["a"]}), json!({"type": "string"})),
            (json!({"type": "string", "maxLength": 3}), json!({"type": "string"})),
            (json!({"type": "string"}), json!({"type": ["string", "null"]})),
            (json!({"type": "object", "properties": {"a": {"type": "string"}}}), json!({"type": "object"})),
            (
                json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false}),
                json!({"type": "object", "properties": {"a": {}, "b": {}}}),
            ),
            (
                json!({"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}]}),
                json!({"type": "integer"}),
            ),
            (json!({"not": {"const": 1}}), json!({"type": "integer"})),
            (json!({"zz": 1}), json!({"type": "integer"})),
            (json!({"type": "array", "items": {"type": "string"}}), json!({"type": "array"})),
        ] {
            assert!(!includes(&large, &small), "{large} {small}");
        }
    }
}
