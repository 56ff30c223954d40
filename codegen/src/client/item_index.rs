//! The index of Rust items by location: for each location of each operation, the items that the client has for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::api::location::{Location, Segment, numbered_labels};
use crate::api::model::{
    Api, Operation, Param, ParameterIn, Presence, Repr, ResponseContent, TypeId, TypeKind, TypeRef, Variant,
};
use crate::api::names::{self, Names, OperationNames, ident};
use crate::document::path_template::template_parameters;

/// A Rust item at a location. A location may have several: a field, and its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustItem {
    /// `GET /v1/leads/`, or `WEBHOOK POST name`.
    pub operation: Arc<str>,
    /// The location in the operation.
    pub location: Location,
    /// What kind of item it is.
    pub kind: ItemKind,
    /// Its path from the crate's root: `leads::CreateLead::notes`.
    pub path: String,
    /// The type of its values; of a type, the type itself. None for an operation and for an enum value.
    pub type_ref: Option<TypeRef>,
    /// Whether a field is required and nullable; None for additional properties and for items that are not fields.
    pub presence: Option<Presence>,
}

/// The kinds of Rust items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKind {
    /// The method that makes the request, `leads::create`.
    Method,
    /// The request that the method returns, `leads::requests::CreateLeadRequest`.
    Request,
    /// A parameter that the method takes, `leads::get(lead_id)`.
    Argument,
    /// A parameter that the request has a setter for, `leads::requests::ListLeadsRequest::limit`.
    Setter,
    /// A struct, enum or union.
    Type,
    /// A field of a struct.
    Field,
    /// A value of an enum, by its JSON string.
    Value(String),
    /// An alternative of a union.
    Variant,
}

/// Types are not followed deeper than this.
const MAX_DEPTH: usize = 100;

/// Once an operation has this many items, each type is indexed only once in it: the number of paths through components
/// that refer to each other grows exponentially.
const MAX_REPEATED_ITEMS: usize = 20_000;

/// All items, in the order of operations and webhooks. A type is not indexed again within itself.
pub fn items(api: &Api, names: &Names) -> Vec<RustItem> {
    let mut indexer = Indexer { api, names, member_paths: BTreeMap::new(), items: Vec::new() };
    for (operation, own_names) in api.operations.iter().zip(&names.operations) {
        indexer.operation(operation, own_names);
    }
    for webhook in &api.webhooks {
        let name = format!("WEBHOOK {} {}", webhook.method.to_uppercase(), webhook.name);
        let mut scope = Scope::new(&name, indexer.items.len());
        if let Some(payload) = webhook.payload {
            indexer.value(payload, &Location::request(), &mut scope);
        }
    }
    indexer.items
}

/// The labels of the alternatives of a union: the title, else the JSON type. Strings have none.
fn labels(api: &Api, variants: &[Variant]) -> Vec<String> {
    let names = variants.iter().map(|variant| match json_type(api, variant) {
        None => "",
        Some(json_type) => variant.label.as_deref().unwrap_or(json_type),
    });
    numbered_labels(&names.collect::<Vec<_>>())
}

/// The JSON type of an alternative that is not a string.
fn json_type(api: &Api, variant: &Variant) -> Option<&'static str> {
    if api.repr(variant.of.ty).is_text() {
        return None;
    }
    Some(match &api.get(variant.of.ty).kind {
        TypeKind::Bool => "boolean",
        TypeKind::Integer | TypeKind::Unsigned => "integer",
        TypeKind::Number | TypeKind::Cents => "number",
        TypeKind::List(_) => "array",
        TypeKind::Map(_) | TypeKind::Object | TypeKind::Struct(_) => "object",
        TypeKind::Union(_) => "union",
        TypeKind::Any | TypeKind::String(_) | TypeKind::Enum(_) => "any",
    })
}

struct Indexer<'a> {
    api: &'a Api,
    names: &'a Names,
    /// The paths of the fields, values or variants of a type; of a struct, that of its additional properties last.
    member_paths: BTreeMap<TypeId, Arc<[String]>>,
    items: Vec<RustItem>,
}

/// The operation that is indexed, and the types that are open in it.
struct Scope {
    operation: Arc<str>,
    /// The number of items before those of this operation.
    first_item: usize,
    open: Vec<TypeId>,
    indexed: BTreeSet<TypeId>,
}

impl Scope {
    fn new(operation: &str, first_item: usize) -> Self {
        Scope { operation: operation.into(), first_item, open: Vec::new(), indexed: BTreeSet::new() }
    }
}

