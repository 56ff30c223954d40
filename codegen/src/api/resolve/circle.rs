//! Rejects types that Rust cannot express: arrays, maps and unions that form a cycle without a struct, or that expand
//! without end.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Origin, Problems, Severity};
use crate::api::model::{Api, Shape, TypeId};
use crate::diagnostics::pointer::Pointer;

/// The deepest nesting that is permitted.
const MAX_DEPTH: usize = 200;
/// The largest number of types in one expanded type.
const MAX_PARTS: usize = 500;

/// Reports such types and replaces them by [`Shape::Any`], so that later passes terminate.
pub(super) fn check(api: &mut Api, problems: &mut Problems) {
    let families: [fn(&Shape) -> bool; 2] = [
        // An array of arrays is written as one Rust type.
        |shape| matches!(shape, Shape::List(_) | Shape::Map(_)),
        // The representation of a union depends on its variants.
        |shape| matches!(shape, Shape::Union(_)),
    ];
    for family in families {
        let mut walk = Walk { api, family, open: BTreeSet::new(), sizes: BTreeMap::new() };
        let broken: Vec<TypeId> =
            walk.api.ids().filter(|id| walk.size(*id, 0).is_none_or(|size| size > MAX_PARTS)).collect();
        for id in broken {
            let at = Pointer::from_fragment(&api.get(id).at).unwrap_or_default();
            let what = "this type holds itself with no object between, or unfolds without end";
            let help = "put an object between, or make it free-form by an overlay";
            problems.push(Severity::Error, Origin::Canonical(at), what, help);
            if let Some(ty) = api.types.get_mut(id.0 as usize) {
                ty.shape = Shape::Any;
            }
        }
    }
}

struct Walk<'a> {
    api: &'a Api,
    family: fn(&Shape) -> bool,
    open: BTreeSet<TypeId>,
    sizes: BTreeMap<TypeId, Option<usize>>,
}

impl Walk<'_> {
    /// Counts the types of the family that a type contains; `None` if they do not end.
    fn size(&mut self, id: TypeId, depth: usize) -> Option<usize> {
        let shape = &self.api.get(id).shape;
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
            Shape::List(of) | Shape::Map(of) => vec![of.ty],
            Shape::Union(variants) => variants.iter().map(|variant| variant.of.ty).collect(),
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
