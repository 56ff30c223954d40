//! How a struct of a request is made.

use std::mem::discriminant;

use super::{Api, Field, Presence, Repr, TypeId, TypeRef};

/// The form of a constructor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constructor {
    /// `X::default()`: no field is required.
    Default,
    /// `X::new(a, b)`.
    Positional,
    /// `X::new(XRequired { a, b })`: so many or so similar arguments could be confused.
    Named,
}

/// A constructor that `x-constructors` keeps: it takes these fields, in this order, whatever the rule below says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedConstructor {
    /// Its form; without fields, the type has `Default` instead.
    pub form: Constructor,
    /// The indices of its fields.
    pub fields: Vec<usize>,
}

/// The number of required fields from which they have names.
const MIN_NAMED: usize = 4;

impl Api {
    /// Returns the form of the constructor of a struct: the pinned one, as long as it takes every required field.
    pub fn constructor(&self, id: TypeId) -> Constructor {
        let required = self.required_fields(id);
        if required.is_empty() {
            return Constructor::Default;
        }
        let takes_all = |pinned: &&PinnedConstructor| {
            pinned.form == Constructor::Named
                || required.iter().all(|(index, _)| pinned.fields.contains(index))
        };
        if let Some(pinned) = self.pinned.get(&id).filter(takes_all) {
            return pinned.form;
        }
        let is_like_another = |(index, (_, field)): (usize, &(usize, &Field))| {
            required.iter().skip(index + 1).any(|(_, other)| self.have_same_type(field.of, other.of))
        };
        match required.len() {
            MIN_NAMED.. => Constructor::Named,
            _ if required.iter().enumerate().any(is_like_another) => Constructor::Named,
            _ => Constructor::Positional,
        }
    }

    /// Returns the fields that a constructor takes, with their indices: those of a pinned constructor in its order, then
    /// the id of the first kind, other ids, other fields.
    pub fn required_fields(&self, id: TypeId) -> Vec<(usize, &Field)> {
        let is_required =
            |field: &Field| matches!(field.presence(), Presence::Required | Presence::RequiredNullable);
        let all = self.fields(id).iter().enumerate();
        let mut required: Vec<(usize, &Field)> = all.filter(|(_, field)| is_required(field)).collect();
        let pinned = self.pinned.get(&id).map_or(&[][..], |pinned| &pinned.fields);
        required.sort_by_key(|(index, field)| {
            let rank = pinned.iter().position(|it| it == index).unwrap_or(pinned.len());
            let kind = match self.repr(field.of.ty) {
                Repr::Id(0) => 0,
                Repr::Id(_) => 1,
                _ => 2,
            };
            (rank, kind)
        });
        required
    }

    /// Returns whether two values have the same Rust type.
    fn have_same_type(&self, one: TypeRef, other: TypeRef) -> bool {
        one.nullable == other.nullable
            && match (self.repr(one.ty), self.repr(other.ty)) {
                (Repr::List(one), Repr::List(other)) | (Repr::Map(one), Repr::Map(other)) => {
                    self.have_same_type(one, other)
                }
                (Repr::Id(one), Repr::Id(other)) => one == other,
                (one_repr, other_repr) if one_repr.is_item() || other_repr.is_item() => one.ty == other.ty,
                (one, other) => discriminant(&one) == discriminant(&other),
            }
    }
}
