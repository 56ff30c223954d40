//! Compares the lists of reserved names with the runtime and with the generated code.

use std::collections::BTreeSet;
use std::fs;

use codegen::api::names::reserved;
use codegen::{Options, Source, generate};
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{File, ImplItem, Item, ItemUse, Path};

use super::macros::{PLACEHOLDER, Rule, rules};
use super::resolve::{Definition, imports, segments};
use super::source::{Crate, name_of, parts};
use super::surface::exported_macros;
use super::{data, runtime};

type Names = BTreeSet<String>;

/// Files of the generated tree that do not belong to a group.
const GENERATED_FILES: [&str; 5] = ["credentials", "ids", "models", "servers", "webhook_payloads"];
/// Trait methods that the runtime and users call, for example `client.clone()`; an inherent method of that name would
/// hide them.
const TRAIT_METHODS: [&str; 1] = ["clone"];
/// The constructor of the trait `Default`, which the runtime calls as `ClientBuilder::default()`.
const TRAIT_CONSTRUCTORS: [&str; 1] = ["default"];
/// Variants of the prelude: these are values, whereas a document names types.
const VALUES: [&str; 4] = ["Err", "None", "Ok", "Some"];

#[test]
fn modules_are_those_of_the_root_with_methods_of_the_client_and_features() {
    let krate = runtime();
    let mut needed = set(&GENERATED_FILES);
    needed.extend(set(&TRAIT_METHODS));
    needed.extend(names_of_root(&krate));
    needed.extend(methods_of(&krate, "Client"));
    needed.extend(features());
    assert_list("MODULES", reserved::MODULES, &needed);
}

#[test]
fn types_are_those_that_generated_code_names() {
    let mut needed = types_in_macros(&runtime());
    for tree in generated_files() {
        needed.extend(types_in(&tree));
    }
    assert_list("TYPES", reserved::TYPES, &needed);
}

#[test]
fn builder_methods_are_those_of_the_client_builder() {
    let mut needed = methods_of(&runtime(), "ClientBuilder");
    needed.extend(set(&TRAIT_METHODS));
    needed.extend(set(&TRAIT_CONSTRUCTORS));
    assert_list("BUILDER_METHODS", reserved::BUILDER_METHODS, &needed);
}

#[test]
fn request_methods_are_those_that_macros_give_to_generated_requests() {
    let mut needed = set(&TRAIT_METHODS);
    for (module, _, definition) in exported_macros(&runtime()) {
        if module == ["runtime", "request", "macros"] {
            let items = rules(definition).iter().filter_map(Rule::sketch).flatten().collect::<Vec<_>>();
            needed.extend(items.iter().flat_map(methods));
        }
    }
    assert_list("REQUEST_METHODS", reserved::REQUEST_METHODS, &needed);
}

/// Reports the names that a list lacks, and those that it does not need.
fn assert_list(list: &str, has: &[&str], needed: &Names) {
    let has = set(has);
    let missing: Vec<&String> = needed.difference(&has).collect();
    let superfluous: Vec<&String> = has.difference(needed).collect();
    assert!(
        missing.is_empty() && superfluous.is_empty(),
        "codegen/src/api/names/reserved.rs: {list} lacks {missing:?} and does not need {superfluous:?}"
    );
}

fn set(names: &[&str]) -> Names {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Modules at the root of the crate, public or not: each hides a group of its name, which is imported by a glob.
fn names_of_root(krate: &Crate) -> Names {
    let mut names = Names::new();
    for entry in krate.entries(&[]) {
        let own: Vec<String> = match &entry.item {
            Item::Use(item) => imports(item).into_iter().filter_map(|import| import.name).collect(),
            item => parts(item).name.into_iter().collect(),
        };
        names.extend(own.into_iter().filter(|name| {
            let found = krate.resolve(&[], std::slice::from_ref(name)).definitions;
            found.iter().any(|definition| matches!(definition, Definition::Module(_)))
        }));
    }
    names
}

/// The methods of a type at the root of the crate, including private ones: duplicate names do not compile.
fn methods_of(krate: &Crate, name: &str) -> Names {
    let own = krate.resolve(&[], &[name.to_owned()]).definitions;
    let mut names = Names::new();
    for (module, entries) in &krate.modules {
        for entry in entries {
            if let Item::Impl(block) = &entry.item
                && let syn::Type::Path(of) = &*block.self_ty
                && krate.resolve_path(module, &of.path).definitions == own
            {
                names.extend(methods(&entry.item));
            }
        }
    }
    names
}

/// The functions of an inherent `impl`.
fn methods(item: &Item) -> Names {
    let Item::Impl(block) = item else { return Names::new() };
    if block.trait_.is_some() {
        return Names::new();
    }
    let names = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(it) => Some(name_of(&it.sig.ident)),
        _ => None,
    });
    names.collect()
}

