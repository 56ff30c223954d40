//! A schema as the comparison sees it: references followed, `allOf` put together, alternatives side by side.
//!
//! It reads the canonical document and not the IR, for the IR keeps what Rust needs: one answer per operation, no
//! media types, no limits of what it represents as free-form.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::pointer::Pointer;

/// More alternatives than a person writes come from unions inside of unions; what lies beyond is not looked at.
const MOST_ALTERNATIVES: usize = 256;
/// Longer chains of references lead in a circle.
const MOST_REFERENCES: usize = 32;

/// A schema in its document: the places that all hold (several where `allOf` or a `$ref` with siblings joins them).
#[derive(Clone, Debug)]
pub(super) struct Node<'d> {
    pub(super) parts: Vec<(Pointer, &'d Value)>,
}

impl<'d> Node<'d> {
    pub(super) fn new(at: Pointer, schema: &'d Value) -> Self {
        Node { parts: vec![(at, schema)] }
    }

    /// Where messages place it.
    pub(super) fn place(&self) -> Pointer {
        self.parts.first().map(|(at, _)| at.clone()).unwrap_or_default()
    }

    /// The place that a bare reference leads to, else its own: where a schema that contains itself comes by again.
    pub(super) fn target(&self, root: &'d Value) -> Pointer {
        let mut place = self.place();
        let [(_, schema)] = self.parts.as_slice() else { return place };
        let mut schema = *schema;
        for _ in 0..MOST_REFERENCES {
            let Value::Object(keywords) = schema else { break };
            let target = keywords.get("$ref").filter(|_| keywords.len() == 1).and_then(Value::as_str);
            let Some(target) = target.and_then(Pointer::from_fragment) else { break };
            let Some(found) = target.find(root) else { break };
            (place, schema) = (target, found);
        }
        place
    }

    /// The schema read whole.
    pub(super) fn view(&self, root: &'d Value) -> View<'d> {
        let mut flats = vec![Flat::default()];
        for (at, schema) in &self.parts {
            flats = product(&flats, &flats_of(root, at, schema, 0));
        }
        View::of(flats)
    }
}

/// Keywords of one schema object and where they stand.
#[derive(Clone, Debug)]
struct Part<'d> {
    at: Pointer,
    keywords: &'d Map<String, Value>,
    /// Inside of an alternative, not beside the union.
    own: bool,
}

/// One alternative while it is put together.
#[derive(Clone, Debug, Default)]
struct Flat<'d> {
    title: Option<&'d str>,
    parts: Vec<Part<'d>>,
}

