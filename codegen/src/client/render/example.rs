//! Renders an example call of an operation as a code block, which is compiled as a doc test.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use regex_lite::Regex;

use super::Context;
use super::structure::TAKEN;
use crate::api::model::{
    Constraints, Format, Operation, Param, ParameterIn, Repr, ResponseContent, TypeId, TypeRef,
};
use crate::api::names::{OperationNames, ident, words};
use crate::client::format::Chunk;

/// The maximum nesting of an example value, so that cycles end.
const DEEPEST: usize = 6;

impl Context<'_> {
    /// Returns the lines of the block; empty if a value cannot be generated, because a wrong example is worse than none.
    pub(super) fn example(&self, operation: &Operation, names: &OperationNames) -> Vec<String> {
        let body = self.example_body(operation, names);
        body.map(|body| block(function(&ident("run"), &body))).unwrap_or_default()
    }

    /// Returns the examples of all operations as functions that the client's tests run, with a table of them.
    pub(super) fn examples_file(&self) -> Vec<Chunk> {
        let mut chunks = vec![Chunk::Tokens(quote! {
            //! The example of every operation.
            // Examples show what a call returns, and do nothing with it.
            #![allow(unused_variables, deprecated)]
            use crate::Example;
        })];
        let mut rows = Vec::new();
        for (operation, names) in self.api.operations.iter().zip(&self.names.operations) {
            let Some(group) = self.names.groups.get(operation.group) else { continue };
            let Some(body) = self.example_body(operation, names) else { continue };
            let name = ident(&format!("{}_{}", group.module, names.method));
            let shown = operation.name();
            rows.push(quote!((#shown, |client| Box::pin(#name(client)))));
            chunks.push(Chunk::Tokens(function(&name, &body)));
        }
        chunks.push(Chunk::Tokens(quote!(pub(crate) const EXAMPLES: &[Example] = &[#(#rows),*];)));
        chunks
    }

    /// Returns the statements of an example.
    fn example_body(&self, operation: &Operation, names: &OperationNames) -> Option<TokenStream> {
        let group = self.names.groups.get(operation.group)?;
        let mut types = BTreeSet::new();
        let call = self.example_call(operation, names, &mut types)?;
        let group = ident(&group.module);
        let types: Vec<Ident> = types.iter().map(|name| ident(name)).collect();
        let imports = match types.as_slice() {
            [] => None,
            [one] => Some(quote!(use propexo::#group::#one;)),
            all => Some(quote!(use propexo::#group::{#(#all),*};)),
        };
        let sent = quote!(client.#group().#call.send().await?);
        let statement = match operation.response {
            _ if operation.redirect => quote!(let redirect = #sent;),
            ResponseContent::Empty => quote!(#sent;),
            ResponseContent::Json(_) => quote!(let response = #sent;),
            ResponseContent::Text => quote!(let text = #sent;),
            ResponseContent::Bytes => quote!(let bytes = #sent;),
            ResponseContent::Receipt => quote!(let receipt = #sent;),
            ResponseContent::Page(_) => quote!(let page = #sent;),
            ResponseContent::Single(_) => quote!(let record = #sent.into_inner();),
        };
        Some(quote!(#imports #statement))
    }

    /// Returns the call with its arguments and, as an example, one setter.
    fn example_call(
        &self,
        operation: &Operation,
        names: &OperationNames,
        types: &mut BTreeSet<String>,
    ) -> Option<TokenStream> {
        let method = ident(&names.method);
        let mut arguments: Vec<TokenStream> = Vec::new();
        for param in operation.params.iter().filter(|param| param.required) {
            arguments.push(self.sample_param(param, types)?);
        }
        if let Some(body) = self.api.sent_body(operation) {
            arguments.push(match body.format {
                Format::Text => quote!("text"),
                Format::Bytes => quote!(b"bytes"),
                Format::Json | Format::Form | Format::Multipart => self.sample_body(body.of, types)?,
            });
        }
        let is_limit = |param: &&Param| {
            param.wire_name == "limit"
                && param.place == ParameterIn::Query
                && matches!(self.api.repr(param.of.ty), Repr::Integer)
        };
        let limit =
            operation.params.iter().zip(&names.params).find(|(param, _)| !param.required && is_limit(param));
        let limit =
            limit.filter(|_| matches!(operation.response, ResponseContent::Page(_))).map(|(_, name)| {
                let name = ident(name);
                quote!(.#name(50))
            });
        Some(quote!(#method(#(#arguments),*) #limit))
    }

    /// Returns a value of a parameter.
    fn sample_param(&self, param: &Param, types: &mut BTreeSet<String>) -> Option<TokenStream> {
        let text = words(&param.wire_name);
        Some(match self.api.repr(param.of.ty) {
            _ if self.is_styled(param) => {
                self.sample(param.of, &param.wire_name, Takes::Itself, DEEPEST, types)?
            }
            Repr::List(item) if self.is_text(item) => quote!([#text]),
            Repr::Bool | Repr::Integer | Repr::Unsigned | Repr::Number | Repr::Enum(_) | Repr::List(_) => {
                let of = TypeRef { nullable: false, ..param.of };
                self.sample(of, &param.wire_name, Takes::Argument, DEEPEST, types)?
            }
            _ => quote!(#text),
        })
    }

    fn sample_body(&self, of: TypeRef, types: &mut BTreeSet<String>) -> Option<TokenStream> {
        let value = self.sample(of, "body", Takes::Itself, DEEPEST, types)?;
        let says_something = self.api.fields(of.ty).iter().any(|field| field.required);
        let setter = if says_something || of.nullable { None } else { self.sample_setter(of.ty) };
        Some(quote!(#value #setter))
    }

    /// Returns the setter of the first string field of a struct.
    fn sample_setter(&self, id: TypeId) -> Option<TokenStream> {
        let fields = self.api.fields(id);
        let (field, own) = fields.iter().zip(self.names.members(id)).find(|(field, own)| {
            let is_text = matches!(self.api.repr(field.of.ty), Repr::String);
            is_text && !field.info.deprecated && !field.info.read_only && !TAKEN.contains(&own.as_str())
        })?;
        let text = string(&self.api.get(field.of.ty).constraints, &field.wire_name);
        let own = ident(own);
        Some(quote!(.#own(#text)))
    }

    /// Returns a value of a type; `None` if it is nested too deep, or if every variant of a union contains the union.
    fn sample(
        &self,
        of: TypeRef,
        name: &str,
        takes: Takes,
        depth: usize,
        types: &mut BTreeSet<String>,
    ) -> Option<TokenStream> {
        let below = depth.checked_sub(1)?;
        let mut named = |id: TypeId| {
            types.insert(self.type_name(id).to_owned());
            ident(self.type_name(id))
        };
        let text = |text: &str| match takes {
            Takes::Argument => quote!(#text),
            Takes::Itself => quote!(#text.into()),
        };
        Some(match self.api.repr(of.ty) {
            Repr::Any => quote!(true.into()),
            _ if of.nullable => quote!(None),
            Repr::Bool => quote!(true),
            Repr::Integer | Repr::Unsigned => quote!(1),
            Repr::Number => quote!(1.0),
            Repr::Date | Repr::DateOrDateTime => text("2027-02-01"),
            Repr::DateTime => text("2027-02-01T15:30:00Z"),
            Repr::TimeOfDay => text(&valid(&self.api.get(of.ty).constraints, "15:30:00")),
            Repr::Id(_) | Repr::String | Repr::Secret => {
                text(&string(&self.api.get(of.ty).constraints, name))
            }
            Repr::Cents => match takes {
                Takes::Argument => quote!(100),
                Takes::Itself => quote!(100.into()),
            },
            Repr::Enum(values) => {
                let value = values.first().copied().unwrap_or_default();
                quote!(#value.into())
            }
            Repr::List(item) => {
                let takes = if self.takes_any_item(item) { takes } else { Takes::Itself };
                let item = self.sample(item, name, takes, below, types)?;
                quote!(vec![#item])
            }
            Repr::Upload => match takes {
                Takes::Argument => quote!(b"bytes".to_vec()),
                Takes::Itself => quote!(b"bytes".to_vec().into()),
            },
            Repr::Object | Repr::Map(_) => quote!(Default::default()),
            Repr::Struct(_) => {
                let path = named(of.ty);
                let required = self.names.required.get(&of.ty);
                let takes = if required.is_some() { Takes::Itself } else { Takes::Argument };
                let fields = self.names.required_fields(self.api, of.ty);
                let values: Option<Vec<TokenStream>> = fields
                    .iter()
                    .map(|(_, field, _)| self.sample(field.of, &field.wire_name, takes, below, types))
                    .collect();
                let values = values?;
                match required {
                    Some(required) => {
                        types.insert(required.clone());
                        let required = ident(required);
                        let names = fields.iter().map(|(_, _, own)| ident(own));
                        quote!(#path::new(#required { #(#names: #values),* }))
                    }
                    None if values.is_empty() => quote!(#path::default()),
                    None => quote!(#path::new(#(#values),*)),
                }
            }
            Repr::Union(variants) => {
                let path = named(of.ty);
                let is_struct = |id| matches!(self.api.repr(id), Repr::Struct(_));
                let mut finite: Vec<_> = variants.iter().zip(self.names.members(of.ty)).collect();
                finite.retain(|(variant, _)| !self.api.closure([variant.of.ty]).contains(&of.ty));
                // An object is a better example than a boolean; the sort is stable.
                finite.sort_by_key(|(variant, _)| !is_struct(variant.of.ty));
                let (variant, label) = finite.first()?;
                let (label, value) =
                    (ident(label), self.sample(variant.of, name, Takes::Itself, below, types)?);
                quote!(#path::#label(#value))
            }
        })
    }
}

/// The type that an expression must have.
#[derive(Clone, Copy)]
enum Takes {
    /// An argument, which may be `impl Into<String>`.
    Argument,
    /// The type itself.
    Itself,
}

/// Strings for constraints that the words of a name violate.
const OTHER_STRINGS: [&str; 8] = ["2025550123", "12", "1", "08:30:00", "08:30", "2027-02-01", "12.5", "acme"];

/// Returns an example of a string: the words of its name, unless its constraints forbid them.
fn string(constraints: &Constraints, name: &str) -> String {
    let words = match constraints.format.as_deref() {
        Some("uri") => "https://example.com".to_owned(),
        Some("email") => "ada@example.com".to_owned(),
        _ => words(name),
    };
    valid(constraints, &words)
}

/// Returns a string, or another one that the constraints permit.
fn valid(constraints: &Constraints, text: &str) -> String {
    // The server decides on a pattern that cannot be compiled.
    let pattern = constraints.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok());
    let is_valid = |text: &&str| {
        let length = text.chars().count();
        length >= constraints.min_length.unwrap_or_default()
            && length <= constraints.max_length.unwrap_or(usize::MAX)
            && pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
    };
    std::iter::once(text).chain(OTHER_STRINGS).find(is_valid).unwrap_or(text).to_owned()
}

/// Returns a function with a client.
fn function(name: &Ident, body: &TokenStream) -> TokenStream {
    quote! {
        async fn #name(client: propexo::Client) -> propexo::Result<()> {
            #body
            Ok(())
        }
    }
}

/// Returns a function as the lines of a block that shows only its body.
fn block(function: TokenStream) -> Vec<String> {
    let Ok(file) = syn::parse2::<syn::File>(function) else { return Vec::new() };
    let printed = prettyplease::unparse(&file);
    let lines: Vec<&str> = printed.lines().collect();
    let Some((first, [body @ .., _, _])) = lines.split_first() else { return Vec::new() };
    let mut out = vec!["# Example".to_owned(), String::new(), "```no_run".to_owned(), format!("# {first}")];
    let mut imports = body.first().is_some_and(|line| line.trim_start().starts_with("use "));
    for line in body {
        out.push(line.strip_prefix("    ").unwrap_or(line).to_owned());
        if std::mem::take(&mut imports) {
            imports = !line.ends_with(';');
            out.extend((!imports).then(String::new));
        }
    }
    out.extend(["# Ok(()) }".to_owned(), "```".to_owned()]);
    out
}
