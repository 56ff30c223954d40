//! Compares two schemas.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::document::{AVAILABILITY, Comparison};
use super::fact::{Anchor, Details, Difference, Pair, SchemaSearch, Search, Union, ValueStep};
use super::kind::{ChangeKind, Direction, PayloadKind};
use super::matching::matching;
use super::view::{Alternative, Node, View};
use crate::api::location::{Location, Segment};
use crate::diagnostics::pointer::Pointer;

/// The keywords that constrain a value, each a change of its own.
const CONSTRAINTS: [&str; 25] = [
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

/// A keyword with its pointer.
type Keyword<'d> = Option<(Pointer, &'d Value)>;

/// The current position of a comparison of schemas.
#[derive(Clone)]
pub(super) struct Cursor<'d> {
    pub(super) operation: Rc<str>,
    pub(super) location: Location,
    pub(super) kind: PayloadKind,
    /// The index of the payload.
    pub(super) payload: usize,
    pub(super) steps: Rc<Vec<ValueStep>>,
    /// The outermost union around the schemas.
    pub(super) union: Option<Union<'d>>,
}

impl Cursor<'_> {
    fn step(&self, segment: Option<Segment>, step: ValueStep) -> Self {
        let mut next = self.clone();
        if let Some(segment) = segment {
            next.location = next.location.child(segment);
        }
        Rc::make_mut(&mut next.steps).push(step);
        next
    }
}

/// The nodes that are compared, and where they are.
#[derive(Clone, Copy)]
struct Context<'c, 'd> {
    nodes: &'c Rc<Pair<Node<'d>>>,
    cursor: &'c Cursor<'d>,
}

impl<'d> Comparison<'d> {
    /// Compares two nodes.
    pub(super) fn node(&mut self, old: &Node<'d>, new: &Node<'d>, cursor: &Cursor<'d>) {
        if self.is_same(old, new) {
            return;
        }
        let targets = Pair { old: old.target(self.documents.old), new: new.target(self.documents.new) };
        if self.open.contains(&targets) {
            return;
        }
        self.open.push(targets);
        let nodes = Rc::new(Pair { old: old.clone(), new: new.clone() });
        let context = Context { nodes: &nodes, cursor };
        let (before, after) = (old.view(self.documents.old), new.view(self.documents.new));
        self.nullability(&before, &after, context);
        self.annotations(context, &|key| before.annotation(key), &|key| after.annotation(key));
        let is_union = before.is_union() || after.is_union();
        for pair in self.alternatives(&before, &after, context) {
            let (Some(one), Some(other)) =
                (before.alternatives.get(pair.old), after.alternatives.get(pair.new))
            else {
                continue;
            };
            if !is_union {
                self.alternative(one, other, context);
                continue;
            }
            if one.same_as(other) && !self.refers_to_changed(new) {
                continue;
            }
            let label = if after.is_union() { after.label(pair.new) } else { before.label(pair.old) };
            let segment = (!one.is_string() || !other.is_string()).then(|| Segment::Variant(label.into()));
            let mut inside = cursor.step(segment, ValueStep::Alternative(pair));
            if inside.union.is_none() {
                inside.union = Some(Union { depth: cursor.steps.len(), nodes: Rc::clone(&nodes) });
            }
            let context = Context { nodes: &nodes, cursor: &inside };
            self.annotations(context, &|key| one.own_annotation(key), &|key| other.own_annotation(key));
            self.alternative(one, other, context);
        }
        self.open.pop();
    }

    fn nullability(&mut self, before: &View<'d>, after: &View<'d>, context: Context<'_, 'd>) {
        // A schema without types permits null without saying so.
        let is_explicit =
            |view: &View<'_>| view.nullable || view.alternatives.iter().all(|it| it.types.is_some());
        if before.nullable == after.nullable || !is_explicit(before) || !is_explicit(after) {
            return;
        }
        let kind = if after.nullable { ChangeKind::BecameNullable } else { ChangeKind::BecameNotNullable };
        let keyword = after.alternatives.first().and_then(|it| it.get("type"));
        let pointer = keyword.map_or_else(|| context.nodes.new.pointer(), |(pointer, _)| pointer);
        self.schema_differs(
            context,
            kind,
            Details::new(before.nullable, after.nullable),
            Anchor::new(pointer),
        );
    }

