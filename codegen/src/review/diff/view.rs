//! A schema as the comparison sees it: references resolved, `allOf` merged, the alternatives of unions side by side.
//!
//! It reads the canonical document and not the IR, because the IR keeps only what Rust needs: one response per operation, no
//! media types, no constraints of free-form values.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::constraint;
use super::permitted_types::types_of;
use crate::api::location::numbered_labels;
use crate::diagnostics::pointer::Pointer;

/// The alternatives of a schema that has several unions at once: their number is the product of the unions' sizes. A single
/// union may have any number.
const MAX_PRODUCT: usize = 256;
/// The variants of the unions within a union that are merged: a union of unions has the sum of their sizes.
const MAX_NESTED: usize = 128;
/// The references of a chain that are followed, so that a cycle ends.
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
            let Some(target) = bare_target(root, schema) else { break };
            (pointer, schema) = target;
        }
        pointer
    }

    /// Whether a part of the node has a flag that is true.
    pub(super) fn has_flag(&self, root: &'d Value, key: &str) -> bool {
        let view = self.view(root);
        view.alternatives.first().is_some_and(|it| it.all(key).any(|flag| *flag == Value::Bool(true)))
    }

    /// What identifies the node within its document: the addresses of its schemas behind bare references.
    pub(super) fn id(&self, root: &'d Value) -> NodeId {
        let address = |(_, schema): &(Pointer, &'d Value)| {
            let mut schema = *schema;
            for _ in 0..MAX_REFERENCES {
                let Some(found) = bare_target(root, schema) else { break };
                schema = found.1;
            }
            std::ptr::from_ref(schema).addr()
        };
        self.parts.iter().map(address).collect()
    }

    /// The alternatives of the schema.
    pub(super) fn view(&self, root: &'d Value) -> View<'d> {
        let mut merge =
            Merge { root, open: Vec::new(), met_open: false, merged: HashMap::new(), truncated: false };
        let mut flats = vec![Flat::default()];
        for (pointer, schema) in &self.parts {
            let more = merge.flats(pointer, schema);
            flats = merge.product(flats, more);
        }
        View::of(flats, merge.truncated)
    }
}

/// The identity of a node within its document.
pub(super) type NodeId = Vec<usize>;

/// The schema that a bare reference leads to.
fn bare_target<'d>(root: &'d Value, schema: &'d Value) -> Option<(Pointer, &'d Value)> {
    let keywords = schema.as_object().filter(|keywords| keywords.len() == 1)?;
    let target = keywords.get("$ref").and_then(Value::as_str).and_then(Pointer::from_fragment)?;
    let found = target.find(root)?;
    Some((target, found))
}

/// Whether a schema permits no value.
pub(super) fn permits_nothing(schema: &Value) -> bool {
    let permits_all = |not: &Value| *not == Value::Bool(true) || not.as_object().is_some_and(Map::is_empty);
    *schema == Value::Bool(false) || schema.get("not").is_some_and(permits_all)
}

/// The keywords of one schema object, with its pointer.
#[derive(Clone, Debug)]
struct Part<'d> {
    pointer: Rc<Pointer>,
    keywords: &'d Map<String, Value>,
    /// It is part of an alternative, not of the schema that has the union.
    own: bool,
}

/// One alternative during the merge.
#[derive(Clone, Debug, Default)]
struct Flat<'d> {
    title: Option<&'d str>,
    parts: Vec<Part<'d>>,
    /// It is a variant of `oneOf`.
    exclusive: bool,
}

impl Flat<'_> {
    /// What identifies the alternative: the addresses of its parts that say something about a value themselves.
    fn id(&self) -> NodeId {
        let says_nothing = |key: &String| {
            matches!(key.as_str(), "$ref" | "allOf" | "anyOf" | "oneOf") || constraint::is_annotation(key)
        };
        let parts = self.parts.iter().filter(|part| !part.keywords.keys().all(says_nothing));
        parts.map(|part| std::ptr::from_ref(part.keywords).addr()).collect()
    }
}

/// Merges the parts of a schema.
struct Merge<'d> {
    root: &'d Value,
    /// The referenced schemas that are being merged. Such a schema applies already, so it is not merged again: a parent
    /// lists its children in `oneOf`, and each child refers to its parent in `allOf`.
    open: Vec<&'d Value>,
    /// A reference to an open schema was skipped.
    met_open: bool,
    /// The alternatives of referenced schemas, by address.
    merged: HashMap<usize, Vec<Flat<'d>>>,
    truncated: bool,
}

