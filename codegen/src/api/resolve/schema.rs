//! Resolves a schema to a type.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, ObjectType, ReferenceOr, Schema, SchemaKind, Type as Typed,
    VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::all_of::required_of;
use super::null::is_silent;
use super::scalar::{constraints_of, enumeration, integer, narrowed, number, string};
use super::{Resolver, component_name, is_simple, text};
use crate::api::model::{
    ChosenName, Constraints, Field, Info, Origin, Owner, Role, StringFormat, Struct, Type, TypeId, TypeKind,
    TypeRef,
};
use crate::diagnostics::pointer::At;

/// The position of a schema, for its name and for diagnostics.
pub(super) struct SchemaPosition<'a> {
    pub(super) owner: Owner,
    pub(super) role: Role,
    pub(super) at: &'a At<'a>,
}

/// A schema or a reference to one, boxed or not.
#[derive(Clone, Copy)]
pub(super) enum SchemaRef<'d> {
    To(&'d str),
    Inline(&'d Schema),
}

impl<'d> From<&'d ReferenceOr<Schema>> for SchemaRef<'d> {
    fn from(schema: &'d ReferenceOr<Schema>) -> Self {
        match schema {
            ReferenceOr::Reference { reference } => Self::To(reference),
            ReferenceOr::Item(schema) => Self::Inline(schema),
        }
    }
}

impl<'d> From<&'d ReferenceOr<Box<Schema>>> for SchemaRef<'d> {
    fn from(schema: &'d ReferenceOr<Box<Schema>>) -> Self {
        match schema {
            ReferenceOr::Reference { reference } => Self::To(reference),
            ReferenceOr::Item(schema) => Self::Inline(schema),
        }
    }
}

