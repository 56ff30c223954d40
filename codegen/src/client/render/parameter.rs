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
                let (ty, values) = if self.is_text(item) {
                    let ty = quote!(impl IntoIterator<Item = impl Into<String>>);
                    (ty, quote!(#own.into_iter().map(Into::<String>::into)))
                } else {
                    let item = self.scalar(item, imports);
                    (quote!(impl IntoIterator<Item = #item>), quote!(#own))
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
                let ty = self.scalar(of, imports);
                let text = self.is_text(of);
                let call = match param.place {
                    ParameterIn::Path if text => quote!(.path(#wire, #own)),
                    ParameterIn::Path => quote!(.path(#wire, #own.to_string())),
                    ParameterIn::Query if param.allow_reserved && text => {
                        quote!(.query_reserved(#wire, Into::<String>::into(#own)))
                    }
                    ParameterIn::Query if param.allow_reserved => quote!(.query_reserved(#wire, #own)),
                    ParameterIn::Query if text => quote!(.query_text(#wire, #own)),
                    place => {
                        let value = if text { quote!(Into::<String>::into(#own)) } else { quote!(#own) };
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

    /// Returns the argument type of a value that is serialized as one string.
    fn scalar(&self, of: TypeRef, imports: &mut Imports) -> TokenStream {
        match self.api.repr(of.ty) {
            _ if self.is_text(of) => quote!(impl Into<String>),
            Repr::Bool | Repr::Integer | Repr::Unsigned | Repr::Number | Repr::Enum(_) => {
                self.plain(of.ty, imports)
            }
            // A value of several types is serialized with `Display`.
            _ => quote!(impl ::std::fmt::Display),
        }
    }

    pub(super) fn is_text(&self, of: TypeRef) -> bool {
        matches!(
            self.api.repr(of.ty),
            Repr::String | Repr::Date | Repr::DateTime | Repr::DateOrDateTime | Repr::Secret
        )
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
