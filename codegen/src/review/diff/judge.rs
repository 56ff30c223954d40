//! The severity of a difference where it is. A rule that breaks callers has three outcomes: a proof that no value shows the
//! difference, a proof that another variant accepts every such value, or the severity of the rule.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::comparison::Comparison;
use super::difference::{Difference, Finding, Pair, Search, Union};
use super::kind::{ChangeKind, Direction, PayloadKind};
use super::rules;
use super::view::{Alternative, Node};
use crate::diagnostics::Severity;

/// The severity and the message of a difference.
pub(super) struct Verdict {
    pub(super) severity: Severity,
    pub(super) message: String,
}

/// Why a difference breaks no caller.
#[derive(Clone, Debug)]
enum Reason {
    /// No value shows it.
    NoValue,
    /// The variant with this label accepts every value that shows it.
    Variant(String),
}

/// Judges the differences of a comparison.
pub(super) struct Judge<'c, 'd> {
    comparison: &'c Comparison<'d>,
    /// By the addresses of what was found, and of unions with the index of an alternative.
    known: RefCell<HashMap<(usize, usize), Option<Reason>>>,
}

impl<'c, 'd> Judge<'c, 'd> {
    pub(super) fn new(comparison: &'c Comparison<'d>) -> Self {
        Judge { comparison, known: RefCell::default() }
    }

    pub(super) fn verdict(&self, difference: &Difference<'d>) -> Verdict {
        let severity = rules::severity(difference);
        let message = rules::message(difference);
        let Search::Schema(search) = &difference.search else { return Verdict { severity, message } };
        let direction = difference.payload.map_or(Direction::Request, PayloadKind::direction);
        if search.hidden && severity != Severity::Info {
            let reason = match direction {
                Direction::Request => "it is `readOnly`, and requests do not have it",
                Direction::Response => "it is `writeOnly`, and responses do not have it",
            };
            return Verdict { severity: Severity::Info, message: format!("{message}, but {reason}") };
        }
        let is_judged = severity == Severity::Error || difference.found.kind == ChangeKind::ConstraintChanged;
        if !is_judged || severity == Severity::Info || !difference.found.is_about_validity() {
            return Verdict { severity, message };
        }
        let reason = self.reason(&difference.found, search.unions.as_ref(), direction);
        match reason {
            None => Verdict { severity, message },
            Some(Reason::NoValue) => {
                Verdict { severity: Severity::Info, message: format!("{message}, but no value shows it") }
            }
            Some(Reason::Variant(label)) => Verdict {
                severity: Severity::Warning,
                message: format!("{message}, but the variant `{label}` accepts every value that shows it"),
            },
        }
    }

    fn reason(
        &self,
        found: &Rc<Finding<'d>>,
        unions: Option<&Rc<Union<'d>>>,
        direction: Direction,
    ) -> Option<Reason> {
        let own = self.once((Rc::as_ptr(found).addr(), usize::MAX), || self.own_reason(found, direction));
        let around = std::iter::successors(unions, |union| union.outer.as_ref());
        own.or_else(|| {
            around.into_iter().find_map(|union| {
                let key = (Rc::as_ptr(&union.nodes).addr(), union.alternative.old);
                self.once(key, || self.masked(&union.nodes, union.alternative, direction))
            })
        })
    }

    fn once(&self, key: (usize, usize), reason: impl FnOnce() -> Option<Reason>) -> Option<Reason> {
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let reason = reason();
        self.known.borrow_mut().insert(key, reason.clone());
        reason
    }

    /// The reason in the nodes themselves.
    fn own_reason(&self, found: &Finding<'d>, direction: Direction) -> Option<Reason> {
        let nodes = found.nodes.as_ref()?;
        let is_variant = matches!(found.kind, ChangeKind::VariantRemoved | ChangeKind::VariantAdded);
        if let Some(variant) = found.details.variant.filter(|_| is_variant) {
            return self.covering(nodes, variant, direction);
        }
        if let Some(alternative) = found.alternative {
            return self.masked(nodes, alternative, direction);
        }
        let (consumer, producer) = self.comparison.graph.sides(nodes, direction);
        let same = |a: &Node<'d>, b: &Node<'d>| self.comparison.are_same(direction, a, b);
        let includes = self.comparison.graph.proofs(direction).includes(consumer, producer, &same);
        includes.then_some(Reason::NoValue)
    }

    /// Whether the consumer accepts every value of the producer's alternative, in its own or in another one.
    fn masked(&self, nodes: &Pair<Node<'d>>, pair: Pair<usize>, direction: Direction) -> Option<Reason> {
        let (own, given) = match direction {
            Direction::Request => (pair.new, pair.old),
            Direction::Response => (pair.old, pair.new),
        };
        let variants = self.including(nodes, given, direction, &|_, _| true);
        match variants.first() {
            Some(_) if variants.iter().any(|(index, _)| *index == own) => Some(Reason::NoValue),
            Some((_, label)) => Some(Reason::Variant(label.clone())),
            None => None,
        }
    }

    /// A variant of the consumer that accepts a removed variant. It has to declare the same properties: one that only permits
    /// them as additional properties does not read them.
    fn covering(&self, nodes: &Pair<Node<'d>>, given: usize, direction: Direction) -> Option<Reason> {
        let declares = |variant: &Alternative<'d>, given: &Alternative<'d>| {
            let own = variant.properties();
            given.properties().keys().all(|name| own.contains_key(name))
        };
        let (_, label) = self.including(nodes, given, direction, &declares).into_iter().next()?;
        Some(Reason::Variant(label))
    }

    /// The alternatives of the consumer that accept every value of an alternative of the producer, with their labels.
    fn including(
        &self,
        nodes: &Pair<Node<'d>>,
        given: usize,
        direction: Direction,
        fits: &dyn Fn(&Alternative<'d>, &Alternative<'d>) -> bool,
    ) -> Vec<(usize, String)> {
        let (consumer, producer) = self.comparison.graph.sides(nodes, direction);
        let (all, view) =
            (consumer.node.view(consumer.sampler.root), producer.node.view(producer.sampler.root));
        let Some(given) = view.alternatives.get(given) else { return Vec::new() };
        let same = |a: &Node<'d>, b: &Node<'d>| self.comparison.are_same(direction, a, b);
        let proofs = self.comparison.graph.proofs(direction);
        let includes = |(index, variant): &(usize, &Alternative<'d>)| {
            fits(variant, given) && proofs.variant_includes((consumer, *index), (producer, given), &same)
        };
        let including = all.alternatives.iter().enumerate().filter(includes);
        including.map(|(index, _)| (index, all.label(index))).collect()
    }
}
