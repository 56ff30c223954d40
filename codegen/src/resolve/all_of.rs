//! `allOf`: objects that are put together.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaKind, Type as Typed};

use super::Resolver;
use super::schema::{SchemaRef, any_members};
use crate::ir::{Api, Field, Limits, Origin, Shape, Struct, TypeId, Use};
use crate::pointer::At;

/// Longer chains of parts than any person writes.
const MOST_DEPTH: usize = 100;

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
        let mut other: Option<(Shape, Limits)> = None;
        let mut required: BTreeSet<&'d str> = BTreeSet::new();
        let list_at = at.key("allOf");
        for (index, part) in list.iter().enumerate() {
            let at = list_at.index(index);
            let (shape, limits) = match SchemaRef::from(part) {
                SchemaRef::To(reference) => {
                    let of = self.component(reference, &at);
                    if self.filling.contains(&of.ty) || self.filling.len() > MOST_DEPTH {
                        let what = "this `allOf` contains itself, or goes on without end";
                        self.problems.error(&at, what, "break the circle with an overlay");
                    } else {
                        self.read(of.ty);
                    }
                    let part = self.api.get(of.ty);
                    (part.shape.clone(), part.limits.clone())
                }
                SchemaRef::Inline(schema) => {
                    required.extend(required_of(schema));
                    self.kind(ty, schema, &at)
                }
            };
            match shape {
                Shape::Struct(part) => extend(&mut whole, part, &self.api),
                // Says nothing but which members there must be.
                Shape::Any | Shape::Object => {}
                shape if other.is_none() => other = Some((shape, limits)),
                shape if other.as_ref().is_some_and(|(before, _)| *before == shape) => {}
                _ => self.problems.error(
                    &at,
                    "parts of different types cannot all hold",
                    "repair it with an overlay",
                ),
            }
        }
        if let Some(any) = beside {
            required.extend(any.required.iter().map(String::as_str));
            if let Shape::Struct(part) = self.members(ty, any_members(any), at) {
                extend(&mut whole, part, &self.api);
            }
        }
        for field in &mut whole.fields {
            field.required |= required.contains(field.wire_name.as_str());
        }
        whole.fields.sort_by(|a, b| a.wire_name.cmp(&b.wire_name));
        match other {
            Some(_) if !whole.fields.is_empty() => {
                self.problems.error(
                    at,
                    "an object and something else cannot both hold",
                    "repair it with an overlay",
                );
                (Shape::Any, Limits::default())
            }
            Some(other) => other,
            None if whole.fields.is_empty() => (Shape::Object, Limits::default()),
            None => (Shape::Struct(whole), Limits::default()),
        }
    }
}

/// Later parts narrow earlier ones; of a member that one of them only remarks on, the other says what it is.
fn extend(whole: &mut Struct, part: Struct, api: &Api) {
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
