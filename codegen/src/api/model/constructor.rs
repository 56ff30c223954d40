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

/// The number of required fields from which they have names.
const MIN_NAMED: usize = 4;

impl Api {
    /// Returns the form of the constructor of a struct.
    pub fn constructor(&self, id: TypeId) -> Constructor {
        let required: Vec<&Field> = self.required_fields(id).into_iter().map(|(_, field)| field).collect();
        let is_like_another = |(index, field): (usize, &&Field)| {
            required.iter().skip(index + 1).any(|other| self.have_same_type(field.of, other.of))
        };
        match required.len() {
            0 => Constructor::Default,
            MIN_NAMED.. => Constructor::Named,
            _ if required.iter().enumerate().any(is_like_another) => Constructor::Named,
            _ => Constructor::Positional,
        }
    }

    /// Returns the fields that a constructor takes, with their indices: the id of the first kind, other ids, other fields.
    pub fn required_fields(&self, id: TypeId) -> Vec<(usize, &Field)> {
        let is_required =
            |field: &Field| matches!(field.presence(), Presence::Required | Presence::RequiredNullable);
        let all = self.fields(id).iter().enumerate();
        let mut required: Vec<(usize, &Field)> = all.filter(|(_, field)| is_required(field)).collect();
        required.sort_by_key(|(_, field)| match self.repr(field.of.ty) {
            Repr::Id(0) => 0,
            Repr::Id(_) => 1,
            _ => 2,
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
