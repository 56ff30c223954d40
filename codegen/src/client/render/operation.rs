//! Renders an operation: the method of the group's handle, the constant, and the request builder with its setters.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::parameter::{ParameterCode, style};
use super::{Context, Imports, deprecated, doc, rules};
use crate::api::model::{
    Body, Format, Operation, Param, ParameterIn, Repr, ResponseContent, Style, TypeId, TypeKind, TypeRef,
};
use crate::api::names::{OperationNames, ident};
use crate::client::{docs, surface};

impl Context<'_> {
    /// Returns the method that creates the request.
    pub(super) fn method(
        &self,
        operation: &Operation,
        names: &OperationNames,
        imports: &mut Imports,
    ) -> TokenStream {
        let method = ident(&names.method);
        let request = ident(&names.request);
        let constant = ident(&names.constant);
        let docs = self.operation_docs(operation, names);
        let deprecated = deprecated(operation.deprecated, None);
        let mut arguments = Vec::new();
        let mut calls = Vec::new();
        for (param, name) in operation.params.iter().zip(&names.params) {
            if !param.required {
                continue;
            }
            let own = ident(name);
            let ParameterCode { ty, call } = self.parameter_code(param, &own, imports);
            arguments.push(quote!(#own: #ty));
            calls.push(call);
        }
        if let Some(body) = self.api.sent_body(operation) {
            let (ty, call) = self.body(body, imports);
            arguments.push(quote!(body: #ty));
            calls.push(call);
        }
        if let Some(accept) = &operation.accept {
            calls.push(quote!(.accepting(#accept)));
        }
        if self.query_rules(operation).is_some() {
            let rules = ident(&format!("{}_RULES", names.constant));
            calls.push(quote!(.rules(#rules)));
        }
        // rustdoc refuses quotes and control characters in an alias.
        let is_plain = |text: &String| {
            text.chars().all(|it| it == ' ' || (it.is_ascii_graphic() && !"'\"".contains(it)))
        };
        let alias = Some(operation.name()).filter(is_plain).map(|wire| quote!(#[doc(alias = #wire)]));
        quote! {
            #docs
            #alias
            #deprecated
            pub fn #method(&self, #(#arguments),*) -> #request {
                #request(Request::new(self.client, &#constant)#(#calls)*)
            }
        }
    }

    /// Returns the type of the body argument, and the call of `Request` that writes it.
    fn body(&self, body: &Body, imports: &mut Imports) -> (TokenStream, TokenStream) {
        let media = &body.media_type;
        let concrete = !media.contains('*') && media.contains('/');
        match body.format {
            Format::Text => {
                let media = if concrete { media } else { "text/plain" };
                (quote!(impl Into<String>), quote!(.text(body, #media)))
            }
            Format::Bytes => {
                let media = if concrete { media } else { "application/octet-stream" };
                (quote!(impl Into<Vec<u8>>), quote!(.bytes(body, #media)))
            }
            Format::Json => {
                let ty = self.of(body.of, imports);
                let has_read_only = |id: &TypeId| self.api.fields(*id).iter().any(|it| it.info.read_only);
                // `json` also sends what only responses have.
                let model = (self.api.repr(body.of.ty).is_item() && !body.of.nullable)
                    || self.api.closure([body.of.ty]).iter().any(has_read_only);
                let call = if model { quote!(.model(&body)) } else { quote!(.json(&body)) };
                let special = concrete && media != "application/json";
                (ty, if special { quote!(#call.content_type(#media)) } else { call })
            }
            Format::Form => {
                let styles = body.styles.iter().map(|(member, own)| {
                    let style = style(*own);
                    quote!((#member, #style))
                });
                (self.of(body.of, imports), quote!(.form(&body, &[#(#styles),*])))
            }
            Format::Multipart => {
                // If there are several media types, only the caller knows which one the file has.
                let types = body.part_types.iter().filter(|(_, media)| !media.contains([',', '*']));
                let types = types.map(|(member, media)| quote!((#member, #media)));
                (self.of(body.of, imports), quote!(.multipart(&body, &[#(#types),*])))
            }
        }
    }

    /// Returns the constant with the properties of the operation that are equal for all calls.
    pub(super) fn constant(&self, operation: &Operation, names: &OperationNames, group: &str) -> TokenStream {
        let constant = ident(&names.constant);
        let name = format!("{group}.{}", names.method);
        let method = ident(&crate::api::names::method_variant(&operation.method));
        let path = &operation.path;
        let idempotency = if operation.is_write() { quote!(NotIdempotent) } else { quote!(Safe) };
        let security = operation.security.as_ref().map(|alternatives| {
            let alternatives = alternatives.iter().map(|own| {
                let credentials = own.iter().filter_map(|scheme| self.credential_name(*scheme));
                quote!(&[#(#credentials),*])
            });
            quote!(.secured_by(&[#(#alternatives),*]))
        });
        quote! {
            const #constant: Operation =
                Operation::new(#name, Method::#method, #path, Idempotency::#idempotency) #security;
        }
    }

    /// Returns the constraints of query parameters as a table.
    pub(super) fn query_rules(&self, operation: &Operation) -> Option<String> {
        let rows: String = operation
            .params
            .iter()
            // A value that is serialized as one string, or as several parameters, is not checked.
            .filter(|param| param.place == ParameterIn::Query && param.style == Style::Repeated)
            .filter(|param| self.api.is_flat(param.of.ty))
            .filter_map(|param| Some((param, self.query_rule(param)?)))
            .map(|(param, rule)| format!("    {} => {rule},\n", Literal::string(&param.wire_name)))
            .collect();
        (!rows.is_empty()).then_some(rows)
    }

    fn query_rule(&self, param: &Param) -> Option<String> {
        if matches!(self.api.get(param.of.ty).kind, TypeKind::Enum(_)) {
            // A query has strings; the type checks whether one of them is a known value.
            let name = ident(self.type_name(param.of.ty));
            return Some(format!("{{ known: (crate::runtime::violation::<super::{name}>) }}"));
        }
        rules::rule(self.api, param.of).filter(|rule| !rule.contains("listed"))
    }

    /// Returns the request builder, with a setter for each optional parameter.
    pub(super) fn builder(
        &self,
        index: usize,
        operation: &Operation,
        names: &OperationNames,
        handle: &str,
        imports: &mut Imports,
    ) -> TokenStream {
        let request = ident(&names.request);
        let response = self.response(operation, imports);
        let docs = doc(&[format!("The request of [`{handle}::{}`].", names.method)]);
        let kind = match operation.response {
            ResponseContent::Page(row) => {
                let row = self.of(row, imports);
                quote!(crate::runtime::paged_methods!(#request, #row);)
            }
            _ if operation.redirect => quote!(crate::runtime::redirect_methods!(#request);),
            ResponseContent::Text => quote!(crate::runtime::text_methods!(#request);),
            ResponseContent::Bytes => quote!(crate::runtime::bytes_methods!(#request);),
            ResponseContent::Receipt => quote!(crate::runtime::receipt_methods!(#request);),
            ResponseContent::Json(of)
                if !operation.variant_statuses.is_empty()
                    && matches!(self.api.repr(of.ty), Repr::Union(_)) =>
            {
                let ty = self.plain(of.ty, imports);
                let rows = by_status(&operation.variant_statuses, self.names.members(of.ty));
                quote!(crate::runtime::status_methods!(#request, #response, #ty { #(#rows),* });)
            }
            _ => quote!(crate::runtime::request_methods!(#request, #response);),
        };
        let json = self.api.sent_body(operation).is_some_and(|body| body.format == Format::Json);
        let body = json.then(|| quote!(crate::runtime::body_methods!(#request);));
        let setters: Vec<TokenStream> = operation
            .params
            .iter()
            .zip(&names.params)
            .filter(|(param, _)| !param.required)
            .map(|(param, name)| self.setter(index, param, name, imports))
            .collect();
        let setters = (!setters.is_empty()).then(|| quote!(impl #request { #(#setters)* }));
        quote! {
            #docs
            #[derive(Clone, Debug)]
            #[must_use = "a request does nothing until it is sent"]
            pub struct #request(Request<#response>);
            #kind
            #body
            #setters
        }
    }

    fn setter(&self, operation: usize, param: &Param, name: &str, imports: &mut Imports) -> TokenStream {
        let sentence = self.docs.param(operation, &param.wire_name, &param.info);
        let docs = self.described(sentence, &param.wire_name, param.of, &param.info);
        let deprecated = deprecated(param.info.deprecated, sentence);
        let own = ident(name);
        let ParameterCode { ty, call } = self.parameter_code(param, &own, imports);
        quote! {
            #docs
            #deprecated
            pub fn #own(self, #own: #ty) -> Self {
                Self(self.0 #call)
            }
        }
    }

    /// Returns the type of a successful response.
    fn response(&self, operation: &Operation, imports: &mut Imports) -> TokenStream {
        if operation.redirect {
            imports.runtime.insert("Redirect");
            return quote!(Redirect);
        }
        match operation.response {
            ResponseContent::Empty => quote!(()),
            ResponseContent::Text => quote!(String),
            ResponseContent::Bytes => quote!(Vec<u8>),
            ResponseContent::Receipt => {
                imports.runtime.insert("WriteReceipt");
                quote!(WriteReceipt)
            }
            ResponseContent::Json(of) => self.of(of, imports),
            ResponseContent::Page(row) => {
                imports.runtime.insert("Page");
                let row = self.of(row, imports);
                quote!(Page<#row>)
            }
            ResponseContent::Single(record) => {
                imports.runtime.insert("Single");
                let record = self.of(record, imports);
                quote!(Single<#record>)
            }
        }
    }

    fn operation_docs(&self, operation: &Operation, names: &OperationNames) -> TokenStream {
        let text = self.docs.operation(operation);
        // rustdoc shows the first paragraph in lists, so the first sentence is a paragraph.
        let (first, rest) =
            text.split_once(". ").map_or((text.as_str(), None), |(first, rest)| (first, Some(rest)));
        let mut lines = docs::lines(&if rest.is_some() { format!("{first}.") } else { first.to_owned() });
        if let Some(rest) = rest {
            lines.push(String::new());
            lines.extend(docs::lines(rest));
        }
        lines.push(String::new());
        lines.extend(docs::wrapped(&self.wire_and_response(operation)));
        if let Some(availability) = &operation.availability {
            lines.push(String::new());
            lines.push(format!("Availability: {}.", docs::lines(availability).join(" ")));
        }
        if !operation.errors.is_empty() {
            lines.push(String::new());
            lines.extend(docs::wrapped(&self.errors(operation)));
        }
        let example = self.example(operation, names);
        if !example.is_empty() {
            lines.push(String::new());
            lines.extend(example);
        }
        doc(&lines)
    }
}

impl Context<'_> {
    /// Returns the method and path of an operation, with its response if it has one.
    fn wire_and_response(&self, operation: &Operation) -> String {
        let wire = format!("`{} {}`", operation.method.to_uppercase(), docs::fenced(&operation.path));
        let response = match operation.response {
            ResponseContent::Empty => return wire,
            ResponseContent::Json(of) => self.linked(of),
            ResponseContent::Page(row) => format!("a [`Page`](crate::Page) of {}", self.linked(row)),
            ResponseContent::Single(record) => {
                format!("a [`Single`](crate::Single) of {}", self.linked(record))
            }
            ResponseContent::Receipt => "a [`WriteReceipt`](crate::WriteReceipt)".to_owned(),
            ResponseContent::Text => "text".to_owned(),
            ResponseContent::Bytes => "bytes".to_owned(),
        };
        format!("{wire} returns {response}.")
    }

    /// Returns a type, as a link if it is an item of the client.
    fn linked(&self, of: TypeRef) -> String {
        match self.api.repr(of.ty).is_item() {
            true => format!("[`{0}`](super::{0})", self.type_name(of.ty)),
            false => format!("`{}`", surface::plain(self.api, self.names, of.ty)),
        }
    }

    /// Returns the sentence about the types of error responses.
    fn errors(&self, operation: &Operation) -> String {
        let errors = operation.errors.iter().map(|error| {
            let status = match error.status.as_str() {
                "default" => "other statuses".to_owned(),
                status => docs::fenced(status),
            };
            format!("{status} {}", self.linked(error.of))
        });
        let errors: Vec<String> = errors.collect();
        format!("Error [bodies](crate::ApiError::body_as): {}.", errors.join(", "))
    }
}

/// Returns a row per variant of a response, `200 | 201 => Ok`; an exact status comes before its range.
fn by_status(statuses: &[Vec<String>], labels: &[String]) -> Vec<TokenStream> {
    let range = |status: &str| status.strip_suffix("XX").and_then(|class| class.parse::<u16>().ok());
    let row = |own: Vec<TokenStream>, label: &String| {
        let label = ident(label);
        (!own.is_empty()).then(|| quote!(#(#own)|* => #label))
    };
    let exact = statuses.iter().zip(labels).filter_map(|(own, label)| {
        let own = own.iter().filter_map(|status| status.parse().ok()).map(Literal::u16_unsuffixed);
        row(own.map(|status| quote!(#status)).collect(), label)
    });
    let ranges = statuses.iter().zip(labels).filter_map(|(own, label)| {
        let own = own.iter().filter_map(|status| range(status)).map(|class| {
            let (first, last) = (class * 100, class * 100 + 99);
            let (first, last) = (Literal::u16_unsuffixed(first), Literal::u16_unsuffixed(last));
            quote!(#first..=#last)
        });
        row(own.collect(), label)
    });
    exact.chain(ranges).collect()
}
