//! `allOf`: merges objects.

use std::collections::BTreeSet;

use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaKind, Type as Typed};

use super::Resolver;
use super::schema::{SchemaRef, any_members};
use crate::api::model::{Constraints, Struct, TypeId, TypeKind, TypeRef};
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
        self.all_of_and(ty, list, siblings, siblings.and_then(union_of), at)
    }

    /// Merges all parts into one type, and adds it to the variants of the union next to `allOf`.
    fn all_of_and(
        &mut self,
        ty: TypeId,
        list: &'d [ReferenceOr<Schema>],
        siblings: Option<&'d AnySchema>,
        union: Option<(&'static str, &'d [ReferenceOr<Schema>])>,
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
                TypeKind::Struct(part) => self.extend(ty, &mut combined, part),
                // Contributes at most `required`.
                TypeKind::Any | TypeKind::Object => {}
                TypeKind::Map(of) => map = map.or(Some((of, constraints))),
                kind => match other.take() {
                    None => other = Some((kind, constraints)),
                    Some(before) => match self.merge(ty, before.clone(), (kind, constraints)) {
                        Some(merged) => other = Some(merged),
                        None => {
                            self.diagnostics.unsupported(&at, "parts of different types cannot all hold");
                            other = Some(before);
                        }
                    },
                },
            }
        }
        if let Some(any) = siblings {
            required.extend(any.required.iter().map(String::as_str));
            match self.members(ty, any_members(any), at) {
                TypeKind::Struct(part) => self.extend(ty, &mut combined, part),
                TypeKind::Map(of) => map = map.or(Some((of, Constraints::default()))),
                _ => {}
            }
        }
        for field in &mut combined.fields {
            field.required |= required.contains(field.wire_name.as_str());
        }
        combined.fields.sort_by(|a, b| a.wire_name.cmp(&b.wire_name));
        if let Some((key, list)) = union {
            let at = at.key(key);
            if other.is_none() {
                combined.extra = combined.extra.or(map.map(|(of, _)| of));
                let variants = self.variants(ty, list, &at);
                if combined.fields.is_empty() && combined.extra.is_none() {
                    return (TypeKind::Union(variants), Constraints::default());
                }
                let kind = self.object_and_union(ty, &combined, variants, &required, &at);
                return (kind, Constraints::default());
            }
            self.diagnostics.warning(
                &at,
                format!("`{key}` next to `allOf` is not checked by the client"),
                "",
            );
        }
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
                SchemaKind::Any(any) if !any.all_of.is_empty() => {
                    return self.all_of_and(child, &any.all_of, Some(any), None, &at.key(&name));
                }
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

/// Returns the union next to `allOf`.
fn union_of(any: &AnySchema) -> Option<(&'static str, &[ReferenceOr<Schema>])> {
    let all = [("anyOf", any.any_of.as_slice()), ("oneOf", any.one_of.as_slice())];
    all.into_iter().find(|(_, list)| !list.is_empty())
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