fn flats_of<'d>(root: &'d Value, at: &Pointer, schema: &'d Value, followed: usize) -> Vec<Flat<'d>> {
    let Value::Object(keywords) = schema else { return vec![Flat::default()] };
    let part = Part { at: at.clone(), keywords, own: false };
    let mut flats = vec![Flat { title: None, parts: vec![part] }];
    if let Some(target) = keywords.get("$ref").and_then(Value::as_str).and_then(Pointer::from_fragment)
        && let Some(found) = target.find(root)
        && followed < MOST_REFERENCES
    {
        flats = product(&flats, &flats_of(root, &target, found, followed + 1));
    }
    for (index, part) in list(keywords, "allOf").enumerate() {
        let at = at.child("allOf").child(index.to_string());
        flats = product(&flats, &flats_of(root, &at, part, followed + 1));
    }
    for union in ["anyOf", "oneOf"] {
        let mut variants = Vec::new();
        for (index, variant) in list(keywords, union).enumerate() {
            let at = at.child(union).child(index.to_string());
            for mut flat in flats_of(root, &at, variant, followed + 1) {
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
    pairs.take(MOST_ALTERNATIVES).map(join).collect()
}

fn list<'d>(keywords: &'d Map<String, Value>, key: &str) -> impl Iterator<Item = &'d Value> + use<'d> {
    keywords.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// A schema read whole: null apart, and what else it may be.
#[derive(Clone, Debug)]
pub(super) struct View<'d> {
    /// Says that null may stand there. What says nothing of types takes null too, but does not say so.
    pub(super) nullable: bool,
    /// At least one, unless null is all that there is.
    pub(super) alternatives: Vec<Alternative<'d>>,
}

/// One thing that a value may be.
#[derive(Clone, Debug)]
pub(super) struct Alternative<'d> {
    title: Option<&'d str>,
    /// JSON types without null; `None` says nothing of types.
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

    /// Several alternatives beside null.
    pub(super) fn is_union(&self) -> bool {
        self.alternatives.len() > 1
    }

    /// An annotation that holds whichever alternative it is.
    pub(super) fn annotation(&self, key: &str) -> Option<(Pointer, &'d Value)> {
        let parts = self.alternatives.first()?.parts.iter();
        parts.filter(|part| !part.own).find_map(|part| part.get(key))
    }

    /// How an alternative is called in a location: its title, else its type; with its position among those of that name,
    /// where there are several. Texts share one place, and need none.
    pub(super) fn label(&self, index: usize) -> String {
        let name = |it: &Alternative<'_>| it.title.map_or_else(|| it.type_name(), str::to_owned);
        let names: Vec<String> = self.alternatives.iter().map(name).collect();
        let Some(own) = names.get(index) else { return String::new() };
        let twins: Vec<usize> = (0..names.len()).filter(|other| names.get(*other) == Some(own)).collect();
        match twins.iter().position(|twin| *twin == index) {
            Some(position) if twins.len() > 1 && own != "string" => format!("{own}#{}", position + 1),
            _ => own.clone(),
        }
    }
}

fn same_but_title(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    let words = |map: &Map<String, Value>| map.len() - usize::from(map.contains_key("title"));
    words(a) == words(b) && a.iter().all(|(key, value)| key == "title" || b.get(key) == Some(value))
}

impl<'d> Part<'d> {
    fn get(&self, key: &str) -> Option<(Pointer, &'d Value)> {
        self.keywords.get(key).map(|value| (self.at.child(key), value))
    }
}

/// The types that all parts allow, and whether null is one of them.
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
            (Some(a), Some(b)) => Some(meet(&a, &b)),
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

fn meet<'d>(a: &BTreeSet<&'d str>, b: &BTreeSet<&'d str>) -> BTreeSet<&'d str> {
    let both = a.iter().filter(|one| b.contains(*one) || (**one == "integer" && b.contains("number")));
    let narrowed = b.iter().filter(|one| **one == "integer" && a.contains("number"));
    both.chain(narrowed).copied().collect()
}

impl<'d> Alternative<'d> {
    /// The keyword, where it stands first.
    pub(super) fn get(&self, key: &str) -> Option<(Pointer, &'d Value)> {
        self.parts.iter().find_map(|part| part.get(key))
    }

    /// The keyword wherever it stands.
    pub(super) fn all(&self, key: &str) -> impl Iterator<Item = &'d Value> {
        self.parts.iter().filter_map(move |part| part.keywords.get(key))
    }

    /// An annotation of this alternative alone, not of the union that it is in.
    pub(super) fn own_annotation(&self, key: &str) -> Option<(Pointer, &'d Value)> {
        self.parts.iter().filter(|part| part.own).find_map(|part| part.get(key))
    }

    /// Where messages place it.
    pub(super) fn place(&self) -> Pointer {
        self.parts
            .iter()
            .find(|part| part.own)
            .or(self.parts.first())
            .map(|part| part.at.clone())
            .unwrap_or_default()
    }

    /// Its own schema is the same, the title apart.
    pub(super) fn same_as(&self, other: &Alternative<'_>) -> bool {
        let mut own = [&self.parts, &other.parts].map(|parts| parts.iter().filter(|part| part.own));
        let [a, b] = &mut own;
        a.clone().count() == b.clone().count()
            && a.zip(b).all(|(a, b)| same_but_title(a.keywords, b.keywords))
    }

    pub(super) fn title(&self) -> Option<&'d str> {
        self.title
    }

    /// A text: the alternatives of a text, an enum among them, share one place.
    pub(super) fn is_text(&self) -> bool {
        self.type_name() == "string"
    }

    /// Its JSON type in words.
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

    /// Whether it may be of a type.
    pub(super) fn may_be(&self, kind: &str) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(kind))
    }

    /// The values of `enum` or `const`, null apart; `None` where any value goes.
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

    /// The known members, each a node of all places that speak of it.
    pub(super) fn properties(&self) -> BTreeMap<&'d str, Node<'d>> {
        let mut out: BTreeMap<&'d str, Node<'d>> = BTreeMap::new();
        for part in &self.parts {
            for (name, schema) in
                part.keywords.get("properties").and_then(Value::as_object).into_iter().flatten()
            {
                let at = part.at.child("properties").child(name);
                let node = out.entry(name).or_insert(Node { parts: Vec::new() });
                node.parts.push((at, schema));
            }
        }
        out
    }

    /// The members that must be there.
    pub(super) fn required(&self) -> BTreeSet<&'d str> {
        self.all("required").filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect()
    }

    /// What other members hold: a schema; `Bool(false)` where there may be none, nothing where all is allowed.
    pub(super) fn additional(&self) -> Option<(Pointer, &'d Value)> {
        let all = || self.parts.iter().filter_map(|part| part.get("additionalProperties"));
        let says =
            |value: &Value| *value != Value::Bool(true) && value.as_object().is_none_or(|it| !it.is_empty());
        all()
            .find(|(_, value)| **value == Value::Bool(false))
            .or_else(|| all().find(|(_, value)| says(value)))
    }

    /// What the elements are.
    pub(super) fn items(&self) -> Option<Node<'d>> {
        let parts: Vec<_> = self.parts.iter().filter_map(|part| part.get("items")).collect();
        (!parts.is_empty()).then_some(Node { parts })
    }

    /// A limit; where several parts have it, the strictest. `exclusive…: true` of OpenAPI 3.0 counts as the number beside it.
    pub(super) fn limit(&self, key: &str) -> Option<Value> {
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
            .reduce(|a, b| if super::schema::stricter(key, &a, &b) { a } else { b })
    }
}
