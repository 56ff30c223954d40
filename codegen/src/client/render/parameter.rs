//! Renders a parameter: the type of the argument, and the call that passes it to the request.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{Context, Imports};
use crate::api::model::{Param, ParameterIn, Repr, Style, TypeRef};

/// The type of an argument, and the call of `Request` that takes it.
pub(super) struct ParameterCode {
    pub(super) ty: TokenStream,
    pub(super) call: TokenStream,
}

impl Context<'_> {
    pub(super) fn parameter_code(&self, param: &Param, own: &Ident, imports: &mut Imports) -> ParameterCode {
        let wire = Literal::string(&param.wire_name);
        let of = param.of;
        match self.api.repr(of.ty) {
            _ if self.is_styled(param) => {
                let ty = self.plain(of.ty, imports);
                let (place, style) = (place(param.place), style(param.style));
                ParameterCode {
                    ty,
                    call: quote!(.styled(crate::runtime::ParameterIn::#place, #wire, #style, &#own)),
                }
            }
            Repr::List(item) => {
                let (ty, values) = match self.text_type(item, imports) {
                    Some(text) => {
                        let ty = quote!(impl IntoIterator<Item = impl Into<#text>>);
                        (ty, quote!(#own.into_iter().map(Into::<#text>::into)))
                    }
                    None => {
                        let item = self.scalar(item, imports);
                        (quote!(impl IntoIterator<Item = #item>), quote!(#own))
                    }
                };
                let call = match (param.place, param.style) {
                    (ParameterIn::Query, Style::Joined(sign)) => {
                        quote!(.query_joined(#wire, #values, #sign))
                    }
                    (ParameterIn::Query, _) => quote!(.query_list(#wire, #values)),
                    (place, _) => {
                        let call = call(place);
                        quote!(.#call(#wire, crate::runtime::joined(#values, ',')))
                    }
                };
                ParameterCode { ty, call }
            }
            _ => {
                let text = self.text_type(of, imports);
                let (ty, value) = match &text {
                    Some(text) => (quote!(impl Into<#text>), quote!(Into::<#text>::into(#own))),
                    None => (self.scalar(of, imports), quote!(#own)),
                };
                let call = match (param.place, text) {
                    (ParameterIn::Path, Some(text)) => quote!(.path_as::<#text>(#wire, #own)),
                    (ParameterIn::Path, None) => quote!(.path(#wire, #own.to_string())),
                    (ParameterIn::Query, _) if param.allow_reserved => quote!(.query_reserved(#wire, #value)),
                    (ParameterIn::Query, Some(text)) => quote!(.query_as::<#text>(#wire, #own)),
                    (place, _) => {
                        let call = call(place);
                        quote!(.#call(#wire, #value))
                    }
                };
                ParameterCode { ty, call }
            }
        }
    }

    /// Whether the value is serialized by its model: an object, an array of objects, or JSON.
    pub(super) fn is_styled(&self, param: &Param) -> bool {
        let is_list = || matches!(self.api.repr(param.of.ty), Repr::List(_));
        let by_style = match (param.place, param.style) {
            (_, Style::Json | Style::Label { .. } | Style::Matrix { .. }) => true,
            (ParameterIn::Query, Style::Deep) | (ParameterIn::Path, _) => is_list(),
            _ => false,
        };
        by_style || !self.api.is_flat(param.of.ty)
    }

    /// Returns the argument type of a value that is serialized as one string, and is none itself.
    fn scalar(&self, of: TypeRef, imports: &mut Imports) -> TokenStream {
        match self.api.repr(of.ty) {
            Repr::Bool | Repr::Integer | Repr::Unsigned | Repr::Number | Repr::Enum(_) => {
                self.plain(of.ty, imports)
            }
            // A value of several types is serialized with `Display`.
            _ => quote!(impl ::std::fmt::Display),
        }
    }

    pub(super) fn is_text(&self, of: TypeRef) -> bool {
        let repr = self.api.repr(of.ty);
        repr.is_text() && !matches!(repr, Repr::Enum(_))
    }

    /// Returns the type to which the argument of a string converts.
    fn text_type(&self, of: TypeRef, imports: &mut Imports) -> Option<TokenStream> {
        match self.api.repr(of.ty) {
            // A secret need not be one before it is in the request.
            Repr::Secret => Some(quote!(String)),
            _ => self.is_text(of).then(|| self.plain(of.ty, imports)),
        }
    }
}

/// Returns the method of `Request` that takes a string.
fn call(place: ParameterIn) -> TokenStream {
    match place {
        ParameterIn::Path => quote!(path),
        ParameterIn::Query => quote!(query),
        ParameterIn::Header => quote!(header_param),
        ParameterIn::Cookie => quote!(cookie),
    }
}

fn place(place: ParameterIn) -> TokenStream {
    match place {
        ParameterIn::Path => quote!(Path),
        ParameterIn::Query => quote!(Query),
        ParameterIn::Header => quote!(Header),
        ParameterIn::Cookie => quote!(Cookie),
    }
}

/// Returns the style as a value of the runtime's type.
pub(super) fn style(style: Style) -> TokenStream {
    match style {
        Style::Repeated => quote!(crate::runtime::Style::Repeated),
        Style::Joined(sign) => quote!(crate::runtime::Style::Joined(#sign)),
        Style::Deep => quote!(crate::runtime::Style::Deep),
        Style::Simple { explode } => quote!(crate::runtime::Style::Simple { explode: #explode }),
        Style::Label { explode } => quote!(crate::runtime::Style::Label { explode: #explode }),
        Style::Matrix { explode } => quote!(crate::runtime::Style::Matrix { explode: #explode }),
        Style::Json => quote!(crate::runtime::Style::Json),
    }
}
