//! Renders the files around the items: the modules of groups, the root modules, and the feature gates of models.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::reference::first_sentence;
use super::{Context, Imports, doc, inner_doc};
use crate::api::model::{Group, Repr, TypeId};
use crate::api::names::types::used_models;
use crate::api::names::{self, Module, REQUESTS, ident, words};
use crate::client::docs;
use crate::client::format::Chunk;

impl Context<'_> {
    /// Renders the module of a group: its inline types, and re-exports of the models that it uses.
    pub(super) fn group_file(&self, index: usize, types: &[TypeId]) -> Vec<Chunk> {
        let Some(names) = self.names.groups.get(index) else { return Vec::new() };
        let mut imports = Imports::default();
        let items = self.items(types, &mut imports);
        let mut page = self.about_group(index);
        page.extend(self.operations_table(index, &names.handle));
        let mut chunks = vec![Chunk::Tokens(self.group_imports(index, &page, imports))];
        chunks.extend(items);
        chunks
    }

    /// Renders the submodule of a group whose names the generator chooses: the handle and the requests. A schema of the
    /// document cannot clash with them.
    pub(super) fn requests_file(&self, index: usize) -> Vec<Chunk> {
        let Some(names) = self.names.groups.get(index) else { return Vec::new() };
        let own: Vec<_> = self.operations(index).collect();
        let taken = own.iter().map(|(_, _, names)| &names.request).chain([&names.handle]).cloned().collect();
        let mut imports = Imports { taken, ..Imports::default() };
        imports.runtime.extend(["Client", "Idempotency", "Method", "Operation", "Request"]);
        let handle = ident(&names.handle);
        let accessor = ident(&names.module);
        let methods: Vec<TokenStream> =
            own.iter().map(|(_, operation, names)| self.method(operation, names, &mut imports)).collect();
        let outer = doc(&self.about_group(index));
        let entry = quote! {
            #outer
            #[derive(Clone, Copy, Debug)]
            pub struct #handle<'a> {
                client: &'a Client,
            }
            impl Client {
                #outer
                #[must_use]
                pub fn #accessor(&self) -> #handle<'_> {
                    #handle { client: self }
                }
            }
            impl #handle<'_> {
                #(#methods)*
            }
        };
        let mut chunks = vec![Chunk::Tokens(entry)];
        for (operation_index, operation, operation_names) in own {
            let constant = self.constant(operation, operation_names, &names.module);
            let builder =
                self.builder(operation_index, operation, operation_names, &names.handle, &mut imports);
            chunks.push(Chunk::Tokens(constant));
            if let Some(rules) = self.query_rules(operation) {
                let name = &operation_names.constant;
                chunks.push(Chunk::Text(format!(
                    "crate::runtime::query_rules!({name}_RULES {{\n{rules}}});\n"
                )));
            }
            chunks.push(Chunk::Tokens(builder));
        }
        let docs = inner_doc(&[format!("The operations of `{}` and their requests.", names.module)]);
        let (types, rest) = imports.in_group();
        chunks.insert(
            0,
            Chunk::Tokens(quote! {
                #docs
                #types
                #rest
            }),
        );
        chunks
    }

    /// Returns the documentation of a group.
    pub(super) fn about_group(&self, index: usize) -> Vec<String> {
        match self.api.groups.get(index) {
            Some(Group { doc: Some(doc), .. }) => docs::lines(doc),
            Some(Group { tag, .. }) => vec![format!("Operations of the group `{}`.", docs::fenced(tag))],
            None => Vec::new(),
        }
    }

    /// Returns the operations of a group as a Markdown table.
    fn operations_table(&self, index: usize, handle: &str) -> Vec<String> {
        // An unescaped `|` ends a cell. It is already escaped in prose of the document, but not in its code spans.
        let cell = |text: &str| text.replace("\\|", "|").replace('|', "\\|");
        let mut lines: Vec<String> = ["", "| call | request | what it does |", "|---|---|---|"]
            .into_iter()
            .map(str::to_owned)
            .collect();
        for (_, operation, names) in self.operations(index) {
            let (request, method) = (docs::fenced(&operation.name()), format!("{handle}::{}", names.method));
            let link = format!("{}::{method}", REQUESTS);
            let says = first_sentence(&self.docs.operation(operation));
            lines.push(format!("| [`{method}`]({link}) | `{}` | {} |", cell(&request), cell(&says)));
        }
        lines
    }

    /// Re-exports the models that a group uses: `leads::Lead`.
    fn group_imports(&self, index: usize, about: &[String], mut imports: Imports) -> TokenStream {
        let docs = inner_doc(about);
        imports.models.clear();
        let rest = imports.tokens();
        let models: BTreeSet<&str> =
            used_models(self.api, self.names, index).into_iter().map(|id| self.type_name(id)).collect();
        let models: Vec<_> = models.into_iter().map(ident).collect();
        let models = (!models.is_empty()).then(|| quote!(pub use crate::models::{#(#models),*};));
        let requests = ident(REQUESTS);
        quote! {
            #docs
            pub mod #requests;
            #models
            #rest
        }
    }

    pub(super) fn models_root(&self) -> Vec<Chunk> {
        // The compiler resolves a list of names faster than the globs of thousands of files.
        let mut types: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (module, name) in self.names.types.values() {
            if let Module::Model(file) = module {
                types.entry(file).or_default().insert(name);
            }
        }
        let items = self.model_groups.iter().map(|(name, groups)| {
            let file = ident(name);
            let gate = self.gate(groups.as_ref());
            let own: Vec<_> =
                types.get(name.as_str()).into_iter().flatten().map(|name| ident(name)).collect();
            let own = match own.as_slice() {
                [one] => quote!(#one),
                all => quote!({#(#all),*}),
            };
            quote! {
                #gate
                mod #file;
                #gate
                pub use self::#file::#own;
            }
        });
        let items: Vec<TokenStream> = items.collect();
        vec![
            Chunk::Tokens(quote! {
                //! Schemas that the API document names, and types that several operations share.
                //!
                //! Each group of operations that uses one re-exports it.
            }),
            Chunk::Tokens(quote!(#(#items)*)),
        ]
    }

    pub(super) fn root(&self, has_webhooks: bool, has_credentials: bool) -> Vec<Chunk> {
        let mut groups: Vec<&str> = self.names.groups.iter().map(|group| group.module.as_str()).collect();
        groups.sort_unstable();
        let modules = groups.into_iter().map(|name| {
            let module = ident(name);
            quote! {
                #[cfg(feature = #name)]
                pub mod #module;
            }
        });
        let modules: Vec<TokenStream> = modules.collect();
        let webhooks = has_webhooks.then(|| {
            quote! {
                /// What the API sends to webhooks.
                pub mod webhook_payloads;
            }
        });
        let credentials = has_credentials.then(|| {
            let file = ident(names::CREDENTIALS);
            quote!(mod #file;)
        });
        let ids = (!self.api.id_kinds.is_empty()).then(|| {
            let file = ident(names::IDS);
            quote!(pub mod #file;)
        });
        let servers = (!self.api.servers.is_empty()).then(|| {
            let file = ident(names::SERVERS);
            quote!(pub mod #file;)
        });
        // The module for files is needed only if an operation uploads one.
        let reachable = self.api.reachable();
        let uploads = reachable.iter().any(|id| matches!(self.api.repr(*id), Repr::Upload));
        // In a script without cases, an argument may have the name of a variant.
        let is_ascii = self.names.types.values().all(|(_, name)| name.is_ascii());
        let caseless = (!is_ascii).then(|| quote!(#![allow(bindings_with_variant_name)]));
        let upload = uploads.then(|| {
            quote!(
                pub use crate::runtime::Upload;
            )
        });
        vec![
            Chunk::Tokens(quote! {
                //! The operations and models of the API document. All of it is generated.
                // Tables and setters refer to deprecated items.
                #![allow(deprecated)]
                #caseless
            }),
            Chunk::Tokens(quote!(pub mod models; #ids #credentials #servers #webhooks #(#modules)* #upload)),
        ]
    }

    fn gate(&self, groups: Option<&BTreeSet<usize>>) -> Option<TokenStream> {
        let mut names: Vec<&str> = groups?
            .iter()
            .filter_map(|index| self.names.groups.get(*index))
            .map(|group| group.module.as_str())
            .collect();
        names.sort_unstable();
        Some(match names.as_slice() {
            [one] => quote!(#[cfg(feature = #one)]),
            many => quote!(#[cfg(any(#(feature = #many),*))]),
        })
    }

    /// Returns the lines of `[features]` for the groups.
    pub(super) fn features(&self) -> String {
        let mut names: Vec<&str> = self.names.groups.iter().map(|group| group.module.as_str()).collect();
        names.sort_unstable();
        let mut out = String::from("# Every group of operations; each one alone compiles.\nall-groups = [\n");
        for name in &names {
            out.push_str(&format!("    \"{name}\",\n"));
        }
        out.push_str("]\n");
        for name in &names {
            let tag = self
                .names
                .groups
                .iter()
                .position(|group| group.module == *name)
                .and_then(|index| self.api.groups.get(index));
            let tag = words(tag.map_or("", |group| group.tag.as_str()));
            // A bare key in TOML is ASCII.
            let key = if name.is_ascii() { (*name).to_owned() } else { format!("\"{name}\"") };
            out.push_str(&format!("# Operations on {tag}.\n{key} = []\n"));
        }
        out
    }
}

/// Returns the groups that need each file of models. A model that more than half of the groups need has no gate, and
/// neither do the models that it refers to: a gate with twenty features is not useful.
pub(super) fn model_groups(cx: &Context<'_>) -> BTreeMap<String, Option<BTreeSet<usize>>> {
    let file = |id: &TypeId| match cx.names.types.get(id) {
        Some((Module::Model(name), _)) => Some(name.clone()),
        _ => None,
    };
    let mut users: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for index in 0..cx.api.groups.len() {
        for name in used_models(cx.api, cx.names, index).iter().filter_map(file) {
            users.entry(name).or_default().insert(index);
        }
    }
    let half = cx.api.groups.len() / 2;
    let mut always: BTreeSet<String> =
        users.iter().filter(|(_, groups)| groups.len() > half.max(1)).map(|(name, _)| name.clone()).collect();
    let by_hooks = cx.api.webhooks.iter().filter_map(|hook| hook.payload).map(|of| of.ty);
    for id in cx.api.closure(by_hooks) {
        if let Some(name) = file(&id) {
            users.entry(name.clone()).or_default();
            always.insert(name);
        }
    }
    let everywhere =
        cx.names.types.keys().filter(|id| file(id).is_some_and(|name| always.contains(&name))).copied();
    for id in cx.api.closure(everywhere.collect::<Vec<_>>()) {
        always.extend(file(&id));
    }
    users
        .into_iter()
        .map(|(name, groups)| {
            let groups = (!always.contains(&name)).then_some(groups);
            (name, groups)
        })
        .collect()
}
