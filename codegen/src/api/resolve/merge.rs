//! Merges two parts of an `allOf`: the result permits the values that both permit.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use super::Resolver;
use super::all_of::MAX_DEPTH;
use crate::api::model::{
    Constraints, Field, Info, Origin, Owner, Role, StringFormat, Struct, Type, TypeId, TypeKind, TypeRef,
};
use crate::diagnostics::Severity;
use crate::diagnostics::pointer::Pointer;

impl Resolver<'_, '_> {
    /// Adds the fields of `part` to the struct of `owner`; a field of both gets their [`intersection`](Self::intersection).
    pub(super) fn extend(&mut self, owner: TypeId, combined: &mut Struct, part: Struct) {
        let indexes: BTreeMap<String, usize> = combined
            .fields
            .iter()
            .enumerate()
            .map(|(index, field)| (field.wire_name.clone(), index))
            .collect();
        for field in part.fields {
            let Some(old) = indexes.get(&field.wire_name).and_then(|index| combined.fields.get_mut(*index))
            else {
                combined.fields.push(field);
                continue;
            };
            let role = Role::Field { name: field.wire_name.clone(), many: false };
            *old = Field {
                of: self.intersection(owner, role, old.of, field.of),
                required: old.required || field.required,
                empty_if_null: false,
                info: Info {
                    name: field.info.name.or(old.info.name.take()),
                    read_only: old.info.read_only || field.info.read_only,
                    write_only: old.info.write_only || field.info.write_only,
                    ..field.info
                },
                wire_name: field.wire_name,
            };
        }
        combined.extra = part.extra.or(combined.extra);
        combined.closed |= part.closed;
    }

    /// Returns the type that permits the values that both types permit: one of the two if it is the narrower one.
    fn intersection(&mut self, owner: TypeId, role: Role, first: TypeRef, second: TypeRef) -> TypeRef {
        // An inline schema without a type, such as one that has only a description, does not narrow the other.
        let is_untyped = |of: TypeRef, resolver: &Self| {
            let ty = resolver.api.get(of.ty);
            matches!((&ty.origin, &ty.kind), (Origin::Inline(..), TypeKind::Any))
        };
        if is_untyped(second, self) {
            return first;
        }
        if is_untyped(first, self) {
            return second;
        }
        let nullable = first.nullable && second.nullable;
        let is_being_resolved = |ty: TypeId, resolver: &Self| resolver.filling.contains(&ty);
        if first.ty == second.ty
            || is_being_resolved(first.ty, self)
            || is_being_resolved(second.ty, self)
            || self.filling.len() > MAX_DEPTH
        {
            return TypeRef { nullable, ..second };
        }
        self.read(first.ty);
        self.read(second.ty);
        let (a, b) = (self.api.get(first.ty).clone(), self.api.get(second.ty).clone());
        let merged = self.add(Type {
            kind: TypeKind::Any,
            constraints: Constraints::default(),
            origin: Origin::Inline(Owner::Type(owner), role),
            name: b.name.clone().or(a.name.clone()),
            doc: b.doc.clone().or(a.doc.clone()),
            tag: None,
            at: b.at.clone(),
        });
        let Some((kind, constraints)) = self.merge(
            merged,
            (a.kind.clone(), a.constraints.clone()),
            (b.kind.clone(), b.constraints.clone()),
        ) else {
            for (own, other) in [(&a.at, &b.at), (&b.at, &a.at)] {
                let at = Pointer::from_fragment(own).unwrap_or_default();
                let what =
                    format!("no value satisfies both this schema and `{other}`, which `allOf` combines");
                let help = "let the two agree by an overlay";
                self.diagnostics.push(Severity::Error, crate::diagnostics::Origin::Canonical(at), what, help);
            }
            return TypeRef { nullable, ..second };
        };
        if kind == b.kind && constraints == b.constraints {
            return TypeRef { nullable, ..second };
        }
        if kind == a.kind && constraints == a.constraints {
            return TypeRef { nullable, ..first };
        }
        if let Some(ty) = self.api.types.get_mut(merged.0 as usize) {
            (ty.kind, ty.constraints) = (kind, constraints);
        }
        TypeRef { ty: merged, nullable }
    }