impl<'d> Resolver<'d, '_> {
    /// Resolves a schema at a position to its type and annotations.
    pub(super) fn schema(
        &mut self,
        schema: impl Into<SchemaRef<'d>>,
        place: &SchemaPosition<'_>,
    ) -> (TypeRef, Info) {
        match schema.into() {
            SchemaRef::To(reference) => (self.component(reference, place.at), Info::default()),
            SchemaRef::Inline(schema) => self.item(schema, place),
        }
    }

    /// Like [`Self::schema`], but also reads every component that it needs.
    pub(super) fn whole(
        &mut self,
        schema: impl Into<SchemaRef<'d>>,
        place: &SchemaPosition<'_>,
    ) -> (TypeRef, Info) {
        let resolved = self.schema(schema, place);
        while let Some((ty, _)) = self.unread.first_key_value() {
            self.read(*ty);
        }
        resolved
    }

    /// Reads the type of a component that has only a handle.
    pub(super) fn read(&mut self, ty: TypeId) {
        let schemas = self.document.components.as_ref().map(|components| &components.schemas);
        let name = self.unread.remove(&ty);
        if let Some((name, ReferenceOr::Item(schema))) = name.and_then(|name| schemas?.get_key_value(name)) {
            let at = At::ROOT.key("components");
            let at = at.key("schemas");
            self.fill(ty, schema, &at.key(name));
        }
    }

    /// Returns the component of a reference, and creates its handle on first use.
    pub(super) fn component(&mut self, reference: &str, from: &At<'_>) -> TypeRef {
        let schemas = self.document.components.as_ref().map(|components| &components.schemas);
        let mut target = reference;
        let mut nullable = false;
        // A component that is only a reference, possibly nullable, is an alias of its target.
        for _ in 0..32 {
            let name = component_name(target);
            let found = name.and_then(|name| schemas?.get_key_value(name.as_str()));
            let Some((name, schema)) = found else {
                self.diagnostics.error(from, format!("`{target}` is not in the document"), "");
                return TypeRef { ty: self.any(from), nullable: false };
            };
            if let Some(of) = self.components.get(name.as_str()) {
                return TypeRef { nullable: nullable || of.nullable, ..*of };
            }
            match schema {
                ReferenceOr::Reference { reference } => target = reference,
                ReferenceOr::Item(schema) => {
                    if let Some(("anyOf" | "oneOf", _, ReferenceOr::Reference { reference })) =
                        alone(&schema.schema_kind)
                    {
                        nullable |= self.allows_null(schema);
                        target = reference;
                        continue;
                    }
                    let at = At::ROOT.key("components");
                    let at = at.key("schemas");
                    let ty = self.reserve(Origin::Component(name.clone()), schema, &at.key(name));
                    let of = TypeRef { ty, nullable: self.allows_null(schema) };
                    self.components.insert(name, of);
                    self.unread.insert(ty, name);
                    return TypeRef { nullable: nullable || of.nullable, ..of };
                }
            }
        }
        self.diagnostics.error(from, "this `$ref` leads back to itself", "repair it with an overlay");
        TypeRef { ty: self.any(from), nullable: false }
    }

    fn item(&mut self, schema: &'d Schema, place: &SchemaPosition<'_>) -> (TypeRef, Info) {
        let info = Info { name: field_name(schema, place), ..remarks(schema) };
        // A single part or variant with annotations.
        if let Some((key, index, alone)) = alone(&schema.schema_kind) {
            let at = place.at.key(key);
            let at = at.index(index);
            let inner = SchemaPosition { owner: place.owner, role: place.role.clone(), at: &at };
            let (of, nearer) = self.schema(alone, &inner);
            let info = both(info, nearer);
            return (TypeRef { nullable: of.nullable || self.allows_null(schema), ..of }, info);
        }
        let ty = self.reserve(Origin::Inline(place.owner, place.role.clone()), schema, place.at);
        if let (Some(ty), Some(_)) = (self.api.types.get_mut(ty.0 as usize), &info.name) {
            ty.name = None;
        }
        self.fill(ty, schema, place.at);
        (TypeRef { ty, nullable: self.allows_null(schema) }, info)
    }

    /// Creates the handle of a type that is read next.
    fn reserve(&mut self, origin: Origin, schema: &Schema, at: &At<'_>) -> TypeId {
        let data = &schema.schema_data;
        self.add(Type {
            kind: TypeKind::Any,
            constraints: Constraints::default(),
            origin,
            name: text(data.extensions.get("x-rust-name")),
            doc: data.description.clone(),
            tag: None,
            at: at.pointer().to_string(),
        })
    }

    fn fill(&mut self, ty: TypeId, schema: &'d Schema, at: &At<'_>) {
        self.filling.insert(ty);
        let (kind, constraints) = self.kind(ty, schema, at);
        self.filling.remove(&ty);
        if let TypeKind::Struct(it) = &kind {
            let described: BTreeSet<&str> = it.fields.iter().map(|field| field.wire_name.as_str()).collect();
            for name in required_of(schema).into_iter().filter(|name| !described.contains(name)) {
                let what = format!("`{name}` is required but not described");
                let help = "describe it with an overlay; extra fields can be sent as they are";
                self.diagnostics.warning(&at.key("required"), what, help);
            }
        }
        let secret = schema.schema_data.extensions.get("x-rust-secret").is_some_and(|flag| *flag == true);
        let kind = self.discriminated(ty, schema, kind, at);
        if let Some(ty) = self.api.types.get_mut(ty.0 as usize) {
            (ty.kind, ty.constraints) = (kind, constraints);
            if secret {
                match &mut ty.kind {
                    TypeKind::String(text) => *text = StringFormat::Secret,
                    _ => {
                        let at = at.key("x-rust-secret");
                        let help = "mark the texts inside of it";
                        self.diagnostics.error(&at, "`x-rust-secret` is for texts", help);
                    }
                }
            }
            if is_simple(&ty.kind) {
                ty.doc = None;
            }
        }
    }

    pub(super) fn any(&mut self, at: &At<'_>) -> TypeId {
        self.type_at(TypeKind::Any, at.pointer().to_string())
    }

    /// Adds a type without a name.
    pub(super) fn type_at(&mut self, kind: TypeKind, at: String) -> TypeId {
        let origin = Origin::Inline(Owner::Operation(usize::MAX), Role::Item);
        self.add(Type {
            kind,
            constraints: Constraints::default(),
            origin,
            name: None,
            doc: None,
            tag: None,
            at,
        })
    }

    /// Returns the kind of a schema; `ty` owns its inline schemas.
    pub(super) fn kind(&mut self, ty: TypeId, schema: &'d Schema, at: &At<'_>) -> (TypeKind, Constraints) {
        match &schema.schema_kind {
            SchemaKind::Type(Typed::String(it)) => string(it),
            SchemaKind::Type(Typed::Number(it)) => number(it),
            SchemaKind::Type(Typed::Integer(it)) => {
                let (kind, constraints) = integer(it);
                match &it.format {
                    VariantOrUnknownOrEmpty::Unknown(format) if format == "uint64" => {
                        (TypeKind::Unsigned, constraints)
                    }
                    _ => (kind, constraints),
                }
            }
            SchemaKind::Type(Typed::Boolean(it)) => {
                let allowed = it.enumeration.iter().flatten().map(|value| Value::Bool(*value)).collect();
                (TypeKind::Bool, Constraints { allowed, ..Constraints::default() })
            }
            SchemaKind::Type(Typed::Object(it)) => self.object(ty, it, at),
            SchemaKind::Type(Typed::Array(it)) => self.array(ty, it, at),
            SchemaKind::OneOf { one_of } => self.union(ty, one_of, "oneOf", at),
            SchemaKind::AnyOf { any_of } => self.union(ty, any_of, "anyOf", at),
            SchemaKind::AllOf { all_of } => self.all_of(ty, all_of, None, at),
            SchemaKind::Not { .. } => (TypeKind::Any, Constraints::default()),
            SchemaKind::Any(any) => self.mixed(ty, any, at),
        }
    }

    /// Reads a schema that fits no kind of `openapiv3`: without a type, or with keywords of several kinds.
    fn mixed(&mut self, ty: TypeId, any: &'d AnySchema, at: &At<'_>) -> (TypeKind, Constraints) {
        if !any.all_of.is_empty() {
            let (kind, constraints) = self.all_of(ty, &any.all_of, Some(any), at);
            return narrowed(kind, constraints, &any.enumeration);
        }
        for (key, list) in [("anyOf", &any.any_of), ("oneOf", &any.one_of)] {
            if !list.is_empty() {
                return self.union_beside(ty, any, list, key, at);
            }
        }
        let values = any.enumeration.as_slice();
        if any.typ.as_deref().is_none_or(|typ| typ == "string")
            && !values.is_empty()
            && values.iter().all(Value::is_string)
        {
            let values = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            return (enumeration(values), Constraints::default());
        }
        let constraints = Constraints { allowed: values.to_vec(), ..constraints_of(any) };
        let kind = match any.typ.as_deref() {
            Some("object") => return (self.members(ty, any_members(any), at), constraints),
            None if !any.properties.is_empty() || any.additional_properties.is_some() => {
                return (self.members(ty, any_members(any), at), constraints);
            }
            Some("array") => return (self.list(ty, any.items.as_ref(), at), constraints),
            None if any.items.is_some() => return (self.list(ty, any.items.as_ref(), at), constraints),
            Some("string") => TypeKind::String(StringFormat::Plain),
            Some("integer") => {
                let above = any.maximum.is_some_and(|maximum| maximum > 9_223_372_036_854_775_807.0);
                let is_positive = any.minimum.is_some_and(|minimum| minimum >= 0.0);
                match any.format.as_deref() {
                    Some("uint64") => TypeKind::Unsigned,
                    _ if above && is_positive => TypeKind::Unsigned,
                    _ => {
                        if above {
                            self.warn_of_large_integers(at);
                        }
                        TypeKind::Integer
                    }
                }
            }
            Some("number") => TypeKind::Number,
            Some("boolean") => TypeKind::Bool,
            Some(other) => {
                self.diagnostics.error(&at.key("type"), format!("`{other}` is not a JSON type"), "");
                TypeKind::Any
            }
            None => TypeKind::Any,
        };
        (kind, constraints)
    }

    fn warn_of_large_integers(&mut self, at: &At<'_>) {
        let what = "the client reads integers as `i64`, so a value above 9223372036854775807 does not decode";
        self.diagnostics.warning(at, what, "make it a `number` by an overlay if such values occur");
    }

    fn object(&mut self, ty: TypeId, it: &'d ObjectType, at: &At<'_>) -> (TypeKind, Constraints) {
        let constraints = Constraints {
            min_properties: it.min_properties,
            max_properties: it.max_properties,
            ..Constraints::default()
        };
        let members = Members {
            properties: &it.properties,
            required: &it.required,
            additional: it.additional_properties.as_ref(),
        };
        (self.members(ty, members, at), constraints)
    }

    pub(super) fn members(&mut self, ty: TypeId, members: Members<'d>, at: &At<'_>) -> TypeKind {
        let extra = match members.additional {
            Some(AdditionalProperties::Schema(schema)) => {
                let at = at.key("additionalProperties");
                let place = SchemaPosition { owner: Owner::Type(ty), role: Role::Item, at: &at };
                // A component may not be read yet, so references always count as described.
                let is_described = schema.as_item().is_none_or(|schema| !is_silent(schema));
                Some((self.part(schema.as_ref(), &place), is_described))
            }
            _ => None,
        };
        if members.properties.is_empty() {
            return match extra {
                Some((of, true)) => TypeKind::Map(of),
                _ => TypeKind::Object,
            };
        }
        let extra = extra.map(|(of, _)| of);
        let properties_at = at.key("properties");
        let required: BTreeSet<&str> = members.required.iter().map(String::as_str).collect();
        let mut properties: Vec<_> = members.properties.iter().collect();
        properties.sort_unstable_by_key(|(name, _)| name.as_str());
        let fields: Vec<Field> = properties
            .into_iter()
            .map(|(name, schema)| {
                let at = properties_at.key(name);
                let role = Role::Field { name: name.clone(), many: false };
                let place = SchemaPosition { owner: Owner::Type(ty), role, at: &at };
                let (of, info) = self.schema(schema, &place);
                Field {
                    wire_name: name.clone(),
                    of,
                    required: required.contains(name.as_str()),
                    empty_if_null: false,
                    info,
                }
            })
            .collect();
        let any = matches!(members.additional, Some(AdditionalProperties::Any(true)));
        let extra = extra.or_else(|| any.then(|| TypeRef { ty: self.any(at), nullable: false }));
        let closed = matches!(members.additional, Some(AdditionalProperties::Any(false)));
        TypeKind::Struct(Struct { fields, extra, closed })
    }

    fn array(&mut self, ty: TypeId, it: &'d ArrayType, at: &At<'_>) -> (TypeKind, Constraints) {
        let constraints = Constraints {
            min_items: it.min_items,
            max_items: it.max_items,
            unique_items: it.unique_items,
            ..Constraints::default()
        };
        (self.list(ty, it.items.as_ref(), at), constraints)
    }

    fn list(&mut self, ty: TypeId, items: Option<&'d ReferenceOr<Box<Schema>>>, at: &At<'_>) -> TypeKind {
        let at = at.key("items");
        let of = match items {
            Some(items) => {
                self.part(items, &SchemaPosition { owner: Owner::Type(ty), role: Role::Item, at: &at })
            }
            None => TypeRef { ty: self.any(&at), nullable: false },
        };
        TypeKind::List(of)
    }

    /// Resolves a part of a type and ignores its annotations.
    pub(super) fn part(&mut self, schema: impl Into<SchemaRef<'d>>, place: &SchemaPosition<'_>) -> TypeRef {
        self.schema(schema, place).0
    }
}