impl Indexer<'_> {
    fn operation(&mut self, operation: &Operation, own_names: &OperationNames) {
        let mut scope = Scope::new(&operation.name(), self.items.len());
        let group = ident(self.names.groups.get(operation.group).map_or("", |group| group.module.as_str()));
        let method = format!("{group}::{}", ident(&own_names.method));
        let request = format!("{group}::{}::{}", names::REQUESTS, ident(&own_names.request));
        let operation_location = Location::default();
        self.push(&scope, &operation_location, ItemKind::Method, method.clone(), None);
        self.push(&scope, &operation_location, ItemKind::Request, request.clone(), None);
        for (param, name) in operation.params.iter().zip(&own_names.params) {
            let location = param_location(operation, param);
            let name = ident(name);
            let (kind, path) = if param.required {
                (ItemKind::Argument, format!("{method}({name})"))
            } else {
                (ItemKind::Setter, format!("{request}::{name}"))
            };
            self.push(&scope, &location, kind, path, Some(param.of));
            self.value(param.of, &location, &mut scope);
        }
        if let Some(body) = &operation.body {
            self.value(body.of, &Location::request(), &mut scope);
        }
        let response = Location::response(operation.status.as_deref().unwrap_or("default"));
        let results = response.property("results");
        match operation.response {
            ResponseContent::Empty
            | ResponseContent::Text
            | ResponseContent::Bytes
            | ResponseContent::Receipt => {}
            ResponseContent::Json(of) => self.value(of, &response, &mut scope),
            ResponseContent::Page(row) => self.value(row, &results.child(Segment::Items), &mut scope),
            ResponseContent::Single(record) => self.value(record, &results, &mut scope),
        }
        for error in &operation.errors {
            self.value(error.of, &Location::response(&error.status), &mut scope);
        }
    }

    fn push(
        &mut self,
        scope: &Scope,
        location: &Location,
        kind: ItemKind,
        path: String,
        type_ref: Option<TypeRef>,
    ) {
        let (operation, location) = (Arc::clone(&scope.operation), location.clone());
        self.items.push(RustItem { operation, location, kind, path, type_ref, presence: None });
    }

    /// Indexes a value and everything in it.
    fn value(&mut self, of: TypeRef, location: &Location, scope: &mut Scope) {
        let is_full = self.items.len() - scope.first_item > MAX_REPEATED_ITEMS;
        let repeated = is_full && scope.indexed.contains(&of.ty);
        if repeated || scope.open.contains(&of.ty) || scope.open.len() >= MAX_DEPTH {
            return;
        }
        scope.open.push(of.ty);
        scope.indexed.insert(of.ty);
        let api = self.api;
        match api.repr(of.ty) {
            Repr::List(item) => self.value(item, &location.child(Segment::Items), scope),
            Repr::Map(value) => self.value(value, &location.child(Segment::AdditionalProperties), scope),
            Repr::Struct(it) => {
                self.named_type(of, location, scope);
                let paths = self.member_paths(of.ty);
                for (field, path) in it.fields.iter().zip(paths.iter()) {
                    let location = location.property(&field.wire_name);
                    self.push(scope, &location, ItemKind::Field, path.clone(), Some(field.of));
                    if let Some(item) = self.items.last_mut() {
                        item.presence = Some(field.presence());
                    }
                    self.value(field.of, &location, scope);
                }
                if let (Some(extra), Some(path)) = (it.extra, paths.get(it.fields.len())) {
                    let location = location.child(Segment::AdditionalProperties);
                    self.push(scope, &location, ItemKind::Field, path.clone(), Some(extra));
                    self.value(extra, &location, scope);
                }
            }
            Repr::Enum(values) => {
                self.named_type(of, location, scope);
                let paths = self.member_paths(of.ty);
                for (value, path) in values.iter().zip(paths.iter()) {
                    self.push(scope, location, ItemKind::Value((*value).to_owned()), path.clone(), None);
                }
            }
            Repr::Union(variants) => {
                self.named_type(of, location, scope);
                let paths = self.member_paths(of.ty);
                for ((variant, label), path) in variants.iter().zip(labels(api, variants)).zip(paths.iter()) {
                    let location = match label.as_str() {
                        "" => location.clone(),
                        label => location.child(Segment::Variant(label.into())),
                    };
                    self.push(scope, &location, ItemKind::Variant, path.clone(), Some(variant.of));
                    self.value(variant.of, &location, scope);
                }
            }
            _ => {}
        }
        scope.open.pop();
    }

    fn named_type(&mut self, of: TypeRef, location: &Location, scope: &Scope) {
        let path = self.names.type_path(of.ty);
        self.push(scope, location, ItemKind::Type, path, Some(of));
    }

    fn member_paths(&mut self, id: TypeId) -> Arc<[String]> {
        if let Some(known) = self.member_paths.get(&id) {
            return Arc::clone(known);
        }
        let of_type = self.names.type_path(id);
        let members = self.names.members(id).iter();
        let paths: Arc<[String]> = members.map(|name| format!("{of_type}::{}", ident(name))).collect();
        self.member_paths.insert(id, Arc::clone(&paths));
        paths
    }
}

fn param_location(operation: &Operation, param: &Param) -> Location {
    match param.place {
        ParameterIn::Path => {
            let position = template_parameters(&operation.path).position(|name| name == param.wire_name);
            Location::path_parameter(position.unwrap_or_default())
        }
        other => Location::parameter(other.into(), &param.wire_name),
    }
}