    /// The pairs of alternatives that are the same; reports the others as added or removed.
    fn alternatives(
        &mut self,
        before: &View<'d>,
        after: &View<'d>,
        context: Context<'_, 'd>,
    ) -> Vec<Pair<usize>> {
        let (old, new) = (&before.alternatives, &after.alternatives);
        let pairs = matching(old, new);
        for (index, removed) in old.iter().enumerate() {
            if !pairs.iter().any(|pair| pair.old == index) {
                let details = Details::new(before.label(index), Value::Null);
                self.schema_differs(
                    context,
                    ChangeKind::VariantRemoved,
                    details,
                    Anchor::old(removed.pointer()),
                );
            }
        }
        for (index, added) in new.iter().enumerate() {
            if !pairs.iter().any(|pair| pair.new == index) {
                let details = Details::new(Value::Null, after.label(index));
                self.schema_differs(context, ChangeKind::VariantAdded, details, Anchor::new(added.pointer()));
            }
        }
        pairs
    }

    /// The keywords that do not constrain a value.
    fn annotations(
        &mut self,
        context: Context<'_, 'd>,
        before: &dyn Fn(&str) -> Keyword<'d>,
        after: &dyn Fn(&str) -> Keyword<'d>,
    ) {
        let anchor = |key: &str| match (after(key), before(key)) {
            (Some((pointer, _)), _) => Anchor::new(pointer),
            (None, Some((pointer, _))) => Anchor::old(pointer),
            (None, None) => Anchor::new(context.nodes.new.pointer()),
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
            self.schema_differs(context, kind, Details::new(was, is), anchor("deprecated"));
        }
        let default = |of: Keywords<'_, 'd>| value(of, "default").cloned().unwrap_or_default();
        let (was, is) = (default(before), default(after));
        if was != is {
            self.schema_differs(
                context,
                ChangeKind::DefaultChanged,
                Details::new(was, is),
                anchor("default"),
            );
        }
        let access_mode =
            |of: Keywords<'_, 'd>| ["readOnly", "writeOnly"].into_iter().find(|key| flag(of, key));
        let (was, is) = (access_mode(before), access_mode(after));
        if was != is {
            let anchor = anchor(is.or(was).unwrap_or_default());
            self.schema_differs(context, ChangeKind::AccessModeChanged, Details::new(was, is), anchor);
        }
    }

    fn alternative(&mut self, old: &Alternative<'d>, new: &Alternative<'d>, context: Context<'_, 'd>) {
        let anchor =
            |key: &str| Anchor::new(new.get(key).map_or_else(|| new.pointer(), |(pointer, _)| pointer));
        let direction = context.cursor.kind.direction();
        if old.types != new.types {
            let (old_permits_new, new_permits_old) = (permits_types(old, new), permits_types(new, old));
            let consumer_permits = match direction {
                Direction::Request => new_permits_old,
                Direction::Response => old_permits_new,
            };
            let details = Details::new(old.type_name(), new.type_name()).except_if(consumer_permits);
            self.schema_differs(context, ChangeKind::TypeChanged, details, anchor("type"));
            if !old_permits_new && !new_permits_old && !have_common_type(old, new) {
                return;
            }
        }
        self.values(old, new, context);
        let format =
            |it: &Alternative<'d>| it.get("format").map_or(Value::Null, |(_, format)| format.clone());
        let (was, is) = (format(old), format(new));
        if was != is {
            let removed = direction == Direction::Request && is.is_null();
            let details = Details::new(was, is).except_if(removed);
            self.schema_differs(context, ChangeKind::FormatChanged, details, anchor("format"));
        }
        self.constraints(old, new, context);
        if old.may_be("object") && new.may_be("object") {
            self.properties(old, new, context);
        }
        if let (true, true, before, after) =
            (old.may_be("array"), new.may_be("array"), old.items(), new.items())
            && (before.is_some() || after.is_some())
        {
            let before = before.unwrap_or_else(|| any(old));
            let after = after.unwrap_or_else(|| any(new));
            self.node(&before, &after, &context.cursor.step(Some(Segment::Items), ValueStep::Item));
        }
    }

