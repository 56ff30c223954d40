//! Prints the public API of a crate, one line per item, with the paths that users write.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenTree;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Fields, GenericArgument, GenericParam, Generics, ImplItem, Item, ItemImpl, Meta};
use syn::{Path, PathArguments, Token, TraitItem, Visibility};

use super::macros::{PLACEHOLDER, Rule, rules};
use super::public::{Public, UserPath};
use super::rename::{Mentioned, renamed};
use super::resolve::{Definition, imports, segments};
use super::source::{Crate, Gate, is_hidden, name_of, parts};
use super::text;

/// Returns the lines, each item before its parts.
pub(crate) fn lines(krate: &Crate, public: &Public) -> Vec<String> {
    let mut surface = Surface::new(krate, public);
    for module in &public.unread {
        surface.line(&[], Rank::Item, &format!("use {}::*", module.join("::")), &Gate::default());
    }
    for (definition, paths) in &public.items {
        paths.iter().for_each(|path| surface.definition(definition, path));
    }
    for (module, entries) in &krate.modules {
        for entry in entries {
            surface.implementation(module, &entry.item, &entry.gate);
            assert_hides_nothing(krate, public, module, &entry.item);
        }
    }
    let mut lines = surface.finish();
    lines.extend(lines_of_macros(krate, public));
    lines
}

/// Returns the items that the macros for generated code make for a type `$name`, one line per item.
fn lines_of_macros(krate: &Crate, public: &Public) -> Vec<String> {
    let mut lines = BTreeSet::new();
    for (module, name, definition) in exported_macros(krate) {
        for items in rules(definition).iter().filter_map(Rule::sketch) {
            for line in sketched(krate, public, module, &items) {
                lines.insert(format!("{name}!: {}", line.replace(PLACEHOLDER, "$")));
            }
        }
    }
    lines.into_iter().collect()
}

/// The macros that other modules can name, with their modules and names.
pub(crate) fn exported_macros(krate: &Crate) -> Vec<(&[String], String, &syn::ItemMacro)> {
    let mut out = Vec::new();
    for (module, entries) in &krate.modules {
        let names = entries.iter().filter_map(|entry| match &entry.item {
            Item::Use(item) => Some(imports(item)),
            _ => None,
        });
        let names: BTreeSet<Vec<String>> = names.flatten().map(|import| import.path).collect();
        for entry in entries {
            if let Item::Macro(definition) = &entry.item
                && let Some(name) = definition.ident.as_ref().map(name_of)
                && names.contains(std::slice::from_ref(&name))
            {
                out.push((module.as_slice(), name, definition));
            }
        }
    }
    out
}

/// The lines of the items that a macro makes, and of the macros that it calls.
fn sketched(krate: &Crate, public: &Public, module: &[String], items: &[Item]) -> Vec<String> {
    let mut surface = Surface::new(krate, public);
    let gate = Gate::default();
    for item in items {
        surface.implementation(module, item, &gate);
        match item {
            Item::Macro(call) if call.ident.is_none() => {
                let name = segments(&call.mac.path).pop().unwrap_or_default();
                surface.line(&[], Rank::Item, &format!("{name}!({})", call.mac.tokens), &gate);
            }
            // The names in `const _: () = { … }` are private to it.
            Item::Const(block) => {
                let mut inner = Implementations(Vec::new());
                inner.visit_item_const(block);
                inner.0.into_iter().for_each(|it| surface.implementation(module, &Item::Impl(it), &gate));
            }
            item if parts(item).is_public => {
                let name = parts(item).name.unwrap_or_default();
                surface.line(&[], Rank::Item, &format!("item {name}"), &gate);
            }
            _ => {}
        }
    }
    surface.finish()
}

struct Implementations(Vec<ItemImpl>);

impl<'ast> Visit<'ast> for Implementations {
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        self.0.push(item.clone());
    }
}

