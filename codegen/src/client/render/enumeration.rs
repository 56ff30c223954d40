//! Renders an open enum: the values of the document, and the string of any other value.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Context, doc};
use crate::api::model::TypeId;
use crate::api::names::ident;
use crate::client::format::Chunk;

impl Context<'_> {
    pub(super) fn enumeration(&self, id: TypeId, values: &[&str]) -> Vec<Chunk> {
        let text = self.type_name(id);
        let name = ident(text);
        let about = self.type_docs(id);
        let variants: BTreeMap<&str, _> =
            values.iter().zip(self.names.members(id)).map(|(value, own)| (*value, ident(own))).collect();
        let documented: Vec<TokenStream> = variants
            .iter()
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
        let rows: String = variants
            .iter()
            .map(|(value, own)| format!("    {} => {own},\n", proc_macro2::Literal::string(value)))
            .collect();
        vec![Chunk::Tokens(item), Chunk::Text(format!("crate::runtime::text_enum!({name} {{\n{rows}}});\n"))]
    }
}
