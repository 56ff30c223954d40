//! Renders the API and its names as Rust files. Looks up names and never creates them.

mod calls;
mod enumeration;
mod example;
mod group;
mod ids;
mod operation;
mod parallel;
mod parameter;
mod reference;
mod rules;
mod security;
mod servers;
mod structure;
mod types;
mod union;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::model::{Api, Repr, TypeId};
use crate::api::names::{self, Module, Names, ident};
use crate::client::appearance::Appearances;
use crate::client::docs::{self, Docs};
use crate::client::format::{Chunk, Unprintable, file};
use crate::client::surface;
use crate::client::tree::Tree;

/// The context of every item.
struct Context<'a> {
    api: &'a Api,
    names: &'a Names,
    docs: &'a Docs<'a>,
    /// Types of the request direction, which have constructors and setters.
    sent: BTreeSet<TypeId>,
    /// Fields that are boxed because the struct would contain itself.
    boxed: BTreeSet<(TypeId, usize)>,
    /// Recursive types, by the number of their cycle.
    cycles: BTreeMap<TypeId, usize>,
    appearances: Appearances<'a>,
    /// The groups that use each file of `models`; `None` for all groups.
    model_groups: BTreeMap<String, Option<BTreeSet<usize>>>,
    /// The signature of each operation's method.
    signatures: Vec<String>,
}

/// The imports of a module.
#[derive(Default)]
struct Imports {
    /// Items of the crate's root.
    runtime: BTreeSet<&'static str>,
    /// Items of `models`.
    models: BTreeSet<String>,
    /// Items of `ids`.
    ids: BTreeSet<String>,
    /// Types of inline schemas, which are in the module of their group.
    inline: BTreeSet<String>,
    /// Names of the file's own items; equal types are not imported.
    taken: BTreeSet<String>,
    /// `serde_json::Value` and `BTreeMap`.
    value: bool,
    map: bool,
}

/// Renders all files.
///
/// # Errors
///
/// [`Unprintable`] if the generator has rendered invalid Rust.
pub fn render(api: &Api, names: &Names, docs: &Docs<'_>) -> Result<Tree, Unprintable> {
    let mut cx = Context {
        api,
        names,
        docs,
        sent: api.sent(),
        boxed: types::boxed(api),
        cycles: types::circular(api),
        model_groups: BTreeMap::new(),
        appearances: Appearances::new(api, names),
        signatures: surface::functions(api, names).into_iter().map(|it| it.signature).collect(),
    };
    cx.model_groups = group::model_groups(&cx);
    let mut modules: BTreeMap<&Module, Vec<TypeId>> = BTreeMap::new();
    for id in api.reachable() {
        if let Some((module, _)) = names.types.get(&id) {
            modules.entry(module).or_default().push(id);
        }
    }
    let files = cx.files(&modules);
    // Tokens are not `Send`, so one thread renders and prints a file.
    let printed = parallel::map(&files, |(_, render)| file(&render()));
    let mut tree = Tree { features: cx.features(), ..Tree::default() };
    for ((path, _), text) in files.into_iter().zip(printed) {
        match path {
            OutputPath::Client(path) => tree.files.insert(path, text?),
            OutputPath::Calls(path) => tree.calls.insert(path, text?),
            OutputPath::Examples => Some(std::mem::replace(&mut tree.examples, text?)),
        };
    }
    tree.reference.insert("API.md".to_owned(), cx.api_page());
    tree.reference.insert("llms.txt".to_owned(), cx.llms_page());
    Ok(tree)
}

/// The place of a file: the client's modules, the calls of its tests, or the file with all examples.
enum OutputPath {
    Client(String),
    Calls(String),
    Examples,
}

/// Renders the parts of a file.
type Render<'a> = Box<dyn Fn() -> Vec<Chunk> + Send + Sync + 'a>;