    /// Merges two kinds into the kind of `ty`; `None` if no value satisfies both.
    pub(super) fn merge(
        &mut self,
        ty: TypeId,
        (first, of_first): (TypeKind, Constraints),
        (second, of_second): (TypeKind, Constraints),
    ) -> Option<(TypeKind, Constraints)> {
        let kind = match (first, second) {
            (TypeKind::Any, kind) | (kind, TypeKind::Any) => kind,
            (TypeKind::Object, kind @ (TypeKind::Struct(_) | TypeKind::Map(_)))
            | (kind @ (TypeKind::Struct(_) | TypeKind::Map(_)), TypeKind::Object) => kind,
            (TypeKind::Integer, TypeKind::Number) | (TypeKind::Number, TypeKind::Integer) => {
                TypeKind::Integer
            }
            (TypeKind::Unsigned, TypeKind::Integer | TypeKind::Number)
            | (TypeKind::Integer | TypeKind::Number, TypeKind::Unsigned) => TypeKind::Unsigned,
            (TypeKind::String(StringFormat::Plain), kind @ (TypeKind::Enum(_) | TypeKind::String(_)))
            | (kind @ (TypeKind::Enum(_) | TypeKind::String(_)), TypeKind::String(StringFormat::Plain)) => {
                kind
            }
            (TypeKind::Enum(first), TypeKind::Enum(second)) => {
                let common: Vec<String> = first.into_iter().filter(|value| second.contains(value)).collect();
                if common.is_empty() {
                    return None;
                }
                TypeKind::Enum(common)
            }
            (TypeKind::List(first), TypeKind::List(second)) => {
                TypeKind::List(self.intersection(ty, Role::Item, first, second))
            }
            (TypeKind::Map(first), TypeKind::Map(second)) => {
                TypeKind::Map(self.intersection(ty, Role::Item, first, second))
            }
            (TypeKind::Struct(mut first), TypeKind::Struct(second)) => {
                self.extend(ty, &mut first, second);
                first.fields.sort_by(|a, b| a.wire_name.cmp(&b.wire_name));
                TypeKind::Struct(first)
            }
            (TypeKind::Struct(it), TypeKind::Map(of)) | (TypeKind::Map(of), TypeKind::Struct(it)) => {
                TypeKind::Struct(Struct { extra: it.extra.or(Some(of)), ..it })
            }
            // The union is dropped: finding the variants that satisfy the other part is not attempted.
            (TypeKind::Union(_), narrower) => narrower,
            (narrower, TypeKind::Union(_)) => narrower,
            (first, second) if first == second => first,
            _ => return None,
        };
        Some((kind, of_first.and(of_second)))
    }
}

impl Constraints {
    /// Returns the constraints that a value must satisfy to satisfy both.
    fn and(self, other: Constraints) -> Constraints {
        let (minimum, exclusive_minimum) = bound(
            (self.minimum, self.exclusive_minimum),
            (other.minimum, other.exclusive_minimum),
            |a, b| a > b,
        );
        let (maximum, exclusive_maximum) = bound(
            (self.maximum, self.exclusive_maximum),
            (other.maximum, other.exclusive_maximum),
            |a, b| a < b,
        );
        let allowed: Vec<Value> = match (self.allowed.is_empty(), other.allowed.is_empty()) {
            (true, _) => other.allowed,
            (_, true) => self.allowed,
            _ => self.allowed.into_iter().filter(|value| other.allowed.contains(value)).collect(),
        };
        Constraints {
            minimum,
            exclusive_minimum,
            maximum,
            exclusive_maximum,
            multiple_of: other.multiple_of.or(self.multiple_of),
            min_length: self.min_length.max(other.min_length),
            max_length: least(self.max_length, other.max_length),
            pattern: other.pattern.or(self.pattern),
            format: other.format.or(self.format),
            min_items: self.min_items.max(other.min_items),
            max_items: least(self.max_items, other.max_items),
            unique_items: self.unique_items || other.unique_items,
            min_properties: self.min_properties.max(other.min_properties),
            max_properties: least(self.max_properties, other.max_properties),
            allowed,
        }
    }
}

fn least(first: Option<usize>, second: Option<usize>) -> Option<usize> {
    first.into_iter().chain(second).min()
}

/// Returns the stricter of two bounds, with whether it is exclusive.
fn bound(
    first: (Option<Number>, bool),
    second: (Option<Number>, bool),
    stricter: fn(f64, f64) -> bool,
) -> (Option<Number>, bool) {
    let value = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_f64);
    match (value(&first.0), value(&second.0)) {
        (None, _) => second,
        (_, None) => first,
        (Some(a), Some(b)) if stricter(a, b) => first,
        (Some(a), Some(b)) if stricter(b, a) => second,
        _ => (first.0, first.1 || second.1),
    }
}