/// The features of the runtime that are not groups, as identifiers.
fn features() -> Names {
    let manifest: toml::Table = data::own("generated-client/Cargo.toml").parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    let groups: Names =
        features["all-groups"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect();
    features.keys().filter(|name| !groups.contains(*name)).map(|name| name.replace('-', "_")).collect()
}

/// The files that are generated for this API and for each construct of OpenAPI.
fn generated_files() -> Vec<File> {
    let overlays = data::overlays();
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    let mut files = generated(&data::own("spec/openapi.yaml"), &overlays);
    let folder = data::root().join("codegen/tests/fixtures");
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = data::file_name(&path);
        if let Some(stem) = name.strip_suffix(".yaml").filter(|stem| !stem.ends_with(".overlay")) {
            let overlay = fs::read_to_string(folder.join(format!("{stem}.overlay.yaml"))).ok();
            let overlay = overlay.as_deref().map(|text| Source { name: "overlay.yaml", text });
            files.extend(generated(&fs::read_to_string(&path).unwrap(), overlay.as_slice()));
        }
    }
    files
}

fn generated(spec: &str, overlays: &[Source<'_>]) -> Vec<File> {
    let spec = Source { name: "api.yaml", text: spec };
    let generated = generate(spec, overlays, Options::default()).unwrap();
    let files = generated.tree.files.iter();
    // The file with the methods for credentials does not contain types of the document.
    let files = files.filter(|(path, _)| path.as_str() != "credentials.rs");
    files.map(|(_, text)| syn::parse_file(text).unwrap()).collect()
}

/// The names of types that a generated file takes from the runtime, from other crates or from the prelude.
fn types_in(file: &File) -> Names {
    let mut names = TypeNames { declared: Names::new(), named: Names::new() };
    names.visit_file(file);
    names.named.difference(&names.declared).cloned().collect()
}

struct TypeNames {
    /// Declared by the document: in this file, in `models`, or in the module of the group.
    declared: Names,
    named: Names,
}

impl<'ast> Visit<'ast> for TypeNames {
    fn visit_item(&mut self, item: &'ast Item) {
        self.declared.extend(parts(item).name);
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for import in imports(item) {
            let is_declared =
                |module: &str| import.path.starts_with(&["crate".to_owned(), module.to_owned()]);
            let names = if is_declared("models")
                || is_declared("ids")
                || import.path.first().is_some_and(|step| step == "self" || step == "super")
            {
                &mut self.declared
            } else {
                &mut self.named
            };
            names.extend(import.name.filter(|name| is_type(name)));
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.named.extend(segments(path).into_iter().take(1).filter(|name| is_type(name)));
        visit::visit_path(self, path);
    }
}

/// The names of types that macros write without a path; they are resolved at the call in generated code.
fn types_in_macros(krate: &Crate) -> Names {
    let mut names = Names::new();
    for (_, _, definition) in exported_macros(krate) {
        rules(definition).into_iter().for_each(|rule| add_types(rule.body, &mut names));
    }
    names
}

fn add_types(tokens: TokenStream, names: &mut Names) {
    let mut before = ' ';
    for token in tokens {
        match &token {
            TokenTree::Group(group) => add_types(group.stream(), names),
            // After a single colon follows a type, after a double colon a path segment.
            TokenTree::Ident(name) if !matches!(before, '$' | '.' | ';') => {
                names.extend(Some(name.to_string()).filter(|name| is_type(name)));
            }
            _ => {}
        }
        before = match &token {
            TokenTree::Punct(sign) if sign.as_char() == ':' && before == ':' => ';',
            TokenTree::Punct(sign) => sign.as_char(),
            _ => ' ',
        };
    }
}

/// Whether a document could have a type of this name: it is not a constant, a placeholder or a parameter.
fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
        && name.contains(char::is_lowercase)
        && name != "Self"
        && !name.starts_with(PLACEHOLDER)
        && !VALUES.contains(&name)
}
