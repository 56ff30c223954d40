//! Renders methods of the client's builder for credentials other than a bearer token, which it always accepts.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Context, doc};
use crate::api::model::{ParameterIn, Scheme, SchemeKind};
use crate::api::names::ident;
use crate::client::docs;
use crate::client::format::Chunk;

impl Context<'_> {
    /// Returns the name of a scheme's credential in the runtime: its method of the builder, `token` for all tokens.
    pub(super) fn credential_name(&self, scheme: usize) -> Option<&str> {
        match self.api.schemes.get(scheme)?.kind {
            SchemeKind::Bearer => Some("token"),
            SchemeKind::Basic | SchemeKind::Key(..) => self.names.schemes.get(scheme).map(String::as_str),
        }
    }

    /// Returns the file; `None` if it has no methods.
    pub(super) fn credentials(&self) -> Option<Vec<Chunk>> {
        let schemes = self.api.schemes.iter().zip(&self.names.schemes);
        let mut methods: Vec<TokenStream> =
            schemes.filter_map(|(scheme, name)| scheme_method(scheme, name)).collect();
        if self.api.anonymous {
            methods.push(quote! {
                /// Sends calls without a token, where none is given.
                pub fn anonymous(self) -> Self {
                    self.credential("", Credential::None)
                }
            });
        }
        if methods.is_empty() {
            return None;
        }
        Some(vec![Chunk::Tokens(quote! {
            //! Credentials of calls other than a token.
            use crate::ClientBuilder;
            use crate::runtime::Credential;
            impl ClientBuilder {
                #(#methods)*
            }
        })])
    }
}

fn scheme_method(scheme: &Scheme, name: &str) -> Option<TokenStream> {
    let method = ident(name);
    let said = docs::fenced(&scheme.name);
    match &scheme.kind {
        SchemeKind::Bearer => None,
        SchemeKind::Basic => {
            let docs = doc(&[format!("Authorises calls by `{said}`: user and password.")]);
            Some(quote! {
                #docs
                pub fn #method(self, user: impl Into<String>, password: impl Into<String>) -> Self {
                    self.credential(#name, Credential::Basic(user.into(), password.into()))
                }
            })
        }
        SchemeKind::Key(place, key) => {
            let (variant, what) = match place {
                ParameterIn::Query => (quote!(Query), "query as"),
                ParameterIn::Cookie => (quote!(Cookie), "cookie"),
                ParameterIn::Header | ParameterIn::Path => (quote!(Header), "header"),
            };
            let key_said = docs::fenced(key);
            let docs =
                doc(&[format!("Authorises calls by `{said}`: the value goes into the {what} `{key_said}`.")]);
            Some(quote! {
                #docs
                pub fn #method(self, value: impl Into<String>) -> Self {
                    self.credential(#name, Credential::#variant(#key, value.into()))
                }
            })
        }
    }
}
