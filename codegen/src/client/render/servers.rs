//! Renders the base URLs as constants.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Context, doc};
use crate::api::names::ident;
use crate::client::docs;
use crate::client::format::Chunk;

impl Context<'_> {
    /// Returns the module of the servers.
    pub(super) fn servers(&self) -> Vec<Chunk> {
        let constants = self.api.servers.iter().zip(&self.names.servers).map(|(url, name)| {
            let name = ident(name);
            let docs = doc(&[format!("`{}`", docs::fenced(url))]);
            quote!(#docs pub const #name: &str = #url;)
        });
        let constants: Vec<TokenStream> = constants.collect();
        vec![Chunk::Tokens(quote! {
            //! The servers of the API, for `ClientBuilder::base_url`.
            #(#constants)*
        })]
    }
}