/// Asserts that a macro call that is not expanded makes only items that users do not see.
fn assert_hides_nothing(krate: &Crate, public: &Public, module: &[String], item: &Item) {
    let Item::Macro(call) = item else { return };
    if call.ident.is_some() || krate.expansion(module, item).is_some() {
        return;
    }
    let is_public = |token: TokenTree| {
        let resolved = krate.resolve(module, &[token.to_string()]);
        resolved.definitions.iter().any(|definition| public.path(definition).is_some())
    };
    if !call.mac.tokens.clone().into_iter().any(is_public) {
        return;
    }
    let place = format!("`{}!` in `{}`", segments(&call.mac.path).join("::"), module.join("::"));
    let Some(definition) = krate.definition_of(module, item) else { panic!("{place} is not of this crate") };
    for rule in rules(definition) {
        let items = rule.sketch().unwrap_or_else(|| panic!("{place} does not make items"));
        let lines = sketched(krate, public, module, &items);
        assert!(lines.is_empty(), "{place} is too complex to expand and makes public items: {lines:#?}");
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Item,
    Traits,
}

/// The common part of the traits that share a line.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    key: Vec<String>,
    /// `impl<T: Bound>` or `derive`.
    word: String,
    /// The type, and the bounds after it.
    text: String,
    gate: Gate,
}

struct Surface<'c> {
    krate: &'c Crate,
    public: &'c Public,
    lines: BTreeSet<(Vec<String>, Rank, String)>,
    traits: BTreeMap<Subject, BTreeSet<String>>,
}

impl<'c> Surface<'c> {
    fn new(krate: &'c Crate, public: &'c Public) -> Self {
        Self { krate, public, lines: BTreeSet::new(), traits: BTreeMap::new() }
    }

    fn finish(mut self) -> Vec<String> {
        for (subject, traits) in std::mem::take(&mut self.traits) {
            let traits: Vec<String> = traits.into_iter().collect();
            let text = format!("{} {} for {}", subject.word, traits.join(" + "), subject.text);
            self.line(&subject.key, Rank::Traits, &text, &subject.gate);
        }
        self.lines.into_iter().map(|(_, _, line)| line).collect()
    }

    fn line(&mut self, key: &[String], rank: Rank, text: &str, gate: &Gate) {
        let gate = gate.to_string();
        let gate = if gate.is_empty() { gate } else { format!("  [{gate}]") };
        self.lines.insert((key.to_vec(), rank, format!("{text}{gate}")));
    }

    /// Adds the line of a part of an item.
    fn part(&mut self, of: &[String], name: &str, text: &str, attributes: &[Attribute], gate: &Gate) {
        let Some(gate) = gate.and(attributes) else { return };
        let key = [of, &[name.to_owned()]].concat();
        self.line(&key, Rank::Item, &format!("{text}{}", marks(attributes)), &gate);
    }

    fn definition(&mut self, definition: &Definition, at: &UserPath) {
        let (key, name, gate) = (at.names.as_slice(), at.names.join("::"), &at.gate);
        let Definition::Item(module, index) = definition else {
            let text = match definition {
                Definition::Foreign(path) => format!("use {} as {name}", path.join("::")),
                _ => format!("mod {name}"),
            };
            return self.line(key, Rank::Item, &text, gate);
        };
        let item = &self.krate.entries(module)[*index].item;
        let attributes = parts(item).attributes;
        let item = renamed(self.krate, self.public, module, item, |rename, item| rename.visit_item_mut(item));
        let text = match &item {
            Item::Const(it) => format!("const {name}: {}", text::ty(&it.ty)),
            Item::Fn(it) => text::signature(&it.sig, &name),
            Item::Type(it) => format!("type {name}{} = {}", text::generics(&it.generics), text::ty(&it.ty)),
            Item::Struct(it) => {
                self.derives(attributes, at, &it.generics);
                let mut hidden = "";
                for (index, field) in it.fields.iter().enumerate() {
                    if !matches!(field.vis, Visibility::Public(_)) {
                        hidden = " { private fields }";
                        continue;
                    }
                    let own = field.ident.as_ref().map_or_else(|| index.to_string(), name_of);
                    let text = format!("field {name}.{own}: {}", text::ty(&field.ty));
                    self.part(key, &own, &text, &field.attrs, gate);
                }
                format!("struct {name}{}{hidden}", text::generics(&it.generics))
            }
            Item::Enum(it) => {
                self.derives(attributes, at, &it.generics);
                for variant in &it.variants {
                    let own = name_of(&variant.ident);
                    let text = format!("variant {name}::{own}{}", fields(&variant.fields));
                    self.part(key, &own, &text, &variant.attrs, gate);
                }
                format!("enum {name}{}", text::generics(&it.generics))
            }
            Item::Trait(it) => {
                it.items.iter().for_each(|item| self.trait_item(at, item));
                format!("trait {name}{}{}", text::generics(&it.generics), text::supertraits(it))
            }
            _ => panic!("`{name}` is public and of a kind that has no line"),
        };
        self.line(key, Rank::Item, &format!("{text}{}", marks(attributes)), gate);
    }

