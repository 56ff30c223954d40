//! A schema as the comparison sees it: references resolved, `allOf` merged, the alternatives of unions side by side.
//!
//! It reads the canonical document and not the IR, because the IR keeps only what Rust needs: one response per operation, no
//! media types, no constraints of free-form values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::api::location::numbered_labels;
use crate::diagnostics::pointer::Pointer;

/// The alternatives of one schema that are compared; more come only from unions within unions.
const MAX_ALTERNATIVES: usize = 256;
/// The references that are followed from one schema, so that a cycle ends.
const MAX_REFERENCES: usize = 32;

/// A schema in its document, as all the parts that apply: several if `allOf` or a `$ref` with siblings combines them.
#[derive(Clone, Debug)]
pub(super) struct Node<'d> {
    pub(super) parts: Vec<(Pointer, &'d Value)>,
}

impl<'d> Node<'d> {
    pub(super) fn new(pointer: Pointer, schema: &'d Value) -> Self {
        Node { parts: vec![(pointer, schema)] }
    }

    /// The node that messages refer to.
    pub(super) fn pointer(&self) -> Pointer {
        self.parts.first().map(|(pointer, _)| pointer.clone()).unwrap_or_default()
    }

    /// The schema that a bare reference leads to, else this one; identifies a schema that contains itself.
    pub(super) fn target(&self, root: &'d Value) -> Pointer {
        let mut pointer = self.pointer();
        let [(_, schema)] = self.parts.as_slice() else { return pointer };
        let mut schema = *schema;
        for _ in 0..MAX_REFERENCES {
            let Value::Object(keywords) = schema else { break };
            let target = keywords.get("$ref").filter(|_| keywords.len() == 1).and_then(Value::as_str);
            let Some(target) = target.and_then(Pointer::from_fragment) else { break };
            let Some(found) = target.find(root) else { break };
            (pointer, schema) = (target, found);
        }
        pointer
    }

    /// The alternatives of the schema.
    pub(super) fn view(&self, root: &'d Value) -> View<'d> {
        let mut flats = vec![Flat::default()];
        for (pointer, schema) in &self.parts {
            flats = product(&flats, &flats_of(root, pointer, schema, 0));
        }
        View::of(flats)
    }
}

/// The keywords of one schema object, with its pointer.
#[derive(Clone, Debug)]
struct Part<'d> {
    pointer: Pointer,
    keywords: &'d Map<String, Value>,
    /// It is part of an alternative, not of the schema that has the union.
    own: bool,
}

/// One alternative during the merge.
#[derive(Clone, Debug, Default)]
struct Flat<'d> {
    title: Option<&'d str>,
    parts: Vec<Part<'d>>,
}

fn flats_of<'d>(root: &'d Value, pointer: &Pointer, schema: &'d Value, followed: usize) -> Vec<Flat<'d>> {
    let Value::Object(keywords) = schema else { return vec![Flat::default()] };
    let part = Part { pointer: pointer.clone(), keywords, own: false };
    let mut flats = vec![Flat { title: None, parts: vec![part] }];
    if let Some(target) = keywords.get("$ref").and_then(Value::as_str).and_then(Pointer::from_fragment)
        && let Some(found) = target.find(root)
        && followed < MAX_REFERENCES
    {
        flats = product(&flats, &flats_of(root, &target, found, followed + 1));
    }
    for (index, part) in list(keywords, "allOf").enumerate() {
        let pointer = pointer.child("allOf").child(index.to_string());
        flats = product(&flats, &flats_of(root, &pointer, part, followed + 1));
    }
    for union in ["anyOf", "oneOf"] {
        let mut variants = Vec::new();
        for (index, variant) in list(keywords, union).enumerate() {
            let pointer = pointer.child(union).child(index.to_string());
            for mut flat in flats_of(root, &pointer, variant, followed + 1) {
                flat.title = flat.title.or_else(|| variant.get("title").and_then(Value::as_str));
                flat.parts.iter_mut().for_each(|part| part.own = true);
                variants.push(flat);
            }
        }
        if !variants.is_empty() {
            flats = product(&flats, &variants);
        }
    }
    flats
}

fn product<'d>(left: &[Flat<'d>], right: &[Flat<'d>]) -> Vec<Flat<'d>> {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    let join = |(a, b): (&Flat<'d>, &Flat<'d>)| Flat {
        title: b.title.or(a.title),
        parts: a.parts.iter().chain(&b.parts).cloned().collect(),
    };
    pairs.take(MAX_ALTERNATIVES).map(join).collect()
}

fn list<'d>(keywords: &'d Map<String, Value>, key: &str) -> impl Iterator<Item = &'d Value> + use<'d> {
    keywords.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The alternatives of a schema; null is not one of them.
#[derive(Clone, Debug)]
pub(super) struct View<'d> {
    /// The schema permits null explicitly. A schema without types permits it too.
    pub(super) nullable: bool,
    /// At least one, unless the schema permits only null.
    pub(super) alternatives: Vec<Alternative<'d>>,
}

