//! Compares two schemas, without those of properties and items.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::comparer::{Comparer, Differences, Edge, Keyword};
use super::constraint::{self, CONSTRAINTS};
use super::difference::{Anchor, Details, Finding, Pair, ValueStep};
use super::discriminator;
use super::interface::AVAILABILITY;
use super::kind::{ChangeKind, Direction, PayloadKind};
use super::matching::matching;
use super::types::{self, Types};
use super::view::{Alternative, Node, View};
use crate::api::location::Segment;

/// Compares two nodes.
pub(super) fn compare<'d>(
    documents: Pair<&'d Value>,
    nodes: &Rc<Pair<Node<'d>>>,
    kind: PayloadKind,
    is_text: bool,
) -> Differences<'d> {
    let (before, after) = (nodes.old.view(documents.old), nodes.new.view(documents.new));
    let mut comparer = Comparer {
        documents,
        nodes,
        kind,
        is_text,
        at: Vec::new(),
        alternative: None,
        out: Differences::default(),
    };
    comparer.nodes(&before, &after);
    comparer.out
}

impl<'d> Comparer<'_, 'd> {
    fn nodes(&mut self, before: &View<'d>, after: &View<'d>) {
        let permits = |view: &View<'_>| !view.alternatives.is_empty() || view.nullable;
        if permits(before) != permits(after) {
            let kind = if permits(after) { ChangeKind::Permitted } else { ChangeKind::Forbidden };
            let anchor = Anchor::new(self.nodes.new.pointer());
            self.differs(kind, Details::default(), anchor);
            return;
        }
        self.nullability(before, after);
        self.annotations(&|key| before.annotation(key), &|key| after.annotation(key));
        discriminator::compare(self, self.documents, before, after);
        let is_union = before.is_union() || after.is_union();
        self.out.are_unions = before.is_union() && after.is_union();
        if self.out.are_unions && before.exclusive != after.exclusive {
            let kind =
                if after.exclusive { ChangeKind::BecameExclusive } else { ChangeKind::BecameInclusive };
            self.differs(kind, Details::default(), Anchor::new(self.nodes.new.pointer()));
        }
        let shared = self.shared(before, after);
        for pair in self.alternatives(before, after) {
            let (Some(one), Some(other)) =
                (before.alternatives.get(pair.old), after.alternatives.get(pair.new))
            else {
                continue;
            };
            if !is_union {
                self.alternative(one, other);
                continue;
            }
            let label = if after.is_union() { after.label(pair.new) } else { before.label(pair.old) };
            let segment = (!one.is_string() || !other.is_string()).then(|| Segment::Variant(label.into()));
            self.at = segment.into_iter().collect();
            self.alternative = Some(pair);
            self.annotations(&|key| one.own_annotation(key), &|key| other.own_annotation(key));
            if shared {
                self.alternative(&one.only(true), &other.only(true));
            } else {
                self.alternative(one, other);
            }
            self.at.clear();
            self.alternative = None;
        }
    }

    /// Compares what the alternatives of two unions share, if it differs.
    fn shared(&mut self, before: &View<'d>, after: &View<'d>) -> bool {
        let (Some(one), Some(other)) = (before.alternatives.first(), after.alternatives.first()) else {
            return false;
        };
        if !before.is_union() || !after.is_union() {
            return false;
        }
        let (one, other) = (one.only(false), other.only(false));
        let differs = !one.same_as(&other, false);
        if differs {
            self.alternative(&one, &other);
        }
        differs
    }

    fn nullability(&mut self, before: &View<'d>, after: &View<'d>) {
        // A schema without types permits null without saying so.
        let is_explicit =
            |view: &View<'_>| view.nullable || view.alternatives.iter().all(|it| it.types.is_some());
        if before.nullable == after.nullable || !is_explicit(before) || !is_explicit(after) {
            return;
        }
        let kind = if after.nullable { ChangeKind::BecameNullable } else { ChangeKind::BecameNotNullable };
        let keyword = after.alternatives.first().and_then(|it| it.get("type"));
        let pointer = keyword.map_or_else(|| self.nodes.new.pointer(), |(pointer, _)| pointer);
        self.differs(kind, Details::new(before.nullable, after.nullable), Anchor::new(pointer));
    }

    /// The pairs of alternatives that are the same; reports the others as added or removed.
    fn alternatives(&mut self, before: &View<'d>, after: &View<'d>) -> Vec<Pair<usize>> {
        let (old, new) = (&before.alternatives, &after.alternatives);
        let pairs = matching(old, new);
        let matched_old: BTreeSet<usize> = pairs.iter().map(|pair| pair.old).collect();
        let matched_new: BTreeSet<usize> = pairs.iter().map(|pair| pair.new).collect();
        for (index, removed) in old.iter().enumerate().filter(|(index, _)| !matched_old.contains(index)) {
            let details = Details::new(before.label(index), Value::Null);
            self.variant_differs(ChangeKind::VariantRemoved, details, Anchor::old(removed.pointer()), index);
        }
        for (index, added) in new.iter().enumerate().filter(|(index, _)| !matched_new.contains(index)) {
            let details = Details::new(Value::Null, after.label(index));
            self.variant_differs(ChangeKind::VariantAdded, details, Anchor::new(added.pointer()), index);
        }
        pairs
    }

    fn variant_differs(&mut self, kind: ChangeKind, details: Details, anchor: Anchor, index: usize) {
        self.differs(kind, Details { variant: Some(index), ..details }, anchor);
    }

    /// The keywords that do not constrain a value.
    fn annotations(&mut self, before: &dyn Fn(&str) -> Keyword<'d>, after: &dyn Fn(&str) -> Keyword<'d>) {
        let here = self.nodes.new.pointer();
        let anchor = |key: &str| match (after(key), before(key)) {
            (Some((pointer, _)), _) => Anchor::new(pointer),
            (None, Some((pointer, _))) => Anchor::old(pointer),
            (None, None) => Anchor::new(here.clone()),
        };
        type Keywords<'k, 'd> = &'k dyn Fn(&str) -> Keyword<'d>;
        let value = |of: Keywords<'_, 'd>, key: &str| of(key).map(|(_, value)| value);
        let flag = |of: Keywords<'_, 'd>, key: &str| value(of, key) == Some(&Value::Bool(true));
        let deprecated = |of: Keywords<'_, 'd>| {
            flag(of, "deprecated") || value(of, AVAILABILITY).is_some_and(|it| it == "deprecated")
        };
        let (was, is) = (deprecated(before), deprecated(after));
        if was != is {
            let kind = if is { ChangeKind::Deprecated } else { ChangeKind::Undeprecated };
            self.differs(kind, Details::new(was, is), anchor("deprecated"));
        }
        let default = |of: Keywords<'_, 'd>| value(of, "default").cloned().unwrap_or_default();
        let (was, is) = (default(before), default(after));
        if was != is {
            self.differs(ChangeKind::DefaultChanged, Details::new(was, is), anchor("default"));
        }
        let access_mode =
            |of: Keywords<'_, 'd>| ["readOnly", "writeOnly"].into_iter().find(|key| flag(of, key));
        let (was, is) = (access_mode(before), access_mode(after));
        if was != is {
            let anchor = anchor(is.or(was).unwrap_or_default());
            self.differs(ChangeKind::AccessModeChanged, Details::new(was, is), anchor);
        }
    }

    pub(super) fn alternative(&mut self, old: &Alternative<'d>, new: &Alternative<'d>) {
        let anchor =
            |key: &str| Anchor::new(new.get(key).map_or_else(|| new.pointer(), |(pointer, _)| pointer));
        let direction = self.kind.direction();
        let types = Types { is_text: self.is_text, documents: self.documents };
        let (old_permits_new, new_permits_old) =
            (types.permit(old, new, false), types.permit(new, old, true));
        if old.types != new.types {
            let consumer_permits = match direction {
                Direction::Request => new_permits_old,
                Direction::Response => old_permits_new,
            };
            let details = Details::new(old.type_name(), new.type_name()).except_if(consumer_permits);
            self.differs(ChangeKind::TypeChanged, details, anchor("type"));
            if !old_permits_new && !new_permits_old && !types::have_common(old, new) {
                return;
            }
        }
        self.values(old, new);
        let format =
            |it: &Alternative<'d>| it.get("format").map_or(Value::Null, |(_, format)| format.clone());
        let (was, is) = (format(old), format(new));
        if was != is {
            let removed = direction == Direction::Request && is.is_null();
            let details = Details::new(was, is).except_if(removed);
            self.differs(ChangeKind::FormatChanged, details, anchor("format"));
        }
        self.constraints(old, new);
        self.unknown_keywords(old, new);
        if old.may_be("object") && new.may_be("object") {
            self.properties(old, new);
        }
        if old.may_be("array") && new.may_be("array") {
            self.items(old, new);
        }
    }

    fn items(&mut self, old: &Alternative<'d>, new: &Alternative<'d>) {
        let (before, after) = (old.items(), new.items());
        let (old_prefix, new_prefix) = (old.prefix_items(), new.prefix_items());
        let item = |of: &Alternative<'d>, prefix: &[Node<'d>], rest: &Option<Node<'d>>, index: usize| {
            prefix.get(index).or(rest.as_ref()).cloned().unwrap_or_else(|| any(of))
        };
        for index in 0..old_prefix.len().max(new_prefix.len()) {
            let nodes = Pair {
                old: item(old, &old_prefix, &before, index),
                new: item(new, &new_prefix, &after, index),
            };
            self.edge(Segment::Position(index), ValueStep::Position(index), nodes, false);
        }
        if before.is_some() || after.is_some() {
            let nodes =
                Pair { old: before.unwrap_or_else(|| any(old)), new: after.unwrap_or_else(|| any(new)) };
            self.edge(Segment::Items, ValueStep::Item, nodes, false);
        }
    }

    fn values(&mut self, old: &Alternative<'d>, new: &Alternative<'d>) {
        let pointer =
            |it: &Alternative<'d>| it.get("enum").map_or_else(|| it.pointer(), |(pointer, _)| pointer);
        let array = |values: &[&Value]| values.iter().copied().cloned().collect::<Value>();
        match (old.values(), new.values()) {
            (None, None) => {}
            (None, Some(values)) => {
                let details = Details::new(Value::Null, array(&values));
                self.differs(ChangeKind::EnumIntroduced, details, Anchor::new(pointer(new)));
            }
            (Some(values), None) => {
                let details = Details::new(array(&values), Value::Null);
                self.differs(ChangeKind::EnumDropped, details, Anchor::old(pointer(old)));
            }
            (Some(before), Some(after)) => {
                for value in unique(&after).filter(|value| !before.contains(value)) {
                    let details = Details::new(Value::Null, value.clone());
                    self.differs(ChangeKind::EnumValueAdded, details, Anchor::new(pointer(new)));
                }
                for value in unique(&before).filter(|value| !after.contains(value)) {
                    let details = Details::new(value.clone(), Value::Null);
                    self.differs(ChangeKind::EnumValueRemoved, details, Anchor::old(pointer(old)));
                }
                self.null_in_enum(old, new);
            }
        }
    }

    /// Null among the values of two enums whose types permit it.
    fn null_in_enum(&mut self, old: &Alternative<'d>, new: &Alternative<'d>) {
        let has_null = |it: &Alternative<'_>| {
            let lists = it.all("enum").filter_map(Value::as_array);
            lists.flatten().any(Value::is_null)
        };
        let (was, is) = (has_null(old), has_null(new));
        if was == is || !old.nullable || !new.nullable {
            return;
        }
        // `nullable: true` of OpenAPI 3.0 is often meant to permit null in addition to the values.
        let has_flag = |it: &Alternative<'_>| it.all("nullable").any(|flag| *flag == Value::Bool(true));
        let is_permitted = has_flag(old) && has_flag(new);
        let kind = match (is_permitted, is) {
            (true, true) => ChangeKind::EnumValueAdded,
            (true, false) => ChangeKind::EnumValueRemoved,
            (false, true) => ChangeKind::BecameNullable,
            (false, false) => ChangeKind::BecameNotNullable,
        };
        let details =
            Details { by_annotation: is_permitted, exceptional: is_permitted, ..Details::default() };
        let pointer = new.get("enum").map_or_else(|| new.pointer(), |(pointer, _)| pointer);
        self.differs(kind, details, Anchor::new(pointer));
    }

    fn constraints(&mut self, old: &Alternative<'d>, new: &Alternative<'d>) {
        for (key, _) in CONSTRAINTS {
            let (mut before, mut after) = (old.constraint(key), new.constraint(key));
            if key == "patternProperties" {
                // The schemas of common patterns are compared on their own.
                let (own, other) = (old.patterns(), new.patterns());
                before = before.and_then(|it| without(it, &other));
                after = after.and_then(|it| without(it, &own));
            }
            let kind = match (&before, &after) {
                (None, None) => continue,
                (Some(was), Some(is)) if was == is => continue,
                (None, Some(_)) => ChangeKind::ConstraintTightened,
                (Some(_), None) => ChangeKind::ConstraintLoosened,
                (Some(was), Some(is)) if constraint::is_stricter(key, is, was) => {
                    ChangeKind::ConstraintTightened
                }
                (Some(was), Some(is)) if constraint::is_stricter(key, was, is) => {
                    ChangeKind::ConstraintLoosened
                }
                (_, Some(Value::String(is))) if key == "pattern" && super::pattern::matches_all(is) => {
                    ChangeKind::ConstraintLoosened
                }
                _ => ChangeKind::ConstraintChanged,
            };
            let removed = after.is_none();
            let keyword = if removed { old } else { new }.get(key);
            let pointer = keyword.map_or_else(|| new.pointer(), |(pointer, _)| pointer);
            let details = Details::new(json!({ key: before }), json!({ key: after }));
            self.differs(kind, details, Anchor { removed, pointer });
        }
    }

    /// The keywords that no rule knows.
    fn unknown_keywords(&mut self, old: &Alternative<'d>, new: &Alternative<'d>) {
        let keys = |it: &Alternative<'d>| -> BTreeSet<&'d str> {
            it.parts().flat_map(|(_, keywords)| keywords.keys()).map(String::as_str).collect()
        };
        for key in keys(old).union(&keys(new)).filter(|key| constraint::is_unknown(key)) {
            let values = |it: &Alternative<'d>| it.all(key).cloned().collect::<Vec<_>>();
            let (was, is) = (values(old), values(new));
            if was != is {
                let value = |mut values: Vec<Value>| values.pop().unwrap_or_default();
                let details = Details::new(json!({ *key: value(was) }), json!({ *key: value(is) }));
                let (removed, it) = if new.get(key).is_some() { (false, new) } else { (true, old) };
                let pointer = it.get(key).map_or_else(|| it.pointer(), |(pointer, _)| pointer);
                self.differs(ChangeKind::KeywordChanged, details, Anchor { removed, pointer });
            }
        }
    }

    pub(super) fn edge(&mut self, segment: Segment, step: ValueStep, nodes: Pair<Node<'d>>, hidden: bool) {
        let mut segments = self.at.clone();
        segments.push(segment);
        self.out.edges.push(Edge {
            segments,
            steps: vec![step],
            alternative: self.alternative,
            nodes,
            hidden,
        });
    }

    pub(super) fn differs(&mut self, kind: ChangeKind, details: Details, anchor: Anchor) {
        self.out.found.push(Rc::new(Finding {
            kind,
            details,
            anchor,
            segments: self.at.clone(),
            alternative: self.alternative,
            nodes: Some(Rc::clone(self.nodes)),
        }));
    }
}

/// The node of a missing schema, which permits every value.
fn any<'d>(of: &Alternative<'d>) -> Node<'d> {
    static ANY: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| Value::Object(Map::new()));
    Node::new(of.pointer(), &ANY)
}

/// `patternProperties` without some patterns; `None` if none is left.
fn without(mut schemas: Value, patterns: &BTreeMap<&str, Node<'_>>) -> Option<Value> {
    let all = schemas.as_object_mut()?;
    all.retain(|pattern, _| !patterns.contains_key(pattern.as_str()));
    (!all.is_empty()).then_some(schemas)
}

fn unique<'v>(values: &[&'v Value]) -> impl Iterator<Item = &'v Value> {
    let mut out: Vec<&Value> = Vec::new();
    for value in values {
        if !out.contains(value) {
            out.push(value);
        }
    }
    out.into_iter()
}
