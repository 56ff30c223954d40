//! Two schemas side by side.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::document::{AVAILABILITY, Comparison};
use super::fact::{Fact, Part, Proof, Spot, Step};
use super::view::{Alternative, Node, View};
use crate::pointer::Pointer;

/// Keywords that limit a value, each a change of its own.
const LIMITS: [&str; 25] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "contentEncoding",
    "contentMediaType",
    "not",
    "contains",
    "prefixItems",
    "propertyNames",
    "patternProperties",
    "dependentSchemas",
    "if",
    "then",
    "else",
    "unevaluatedProperties",
];

/// An annotation and where it stands.
type Annotation<'d> = Option<(Pointer, &'d Value)>;

/// Where a comparison of schemas stands.
#[derive(Clone)]
pub(super) struct Place<'d> {
    pub(super) operation: Rc<str>,
    pub(super) location: String,
    pub(super) part: Part,
    pub(super) root: usize,
    pub(super) steps: Rc<Vec<Step>>,
    /// The outermost union that was entered: how many steps lead there, and its schemas.
    pub(super) union: Option<(usize, Rc<(Node<'d>, Node<'d>)>)>,
}

impl<'d> Place<'d> {
    fn step(&self, suffix: &str, step: Step) -> Self {
        let mut next = self.clone();
        next.location.push_str(suffix);
        Rc::make_mut(&mut next.steps).push(step);
        next
    }
}

/// What is said of a difference: old and new, and whether a caller need not mind.
struct Said {
    old: Value,
    new: Value,
    harmless: bool,
}

fn said(old: Value, new: Value) -> Said {
    Said { old, new, harmless: false }
}

impl<'d> Comparison<'d> {
    /// Compares what stands at one place.
    pub(super) fn node(&mut self, old: &Node<'d>, new: &Node<'d>, place: &Place<'d>) {
        if self.is_same(old, new) {
            return;
        }
        let pair = (old.target(self.old), new.target(self.new));
        if self.open.contains(&pair) {
            return;
        }
        self.open.push(pair);
        let nodes = Rc::new((old.clone(), new.clone()));
        let (before, after) = (old.view(self.old), new.view(self.new));
        let typed = |view: &View<'_>| view.alternatives.iter().all(|it| it.types.is_some()) || view.nullable;
        if before.nullable != after.nullable && typed(&before) && typed(&after) {
            let stem = if after.nullable { "became-nullable" } else { "became-not-nullable" };
            let said = said(json!(before.nullable), json!(after.nullable));
            self.found(stem, said, &nodes, place, (false, after_keyword(&after, new, "type")));
        }
        self.annotations(&nodes, place, &|key| before.annotation(key), &|key| after.annotation(key));
        for (a, b) in self.matched(&before, &after, &nodes, place) {
            let (Some(one), Some(other)) = (before.alternatives.get(a), after.alternatives.get(b)) else {
                continue;
            };
            let union = before.is_union() || after.is_union();
            if !union {
                self.alternative(one, other, &nodes, place);
                continue;
            }
            if one.same_as(other) && !self.mentions_changed(new) {
                continue;
            }
            let label = if before.is_union() { before.label(a) } else { after.label(b) };
            let label = if after.is_union() { after.label(b) } else { label };
            let suffix = if other.is_text() && one.is_text() { String::new() } else { format!("<{label}>") };
            let mut inside = place.step(&suffix, Step::Alternative { old: a, new: b });
            if inside.union.is_none() {
                inside.union = Some((place.steps.len(), Rc::clone(&nodes)));
            }
            self.annotations(&nodes, &inside, &|key| one.own_annotation(key), &|key| {
                other.own_annotation(key)
            });
            self.alternative(one, other, &nodes, &inside);
        }
        self.open.pop();
    }