    fn trait_item(&mut self, at: &UserPath, item: &TraitItem) {
        let path = |own: &str| format!("{}::{own}", at.names.join("::"));
        let (own, text, is_provided, attributes) = match item {
            TraitItem::Fn(it) => {
                let own = name_of(&it.sig.ident);
                let text = text::signature(&it.sig, &path(&own));
                (own, text, it.default.is_some(), &it.attrs)
            }
            TraitItem::Const(it) => {
                let own = name_of(&it.ident);
                let text = format!("const {}: {}", path(&own), text::ty(&it.ty));
                (own, text, it.default.is_some(), &it.attrs)
            }
            TraitItem::Type(it) => {
                let own = name_of(&it.ident);
                let text = format!("type {}", path(&own));
                (own, text, it.default.is_some(), &it.attrs)
            }
            _ => panic!("a trait has an item of a kind that has no line"),
        };
        let provided = if is_provided { " { provided }" } else { "" };
        self.part(&at.names, &own, &format!("{text}{provided}"), attributes, &at.gate);
    }

    /// Adds the derived traits, which also bound the parameters of the type.
    fn derives(&mut self, attributes: &[Attribute], at: &UserPath, generics: &Generics) {
        let params: Vec<String> = generics.params.iter().map(parameter).collect();
        let has_types = generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_)));
        let params = if params.is_empty() { String::new() } else { format!("<{}>", params.join(", ")) };
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
            let traits = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
            let subject = Subject {
                key: at.names.clone(),
                word: if has_types { "derive" } else { "impl" }.to_owned(),
                text: format!("{}{params}", at.names.join("::")),
                gate: at.gate.clone(),
            };
            let names = traits.expect("names of traits").into_iter().filter_map(|it| segments(&it).pop());
            self.traits.entry(subject).or_default().extend(names);
        }
    }

    /// Adds what an `impl` gives to a public type.
    fn implementation(&mut self, module: &[String], item: &Item, gate: &Gate) {
        let Item::Impl(block) = item else { return };
        if is_hidden(&block.attrs) {
            return;
        }
        let Some(owner) = self.owner(module, block) else { return };
        let gate = gate.join(&owner.gate);
        let own =
            renamed(self.krate, self.public, module, block, |rename, it| rename.visit_item_impl_mut(it));
        let (params, bounds) = parameters(&own.generics);
        let subject = text::ty(&own.self_ty);
        if let (Some((before, _)), Some((of, _))) = (&block.trait_, &own.trait_) {
            let of = match self.krate.resolve_path(module, before).definitions.as_slice() {
                [Definition::Item(..)] => of.clone(),
                _ => of.segments.last().cloned().map(Path::from).unwrap_or_else(|| of.clone()),
            };
            let word = format!("impl{params}");
            let subject = Subject { key: owner.names, word, text: format!("{subject}{bounds}"), gate };
            self.traits.entry(subject).or_default().insert(trait_text(of, &own.items));
            return;
        }
        let asked = params.trim_start_matches('<').trim_end_matches('>');
        let bounds = match (asked.contains(':'), bounds.as_str()) {
            (false, bounds) => bounds.to_owned(),
            (true, "") => format!(" where {asked}"),
            (true, _) => panic!("bounds of `{subject}` in two places"),
        };
        for item in &own.items {
            match item {
                ImplItem::Fn(it) if matches!(it.vis, Visibility::Public(_)) && !is_hidden(&it.attrs) => {
                    let name = name_of(&it.sig.ident);
                    let text = text::signature(&it.sig, &format!("{subject}::{name}"));
                    self.part(&owner.names, &name, &format!("{text}{bounds}"), &it.attrs, &gate);
                }
                ImplItem::Const(it) if matches!(it.vis, Visibility::Public(_)) => {
                    let name = name_of(&it.ident);
                    let text = format!("const {subject}::{name}: {}", text::ty(&it.ty));
                    self.part(&owner.names, &name, &format!("{text}{bounds}"), &it.attrs, &gate);
                }
                _ => {}
            }
        }
    }

    /// The public type, or its placeholder, under which an `impl` is listed; `None` if users do not see it.
    fn owner(&self, module: &[String], block: &ItemImpl) -> Option<UserPath> {
        let mut mentioned = Mentioned::new(self.krate, module);
        mentioned.visit_type(&block.self_ty);
        if let Some((of, _)) = &block.trait_ {
            mentioned.visit_path(of);
        }
        let mut owner = None;
        for (name, definitions) in mentioned.found {
            let found = match definitions.iter().find(|it| self.krate.item(it).is_some()) {
                Some(item) => Some(self.public.path(item)?.clone()),
                None => name.starts_with(PLACEHOLDER).then(|| UserPath::root(&name)),
            };
            owner = owner.or(found);
        }
        owner
    }
}