impl Context<'_> {
    /// Returns every file with the function that renders it.
    fn files<'a>(&'a self, modules: &'a BTreeMap<&Module, Vec<TypeId>>) -> Vec<(OutputPath, Render<'a>)> {
        let mut files: Vec<(OutputPath, Render<'a>)> = Vec::new();
        let mut add = |place, render: Render<'a>| files.push((place, render));
        for (module, ids) in modules {
            if let Module::Model(name) = module {
                let place = OutputPath::Client(format!("models/{name}.rs"));
                add(place, Box::new(|| self.model_file(ids)));
            }
        }
        add(OutputPath::Client("models/mod.rs".to_owned()), Box::new(|| self.models_root()));
        if !self.api.id_kinds.is_empty() {
            add(OutputPath::Client(format!("{}.rs", names::IDS)), Box::new(|| self.ids()));
            add(OutputPath::Client(format!("{}/kind.rs", names::IDS)), Box::new(|| self.id_kinds()));
        }
        for (index, group) in self.names.groups.iter().enumerate() {
            let types = modules.get(&Module::Group(index)).map(Vec::as_slice).unwrap_or_default();
            let path = format!("{}.rs", group.module);
            let render = move || self.group_file(index, types);
            add(OutputPath::Client(path.clone()), Box::new(render));
            let requests = format!("{}/{}.rs", group.module, names::REQUESTS);
            add(OutputPath::Client(requests), Box::new(move || self.requests_file(index)));
            add(OutputPath::Calls(path), Box::new(move || self.calls_file(index)));
        }
        add(OutputPath::Calls("mod.rs".to_owned()), Box::new(|| self.calls_root()));
        add(OutputPath::Examples, Box::new(|| self.examples_file()));
        let webhooks = modules.get(&Module::Webhooks);
        if let Some(ids) = webhooks {
            let place = OutputPath::Client("webhook_payloads.rs".to_owned());
            add(place, Box::new(|| self.model_file(ids)));
        }
        let credentials = self.credentials();
        let (has_webhooks, has_credentials) = (webhooks.is_some(), credentials.is_some());
        add(
            OutputPath::Client("mod.rs".to_owned()),
            Box::new(move || self.root(has_webhooks, has_credentials)),
        );
        if !self.api.servers.is_empty() {
            add(OutputPath::Client(format!("{}.rs", names::SERVERS)), Box::new(|| self.servers()));
        }
        if has_credentials {
            let place = OutputPath::Client(format!("{}.rs", names::CREDENTIALS));
            add(place, Box::new(|| self.credentials().unwrap_or_default()));
        }
        files
    }
}

impl Context<'_> {
    /// Returns the items of a type: the definition and its impls.
    fn item(&self, id: TypeId, imports: &mut Imports) -> Vec<Chunk> {
        match self.api.repr(id) {
            Repr::Struct(_) => self.structure(id, imports),
            Repr::Enum(values) => self.enumeration(id, &values),
            Repr::Union(_) => self.union(id, imports),
            _ => Vec::new(),
        }
    }

    fn items(&self, ids: &[TypeId], imports: &mut Imports) -> Vec<Chunk> {
        ids.iter().flat_map(|id| self.item(*id, imports)).collect()
    }

    fn model_file(&self, ids: &[TypeId]) -> Vec<Chunk> {
        let mut imports = Imports::default();
        let items = self.items(ids, &mut imports);
        let own: BTreeSet<&String> =
            ids.iter().filter_map(|id| self.names.types.get(id)).map(|(_, name)| name).collect();
        imports.models.retain(|name| !own.contains(name));
        let mut chunks = vec![Chunk::Tokens(imports.tokens())];
        chunks.extend(items);
        chunks
    }

    /// Returns the Rust name of a type.
    fn type_name(&self, id: TypeId) -> &str {
        self.names.types.get(&id).map_or("", |(_, name)| name.as_str())
    }

    /// Returns the doc comment of a type.
    fn type_docs(&self, id: TypeId) -> TokenStream {
        match self.api.get(id).doc.as_deref() {
            Some(description) => doc(&docs::lines(description)),
            None => doc(&docs::wrapped(&self.appearances.sentence(id))),
        }
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
        let runtime = import(&quote!(crate), self.runtime.iter().copied());
        let models = import(&quote!(crate::models), self.models.iter().map(String::as_str));
        let ids = import(&quote!(crate::ids), self.ids.iter().map(String::as_str));
        quote!(#map #value #ids #models #runtime)
    }

    /// The imports of a submodule of a group, the types first: the group re-exports the models that it uses.
    fn in_group(mut self) -> (Option<TokenStream>, TokenStream) {
        let mut types = std::mem::take(&mut self.models);
        types.append(&mut self.inline);
        let types = import(&quote!(super), types.iter().map(String::as_str));
        (types, self.tokens())
    }
}

/// Returns the import of names from a module, if there are any.
fn import<'n>(module: &TokenStream, names: impl Iterator<Item = &'n str>) -> Option<TokenStream> {
    let names: Vec<_> = names.map(ident).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(quote!(use #module::#one;)),
        many => Some(quote!(use #module::{#(#many),*};)),
    }
}

/// Returns doc lines as outer attributes.
fn doc(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// Returns doc lines as inner attributes.
fn inner_doc(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#![doc = #lines])*)
}

fn deprecated(flag: bool) -> Option<TokenStream> {
    flag.then(|| quote!(#[deprecated]))
}
