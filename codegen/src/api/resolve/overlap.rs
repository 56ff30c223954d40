//! Warns about `anyOf` whose values may have properties of several alternatives: a variant holds those of one.

use std::collections::BTreeSet;

use crate::api::model::{Api, Repr, Struct, TypeId};
use crate::diagnostics::pointer::Pointer;
use crate::diagnostics::{Diagnostics, Origin, Severity};

/// Checks the unions of responses that are an `anyOf`; callers choose the variant of a request.
pub(super) fn check(api: &Api, any_of: &BTreeSet<TypeId>, diagnostics: &mut Diagnostics) {
    for id in api.received().intersection(any_of).copied() {
        let Repr::Union(variants) = api.repr(id) else { continue };
        let ty = api.get(id);
        if ty.tag.is_some() {
            continue;
        }
        let open: Vec<&Struct> = variants
            .iter()
            .filter_map(|variant| match api.repr(variant.of.ty) {
                Repr::Struct(it) if !it.closed && it.extra.is_none() => Some(it),
                _ => None,
            })
            .collect();
        let may_be_both = |one: &Struct, other: &Struct| {
            lacks(one, other) && lacks(other, one) && !(is_told(one, other) && is_told(other, one))
        };
        let loses = open.iter().any(|one| open.iter().any(|other| may_be_both(one, other)));
        if loses {
            let what = "a value of several alternatives is read as the one that fits best, without the properties \
                        that only others have";
            let help = "if such values occur, describe them as one object by an overlay";
            let pointer = Pointer::from_fragment(&ty.at).unwrap_or_default();
            diagnostics.push(Severity::Warning, Origin::Canonical(pointer.child("anyOf")), what, help);
        }
    }
}

/// Returns whether a struct lacks a property of another.
fn lacks(one: &Struct, other: &Struct) -> bool {
    let has = |name: &str| one.fields.iter().any(|field| field.wire_name == name);
    other.fields.iter().any(|field| !has(&field.wire_name))
}

/// Returns whether a struct requires a property that another does not have. If both do, values of both are unlikely.
fn is_told(one: &Struct, other: &Struct) -> bool {
    let has = |name: &str| other.fields.iter().any(|field| field.wire_name == name);
    one.fields.iter().any(|field| field.required && !has(&field.wire_name))
}
