//! The API and its names to files of Rust. Looks names up and never invents them.

mod calls;
mod enumeration;
mod example;
mod group;
mod operation;
mod parameter;
mod reference;
mod rules;
mod security;
mod structure;
mod types;
mod union;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::docs::{self, Docs};
use crate::error::Problems;
use crate::format::{Chunk, Unprintable, file};
use crate::ir::{Api, Repr, TypeId};
use crate::names::{self, Module, Names, ident};
use crate::surface;
use crate::tree::Tree;

/// What every item needs to know.
struct Cx<'a> {
    api: &'a Api,
    names: &'a Names,
    docs: &'a Docs<'a>,
    /// Types that are sent, which have constructors and setters.
    sent: BTreeSet<TypeId>,
    /// Fields that must be boxed, since the struct would contain itself.
    boxed: BTreeSet<(TypeId, usize)>,
    /// Types that hold themselves, by the number of their circle.
    circles: BTreeMap<TypeId, usize>,
    /// Which groups use a file of `models`; none: all of them.
    model_groups: BTreeMap<String, Option<BTreeSet<usize>>>,
    /// Of each operation's method.
    signatures: Vec<String>,
}

/// What a module imports.
#[derive(Default)]
struct Imports {
    /// Of the crate's root.
    runtime: BTreeSet<&'static str>,
    /// Of `models`.
    models: BTreeSet<String>,
    /// `serde_json::Value` and `BTreeMap`.
    value: bool,
    map: bool,
}

/// All files.
///
/// # Errors
///
/// [`Unprintable`] where the generator has made something that is no Rust.
pub fn render(
    api: &Api,
    names: &Names,
    docs: &Docs<'_>,
    problems: &mut Problems,
) -> Result<Tree, Unprintable> {
    let mut cx = Cx {
        api,
        names,
        docs,
        sent: api.sent(),
        boxed: types::boxed(api),
        circles: types::circular(api),
        model_groups: BTreeMap::new(),
        signatures: surface::functions(api, names).into_iter().map(|it| it.signature).collect(),
    };
    cx.model_groups = group::model_groups(&cx);
    let mut tree = Tree::default();
    let mut modules: BTreeMap<&Module, Vec<TypeId>> = BTreeMap::new();
    for id in api.reachable() {
        if let Some((module, _)) = names.types.get(&id) {
            modules.entry(module).or_default().push(id);
        }
    }
    for (module, ids) in &modules {
        if let Module::Model(name) = module {
            let text = file(&cx.model_file(ids, problems))?;
            tree.files.insert(format!("models/{name}.rs"), text);
        }
    }
    tree.files.insert("models/mod.rs".to_owned(), file(&cx.models_root())?);
    for index in 0..names.groups.len() {
        let types = modules.get(&Module::Group(index)).map(Vec::as_slice).unwrap_or_default();
        let Some(group) = names.groups.get(index) else { continue };
        let text = file(&cx.group_file(index, types, problems))?;
        tree.files.insert(format!("{}.rs", group.module), text);
        tree.calls.insert(format!("{}.rs", group.module), file(&cx.calls_file(index))?);
    }
    tree.calls.insert("mod.rs".to_owned(), file(&cx.calls_root())?);
    if let Some(ids) = modules.get(&Module::Webhooks) {
        tree.files.insert("webhook_payloads.rs".to_owned(), file(&cx.model_file(ids, problems))?);
    }
    let has_webhooks = modules.contains_key(&Module::Webhooks);
    let credentials = cx.credentials();
    tree.files.insert("mod.rs".to_owned(), file(&cx.root(has_webhooks, credentials.is_some()))?);
    if let Some(credentials) = credentials {
        tree.files.insert(format!("{}.rs", names::CREDENTIALS), file(&credentials)?);
    }
    tree.features = cx.features();
    tree.reference.insert("API.md".to_owned(), cx.api_page());
    tree.reference.insert("llms.txt".to_owned(), cx.llms_page());
    Ok(tree)
}

impl Cx<'_> {
    /// The items of a type: the type itself and what it can do.
    fn item(&self, id: TypeId, imports: &mut Imports, problems: &mut Problems) -> Vec<Chunk> {
        match self.api.repr(id) {
            Repr::Struct(_) => self.structure(id, imports, problems),
            Repr::Enum(values) => self.enumeration(id, &values, problems),
            Repr::Union(_) => self.union(id, imports),
            _ => Vec::new(),
        }
    }

    fn items(&self, ids: &[TypeId], imports: &mut Imports, problems: &mut Problems) -> Vec<Chunk> {
        ids.iter().flat_map(|id| self.item(*id, imports, problems)).collect()
    }

    fn model_file(&self, ids: &[TypeId], problems: &mut Problems) -> Vec<Chunk> {
        let mut imports = Imports::default();
        let items = self.items(ids, &mut imports, problems);
        let own: BTreeSet<&String> =
            ids.iter().filter_map(|id| self.names.types.get(id)).map(|(_, name)| name).collect();
        imports.models.retain(|name| !own.contains(name));
        let mut chunks = vec![Chunk::Tokens(imports.tokens())];
        chunks.extend(items);
        chunks
    }

    /// The name of a type's item.
    fn type_name(&self, id: TypeId) -> &str {
        self.names.types.get(&id).map_or("", |(_, name)| name.as_str())
    }

    /// The doc comment of a type.
    fn type_docs(&self, id: TypeId, otherwise: &str) -> TokenStream {
        doc(&docs::lines(self.api.get(id).doc.as_deref().unwrap_or(otherwise)))
    }
}

impl Imports {
    fn tokens(&self) -> TokenStream {
        let map = self.map.then(|| {
            quote!(
                use std::collections::BTreeMap;
            )
        });
        let value = self.value.then(|| {
            quote!(
                use serde_json::Value;
            )
        });
        let runtime: Vec<_> = self.runtime.iter().map(|name| ident(name)).collect();
        let runtime = match runtime.as_slice() {
            [] => None,
            [one] => Some(quote!(use crate::#one;)),
            many => Some(quote!(use crate::{#(#many),*};)),
        };
        let models: Vec<_> = self.models.iter().map(|name| ident(name)).collect();
        let models = match models.as_slice() {
            [] => None,
            [one] => Some(quote!(use crate::models::#one;)),
            many => Some(quote!(use crate::models::{#(#many),*};)),
        };
        quote!(#map #value #models #runtime)
    }
}

/// Doc lines as attributes.
fn doc(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// The same as an inner attribute.
fn inner_doc(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#![doc = #lines])*)
}

fn deprecated(flag: bool) -> Option<TokenStream> {
    flag.then(|| quote!(#[deprecated]))
}