impl<'d> Merge<'d> {
    fn flats(&mut self, pointer: &Pointer, schema: &'d Value) -> Vec<Flat<'d>> {
        if permits_nothing(schema) {
            return Vec::new();
        }
        let Value::Object(keywords) = schema else { return vec![Flat::default()] };
        let part = Part { pointer: Rc::new(pointer.clone()), keywords, own: false };
        let mut flats = vec![Flat { parts: vec![part], ..Flat::default() }];
        if let Some(target) = keywords.get("$ref").and_then(Value::as_str).and_then(Pointer::from_fragment)
            && let Some(found) = target.find(self.root)
        {
            if self.open.iter().any(|open| std::ptr::eq(*open, found)) {
                self.met_open = true;
            } else {
                let more = self.referenced(&target, found);
                flats = self.product(flats, more);
            }
        }
        for (index, part) in list(keywords, "allOf").enumerate() {
            let more = self.flats(&pointer.child("allOf").child(index.to_string()), part);
            flats = self.product(flats, more);
        }
        for union in ["anyOf", "oneOf"] {
            let mut variants = Vec::new();
            let mut known = HashSet::new();
            let limit = MAX_NESTED.max(list(keywords, union).count());
            for (index, variant) in list(keywords, union).enumerate() {
                if variants.len() > limit {
                    self.truncated = true;
                    break;
                }
                for mut flat in self.flats(&pointer.child(union).child(index.to_string()), variant) {
                    // A union of unions may lead to the same schema along many paths. That a value which fits `oneOf`
                    // twice is invalid is not considered: such a schema permits nothing.
                    if !known.insert(flat.id()) {
                        continue;
                    }
                    flat.title = flat.title.or_else(|| variant.get("title").and_then(Value::as_str));
                    flat.parts.iter_mut().for_each(|part| part.own = true);
                    flat.exclusive |= union == "oneOf";
                    variants.push(flat);
                }
            }
            if list(keywords, union).next().is_some() {
                flats = self.product(flats, variants);
            }
        }
        flats
    }

    /// The alternatives of a referenced schema: merged once, unless they depend on the schemas that are open.
    fn referenced(&mut self, pointer: &Pointer, schema: &'d Value) -> Vec<Flat<'d>> {
        let address = std::ptr::from_ref(schema).addr();
        if let Some(known) = self.merged.get(&address) {
            return known.clone();
        }
        let met_open = std::mem::take(&mut self.met_open);
        self.open.push(schema);
        let flats = self.flats(pointer, schema);
        self.open.pop();
        if !self.met_open {
            self.merged.insert(address, flats.clone());
        }
        self.met_open |= met_open;
        flats
    }

    fn product(&mut self, left: Vec<Flat<'d>>, right: Vec<Flat<'d>>) -> Vec<Flat<'d>> {
        let is_product = left.len() > 1 && right.len() > 1;
        if is_product && left.len().saturating_mul(right.len()) > MAX_PRODUCT {
            self.truncated = true;
            return left;
        }
        let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
        let join = |(a, b): (&Flat<'d>, &Flat<'d>)| Flat {
            title: b.title.or(a.title),
            parts: a.parts.iter().chain(&b.parts).cloned().collect(),
            exclusive: a.exclusive || b.exclusive,
        };
        pairs.map(join).collect()
    }
}

fn list<'d>(keywords: &'d Map<String, Value>, key: &str) -> impl Iterator<Item = &'d Value> + use<'d> {
    keywords.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The alternatives of a schema; null is not one of them.
#[derive(Clone, Debug)]
pub(super) struct View<'d> {
    /// The schema permits null explicitly. A schema without types permits it too.
    pub(super) nullable: bool,
    /// At least one, unless the schema permits only null or nothing.
    pub(super) alternatives: Vec<Alternative<'d>>,
    /// A value is valid only if exactly one alternative accepts it (`oneOf`).
    pub(super) exclusive: bool,
    /// Some unions are not merged, because the schema has too many alternatives.
    pub(super) truncated: bool,
    labels: OnceCell<Vec<String>>,
}

/// An alternative of a schema.
#[derive(Clone, Debug)]
pub(super) struct Alternative<'d> {
    title: Option<&'d str>,
    /// The JSON types without null; `None` if any type is permitted.
    pub(super) types: Option<BTreeSet<&'d str>>,
    /// Its types permit null.
    pub(super) nullable: bool,
    parts: Vec<Part<'d>>,
}

impl<'d> View<'d> {
    fn of(flats: Vec<Flat<'d>>, truncated: bool) -> Self {
        let mut nullable = false;
        let mut exclusive = false;
        let mut alternatives = Vec::new();
        for flat in flats {
            let (types, null) = types_of(flat.parts.iter().map(|part| part.keywords));
            nullable |= null;
            exclusive |= flat.exclusive;
            if types.as_ref().is_some_and(BTreeSet::is_empty) && null {
                continue;
            }
            alternatives.push(Alternative { title: flat.title, types, nullable: null, parts: flat.parts });
        }
        if let [only] = alternatives.as_mut_slice() {
            only.parts.iter_mut().for_each(|part| part.own = false);
        }
        let exclusive = exclusive && alternatives.len() > 1;
        View { nullable, alternatives, exclusive, truncated, labels: OnceCell::new() }
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
        let labels = self.labels.get_or_init(|| {
            let names: Vec<String> = self.alternatives.iter().map(name).collect();
            numbered_labels(&names.iter().map(String::as_str).collect::<Vec<_>>())
        });
        labels.get(index).cloned().unwrap_or_default()
    }
}

