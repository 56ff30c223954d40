//! Renders the types of ids: a marker for each kind, and an alias of the runtime's type.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Context, doc};
use crate::api::names::ident;
use crate::client::docs;
use crate::client::format::Chunk;

impl Context<'_> {
    /// Renders the aliases.
    pub(super) fn ids(&self) -> Vec<Chunk> {
        let aliases = self.api.id_kinds.iter().map(|kind| {
            let (name, alias) = (ident(&kind.name), ident(&kind.alias()));
            let docs = doc(&docs::lines(&kind.doc));
            quote! {
                #docs
                pub type #alias = crate::Id<kind::#name>;
            }
        });
        let aliases: Vec<TokenStream> = aliases.collect();
        vec![
            Chunk::Tokens(quote! {
                //! Ids: each kind is a type of its own, so that an id of another kind does not compile.

                pub mod kind;
            }),
            Chunk::Tokens(quote!(#(#aliases)*)),
        ]
    }

    /// Renders the markers.
    pub(super) fn id_kinds(&self) -> Vec<Chunk> {
        let markers = self.api.id_kinds.iter().map(|kind| {
            let name = ident(&kind.name);
            let docs = doc(&[format!("Distinguishes [`{0}`](super::{0}).", kind.alias())]);
            quote! {
                #docs
                #[derive(Debug)]
                pub enum #name {}
            }
        });
        let markers: Vec<TokenStream> = markers.collect();
        vec![
            Chunk::Tokens(quote! {
                //! The kinds of ids, which are types without values.
            }),
            Chunk::Tokens(quote!(#(#markers)*)),
        ]
    }
}
