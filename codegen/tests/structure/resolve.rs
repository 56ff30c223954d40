//! Resolves paths: to items and modules of the crate, through `use`, re-exports and globs, or to other crates.
//!
//! Names of the prelude, of generics and of local variables resolve to nothing.

use std::collections::BTreeSet;

use syn::{Item, UseTree};

use super::source::{Crate, ModulePath, name_of, parts};

/// The definition of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Definition {
    Module(ModulePath),
    /// The index among the entries of its module.
    Item(ModulePath, usize),
    /// The path, beginning with its crate.
    Foreign(Vec<String>),
}

/// The definitions that a path leads to: several if a module, a function or a macro share a name.
pub(crate) struct Resolved {
    pub(crate) definitions: Vec<Definition>,
    /// The number of segments that lead there; the rest is an associated item or a variant.
    pub(crate) used: usize,
}

/// A name that a `use` imports.
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    /// None for a glob.
    pub(crate) name: Option<String>,
}

/// The names of a `use`, with the segments before each.
pub(crate) fn imports(item: &syn::ItemUse) -> Vec<Import> {
    let mut out = Vec::new();
    let root = if item.leading_colon.is_some() { vec![String::new()] } else { Vec::new() };
    collect_imports(&item.tree, root, &mut out);
    out
}

fn collect_imports(tree: &UseTree, mut path: Vec<String>, out: &mut Vec<Import>) {
    match tree {
        UseTree::Path(step) => {
            path.push(name_of(&step.ident));
            collect_imports(&step.tree, path, out);
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect_imports(tree, path.clone(), out)),
        UseTree::Glob(_) => out.push(Import { path, name: None }),
        UseTree::Name(leaf) => {
            // `a::{self}` names `a`.
            if leaf.ident != "self" {
                path.push(name_of(&leaf.ident));
            }
            out.push(Import { name: path.last().cloned(), path });
        }
        UseTree::Rename(leaf) => {
            if leaf.ident != "self" {
                path.push(name_of(&leaf.ident));
            }
            out.push(Import { path, name: Some(name_of(&leaf.rename)) });
        }
    }
}

/// The segments of a path; an empty segment represents a leading `::`.
pub(crate) fn segments(path: &syn::Path) -> Vec<String> {
    let root = path.leading_colon.map(|_| String::new());
    root.into_iter().chain(path.segments.iter().map(|segment| name_of(&segment.ident))).collect()
}

/// The names of the current lookup, so that cyclic imports end.
type Seen = BTreeSet<(ModulePath, String)>;

impl Crate {
    /// Resolves a path in a module.
    pub(crate) fn resolve(&self, module: &[String], path: &[String]) -> Resolved {
        self.walk(module, path, &mut Seen::new())
    }

    /// Resolves a path of syn in a module.
    pub(crate) fn resolve_path(&self, module: &[String], path: &syn::Path) -> Resolved {
        self.resolve(module, &segments(path))
    }

    fn walk(&self, module: &[String], path: &[String], seen: &mut Seen) -> Resolved {
        let mut used = 1;
        let mut here = match path.first().map(String::as_str) {
            None => Vec::new(),
            Some("") => vec![Definition::Foreign(Vec::new())],
            Some("crate") => vec![Definition::Module(Vec::new())],
            Some("self") => vec![Definition::Module(module.to_vec())],
            Some("super") => {
                used = path.iter().take_while(|step| *step == "super").count();
                vec![Definition::Module(module[..module.len().saturating_sub(used)].to_vec())]
            }
            Some(name) => {
                let mut found = self.lookup(module, name, seen);
                if path.len() > 1 {
                    found.retain(|definition| self.is_container(definition));
                }
                let is_crate = found.is_empty() && path.len() > 1 && name.starts_with(char::is_lowercase);
                if is_crate { vec![Definition::Foreign(vec![name.to_owned()])] } else { found }
            }
        };
        while let Some(name) = path.get(used) {
            let next: Vec<Definition> = here
                .iter()
                .flat_map(|definition| match definition {
                    Definition::Module(module) => self.lookup(module, name, seen),
                    Definition::Item(..) => Vec::new(),
                    Definition::Foreign(path) => {
                        vec![Definition::Foreign([path.as_slice(), std::slice::from_ref(name)].concat())]
                    }
                })
                .collect();
            if next.is_empty() {
                // The rest is associated with a type, or not found.
                here.retain(|it| self.is_container(it) && matches!(it, Definition::Item(..)));
                break;
            }
            here = next;
            used += 1;
        }
        Resolved { definitions: here, used }
    }

    /// Looks a name up in a module.
    fn lookup(&self, module: &[String], name: &str, seen: &mut Seen) -> Vec<Definition> {
        let key = (module.to_vec(), name.to_owned());
        if !seen.insert(key.clone()) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut globs = Vec::new();
        for (index, entry) in self.entries(module).iter().enumerate() {
            match &entry.item {
                Item::Use(item) => {
                    for import in imports(item) {
                        match import.name {
                            Some(own) if own == name => {
                                found.extend(self.walk(module, &import.path, seen).definitions);
                            }
                            Some(_) => {}
                            None => globs.push(import.path),
                        }
                    }
                }
                Item::Macro(call) if call.ident.is_none() => {}
                item if parts(item).name.as_deref() == Some(name) => found.push(match item {
                    Item::Mod(_) => Definition::Module([module, &[name.to_owned()]].concat()),
                    _ => Definition::Item(module.to_vec(), index),
                }),
                _ => {}
            }
        }
        // Declared names and named imports take precedence over globs.
        if found.is_empty() {
            for path in globs {
                for definition in self.walk(module, &path, seen).definitions {
                    if let Definition::Module(target) = definition {
                        found.extend(self.lookup(&target, name, seen));
                    }
                }
            }
        }
        seen.remove(&key);
        found.sort();
        found.dedup();
        found
    }

    /// Whether a path can continue after it.
    fn is_container(&self, definition: &Definition) -> bool {
        match definition {
            Definition::Module(_) | Definition::Foreign(_) => true,
            Definition::Item(..) => matches!(
                self.item(definition),
                Some(Item::Enum(_) | Item::Struct(_) | Item::Trait(_) | Item::Type(_))
            ),
        }
    }

    /// The item of a definition.
    pub(crate) fn item(&self, definition: &Definition) -> Option<&Item> {
        match definition {
            Definition::Item(module, index) => Some(&self.entries(module).get(*index)?.item),
            _ => None,
        }
    }
}
