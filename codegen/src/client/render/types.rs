//! Renders the Rust type of a type reference, and the argument type of its setter.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::{Context, Imports};
use crate::api::model::{Api, Field, IdKind, Presence, Repr, TypeId, TypeKind, TypeRef};
use crate::api::names::{Module, ident};
use crate::document::graph::cycles;

/// The argument type of a value, and the expression that converts the argument to the value.
pub(super) struct Argument {
    pub(super) ty: TokenStream,
    pub(super) value: TokenStream,
}

impl Context<'_> {
    /// Returns the type of a value; an `Option` if it is nullable.
    pub(super) fn of(&self, of: TypeRef, imports: &mut Imports) -> TokenStream {
        let ty = self.plain(of.ty, imports);
        if of.nullable && !matches!(self.api.repr(of.ty), Repr::Any) { quote!(Option<#ty>) } else { ty }
    }

    /// Returns the type of a value that is not null.
    pub(super) fn plain(&self, id: TypeId, imports: &mut Imports) -> TokenStream {
        let runtime = |name: &'static str, imports: &mut Imports| {
            imports.runtime.insert(name);
            let name = ident(name);
            quote!(#name)
        };
        match self.api.repr(id) {
            Repr::Any => {
                imports.value = true;
                quote!(Value)
            }
            Repr::Bool => quote!(bool),
            Repr::Integer => quote!(i64),
            Repr::Unsigned => quote!(u64),
            Repr::Number => quote!(f64),
            Repr::Cents => runtime("Cents", imports),
            Repr::String => quote!(String),
            Repr::Date => runtime("Date", imports),
            Repr::DateTime => runtime("DateTime", imports),
            Repr::DateOrDateTime => runtime("DateOrDateTime", imports),
            Repr::TimeOfDay => runtime("TimeOfDay", imports),
            Repr::Id(kind) => {
                let alias = self.api.id_kinds.get(kind).map_or_else(String::new, IdKind::alias);
                let ty = ident(&alias);
                imports.ids.insert(alias);
                quote!(#ty)
            }
            Repr::Secret => runtime("Secret", imports),
            Repr::Upload => runtime("Upload", imports),
            Repr::Object => runtime("Object", imports),
            Repr::List(item) => {
                let item = self.of(item, imports);
                quote!(Vec<#item>)
            }
            Repr::Map(value) => {
                imports.map = true;
                let value = self.of(value, imports);
                quote!(BTreeMap<String, #value>)
            }
            Repr::Struct(_) | Repr::Enum(_) | Repr::Union(_) => {
                let Some((module, name)) = self.names.types.get(&id) else { return quote!(()) };
                let ident = ident(name);
                if imports.taken.contains(name) {
                    return quote!(super::#ident);
                }
                match module {
                    Module::Model(_) => imports.models.insert(name.clone()),
                    Module::Group(_) | Module::Webhooks => imports.inline.insert(name.clone()),
                };
                quote!(#ident)
            }
        }
    }

    /// Returns the type of a field, wrapped according to its presence.
    pub(super) fn field_type(
        &self,
        owner: TypeId,
        index: usize,
        field: &Field,
        imports: &mut Imports,
    ) -> TokenStream {
        let mut ty = self.plain(field.of.ty, imports);
        if self.boxed.contains(&(owner, index)) {
            ty = quote!(Box<#ty>);
        }
        if self.is_patch(owner, field) {
            imports.runtime.insert("Patch");
            return quote!(Patch<#ty>);
        }
        let any = matches!(self.api.repr(field.of.ty), Repr::Any);
        match field.presence() {
            Presence::Required => ty,
            Presence::RequiredNullable if any => ty,
            _ => quote!(Option<#ty>),
        }
    }

    /// Whether a field distinguishes absent from null, because a request can have both.
    pub(super) fn is_patch(&self, owner: TypeId, field: &Field) -> bool {
        field.presence() == Presence::OptionalNullable && self.sent.contains(&owner)
    }

    /// Whether an argument that is an array of this type takes any items that convert to it.
    pub(super) fn takes_any_item(&self, item: TypeRef) -> bool {
        !item.nullable && matches!(self.api.repr(item.ty), Repr::String | Repr::Id(_))
    }

    /// Returns the argument of a function that takes a value of this type by this name.
    pub(super) fn argument(&self, id: TypeId, name: &TokenStream, imports: &mut Imports) -> Argument {
        let ty = self.plain(id, imports);
        match self.api.repr(id) {
            Repr::String
            | Repr::Date
            | Repr::DateTime
            | Repr::DateOrDateTime
            | Repr::TimeOfDay
            | Repr::Id(_)
            | Repr::Cents
            | Repr::Secret
            | Repr::Upload => Argument { ty: quote!(impl Into<#ty>), value: quote!(#name.into()) },
            Repr::List(item) if self.takes_any_item(item) => {
                let item = self.plain(item.ty, imports);
                Argument {
                    ty: quote!(impl IntoIterator<Item = impl Into<#item>>),
                    value: quote!(#name.into_iter().map(Into::into).collect()),
                }
            }
            _ => Argument { ty, value: quote!(#name) },
        }
    }
}

/// Returns the fields by which a struct would contain itself without indirection. Lists and maps are an indirection.
pub(super) fn boxed(api: &Api) -> BTreeSet<(TypeId, usize)> {
    let direct = |id: &TypeId| matches!(api.get(*id).kind, TypeKind::Struct(_) | TypeKind::Union(_));
    let reachable = api.reachable();
    let edges = reachable.iter().copied().filter(direct).map(|id| (id, api.parts(id).into_iter().collect()));
    let cycles = cycles(&edges.collect());
    let mut out = BTreeSet::new();
    for id in reachable {
        for (index, field) in api.fields(id).iter().enumerate() {
            if cycles.get(&id).is_some_and(|own| cycles.get(&field.of.ty) == Some(own)) {
                out.insert((id, index));
            }
        }
    }
    out
}

/// Returns the recursive types, with indirection or without.
pub(super) fn circular(api: &Api) -> BTreeMap<TypeId, usize> {
    let parts = |id: TypeId| (id, api.parts(id).into_iter().collect());
    cycles(&api.reachable().into_iter().map(parts).collect())
}
