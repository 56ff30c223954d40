//! Renders a struct: its fields, the table for its JSON form and, if requests use it, the constructor and setters.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::types::Argument;
use super::{Context, Imports, deprecated, doc, rules};
use crate::api::model::{
    Constructor, Field, Info, Operation, Presence, Repr, ResponseContent, TypeId, TypeKind, TypeRef,
};
use crate::api::names::ident;
use crate::client::docs;
use crate::client::format::Chunk;

impl Context<'_> {
    pub(super) fn structure(&self, id: TypeId, imports: &mut Imports) -> Vec<Chunk> {
        let TypeKind::Struct(shape) = &self.api.get(id).kind else { return Vec::new() };
        let name = ident(self.type_name(id));
        let idents = self.names.members(id);
        let about = self.type_docs(id);
        let fields = self.in_order(id).into_iter().filter_map(|index| {
            let (field, own) = (shape.fields.get(index)?, idents.get(index)?);
            let docs = self.field_docs(id, field);
            let deprecated = self.deprecated(id, field);
            let ty = self.field_type(id, index, field, imports);
            let own = ident(own);
            Some(quote!(#docs #deprecated pub #own: #ty,))
        });
        let fields: Vec<TokenStream> = fields.collect();
        let extra_name = shape.extra.and_then(|_| idents.last()).map(String::as_str);
        let extra = shape.extra.map(|of| {
            imports.map = true;
            let ty = self.of(of, imports);
            let own = ident(extra_name.unwrap_or_default());
            quote! {
                /// Properties that the API document does not name.
                pub #own: BTreeMap<String, #ty>,
            }
        });
        let item = quote! {
            #about
            #[derive(Clone, PartialEq)]
            #[non_exhaustive]
            pub struct #name {
                #(#fields)*
                #extra
            }
        };
        let mut chunks =
            vec![Chunk::Tokens(item), Chunk::Text(self.table(&name.to_string(), id, idents, extra_name))];
        chunks.extend(self.receipt(id).map(Chunk::Tokens));
        if self.sent.contains(&id) {
            chunks.extend(self.required(id, imports).map(Chunk::Tokens));
            chunks.push(Chunk::Tokens(self.setters(id, &shape.fields, idents, imports)));
        } else {
            // For tests of code that takes responses.
            chunks.push(Chunk::Tokens(default(&name)));
        }
        chunks
    }

    /// Returns the indices of the fields in the order in which they are read: `id`, those that are always there, the rest.
    fn in_order(&self, id: TypeId) -> Vec<usize> {
        let required: Vec<usize> = self.api.required_fields(id).into_iter().map(|(index, _)| index).collect();
        let fields = self.api.fields(id);
        let mut order: Vec<usize> = (0..fields.len()).collect();
        order.sort_by_key(|index| {
            let is_id = fields.get(*index).is_some_and(|field| field.wire_name == "id");
            let rank = required.iter().position(|it| it == index).unwrap_or(required.len());
            (!is_id, rank)
        });
        order
    }

    /// Implements `Receipt` for a response of a write that always has a job id.
    fn receipt(&self, id: TypeId) -> Option<TokenStream> {
        let responds = |operation: &Operation| {
            operation.is_write()
                && operation.response == ResponseContent::Json(TypeRef { ty: id, nullable: false })
        };
        if !self.api.operations.iter().any(responds) {
            return None;
        }
        let name = ident(self.type_name(id));
        let always = |field: &&Field| field.presence() == Presence::Required;
        let names_job = |id: TypeId| {
            let mut fields = self.api.fields(id).iter().filter(always);
            fields.any(|field| {
                let is_text = matches!(self.api.repr(field.of.ty), Repr::String | Repr::Id(_));
                field.wire_name == "job_id" && is_text
            })
        };
        let mut metas = self.api.fields(id).iter().filter(always).filter(|field| field.wire_name == "meta");
        let job = match metas.next() {
            _ if names_job(id) => quote!(self.job_id.as_str()),
            Some(meta) if names_job(meta.of.ty) => quote!(self.meta.job_id.as_str()),
            _ => return None,
        };
        Some(quote! {
            impl crate::JobReference for #name {
                fn job_id(&self) -> &str {
                    #job
                }
            }
        })
    }

    pub(super) fn field_docs(&self, owner: TypeId, field: &Field) -> TokenStream {
        let sentence = self.docs.field(owner, &field.wire_name, &field.info);
        self.described(sentence, &field.wire_name, field.of, &field.info)
    }

    fn deprecated(&self, owner: TypeId, field: &Field) -> Option<TokenStream> {
        deprecated(field.info.deprecated, self.docs.field(owner, &field.wire_name, &field.info))
    }

    /// Returns a sentence and a paragraph with the constraints.
    pub(super) fn described(
        &self,
        sentence: Option<&str>,
        wire_name: &str,
        of: TypeRef,
        info: &Info,
    ) -> TokenStream {
        let constraints = docs::constraints(self.api, of, info);
        let mut lines = match sentence {
            Some(sentence) => docs::lines(sentence),
            None => vec![format!("`{}`.", docs::fenced(wire_name))],
        };
        // The generator writes the constraints, so they need no escaping.
        if let Some(constraints) = constraints {
            lines.push(String::new());
            lines.extend(docs::wrapped(&constraints));
        }
        doc(&lines)
    }

    /// Returns the constructor, the setters and `validate`.
    fn setters(&self, id: TypeId, fields: &[Field], idents: &[String], imports: &mut Imports) -> TokenStream {
        let name = ident(self.type_name(id));
        let (default, new) = match self.api.constructor(id) {
            Constructor::Default => (Some(default(&name)), None),
            Constructor::Positional | Constructor::Named => (None, Some(self.function_new(id, imports))),
        };
        let setters = fields.iter().zip(idents).enumerate().filter_map(|(index, (field, own))| {
            // The server sets a field that is only read.
            let is_optional = matches!(field.presence(), Presence::Optional | Presence::OptionalNullable);
            if field.info.read_only || !is_optional {
                return None;
            }
            let own = ident(own);
            let mut argument = self.argument(field.of.ty, &quote!(#own), imports);
            if self.boxed.contains(&(id, index)) {
                argument = argument.boxed();
            }
            let Argument { ty, value } = argument;
            let deprecated = self.deprecated(id, field);
            let docs = doc(&[format!("Sets `{own}`.")]);
            let setter = setter(&own.to_string(), idents);
            let set = quote! {
                #docs
                #deprecated
                #[must_use]
                pub fn #setter
            };
            if !self.is_patch(id, field) {
                return Some(quote! {
                    #set(mut self, #own: #ty) -> Self {
                        self.#own = Some(#value);
                        self
                    }
                });
            }
            let clear = format!("clear_{}", own.to_string().trim_start_matches("r#"));
            let clear = (!idents.contains(&clear)).then(|| {
                let docs = doc(&[format!("Sends null for `{own}`, which removes the value.")]);
                let clear = ident(&clear);
                quote! {
                    #docs
                    #deprecated
                    #[must_use]
                    pub fn #clear(mut self) -> Self {
                        self.#own = Patch::Null;
                        self
                    }
                }
            });
            Some(quote! {
                #set(mut self, #own: #ty) -> Self {
                    self.#own = Patch::Value(#value);
                    self
                }
                #clear
            })
        });
        let setters: Vec<TokenStream> = setters.collect();
        imports.runtime.insert("ValidationError");
        quote! {
            #default
            impl #name {
                #new
                #(#setters)*
                /// Checks the constraints of the API document.
                ///
                /// # Errors
                ///
                /// All violated constraints, with the paths of their fields. The server may still accept the value: the
                /// document has been wrong before.
                pub fn validate(&self) -> Result<(), ValidationError> {
                    crate::runtime::validate(self)
                }
            }
        }
    }

    /// Returns the struct with the required fields, if the constructor names them.
    fn required(&self, id: TypeId, imports: &mut Imports) -> Option<TokenStream> {
        let name = ident(self.names.required.get(&id)?);
        let about = doc(&[format!("The required fields of `{}`.", self.type_name(id))]);
        let fields = self.names.required_fields(self.api, id).into_iter().map(|(index, field, own)| {
            let docs = self.field_docs(id, field);
            let deprecated = self.deprecated(id, field);
            let own = ident(own);
            let ty = self.required_type(id, index, field, imports);
            quote!(#docs #deprecated pub #own: #ty,)
        });
        let fields: Vec<TokenStream> = fields.collect();
        Some(quote! {
            #about
            #[derive(Clone, Debug)]
            pub struct #name {
                #(#fields)*
            }
        })
    }

    /// Returns the type of a required field where a user gives it: without the box that a recursive type needs.
    fn required_type(&self, id: TypeId, index: usize, field: &Field, imports: &mut Imports) -> TokenStream {
        match field.presence() {
            Presence::Required => self.plain(field.of.ty, imports),
            _ => self.field_type(id, index, field, imports),
        }
    }

    /// Returns the function that takes the required fields.
    fn function_new(&self, id: TypeId, imports: &mut Imports) -> TokenStream {
        let required = self.names.required.get(&id).map(|name| ident(name));
        let mut arguments = Vec::new();
        let mut given = Vec::new();
        for (index, field, own) in self.names.required_fields(self.api, id) {
            let own = ident(own);
            let is_never_null = field.presence() == Presence::Required;
            let mut argument = match required {
                None if is_never_null => self.argument(field.of.ty, &quote!(#own), imports),
                None => Argument { ty: self.required_type(id, index, field, imports), value: quote!(#own) },
                Some(_) => Argument {
                    ty: self.required_type(id, index, field, imports),
                    value: quote!(required.#own),
                },
            };
            if is_never_null && self.boxed.contains(&(id, index)) {
                argument = argument.boxed();
            }
            let Argument { ty, value } = argument;
            arguments.push(quote!(#own: #ty));
            given.push(if own == value.to_string() { quote!(#own) } else { quote!(#own: #value) });
        }
        let arguments = match required {
            Some(required) => quote!(required: #required),
            None => quote!(#(#arguments),*),
        };
        quote! {
            /// Creates a value with the required fields; all others are absent.
            #[must_use]
            pub fn new(#arguments) -> Self {
                Self { #(#given,)* ..crate::runtime::Node::empty() }
            }
        }
    }

    /// Returns the lines of `record!`, in the order of the wire names.
    fn table(&self, name: &str, id: TypeId, idents: &[String], extra: Option<&str>) -> String {
        let fields = self.api.fields(id);
        let mut rows: Vec<(&str, String)> = fields
            .iter()
            .zip(idents)
            .map(|(field, own)| {
                let presence = match field.presence() {
                    Presence::Required if field.empty_if_null => "EmptyIfNull",
                    Presence::Required => "Required",
                    Presence::RequiredNullable => "Nullable",
                    _ if field.info.read_only && self.sent.contains(&id) => "ReadOnly",
                    Presence::Optional | Presence::OptionalNullable => "Optional",
                };
                let wire = proc_macro2::Literal::string(&field.wire_name);
                // Only types of the request direction are checked.
                let rule = rules::rule(self.api, field.of).filter(|_| self.sent.contains(&id));
                let rule = rule.map_or_else(String::new, |rule| format!(" {rule}"));
                (field.wire_name.as_str(), format!("    {wire} => {}: {presence}{rule},\n", ident(own)))
            })
            .collect();
        rows.sort_unstable();
        let rows: String = rows.into_iter().map(|(_, row)| row).collect();
        let extra = extra.map_or_else(String::new, |extra| format!("    ; ..{extra}\n"));
        format!("crate::runtime::record!({name} {{\n{rows}{extra}}});\n")
    }
}

/// Returns the value of a struct without any field.
fn default(name: &Ident) -> TokenStream {
    quote! {
        impl Default for #name {
            fn default() -> Self {
                crate::runtime::Node::empty()
            }
        }
    }
}

/// Names that a setter cannot have: the struct already has functions with these names.
pub(super) const TAKEN: [&str; 5] = ["clone", "default", "eq", "new", "validate"];

/// Returns the name of a field's setter.
fn setter(own: &str, fields: &[String]) -> proc_macro2::Ident {
    let mut name = own.strip_prefix("r#").unwrap_or(own).to_owned();
    if TAKEN.contains(&own) {
        name.push_str("_field");
    }
    while name != own && TAKEN.contains(&own) && fields.contains(&name) {
        name.push('_');
    }
    ident(&name)
}
