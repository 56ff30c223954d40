//! `anyOf` and `oneOf`, with or without properties that all variants share, and their discriminators.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{AnySchema, Discriminator as Declared, ReferenceOr, Schema};
use serde_json::Value;

use super::all_of::MAX_DEPTH;
use super::schema::{SchemaPosition, any_members};
use super::{Resolver, component_name};
use crate::api::model::{
    Api, Constraints, Discriminator, Origin, Owner, Role, Struct, Type, TypeId, TypeKind, TypeRef, Variant,
};
use crate::diagnostics::pointer::At;

impl<'d> Resolver<'d, '_> {
    pub(super) fn union(
        &mut self,
        ty: TypeId,
        list: &'d [ReferenceOr<Schema>],
        key: &str,
        at: &At<'_>,
    ) -> (TypeKind, Constraints) {
        let variants = self.variants(ty, list, &at.key(key));
        if key == "anyOf" {
            self.any_of.insert(ty);
        }
        let overlapping = (key == "anyOf").then(|| self.overlapping(&variants)).flatten();
        (overlapping.map_or(TypeKind::Union(variants), TypeKind::Struct), Constraints::default())
    }

    /// Returns one struct for inline objects that require nothing: a value may have properties of several of them.
    fn overlapping(&self, variants: &[Variant]) -> Option<Struct> {
        let mut all = Struct::default();
        for variant in variants {
            let ty = self.api.get(variant.of.ty);
            let TypeKind::Struct(it) = &ty.kind else { return None };
            let is_open = matches!(ty.origin, Origin::Inline(..)) && !it.closed && it.extra.is_none();
            if variant.label.is_some() || !is_open || it.fields.iter().any(|field| field.required) {
                return None;
            }
            for field in &it.fields {
                match all.fields.iter().find(|other| other.wire_name == field.wire_name) {
                    Some(other) if self.api.get(other.of.ty).kind != self.api.get(field.of.ty).kind => {
                        return None;
                    }
                    Some(_) => {}
                    None => all.fields.push(field.clone()),
                }
            }
        }
        all.fields.sort_by(|a, b| a.wire_name.cmp(&b.wire_name));
        (variants.len() > 1).then_some(all)
    }

    /// Returns the variants of the union at `at`.
    pub(super) fn variants(
        &mut self,
        ty: TypeId,
        list: &'d [ReferenceOr<Schema>],
        at: &At<'_>,
    ) -> Vec<Variant> {
        let variant = |(index, schema): (usize, &'d ReferenceOr<Schema>)| {
            let label = schema.as_item().and_then(|schema| schema.schema_data.title.clone());
            let at = at.index(index);
            let place = SchemaPosition { owner: Owner::Type(ty), role: Role::Variant(index), at: &at };
            // Nullability belongs to the union, not to the variant.
            Variant { label, of: TypeRef { nullable: false, ..self.part(schema, &place) }, tags: Vec::new() }
        };
        list.iter().enumerate().map(variant).collect()
    }

    /// Reads a union with sibling properties, which every variant has.
    pub(super) fn union_beside(
        &mut self,
        ty: TypeId,
        any: &'d AnySchema,
        list: &'d [ReferenceOr<Schema>],
        key: &str,
        at: &At<'_>,
    ) -> (TypeKind, Constraints) {
        if key == "anyOf" && !any.one_of.is_empty() {
            let what = "`oneOf` next to `anyOf` is not checked by the client";
            self.diagnostics.warning(&at.key("oneOf"), what, "");
        }
        if any.properties.is_empty() {
            return self.union(ty, list, key, at);
        }
        let TypeKind::Struct(shared) = self.members(ty, any_members(any), at) else {
            return self.union(ty, list, key, at);
        };
        let variants = self.variants(ty, list, &at.key(key));
        if key == "anyOf" {
            self.any_of.insert(ty);
        }
        let shape = self.object_and_union(ty, &shared, variants, &BTreeSet::new(), &at.key(key));
        (shape, Constraints::default())
    }

    /// Adds the properties of an object to every variant.
    pub(super) fn object_and_union(
        &mut self,
        ty: TypeId,
        shared: &Struct,
        variants: Vec<Variant>,
        required: &BTreeSet<&str>,
        at: &At<'_>,
    ) -> TypeKind {
        let mut out = Vec::new();
        let mut silent = true;
        for (index, variant) in variants.into_iter().enumerate() {
            if self.filling.contains(&variant.of.ty) || self.filling.len() > MAX_DEPTH {
                self.diagnostics.unsupported(at, "an alternative is a part of what it is an alternative of");
                return TypeKind::Any;
            }
            self.read(variant.of.ty);
            let own = self.api.get(variant.of.ty).clone();
            if matches!(&own.kind, TypeKind::Struct(part) if has_all(part, shared)) {
                silent = false;
                out.push(variant);
                continue;
            }
            let named = match &own.origin {
                Origin::Component(name) => Some(name.clone()),
                _ => None,
            };
            let id = self.add(Type {
                kind: TypeKind::Any,
                constraints: Constraints::default(),
                origin: Origin::Inline(Owner::Type(ty), Role::Variant(index)),
                name: own.name.clone().filter(|_| named.is_none()),
                doc: own.doc.clone(),
                tag: None,
                at: own.at.clone(),
            });
            let mut combined = shared.clone();
            match own.kind {
                // Contributes at most `required`.
                TypeKind::Any | TypeKind::Object => {}
                TypeKind::Struct(part) => {
                    silent = false;
                    self.extend(id, &mut combined, part);
                }
                TypeKind::Map(of) => {
                    silent = false;
                    combined.extra = Some(of);
                }
                TypeKind::Union(inner) => {
                    silent = false;
                    self.filling.insert(variant.of.ty);
                    let kind = self.object_and_union(id, shared, inner, required, at);
                    self.filling.remove(&variant.of.ty);
                    if let Some(ty) = self.api.types.get_mut(id.0 as usize) {
                        ty.kind = kind;
                    }
                    let of = TypeRef { ty: id, nullable: false };
                    out.push(Variant { label: variant.label.or(named), of, tags: Vec::new() });
                    continue;
                }
                _ => {
                    self.diagnostics.unsupported(at, "an object and something else cannot both hold");
                    return TypeKind::Any;
                }
            }
            for field in &mut combined.fields {
                field.required |= required.contains(field.wire_name.as_str());
            }
            combined.fields.sort_by(|a, b| a.wire_name.cmp(&b.wire_name));
            if let Some(ty) = self.api.types.get_mut(id.0 as usize) {
                ty.kind = TypeKind::Struct(combined);
            }
            let of = TypeRef { ty: id, nullable: false };
            out.push(Variant { label: variant.label.or(named), of, tags: Vec::new() });
        }
        if silent {
            self.diagnostics.warning(
                at,
                "which members must be there together is not checked by the client",
                "",
            );
            return TypeKind::Struct(shared.clone());
        }
        TypeKind::Union(out)
    }

    /// Records the discriminator. A parent that does not list its children permits any property.
    pub(super) fn discriminated(
        &mut self,
        ty: TypeId,
        schema: &'d Schema,
        mut kind: TypeKind,
        at: &At<'_>,
    ) -> TypeKind {
        let Some(discriminator) = &schema.schema_data.discriminator else { return kind };
        match &mut kind {
            TypeKind::Union(_) => {
                self.discriminators.insert(ty, discriminator);
            }
            TypeKind::Struct(it) if it.extra.is_none() && !it.closed => {
                it.extra = Some(self.any_use(at));
                self.open_parents.insert(ty);
            }
            _ => {}
        }
        kind
    }
}

