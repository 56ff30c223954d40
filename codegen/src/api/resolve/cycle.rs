//! Rejects types that Rust cannot express: arrays, maps and unions that form a cycle without a struct, or that expand
//! without end.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::model::{Api, TypeId, TypeKind};
use crate::diagnostics::pointer::Pointer;
use crate::diagnostics::{Diagnostics, Origin, Severity};

/// The deepest nesting that is permitted.
const MAX_DEPTH: usize = 200;
/// The largest number of types in one expanded type.
const MAX_PARTS: usize = 500;

/// Reports such types and replaces them by [`Shape::Any`], so that later passes terminate.
pub(super) fn check(api: &mut Api, diagnostics: &mut Diagnostics) {
    let families: [fn(&TypeKind) -> bool; 2] = [
        // An array of arrays is written as one Rust type.
        |shape| matches!(shape, TypeKind::List(_) | TypeKind::Map(_)),
        // The representation of a union depends on its variants.
        |shape| matches!(shape, TypeKind::Union(_)),
    ];
    for family in families {
        let mut walk = Walk { api, family, open: BTreeSet::new(), sizes: BTreeMap::new() };
        let broken: Vec<TypeId> =
            walk.api.ids().filter(|id| walk.size(*id, 0).is_none_or(|size| size > MAX_PARTS)).collect();
        for id in broken {
            let at = Pointer::from_fragment(&api.get(id).at).unwrap_or_default();
            let what = "this type holds itself with no object between, or unfolds without end";
            let help = "put an object between, or make it free-form by an overlay";
            diagnostics.push(Severity::Error, Origin::Canonical(at), what, help);
            if let Some(ty) = api.types.get_mut(id.0 as usize) {
                ty.kind = TypeKind::Any;
            }
        }
    }
}

struct Walk<'a> {
    api: &'a Api,
    family: fn(&TypeKind) -> bool,
    open: BTreeSet<TypeId>,
    sizes: BTreeMap<TypeId, Option<usize>>,
}

impl Walk<'_> {
    /// Counts the types of the family that a type contains; `None` if they do not end.
    fn size(&mut self, id: TypeId, depth: usize) -> Option<usize> {
        let shape = &self.api.get(id).kind;
        if !(self.family)(shape) {
            return Some(1);
        }
        if let Some(known) = self.sizes.get(&id) {
            return *known;
        }
        if depth > MAX_DEPTH || !self.open.insert(id) {
            return None;
        }
        let parts: Vec<TypeId> = match shape {
            TypeKind::List(of) | TypeKind::Map(of) => vec![of.ty],
            TypeKind::Union(variants) => variants.iter().map(|variant| variant.of.ty).collect(),
            _ => Vec::new(),
        };
        let size = parts.into_iter().try_fold(1_usize, |sum, part| {
            let size = self.size(part, depth + 1)?;
            Some(sum.saturating_add(size))
        });
        self.open.remove(&id);
        self.sizes.insert(id, size);
        size
    }
}