    /// Which alternatives are the same ones; the others were added or removed.
    fn matched(
        &mut self,
        before: &View<'d>,
        after: &View<'d>,
        nodes: &Rc<(Node<'d>, Node<'d>)>,
        place: &Place<'d>,
    ) -> Vec<(usize, usize)> {
        let (old, new) = (&before.alternatives, &after.alternatives);
        if old.len() == 1 && new.len() == 1 {
            return vec![(0, 0)];
        }
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        // From the surest sign to the weakest.
        for likeness in [7, 6, 5, 4, 3, 2] {
            for (a, one) in old.iter().enumerate() {
                let taken = |pairs: &[(usize, usize)], b| pairs.iter().any(|(_, other)| *other == b);
                if pairs.iter().any(|(other, _)| *other == a) {
                    continue;
                }
                let fits = |b: &usize| {
                    !taken(&pairs, *b) && new.get(*b).is_some_and(|it| alike(one, it) == likeness)
                };
                let best = (0..new.len()).filter(fits).max_by_key(|b| {
                    (new.get(*b).map_or(0, |it| members_in_common(one, it)), std::cmp::Reverse(*b))
                });
                pairs.extend(best.map(|b| (a, b)));
            }
        }
        for (index, gone) in
            old.iter().enumerate().filter(|(a, _)| !pairs.iter().any(|(other, _)| other == a))
        {
            let said = said(before.label(index).into(), Value::Null);
            self.found("variant-removed", said, nodes, place, (true, gone.place()));
        }
        for (index, come) in
            new.iter().enumerate().filter(|(b, _)| !pairs.iter().any(|(_, other)| other == b))
        {
            let said = said(Value::Null, after.label(index).into());
            self.found("variant-added", said, nodes, place, (false, come.place()));
        }
        pairs.sort_unstable();
        pairs
    }