/// The attributes that affect or warn users.
fn marks(attributes: &[Attribute]) -> String {
    let mut out = String::new();
    for attribute in attributes {
        match &attribute.meta {
            Meta::List(list) if list.path.is_ident("doc") => {
                out.push_str(&format!(" #[doc({})]", list.tokens));
            }
            meta => {
                for mark in ["must_use", "non_exhaustive", "deprecated"] {
                    if meta.path().is_ident(mark) {
                        out.push_str(&format!(" #[{mark}]"));
                    }
                }
            }
        }
    }
    out
}

fn fields(fields: &Fields) -> String {
    let texts: Vec<String> = fields
        .iter()
        .map(|field| match &field.ident {
            Some(name) => format!("{}: {}", name_of(name), text::ty(&field.ty)),
            None => text::ty(&field.ty),
        })
        .collect();
    match fields {
        Fields::Unit => String::new(),
        Fields::Unnamed(_) => format!("({})", texts.join(", ")),
        Fields::Named(_) => format!(" {{ {} }}", texts.join(", ")),
    }
}

fn parameter(param: &GenericParam) -> String {
    match param {
        GenericParam::Lifetime(_) => "'_".to_owned(),
        GenericParam::Type(it) => name_of(&it.ident),
        GenericParam::Const(it) => name_of(&it.ident),
    }
}

/// The parameters of an `impl` without lifetimes, and its `where` clause.
fn parameters(generics: &Generics) -> (String, String) {
    let mut own = generics.clone();
    own.params = own.params.into_iter().filter(|param| !matches!(param, GenericParam::Lifetime(_))).collect();
    let text = text::generics(&own);
    match text.split_once("where ") {
        Some((params, bounds)) => (params.trim().to_owned(), format!(" where {bounds}")),
        None => (text, String::new()),
    }
}

/// A trait with its arguments and associated types, without lifetimes.
fn trait_text(mut path: Path, items: &[ImplItem]) -> String {
    let mut arguments = Vec::new();
    if let Some(last) = path.segments.last_mut()
        && let PathArguments::AngleBracketed(own) = std::mem::take(&mut last.arguments)
    {
        for argument in &own.args {
            match argument {
                GenericArgument::Type(ty) => arguments.push(text::ty(ty)),
                GenericArgument::Lifetime(_) => {}
                _ => panic!("an argument of a trait of a kind that has no text"),
            }
        }
    }
    for item in items {
        if let ImplItem::Type(it) = item {
            arguments.push(format!("{} = {}", it.ident, text::ty(&it.ty)));
        }
    }
    let name = text::path(&path);
    if arguments.is_empty() { name } else { format!("{name}<{}>", arguments.join(", ")) }
}
