//! The Rust representation of a type.

use super::{Api, StringFormat, Struct, TypeId, TypeKind, TypeRef, Variant};

/// The representation of a type in Rust.
#[derive(Clone, Debug, PartialEq)]
pub enum Repr<'a> {
    /// `serde_json::Value`.
    Any,
    /// `bool`.
    Bool,
    /// `i64`.
    Integer,
    /// `u64`.
    Unsigned,
    /// `f64`.
    Number,
    /// `Cents`.
    Cents,
    /// `String`.
    String,
    /// `Date`.
    Date,
    /// `DateTime`.
    DateTime,
    /// `DateOrDateTime`.
    DateOrDateTime,
    /// `TimeOfDay`.
    TimeOfDay,
    /// `Id` of the kind with this index in [`Api::id_kinds`].
    Id(usize),
    /// `Secret`.
    Secret,
    /// `Upload`.
    Upload,
    /// `Vec`.
    List(TypeRef),
    /// `BTreeMap` by string.
    Map(TypeRef),
    /// A map of arbitrary values.
    Object,
    /// A generated struct.
    Struct(&'a Struct),
    /// A generated open enum.
    Enum(Vec<&'a str>),
    /// A generated enum with a payload in each variant.
    Union(&'a [Variant]),
}

impl Repr<'_> {
    /// Returns whether it is a struct, enum or union, which is emitted under a name.
    pub fn is_item(&self) -> bool {
        matches!(self, Repr::Struct(_) | Repr::Enum(_) | Repr::Union(_))
    }

    /// Returns whether it is a string of any format.
    pub fn is_text(&self) -> bool {
        matches!(
            self,
            Repr::String
                | Repr::Date
                | Repr::DateTime
                | Repr::DateOrDateTime
                | Repr::TimeOfDay
                | Repr::Id(_)
                | Repr::Secret
                | Repr::Enum(_)
        )
    }
}

impl Api {
    /// Returns the Rust representation of a type; a union of strings, for example, is a string in Rust.
    pub fn repr(&self, id: TypeId) -> Repr<'_> {
        match &self.get(id).kind {
            TypeKind::Any => Repr::Any,
            TypeKind::Bool => Repr::Bool,
            TypeKind::Integer => Repr::Integer,
            TypeKind::Unsigned => Repr::Unsigned,
            TypeKind::Number => Repr::Number,
            TypeKind::Cents => Repr::Cents,
            TypeKind::String(StringFormat::Plain) => Repr::String,
            TypeKind::String(StringFormat::Date) => Repr::Date,
            TypeKind::String(StringFormat::DateTime) => Repr::DateTime,
            TypeKind::String(StringFormat::DateOrDateTime) => Repr::DateOrDateTime,
            TypeKind::String(StringFormat::TimeOfDay) => Repr::TimeOfDay,
            TypeKind::String(StringFormat::Id(kind)) => Repr::Id(*kind),
            TypeKind::String(StringFormat::Secret) => Repr::Secret,
            TypeKind::String(StringFormat::Upload) => Repr::Upload,
            TypeKind::List(of) => Repr::List(*of),
            TypeKind::Map(of) => Repr::Map(*of),
            TypeKind::Object => Repr::Object,
            TypeKind::Struct(it) => Repr::Struct(it),
            TypeKind::Enum(values) => Repr::Enum(values.iter().map(String::as_str).collect()),
            TypeKind::Union(variants) => self.union_repr(variants),
        }
    }

    fn union_repr<'a>(&'a self, variants: &'a [Variant]) -> Repr<'a> {
        let parts: Vec<Repr<'a>> = variants.iter().map(|variant| self.repr(variant.of.ty)).collect();
        let all = |test: fn(&Repr<'a>) -> bool| !parts.is_empty() && parts.iter().all(test);
        if all(|part| matches!(part, Repr::Date | Repr::DateTime | Repr::DateOrDateTime)) {
            return Repr::DateOrDateTime;
        }
        if all(Repr::is_text) {
            if parts.contains(&Repr::Secret) {
                return Repr::Secret;
            }
            let mut values: Vec<&str> = parts
                .iter()
                .flat_map(|part| if let Repr::Enum(values) = part { values.as_slice() } else { &[] })
                .copied()
                .collect();
            if values.is_empty() {
                return Repr::String;
            }
            values.sort_unstable();
            values.dedup();
            return Repr::Enum(values);
        }
        if all(|part| matches!(part, Repr::Integer)) {
            return Repr::Integer;
        }
        if all(|part| matches!(part, Repr::Unsigned)) {
            return Repr::Unsigned;
        }
        // Not every integer of both kinds is an `f64`, so two kinds of integers alone stay a union.
        if all(|part| matches!(part, Repr::Integer | Repr::Unsigned | Repr::Number))
            && parts.contains(&Repr::Number)
        {
            return Repr::Number;
        }
        if parts.is_empty() || parts.contains(&Repr::Any) {
            return Repr::Any;
        }
        Repr::Union(variants)
    }
}