    /// What is said of a value beside its shape.
    fn annotations(
        &mut self,
        nodes: &Rc<(Node<'d>, Node<'d>)>,
        place: &Place<'d>,
        before: &dyn Fn(&str) -> Annotation<'d>,
        after: &dyn Fn(&str) -> Annotation<'d>,
    ) {
        let at = |key: &str| match (after(key), before(key)) {
            (Some((at, _)), _) => (false, at),
            (None, Some((at, _))) => (true, at),
            (None, None) => (false, nodes.1.place()),
        };
        let value = |of: Annotation<'d>| of.map(|(_, value)| value);
        let flag =
            |of: &dyn Fn(&str) -> Annotation<'d>, key: &str| value(of(key)) == Some(&Value::Bool(true));
        let deprecated = |of: &dyn Fn(&str) -> Annotation<'d>| {
            flag(of, "deprecated") || value(of(AVAILABILITY)).is_some_and(|it| it == "deprecated")
        };
        let (was, is) = (deprecated(before), deprecated(after));
        if was != is {
            let stem = if is { "deprecated" } else { "undeprecated" };
            self.found(stem, said(json!(was), json!(is)), nodes, place, at("deprecated"));
        }
        let default = |of: &dyn Fn(&str) -> Annotation<'d>| value(of("default")).cloned().unwrap_or_default();
        let (was, is) = (default(before), default(after));
        if was != is {
            self.found("default-changed", said(was, is), nodes, place, at("default"));
        }
        let mode = |of: &dyn Fn(&str) -> Annotation<'d>| {
            ["readOnly", "writeOnly"].into_iter().find(|key| flag(of, key)).map_or(Value::Null, Value::from)
        };
        let (was, is) = (mode(before), mode(after));
        if was != is {
            let key = is.as_str().or(was.as_str()).unwrap_or_default().to_owned();
            self.found("access-mode-changed", said(was, is), nodes, place, at(&key));
        }
    }

    fn alternative(
        &mut self,
        old: &Alternative<'d>,
        new: &Alternative<'d>,
        nodes: &Rc<(Node<'d>, Node<'d>)>,
        place: &Place<'d>,
    ) {
        let at = |key: &str| new.get(key).map_or_else(|| new.place(), |(at, _)| at);
        if old.types != new.types {
            let (old_takes, new_takes) = (takes_all(old, new), takes_all(new, old));
            let said = Said {
                old: old.type_name().into(),
                new: new.type_name().into(),
                harmless: if place.part.is_sent() { new_takes } else { old_takes },
            };
            self.found("type-changed", said, nodes, place, (false, at("type")));
            if !old_takes && !new_takes && !overlap(old, new) {
                return;
            }
        }
        self.values(old, new, nodes, place);
        let format =
            |it: &Alternative<'d>| it.get("format").map_or(Value::Null, |(_, format)| format.clone());
        if format(old) != format(new) {
            let harmless = place.part.is_sent() && format(new).is_null();
            let said = Said { old: format(old), new: format(new), harmless };
            self.found("format-changed", said, nodes, place, (false, at("format")));
        }
        self.limits(old, new, nodes, place);
        if old.may_be("object") && new.may_be("object") {
            self.members(old, new, nodes, place);
        }
        if let (true, true, a, b) = (old.may_be("array"), new.may_be("array"), old.items(), new.items())
            && (a.is_some() || b.is_some())
        {
            let (a, b) = (a.unwrap_or_else(|| self.any(old)), b.unwrap_or_else(|| self.any(new)));
            self.node(&a, &b, &place.step("[]", Step::Item));
        }
    }

    fn values(
        &mut self,
        old: &Alternative<'d>,
        new: &Alternative<'d>,
        nodes: &Rc<(Node<'d>, Node<'d>)>,
        place: &Place<'d>,
    ) {
        let at = |it: &Alternative<'d>| it.get("enum").map_or_else(|| it.place(), |(at, _)| at);
        let list = |values: &[&Value]| values.iter().copied().cloned().collect::<Value>();
        match (old.values(), new.values()) {
            (None, None) => {}
            (None, Some(values)) => {
                self.found(
                    "enum-introduced",
                    said(Value::Null, list(&values)),
                    nodes,
                    place,
                    (false, at(new)),
                );
            }
            (Some(values), None) => {
                self.found("enum-dropped", said(list(&values), Value::Null), nodes, place, (true, at(old)));
            }
            (Some(before), Some(after)) => {
                for value in unique(&after).filter(|value| !before.contains(value)) {
                    let said = said(Value::Null, value.clone());
                    self.found("enum-value-added", said, nodes, place, (false, at(new)));
                }
                for value in unique(&before).filter(|value| !after.contains(value)) {
                    let said = said(value.clone(), Value::Null);
                    self.found("enum-value-removed", said, nodes, place, (true, at(old)));
                }
            }
        }
    }

    fn limits(
        &mut self,
        old: &Alternative<'d>,
        new: &Alternative<'d>,
        nodes: &Rc<(Node<'d>, Node<'d>)>,
        place: &Place<'d>,
    ) {
        for key in LIMITS {
            let limit = |it: &Alternative<'d>| it.limit(key).filter(|value| *value != Value::Bool(false));
            let (before, after) = (limit(old), limit(new));
            let stem = match (&before, &after) {
                (None, None) => continue,
                (Some(a), Some(b)) if a == b => continue,
                (None, Some(_)) => "constraint-tightened",
                (Some(_), None) => "constraint-loosened",
                (Some(a), Some(b)) if stricter(key, b, a) => "constraint-tightened",
                (Some(a), Some(b)) if stricter(key, a, b) => "constraint-loosened",
                _ => "constraint-changed",
            };
            let removed = after.is_none();
            let pointer = if removed { old } else { new }.get(key).map_or_else(|| new.place(), |(at, _)| at);
            let said = said(json!({ key: before }), json!({ key: after }));
            self.found(stem, said, nodes, place, (removed, pointer));
        }
    }

    fn members(
        &mut self,
        old: &Alternative<'d>,
        new: &Alternative<'d>,
        nodes: &Rc<(Node<'d>, Node<'d>)>,
        place: &Place<'d>,
    ) {
        let (before, after) = (old.properties(), new.properties());
        let (was_required, is_required) = (old.required(), new.required());
        // Facts about a member's presence are proved on the object that holds it.
        let of = |name: &str| Place { location: format!("{}.{name}", place.location), ..place.clone() };
        for (name, node) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
            let said = Said { harmless: !was_required.contains(name), ..said(Value::Null, Value::Null) };
            self.found("removed", said, nodes, &of(name), (true, node.place()));
        }
        for (name, node) in &after {
            let Some(earlier) = before.get(name) else {
                let stem = match (place.part.is_sent(), is_required.contains(name)) {
                    (false, _) => "added",
                    (true, true) => "added-required",
                    (true, false) => "added-optional",
                };
                self.found(stem, said(Value::Null, Value::Null), nodes, &of(name), (false, node.place()));
                continue;
            };
            let (was, is) = (was_required.contains(name), is_required.contains(name));
            if was != is {
                let stem = if is { "became-required" } else { "became-optional" };
                self.found(stem, said(json!(was), json!(is)), nodes, &of(name), (false, node.place()));
            }
            self.node(earlier, node, &place.step(&format!(".{name}"), Step::Member((*name).to_owned())));
        }
        self.additional(old, new, nodes, place);
    }

    fn additional(
        &mut self,
        old: &Alternative<'d>,
        new: &Alternative<'d>,
        nodes: &Rc<(Node<'d>, Node<'d>)>,
        place: &Place<'d>,
    ) {
        let stated =
            |it: Option<&(Pointer, &Value)>| it.map_or(Value::Bool(true), |(_, schema)| (*schema).clone());
        match (old.additional(), new.additional()) {
            (Some((a, before)), Some((b, after))) if before.is_object() && after.is_object() => {
                self.node(&Node::new(a, before), &Node::new(b, after), &place.step("{}", Step::Extra));
            }
            (before, after) => {
                let (a, b) = (stated(before.as_ref()), stated(after.as_ref()));
                if a != b {
                    let at = after.or(before).map_or_else(|| new.place(), |(at, _)| at);
                    let said = Said { harmless: b != Value::Bool(false), old: a, new: b };
                    self.found("additional-properties-changed", said, nodes, place, (false, at));
                }
            }
        }
    }

    fn found(
        &mut self,
        stem: &'static str,
        said: Said,
        nodes: &Rc<(Node<'d>, Node<'d>)>,
        place: &Place<'d>,
        (removed, pointer): (bool, Pointer),
    ) {
        let (decided_at, decided) = place.union.clone().unwrap_or((place.steps.len(), Rc::clone(nodes)));
        let spot = Spot {
            broken: broken(stem, &said, &place.location),
            root: place.root,
            steps: Rc::clone(&place.steps),
            decided_at,
            decided,
            nodes: Rc::clone(nodes),
        };
        self.facts.push(Fact {
            operation: place.operation.to_string(),
            location: place.location.clone(),
            stem,
            part: Some(place.part),
            harmless: said.harmless,
            old: said.old,
            new: said.new,
            removed,
            pointer,
            proof: Proof::Schema(spot),
        });
    }

    /// What is missing takes everything.
    fn any(&self, of: &Alternative<'d>) -> Node<'d> {
        static ANY: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| Value::Object(Map::new()));
        Node::new(of.place(), &ANY)
    }
}

