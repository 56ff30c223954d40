//! Resolves the typed document to [`Api`]: follows references, recognizes pages and receipts, merges equal types.

mod all_of;
mod content;
mod cycle;
mod direction;
mod errors;
mod merge;
mod null;
mod operation;
mod overlap;
mod parameter;
mod path_pattern;
mod pattern;
mod receipt;
mod refinement;
mod response;
mod scalar;
mod schema;
mod security;
mod servers;
mod shape;
mod shared;
mod union;

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{Discriminator, OpenAPI, PathItem};
use serde_json::Value;

use crate::api::model::{Api, Group, Type, TypeId, TypeKind, TypeRef};
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;
use crate::document::limits::MAX_GROUPS;

use path_pattern::PathPatterns;
pub use shared::Ungrouped;

/// Resolves a document. Diagnostics point into the canonical document.
pub fn resolve(document: &OpenAPI, diagnostics: &mut Diagnostics) -> (Api, Vec<Ungrouped>) {
    let webhooks = webhooks(document, diagnostics);
    let patterns = PathPatterns::read(document, diagnostics);
    let mut resolver = Resolver::new(document, &webhooks, patterns, diagnostics);
    resolver.groups();
    resolver.security();
    resolver.operations();
    resolver.webhooks();
    resolver.errors();
    resolver.glossary();
    refinement::read(document, &mut resolver.api, resolver.diagnostics);
    let entries = shared::entries(document, resolver.diagnostics);
    let Resolver { mut api, discriminators, any_of, .. } = resolver;
    cycle::check(&mut api, diagnostics);
    pattern::check(&api, diagnostics);
    union::tag(&mut api, &discriminators);
    overlap::check(&api, &any_of, diagnostics);
    direction::relax(&mut api);
    receipt::recognize(&mut api);
    let ungrouped = shared::merge(&mut api, &entries, diagnostics);
    (api, ungrouped)
}

struct Resolver<'d, 'p> {
    document: &'d OpenAPI,
    webhooks: &'d [(String, PathItem)],
    patterns: PathPatterns<'d>,
    diagnostics: &'p mut Diagnostics,
    api: Api,
    /// Indexes of groups, by tag.
    groups: BTreeMap<&'d str, usize>,
    /// Components by name. A handle exists before its type, so cycles need no special case.
    components: BTreeMap<&'d str, TypeRef>,
    /// Components with a handle but no type yet. They are queued here: with recursion, a long chain of components would
    /// overflow the stack.
    unread: BTreeMap<TypeId, &'d str>,
    /// Types whose schema is being read.
    filling: BTreeSet<TypeId>,
    /// The `discriminator` of unions.
    discriminators: BTreeMap<TypeId, &'d Discriminator>,
    /// Unions that are an `anyOf`.
    any_of: BTreeSet<TypeId>,
    /// Whether an operation needs a credential.
    is_secured: bool,
    /// Parents that do not list their children, so that they permit any property.
    open_parents: BTreeSet<TypeId>,
}

impl<'d, 'p> Resolver<'d, 'p> {
    fn new(
        document: &'d OpenAPI,
        webhooks: &'d [(String, PathItem)],
        patterns: PathPatterns<'d>,
        diagnostics: &'p mut Diagnostics,
    ) -> Self {
        let api =
            Api { title: document.info.title.clone(), servers: servers::urls(document), ..Api::default() };
        Resolver {
            document,
            webhooks,
            patterns,
            diagnostics,
            api,
            groups: BTreeMap::new(),
            components: BTreeMap::new(),
            unread: BTreeMap::new(),
            filling: BTreeSet::new(),
            discriminators: BTreeMap::new(),
            any_of: BTreeSet::new(),
            is_secured: false,
            open_parents: BTreeSet::new(),
        }
    }

    /// Adds the groups in use, in order of their tags. Tags with the same words are one group. Operations without a tag
    /// are in the group `default`; those of a vendor are in the group of the vendor.
    fn groups(&mut self) {
        let mut tags: Vec<&str> = self
            .operations_of_document()
            .map(|(path, _, operation)| self.group_of(path, operation))
            .collect();
        tags.sort_unstable();
        tags.dedup();
        if tags.len() > MAX_GROUPS {
            let what = format!("the operations have {} tags; at most {MAX_GROUPS} are read", tags.len());
            let help = "a tag groups what belongs together: give operations common ones by an overlay";
            self.diagnostics.error(&At::ROOT.key("paths"), what, help);
            tags.truncate(MAX_GROUPS);
        }
        let mut by_words: BTreeMap<String, usize> = BTreeMap::new();
        for name in tags {
            // An overlay may declare the tag again, so the last declaration wins.
            let declared = || self.document.tags.iter().enumerate().rev().filter(|(_, tag)| tag.name == name);
            let doc = declared().find_map(|(_, tag)| tag.description.clone());
            let last = declared().next();
            let rust = last.and_then(|(_, tag)| text(tag.extensions.get("x-rust-name")));
            let name_at = last
                .filter(|_| rust.is_some())
                .map(|(index, _)| At::ROOT.key("tags").key(&index.to_string()).key("x-rust-name").pointer());
            let words = crate::api::names::words(rust.as_deref().unwrap_or(name));
            let next = self.api.groups.len();
            let index = *by_words.entry(words).or_insert(next);
            self.groups.insert(name, index);
            if index == next {
                self.api.groups.push(Group { tag: name.to_owned(), name: rust, name_at, doc });
            }
        }
    }

