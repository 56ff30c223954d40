//! `allOf`: objects that are put together.

use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaKind, Type as Typed};

use super::Resolver;
use super::schema::{SchemaRef, any_members};
use crate::ir::{Limits, Shape, Struct, TypeId};
use crate::pointer::At;

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
        let mut required: Vec<&'d str> = Vec::new();
        let list_at = at.key("allOf");
        for (index, part) in list.iter().enumerate() {
            let at = list_at.index(index);
            let (shape, limits) = match SchemaRef::from(part) {
                SchemaRef::To(reference) => {
                    let of = self.component(reference, &at);
                    if self.filling.contains(&of.ty) {
                        self.problems.error(
                            &at,
                            "this `allOf` contains itself",
                            "break the circle with an overlay",
                        );
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
                Shape::Struct(part) => extend(&mut whole, part),
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
                extend(&mut whole, part);
            }
        }
        for field in &mut whole.fields {
            field.required |= required.contains(&field.wire_name.as_str());
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

/// Later parts narrow earlier ones.
fn extend(whole: &mut Struct, part: Struct) {
    for field in part.fields {
        match whole.fields.iter_mut().find(|old| old.wire_name == field.wire_name) {
            Some(old) => {
                let required = old.required || field.required;
                *old = field;
                old.required = required;
            }
            None => whole.fields.push(field),
        }
    }
    whole.extra = part.extra.or(whole.extra);
    whole.closed |= part.closed;
}

fn required_of(schema: &Schema) -> impl Iterator<Item = &str> {
    let names: &[String] = match &schema.schema_kind {
        SchemaKind::Type(Typed::Object(it)) => &it.required,
        SchemaKind::Any(any) => &any.required,
        _ => &[],
    };
    names.iter().map(String::as_str)
}
