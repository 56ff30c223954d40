//! Where each Rust item stands on the wire: the places of every operation, and what the client calls what is there.
//!
//! A location is `request`, `response.<status>`, `query.<name>`, `header.<name>`, `cookie.<name>` or `path.#<position>`, and from there
//! `.<field>`, `[]` for the elements of a list, `{}` for the values of a map and `<label>` for an alternative of a
//! union; it is empty for the operation itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::Problems;
use crate::ir::{Answer, Api, In, Operation, Param, Presence, Repr, Shape, TypeId, Use, Variant};
use crate::names::types::variant_labels;
use crate::names::{self, Module, Names, OperationNames, ident};

/// A Rust item at a place of the wire. Several may stand at one: a field, and the type of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `GET /v1/leads/`, or `WEBHOOK POST name`.
    pub operation: Arc<str>,
    /// Where in the operation.
    pub location: Arc<str>,
    /// What stands there.
    pub item: Item,
    /// Its path in the client, from the crate's root: `leads::CreateLead::notes`.
    pub rust: String,
    /// What the item holds; of a type, the type itself. None for an operation and for a value.
    pub of: Option<Use>,
    /// Whether it must be there and may be null; of a known member of a struct only.
    pub presence: Option<Presence>,
}

/// What kind of item stands at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// The method that makes the request, `leads::create`.
    Method,
    /// The request that the method returns, `leads::CreateLeadRequest`.
    Request,
    /// A parameter that the method takes, `leads::get(lead_id)`.
    Argument,
    /// A parameter that the request has a setter for, `leads::ListLeadsRequest::limit`.
    Setter,
    /// A struct, enum or union.
    Type,
    /// A member of a struct.
    Field,
    /// A value of an enum, by its text on the wire.
    Value(String),
    /// An alternative of a union.
    Variant,
}

/// Deeper than anybody reads; what lies there has no place of its own.
const DEEPEST: usize = 100;

/// When an operation has that many places, types that it has shown already are not opened again: where components use
/// each other crosswise, the number of ways through them has no other bound.
const MANY: usize = 20_000;

/// All places, in the order of operations and webhooks. A type that is open already is not opened in itself.
pub fn places(api: &Api, names: &Names) -> Vec<Place> {
    let mut walk = Walk { api, names, idents: BTreeMap::new(), out: Vec::new() };
    for (operation, own) in api.operations.iter().zip(&names.operations) {
        walk.operation(operation, own);
    }
    for webhook in &api.webhooks {
        let name = format!("WEBHOOK {} {}", webhook.method.to_uppercase(), webhook.name);
        let mut open = Open::new(&name, walk.out.len());
        if let Some(payload) = webhook.payload {
            walk.value(payload, "request", &mut open);
        }
    }
    walk.out
}

/// What the alternatives of a union are called in a location; empty for texts, which add nothing.
///
/// The title, else the JSON type; where that leaves several alike, with their position among these (`object#2`).
pub fn labels(api: &Api, variants: &[Variant]) -> Vec<String> {
    let plain: Vec<&str> = variants
        .iter()
        .map(|variant| match (json_type(api, variant.of.ty), variant.label.as_deref()) {
            ("", _) => "",
            (_, Some(title)) => title,
            (json_type, None) => json_type,
        })
        .collect();
    let alike = |label: &str, among: &[&str]| among.iter().filter(|other| **other == label).count();
    let told = |(index, label): (usize, &&str)| match alike(label, &plain) {
        _ if label.is_empty() => String::new(),
        1 => (*label).to_owned(),
        _ => format!("{label}#{}", alike(label, plain.get(..=index).unwrap_or_default())),
    };
    plain.iter().enumerate().map(told).collect()
}

/// What JSON calls a type that is no text.
fn json_type(api: &Api, id: TypeId) -> &'static str {
    if api.repr(id).is_text() {
        return "";
    }
    match &api.get(id).shape {
        Shape::Bool => "boolean",
        Shape::Integer => "integer",
        Shape::Number => "number",
        Shape::List(_) => "array",
        Shape::Map(_) | Shape::Object | Shape::Struct(_) => "object",
        Shape::Union(_) => "union",
        Shape::Any | Shape::String(_) | Shape::Enum(_) => "any",
    }
}

struct Walk<'a> {
    api: &'a Api,
    names: &'a Names,
    /// Paths of the fields, values or variants of a type, and what else lies in it.
    idents: BTreeMap<TypeId, Arc<[String]>>,
    out: Vec<Place>,
}

/// The operation that is walked, and the types that are open.
struct Open {
    operation: Arc<str>,
    /// How many places there were before it.
    before: usize,
    types: Vec<TypeId>,
    shown: BTreeSet<TypeId>,
}

impl Open {
    fn new(operation: &str, before: usize) -> Self {
        Open { operation: operation.into(), before, types: Vec::new(), shown: BTreeSet::new() }
    }
}