/// An alternative of a schema.
#[derive(Clone, Debug)]
pub(super) struct Alternative<'d> {
    title: Option<&'d str>,
    /// The JSON types without null; `None` if any type is permitted.
    pub(super) types: Option<BTreeSet<&'d str>>,
    parts: Vec<Part<'d>>,
}

impl<'d> View<'d> {
    fn of(flats: Vec<Flat<'d>>) -> Self {
        let mut nullable = false;
        let mut alternatives = Vec::new();
        for flat in flats {
            let (types, null) = types_of(&flat.parts);
            nullable |= null;
            if types.as_ref().is_some_and(BTreeSet::is_empty) && null {
                continue;
            }
            alternatives.push(Alternative { title: flat.title, types, parts: flat.parts });
        }
        if let [only] = alternatives.as_mut_slice() {
            only.parts.iter_mut().for_each(|part| part.own = false);
        }
        View { nullable, alternatives }
    }

    /// Whether there are several alternatives.
    pub(super) fn is_union(&self) -> bool {
        self.alternatives.len() > 1
    }

    /// An annotation that applies to all alternatives.
    pub(super) fn annotation(&self, key: &str) -> Option<(Pointer, &'d Value)> {
        let parts = self.alternatives.first()?.parts.iter();
        parts.filter(|part| !part.own).find_map(|part| part.get(key))
    }

    /// The label of an alternative: its title, else its type; of a string the same without a number.
    pub(super) fn label(&self, index: usize) -> String {
        let Some(alternative) = self.alternatives.get(index) else { return String::new() };
        if alternative.is_string() {
            return alternative.name();
        }
        let name = |it: &Alternative<'_>| if it.is_string() { String::new() } else { it.name() };
        let names: Vec<String> = self.alternatives.iter().map(name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        numbered_labels(&names).swap_remove(index)
    }
}

fn same_but_title(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    let words = |map: &Map<String, Value>| map.len() - usize::from(map.contains_key("title"));
    words(a) == words(b) && a.iter().all(|(key, value)| key == "title" || b.get(key) == Some(value))
}

impl<'d> Part<'d> {
    fn get(&self, key: &str) -> Option<(Pointer, &'d Value)> {
        self.keywords.get(key).map(|value| (self.pointer.child(key), value))
    }
}

/// The types that all parts permit, and whether null is one of them.
fn types_of<'d>(parts: &[Part<'d>]) -> (Option<BTreeSet<&'d str>>, bool) {
    let mut types: Option<BTreeSet<&'d str>> = None;
    let mut null = false;
    for part in parts {
        let stated: Option<BTreeSet<&'d str>> = match part.keywords.get("type") {
            Some(Value::String(one)) => Some([one.as_str()].into_iter().collect()),
            Some(Value::Array(list)) => Some(list.iter().filter_map(Value::as_str).collect()),
            _ => None,
        };
        null |= part.keywords.get("nullable") == Some(&Value::Bool(true));
        types = match (types, stated) {
            (Some(a), Some(b)) => Some(intersection(&a, &b)),
            (a, b) => a.or(b),
        };
    }
    let values = || parts.iter().flat_map(|part| list(part.keywords, "enum"));
    if types.is_none() && values().next().is_some() && values().all(Value::is_null) {
        return (Some(BTreeSet::new()), true);
    }
    null |= types.is_none() && values().any(Value::is_null);
    null |= types.as_mut().is_some_and(|types| types.remove("null"));
    (types, null)
}

fn intersection<'d>(a: &BTreeSet<&'d str>, b: &BTreeSet<&'d str>) -> BTreeSet<&'d str> {
    let both = a.iter().filter(|one| b.contains(*one) || (**one == "integer" && b.contains("number")));
    let narrowed = b.iter().filter(|one| **one == "integer" && a.contains("number"));
    both.chain(narrowed).copied().collect()
}

impl<'d> Alternative<'d> {
    /// The keyword of the first part that has it.
    pub(super) fn get(&self, key: &str) -> Option<(Pointer, &'d Value)> {
        self.parts.iter().find_map(|part| part.get(key))
    }

