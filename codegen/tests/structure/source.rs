//! Reads a crate from its source: the modules of a build without tests, and the items of each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Item, Lit, Meta, Token, Visibility};

use super::macros;
use super::resolve::Definition;

/// The names that lead to a module; empty for the root.
pub(crate) type ModulePath = Vec<String>;

/// The items of a crate by module. A module that is declared but not read does not have an entry.
#[derive(Default)]
pub(crate) struct Crate {
    pub(crate) modules: BTreeMap<ModulePath, Vec<Entry>>,
}

/// An item, and the condition under which it is compiled.
pub(crate) struct Entry {
    pub(crate) item: Item,
    pub(crate) gate: Gate,
}

impl Crate {
    /// Reads a crate, and expands the calls of its simple macros.
    ///
    /// `text` returns the content of the file at a path, if it exists; the modules of the root in `unread` are left
    /// out.
    pub(crate) fn read(root: &str, unread: &[&str], text: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut krate = Self::default();
        let file = text(root).unwrap_or_else(|| panic!("there is no {root}"));
        let reader = Reader { unread, text };
        reader.add(&mut krate, parsed(root, &file), &[], "", &Gate::default());
        krate.expand();
        krate
    }

    /// The items of a module; empty if it is not read.
    pub(crate) fn entries(&self, module: &[String]) -> &[Entry] {
        self.modules.get(module).map_or(&[], Vec::as_slice)
    }

    /// Adds the items of macro calls; an expansion may contain further calls.
    fn expand(&mut self) {
        let mut calls: Vec<(ModulePath, usize)> = Vec::new();
        for (module, entries) in &self.modules {
            calls.extend((0..entries.len()).map(|index| (module.clone(), index)));
        }
        while let Some((module, index)) = calls.pop() {
            let entry = &self.modules[&module][index];
            let Some(made) = self.expansion(&module, &entry.item) else { continue };
            let gate = entry.gate.clone();
            let entries = self.modules.entry(module.clone()).or_default();
            calls.extend((entries.len()..entries.len() + made.len()).map(|index| (module.clone(), index)));
            entries.extend(made.into_iter().map(|item| Entry { item, gate: gate.clone() }));
        }
    }

    /// Whether a macro may add items to a module.
    pub(crate) fn has_item_macro(&self, module: &[String]) -> bool {
        self.entries(module)
            .iter()
            .any(|entry| matches!(&entry.item, Item::Macro(call) if call.ident.is_none()))
    }

    /// The items that a macro call expands to, if the macro is simple enough.
    pub(crate) fn expansion(&self, module: &[String], item: &Item) -> Option<Vec<Item>> {
        let Item::Macro(call) = item else { return None };
        macros::expand(self.definition_of(module, item)?, call)
    }

    /// The definition in this crate of the macro that an item calls.
    pub(crate) fn definition_of(&self, module: &[String], item: &Item) -> Option<&syn::ItemMacro> {
        let Item::Macro(call) = item else { return None };
        if call.ident.is_some() {
            return None;
        }
        let found = self.resolve_path(module, &call.mac.path).definitions;
        found.iter().find_map(|definition| match definition {
            Definition::Item(module, index) => match &self.entries(module)[*index].item {
                Item::Macro(definition) => Some(definition),
                _ => None,
            },
            _ => None,
        })
    }
}

struct Reader<'a> {
    unread: &'a [&'a str],
    text: &'a dyn Fn(&str) -> Option<String>,
}

impl Reader<'_> {
    /// Adds the items of a module whose submodules have their files in `folder`.
    fn add(&self, krate: &mut Crate, items: Vec<Item>, module: &[String], folder: &str, gate: &Gate) {
        let mut entries = Vec::new();
        for mut item in items {
            let Some(gate) = gate.and(parts(&item).attributes) else { continue };
            if let Item::Mod(child) = &mut item {
                let name = name_of(&child.ident);
                let path = [module, std::slice::from_ref(&name)].concat();
                let inner = format!("{folder}{name}/");
                if let Some((_, items)) = &mut child.content {
                    self.add(krate, std::mem::take(items), &path, &inner, &gate);
                } else if !(module.is_empty() && self.unread.contains(&name.as_str())) {
                    let files = [format!("{folder}{name}.rs"), format!("{inner}mod.rs")];
                    let found = files.iter().find_map(|file| Some((file, (self.text)(file)?)));
                    let (file, text) = found.unwrap_or_else(|| panic!("there is none of {files:?}"));
                    self.add(krate, parsed(file, &text), &path, &inner, &gate);
                }
            }
            entries.push(Entry { item, gate });
        }
        krate.modules.insert(module.to_vec(), entries);
    }
}

