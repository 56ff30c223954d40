//! `allOf`: objects that are put together.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaKind, Type as Typed};

use super::Resolver;
use super::schema::{SchemaRef, any_members};
use crate::ir::{Api, Field, Limits, Origin, Shape, Struct, TypeId, Use};
use crate::pointer::At;

/// Longer chains of parts than any person writes.
pub(super) const MOST_DEPTH: usize = 100;

impl<'d> Resolver<'d, '_> {
    /// One type out of all parts; `beside` is what stands beside `allOf` itself.
    pub(super) fn all_of(
        &mut self,
        ty: TypeId,
        list: &'d [ReferenceOr<Schema>],
        beside: Option<&'d AnySchema>,
        at: &At<'_>,
    ) -> (Shape, Limits) {
        let mut whole = Struct::default();
        let mut map: Option<(Use, Limits)> = None;
        let mut other: Option<(Shape, Limits)> = None;
        let mut required: BTreeSet<&'d str> = BTreeSet::new();
        let list_at = at.key("allOf");
        for (index, part) in list.iter().enumerate() {
            let at = list_at.index(index);
            let (shape, limits) = match SchemaRef::from(part) {
                SchemaRef::To(reference) => self.parent(ty, reference, &at),
                SchemaRef::Inline(schema) => {
                    required.extend(required_of(schema));
                    self.kind(ty, schema, &at)
                }
            };
            match shape {
                Shape::Struct(part) => extend(&mut whole, part, &self.api),
                // Says nothing but which members there must be.
                Shape::Any | Shape::Object => {}
                Shape::Map(of) => map = map.or(Some((of, limits))),
                shape if other.is_none() => other = Some((shape, limits)),
                shape if other.as_ref().is_some_and(|(before, _)| *before == shape) => {}
                _ => self.problems.unsupported(&at, "parts of different types cannot all hold"),
            }
        }
        if let Some(any) = beside {
            required.extend(any.required.iter().map(String::as_str));
            match self.members(ty, any_members(any), at) {
                Shape::Struct(part) => extend(&mut whole, part, &self.api),
                Shape::Map(of) => map = map.or(Some((of, Limits::default()))),
                _ => {}
            }
        }
        for field in &mut whole.fields {
            field.required |= required.contains(field.wire_name.as_str());
        }
        whole.fields.sort_by(|a, b| a.wire_name.cmp(&b.wire_name));
        match other {
            Some(other) if whole.fields.is_empty() => other,
            Some((Shape::Union(variants), limits)) => {
                (self.object_and_union(ty, &whole, variants, &required, at), limits)
            }
            Some(_) => {
                self.problems.unsupported(at, "an object and something else cannot both hold");
                (Shape::Any, Limits::default())
            }
            None if whole.fields.is_empty() => {
                map.map_or((Shape::Object, Limits::default()), |(of, limits)| (Shape::Map(of), limits))
            }
            None => {
                whole.extra = whole.extra.or(map.map(|(of, _)| of));
                (Shape::Struct(whole), Limits::default())
            }
        }
    }

    /// What a component adds to those that it is a part of.
    fn parent(&mut self, child: TypeId, reference: &'d str, at: &At<'_>) -> (Shape, Limits) {
        let of = self.component(reference, at);
        if let Some(schema) = self.parent_of_open_children(of.ty, reference) {
            let at = At::ROOT.key("components");
            let at = at.key("schemas");
            let name = super::component_name(reference).unwrap_or_default();
            let shape = match &schema.schema_kind {
                SchemaKind::Any(any) => self.members(child, any_members(any), &at.key(&name)),
                _ => Shape::Any,
            };
            return (shape, Limits::default());
        }
        if self.filling.contains(&of.ty) || self.filling.len() > MOST_DEPTH {
            let what = "this `allOf` contains itself, or goes on without end";
            self.problems.error(at, what, "break the circle with an overlay");
        } else {
            self.read(of.ty);
        }
        let part = self.api.get(of.ty);
        let mut shape = part.shape.clone();
        // That others may have more members is said of the parent where it stands alone.
        if let Shape::Struct(part) = &mut shape
            && self.open_parents.contains(&of.ty)
        {
            part.extra = None;
        }
        (shape, part.limits.clone())
    }

    /// A parent that lists those as its alternatives that are being read: to them it is its own members alone.
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

/// Later parts narrow earlier ones; of a member that one of them only remarks on, the other says what it is.
pub(super) fn extend(whole: &mut Struct, part: Struct, api: &Api) {
    let remark = |of: &Use| {
        let ty = api.get(of.ty);
        matches!((&ty.origin, &ty.shape), (Origin::Inline(..), Shape::Any))
    };
    let places: BTreeMap<String, usize> =
        whole.fields.iter().enumerate().map(|(index, field)| (field.wire_name.clone(), index)).collect();
    for field in part.fields {
        match places.get(&field.wire_name).and_then(|index| whole.fields.get_mut(*index)) {
            Some(old) => {
                let required = old.required || field.required;
                let of = if remark(&field.of) { old.of } else { field.of };
                *old = Field { of, required, ..field };
            }
            None => whole.fields.push(field),
        }
    }
    whole.extra = part.extra.or(whole.extra);
    whole.closed |= part.closed;
}

/// The members that a schema and its inline parts require.
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