/// What a value that shows the difference has to break, as a schema; `None` where that is not one keyword.
fn broken(stem: &str, said: &Said, location: &str) -> Option<Value> {
    let leaf = location.rsplit('.').next().unwrap_or_default();
    Some(match stem {
        "became-nullable" | "became-not-nullable" => json!({"not": {"type": "null"}}),
        "enum-value-removed" => json!({"not": {"const": said.old}}),
        "enum-introduced" => json!({"enum": said.new}),
        "enum-dropped" => json!({"enum": said.old}),
        "constraint-tightened" => said.new.clone(),
        "added-required" | "became-required" | "became-optional" | "removed" => json!({"required": [leaf]}),
        _ => return None,
    })
}

fn after_keyword(view: &View<'_>, node: &Node<'_>, key: &str) -> Pointer {
    view.alternatives.first().and_then(|it| it.get(key)).map_or_else(|| node.place(), |(at, _)| at)
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

/// How sure it is that two alternatives are one that changed, from 7 (surely) to 0 (they are not). A title alone is no
/// change, so it only helps.
fn alike(a: &Alternative<'_>, b: &Alternative<'_>) -> u8 {
    let same_title = a.title() == b.title();
    let has =
        |it: &Alternative<'_>| (it.values().is_some(), it.get("format").map(|(_, format)| format.clone()));
    match (a.same_as(b), a.types == b.types) {
        (true, _) => {
            if same_title {
                7
            } else {
                6
            }
        }
        _ if same_title && a.title().is_some() => 5,
        (_, false) => 0,
        _ if !same_title && !have_half_in_common(a, b) => 0,
        _ if has(a) == has(b) => 4,
        _ if a.values().is_some() == b.values().is_some() => 3,
        _ => 2,
    }
}

/// At least half of all members that one or the other has.
fn have_half_in_common(a: &Alternative<'_>, b: &Alternative<'_>) -> bool {
    let common = members_in_common(a, b);
    2 * common >= (a.properties().len() + b.properties().len() - common).max(1)
}

fn members_in_common(a: &Alternative<'_>, b: &Alternative<'_>) -> usize {
    let (a, b) = (a.properties(), b.properties());
    a.keys().filter(|name| b.contains_key(*name)).count()
}

/// Every type of `small` is one of `large`.
fn takes_all(large: &Alternative<'_>, small: &Alternative<'_>) -> bool {
    match (&large.types, &small.types) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(large), Some(small)) => {
            small.iter().all(|one| large.contains(one) || (*one == "integer" && large.contains("number")))
        }
    }
}

fn overlap(a: &Alternative<'_>, b: &Alternative<'_>) -> bool {
    match (&a.types, &b.types) {
        (Some(a), Some(b)) => a.iter().any(|one| b.contains(one)),
        _ => true,
    }
}

/// Whether a limit takes less than another of the same keyword, where that can be said.
pub(super) fn stricter(key: &str, a: &Value, b: &Value) -> bool {
    let (Some(x), Some(y)) = (a.as_f64(), b.as_f64()) else {
        return *a == Value::Bool(true) && *b != Value::Bool(true);
    };
    match key {
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => x > y,
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => x < y,
        "multipleOf" => x > y && (x / y).fract() == 0.0,
        _ => false,
    }
}
