//! Renders a struct: its fields, the table for its JSON form and, if requests use it, the constructor and setters.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Context, Imports, deprecated, doc, rules};
use crate::api::model::{Field, Info, Operation, Presence, Repr, ResponseContent, TypeId, TypeKind, TypeRef};
use crate::api::names::ident;
use crate::client::docs;
use crate::client::format::Chunk;

impl Context<'_> {
    pub(super) fn structure(&self, id: TypeId, imports: &mut Imports) -> Vec<Chunk> {
        let TypeKind::Struct(shape) = &self.api.get(id).kind else { return Vec::new() };
        let name = ident(self.type_name(id));
        let idents = self.names.members(id);
        let about = self.type_docs(id);
        let fields = shape.fields.iter().zip(idents).enumerate().map(|(index, (field, own))| {
            let docs = self.field_docs(id, field);
            let deprecated = deprecated(field.info.deprecated);
            let ty = self.field_type(id, index, field, imports);
            let own = ident(own);
            quote!(#docs #deprecated pub #own: #ty,)
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
            #[derive(Clone, Debug, PartialEq)]
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
            chunks.push(Chunk::Tokens(self.constructor(id, &shape.fields, idents, imports)));
        }
        chunks
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

    fn constructor(
        &self,
        id: TypeId,
        fields: &[Field],
        idents: &[String],
        imports: &mut Imports,
    ) -> TokenStream {
        let name = ident(self.type_name(id));
        let mut arguments = Vec::new();
        let mut given = Vec::new();
        let mut setters = Vec::new();
        for (index, (field, own)) in fields.iter().zip(idents).enumerate() {
            let own = ident(own);
            let value = quote!(#own);
            let mut argument = self.argument(field.of.ty, &value, imports);
            if self.boxed.contains(&(id, index)) {
                let made = &argument.value;
                argument.value = quote!(Box::new(#made));
            }
            let (ty, made) = (&argument.ty, &argument.value);
            match field.presence() {
                Presence::Required => {
                    arguments.push(quote!(#own: #ty));
                    given.push(if own == made.to_string() { quote!(#own) } else { quote!(#own: #made) });
                }
                Presence::RequiredNullable => {
                    let ty = self.field_type(id, index, field, imports);
                    arguments.push(quote!(#own: #ty));
                    given.push(quote!(#own));
                }
                // The server sets it.
                Presence::Optional | Presence::OptionalNullable if field.info.read_only => {}
                Presence::Optional | Presence::OptionalNullable => {
                    let patch = self.is_patch(id, field);
                    let deprecated = deprecated(field.info.deprecated);
                    let docs = doc(&[format!("Sets `{own}`.")]);
                    let setter = setter(&own.to_string(), idents);
                    let wrapped = if patch { quote!(Patch::Value(#made)) } else { quote!(Some(#made)) };
                    setters.push(quote! {
                        #docs
                        #deprecated
                        #[must_use]
                        pub fn #setter(mut self, #own: #ty) -> Self {
                            self.#own = #wrapped;
                            self
                        }
                    });
                }
            }
        }
        let new = if arguments.is_empty() {
            None
        } else {
            Some(quote! {
                /// Creates a value with the required fields; all others are absent.
                #[must_use]
                #[allow(clippy::too_many_arguments)]
                pub fn new(#(#arguments),*) -> Self {
                    Self { #(#given,)* ..crate::runtime::Node::empty() }
                }
            })
        };
        let default = arguments.is_empty().then(|| {
            quote! {
                impl Default for #name {
                    fn default() -> Self {
                        crate::runtime::Node::empty()
                    }
                }
            }
        });
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

    /// Returns the lines of `record!`, in the order of the wire names.
    fn table(&self, name: &str, id: TypeId, idents: &[String], extra: Option<&str>) -> String {
        let fields = self.api.fields(id);
        let mut rows: Vec<(&str, String)> = fields
            .iter()
            .zip(idents)
            .map(|(field, own)| {
                let presence = match field.presence() {
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
