//! Renders a union: one variant per alternative, and one for the JSON of any other value.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Context, Imports, doc};
use crate::api::model::{Repr, TypeId, TypeKind};
use crate::api::names::ident;
use crate::client::format::Chunk;

impl Context<'_> {
    pub(super) fn union(&self, id: TypeId, imports: &mut Imports) -> Vec<Chunk> {
        let TypeKind::Union(variants) = &self.api.get(id).kind else { return Vec::new() };
        let tag = self.api.get(id).tag.as_ref();
        let text = self.type_name(id);
        let name = ident(text);
        let about = self.type_docs(id);
        imports.value = true;
        let mut items: Vec<TokenStream> = Vec::new();
        let mut from: Vec<TokenStream> = Vec::new();
        let mut shown: Vec<TokenStream> = Vec::new();
        let mut rows = String::new();
        for (variant, label) in variants.iter().zip(self.names.members(id)) {
            let ty = self.of(variant.of, imports);
            let cycle = self.cycles.get(&id);
            let holds_it = cycle.is_some() && self.cycles.get(&variant.of.ty) == cycle;
            let ty = if holds_it { quote!(Box<#ty>) } else { ty };
            let own = ident(label);
            let docs = doc(&[self.variant_doc(variant.label.as_deref(), variant.of.ty)]);
            items.push(quote!(#docs #own(#ty),));
            if matches!(self.api.repr(variant.of.ty), Repr::Struct(_)) {
                shown.push(quote!(Self::#own(value) => f.debug_tuple(#label).field(value).finish(),));
            }
            let tags: Vec<String> = variant.tags.iter().map(|tag| Literal::string(tag).to_string()).collect();
            let tags = if tag.is_some() { format!(" = [{}]", tags.join(", ")) } else { String::new() };
            rows.push_str(&format!("    {own}: {}{tags},\n", ty.to_string().replace(' ', "")));
            let repr = self.api.repr(variant.of.ty);
            let alone = || variants.iter().filter(|other| self.api.repr(other.of.ty) == repr).count() == 1;
            if !variant.of.nullable && matches!(repr, Repr::Struct(_)) && alone() {
                from.push(quote! {
                    impl From<#ty> for #name {
                        fn from(value: #ty) -> Self {
                            Self::#own(value)
                        }
                    }
                });
            }
        }
        let hides = self.api.closure([id]).iter().any(|part| matches!(self.api.repr(*part), Repr::Secret));
        let derived = if hides { quote!(Clone, PartialEq) } else { quote!(Clone, Debug, PartialEq) };
        let debug = hides.then(|| {
            quote! {
                impl ::std::fmt::Debug for #name {
                    /// An unknown struct may hold the secrets of a known one.
                    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        match self {
                            #(#shown)*
                            _ => f.write_str("[redacted]"),
                        }
                    }
                }
            }
        });
        let by = tag.map_or(String::new(), |tag| {
            let only = if tag.only { " only" } else { "" };
            format!(" by{only} {}", Literal::string(&tag.member))
        });
        let item = quote! {
            #about
            #[derive(#derived)]
            #[non_exhaustive]
            #[allow(clippy::large_enum_variant)]
            pub enum #name {
                #(#items)*
                /// What fits none of the others, as it was sent.
                Unknown(Value),
            }
        };
        vec![
            Chunk::Tokens(item),
            Chunk::Text(format!("crate::runtime::union!({name}{by} {{\n{rows}}});\n")),
            Chunk::Tokens(quote!(#debug #(#from)*)),
        ]
    }

    fn variant_doc(&self, title: Option<&str>, id: TypeId) -> String {
        match (title, self.api.repr(id)) {
            (Some(title), _) => crate::client::docs::lines(title).join(" ") + ".",
            (None, Repr::Object) => "An object of any other members.".to_owned(),
            (None, Repr::Bool) => "A flag.".to_owned(),
            (None, Repr::Integer | Repr::Unsigned | Repr::Number) => "A number.".to_owned(),
            (None, Repr::List(_)) => "A list.".to_owned(),
            (None, Repr::Struct(it)) => {
                let required: Vec<String> = it
                    .fields
                    .iter()
                    .filter(|field| field.required)
                    .map(|field| format!("`{}`", crate::client::docs::fenced(&field.wire_name)))
                    .collect();
                if required.is_empty() {
                    "An object.".to_owned()
                } else {
                    format!("An object with {}.", required.join(", "))
                }
            }
            _ => "A text.".to_owned(),
        }
    }
}
