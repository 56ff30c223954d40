//! One call of every operation, for tests. The test passes the arguments, so that it can derive them from the document
//! and check the request against the document.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use crate::api::model::{Format, Operation, Param, ParameterIn, Repr};
use crate::api::names::{OperationNames, ident};
use crate::client::format::Chunk;

impl Context<'_> {
    /// Returns the calls of a group.
    pub(super) fn calls_file(&self, index: usize) -> Vec<Chunk> {
        let Some(group) = self.names.groups.get(index) else { return Vec::new() };
        let accessor = ident(&group.module);
        let calls = self
            .api
            .operations
            .iter()
            .zip(&self.names.operations)
            .filter(|(operation, _)| operation.group == index && self.is_callable(operation));
        let calls: Vec<TokenStream> =
            calls.map(|(operation, names)| self.call(operation, names, &accessor)).collect();
        let about = format!(" Calls of `client.{}()`.", group.module);
        vec![
            Chunk::Tokens(quote! {
                #![doc = #about]
                use crate::support::{Call, Given};
            }),
            Chunk::Tokens(quote! {
                pub(crate) const CALLS: &[Call] = &[#(#calls),*];
            }),
        ]
    }

    fn call(
        &self,
        operation: &Operation,
        names: &OperationNames,
        accessor: &proc_macro2::Ident,
    ) -> TokenStream {
        let method = ident(&names.method);
        let verb = &operation.method;
        let path = &operation.path;
        let mut arguments = Vec::new();
        let mut setters = Vec::new();
        for (param, name) in operation.params.iter().zip(&names.params) {
            let wire = &param.wire_name;
            let value = self.given(param);
            let place = match param.place {
                ParameterIn::Path => "path",
                ParameterIn::Query => "query",
                ParameterIn::Header | ParameterIn::Cookie => "header",
            };
            if param.required {
                arguments.push(quote!(given.required(#place, #wire)#value));
            } else {
                let setter = ident(name);
                let place = ident(place);
                setters.push(quote! {
                    let request = given.#place(#wire, request, |it, value| it.#setter(value #value));
                });
            }
        }
        if self.api.sent_body(operation).is_some() {
            arguments.push(quote!(given.body()));
        }
        let check = match self.api.sent_body(operation) {
            Some(body) if self.api.repr(body.of.ty).is_item() => {
                let name = ident(self.type_name(body.of.ty));
                quote!(Some(|body| crate::support::checked(body, propexo::#accessor::#name::validate)))
            }
            _ => quote!(None),
        };
        let outcome = if operation.redirect { quote!(redirected) } else { quote!(received) };
        quote! {
            Call {
                method: #verb,
                path: #path,
                check: #check,
                run: |client, given: Given| Box::pin(async move {
                    let request = client.#accessor().#method(#(#arguments),*);
                    #(#setters)*
                    given.#outcome(given.shown(request).send().await)
                }),
            }
        }
    }

    /// Whether arguments can be derived from the document without a serialization style, as all of Propexo's can.
    fn is_callable(&self, operation: &Operation) -> bool {
        let params =
            operation.params.iter().all(|param| param.place != ParameterIn::Cookie && !self.is_styled(param));
        params && self.api.sent_body(operation).is_none_or(|body| body.format == Format::Json)
    }

    /// Returns the expression that converts a given value to a parameter.
    fn given(&self, param: &Param) -> TokenStream {
        match self.api.repr(param.of.ty) {
            Repr::List(item) if matches!(self.api.repr(item.ty), Repr::Enum(_)) => {
                quote!(.texts().into_iter().map(Into::into))
            }
            Repr::List(_) => quote!(.texts()),
            Repr::Integer => quote!(.integer()),
            Repr::Unsigned => quote!(.integer().unsigned_abs()),
            Repr::Number => quote!(.number()),
            Repr::Bool => quote!(.flag()),
            Repr::Enum(_) => quote!(.text().into()),
            _ => quote!(.text()),
        }
    }

    /// Returns the root module of the calls.
    pub(super) fn calls_root(&self) -> Vec<Chunk> {
        let mut groups: Vec<&str> = self.names.groups.iter().map(|group| group.module.as_str()).collect();
        groups.sort_unstable();
        let modules: Vec<_> = groups.into_iter().map(ident).collect();
        vec![
            Chunk::Tokens(quote! {
                //! A call of every operation.
                // Calls send deprecated parameters too.
                #![allow(deprecated)]
            }),
            Chunk::Tokens(quote! {
                #(mod #modules;)*
                use crate::support::Call;
                /// All calls, by group.
                pub(crate) const GROUPS: &[&[Call]] = &[#(#modules::CALLS),*];
            }),
        ]
    }
}
