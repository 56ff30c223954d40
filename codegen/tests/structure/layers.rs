//! Checks which folder of a crate uses which: every path to another folder leads to a lower layer.
//!
//! The layers order the modules of one folder, each either a folder or a single file; `self` is the name for the items of
//! the folder's own file. The root of a crate may use every module, because it declares and re-exports them.
//! `cycles.rs` checks the folders without layers.
//!
//! Paths in tests, and paths in macro arguments that are not expressions, are not checked. The content of `quote!` is code
//! of another crate.

use std::collections::{BTreeMap, BTreeSet};

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, Item, ItemUse, Macro, Path, Token, VisRestricted};

use super::macros::{Rule, rules};
use super::resolve::{Definition, imports, segments};
use super::source::Crate;
use super::{read, runtime};

/// The layers of a folder.
struct Layers {
    /// The path of the folder; empty for the root of the crate.
    folder: &'static [&'static str],
    /// From the lowest to the highest; the modules of one layer do not use each other.
    layers: &'static [&'static [&'static str]],
    /// Uses against the order: cycles that are to be removed.
    exceptions: &'static [(&'static str, &'static str)],
}

const CODEGEN: [Layers; 5] = [
    Layers {
        folder: &[],
        layers: &[&["diagnostics"], &["document"], &["api"], &["client"], &["pipeline"], &["review"]],
        exceptions: &[],
    },
    Layers {
        folder: &["document"],
        layers: &[
            &["self"],
            &["graph", "limits", "path_template", "skip"],
            &["source"],
            &["published", "source_map"],
            &["canonical", "lower", "overlay"],
        ],
        exceptions: &[],
    },
    Layers {
        folder: &["api"],
        layers: &[&["model"], &["location", "names"], &["constructors", "never_null", "refine", "resolve"]],
        exceptions: &[],
    },
    Layers {
        folder: &["client"],
        layers: &[
            &["format", "markdown", "tree"],
            &["docs", "fake", "item_index"],
            &["appearance", "surface"],
            &["render"],
        ],
        exceptions: &[],
    },
    Layers {
        folder: &["review"],
        layers: &[&["diff", "migration", "stability"], &["explain"]],
        exceptions: &[],
    },
];

const RUNTIME: Layers = Layers {
    folder: &["runtime"],
    layers: &[
        &["clock", "environment", "operation", "shown", "sync"],
        &["headers", "json", "limit", "retry"],
        &["credential", "transport"],
        &["validation"],
        &["error"],
        &["client", "value"],
        &["builder", "record"],
        &["call"],
        &["receipt", "redirect", "response_future"],
        &["page"],
        &["request"],
        &["write_jobs"],
        &["blocking", "webhook"],
        &["fake"],
    ],
    exceptions: &[
        // `Client::builder` returns the builder, which builds the client.
        ("client", "builder"),
    ],
};

const XTASK: Layers = Layers {
    folder: &[],
    layers: &[
        &["self"],
        &["fake", "files", "help", "messages", "robust"],
        &["ci", "diff", "fetch", "generate", "reference"],
        &["reading"],
        &["tree_package", "conformance", "explain", "migration", "pin_constructors", "update"],
        &["bench", "corpus", "history"],
    ],
    exceptions: &[],
};

#[test]
fn codegen_keeps_its_layers() {
    let codegen = read("codegen/src/lib.rs", &[]);
    let faults: Vec<String> = CODEGEN.iter().flat_map(|layers| layers.faults(&codegen)).collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn runtime_keeps_its_layers() {
    assert_eq!(RUNTIME.faults(&runtime()), Vec::<String>::new());
}

#[test]
fn xtask_keeps_its_layers() {
    assert_eq!(XTASK.faults(&read("xtask/src/main.rs", &[])), Vec::<String>::new());
}

impl Layers {
    /// Lists the uses that violate the order, and the entries of the order that the crate does not need.
    fn faults(&self, krate: &Crate) -> Vec<String> {
        let layer = |folder: &str| self.layers.iter().position(|layer| layer.contains(&folder));
        let folders: BTreeSet<&str> = krate
            .modules
            .keys()
            .filter_map(|path| below(path, self.folder))
            .filter(|it| *it != OWN)
            .collect();
        let mut faults = Vec::new();
        for folder in &folders {
            if layer(folder).is_none() {
                faults.push(format!("`{folder}` is in no layer"));
            }
        }
        for folder in self.layers.iter().copied().flatten() {
            if *folder != OWN && !folders.contains(folder) {
                faults.push(format!("`{folder}` is in a layer and not in the crate"));
            }
        }
        let mut unused: BTreeSet<(&str, &str)> = self.exceptions.iter().copied().collect();
        let uses = uses(krate, self.folder);
        for ((from, to), paths) in &uses {
            let is_lower = layer(to).is_some_and(|to| layer(from).is_some_and(|from| to < from));
            if !is_lower && !unused.remove(&(from.as_str(), to.as_str())) {
                let paths = paths.iter().map(String::as_str).collect::<Vec<_>>().join("`, `");
                faults.push(format!("`{from}` uses `{to}`, which is not in a lower layer: `{paths}`"));
            }
        }
        faults.extend(
            unused.iter().map(|(from, to)| format!("the exception `{from}` to `{to}` is not needed")),
        );
        faults
    }
}

/// The name for the items of a folder's own file.
pub(crate) const OWN: &str = "self";

/// Returns the module of a folder that a path leads into.
fn below<'p, S: AsRef<str>>(path: &'p [String], folder: &[S]) -> Option<&'p str> {
    let inside =
        path.len() >= folder.len() && path.iter().zip(folder).all(|(step, own)| step == own.as_ref());
    inside.then(|| path.get(folder.len()).map_or(OWN, String::as_str))
}

