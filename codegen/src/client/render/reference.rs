//! Renders the reference of the crate: `API.md` for people, `llms.txt` for language models.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::Context;
use crate::api::model::{Operation, ParameterIn, Repr, ResponseContent, TypeId};
use crate::api::names::OperationNames;
use crate::client::docs;
use crate::client::format::FIRST_LINE_OF_TEXT;
use crate::client::surface;

/// What a caller needs to know before the first call.
const START: &str = include_str!("reference/start.md");

/// The lines of [`START`] about writes, for documents that have receipts.
const RECEIPTS: &str = include_str!("reference/receipts.md");

impl Context<'_> {
    /// Returns `API.md`: the operations by group.
    pub(super) fn api_page(&self) -> String {
        let mut out = format!("{FIRST_LINE_OF_TEXT}\n\n# Operations\n\n{}\n", self.start());
        for (index, group) in self.names.groups.iter().enumerate() {
            let _ =
                writeln!(out, "- [`{0}`](#{0}): {1}", group.module, count(self.operations(index).count()));
        }
        for (index, group) in self.names.groups.iter().enumerate() {
            let _ = writeln!(out, "\n## {}\n\n{}", group.module, self.about_group(index).join("\n"));
            for (number, operation, names) in self.operations(index) {
                self.operation_on_page(number, operation, names, &group.module, &mut out);
            }
        }
        let types = self.types_of_fields();
        if !types.is_empty() {
            let _ = writeln!(out, "\n## Types of fields\n\n{}", types.join("\n"));
        }
        out
    }

    /// Returns a line for each type that is neither the body nor the response of an operation, by name.
    fn types_of_fields(&self) -> Vec<String> {
        let operations = || self.api.operations.iter();
        let bodies = operations().filter_map(|operation| Some(self.api.sent_body(operation)?.of.ty));
        let responses = operations().filter_map(|operation| self.response_type(operation));
        let described: BTreeSet<TypeId> = bodies.chain(responses).collect();
        let mut types: Vec<(&str, String, TypeId)> = self
            .names
            .types
            .iter()
            .filter(|(id, _)| !described.contains(id))
            .map(|(id, (_, name))| (name.as_str(), self.names.type_path(*id), *id))
            .collect();
        types.sort_unstable();
        types.into_iter().filter_map(|(_, path, id)| self.type_of_fields(&path, id)).collect()
    }

    fn type_of_fields(&self, path: &str, id: TypeId) -> Option<String> {
        let members = self.names.members(id);
        let content = match self.api.repr(id) {
            Repr::Struct(_) => self.shape(id),
            Repr::Enum(values) => {
                let values = values.iter().map(|value| value.replace('`', "'")).zip(members);
                let values = values.map(|(value, own)| format!("`{own} = {value:?}`"));
                format!(": {}", values.collect::<Vec<_>>().join(", "))
            }
            Repr::Union(variants) => {
                let variants = variants.iter().zip(members).map(|(variant, label)| {
                    format!("`{label}({})`", surface::of(self.api, self.names, variant.of))
                });
                format!(": {}", variants.collect::<Vec<_>>().join(", "))
            }
            _ => return None,
        };
        Some(format!("- `{path}`{content}"))
    }

    fn start(&self) -> String {
        let receipts =
            self.api.operations.iter().any(|operation| operation.response == ResponseContent::Receipt);
        let ids = self.api.id_kinds.first().map_or_else(String::new, |kind| {
            let alias = kind.alias();
            format!(
                "- Each kind of id is a type of its own in `propexo::ids`, such as `{alias}`. Where one is an argument, `&str`, `String`, \
                 `{alias}` and `&{alias}` are accepted, and an id of another kind does not compile. `.as_str()` and `Display` read it.\n"
            )
        });
        format!("{START}{ids}{}", if receipts { RECEIPTS } else { "" })
    }

    /// Returns `llms.txt`: each operation on one line.
    pub(super) fn llms_page(&self) -> String {
        let mut out = format!(
            "{FIRST_LINE_OF_TEXT}\n\n# propexo: {}\n\n> A typed, asynchronous Rust client. The crate is `generated-client`, its library `propexo`.\n\n{}\n\
             With all parameters and fields: [API.md](API.md)\n",
            docs::lines(&self.api.title).join(" "),
            self.start()
        );
        for (index, group) in self.names.groups.iter().enumerate() {
            let _ = writeln!(out, "\n## {}\n", group.module);
            for (number, operation, names) in self.operations(index) {
                let _ = writeln!(
                    out,
                    "- `client.{}().{}{}`: `{}`. {}",
                    group.module,
                    names.method,
                    self.signature(number),
                    docs::fenced(&operation.name()),
                    first_sentence(&self.docs.operation(operation)),
                );
            }
        }
        out
    }

    fn operation_on_page(
        &self,
        number: usize,
        operation: &Operation,
        names: &OperationNames,
        group: &str,
        out: &mut String,
    ) {
        let deprecated = if operation.deprecated { " (deprecated)" } else { "" };
        let _ = writeln!(out, "\n### `{group}.{}`{deprecated}\n", names.method);
        let _ = writeln!(out, "`{}`\n", docs::fenced(&operation.name()));
        let _ = writeln!(out, "{}\n", docs::lines(&self.docs.operation(operation)).join("\n"));
        let example = self.example(operation, names);
        let code = example
            .iter()
            .filter(|line| !line.starts_with("# ") && !line.starts_with("```") && !line.is_empty());
        let _ = writeln!(out, "```rust\n{}\n```\n", code.cloned().collect::<Vec<_>>().join("\n"));
        for (param, name) in operation.params.iter().zip(&names.params) {
            let place = match param.place {
                ParameterIn::Path => "path",
                ParameterIn::Query => "query",
                ParameterIn::Header => "header",
                ParameterIn::Cookie => "cookie",
            };
            let required = if param.required { ", required" } else { "" };
            let ty = surface::plain(self.api, self.names, param.of.ty);
            let said = self.docs.param(number, &param.wire_name, &param.info).unwrap_or_default();
            let constraints = docs::constraints(self.api, param.of, &param.info).unwrap_or_default();
            let said = docs::lines(said).into_iter().chain((!constraints.is_empty()).then_some(constraints));
            let said = said.collect::<Vec<_>>().join(" ");
            let line = format!("- `{name}: {ty}` ({place}{required}) {said}");
            let _ = writeln!(out, "{}", line.trim_end());
        }
        if let Some(body) = self.api.sent_body(operation) {
            let ty = surface::of(self.api, self.names, body.of);
            let _ = writeln!(out, "- body `{ty}`{}", self.shape(body.of.ty));
        }
        let signature = self.signature(number);
        let response = signature.rsplit_once("-> ").map_or("", |(_, response)| response);
        let record = self.response_type(operation).map_or_else(String::new, |id| self.members(id));
        let _ = writeln!(out, "- returns `{response}`{record}");
    }

    /// Returns the operations of a group.
    pub(super) fn operations(
        &self,
        group: usize,
    ) -> impl Iterator<Item = (usize, &Operation, &OperationNames)> {
        let all = self.api.operations.iter().zip(&self.names.operations).enumerate();
        all.map(|(number, (operation, names))| (number, operation, names))
            .filter(move |it| it.1.group == group)
    }

    fn signature(&self, operation: usize) -> String {
        self.signatures.get(operation).cloned().unwrap_or_default()
    }

    /// Returns the fields of a struct, those of its constructor first if requests use it.
    fn shape(&self, id: TypeId) -> String {
        let is_sent = self.sent.contains(&id);
        let new = surface::constructor(self.api, self.names, id).filter(|_| is_sent);
        let Some(arguments) = new else { return self.members(id) };
        let setters = self.fields(id, false);
        let with = if setters.is_empty() { "" } else { " with " };
        format!(" by `new{arguments}`{with}{setters}")
    }

    /// Returns the fields of a struct: first the required ones, then the optional ones.
    fn members(&self, id: TypeId) -> String {
        let parts = [true, false].map(|required| self.fields(id, required));
        let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { String::new() } else { format!(" of {}", parts.join("; ")) }
    }

    /// Returns the fields of a struct that are required, or those that are not.
    fn fields(&self, id: TypeId, required: bool) -> String {
        let Repr::Struct(it) = self.api.repr(id) else { return String::new() };
        let own =
            it.fields.iter().zip(self.names.members(id)).filter(|(field, _)| field.required == required);
        let own = own.map(|(field, name)| {
            let ty = surface::plain(self.api, self.names, field.of.ty);
            format!("`{name}: {}`", surface::with_presence(ty, field.presence()))
        });
        own.collect::<Vec<_>>().join(", ")
    }

    /// Returns the type of the records in the response.
    fn response_type(&self, operation: &Operation) -> Option<TypeId> {
        operation.response.content().filter(|_| !operation.redirect).map(|of| of.ty)
    }
}

/// Returns the first sentence of a text as one line.
pub(super) fn first_sentence(text: &str) -> String {
    let text = text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.');
    docs::lines(text).join(" ") + "."
}

fn count(operations: usize) -> String {
    format!("{operations} operation{}", if operations == 1 { "" } else { "s" })
}
