//! Compares the schemas of a payload: a parameter, a header or a body.

use std::collections::HashSet;
use std::rc::Rc;

use super::comparer::{Differences, Edge};
use super::comparison::Comparison;
use super::difference::{Anchor, Details, Difference, Finding, Pair, Payload, Search};
use super::graph::Target;
use super::kind::{ChangeKind, Direction};
use super::schema;
use super::view::Node;
use crate::api::location::Location;

impl<'d> Comparison<'d> {
    /// Compares the schemas of a payload, and reports what differs at each location.
    pub(super) fn schemas(&mut self, operation: &Rc<str>, location: &Location, payload: Payload<'d>) {
        let (nodes, kind, is_text) = (payload.nodes.clone(), payload.kind, payload.is_text);
        let number = self.payloads.len();
        self.payloads.push(payload);
        if self.is_same(&nodes.old, &nodes.new) {
            return;
        }
        let index = self.graph.index(nodes, kind, is_text);
        if !self.graph.waiting.is_empty() {
            let first = self.graph.pairs.len() - self.graph.waiting.len();
            self.compare_waiting();
            self.graph.mark_different();
            self.report_unjudged(first);
        }
        let mut located = self.graph.locate(index, location);
        // In the order of the document.
        located.sort_by(|a, b| a.0.cmp(&b.0));
        for (_, location, found, mut search) in located {
            search.payload = number;
            let (operation, payload, search) = (Rc::clone(operation), Some(kind), Search::Schema(search));
            self.differences.push(Difference { operation, location, payload, found, search });
        }
    }

    fn compare_waiting(&mut self) {
        while let Some(index) = self.graph.waiting.pop_front() {
            let Some(pair) = self.graph.pairs.get(index) else { continue };
            let (nodes, kind, is_text) = (Rc::clone(&pair.nodes), pair.kind, pair.is_text);
            let Differences { mut found, edges, are_unions } =
                schema::compare(self.documents, &nodes, kind, is_text);
            let is_of_value = |found: &Rc<Finding<'d>>| found.is_about_validity();
            // Another notation of the same schema. A constraint that others imply is worth a word, as is a variant that others mask.
            let is_notation =
                |found: &Rc<Finding<'d>>| is_of_value(found) && !found.kind.is_ordered_constraint();
            if !are_unions && found.iter().any(is_notation) && self.are_equivalent(&nodes) {
                found.retain(|found| !is_of_value(found));
            }
            let mut targets = Vec::new();
            for Edge { segments, steps, alternative, nodes, hidden } in edges {
                if !self.is_same(&nodes.old, &nodes.new) {
                    let index = self.graph.index(nodes, kind, is_text);
                    targets.push(Target { segments, steps, alternative, hidden, index });
                }
            }
            if let Some(pair) = self.graph.pairs.get_mut(index) {
                (pair.found, pair.edges) = (found, targets);
            }
        }
    }

    /// Whether both nodes certainly accept the same values.
    fn are_equivalent(&self, nodes: &Pair<Node<'d>>) -> bool {
        [Direction::Request, Direction::Response].into_iter().all(|direction| {
            let (consumer, producer) = self.graph.sides(nodes, direction);
            self.graph.proofs(direction).includes(consumer, producer, &|a, b| self.are_same(direction, a, b))
        })
    }

    /// Whether the node of a consumer is equal to that of its producer.
    pub(super) fn are_same(&self, direction: Direction, consumer: &Node<'d>, producer: &Node<'d>) -> bool {
        match direction {
            Direction::Request => self.is_same(producer, consumer),
            Direction::Response => self.is_same(consumer, producer),
        }
    }

    /// Reports pairs from an index on that differ though no rule reports it: the most deeply nested of them.
    fn report_unjudged(&mut self, first: usize) {
        let pairs = self.graph.pairs.iter().enumerate().skip(first);
        let mut silent: HashSet<usize> = pairs
            .filter(|(_, pair)| !pair.differs && !self.are_equivalent(&pair.nodes))
            .map(|(index, _)| index)
            .collect();
        while !silent.is_empty() {
            let leads_to_other = |index: &usize| {
                let edges = self.graph.pairs.get(*index).into_iter().flat_map(|pair| &pair.edges);
                edges.into_iter().any(|edge| edge.index != *index && silent.contains(&edge.index))
            };
            let mut chosen: Vec<usize> = silent.iter().copied().filter(|it| !leads_to_other(it)).collect();
            // They form a cycle.
            if chosen.is_empty() {
                chosen.extend(silent.iter().min());
            }
            for index in chosen {
                if let Some(pair) = self.graph.pairs.get_mut(index) {
                    let value =
                        |node: &Node<'d>| node.parts.first().map(|it| it.1.clone()).unwrap_or_default();
                    pair.found.push(Rc::new(Finding {
                        kind: ChangeKind::KeywordChanged,
                        details: Details::new(value(&pair.nodes.old), value(&pair.nodes.new)),
                        anchor: Anchor::new(pair.nodes.new.pointer()),
                        segments: Vec::new(),
                        alternative: None,
                        nodes: Some(Rc::clone(&pair.nodes)),
                    }));
                }
            }
            self.graph.mark_different();
            silent.retain(|index| self.graph.pairs.get(*index).is_some_and(|pair| !pair.differs));
        }
    }
}