    fn values(&mut self, old: &Alternative<'d>, new: &Alternative<'d>, context: Context<'_, 'd>) {
        let pointer =
            |it: &Alternative<'d>| it.get("enum").map_or_else(|| it.pointer(), |(pointer, _)| pointer);
        let array = |values: &[&Value]| values.iter().copied().cloned().collect::<Value>();
        match (old.values(), new.values()) {
            (None, None) => {}
            (None, Some(values)) => {
                let details = Details::new(Value::Null, array(&values));
                self.schema_differs(context, ChangeKind::EnumIntroduced, details, Anchor::new(pointer(new)));
            }
            (Some(values), None) => {
                let details = Details::new(array(&values), Value::Null);
                self.schema_differs(context, ChangeKind::EnumDropped, details, Anchor::old(pointer(old)));
            }
            (Some(before), Some(after)) => {
                for value in unique(&after).filter(|value| !before.contains(value)) {
                    let details = Details::new(Value::Null, value.clone());
                    self.schema_differs(
                        context,
                        ChangeKind::EnumValueAdded,
                        details,
                        Anchor::new(pointer(new)),
                    );
                }
                for value in unique(&before).filter(|value| !after.contains(value)) {
                    let details = Details::new(value.clone(), Value::Null);
                    self.schema_differs(
                        context,
                        ChangeKind::EnumValueRemoved,
                        details,
                        Anchor::old(pointer(old)),
                    );
                }
            }
        }
    }

    fn constraints(&mut self, old: &Alternative<'d>, new: &Alternative<'d>, context: Context<'_, 'd>) {
        for key in CONSTRAINTS {
            let constraint =
                |it: &Alternative<'d>| it.constraint(key).filter(|value| *value != Value::Bool(false));
            let (before, after) = (constraint(old), constraint(new));
            let kind = match (&before, &after) {
                (None, None) => continue,
                (Some(was), Some(is)) if was == is => continue,
                (None, Some(_)) => ChangeKind::ConstraintTightened,
                (Some(_), None) => ChangeKind::ConstraintLoosened,
                (Some(was), Some(is)) if is_stricter(key, is, was) => ChangeKind::ConstraintTightened,
                (Some(was), Some(is)) if is_stricter(key, was, is) => ChangeKind::ConstraintLoosened,
                _ => ChangeKind::ConstraintChanged,
            };
            let removed = after.is_none();
            let keyword = if removed { old } else { new }.get(key);
            let pointer = keyword.map_or_else(|| new.pointer(), |(pointer, _)| pointer);
            let details = Details::new(json!({ key: before }), json!({ key: after }));
            self.schema_differs(context, kind, details, Anchor { removed, pointer });
        }
    }

