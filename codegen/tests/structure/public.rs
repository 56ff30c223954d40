//! Lists the items that a user of the crate can name, with their paths.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;

use super::resolve::{Definition, imports};
use super::source::{Crate, Gate, ModulePath, parts};

/// A path from the root of the crate, and the condition under which it exists.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UserPath {
    pub(crate) names: Vec<String>,
    pub(crate) gate: Gate,
}

/// All items that are reachable from the root by public names.
#[derive(Default)]
pub(crate) struct Public {
    pub(crate) items: BTreeMap<Definition, BTreeSet<UserPath>>,
    /// Modules that are not read and are re-exported completely.
    pub(crate) unread: BTreeSet<ModulePath>,
}

impl Public {
    pub(crate) fn of(krate: &Crate) -> Self {
        let mut public = Self::default();
        public.add_module(krate, &[], &UserPath { names: Vec::new(), gate: Gate::default() });
        public
    }

    /// The path that messages and signatures use for an item: the shortest one.
    pub(crate) fn path(&self, definition: &Definition) -> Option<&UserPath> {
        self.items.get(definition)?.iter().min_by_key(|path| path.names.len())
    }

    fn add_module(&mut self, krate: &Crate, module: &[String], at: &UserPath) {
        if !krate.modules.contains_key(module) {
            self.unread.insert(module.to_vec());
        }
        for (index, entry) in krate.entries(module).iter().enumerate() {
            let item = parts(&entry.item);
            if !item.is_public {
                continue;
            }
            let gate = at.gate.join(&entry.gate);
            match (&entry.item, item.name) {
                (Item::Use(item), _) => {
                    for import in imports(item) {
                        for definition in krate.resolve(module, &import.path).definitions {
                            match (&import.name, definition) {
                                (Some(name), definition) => {
                                    self.add(krate, definition, &at.then(name, &gate))
                                }
                                (None, Definition::Module(target)) => {
                                    let at = UserPath { names: at.names.clone(), gate: gate.clone() };
                                    self.add_module(krate, &target, &at);
                                }
                                (None, _) => {}
                            }
                        }
                    }
                }
                (Item::Mod(_), Some(name)) => {
                    let child = Definition::Module([module, std::slice::from_ref(&name)].concat());
                    self.add(krate, child, &at.then(&name, &gate));
                }
                (_, Some(name)) => {
                    self.add(krate, Definition::Item(module.to_vec(), index), &at.then(&name, &gate));
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, krate: &Crate, definition: Definition, at: &UserPath) {
        let mut at = at.clone();
        if let Definition::Item(module, index) = &definition {
            let entry = &krate.entries(module)[*index];
            // Of several items of one name, a re-export passes on the public ones.
            if !parts(&entry.item).is_public {
                return;
            }
            at.gate = at.gate.join(&entry.gate);
        }
        if self.items.entry(definition.clone()).or_default().insert(at.clone())
            && let Definition::Module(module) = &definition
        {
            self.add_module(krate, module, &at);
        }
    }
}

impl UserPath {
    pub(crate) fn root(name: &str) -> Self {
        Self { names: vec![name.to_owned()], gate: Gate::default() }
    }

    fn then(&self, name: &str, gate: &Gate) -> Self {
        Self { names: [self.names.as_slice(), &[name.to_owned()]].concat(), gate: gate.clone() }
    }
}