    /// The keyword of every part that has it.
    pub(super) fn all(&self, key: &str) -> impl Iterator<Item = &'d Value> {
        self.parts.iter().filter_map(move |part| part.keywords.get(key))
    }

    /// An annotation of this alternative, not of its union.
    pub(super) fn own_annotation(&self, key: &str) -> Option<(Pointer, &'d Value)> {
        self.parts.iter().filter(|part| part.own).find_map(|part| part.get(key))
    }

    /// The node that messages refer to.
    pub(super) fn pointer(&self) -> Pointer {
        self.parts
            .iter()
            .find(|part| part.own)
            .or(self.parts.first())
            .map(|part| part.pointer.clone())
            .unwrap_or_default()
    }

    /// Whether its own schema is the same, except for the title.
    pub(super) fn same_as(&self, other: &Alternative<'_>) -> bool {
        let mut own = [&self.parts, &other.parts].map(|parts| parts.iter().filter(|part| part.own));
        let [a, b] = &mut own;
        a.clone().count() == b.clone().count()
            && a.zip(b).all(|(a, b)| same_but_title(a.keywords, b.keywords))
    }

    pub(super) fn title(&self) -> Option<&'d str> {
        self.title
    }

    fn name(&self) -> String {
        self.title.map_or_else(|| self.type_name(), str::to_owned)
    }

    /// Whether it is a string: all strings of a union, enums too, share one location.
    pub(super) fn is_string(&self) -> bool {
        self.type_name() == "string"
    }

    /// Its JSON types in words.
    pub(super) fn type_name(&self) -> String {
        match &self.types {
            Some(types) => types.iter().copied().collect::<Vec<_>>().join("|"),
            None if self.get("properties").is_some() => "object".to_owned(),
            None if self.get("items").is_some() => "array".to_owned(),
            None if self.values().is_some_and(|values| values.iter().all(|it| it.is_string())) => {
                "string".to_owned()
            }
            None => "any".to_owned(),
        }
    }

    /// Whether it permits a type.
    pub(super) fn may_be(&self, kind: &str) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(kind))
    }

    /// The values of `enum` or `const` without null; `None` if there is neither.
    pub(super) fn values(&self) -> Option<Vec<&'d Value>> {
        let mut values: Option<Vec<&'d Value>> = None;
        for part in &self.parts {
            let mut stated: Option<Vec<&'d Value>> =
                part.keywords.get("enum").and_then(Value::as_array).map(|list| list.iter().collect());
            if let Some(one) = part.keywords.get("const") {
                stated = Some(vec![one]);
            }
            values = match (values, stated) {
                (Some(a), Some(b)) => Some(a.into_iter().filter(|it| b.contains(it)).collect()),
                (a, b) => a.or(b),
            };
        }
        let mut values = values?;
        values.retain(|value| !value.is_null());
        Some(values)
    }

    /// The properties, each a node of all parts that have it.
    pub(super) fn properties(&self) -> BTreeMap<&'d str, Node<'d>> {
        let mut out: BTreeMap<&'d str, Node<'d>> = BTreeMap::new();
        for part in &self.parts {
            for (name, schema) in
                part.keywords.get("properties").and_then(Value::as_object).into_iter().flatten()
            {
                let pointer = part.pointer.child("properties").child(name);
                let node = out.entry(name).or_insert(Node { parts: Vec::new() });
                node.parts.push((pointer, schema));
            }
        }
        out
    }

    /// The required properties.
    pub(super) fn required(&self) -> BTreeSet<&'d str> {
        self.all("required").filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect()
    }

    /// `additionalProperties`, unless it permits everything.
    pub(super) fn additional(&self) -> Option<(Pointer, &'d Value)> {
        let all = || self.parts.iter().filter_map(|part| part.get("additionalProperties"));
        let restricts =
            |value: &Value| *value != Value::Bool(true) && value.as_object().is_none_or(|it| !it.is_empty());
        all()
            .find(|(_, value)| **value == Value::Bool(false))
            .or_else(|| all().find(|(_, value)| restricts(value)))
    }

    /// The schema of the items.
    pub(super) fn items(&self) -> Option<Node<'d>> {
        let parts: Vec<_> = self.parts.iter().filter_map(|part| part.get("items")).collect();
        (!parts.is_empty()).then_some(Node { parts })
    }

    /// A constraint; if several parts have it, the strictest. `exclusiveMinimum: true` of OpenAPI 3.0 counts as the number of
    /// `minimum`.
    pub(super) fn constraint(&self, key: &str) -> Option<Value> {
        let of = |part: &Part<'d>| -> Option<Value> {
            let flag = |name: &str| part.keywords.get(name) == Some(&Value::Bool(true));
            match key {
                "minimum" if flag("exclusiveMinimum") => None,
                "maximum" if flag("exclusiveMaximum") => None,
                "exclusiveMinimum" if flag(key) => part.keywords.get("minimum").cloned(),
                "exclusiveMaximum" if flag(key) => part.keywords.get("maximum").cloned(),
                _ => part.keywords.get(key).cloned(),
            }
        };
        self.parts
            .iter()
            .filter_map(of)
            .reduce(|a, b| if super::schema::is_stricter(key, &a, &b) { a } else { b })
    }
}