impl Walk<'_> {
    fn operation(&mut self, operation: &Operation, own: &OperationNames) {
        let mut open = Open::new(&operation.name(), self.out.len());
        let group = self.names.groups.get(operation.group).map_or("", |group| group.module.as_str());
        let group = ident(group);
        let method = format!("{group}::{}", ident(&own.method));
        let request = format!("{group}::{}", ident(&own.request));
        self.push(&open, "", Item::Method, method.clone(), None);
        self.push(&open, "", Item::Request, request.clone(), None);
        for (param, name) in operation.params.iter().zip(&own.params) {
            let location = param_location(operation, param);
            let name = ident(name);
            if param.required {
                self.push(&open, &location, Item::Argument, format!("{method}({name})"), Some(param.of));
            } else {
                self.push(&open, &location, Item::Setter, format!("{request}::{name}"), Some(param.of));
            }
            self.value(param.of, &location, &mut open);
        }
        if let Some(body) = &operation.body {
            self.value(body.of, "request", &mut open);
        }
        let status = operation.status.as_deref().unwrap_or("default");
        match operation.answer {
            Answer::Empty | Answer::Text | Answer::Bytes | Answer::Receipt => {}
            Answer::Json(of) => self.value(of, &format!("response.{status}"), &mut open),
            Answer::Page(row) => self.value(row, &format!("response.{status}.results[]"), &mut open),
            Answer::Single(record) => self.value(record, &format!("response.{status}.results"), &mut open),
        }
    }

    fn push(&mut self, open: &Open, location: &str, item: Item, rust: String, of: Option<Use>) {
        let operation = Arc::clone(&open.operation);
        self.out.push(Place { operation, location: location.into(), item, rust, of, presence: None });
    }

    /// A value and all that is in it.
    fn value(&mut self, of: Use, location: &str, open: &mut Open) {
        let shown = open.shown.contains(&of.ty) && self.out.len() - open.before > MANY;
        if shown || open.types.contains(&of.ty) || open.types.len() >= DEEPEST {
            return;
        }
        open.types.push(of.ty);
        open.shown.insert(of.ty);
        let api = self.api;
        match api.repr(of.ty) {
            Repr::List(item) => self.value(item, &format!("{location}[]"), open),
            Repr::Map(value) => self.value(value, &format!("{location}{{}}"), open),
            Repr::Struct(it) => {
                self.item(of, location, open);
                let idents = self.idents(of.ty, || names::fields(&it.fields, "", &mut Problems::default()));
                for (field, rust) in it.fields.iter().zip(idents.iter()) {
                    let location = format!("{location}.{}", field.wire_name);
                    self.push(open, &location, Item::Field, rust.clone(), Some(field.of));
                    if let Some(place) = self.out.last_mut() {
                        place.presence = Some(field.presence());
                    }
                    self.value(field.of, &location, open);
                }
                if let (Some(extra), Some(rust)) = (it.extra, idents.get(it.fields.len())) {
                    let location = format!("{location}{{}}");
                    self.push(open, &location, Item::Field, rust.clone(), Some(extra));
                    self.value(extra, &location, open);
                }
            }
            Repr::Enum(values) => {
                self.item(of, location, open);
                let idents = self.idents(of.ty, || names::values(&values, "", &mut Problems::default()));
                for (value, rust) in values.iter().zip(idents.iter()) {
                    self.push(open, location, Item::Value((*value).to_owned()), rust.clone(), None);
                }
            }
            Repr::Union(variants) => {
                self.item(of, location, open);
                let idents = self.idents(of.ty, || variant_labels(api, of.ty));
                for ((variant, label), rust) in variants.iter().zip(labels(api, variants)).zip(idents.iter())
                {
                    let location = match label.as_str() {
                        "" => location.to_owned(),
                        label => format!("{location}<{label}>"),
                    };
                    self.push(open, &location, Item::Variant, rust.clone(), Some(variant.of));
                    self.value(variant.of, &location, open);
                }
            }
            _ => {}
        }
        open.types.pop();
    }

    fn item(&mut self, of: Use, location: &str, open: &Open) {
        let rust = self.path(of.ty);
        self.push(open, location, Item::Type, rust, Some(of));
    }

    fn path(&self, id: TypeId) -> String {
        let Some((module, name)) = self.names.types.get(&id) else { return String::new() };
        let module = match module {
            Module::Group(index) => {
                ident(self.names.groups.get(*index).map_or("", |group| group.module.as_str())).to_string()
            }
            Module::Model(_) => "models".to_owned(),
            Module::Webhooks => "webhook_payloads".to_owned(),
        };
        format!("{module}::{}", ident(name))
    }

    /// The paths of what is in a type; of a struct, that of its other members last.
    fn idents(&mut self, id: TypeId, own: impl FnOnce() -> Vec<String>) -> Arc<[String]> {
        if let Some(known) = self.idents.get(&id) {
            return Arc::clone(known);
        }
        let mut own = own();
        if let Shape::Struct(it) = &self.api.get(id).shape
            && it.extra.is_some()
        {
            own.push(names::extra(&own).to_owned());
        }
        let path = self.path(id);
        let paths: Arc<[String]> = own.iter().map(|name| format!("{path}::{}", ident(name))).collect();
        self.idents.insert(id, Arc::clone(&paths));
        paths
    }
}

/// Parameters of the path are known by their position, since their names do not travel.
fn param_location(operation: &Operation, param: &Param) -> String {
    match param.place {
        In::Query => format!("query.{}", param.wire_name),
        In::Header => format!("header.{}", param.wire_name),
        In::Cookie => format!("cookie.{}", param.wire_name),
        In::Path => {
            let mut names = operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            let position = names.position(|name| name == param.wire_name).unwrap_or_default();
            format!("path.#{position}")
        }
    }
}
