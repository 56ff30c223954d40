//! `allOf`: merges objects.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaKind, Type as Typed};

use super::Resolver;
use super::schema::{SchemaRef, any_members};
use crate::api::model::{Api, Constraints, Field, Origin, Struct, TypeId, TypeKind, TypeRef};
use crate::diagnostics::pointer::At;

/// The deepest chain of parts that is read.
pub(super) const MAX_DEPTH: usize = 100;

impl<'d> Resolver<'d, '_> {
    /// Merges all parts into one type; `siblings` are the keywords next to `allOf`.
    pub(super) fn all_of(
        &mut self,
        ty: TypeId,
        list: &'d [ReferenceOr<Schema>],
        siblings: Option<&'d AnySchema>,
        at: &At<'_>,
    ) -> (TypeKind, Constraints) {
        let mut combined = Struct::default();
        let mut map: Option<(TypeRef, Constraints)> = None;
        let mut other: Option<(TypeKind, Constraints)> = None;
        let mut required: BTreeSet<&'d str> = BTreeSet::new();
        let list_at = at.key("allOf");
        for (index, part) in list.iter().enumerate() {
            let at = list_at.index(index);
            let (kind, constraints) = match SchemaRef::from(part) {
                SchemaRef::To(reference) => self.parent(ty, reference, &at),
                SchemaRef::Inline(schema) => {
                    required.extend(required_of(schema));
                    self.kind(ty, schema, &at)
                }
            };
            match kind {
                TypeKind::Struct(part) => extend(&mut combined, part, &self.api),
                // Contributes at most `required`.
                TypeKind::Any | TypeKind::Object => {}
                TypeKind::Map(of) => map = map.or(Some((of, constraints))),
                kind if other.is_none() => other = Some((kind, constraints)),
                kind if other.as_ref().is_some_and(|(before, _)| *before == kind) => {}
                _ => self.diagnostics.unsupported(&at, "parts of different types cannot all hold"),
            }
        }
        if let Some(any) = siblings {
            required.extend(any.required.iter().map(String::as_str));
            match self.members(ty, any_members(any), at) {
                TypeKind::Struct(part) => extend(&mut combined, part, &self.api),
                TypeKind::Map(of) => map = map.or(Some((of, Constraints::default()))),
                _ => {}
            }
        }
        for field in &mut combined.fields {
            field.required |= required.contains(field.wire_name.as_str());
        }
        combined.fields.sort_by(|a, b| a.wire_name.cmp(&b.wire_name));
        match other {
            Some(other) if combined.fields.is_empty() => other,
            Some((TypeKind::Union(variants), constraints)) => {
                (self.object_and_union(ty, &combined, variants, &required, at), constraints)
            }
            Some(_) => {
                self.diagnostics.unsupported(at, "an object and something else cannot both hold");
                (TypeKind::Any, Constraints::default())
            }
            None if combined.fields.is_empty() => map
                .map_or((TypeKind::Object, Constraints::default()), |(of, constraints)| {
                    (TypeKind::Map(of), constraints)
                }),
            None => {
                combined.extra = combined.extra.or(map.map(|(of, _)| of));
                (TypeKind::Struct(combined), Constraints::default())
            }
        }
    }

    /// Returns what a component contributes to a schema whose `allOf` refers to it.
    fn parent(&mut self, child: TypeId, reference: &'d str, at: &At<'_>) -> (TypeKind, Constraints) {
        let of = self.component(reference, at);
        if let Some(schema) = self.parent_of_open_children(of.ty, reference) {
            let at = At::ROOT.key("components");
            let at = at.key("schemas");
            let name = super::component_name(reference).unwrap_or_default();
            let kind = match &schema.schema_kind {
                SchemaKind::Any(any) => self.members(child, any_members(any), &at.key(&name)),
                _ => TypeKind::Any,
            };
            return (kind, Constraints::default());
        }
        if self.filling.contains(&of.ty) || self.filling.len() > MAX_DEPTH {
            let what = "this `allOf` contains itself, or goes on without end";
            self.diagnostics.error(at, what, "break the cycle with an overlay");
        } else {
            self.read(of.ty);
        }
        let part = self.api.get(of.ty);
        let mut kind = part.kind.clone();
        // An open parent permits additional properties only where it is used on its own.
        if let TypeKind::Struct(part) = &mut kind
            && self.open_parents.contains(&of.ty)
        {
            part.extra = None;
        }
        (kind, part.constraints.clone())
    }

    /// Returns the parent's schema if the types being read are its variants: they inherit only its own properties.
    fn parent_of_open_children(&self, parent: TypeId, reference: &str) -> Option<&'d Schema> {
        let schemas = self.document.components.as_ref().map(|components| &components.schemas)?;
        let schema = schemas.get(&super::component_name(reference)?)?.as_item()?;
        let list = match &schema.schema_kind {
            SchemaKind::Any(any) if any.any_of.is_empty() => &any.one_of,
            SchemaKind::Any(any) => &any.any_of,
            SchemaKind::OneOf { one_of: list } | SchemaKind::AnyOf { any_of: list } => list,
            _ => return None,
        };
        let component = |part: &ReferenceOr<Schema>| match part {
            ReferenceOr::Reference { reference } => super::component_name(reference),
            ReferenceOr::Item(_) => None,
        };
        let is_open =
            |name: String| self.components.get(name.as_str()).is_some_and(|of| self.filling.contains(&of.ty));
        let lists_a_child = list.iter().filter_map(component).any(is_open);
        (lists_a_child || (!list.is_empty() && self.filling.contains(&parent))).then_some(schema)
    }
}

/// Adds `part`. A later field replaces an earlier one, but an annotation without a type keeps the earlier type.
pub(super) fn extend(combined: &mut Struct, part: Struct, api: &Api) {
    let remark = |of: &TypeRef| {
        let ty = api.get(of.ty);
        matches!((&ty.origin, &ty.kind), (Origin::Inline(..), TypeKind::Any))
    };
    let places: BTreeMap<String, usize> =
        combined.fields.iter().enumerate().map(|(index, field)| (field.wire_name.clone(), index)).collect();
    for field in part.fields {
        match places.get(&field.wire_name).and_then(|index| combined.fields.get_mut(*index)) {
            Some(old) => {
                let required = old.required || field.required;
                let of = if remark(&field.of) { old.of } else { field.of };
                *old = Field { of, required, ..field };
            }
            None => combined.fields.push(field),
        }
    }
    combined.extra = part.extra.or(combined.extra);
    combined.closed |= part.closed;
}

/// Returns the properties that a schema and its inline parts require.
pub(super) fn required_of(schema: &Schema) -> Vec<&str> {
    let (names, parts): (&[String], &[ReferenceOr<Schema>]) = match &schema.schema_kind {
        SchemaKind::Type(Typed::Object(it)) => (&it.required, &[]),
        SchemaKind::Any(any) => (&any.required, &any.all_of),
        SchemaKind::AllOf { all_of } => (&[], all_of),
        _ => (&[], &[]),
    };
    let own = names.iter().map(String::as_str);
    own.chain(parts.iter().filter_map(ReferenceOr::as_item).flat_map(required_of)).collect()
}
