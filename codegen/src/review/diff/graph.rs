//! The pairs of schemas that the comparison has met. Each pair is compared once, however many locations lead to it.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use serde_json::Value;

use super::difference::{Finding, Pair, SchemaSearch, Union, ValueStep};
use super::inclusion::{Proofs, Schema};
use super::kind::{Direction, PayloadKind};
use super::sample::Sampler;
use super::view::{Node, NodeId};
use crate::api::location::{Location, Segment};

/// The times that one payload leads to the same pair along different paths.
const MAX_PATHS: usize = 64;
/// The times that pairs are met again, in all payloads: then the first path of each payload to a pair is enough.
const MAX_REPEATS: usize = 20_000;

/// The pairs of schemas, with what differs in each.
pub(super) struct Graph<'d> {
    pub(super) samplers: Pair<Sampler<'d>>,
    pub(super) proofs: Pair<Proofs>,
    pub(super) ids: HashMap<(NodeId, NodeId, PayloadKind, bool), usize>,
    pub(super) pairs: Vec<Compared<'d>>,
    /// The pairs that are not compared yet.
    pub(super) waiting: VecDeque<usize>,
    pub(super) repeats: usize,
}

/// Two nodes, with what differs.
pub(super) struct Compared<'d> {
    pub(super) nodes: Rc<Pair<Node<'d>>>,
    pub(super) kind: PayloadKind,
    pub(super) is_text: bool,
    pub(super) found: Vec<Rc<Finding<'d>>>,
    pub(super) edges: Vec<Target>,
    /// It differs, or a pair that it leads to.
    pub(super) differs: bool,
}

/// A pair that another leads to.
pub(super) struct Target {
    pub(super) segments: Vec<Segment>,
    pub(super) steps: Vec<ValueStep>,
    pub(super) alternative: Option<Pair<usize>>,
    pub(super) hidden: bool,
    pub(super) index: usize,
}

/// A path to a pair.
struct Visit<'d> {
    index: usize,
    location: Location,
    steps: Rc<Vec<ValueStep>>,
    unions: Option<Rc<Union<'d>>>,
    hidden: bool,
    /// The pairs on the path, and the indices of the edges between them.
    path: Option<Rc<Step>>,
}

struct Step {
    pair: usize,
    edge: usize,
    outer: Option<Rc<Step>>,
}

impl Step {
    fn all(first: Option<&Rc<Step>>) -> impl Iterator<Item = &Step> {
        std::iter::successors(first.map(Rc::as_ref), |step| step.outer.as_deref())
    }
}

impl<'d> Graph<'d> {
    pub(super) fn new(old: &'d Value, new: &'d Value) -> Self {
        Graph {
            samplers: Pair { old: Sampler::new(old), new: Sampler::new(new) },
            proofs: Pair { old: Proofs::default(), new: Proofs::default() },
            ids: HashMap::new(),
            pairs: Vec::new(),
            waiting: VecDeque::new(),
            repeats: 0,
        }
    }

    /// The index of two nodes, which are compared later if they are new.
    pub(super) fn index(&mut self, nodes: Pair<Node<'d>>, kind: PayloadKind, is_text: bool) -> usize {
        let ids = (nodes.old.id(self.samplers.old.root), nodes.new.id(self.samplers.new.root), kind, is_text);
        let next = self.pairs.len();
        let index = *self.ids.entry(ids).or_insert(next);
        if index == next {
            let nodes = Rc::new(nodes);
            self.pairs.push(Compared {
                nodes,
                kind,
                is_text,
                found: Vec::new(),
                edges: Vec::new(),
                differs: false,
            });
            self.waiting.push_back(index);
        }
        index
    }

    /// The schemas of the consumer and of the producer.
    pub(super) fn sides<'s>(
        &'s self,
        nodes: &'s Pair<Node<'d>>,
        direction: Direction,
    ) -> (Schema<'s, 'd>, Schema<'s, 'd>) {
        let old = Schema { sampler: &self.samplers.old, node: &nodes.old };
        let new = Schema { sampler: &self.samplers.new, node: &nodes.new };
        match direction {
            Direction::Request => (new, old),
            Direction::Response => (old, new),
        }
    }

    /// The proofs about the schemas of a consumer.
    pub(super) fn proofs(&self, direction: Direction) -> &Proofs {
        match direction {
            Direction::Request => &self.proofs.new,
            Direction::Response => &self.proofs.old,
        }
    }
}