fn parsed(file: &str, text: &str) -> Vec<Item> {
    syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}")).items
}

/// The name of an identifier, without the `r#` of a keyword.
pub(crate) fn name_of(ident: &Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

/// The parts that all kinds of items have.
pub(crate) struct Parts<'i> {
    pub(crate) attributes: &'i [Attribute],
    pub(crate) name: Option<String>,
    pub(crate) is_public: bool,
}

pub(crate) fn parts(item: &Item) -> Parts<'_> {
    let of = |attributes, name: Option<&Ident>, visibility: Option<&Visibility>| Parts {
        attributes,
        name: name.map(name_of),
        is_public: matches!(visibility, Some(Visibility::Public(_))) && !is_hidden(attributes),
    };
    match item {
        Item::Const(it) => of(&it.attrs, Some(&it.ident), Some(&it.vis)),
        Item::Enum(it) => of(&it.attrs, Some(&it.ident), Some(&it.vis)),
        Item::Fn(it) => of(&it.attrs, Some(&it.sig.ident), Some(&it.vis)),
        Item::Impl(it) => of(&it.attrs, None, None),
        Item::Macro(it) => of(&it.attrs, it.ident.as_ref(), None),
        Item::Mod(it) => of(&it.attrs, Some(&it.ident), Some(&it.vis)),
        Item::Static(it) => of(&it.attrs, Some(&it.ident), Some(&it.vis)),
        Item::Struct(it) => of(&it.attrs, Some(&it.ident), Some(&it.vis)),
        Item::Trait(it) => of(&it.attrs, Some(&it.ident), Some(&it.vis)),
        Item::Type(it) => of(&it.attrs, Some(&it.ident), Some(&it.vis)),
        Item::Use(it) => of(&it.attrs, None, Some(&it.vis)),
        _ => panic!("an item of a kind that the crates of this workspace do not have"),
    }
}

/// Whether an item is `#[doc(hidden)]`: it serves generated code and is not part of the public API.
pub(crate) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("doc") && list.tokens.to_string() == "hidden",
        _ => false,
    })
}

/// The conditions under which an item is compiled: features and `doc`, in `cfg` syntax.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Gate(BTreeSet<String>);

impl Gate {
    /// Returns the conditions combined with those of further attributes; `None` if the item is for tests only.
    pub(crate) fn and(&self, attributes: &[Attribute]) -> Option<Self> {
        let mut out = self.clone();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
            match condition(&attribute.parse_args().expect("a condition")) {
                Condition::Never => return None,
                Condition::Always => {}
                Condition::When(condition) => {
                    out.0.insert(condition);
                }
            }
        }
        Some(out)
    }

    /// Returns the conditions of both.
    pub(crate) fn join(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let conditions: Vec<&str> = self.0.iter().map(String::as_str).collect();
        f.write_str(&conditions.join(", "))
    }
}

/// A `cfg` condition with `test` and `doctest` disabled.
enum Condition {
    Never,
    Always,
    When(String),
}

fn condition(meta: &Meta) -> Condition {
    let Meta::List(list) = meta else { return flag(meta) };
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).expect("conditions");
    let parts = parts.iter().map(condition);
    let word = name_of(list.path.get_ident().expect("`all`, `any` or `not`"));
    let mut needed = Vec::new();
    for part in parts {
        match (word.as_str(), part) {
            ("all", Condition::Never) | ("not", Condition::Always) => return Condition::Never,
            ("any", Condition::Always) | ("not", Condition::Never) => return Condition::Always,
            (_, Condition::When(part)) => needed.push(part),
            _ => {}
        }
    }
    match needed.as_slice() {
        [] if word == "any" => Condition::Never,
        [] => Condition::Always,
        [one] if word != "not" => Condition::When(one.clone()),
        _ => Condition::When(format!("{word}({})", needed.join(", "))),
    }
}

fn flag(meta: &Meta) -> Condition {
    match meta {
        Meta::Path(path) if path.is_ident("test") || path.is_ident("doctest") => Condition::Never,
        Meta::Path(path) if path.is_ident("doc") => Condition::When("doc".to_owned()),
        Meta::NameValue(pair) if pair.path.is_ident("feature") => match &pair.value {
            Expr::Lit(text) => match &text.lit {
                Lit::Str(text) => Condition::When(text.value()),
                _ => panic!("a feature is named by a string"),
            },
            _ => panic!("a feature is named by a string"),
        },
        _ => panic!("a condition of a kind that the crates of this workspace do not have"),
    }
}