fn has_all(part: &Struct, shared: &Struct) -> bool {
    shared.fields.iter().all(|field| part.fields.iter().any(|own| own.wire_name == field.wire_name))
}

/// Finds the discriminator of each union: its `discriminator`, or a property with distinct values in each variant.
pub(super) fn tag(api: &mut Api, discriminators: &BTreeMap<TypeId, &Declared>) {
    let all: Vec<TypeId> = api.ids().collect();
    for id in all {
        let TypeKind::Union(variants) = &api.get(id).kind else { continue };
        let found = match discriminators.get(&id) {
            Some(discriminator) => Some(by_discriminator(api, variants, discriminator)),
            None => by_values(api, variants),
        };
        let Some((tag, tags)) = found else { continue };
        if let Some(ty) = api.types.get_mut(id.0 as usize)
            && let TypeKind::Union(variants) = &mut ty.kind
        {
            ty.tag = Some(tag);
            variants.iter_mut().zip(tags).for_each(|(variant, tags)| variant.tags = tags);
        }
    }
}

fn by_discriminator(
    api: &Api,
    variants: &[Variant],
    discriminator: &Declared,
) -> (Discriminator, Vec<Vec<String>>) {
    let member = discriminator.property_name.clone();
    let mut only = true;
    let mut tags = Vec::new();
    for variant in variants {
        let name = match &api.get(variant.of.ty).origin {
            Origin::Component(name) => Some(name.as_str()),
            // A variant with added shared properties has its component name as the label.
            _ => variant.label.as_deref(),
        };
        let means = |target: &str| {
            name.is_some_and(|name| component_name(target).as_deref().unwrap_or(target) == name)
        };
        let mapping = discriminator.mapping.iter().filter(|(_, target)| means(target));
        let mut own: Vec<String> = mapping.map(|(value, _)| value.clone()).collect();
        if own.is_empty() {
            own = values(api, variant.of.ty, &member, 0).unwrap_or_default();
        }
        // The fallback of OpenAPI is the component name, which servers seldom send.
        if own.is_empty() {
            only = false;
            own.extend(name.map(str::to_owned));
        }
        tags.push(own);
    }
    (Discriminator { member, only }, tags)
}