impl<'d> Graph<'d> {
    /// Marks the pairs that differ, and those that lead to one.
    pub(super) fn mark_different(&mut self) {
        let mut sources: Vec<Vec<usize>> = vec![Vec::new(); self.pairs.len()];
        for (index, pair) in self.pairs.iter().enumerate() {
            for edge in &pair.edges {
                if let Some(sources) = sources.get_mut(edge.index) {
                    sources.push(index);
                }
            }
        }
        let mut waiting = Vec::new();
        for (index, pair) in self.pairs.iter_mut().enumerate() {
            pair.differs |= !pair.found.is_empty();
            waiting.extend(pair.differs.then_some(index));
        }
        while let Some(index) = waiting.pop() {
            for source in sources.get(index).into_iter().flatten() {
                if let Some(pair) = self.pairs.get_mut(*source).filter(|pair| !pair.differs) {
                    pair.differs = true;
                    waiting.push(*source);
                }
            }
        }
    }

    /// The differences that a pair leads to, each with the indices of the edges that lead to it. The shortest paths come first;
    /// a pair that many paths lead to has only some of them.
    pub(super) fn locate(
        &mut self,
        root: usize,
        location: &Location,
    ) -> Vec<(Vec<usize>, Location, Rc<Finding<'d>>, SchemaSearch<'d>)> {
        let mut out = Vec::new();
        let mut paths: HashMap<usize, usize> = HashMap::new();
        let mut waiting = VecDeque::new();
        waiting.push_back(Visit {
            index: root,
            location: location.clone(),
            steps: Rc::default(),
            unions: None,
            hidden: false,
            path: None,
        });
        while let Some(visit) = waiting.pop_front() {
            let Some(pair) = self.pairs.get(visit.index).filter(|pair| pair.differs) else { continue };
            let count = paths.entry(visit.index).or_default();
            let is_repeated = *count > 0;
            if *count >= MAX_PATHS || (is_repeated && self.repeats >= MAX_REPEATS) {
                continue;
            }
            *count += 1;
            self.repeats += usize::from(is_repeated);
            let mut order: Vec<usize> = Step::all(visit.path.as_ref()).map(|step| step.edge).collect();
            order.reverse();
            for found in &pair.found {
                let location =
                    found.segments.iter().fold(visit.location.clone(), |at, it| at.child(it.clone()));
                let unions = visit.enter(pair, found.alternative);
                let mut steps = Rc::clone(&visit.steps);
                if let Some(alternative) = found.alternative {
                    Rc::make_mut(&mut steps).push(ValueStep::Alternative(alternative));
                }
                let search = SchemaSearch { payload: 0, steps, unions, hidden: visit.hidden };
                out.push((order.clone(), location, Rc::clone(found), search));
            }
            for (edge, target) in pair.edges.iter().enumerate() {
                let is_open = || Step::all(visit.path.as_ref()).any(|step| step.pair == target.index);
                if target.index == visit.index || is_open() {
                    continue;
                }
                let mut steps = Rc::clone(&visit.steps);
                let all = Rc::make_mut(&mut steps);
                all.extend(target.alternative.map(ValueStep::Alternative));
                all.extend(target.steps.iter().cloned());
                let path = Step { pair: visit.index, edge, outer: visit.path.clone() };
                waiting.push_back(Visit {
                    index: target.index,
                    location: target
                        .segments
                        .iter()
                        .fold(visit.location.clone(), |at, it| at.child(it.clone())),
                    steps,
                    unions: visit.enter(pair, target.alternative),
                    hidden: visit.hidden || target.hidden,
                    path: Some(Rc::new(path)),
                });
            }
        }
        out
    }
}

impl<'d> Visit<'d> {
    /// The unions around an alternative of a pair.
    fn enter(&self, pair: &Compared<'d>, alternative: Option<Pair<usize>>) -> Option<Rc<Union<'d>>> {
        let Some(alternative) = alternative else { return self.unions.clone() };
        let (depth, nodes) = (self.steps.len(), Rc::clone(&pair.nodes));
        Some(Rc::new(Union { depth, nodes, alternative, outer: self.unions.clone() }))
    }
}