/// The keywords of an object.
pub(super) struct Members<'d> {
    pub(super) properties: &'d IndexMap<String, ReferenceOr<Box<Schema>>>,
    pub(super) required: &'d [String],
    pub(super) additional: Option<&'d AdditionalProperties>,
}

pub(super) fn any_members(any: &AnySchema) -> Members<'_> {
    Members {
        properties: &any.properties,
        required: &any.required,
        additional: any.additional_properties.as_ref(),
    }
}

/// Returns the only part of an `allOf` or union that is not a mere annotation, with its keyword and index.
fn alone(kind: &SchemaKind) -> Option<(&'static str, usize, &ReferenceOr<Schema>)> {
    let (key, list) = match kind {
        SchemaKind::AllOf { all_of } => ("allOf", all_of),
        SchemaKind::AnyOf { any_of } => ("anyOf", any_of),
        SchemaKind::OneOf { one_of } => ("oneOf", one_of),
        _ => return None,
    };
    let silent = |part: &ReferenceOr<Schema>| key == "allOf" && part.as_item().is_some_and(is_silent);
    let mut meaningful = list.iter().enumerate().filter(|(_, part)| !silent(part));
    match (meaningful.next(), meaningful.next()) {
        (Some((index, part)), None) => Some((key, index, part)),
        _ => None,
    }
}