fn by_values(api: &Api, variants: &[Variant]) -> Option<(Discriminator, Vec<Vec<String>>)> {
    let [first, others @ ..] = variants else { return None };
    if others.is_empty() {
        return None;
    }
    let required = |ty: TypeId, name: &str| {
        let field = api.fields(ty).iter().find(|field| field.wire_name == name);
        field.is_some_and(|field| field.required && !field.of.nullable)
    };
    api.fields(first.of.ty).iter().find_map(|field| {
        let member = field.wire_name.as_str();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut tags = Vec::new();
        for variant in variants {
            let own = values(api, variant.of.ty, member, 0).filter(|_| required(variant.of.ty, member))?;
            if !own.iter().all(|value| seen.insert(value.clone())) {
                return None;
            }
            tags.push(own);
        }
        Some((Discriminator { member: member.to_owned(), only: true }, tags))
    })
}

/// Returns the values that a property permits, if they are listed.
fn values(api: &Api, ty: TypeId, member: &str, depth: usize) -> Option<Vec<String>> {
    if let TypeKind::Union(variants) = &api.get(ty).kind {
        let all = variants.iter().filter(|_| depth < 8);
        let all: Option<Vec<_>> = all.map(|variant| values(api, variant.of.ty, member, depth + 1)).collect();
        return all.map(|all| all.concat()).filter(|all| !all.is_empty());
    }
    let field = api.fields(ty).iter().find(|field| field.wire_name == member)?;
    let ty = api.get(field.of.ty);
    let values: Vec<String> = match &ty.kind {
        TypeKind::Enum(values) => values.clone(),
        TypeKind::Integer | TypeKind::Unsigned | TypeKind::Union(_) => ty
            .constraints
            .allowed
            .iter()
            .filter(|value| value.is_i64() || value.is_u64())
            .map(Value::to_string)
            .collect(),
        _ => Vec::new(),
    };
    (!values.is_empty()).then_some(values)
}