    fn properties(&mut self, old: &Alternative<'d>, new: &Alternative<'d>, context: Context<'_, 'd>) {
        let cursor = context.cursor;
        let (before, after) = (old.properties(), new.properties());
        let (was_required, is_required) = (old.required(), new.required());
        // Whether a property is present shows in the object.
        let at = |name: &str| Cursor { location: cursor.location.property(name), ..cursor.clone() };
        for (name, node) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
            let details = Details::default().except_if(!was_required.contains(name));
            let context = Context { cursor: &at(name), ..context };
            self.schema_differs(context, ChangeKind::Removed, details, Anchor::old(node.pointer()));
        }
        for (name, node) in &after {
            let context = Context { cursor: &at(name), ..context };
            let anchor = || Anchor::new(node.pointer());
            let (was, is) = (was_required.contains(name), is_required.contains(name));
            let Some(earlier) = before.get(name) else {
                let kind = match (cursor.kind.direction(), is) {
                    (Direction::Response, _) => ChangeKind::Added,
                    (Direction::Request, true) => ChangeKind::AddedRequired,
                    (Direction::Request, false) => ChangeKind::AddedOptional,
                };
                self.schema_differs(context, kind, Details::default(), anchor());
                continue;
            };
            if was != is {
                let kind = if is { ChangeKind::BecameRequired } else { ChangeKind::BecameOptional };
                self.schema_differs(context, kind, Details::new(was, is), anchor());
            }
            let step = ValueStep::Property((*name).to_owned());
            self.node(earlier, node, &context.cursor.step(None, step));
        }
        self.additional_properties(old, new, context);
    }

    fn additional_properties(
        &mut self,
        old: &Alternative<'d>,
        new: &Alternative<'d>,
        context: Context<'_, 'd>,
    ) {
        let schema =
            |it: &Keyword<'d>| it.as_ref().map_or(Value::Bool(true), |(_, schema)| (*schema).clone());
        match (old.additional(), new.additional()) {
            (Some((old_pointer, was)), Some((new_pointer, is))) if was.is_object() && is.is_object() => {
                let segment = Some(Segment::AdditionalProperties);
                let cursor = context.cursor.step(segment, ValueStep::AdditionalProperty);
                self.node(&Node::new(old_pointer, was), &Node::new(new_pointer, is), &cursor);
            }
            (before, after) => {
                let (was, is) = (schema(&before), schema(&after));
                if was != is {
                    let pointer = after.or(before).map_or_else(|| new.pointer(), |(pointer, _)| pointer);
                    let permitted = is != Value::Bool(false);
                    let details = Details::new(was, is).except_if(permitted);
                    let kind = ChangeKind::AdditionalPropertiesChanged;
                    self.schema_differs(context, kind, details, Anchor::new(pointer));
                }
            }
        }
    }

    fn schema_differs(
        &mut self,
        context: Context<'_, 'd>,
        kind: ChangeKind,
        details: Details,
        anchor: Anchor,
    ) {
        let Context { nodes, cursor } = context;
        let itself = || Union { depth: cursor.steps.len(), nodes: Rc::clone(nodes) };
        let search = SchemaSearch {
            payload: cursor.payload,
            steps: Rc::clone(&cursor.steps),
            nodes: Rc::clone(nodes),
            union: cursor.union.clone().unwrap_or_else(itself),
            violated: violated(kind, &details, &cursor.location),
        };
        self.differences.push(Difference {
            operation: Rc::clone(&cursor.operation),
            location: cursor.location.clone(),
            kind,
            payload: Some(cursor.kind),
            details,
            anchor,
            search: Search::Schema(search),
        });
    }
}

/// The node of a missing schema, which permits every value.
fn any<'d>(of: &Alternative<'d>) -> Node<'d> {
    static ANY: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| Value::Object(Map::new()));
    Node::new(of.pointer(), &ANY)
}

/// A schema that a value has to violate to show the difference; `None` if it is not a single keyword.
fn violated(kind: ChangeKind, details: &Details, location: &Location) -> Option<Value> {
    match kind {
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
        | ChangeKind::Removed => match location.segments().last() {
            Some(Segment::Property(name)) => Some(json!({ "required": [&**name] })),
            _ => None,
        },
        _ => None,
    }
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

/// Whether `large` permits every type of `small`.
fn permits_types(large: &Alternative<'_>, small: &Alternative<'_>) -> bool {
    match (&large.types, &small.types) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(large), Some(small)) => {
            small.iter().all(|one| large.contains(one) || (*one == "integer" && large.contains("number")))
        }
    }
}

fn have_common_type(a: &Alternative<'_>, b: &Alternative<'_>) -> bool {
    match (&a.types, &b.types) {
        (Some(a), Some(b)) => a.iter().any(|one| b.contains(one)),
        _ => true,
    }
}

/// Whether a constraint permits less than another of the same keyword, if the two can be ordered.
pub(super) fn is_stricter(key: &str, a: &Value, b: &Value) -> bool {
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