    /// Returns the vendor of an operation, otherwise its first tag.
    fn group_of(&self, path: &str, operation: &'d openapiv3::Operation) -> &'d str {
        let tag = operation.tags.first().map_or("default", String::as_str);
        self.patterns.vendor(path).unwrap_or(tag)
    }

    fn operations_of_document(
        &self,
    ) -> impl Iterator<Item = (&'d str, &'static str, &'d openapiv3::Operation)> + use<'d> {
        let mut paths: Vec<_> = self.document.paths.paths.iter().collect();
        paths.sort_unstable_by_key(|(path, _)| path.as_str());
        paths.into_iter().filter_map(|(path, item)| Some((path, item.as_item()?))).flat_map(|(path, item)| {
            // `openapiv3` has the same methods in a different order.
            crate::document::METHODS
                .into_iter()
                .filter_map(move |method| Some((path.as_str(), method, method_of(item, method)?)))
        })
    }

    fn glossary(&mut self) {
        let glossary = self.document.extensions.get("x-glossary");
        if glossary.is_some_and(|glossary| !glossary.is_object()) {
            let what = "`x-glossary` is an object: name to sentence";
            self.diagnostics.error(&At::ROOT.key("x-glossary"), what, "");
        }
        for (name, sentence) in glossary.and_then(Value::as_object).into_iter().flatten() {
            match sentence.as_str() {
                Some(sentence) => {
                    self.api.glossary.insert(name.clone(), sentence.trim().to_owned());
                }
                None => self.diagnostics.error(
                    &At::ROOT.key("x-glossary").key(name),
                    "an entry of the glossary is a text",
                    "",
                ),
            }
        }
    }

    /// Adds a type to the arena.
    fn add(&mut self, ty: Type) -> TypeId {
        let id = TypeId(u32::try_from(self.api.types.len()).unwrap_or(u32::MAX));
        self.api.types.push(ty);
        id
    }
}

/// Reads the webhooks from the extension to which `lower` moves them; `openapiv3` does not support webhooks.
fn webhooks(document: &OpenAPI, diagnostics: &mut Diagnostics) -> Vec<(String, PathItem)> {
    let items = document.extensions.get("x-webhooks").and_then(Value::as_object);
    let read = |(name, item): (&String, &Value)| match serde_json::from_value(item.clone()) {
        Ok(item) => Some((name.clone(), item)),
        Err(error) => {
            diagnostics.error(
                &At::ROOT.key("webhooks").key(name),
                error.to_string(),
                "repair it with an overlay",
            );
            None
        }
    };
    items.into_iter().flatten().filter_map(read).collect()
}

fn method_of<'d>(item: &'d openapiv3::PathItem, method: &str) -> Option<&'d openapiv3::Operation> {
    match method {
        "get" => item.get.as_ref(),
        "put" => item.put.as_ref(),
        "post" => item.post.as_ref(),
        "patch" => item.patch.as_ref(),
        "delete" => item.delete.as_ref(),
        "head" => item.head.as_ref(),
        "options" => item.options.as_ref(),
        "trace" => item.trace.as_ref(),
        _ => None,
    }
}

/// Returns an extension that is a string.
fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// Returns the name of the component to which a schema reference points.
fn component_name(reference: &str) -> Option<String> {
    let pointer = crate::diagnostics::pointer::Pointer::from_fragment(reference)?;
    match pointer.0.as_slice() {
        [a, b, name] if a == "components" && b == "schemas" => Some(name.clone()),
        _ => None,
    }
}

/// Returns whether a type of this kind has no parts, so that all uses without constraints can share one.
fn is_simple(kind: &TypeKind) -> bool {
    matches!(
        kind,
        TypeKind::Any
            | TypeKind::Bool
            | TypeKind::Integer
            | TypeKind::Unsigned
            | TypeKind::Number
            | TypeKind::String(_)
            | TypeKind::Object
    )
}

/// Calls a function with the position some steps below `at`.
fn under<T>(at: &At<'_>, steps: &[&str], then: &mut dyn FnMut(&At<'_>) -> T) -> T {
    match steps {
        [] => then(at),
        [step, rest @ ..] => under(&at.key(step), rest, then),
    }
}
