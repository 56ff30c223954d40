//! Renders an open enum: the values of the document, and the string of any other value.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Context, doc};
use crate::api::model::TypeId;
use crate::api::names::{self, ident};
use crate::client::format::Chunk;
use crate::diagnostics::Diagnostics;

impl Context<'_> {
    pub(super) fn enumeration(
        &self,
        id: TypeId,
        values: &[&str],
        diagnostics: &mut Diagnostics,
    ) -> Vec<Chunk> {
        let text = self.type_name(id);
        let name = ident(text);
        let about = self.type_docs(id);
        let mut values: Vec<&str> = values.to_vec();
        values.sort_unstable();
        values.dedup();
        let idents = names::values(&values, &self.api.get(id).at, diagnostics);
        let variants: Vec<_> = idents.iter().map(|own| ident(own)).collect();
        let documented: Vec<TokenStream> = values
            .iter()
            .zip(&variants)
            .map(|(value, own)| {
                let docs = doc(&[format!("`{}`", value.replace('`', "'").escape_debug())]);
                quote!(#docs #own,)
            })
            .collect();
        let item = quote! {
            #about
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum #name {
                #(#documented)*
                /// A value that this version of the library does not know, as it was sent.
                Unknown(String),
            }
        };
        let rows: String = values
            .iter()
            .zip(&variants)
            .map(|(value, own)| format!("    {} => {own},\n", proc_macro2::Literal::string(value)))
            .collect();
        vec![Chunk::Tokens(item), Chunk::Text(format!("crate::runtime::text_enum!({name} {{\n{rows}}});\n"))]
    }
}
