//! Replaces the paths in an item by those that users write, and lists the definitions that it mentions.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Ident, Path, PathSegment};

use super::public::Public;
use super::resolve::{Definition, segments};
use super::source::Crate;

/// The root of a path to an item that users cannot name.
pub(crate) const PRIVATE: &str = "private";

/// Returns a copy of a part of an item, with every path as users write it.
pub(crate) fn renamed<T: Clone>(
    krate: &Crate,
    public: &Public,
    module: &[String],
    node: &T,
    visit: impl Fn(&mut Rename<'_>, &mut T),
) -> T {
    let mut node = node.clone();
    visit(&mut Rename { krate, public, module }, &mut node);
    node
}

/// Replaces each path to an item of this or another crate by the user's path.
pub(crate) struct Rename<'c> {
    krate: &'c Crate,
    public: &'c Public,
    module: &'c [String],
}

impl VisitMut for Rename<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let resolved = self.krate.resolve_path(self.module, path);
        let names = resolved.definitions.iter().find_map(|definition| match definition {
            Definition::Module(_) => None,
            Definition::Foreign(path) => Some(path.clone()),
            Definition::Item(module, _) => Some(match self.public.path(definition) {
                Some(path) => path.names.clone(),
                None => {
                    let name = path.segments.iter().nth(resolved.used - 1).map(|it| it.ident.to_string());
                    [vec![PRIVATE.to_owned()], module.clone(), name.into_iter().collect()].concat()
                }
            }),
        });
        let Some(names) = names else { return };
        let used = resolved.used - usize::from(path.leading_colon.take().is_some());
        let mut own = std::mem::take(&mut path.segments).into_iter().skip(used - 1);
        let arguments = own.next().map(|segment| segment.arguments).unwrap_or_default();
        path.segments =
            names.iter().map(|name| PathSegment::from(Ident::new(name, Span::call_site()))).collect();
        if let Some(last) = path.segments.last_mut() {
            last.arguments = arguments;
        }
        path.segments.extend(own);
    }
}

/// Collects the first name and the definitions of each path in a type or trait.
pub(crate) struct Mentioned<'c> {
    krate: &'c Crate,
    module: &'c [String],
    pub(crate) found: Vec<(String, Vec<Definition>)>,
}

impl<'c> Mentioned<'c> {
    pub(crate) fn new(krate: &'c Crate, module: &'c [String]) -> Self {
        Self { krate, module, found: Vec::new() }
    }
}

impl<'ast> Visit<'ast> for Mentioned<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        let name = segments(path).into_iter().next().unwrap_or_default();
        self.found.push((name, self.krate.resolve_path(self.module, path).definitions));
        visit::visit_path(self, path);
    }
}