/// Ignores the keywords whose schemas are parts of their own.
fn same_but_title(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    let is_other = |key: &&String| !matches!(key.as_str(), "title" | "allOf" | "anyOf" | "oneOf");
    let count = |map: &Map<String, Value>| map.keys().filter(is_other).count();
    count(a) == count(b) && a.iter().all(|(key, value)| !is_other(&key) || b.get(key) == Some(value))
}

impl<'d> Part<'d> {
    fn get(&self, key: &str) -> Option<(Pointer, &'d Value)> {
        self.keywords.get(key).map(|value| (self.pointer.child(key), value))
    }
}

impl<'d> Alternative<'d> {
    /// The keyword of the first part that has it.
    pub(super) fn get(&self, key: &str) -> Option<(Pointer, &'d Value)> {
        self.in_parts(key).next()
    }

    /// The keyword of every part that has it.
    pub(super) fn all(&self, key: &str) -> impl Iterator<Item = &'d Value> {
        self.in_parts(key).map(|(_, value)| value)
    }

    fn in_parts(&self, key: &str) -> impl Iterator<Item = (Pointer, &'d Value)> {
        self.parts.iter().filter_map(move |part| part.get(key))
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
            .map(|part| Pointer::clone(&part.pointer))
            .unwrap_or_default()
    }

    /// Whether its schemas are the same, except for the title; only those of its own if `own`. Does not follow references.
    pub(super) fn same_as(&self, other: &Alternative<'_>, own: bool) -> bool {
        fn chosen<'p, 'd>(it: &'p Alternative<'d>, own: bool) -> Vec<&'p Part<'d>> {
            it.parts.iter().filter(|part| part.own || !own).collect()
        }
        let (a, b) = (chosen(self, own), chosen(other, own));
        a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same_but_title(a.keywords, b.keywords))
    }

    /// The parts that it shares with the other alternatives of its union, or its own parts.
    pub(super) fn only(&self, own: bool) -> Alternative<'d> {
        let parts: Vec<Part<'d>> = self.parts.iter().filter(|part| part.own == own).cloned().collect();
        let (types, nullable) = types_of(parts.iter().map(|part| part.keywords));
        Alternative { title: self.title.filter(|_| own), types, nullable, parts }
    }

    /// The keywords of each part.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&Pointer, &'d Map<String, Value>)> {
        self.parts.iter().map(|part| (part.pointer.as_ref(), part.keywords))
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
            let stated: Option<Vec<&'d Value>> = match part.keywords.get("const") {
                Some(one) => Some(vec![one]),
                None => part.keywords.get("enum").and_then(Value::as_array).map(|it| it.iter().collect()),
            };
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
        self.nodes("properties")
    }

    /// The schemas of `patternProperties`, by their patterns.
    pub(super) fn patterns(&self) -> BTreeMap<&'d str, Node<'d>> {
        self.nodes("patternProperties")
    }

    /// The schemas in a keyword that is a map of schemas.
    fn nodes(&self, key: &str) -> BTreeMap<&'d str, Node<'d>> {
        let mut out: BTreeMap<&'d str, Node<'d>> = BTreeMap::new();
        for (pointer, all) in self.in_parts(key) {
            for (name, schema) in all.as_object().into_iter().flatten() {
                let node = out.entry(name).or_insert(Node { parts: Vec::new() });
                node.parts.push((pointer.child(name), schema));
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
        let find = |fits: &dyn Fn(&Value) -> bool| {
            self.in_parts("additionalProperties").find(|(_, value)| fits(value))
        };
        find(&|value| *value == Value::Bool(false)).or_else(|| {
            find(&|value| *value != Value::Bool(true) && value.as_object().is_none_or(|it| !it.is_empty()))
        })
    }

    /// The schema of the items.
    pub(super) fn items(&self) -> Option<Node<'d>> {
        let parts: Vec<_> = self.in_parts("items").collect();
        (!parts.is_empty()).then_some(Node { parts })
    }

    /// The schemas of the first items.
    pub(super) fn prefix_items(&self) -> Vec<Node<'d>> {
        let Some((pointer, list)) = self.get("prefixItems") else { return Vec::new() };
        let nodes = list.as_array().into_iter().flatten().enumerate();
        nodes.map(|(index, schema)| Node::new(pointer.child(index.to_string()), schema)).collect()
    }

    /// A constraint; if several parts have it, the strictest. `exclusiveMinimum: true` of OpenAPI 3.0 counts as the number of
    /// `minimum`.
    pub(super) fn constraint(&self, key: &str) -> Option<Value> {
        let of = |part: &Part<'d>| constraint::of_keywords(part.keywords, key);
        self.parts
            .iter()
            .filter_map(of)
            .reduce(|a, b| if constraint::is_stricter(key, &a, &b) { a } else { b })
    }
}