/// Which module of a folder uses which, and the paths of each use.
pub(crate) fn uses<S: AsRef<str>>(
    krate: &Crate,
    folder: &[S],
) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut uses: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for (module, entries) in &krate.modules {
        let Some(from) = below(module, folder).filter(|from| *from != OWN) else { continue };
        let mut paths = Paths { krate, module, found: Vec::new() };
        for entry in entries {
            match &entry.item {
                // Its items belong to another module.
                Item::Mod(_) => {}
                Item::Macro(definition) if definition.ident.is_some() => {
                    let items =
                        rules(definition).iter().filter_map(Rule::sketch).flatten().collect::<Vec<_>>();
                    items.iter().for_each(|item| paths.visit_item(item));
                }
                item => paths.visit_item(item),
            }
        }
        for (target, path) in &paths.found {
            if let Some(to) = below(target, folder).filter(|to| *to != from) {
                uses.entry((from.to_owned(), to.to_owned())).or_default().insert(path.clone());
            }
        }
    }
    uses
}

/// Collects the paths that lead to modules.
struct Paths<'c> {
    krate: &'c Crate,
    module: &'c [String],
    /// The modules to which paths lead, and the paths.
    found: Vec<(Vec<String>, String)>,
}

impl Paths<'_> {
    fn add(&mut self, path: &[String]) {
        if !matches!(path.first().map(String::as_str), Some("crate" | "super")) {
            return;
        }
        let mut definitions = self.krate.resolve(self.module, path).definitions;
        if definitions.is_empty()
            && let Some((_, parent)) = path.split_last()
        {
            // An item from a macro of the parent module.
            definitions = self.krate.resolve(self.module, parent).definitions;
            definitions.retain(|definition| matches!(definition, Definition::Module(module) if self.krate.has_item_macro(module)));
        }
        assert!(
            !definitions.is_empty(),
            "`{}` in `{}` leads nowhere",
            path.join("::"),
            self.module.join("::")
        );
        for definition in definitions {
            if let Definition::Module(module) | Definition::Item(module, _) = definition {
                self.found.push((module, path.join("::")));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        imports(item).iter().for_each(|import| self.add(&import.path));
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.add(&segments(path));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        if call.path.is_ident("quote") {
            return;
        }
        if let Ok(arguments) = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            arguments.iter().for_each(|argument| self.visit_expr(argument));
        }
    }

    /// `pub(crate)` does not count as a use.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}

mod planted {
    use super::{Crate, Layers};

    const LAYERS: Layers =
        Layers { folder: &[], layers: &[&["low", "twin"], &["high"]], exceptions: &[("low", "high")] };

    /// The faults of a crate with these files and the folder `high`.
    fn faults(low: &str, twin: &str, more: &str) -> Vec<String> {
        let root = format!("mod high; mod low; mod twin; {more} pub use high::High;");
        let text = |path: &str| match path {
            "lib.rs" => Some(root.clone()),
            "high.rs" => {
                Some("pub struct High; impl High { pub fn new() -> Self { crate::low::make() } }".to_owned())
            }
            "low.rs" => Some(low.to_owned()),
            "twin.rs" => Some(twin.to_owned()),
            _ => None,
        };
        LAYERS.faults(&Crate::read("lib.rs", &[], &text))
    }

    const LOW: &str = "use crate::high::High; pub fn make() -> High { High }";

    #[test]
    fn accepts_downward_uses_and_exceptions() {
        assert_eq!(faults(LOW, "use std::fmt; mod inner { use super::fmt; }", ""), Vec::<String>::new());
    }

    #[test]
    fn reports_upward_uses_by_use_by_path_and_through_re_exports() {
        for twin in [
            "use crate::high::High;",
            "fn make() { let _ = crate::high::High::new(); }",
            "fn make() { assert!(matches!(super::high::High::new(), _)); }",
            "mod inner { use super::super::high as above; }",
        ] {
            let [fault] = faults(LOW, twin, "").try_into().unwrap();
            assert!(
                fault.starts_with("`twin` uses `high`, which is not in a lower layer"),
                "{twin}: {fault}"
            );
        }
        assert_eq!(
            faults(LOW, "use crate::High;", ""),
            ["`twin` uses `high`, which is not in a lower layer: `crate::High`"]
        );
    }

    #[test]
    fn reports_uses_within_a_layer() {
        assert_eq!(
            faults(LOW, "use crate::low::make;", ""),
            ["`twin` uses `low`, which is not in a lower layer: `crate::low::make`"]
        );
    }

    #[test]
    fn passes_over_tests_and_quoted_code() {
        let twin =
            "#[cfg(test)] mod tests { use crate::high::High; } fn make() { quote!(crate::high::High); }";
        assert_eq!(faults(LOW, twin, ""), Vec::<String>::new());
    }

    #[test]
    fn reports_folders_without_a_layer_and_exceptions_without_a_use() {
        assert_eq!(
            faults("pub fn make() {}", "", "mod other {}"),
            ["`other` is in no layer", "the exception `low` to `high` is not needed"]
        );
    }
}