/// Returns the Rust name of the property that has this schema. A name in Pascal case is that of its type.
fn field_name(schema: &Schema, place: &SchemaPosition<'_>) -> Option<ChosenName> {
    let name = text(schema.schema_data.extensions.get("x-rust-name"))?;
    let is_field = matches!(place.role, Role::Field { many: false, .. });
    (is_field && name.starts_with(char::is_lowercase))
        .then(|| ChosenName { text: name, at: place.at.key("x-rust-name").pointer() })
}

/// Returns the annotations of a schema, including those of parts that are only annotations.
fn remarks(schema: &Schema) -> Info {
    let data = &schema.schema_data;
    let own = Info {
        name: None,
        doc: data.description.clone(),
        deprecated: data.deprecated,
        default: data.default.clone(),
        read_only: data.read_only,
        write_only: data.write_only,
    };
    let SchemaKind::AllOf { all_of } = &schema.schema_kind else { return own };
    let silent = all_of.iter().filter_map(ReferenceOr::as_item).filter(|part| is_silent(part));
    silent.map(remarks).fold(own, both)
}

/// Returns the annotations of both; the first has precedence.
fn both(info: Info, more: Info) -> Info {
    Info {
        name: info.name.or(more.name),
        doc: info.doc.or(more.doc),
        deprecated: info.deprecated || more.deprecated,
        default: info.default.or(more.default),
        read_only: info.read_only || more.read_only,
        write_only: info.write_only || more.write_only,
    }
}
